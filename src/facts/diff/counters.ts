import type { Changed, CounterChange } from '../../model/diff.ts'
import type { Netns } from '../../model/snapshot.ts'
import { compareCounters, readCounter, totalCounters } from '../counters.ts'

/**
 * Counters that moved, those of the name's order.
 * Gaps: null where one side has no totals, or a counter fell: that is another boot or another namespace
 */
export function diffCounters(before: Netns, after: Netns, seconds: number | null): readonly CounterChange[] | null {
  const [then, now] = [totalCounters(before), totalCounters(after)]
  if (!then || !now) return null
  const { grew, fell } = compareCounters(then, now)
  if (fell.length > 0) return null
  // What `netstat -s` leaves out is 0, so a name that only the later reading prints has grown from nothing.
  const fresh = then.absentIsZero
    ? Object.keys(now.values).filter((name) => !(name in then.values) && (now.values[name] ?? 0) > 0)
    : []
  return [...grew, ...fresh].sort().flatMap((name) => {
    const [a, b] = [readCounter(then, name), readCounter(now, name)]
    if (!a || !b) return []
    const perSecond = seconds === null || seconds <= 0 ? null : (b.value - a.value) / seconds
    return [{ name, before: a.value, after: b.value, perSecond }]
  })
}

/** A counter that fell, with its values; null: none did, or it cannot be told. */
export function fallenCounter(before: Netns, after: Netns): Changed<number> | null {
  const [then, now] = [totalCounters(before), totalCounters(after)]
  if (!then || !now) return null
  const [name] = compareCounters(then, now).fell
  return name === undefined ? null : { name, before: then.values[name] ?? 0, after: now.values[name] ?? 0 }
}
