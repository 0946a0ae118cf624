import type { ConnectionGroup, Listener } from '../model/socket.ts'
import type { ConnectionLine, ListenerLine, SocketKey, SocketsTable } from '../model/socket-list.ts'
import { type AcceptQueue, acceptQueues } from './accept-queues.ts'
import { programOf } from './connections.ts'
import { limitsTold } from './listeners.ts'
import type { View } from './need.ts'
import { peerName } from './peers.ts'
import { listenerRow, partGap, placeOf } from './service-table.ts'
import { connectionFits, isUnaccepted, listenerFits, type SocketFilter } from './socket-filter.ts'
import { podOf } from './socket-pods.ts'

export interface SocketQuery {
  readonly filter: SocketFilter
  readonly by: readonly SocketKey[]
  readonly listeners: boolean
  readonly connections: boolean
}

/** The sockets of one namespace at one reading: listeners one by one, connections put together by what was asked for. */
export function socketsTable(view: View, { filter, by, listeners, connections }: SocketQuery): SocketsTable {
  const lines = connections ? connectionLines(view, filter, by) : null
  return {
    ...placeOf(view),
    listeners: listeners ? listenerLines(view, filter) : null,
    connections: lines,
    count: (lines ?? []).reduce((sum, one) => sum + one.count, 0),
    gaps: [
      ...(listeners ? partGap('listeners', view.netns.listeners) : []),
      ...(connections ? partGap('connections', view.netns.connections) : []),
    ],
  }
}

function listenerLines(view: View, filter: SocketFilter): readonly ListenerLine[] | null {
  const { listeners } = view.netns
  if (!listeners.ok) return null
  const got = acceptQueues.get(view)
  const queues = new Map<Listener, AcceptQueue>((got.ok ? got.value : []).map((one) => [one.listener, one]))
  const limits = limitsTold(view)
  return listeners.data
    .filter(listenerFits(view, filter))
    .map((one) => ({
      ...listenerRow(view, one, queues.get(one) ?? null, limits),
      service: one.service,
      pod: podOf(view, one.owners),
      drops: one.drops,
    }))
    .toSorted((a, b) => (b.length ?? -1) - (a.length ?? -1) || a.port - b.port)
}

function connectionLines(view: View, filter: SocketFilter, by: readonly SocketKey[]): readonly ConnectionLine[] | null {
  const { connections } = view.netns
  if (!connections.ok) return null
  const lines = new Map<string, Gathered>()
  for (const group of connections.data.filter(connectionFits(view, filter))) {
    const key = keyOf(view, group, by)
    const id = JSON.stringify(key)
    const line = lines.get(id)
    if (line) add(line, group)
    else lines.set(id, { key, ...amounts(group) })
  }
  return [...lines.values()]
    .map((line) => ({
      ...line,
      peerName: line.key.peer === undefined ? null : (peerName(view, line.key.peer)?.text ?? null),
    }))
    .toSorted((a, b) => b.count - a.count || JSON.stringify(a.key).localeCompare(JSON.stringify(b.key), 'en'))
}

function keyOf(view: View, group: ConnectionGroup, by: readonly SocketKey[]): ConnectionLine['key'] {
  return {
    ...(by.includes('state') ? { state: group.state } : {}),
    ...(by.includes('process') ? { process: programOf(group) } : {}),
    ...(by.includes('port') ? { port: portOf(group) } : {}),
    ...(by.includes('peer') ? { peer: group.peer.address } : {}),
    ...(by.includes('pod') ? { pod: podOf(view, group.processes) } : {}),
  }
}

function portOf({ role, local, peer }: ConnectionGroup): NonNullable<ConnectionLine['key']['port']> | null {
  if (role === 'client' && peer.port !== null) return { side: 'peer', number: peer.port }
  if (local.port !== null) return { side: 'local', number: local.port }
  return peer.port === null ? null : { side: 'peer', number: peer.port }
}

type Gathered = { -readonly [K in keyof Omit<ConnectionLine, 'peerName'>]: ConnectionLine[K] }

const amounts = (group: ConnectionGroup): Omit<Gathered, 'key'> => ({
  count: group.count,
  unaccepted: unacceptedOf(group),
  unread: group.recvQueueBytes,
  unsent: group.sendQueueBytes,
  oldestMs: group.oldestMs,
})

function unacceptedOf(group: ConnectionGroup): number | null {
  if (isUnaccepted(group)) return group.count
  return group.holding === 'unknown' && (group.state === 'ESTABLISHED' || group.state === 'CLOSE_WAIT') ? null : 0
}

/** What is not known of one is not known of all. */
function add(line: Gathered, group: ConnectionGroup): void {
  const more = amounts(group)
  const plus = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b)
  line.count += more.count
  line.unaccepted = plus(line.unaccepted, more.unaccepted)
  line.unread = plus(line.unread, more.unread)
  line.unsent = plus(line.unsent, more.unsent)
  line.oldestMs =
    line.oldestMs === null || more.oldestMs === null
      ? (line.oldestMs ?? more.oldestMs)
      : Math.max(line.oldestMs, more.oldestMs)
}
