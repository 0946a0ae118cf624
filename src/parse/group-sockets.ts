import type { Origin } from '../model/part.ts'
import { type ConnectionGroup, type Listener, type ProcessRef, TCP_STATES, type TcpState } from '../model/socket.ts'
import { HOLDINGS, type SocketTable } from '../model/socket-table.ts'
import { CLIENT, SERVER } from './service-side.ts'
import { cookieHex, hexOfCookie, told } from './socket-table.ts'
import { addressOf, type Sum, sumSockets } from './sum-sockets.ts'

export interface GroupedSockets {
  readonly listeners: readonly Listener[]
  readonly groups: readonly ConnectionGroup[]
  /** Every row counted, those beyond the table's cap too. */
  readonly census: Readonly<Partial<Record<TcpState, number>>>
}

const LISTEN = 10
const UNOWNED = HOLDINGS.indexOf('unowned')
const KNOWN_WITHOUT_PROCESS = [HOLDINGS.indexOf('unaccepted'), HOLDINGS.indexOf('kernel')]
/** A group names its processes one by one up to this many, then program by program. */
const MAX_NAMED = 8

/**
 * Listeners one by one, connections as groups of alike ones, and the count by state.
 * Shape: a group = state, holding, program, service side and port, local and peer address; in the order of first rows
 * Units: bytes, the FIN's one in CLOSE_WAIT taken off; ages in milliseconds
 * Gaps:  a column that is not told in any row of a group is null
 */
export function groupSockets(table: SocketTable, originOf: (row: number) => Origin): GroupedSockets {
  const sums = sumSockets(table)
  const listeners: Listener[] = []
  for (let row = 0; row < table.length; row++)
    if (table.state[row] === LISTEN) listeners.push(listenerOf(table, row, originOf(row)))
  const groups = sums.map((sum) => groupOf(table, sum, originOf(sum.row)))
  return { listeners, groups, census: censusOf(table, sums) }
}

function censusOf(table: SocketTable, sums: readonly Sum[]): Partial<Record<TcpState, number>> {
  const counts = Array.from(table.beyond)
  const add = (row: number, count: number) => {
    const state = table.state[row] ?? 0
    counts[state] = (counts[state] ?? 0) + count
  }
  for (let row = 0; row < table.length; row++) if (table.state[row] === LISTEN) add(row, 1)
  for (const { row, count } of sums) add(row, count)
  const census: Partial<Record<TcpState, number>> = {}
  TCP_STATES.forEach((state, number) => {
    const count = counts[number] ?? 0
    if (state && count > 0) census[state] = (census[state] ?? 0) + count
  })
  return census
}

function listenerOf(table: SocketTable, row: number, origin: Origin): Listener {
  const family = table.family[row]
  const cgroupId = table.cgroupId[row] ?? Number.NaN
  const process = table.process[row] ?? 0
  return {
    local: { address: addressOf(table.local, table.localNames, row), port: table.localPort[row] ?? 0 },
    family: family === 4 || family === 6 || family === 46 ? family : null,
    acceptQueue: { length: told(table.recvQueue, row), max: told(table.sendQueue, row) },
    drops: told(table.drops, row),
    inode: told(table.inode, row),
    cookie: cookieHex(table, row),
    uid: told(table.uid, row),
    cgroupId: Number.isNaN(cgroupId) ? null : cgroupId,
    service: null,
    owners: process > 0 ? (table.processes[process] ?? null) : table.holding[row] === UNOWNED ? [] : null,
    origin,
  }
}

function groupOf(table: SocketTable, sum: Sum, origin: Origin): ConnectionGroup {
  const { row, side } = sum
  const holding = table.holding[row] ?? 0
  const localPort = table.localPort[row] ?? 0
  const peerPort = table.peerPort[row] ?? 0
  return {
    state: TCP_STATES[table.state[row] ?? 0] ?? 'CLOSE',
    holding: HOLDINGS[holding] ?? 'unknown',
    processes: processesOf(table, sum) ?? (KNOWN_WITHOUT_PROCESS.includes(holding) ? [] : null),
    role: side === SERVER ? 'server' : side === CLIENT ? 'client' : 'unknown',
    local: {
      address: addressOf(table.local, table.localNames, row),
      port: side === CLIENT ? null : localPort,
    },
    peer: {
      address: sum.anyPeer ? '*' : addressOf(table.peer, table.peerNames, row),
      port: side === SERVER ? null : peerPort,
    },
    count: sum.count,
    recvQueueBytes: sum.told > 0 ? sum.bytes : null,
    sendQueueBytes: sum.sendTold > 0 ? sum.sendBytes : null,
    recvQueue: sum.told > 0 ? { zero: sum.zero, one: sum.one, more: sum.told - sum.zero - sum.one } : null,
    oldestMs: sum.oldest < 0 ? null : sum.oldest,
    youngestMs: sum.youngest < 0 ? null : sum.youngest,
    oldestCookie: sum.oldest < 0 ? null : hexOfCookie(...sum.oldestCookie),
    fingerprint: sum.cookies === sum.count ? sum.print.map(hex).join('') : null,
    origin,
  }
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0')

/** The holders, each once: with pid (and fd, where it is a single socket) while they are few, else one per program. */
function processesOf(table: SocketTable, sum: Sum): readonly ProcessRef[] | null {
  if (!sum.processes) return null
  const all = [...sum.processes].flatMap((index) => table.processes[index] ?? [])
  const byPid = new Map<string, ProcessRef>()
  for (const one of all) byPid.set(`${one.pid} ${one.comm}`, sum.count === 1 ? one : { ...one, fd: null })
  if (byPid.size <= MAX_NAMED) return [...byPid.values()]
  return [...new Set(all.map((one) => one.comm))].map((comm) => ({ pid: null, comm, fd: null }))
}
