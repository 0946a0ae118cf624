import type { Netns, Precedence, Series, Snapshot } from '../model/snapshot.ts'
import { compareCounters, totalCounters } from './counters.ts'
import { laterThanEach } from './later-than.ts'
import { compareQueues, type QueueChange } from './queue-changes.ts'

/**
 * What is known of the order in time of a node's readings: what the Series says, and what facts that move one way tell.
 *
 * Two undated readings are put in order by counters since boot, and by queues that nobody accepts from: neither can fall
 * while the boot, or the listening socket, stays the same. Facts that disagree yield no order; nor does a census alone,
 * since states come and go. An inferred order allows deltas, it makes no finding surer.
 */
export function inferOrder(series: Series): readonly Precedence[] {
  const { snapshots, order } = series
  if (snapshots.length > MOST) return order
  const known = laterThanEach(order)
  const candidates: Precedence[] = []
  snapshots.forEach((a, i) => {
    snapshots.slice(i + 1).forEach((b, offset) => {
      const j = i + 1 + offset
      if (isDatedPair(a, b) || known(i).has(j) || known(j).has(i)) return
      const signs = signsBetween(a, b)
      const [first] = signs
      if (!first || signs.some((sign) => sign.forward !== first.forward)) return
      const because = signs.map((sign) => sign.because).join('; ')
      const [before, after] = first.forward ? [i, j] : [j, i]
      candidates.push({ before, after, by: 'inferred', because })
    })
  })
  const all = laterThanEach([...order, ...candidates])
  return [
    ...order,
    ...candidates.filter(({ before, after }) => !all(after).has(before) && isDirect(all, before, after)),
  ]
}

/** Every pair is compared: beyond this many readings of one node only what the Series says is kept. */
const MOST = 200

/** No other reading is known to lie between: what follows from two steps need not be said a third time. */
function isDirect(later: (from: number) => ReadonlySet<number>, before: number, after: number): boolean {
  for (const between of later(before)) if (between !== after && later(between).has(after)) return false
  return true
}

/** A fact that tells which of two readings is the earlier one. `forward`: the first of the two. */
interface Sign {
  readonly forward: boolean
  readonly because: string
}

function signsBetween(a: Snapshot, b: Snapshot): readonly Sign[] {
  const [bootA, bootB] = [a.node.bootId, b.node.bootId]
  if (bootA !== null && bootB !== null && bootA !== bootB) return []
  return a.netns.flatMap((one) => {
    const other = b.netns.find((netns) => netns.key === one.key)
    // two namespaces that nobody placed may be two different ones
    if (!other || one.kind === 'unplaced') return []
    if (one.inode !== null && other.inode !== null && one.inode !== other.inode) return []
    return [...counterSigns(one, other), ...queueSigns(one, other)]
  })
}

/** Counters that grew in both directions give two signs, which cancel out. */
function counterSigns(a: Netns, b: Netns): readonly Sign[] {
  const [then, now] = [totalCounters(a), totalCounters(b)]
  if (!then || !now) return []
  const { grew, fell } = compareCounters(then, now)
  const list = (from: typeof then, to: typeof then, names: readonly string[]) =>
    `counters since boot cannot fall: ${shorten(names.map((n) => `${n} ${from.values[n] ?? 0} → ${to.values[n] ?? 0}`))}`
  return [
    ...(grew.length > 0 ? [{ forward: true, because: list(then, now, grew) }] : []),
    ...(fell.length > 0 ? [{ forward: false, because: list(now, then, fell) }] : []),
  ]
}

/**
 * Queues of never-accepting listeners.
 * A restart of their owner empties all of them at once and would make the later reading look like the earlier one: so
 * at least as many must stand unchanged as moved, or the readings must name the same sockets.
 */
function queueSigns(a: Netns, b: Netns): readonly Sign[] {
  const forward = compareQueues(a, b)
  const moved = forward.grown.length + forward.shrunk.length
  if (moved === 0) return []
  const stood = forward.unchanged.filter((one) => one.to > 0).length
  if (stood < moved && !sameSockets(a, b, [...forward.grown, ...forward.shrunk])) return []
  const towards = (way: boolean, changes: readonly QueueChange[]): readonly Sign[] => {
    if (changes.length === 0) return []
    const steps = changes.map(({ port, from, to }) => (way ? `${port} ${from} → ${to}` : `${port} ${to} → ${from}`))
    const unchanged = `${forward.unchanged.length} unchanged`
    const because = `queues that nobody accepts from cannot shrink: ${shorten(steps)}; ${unchanged}`
    return [{ forward: way, because: because + censusAgrees(way ? a : b, way ? b : a) }]
  }
  return [...towards(true, forward.grown), ...towards(false, forward.shrunk)]
}

/** The census proves nothing by itself, but it is worth a word where it moved the same way. */
function censusAgrees(then: Netns, now: Netns): string {
  const [from, to] = [then, now].map(({ census }) => (census.ok ? (census.data.counts.CLOSE_WAIT ?? null) : null))
  return from != null && to != null && to > from ? `; and CLOSE_WAIT ${from} → ${to}` : ''
}

/** Both readings name the inode of every queue that moved, and it is the same one. */
function sameSockets(a: Netns, b: Netns, changes: readonly QueueChange[]): boolean {
  const inodeOf = (netns: Netns, port: number) =>
    netns.listeners.ok ? (netns.listeners.data.find((one) => one.local.port === port)?.inode ?? null) : null
  return changes.every(({ port }) => {
    const inode = inodeOf(a, port)
    return inode !== null && inode !== 0 && inode === inodeOf(b, port)
  })
}

const isDatedPair = (a: Snapshot, b: Snapshot): boolean => a.takenAt !== null && b.takenAt !== null

const SHOWN = 8

const shorten = (items: readonly string[]): string =>
  items.length <= SHOWN ? items.join(', ') : `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more`
