import type { Coverage, Part } from '../model/part.ts'

/**
 * Were all rows in this state seen?
 * A set that is narrowed by something else (`grep 30720 | grep CLOSE-WAIT`) does not count: outside of it rows may be missing.
 */
export function coversState(coverage: readonly Coverage[], state: string): boolean {
  return coverage.some((set) => {
    if (set.of === 'all') return true
    if (set.of === 'state') return kernelName(set.state) === state
    return set.of === 'and' && set.sets.length > 0 && set.sets.every((one) => coversState([one], state))
  })
}

/** Was every row seen? */
export function coversAll(coverage: readonly Coverage[]): boolean {
  return coverage.some((set) => set.of === 'all' || (set.of === 'and' && set.sets.every((one) => coversAll([one]))))
}

/** Was every listener seen that has something in its queue? `awk '$2 > 0'` leaves out only what cannot matter. */
export function coversQueued(coverage: readonly Coverage[]): boolean {
  return coverage.some(
    (set) =>
      set.of === 'all' ||
      (set.of === 'recv-queue-above' && set.value <= 0) ||
      (set.of === 'state' && kernelName(set.state) === 'LISTEN') ||
      (set.of === 'and' && set.sets.length > 0 && set.sets.every((one) => coversQueued([one]))),
  )
}

/**
 * Was every listener seen whose queue is over its limit? `awk '$2 > $3'` shows these alone. It tells nothing of queues that are
 * not full.
 */
export function coversFull(coverage: readonly Coverage[]): boolean {
  return coverage.some(
    (set) =>
      set.of === 'recv-queue-above-limit' ||
      (set.of === 'and' && set.sets.length > 0 && set.sets.every((one) => coversFull([one]))) ||
      coversQueued([set]),
  )
}

/** What cut a part, in words of the input; null where it is whole. */
export function cutsOf(part: Part<unknown>): string | null {
  return part.ok && part.cuts.length > 0 ? part.cuts.join('; ') : null
}

/** `CLOSE-WAIT` → `CLOSE_WAIT`, `estab` → `ESTABLISHED`. */
function kernelName(state: string): string {
  const name = state.toUpperCase().replaceAll('-', '_')
  return name === 'ESTAB' ? 'ESTABLISHED' : name
}
