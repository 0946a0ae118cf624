import type { Confidence } from '../model/finding.ts'
import { QUEUE_VERDICTS, type QueueLine, type QueueTable, type QueueVerdict } from '../model/queue-list.ts'
import type { Listener } from '../model/socket.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { growingQueues } from './growing-queues.ts'
import { limitsTold } from './listeners.ts'
import type { View } from './need.ts'
import { neverAccepting } from './never-accepting.ts'
import { type FilledQueue, fill } from './queue-contents.ts'
import { listenerRow, partGap, placeOf } from './service-table.ts'
import { podOf } from './socket-pods.ts'

/** What waits for less than this is being taken: a busy server empties its queue every few milliseconds. */
const MOMENT_MS = 1000

/**
 * Every listener of one namespace at one reading, the gravest first; null where none were read.
 * Gaps: a verdict is `unknown` where one reading, or a cut listing, does not tell
 */
export function queueTable(view: View): QueueTable | null {
  const { listeners } = view.netns
  if (!listeners.ok) return null
  const got = acceptQueues.get(view)
  const queues = new Map<Listener, AcceptQueue>((got.ok ? got.value : []).map((one) => [one.listener, one]))
  const limits = limitsTold(view)
  const queueLines = listeners.data.map((listener): QueueLine => {
    const queue = queues.get(listener) ?? null
    const filled = queue && fill(view, queue)
    return {
      ...listenerRow(view, listener, queue, limits),
      service: listener.service,
      pod: podOf(view, listener.owners),
      drops: listener.drops,
      oldestMs: filled?.contents.oldestMs ?? null,
      ...judge(view, listener, filled),
    }
  })
  return {
    ...placeOf(view),
    queues: queueLines.toSorted(gravestFirst),
    gaps: [
      ...partGap('listeners', listeners),
      ...(queues.size > 0 ? partGap('connections', view.netns.connections) : []),
    ],
  }
}

const gravestFirst = (a: QueueLine, b: QueueLine): number =>
  QUEUE_VERDICTS.indexOf(a.verdict) - QUEUE_VERDICTS.indexOf(b.verdict) ||
  (b.length ?? -1) - (a.length ?? -1) ||
  a.port - b.port ||
  a.address.localeCompare(b.address, 'en')

type Verdict = { readonly verdict: QueueVerdict; readonly confidence: Confidence | null }

const UNKNOWN: Verdict = { verdict: 'unknown', confidence: null }
const certainly = (verdict: QueueVerdict): Verdict => ({ verdict, confidence: 'certain' })

function judge(view: View, listener: Listener, queue: FilledQueue | null): Verdict {
  if (queue === null) return listener.acceptQueue.length === 0 ? certainly('keeping-up') : UNKNOWN
  const never = neverAccepting.get(view)
  const stuck = never.ok ? never.value.find((one) => one.listener === listener) : undefined
  // A stopped program accepts again when it goes on.
  if (stuck && stuck.sign !== 'stopped') return { verdict: 'never-accepts', confidence: stuck.confidence }
  if (queue.full) return certainly('full')
  const growing = growingQueues.get(view)
  const rising = growing.ok ? growing.value.find((one) => one.listener === listener) : undefined
  if (rising) return { verdict: 'filling', confidence: rising.confidence }
  const { oldestMs, whole } = queue.contents
  const isFresh = whole && oldestMs !== null && oldestMs < MOMENT_MS
  return isFresh && queue.limit !== null ? certainly('keeping-up') : UNKNOWN
}
