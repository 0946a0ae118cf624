import type { Origin } from '../model/part.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { coversFull } from './coverage.ts'
import { earlierSelf, limitsTold, queuedListeners } from './listeners.ts'
import { got, type Need, need, type View } from './need.ts'
import { type Holder, holderOf } from './owners.ts'
import { everySysctl, SOMAXCONN } from './sysctls.ts'

/** How many connections a queue takes, and how that is known. */
export interface QueueLimit {
  readonly value: number
  /**
   * - `printed`: beside the length (Send-Q of a listener)
   * - `earlier`: printed for the same socket at an earlier reading; only another listen() changes it
   * - `somaxconn`: not printed anywhere; the namespace's somaxconn, which no limit can exceed
   */
  readonly known: 'printed' | 'earlier' | 'somaxconn'
  readonly origin: Origin
}

/** A listener with connections waiting in its accept queue. */
export interface AcceptQueue {
  readonly listener: Listener
  readonly holder: Holder | null
  readonly length: number
  /** null: not known. */
  readonly limit: QueueLimit | null
  /** length > limit: the kernel admits limit + 1. False where the limit is not known. */
  readonly full: boolean
}

/** The accept queues that hold something. Gaps: incomplete where the listing is cut, or the limit of one is not known. */
export const acceptQueues: Need<readonly AcceptQueue[]> = need('accept-queues', (view) => {
  const queued = queuedListeners.get(view)
  if (!queued.ok) return queued
  const queues = queued.value.map((listener) => asQueue(view, listener))
  const unlimited = queues.filter((one) => one.limit === null)
  return got(queues, queued.incomplete ?? (unlimited.length > 0 ? noLimit(unlimited.length) : null))
})

/**
 * The same, to find those that are full: a listing that leaves out all others (`awk '$2 > $3'`) is whole for this.
 * Gaps: as above
 */
export const queuesToTheirLimits: Need<readonly AcceptQueue[]> = need('queues-to-their-limits', (view) => {
  const queues = acceptQueues.get(view)
  const part = view.netns.listeners
  if (!queues.ok || queues.incomplete === null || !part.ok || !coversFull(part.coverage)) return queues
  const told =
    part.data.every((one) => one.acceptQueue.length !== null) && queues.value.every((one) => one.limit !== null)
  return told ? got(queues.value) : queues
})

function asQueue(view: View, listener: Listener): AcceptQueue {
  const length = listener.acceptQueue.length ?? 0
  const limit = limitOf(view, listener, length)
  return { listener, holder: holderOf(view, listener), length, limit, full: limit !== null && length > limit.value }
}

function limitOf(view: View, listener: Listener, length: number): QueueLimit | null {
  const { max } = listener.acceptQueue
  if (max !== null && limitsTold(view)) return { value: max, known: 'printed', origin: listener.origin }
  const earlier = earlierSelf(view, listener, (self) => self.listener.acceptQueue.max !== null && limitsTold(self.view))
  const was = earlier?.listener.acceptQueue.max ?? null
  if (earlier && was !== null) return { value: was, known: 'earlier', origin: earlier.listener.origin }
  // Only an upper bound: more than that is full for certain, less may be full as well.
  const own = everySysctl(view, SOMAXCONN).find((one) => one.netns === view.netns.key && !one.carried)
  if (own && own.number !== null && length > own.number)
    return { value: own.number, known: 'somaxconn', origin: own.origin }
  return null
}

export const sumOf = (queues: readonly AcceptQueue[]): number => queues.reduce((sum, one) => sum + one.length, 0)

const noLimit = (count: number): Text => ({
  en: `the limit of ${count} listeners with a queue is not known (ss -ltn shows it as Send-Q; /proc/net/tcp and netstat do not carry it)`,
  zh: `有 ${count} 个监听套接字队列非空，但上限未知（ss -ltn 的 Send-Q 列就是上限；/proc/net/tcp 和 netstat 都不提供）`,
})
