import type { Confidence } from './finding.ts'
import type { RowListener, TableGap, TablePlace } from './service-table.ts'

/**
 * How a listener does.
 * - `keeping-up`: nothing waits, or nothing that is older than a moment
 * - `filling`: longer than at the reading before, and what waits is old
 * - `full`: over its limit: the next connection is dropped
 * - `never-accepts`: what waits will wait for ever
 * - `unknown`: one reading, or not enough of it
 */
export const QUEUE_VERDICTS = ['never-accepts', 'full', 'filling', 'unknown', 'keeping-up'] as const
export type QueueVerdict = (typeof QUEUE_VERDICTS)[number]

/** What `recvq queue list` prints: a table for each namespace of each reading. They are never merged. */
export interface QueueList {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Queues'
  readonly tables: readonly QueueTable[]
}

export interface QueueTable extends TablePlace {
  /** The gravest first. */
  readonly queues: readonly QueueLine[]
  readonly gaps: readonly TableGap[]
}

export interface QueueLine extends RowListener {
  readonly service: string | null
  readonly pod: string | null
  /** Dropped handshakes since the socket was made; a final ACK counts twice. null: not told. */
  readonly drops: number | null
  /** Milliseconds since the handshake of the one that has waited longest; null: nothing waits, or ages are not told. */
  readonly oldestMs: number | null
  readonly verdict: QueueVerdict
  /** How sure that is; null for `unknown`. */
  readonly confidence: Confidence | null
}
