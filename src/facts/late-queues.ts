import type { Process } from '../model/snapshot.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { listenerDrops } from './listener-drops.ts'
import { earlierSelf, limitsTold } from './listeners.ts'
import { got, type Need, need, type View } from './need.ts'
import { type NeverAccepting, neverAccepting } from './never-accepting.ts'
import { type Holder, holderOf } from './owners.ts'
import { fill } from './queue-contents.ts'

/** A queue from which connections are taken too late, by all appearance. */
export interface LateQueue extends AcceptQueue {
  /**
   * - `full`: over its limit
   * - `dropping`: it turned something away between the readings
   * - `standing`: not shorter than at the reading before, and its oldest connection has waited, or it is half full
   * - `half-full`: at the only reading
   */
  readonly sign: 'full' | 'dropping' | 'standing' | 'half-full'
}

/** A client notices a second. A busy server's queue holds connections for milliseconds. */
const LATE_MS = 1000

/** The queues that show that accept() comes late. Gaps: those of acceptQueues; without limits only a full one is told. */
export const lateQueues: Need<readonly LateQueue[]> = need('late-queues', (view) => {
  const queues = acceptQueues.get(view)
  if (!queues.ok) return queues
  const drops = listenerDrops.get(view)
  const dropping = new Set(drops.ok ? drops.value.map((one) => one.listener) : [])
  const never = neverAccepting.get(view)
  const heldOpen = new Set((never.ok ? never.value : []).filter(isHeldOpen).map((one) => one.listener))
  const late = queues.value.flatMap((queue): readonly LateQueue[] => {
    if (heldOpen.has(queue.listener)) return []
    const sign = queue.full ? 'full' : dropping.has(queue.listener) ? 'dropping' : waitSign(view, queue)
    return sign ? [{ ...queue, sign }] : []
  })
  const emptied = [...dropping].flatMap((listener): readonly LateQueue[] => {
    const { max } = listener.acceptQueue
    if (
      max === null ||
      !limitsTold(view) ||
      heldOpen.has(listener) ||
      queues.value.some((one) => one.listener === listener)
    )
      return []
    const limit = { value: max, known: 'printed', origin: listener.origin } as const
    return [{ listener, holder: holderOf(view, listener), length: 0, limit, full: false, sign: 'dropping' }]
  })
  return got([...late, ...emptied], queues.incomplete)
})

/** kube-proxy accepts on no NodePort, however fast the machine is. */
const isHeldOpen = ({ sign }: NeverAccepting): boolean => sign === 'kube-proxy' || sign === 'node-port'

function waitSign(view: View, queue: AcceptQueue): LateQueue['sign'] | null {
  const half = queue.limit !== null && queue.limit.value >= 2 && queue.length >= queue.limit.value / 2
  const was = view.order?.by === 'clock' ? earlierSelf(view, queue.listener)?.listener.acceptQueue.length : undefined
  if (was === undefined || was === null) return half ? 'half-full' : null
  if (was === 0 || queue.length < was) return null
  return half || (fill(view, queue).contents.oldestMs ?? 0) >= LATE_MS ? 'standing' : null
}

/** A process that holds a listener, as two readings show it. */
export interface OwnerSeen {
  readonly now: Process
  /** Of the same process; null: not seen, or the readings are not known to lie close together. */
  readonly before: Process | null
  /** `name`: none of the numbers is listed, as where one listing is from inside a container. */
  readonly by: 'pid' | 'name'
}

/** The processes of a holder that were seen. */
export function ownersSeen(view: View, holder: Holder | null): readonly OwnerSeen[] {
  const { processes } = view.snapshot
  if (!processes.ok || holder === null) return []
  const earlier =
    view.order?.by === 'clock' && view.before?.snapshot.processes.ok ? view.before.snapshot.processes.data : []
  const beforeOf = (now: Process) =>
    earlier.find((one) => one.pid === now.pid && one.comm === now.comm && one.startedAt === now.startedAt) ?? null
  const byPid = processes.data.filter((one) => holder.pids.includes(one.pid))
  if (byPid.length > 0) return byPid.map((now) => ({ now, before: beforeOf(now), by: 'pid' }))
  const names = holder.program.split(', ')
  const byName = processes.data.filter((one) => names.includes(one.comm))
  return byName.map((now) => ({ now, before: beforeOf(now), by: 'name' }))
}
