import type { PortSocket } from '../model/queue.ts'
import type { QueueReading } from './children.ts'

/**
 * How far apart two ages must be before one socket counts as older. The kernel counts in ticks, of 10 ms at most; and two
 * processors may put connections into the queue in another order than they made them, so it is never less than that.
 */
const TICK_MS = 10

/** A connection that was alive when it was seen last. */
export interface SeenAlive {
  readonly cookie: string
  /** How old it must be by now, at most. */
  readonly ageMs: number
}

/**
 * How many connections at the head of the queue are dead for certain: that many may be accepted without taking a live one.
 * The queue is first in, first out. Visible CLOSE_WAIT strictly older than the oldest ESTABLISHED stand before it; where nothing
 * is ESTABLISHED, all do that were counted before the rows were read. Reset ones, which nobody sees, only make it more.
 * `missed`: alive a moment ago and not in this listing. A listing goes through the kernel's table while that changes, and may
 * pass one over: once more it counts as if it stood there.
 * Gaps: null where an age is not told
 */
export function deadAtHead({ length, queued, tookMs }: QueueReading, missed: readonly SeenAlive[] = []): number | null {
  const ages = missed.map(({ ageMs }) => ageMs)
  for (const { state, clocks } of queued) {
    if (clocks === null) return null
    if (state === 'ESTABLISHED') ages.push(clocks.handshakeMs)
  }
  if (ages.length === 0) return length
  // Rows are not looked at in the same instant: one read later seems older by as much.
  const least = Math.max(...ages) + Math.ceil(tookMs) + TICK_MS
  return queued.filter(({ state, clocks }) => state === 'CLOSE_WAIT' && clocks !== null && clocks.handshakeMs > least)
    .length
}

/** Those alive at one listing and in no state at all at the next. */
export function missedBetween(then: QueueReading, now: QueueReading, passedMs: number): readonly SeenAlive[] {
  const here = new Set(now.queued.map(({ cookie }) => cookie))
  return then.queued.flatMap(({ state, cookie, clocks }) =>
    state !== 'ESTABLISHED' || here.has(cookie) || clocks === null
      ? []
      : [{ cookie, ageMs: clocks.handshakeMs + Math.ceil(passedMs) + Math.ceil(then.tookMs) }],
  )
}

/** The oldest first. */
export const byAge = (a: PortSocket, b: PortSocket): number =>
  (b.clocks?.handshakeMs ?? -1) - (a.clocks?.handshakeMs ?? -1)

/**
 * Does nobody take connections from this queue, as far as two readings can show it?
 * - `nobody`: the oldest that were seen first still wait, nothing was taken, and nobody holds a connection that was not held then
 * - `accepting`: something moved
 * - `nothing-visible`: all that waits was reset, so nothing shows whether it moves
 */
export function whoAccepts(then: QueueReading, now: QueueReading): 'nobody' | 'accepting' | 'nothing-visible' {
  if (now.length < then.length || newlyOwned(then, now)) return 'accepting'
  const [oldest] = then.queued.toSorted(byAge)
  if (!oldest) return 'nothing-visible'
  const least = (oldest.clocks?.handshakeMs ?? 0) - Math.ceil(then.tookMs) - TICK_MS
  const waits = new Set(now.queued.map(({ cookie }) => cookie))
  const head = then.queued.filter(({ clocks }) => (clocks?.handshakeMs ?? 0) >= least)
  return head.every(({ cookie }) => waits.has(cookie)) ? 'nobody' : 'accepting'
}

/** Somebody holds a connection of this port that nobody held before. */
export function newlyOwned(then: QueueReading, now: QueueReading): boolean {
  const known = new Set(then.owned.map(({ cookie }) => cookie))
  return now.owned.some(({ cookie }) => !known.has(cookie))
}
