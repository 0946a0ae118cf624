import type { Confidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { secondsBetween } from './counters.ts'
import { earlierSelf } from './listeners.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type NeverAccepting, neverAccepting } from './never-accepting.ts'
import { fill } from './queue-contents.ts'
import { sameOldest } from './same-sockets.ts'

/** An accept queue that is longer than before and has room yet. */
export interface GrowingQueue extends AcceptQueue {
  readonly limit: NonNullable<AcceptQueue['limit']>
  readonly was: number
  readonly seconds: number
  /** Until it is full, if it goes on like this. */
  readonly fullInSeconds: number
  /** How long the oldest connection has waited; null: not told. */
  readonly oldestMs: number | null
  readonly confidence: Confidence
}

/** Below that a rise is one client's handful of connections. */
const LEAST_RISE = 8
/** Of the limit, where no connection's age is told: what rises by less will not be full within ten such intervals. */
const RISE_SHARE = 0.1
/** A busy server empties its queue every few milliseconds; one whose oldest waits so long does not keep up. */
const LATE_MS = 1000

/**
 * Queues that rise between two readings that lie close together.
 * Gaps: without a second reading, known by the clock to be later, nothing can be told
 */
export const growingQueues: Need<readonly GrowingQueue[]> = need('growing-queues', (view) => {
  const queues = acceptQueues.get(view)
  if (!queues.ok) return queues
  if (view.before === null || view.order?.by !== 'clock') return missing(ONE_READING)
  const seconds = secondsBetween(view.before.snapshot.takenAt, view.snapshot.takenAt)
  if (seconds === null || seconds > LONGEST_SECONDS) return missing(TOO_FAR)
  const never = neverAccepting.get(view)
  const held = new Set((never.ok ? never.value : []).filter(isNever).map((one) => one.listener))
  return got(
    queues.value.flatMap((queue) => (held.has(queue.listener) ? [] : asGrowing(view, queue, seconds))),
    queues.incomplete,
  )
})

/** Two readings further apart may lie on two sides of many floods and ebbs. */
const LONGEST_SECONDS = 600

/** A stopped program will go on; the others are told by listener-never-accepts. */
const isNever = ({ sign }: NeverAccepting): boolean => sign !== 'stopped'

function asGrowing(view: View, queue: AcceptQueue, seconds: number): readonly GrowingQueue[] {
  const { limit, length, listener } = queue
  const then = earlierSelf(view, listener)
  const was = then?.listener.acceptQueue.length ?? null
  if (limit === null || queue.full || was === null || then?.view !== view.before) return []
  const rise = length - was
  const now = fill(view, queue).contents
  if (rise < LEAST_RISE || (now.oldestMs === null && rise < RISE_SHARE * limit.value)) return []
  const confidence = judge(view, queue, seconds, rise)
  const fullInSeconds = ((limit.value + 1 - length) * seconds) / rise
  return confidence ? [{ ...queue, limit, was, seconds, fullInSeconds, oldestMs: now.oldestMs, confidence }] : []
}

/**
 * A flood that ebbs away looks alike at two readings. accept() takes the oldest first: where the oldest has waited through the
 * whole interval, nothing of what stood there was taken; where it is young, the queue was empty a moment ago.
 */
function judge(view: View, queue: AcceptQueue, seconds: number, rise: number): Confidence | null {
  const now = fill(view, queue).contents
  const third = risingBefore(view, queue, rise)
  if (now.oldestMs !== null) {
    if (now.oldestMs < LATE_MS) return null
    const earlier = view.before ? fill(view.before, queue).contents : null
    const same = earlier !== null && sameOldest(earlier, now) === true
    return same || now.oldestMs >= 1000 * seconds || third ? 'certain' : 'likely'
  }
  if (third) return 'likely'
  return queue.limit !== null && queue.length >= queue.limit.value / 2 ? 'possible' : null
}

/** It rose in the interval before, too. */
function risingBefore(view: View, { listener }: AcceptQueue, rise: number): boolean {
  const { before } = view
  if (before?.order?.by !== 'clock') return false
  const then = earlierSelf(view, listener)?.listener
  const was = then && earlierSelf(before, then)?.listener.acceptQueue.length
  return typeof was === 'number' && (then?.acceptQueue.length ?? 0) - was >= Math.min(rise, LEAST_RISE)
}

const ONE_READING: Text = {
  en: 'needs a second reading of the listeners, dated later by a clock (recvq diagnose on the node takes two)',
  zh: '需要监听套接字的第二次读数，并由时钟确定先后（在节点上运行 recvq diagnose 会读两次）',
}
const TOO_FAR: Text = {
  en: 'the two readings of the queues lie too far apart, or are not dated: they do not show a growth of this moment',
  zh: '两次读数相隔太久或没有时间：看不出此刻是否在增长',
}
