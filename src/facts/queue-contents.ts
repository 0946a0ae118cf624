import type { Coverage, Origin } from '../model/part.ts'
import type { ConnectionGroup, Listener, TcpState } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { coversState, cutsOf } from './coverage.ts'
import { earlierSelf } from './listeners.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { sameOldest, uniteFingerprints } from './same-sockets.ts'

/** What can be seen of the connections that wait in one accept queue. */
export interface QueueContents {
  /** Connections that nobody accepted. */
  readonly visible: number
  readonly closeWait: number
  readonly established: number
  /** CLOSE_WAIT with nothing but the peer's FIN to read; null where no Recv-Q was printed. */
  readonly finOnly: number | null
  /** With unread data. */
  readonly withData: number | null
  /** Unread bytes, FINs taken off. */
  readonly bytes: number | null
  /** Most first. */
  readonly peers: readonly { readonly address: string; readonly count: number }[]
  /** Every one of them has inode 0. Otherwise a missing owner is all that is known, which a missing privilege looks like. */
  readonly certain: boolean
  readonly oldestMs: number | null
  readonly oldestCookie: string | null
  readonly fingerprint: string | null
  /** Connections of this port that a process holds: somebody accepted them. */
  readonly owned: number
  /** Connections of this port whose end is under way or over on this side: what nobody accepted cannot be closed here. */
  readonly closedHere: number
  /** Every connection of this port in ESTABLISHED and CLOSE_WAIT was seen. */
  readonly whole: boolean
  /** The first row; null where there is none. */
  readonly origin: Origin | null
}

export interface FilledQueue extends AcceptQueue {
  readonly contents: QueueContents
  /** Reset by the peer while queued: they keep their place and no tool can list them. null: cannot be told. */
  readonly invisible: number | null
}

/** Accept queues with what is in them. Gaps: incomplete unless every connection of every such port was seen. */
export const queueContents: Need<readonly FilledQueue[]> = need('queue-contents', (view) => {
  const queues = acceptQueues.get(view)
  if (!queues.ok) return queues
  const { connections } = view.netns
  if (!connections.ok)
    return queues.value.length === 0 ? got([], queues.incomplete) : missing(notRead(connections.detail))
  const filled = queues.value.map((queue) => fill(view, queue))
  const partly = filled.filter((one) => !one.contents.whole).length
  return got(filled, queues.incomplete ?? (partly > 0 ? notWhole(partly, cutsOf(connections)) : null))
})

/** A queue with what is seen of its connections; nothing is, where none were read. */
export function fill(view: View, queue: AcceptQueue): FilledQueue {
  const contents = contentsOf(view, queue.listener)
  return { ...queue, contents, invisible: invisibleIn(view, queue, contents) }
}

/**
 * Queue length less the visible connections, where that is no race.
 * A live dump is not atomic: only what stands exactly so at two readings is believed. Sockets that share address and port
 * (SO_REUSEPORT) share their children, too.
 */
function invisibleIn(view: View, { listener, length }: AcceptQueue, contents: QueueContents): number | null {
  const missing = length - contents.visible
  if (!contents.whole || missing < 0 || sharesPort(view, listener)) return null
  if (missing === 0) return missing
  // Text gives one moment, drawn out over the lines: where somebody accepts, the queue moves between its line and theirs.
  if (view.snapshot.way !== 'live') return contents.owned + contents.closedHere === 0 ? missing : null
  const then = earlierContents(view, listener)
  const stands = then?.length === length && then.contents.visible === contents.visible
  return stands && sameOldest(then.contents, contents) !== false ? missing : null
}

/** The same queue at the reading before. */
export function earlierContents(
  view: View,
  listener: Listener,
): { readonly length: number; readonly contents: QueueContents; readonly view: View } | null {
  const earlier = earlierSelf(
    view,
    listener,
    (self) => self.view.netns.connections.ok && self.listener.acceptQueue.length !== null,
  )
  if (!earlier) return null
  const { view: back, listener: then } = earlier
  return { length: then.acceptQueue.length ?? 0, contents: contentsOf(back, then), view: back }
}

/** What is seen of one queue; nothing, and not whole, where no connections were read. */
function contentsOf(view: View, listener: Listener): QueueContents {
  const { connections } = view.netns
  const rivals = onSamePort(view, listener)
  const groups = connections.ok ? connections.data.filter((group) => belongsTo(listener, rivals, group)) : []
  const queued = groups.filter((group) => group.holding === 'unaccepted' || group.holding === 'unowned')
  const oldest = queued.reduce<ConnectionGroup | null>(
    (a, b) => ((b.oldestMs ?? -1) > (a?.oldestMs ?? -1) ? b : a),
    null,
  )
  const closeWait = countIn(queued, 'CLOSE_WAIT')
  const established = countIn(queued, 'ESTABLISHED')
  return {
    visible: closeWait + established,
    closeWait,
    established,
    finOnly: sumKnown(queued, (one) => (one.state === 'CLOSE_WAIT' ? one.recvQueue?.one : 0)),
    withData: sumKnown(queued, (one) => one.recvQueue && withDataIn(one.state, one.recvQueue)),
    bytes: sumKnown(queued, (one) => one.recvQueueBytes),
    peers: peersOf(queued),
    certain: queued.every((group) => group.holding === 'unaccepted'),
    oldestMs: oldest?.oldestMs ?? null,
    oldestCookie: oldest?.oldestCookie ?? null,
    fingerprint: uniteFingerprints(queued),
    owned: groups.filter((group) => group.holding === 'process').reduce((sum, one) => sum + one.count, 0),
    closedHere: closedHere(listener, rivals, connections.ok ? connections.data : []),
    whole: connections.ok && isTold(groups) && seesPort(connections.coverage, listener.local.port),
    origin: queued[0]?.origin ?? null,
  }
}

const QUEUED_STATES: readonly TcpState[] = ['ESTABLISHED', 'CLOSE_WAIT']
const CLOSED_HERE: readonly TcpState[] = ['FIN_WAIT1', 'FIN_WAIT2', 'CLOSING', 'TIME_WAIT', 'LAST_ACK']

/** In CLOSE_WAIT a single unread byte is the FIN; in ESTABLISHED it is data. */
const withDataIn = (state: TcpState, { one, more }: { readonly one: number; readonly more: number }): number =>
  state === 'CLOSE_WAIT' ? more : one + more

const countIn = (groups: readonly ConnectionGroup[], state: TcpState): number =>
  groups.reduce((sum, group) => sum + (group.state === state ? group.count : 0), 0)

/** A sum of values of which none is missing, else null. */
function sumKnown(
  groups: readonly ConnectionGroup[],
  read: (group: ConnectionGroup) => number | null | undefined,
): number | null {
  let sum = 0
  for (const group of groups) {
    const value = read(group)
    if (value == null) return null
    sum += value
  }
  return sum
}

function peersOf(groups: readonly ConnectionGroup[]): QueueContents['peers'] {
  const counts = new Map<string, number>()
  for (const { peer, count } of groups) counts.set(peer.address, (counts.get(peer.address) ?? 0) + count)
  return [...counts]
    .map(([address, count]) => ({ address, count }))
    .sort((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1))
}

/** Connections of one listener that this side has closed, or is closing. */
const closedHere = (listener: Listener, rivals: readonly Listener[], groups: readonly ConnectionGroup[]): number =>
  groups
    .filter((group) => CLOSED_HERE.includes(group.state) && isChild(listener, rivals, group))
    .reduce((sum, one) => sum + one.count, 0)

const belongsTo = (listener: Listener, rivals: readonly Listener[], group: ConnectionGroup): boolean =>
  QUEUED_STATES.includes(group.state) && isChild(listener, rivals, group)

/** Could this listener be the parent? An exact address goes before an any-address, IPv4's before the dual-stack one. */
function isChild(listener: Listener, rivals: readonly Listener[], group: ConnectionGroup): boolean {
  if (group.local.port !== listener.local.port || group.role === 'client') return false
  const fit = fitOf(listener, group.local.address)
  return fit > 0 && rivals.every((rival) => fitOf(rival, group.local.address) <= fit)
}

function fitOf({ local, family }: Listener, address: string): number {
  if (local.address === address) return 3
  const isV6 = address.includes(':')
  if (local.address === '0.0.0.0') return isV6 ? 0 : 2
  if (local.address === '::') return isV6 || family !== 6 ? 1 : 0
  return local.address === '*' ? 1 : 0
}

function onSamePort({ netns }: View, { local }: Listener): readonly Listener[] {
  return netns.listeners.ok ? netns.listeners.data.filter((one) => one.local.port === local.port) : []
}

const sharesPort = (view: View, listener: Listener): boolean =>
  onSamePort(view, listener).filter((one) => one.local.address === listener.local.address).length > 1

/** Without -p or inodes nothing tells the accepted from the waiting. */
const isTold = (groups: readonly ConnectionGroup[]): boolean => groups.every((group) => group.holding !== 'unknown')

const seesPort = (coverage: readonly Coverage[], port: number): boolean =>
  QUEUED_STATES.every((state) => coversPort(coverage, port, state))

/** Was every connection of this port in this state seen? */
function coversPort(coverage: readonly Coverage[], port: number, state: TcpState): boolean {
  return coverage.some((set) => {
    if (set.of === 'port') return set.port === port
    if (set.of === 'and') return set.sets.length > 0 && set.sets.every((one) => coversPort([one], port, state))
    return coversState([set], state)
  })
}

const notRead = (detail: string): Text => ({
  en: `connections were not read, so what waits in the queues is not known: ${detail} (ss -tanp)`,
  zh: `没有读到连接，无法知道队列里是什么：${detail}（ss -tanp）`,
})
const notWhole = (count: number, cuts: string | null): Text => ({
  en: `of ${count} queues not every connection was seen${cuts === null ? '' : ` (${cuts})`}`,
  zh: `有 ${count} 个队列的连接没有看全${cuts === null ? '' : `（${cuts}）`}`,
})
