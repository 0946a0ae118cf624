import { type End, type Holding, type ProcessRef, TCP_STATES, type TcpState } from '../model/socket.ts'
import { HOLDINGS, NONE, type SocketTable } from '../model/socket-table.ts'
import { parseAddress } from './address.ts'
import { foldSockets } from './fold-sockets.ts'
import { ensureRows, MAX_ROWS, type OptionalColumn, openColumn, tellNothing } from './socket-room.ts'

/** One socket as a text format prints it. null: not printed. */
export interface SocketRow {
  readonly state: TcpState
  readonly family: 4 | 6 | 46 | null
  readonly local: End
  readonly peer: End | null
  readonly recvQueue: number | null
  /** For a listener: the limit; null where the format prints 0 in its place (netstat, /proc/net/tcp). */
  readonly sendQueue: number | null
  readonly inode: number | null
  readonly uid: number | null
  /** Hex. */
  readonly cookie: string | null
  readonly drops: number | null
  readonly ageMs: number | null
  readonly holding: Holding
  readonly processes: readonly ProcessRef[] | null
  readonly line: number
}

const STATE_NUMBER: Readonly<Record<string, number>> = Object.fromEntries(
  TCP_STATES.slice(0, 12).flatMap((state, number) => (state ? [[state, number]] : [])),
)

export { ensureRows, MAX_ROWS }

export const stateNumber = (state: TcpState): number => STATE_NUMBER[state] ?? 0

/** `sparse`: the columns that texts seldom tell are empty until somebody tells one of them. */
export function createSocketTable(capacity = 64, sparse = false): SocketTable {
  const n = Math.max(1, Math.min(capacity, MAX_ROWS))
  const seldom = sparse ? 0 : n
  return {
    length: 0,
    family: new Uint8Array(n),
    state: new Uint8Array(n),
    localPort: new Uint16Array(n),
    peerPort: new Uint16Array(n),
    local: new Uint32Array(n * 4),
    peer: new Uint32Array(n * 4),
    recvQueue: new Uint32Array(n),
    sendQueue: new Uint32Array(n),
    inode: new Uint32Array(seldom),
    uid: new Uint32Array(seldom),
    drops: new Uint32Array(seldom),
    age: new Uint32Array(seldom),
    cookie: new Uint32Array(seldom * 2),
    cgroupId: new Float64Array(seldom),
    holding: new Uint8Array(n),
    process: new Uint32Array(n),
    line: new Uint32Array(n),
    source: new Uint16Array(n),
    processes: [[]],
    localNames: new Map(),
    peerNames: new Map(),
    folded: null,
    beyond: new Uint32Array(13),
  }
}

/** Rows that wait to be summed up, once a table was full: as many as stay in the processor's cache. */
const WAITING = 8192

/** So many more rows fit before it is time to sum up. */
export const roomIn = ({ folded, length }: SocketTable): number =>
  folded === null ? MAX_ROWS - length : WAITING - (length - folded.front)

/** Add one row. A value that does not fit its column is not told. Where the table is full, rows that are alike are put together. */
export function pushSocket(table: SocketTable, row: SocketRow): void {
  const state = stateNumber(row.state)
  if (roomIn(table) <= 0) foldSockets(table)
  const i = table.length
  ensureRows(table, i + 1)
  table.length = i + 1
  table.family[i] = row.family ?? 0
  table.state[i] = state
  putEnd(row.local, i, table.local, table.localPort, table.localNames)
  if (row.peer) putEnd(row.peer, i, table.peer, table.peerPort, table.peerNames)
  table.recvQueue[i] = orNone(row.recvQueue)
  table.sendQueue[i] = orNone(row.sendQueue)
  tellNothing(table, i, i + 1)
  tell(table, 'inode', i, orNone(row.inode))
  tell(table, 'uid', i, orNone(row.uid))
  tell(table, 'drops', i, orNone(row.drops))
  tell(table, 'age', i, orNone(row.ageMs))
  const [low, high] = cookieWords(row.cookie)
  tell(table, 'cookie', i * 2, low)
  tell(table, 'cookie', i * 2 + 1, high)
  table.holding[i] = HOLDINGS.indexOf(row.holding)
  table.process[i] = row.processes?.length ? internProcesses(table, row.processes) : 0
  table.line[i] = row.line
}

function tell(table: SocketTable, column: OptionalColumn, at: number, value: number): void {
  if (value === NONE) return
  openColumn(table, column)
  table[column][at] = value
}

/** Index of this list of processes in `table.processes`; the same list twice in a row shares an entry. */
export function internProcesses(table: SocketTable, processes: readonly ProcessRef[]): number {
  const last = table.processes.length - 1
  if (last > 0 && sameProcesses(table.processes[last] ?? [], processes)) return last
  return table.processes.push(processes) - 1
}

const sameProcesses = (a: readonly ProcessRef[], b: readonly ProcessRef[]) =>
  a.length === b.length && a.every((one, i) => one.pid === b[i]?.pid && one.comm === b[i]?.comm && one.fd === b[i]?.fd)

function putEnd(end: End, row: number, words: Uint32Array, ports: Uint16Array, names: Map<number, string>): void {
  const address = parseAddress(end.address)
  words.set(address.words, row * 4)
  ports[row] = end.port
  if (address.name !== null) names.set(row, address.name)
}

const orNone = (value: number | null) => (value === null || !(value >= 0 && value < NONE) ? NONE : value)

/** `ss -e` prints the cookie as one hexadecimal number of up to 64 bits. */
function cookieWords(cookie: string | null): [low: number, high: number] {
  if (cookie === null || !/^[\da-f]{1,16}$/i.test(cookie)) return [NONE, NONE]
  return [Number.parseInt(cookie.slice(-8), 16), Number.parseInt(cookie.slice(0, -8) || '0', 16)]
}

/** The cookie of a row in hex; null where unknown. */
export const cookieHex = (table: SocketTable, row: number): string | null =>
  hexOfCookie(table.cookie[row * 2] ?? NONE, table.cookie[row * 2 + 1] ?? NONE)

export function hexOfCookie(low: number, high: number): string | null {
  if (low === NONE && high === NONE) return null
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0')
}

/** One copy of a column's value, null where it is not told. */
export function told(column: Uint32Array, row: number): number | null {
  const value = column[row] ?? NONE
  return value === NONE ? null : value
}
