import { secondsBetween } from '../facts/counters.ts'
import { fallenCounter } from '../facts/diff/counters.ts'
import { diffNetns } from '../facts/diff/netns.ts'
import { laterThanEach } from '../facts/later-than.ts'
import type { View } from '../facts/need.ts'
import type { Changed, Diff, DiffSide } from '../model/diff.ts'
import type { Report } from '../model/report.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { diffFindings } from './findings-diff.ts'
import type { NodeReadings } from './readings.ts'

/** One reading of one machine. */
export interface Reading {
  readonly node: NodeReadings
  readonly index: number
}

/** Judges one reading alone. */
export type JudgeOne = (reading: Reading) => Report

/**
 * Two readings against each other: what was first in time comes first, whichever was named first. Of one node where they bear one
 * name, or one file held both.
 */
export function compareReadings(a: Reading, b: Reading, judge: JudgeOne): Diff {
  const ofOneNode = a.node === b.node
  const order = ofOneNode ? orderOf(a.node, a.index, b.index) : null
  const [first, second] = order !== null && order.before === b.index ? [b, a] : [a, b]
  const [then, now] = [snapshotAt(first), snapshotAt(second)]
  const seconds = ofOneNode && order !== null ? secondsBetween(then.takenAt, now.takenAt) : null
  const pairs = pairsOf(first, second)
  return {
    before: readingSide(then),
    after: readingSide(now),
    relation: !ofOneNode ? 'nodes' : order === null ? 'unordered' : 'time',
    order,
    seconds,
    netns: pairs.map(([before, after]) => diffNetns(before, after, seconds, ofOneNode && order !== null)),
    onlyBefore: onlyIn(then, now),
    onlyAfter: onlyIn(now, then),
    findings: diffFindings(judge(first), judge(second)),
    notes: ofOneNode ? resets(then, now, pairs) : [],
  }
}

/**
 * Neighbours in time among one node's readings, the earliest first; where the order is not known, neighbours in the input.
 * Shape: pairs of indices
 */
export function neighbours({ series: { snapshots }, order }: NodeReadings): readonly (readonly [number, number])[] {
  const later = laterThanEach(order)
  const direct = order.filter(
    ({ before, after }) =>
      ![...later(before)].some((between) => between !== after && later(between).has(after) && between !== before),
  )
  if (direct.length > 0) return direct.map(({ before, after }) => [before, after] as const)
  return snapshots.slice(1).map((_, index) => [index, index + 1] as const)
}

function orderOf({ order }: NodeReadings, a: number, b: number): Diff['order'] {
  const direct = order.find((p) => (p.before === a && p.after === b) || (p.before === b && p.after === a))
  if (direct) return direct
  const later = laterThanEach(order)
  if (later(a).has(b) && !later(b).has(a)) return { before: a, after: b, by: 'inferred', because: '' }
  if (later(b).has(a) && !later(a).has(b)) return { before: b, after: a, by: 'inferred', because: '' }
  return null
}

function snapshotAt({ node, index }: Reading): Snapshot {
  const snapshot = node.series.snapshots[index]
  if (!snapshot) throw new Error(`no reading ${index}`)
  return snapshot
}

/** The same namespace at both readings, by its key. */
function pairsOf(first: Reading, second: Reading): readonly (readonly [View, View])[] {
  const then = first.node.views[first.index] ?? []
  return (second.node.views[second.index] ?? []).flatMap((after) => {
    const before = then.find((one) => one.netns.key === after.netns.key)
    return before ? [[before, after] as const] : []
  })
}

const onlyIn = (one: Snapshot, other: Snapshot): readonly string[] =>
  one.netns.map(({ key }) => key).filter((key) => !other.netns.some((netns) => netns.key === key))

/** What names a reading. */
export const readingSide = ({ source, node, takenAt, lines }: Snapshot): DiffSide => ({
  source,
  node: node.name,
  takenAt,
  lines,
})

/** Why counters and queues of two readings cannot be held against each other. */
function resets(then: Snapshot, now: Snapshot, pairs: readonly (readonly [View, View])[]): readonly Text[] {
  const [bootA, bootB] = [then.node.bootId, now.node.bootId]
  if (bootA !== null && bootB !== null && bootA !== bootB) return [REBOOTED]
  return pairs.flatMap(([before, after]) => {
    const fell = fallenCounter(before.netns, after.netns)
    if (fell === null) return []
    return [cannotSubtract(after.netns.key, fell)]
  })
}

const REBOOTED: Text = {
  en: 'The node was restarted in between: counters begin anew, and queues are other queues.',
  zh: '两次读数之间节点重启过：计数器重新开始，队列也不再是原来的队列。',
}
const cannotSubtract = (netns: string, { name, before, after }: Changed<number>): Text => ({
  en: `Counters of ${netns} cannot be subtracted: ${name} fell from ${before} to ${after}; the node was restarted, the namespace made anew, or the readings stand the other way round.`,
  zh: `${netns} 的计数器无法相减：${name} 从 ${before} 降到 ${after}；可能节点重启过、命名空间重建过，或两次读数的先后颠倒。`,
})
