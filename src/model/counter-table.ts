import type { CounterChange, DiffSide } from './diff.ts'
import type { Precedence } from './snapshot.ts'
import type { Text } from './text.ts'

/** What `recvq counters -o json` prints. */
export interface CounterList {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Counters'
  readonly tables: readonly CounterTable[]
}

/** Counters of one namespace: what they gained between two readings, or their totals where there is only one. */
export interface CounterTable {
  readonly before: DiffSide | null
  readonly after: DiffSide
  readonly netns: string
  readonly order: Precedence | null
  readonly seconds: number | null
  readonly rows: readonly CounterRow[]
}

export interface CounterRow extends Omit<CounterChange, 'before'> {
  /** null: there is no earlier reading. */
  readonly before: number | null
  /** What one more of it means; null where there is no page on it. */
  readonly meaning: Text | null
}
