import type { PortSocket } from '../model/queue.ts'
import type { OpenConnection, OpenGroup, OpenQueue } from '../model/queue-open.ts'
import { limitsTold } from './listeners.ts'
import type { View } from './need.ts'
import { peerName } from './peers.ts'
import { listenerRow, placeOf } from './service-table.ts'
import { podOf } from './socket-pods.ts'

/** What was read of one queue: see act/children. */
interface Read {
  readonly listeners: readonly PortSocket[]
  readonly length: number
  readonly queued: readonly PortSocket[]
  readonly owned: readonly PortSocket[]
  /** Nothing came or went while it was read. */
  readonly still: boolean
}

/** 32-bit milliseconds begin anew after that. */
const WRAP_MS = 2 ** 32

/**
 * One accept queue from outside, with names for who is in it.
 * Shape: `now` is when the rows were read, in milliseconds since 1970
 */
export function openQueue(view: View, read: Read, now: number): OpenQueue {
  const inodes = new Set(read.listeners.map(({ inode }) => inode))
  const known = view.netns.listeners.ok ? view.netns.listeners.data.filter((one) => inodes.has(one.inode ?? -1)) : []
  const rows = known.map((one) => listenerRow(view, one, null, limitsTold(view)))
  const connections = read.queued.map((row) => connectionOf(view, row)).toSorted(oldestFirst)
  const closed = connections.filter(({ state }) => state === 'CLOSE_WAIT').length
  const oldest = connections[0]?.handshakeMs ?? null
  return {
    ...placeOf(view),
    takenAt: new Date(now).toISOString(),
    listeners: read.listeners.map(({ local, recvQueue, sendQueue, drops, inode, cookie }) => ({
      local,
      length: recvQueue,
      limit: sendQueue,
      drops,
      inode,
      cookie,
    })),
    program: [...new Set(rows.flatMap(({ program }) => (program === null ? [] : [program])))].join(', ') || null,
    pids: [...new Set(rows.flatMap(({ pids }) => pids))],
    service: known.find(({ service }) => service !== null)?.service ?? null,
    podName: podOf(
      view,
      known.flatMap(({ owners }) => owners ?? []),
    ),
    length: read.length,
    closed,
    alive: connections.length - closed,
    reset: read.still && read.length >= connections.length ? read.length - connections.length : null,
    unread: connections.reduce((sum, one) => sum + one.unread, 0),
    withData: connections.filter(({ unread }) => unread > 0).length,
    stuckSince: oldest === null ? null : { at: new Date(now - oldest).toISOString(), ms: oldest },
    agesMayWrap: isOld(
      view,
      rows.flatMap(({ pids }) => pids),
      now,
    ),
    owned: read.owned.length,
    groups: groupsOf(connections),
    connections,
    gaps: [],
  }
}

function connectionOf(view: View, { state, peer, recvQueue, clocks, cookie }: PortSocket): OpenConnection {
  const isClosed = state === 'CLOSE_WAIT'
  // the FIN takes a place in the stream of bytes
  const unread = Math.max(0, recvQueue - (isClosed ? 1 : 0))
  return {
    peer,
    peerName: peerName(view, peer.address)?.text ?? null,
    state: isClosed ? 'CLOSE_WAIT' : 'ESTABLISHED',
    unread,
    handshakeMs: clocks?.handshakeMs ?? null,
    dataMs: clocks && unread > 0 ? clocks.dataMs : null,
    finMs: clocks && isClosed ? clocks.segmentMs : null,
    cookie,
  }
}

const oldestFirst = (a: OpenConnection, b: OpenConnection): number =>
  (b.handshakeMs ?? -1) - (a.handshakeMs ?? -1) ||
  a.peer.address.localeCompare(b.peer.address, 'en') ||
  a.peer.port - b.peer.port

function groupsOf(connections: readonly OpenConnection[]): readonly OpenGroup[] {
  const groups = new Map<string, OpenConnection[]>()
  for (const one of connections) {
    const key = `${one.peer.address} ${one.state}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
    .flatMap((group): OpenGroup[] => {
      const [first] = group
      if (!first) return []
      const { peer, peerName: name, state } = first
      return [
        {
          peer: peer.address,
          peerName: name,
          state,
          count: group.length,
          unread: group.reduce((sum, one) => sum + one.unread, 0),
          oldestMs: extreme(group, 'handshakeMs', Math.max),
          youngestMs: extreme(group, 'handshakeMs', Math.min),
          dataMs: extreme(group, 'dataMs', Math.min),
          finMs: extreme(group, 'finMs', Math.min),
        },
      ]
    })
    .toSorted((a, b) => b.count - a.count || a.peer.localeCompare(b.peer, 'en') || a.state.localeCompare(b.state, 'en'))
}

function extreme(
  group: readonly OpenConnection[],
  clock: 'handshakeMs' | 'dataMs' | 'finMs',
  pick: (a: number, b: number) => number,
): number | null {
  return group.reduce<number | null>((best, one) => {
    const value = one[clock]
    return value === null ? best : best === null ? value : pick(best, value)
  }, null)
}

/** One of its owners has run for longer than ages can tell. Unknown owners are taken for old. */
function isOld({ snapshot }: View, pids: readonly number[], now: number): boolean {
  if (!snapshot.processes.ok || pids.length === 0) return true
  const starts = snapshot.processes.data.flatMap((one) => (pids.includes(one.pid) ? [one.startedAt] : []))
  return starts.length === 0 || starts.some((at) => at === null || now - Date.parse(at) >= WRAP_MS)
}
