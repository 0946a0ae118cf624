import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, connectionsIn, countOf, programOf, servicePort } from './connections.ts'
import { type Counter, deltas, isRecent, totals } from './counters.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { sameOldest } from './same-sockets.ts'
import { sysctl } from './sysctls.ts'

/** Established connections of one program at one port in which as much is unread as a window holds. */
export interface SlowReader {
  readonly key: string
  readonly program: string | null
  readonly role: ConnectionGroup['role']
  readonly port: number | null
  readonly groups: readonly ConnectionGroup[]
  readonly connections: number
  readonly bytes: number
  /** The same sockets hold the very same number of bytes as at the reading before: nothing was read in between. */
  readonly standing: boolean
}

/** What TCP did with receive queues that were over their buffer. */
export interface QueueCounts {
  /** PruneCalled: a queue was squeezed. Nothing is lost by that alone. */
  readonly squeezed: Counter
  /** RcvPruned, OfoPruned, TCPRcvQDrop: segments thrown away, which the sender must send again. */
  readonly dropped: Counter
  /** InSegs; null: not captured. */
  readonly segments: Counter | null
}

export interface ReceiveQueues {
  readonly total: QueueCounts | null
  readonly grown: QueueCounts | null
  readonly readers: readonly SlowReader[]
  /** From so many unread bytes a connection counts. */
  readonly window: number
}

const SQUEEZED = 'TcpExtPruneCalled'
const DROPPED = ['TcpExtRcvPruned', 'TcpExtOfoPruned', 'TcpExtTCPRcvQDrop'] as const
const SEGMENTS = 'TcpInSegs'
/** tcp_rmem[1] of 131 072 bytes makes a first window of half of it. */
const USUAL_WINDOW = 65_536

/**
 * Receive queues: what the counters say of them, and who does not empty his.
 * Gaps: missing where neither counters nor established connections were captured; incomplete where the counters are not there
 */
export const receiveQueues: Need<ReceiveQueues> = need('receive-queues', (view) => {
  const all = totals([SQUEEZED], [...DROPPED, SEGMENTS]).get(view)
  const isTotal = all.ok && all.incomplete === null
  const established = connectionsIn('ESTABLISHED').get(view)
  if (!isTotal && !established.ok) return missing(all.ok ? NO_COUNTERS : all.why)
  const gained = deltas.get(view)
  const window = windowOf(view)
  const isRecently = gained.ok && isRecent(gained.value.seconds)
  const value: ReceiveQueues = {
    total: isTotal ? countsOf((name) => all.value[name as typeof SQUEEZED] ?? null) : null,
    grown: isRecently ? countsOf(gained.value.of) : null,
    readers: established.ok ? readersIn(established.value.groups, window, view) : [],
    window,
  }
  return got(value, isTotal ? null : all.ok ? NO_COUNTERS : all.why)
})

function countsOf(of: (name: string) => Counter | null): QueueCounts | null {
  const squeezed = of(SQUEEZED)
  if (!squeezed) return null
  const dropped = DROPPED.flatMap((name) => of(name) ?? [])
  const origin = (dropped.find((one) => one.value > 0) ?? dropped[0] ?? squeezed).origin
  return {
    squeezed,
    dropped: { value: dropped.reduce((sum, one) => sum + one.value, 0), origin },
    segments: of(SEGMENTS),
  }
}

function windowOf(view: View): number {
  const rmem = sysctl('net.ipv4.tcp_rmem').get(view)
  const start = rmem.ok ? Number(rmem.value.value.split(/\s+/)[1]) : Number.NaN
  return Number.isFinite(start) && start > 0 ? Math.max(4096, start / 2) : USUAL_WINDOW
}

function readersIn(groups: readonly ConnectionGroup[], window: number, view: View): readonly SlowReader[] {
  const full = groups.filter((one) => one.holding === 'process' && isFull(one, window))
  const earlier = view.before ? connectionsIn('ESTABLISHED').get(view.before) : null
  const then = earlier?.ok ? earlier.value.groups : []
  return [...byName(full, keyOf)]
    .flatMap(([key, rows]): readonly SlowReader[] => {
      const [first] = rows
      if (!first) return []
      return [
        {
          key,
          program: programOf(first),
          role: first.role,
          port: servicePort(first),
          groups: rows,
          connections: rows.reduce((sum, one) => sum + (one.recvQueue?.more ?? 0), 0),
          bytes: rows.reduce((sum, one) => sum + (one.recvQueueBytes ?? 0), 0),
          standing: rows.every((one) => then.some((old) => isUnread(old, one))),
        },
      ]
    })
    .toSorted((a, b) => b.bytes - a.bytes)
}

const keyOf = (one: ConnectionGroup): string => `${programOf(one) ?? 'unnamed'} ${one.role} ${servicePort(one) ?? '?'}`

const isFull = ({ recvQueue, recvQueueBytes }: ConnectionGroup, window: number): boolean =>
  recvQueue !== null && recvQueue.more > 0 && (recvQueueBytes ?? 0) >= window * recvQueue.more

const isUnread = (old: ConnectionGroup, now: ConnectionGroup): boolean =>
  keyOf(old) === keyOf(now) &&
  old.peer.address === now.peer.address &&
  old.count === now.count &&
  old.recvQueueBytes === now.recvQueueBytes &&
  sameOldest(old, now) === true

/** All connections of these groups, whether they are full or not. */
export const connectionsOf = ({ groups }: SlowReader): number => countOf(groups)

const NO_COUNTERS: Text = {
  en: 'what TCP did with full receive queues was not counted as totals (nstat -az TcpExtPruneCalled TcpExtRcvPruned)',
  zh: '没有采集到 TCP 接收队列裁剪的总数（nstat -az TcpExtPruneCalled TcpExtRcvPruned）',
}
