import type { RowsAhead } from './socket-rows.ts'

/** One line of a text, counted from 1, without its line end. */
export interface Line {
  readonly number: number
  readonly text: string
  /** It was too long and only its beginning is here. */
  readonly cut: boolean
}

/**
 * Whole lines of a text in ASCII, each with its line end, from `at` to `to`. Good only until the next one is asked for.
 */
export interface Slab {
  readonly bytes: Uint8Array
  readonly at: number
  readonly to: number
  /** Number of the first line. */
  readonly line: number
  /** How many there are: set by whoever walks through them, so that nobody need count them again; null until then. */
  lines: number | null
  text(from: number, to: number): string
  /** The rows at its beginning, where somebody has read them already. */
  readonly ahead?: RowsAhead | null
}

/** Lines one by one, or as they stand in the file. */
export type Batch = readonly Line[] | Slab
