import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { acceptQueues, sumOf } from './accept-queues.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type FilledQueue, queueContents } from './queue-contents.ts'

/** Connections that the peer reset while they were queued: they keep their place, and no tool lists them. */
export interface ResetWhileQueued {
  /** Queues whose connections were all seen, so that the invisible ones can be told (0 too). */
  readonly queues: readonly (FilledQueue & { readonly invisible: number })[]
  readonly nodeWide: NodeWide | null
}

/** All queues against a count of states, where connections were counted but not listed. */
export interface NodeWide {
  readonly queued: number
  readonly closeWait: number
  readonly established: number
  /** queued − CLOSE_WAIT. */
  readonly most: number
  /** The same if every ESTABLISHED one should wait in a queue, too. */
  readonly least: number
  readonly origin: Origin
}

/** Gaps: incomplete unless all connections of every queue were seen. */
export const resetWhileQueued: Need<ResetWhileQueued> = need('reset-while-queued', (view) => {
  const nodeWide = nodeWideIn(view)
  const contents = queueContents.get(view)
  if (!contents.ok) return nodeWide ? got({ queues: [], nodeWide }, contents.why) : missing(contents.why)
  const queues = contents.value.flatMap((queue) =>
    queue.invisible === null ? [] : [{ ...queue, invisible: queue.invisible }],
  )
  const untold = contents.value.length - queues.length
  return got({ queues, nodeWide }, contents.incomplete ?? (untold > 0 ? notStanding(untold) : null))
})

/**
 * The identity Recv-Q = visible + invisible over all listeners of a reading.
 * CLOSE_WAIT that a program holds, and listeners that were not listed, both make the true number larger, never smaller.
 * A live reading lists its connections: there the queues themselves are asked.
 */
function nodeWideIn(view: View): NodeWide | null {
  const queues = acceptQueues.get(view)
  const { census, connections } = view.netns
  if (!queues.ok || !census.ok || view.snapshot.way === 'live') return null
  if (connections.ok && coversAll(connections.coverage)) return null
  const queued = sumOf(queues.value)
  const { CLOSE_WAIT: closeWait = 0, ESTABLISHED: established = 0 } = census.data.counts
  const least = queued - closeWait - established
  if (closeWait === 0 || least <= 0) return null
  return { queued, closeWait, established, most: queued - closeWait, least, origin: census.data.origin }
}

const notStanding = (count: number): Text => ({
  en: `${count} queues could not be told apart from a race: they moved, were read only once, or share their port`,
  zh: `有 ${count} 个队列无法排除竞态：队列在变化、只读了一次，或者多个监听共用端口`,
})
