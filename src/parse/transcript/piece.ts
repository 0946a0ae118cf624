import type { Content } from '../../model/block.ts'
import type { Coverage, Warning } from '../../model/part.ts'
import type { Plan } from './plan-base.ts'

/** One format's part of an output. */
export interface Piece {
  readonly format: string
  readonly plan: Plan
  /** First and last line that was understood. */
  readonly lines: readonly [number, number]
  readonly content: readonly Content[]
  readonly coverage: readonly Coverage[]
  readonly cuts: readonly string[]
  readonly warnings: readonly Warning[]
}
