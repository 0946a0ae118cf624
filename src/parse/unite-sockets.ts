import { NONE, type SocketTable } from '../model/socket-table.ts'
import { openColumns } from './socket-room.ts'
import { createSocketTable, ensureRows, MAX_ROWS } from './socket-table.ts'
import { COUNT, WIDTH } from './sum-index.ts'

const LISTEN = 10

/**
 * One table from several outputs about the same sockets (`ss | grep 80` and `ss | grep CLOSE-WAIT`, tcp and tcp6).
 * Shape: a row seen in two tables stands once, with what either of them told. Rows that look alike *inside* one table are
 *        several sockets (SO_REUSEPORT listeners without inodes) and stay.
 * Gaps:  the line is that of the first table; so are the queues. Where one of them has its rows summed up, single rows cannot be
 *        found again: then the connections are those of the table that counts most of them.
 */
export function unite(tables: readonly SocketTable[]): SocketTable {
  const [first] = tables
  if (first && tables.length === 1) return first
  if (tables.some((table) => table.folded !== null)) return uniteFolded(tables)
  const all = createSocketTable(tables.reduce((sum, table) => sum + table.length, 0))
  const standing = new Map<string, number[]>()
  const listening = new Map<number, number[]>()
  for (const table of tables) {
    const taken = new Set<number>()
    const processIndex = table.processes.map((list, index) => (index === 0 ? 0 : all.processes.push(list) - 1))
    for (let row = 0; row < table.length; row++) {
      const key = rowKey(table, row)
      const twin =
        standing.get(key)?.find((other) => !taken.has(other) && compatible(all, other, table, row)) ??
        halfTold(all, listening.get(table.localPort[row] ?? 0), table, row)
      if (twin !== undefined) {
        taken.add(twin)
        fillIn(all, twin, table, row, processIndex)
        continue
      }
      const added = copyRow(all, table, row, processIndex)
      if (added < 0) continue
      taken.add(added)
      if (table.state[row] === LISTEN) {
        const port = table.localPort[row] ?? 0
        listening.set(port, [...(listening.get(port) ?? []), added])
      }
      const same = standing.get(key)
      if (same) same.push(added)
      else standing.set(key, [added])
    }
    for (let state = 0; state < all.beyond.length; state++)
      all.beyond[state] = Math.max(all.beyond[state] ?? 0, table.beyond[state] ?? 0)
  }
  return all
}

/** Tables of which one is folded: that which counts most connections, with the others' listeners and what they tell of its own. */
function uniteFolded(tables: readonly SocketTable[]): SocketTable {
  const count = ({ folded, length }: SocketTable) => {
    let sum = length
    for (let i = 0; i < (folded?.size ?? 0); i++) sum += folded?.sums[i * WIDTH + COUNT] ?? 0
    return sum
  }
  const [largest, ...others] = [...tables].sort((a, b) => count(b) - count(a))
  const all = structuredClone(largest ?? createSocketTable())
  openColumns(all)
  const listeners = unite([largest, ...others].map((table) => listenersOf(table ?? createSocketTable())))
  const processIndex = listeners.processes.map((list, index) => (index === 0 ? 0 : all.processes.push(list) - 1))
  let known = 0
  for (let row = 0; row < all.length; row++)
    if (all.state[row] === LISTEN) fillIn(all, row, listeners, known++, processIndex)
  for (let row = known; row < listeners.length; row++) copyRow(all, listeners, row, processIndex)
  return all
}

function listenersOf(table: SocketTable): SocketTable {
  const only = createSocketTable()
  only.processes = table.processes
  const same = table.processes.map((_, index) => index)
  for (let row = 0; row < table.length; row++) if (table.state[row] === LISTEN) copyRow(only, table, row, same)
  return only
}

function rowKey(table: SocketTable, row: number): string {
  const end = (words: Uint32Array, ports: Uint16Array, names: Map<number, string>) =>
    `${names.get(row) ?? words.subarray(row * 4, row * 4 + 4).join('.')} ${ports[row]}`
  const local = end(table.local, table.localPort, table.localNames)
  return table.state[row] === LISTEN
    ? `listen ${local}`
    : `${local} ${end(table.peer, table.peerPort, table.peerNames)}`
}

/**
 * The only listener of a port, where one output tells its queue but prints `*` for its address, and the other (lsof) names its
 * owner but no queue: each has what the other lacks.
 */
function halfTold(
  all: SocketTable,
  listening: readonly number[] | undefined,
  table: SocketTable,
  row: number,
): number | undefined {
  const [only, ...others] = listening ?? []
  if (table.state[row] !== LISTEN || only === undefined || others.length > 0) return undefined
  const isStar = (one: SocketTable, i: number) => one.localNames.get(i) === '*'
  const hasQueue = (one: SocketTable, i: number) => one.recvQueue[i] !== NONE
  const [a, b] = [hasQueue(all, only), hasQueue(table, row)]
  if (a === b || !compatible(all, only, table, row)) return undefined
  return (a && isStar(all, only)) || (b && isStar(table, row)) ? only : undefined
}

/** Neither inode nor cookie nor family says that they are two. */
function compatible(a: SocketTable, i: number, b: SocketTable, j: number): boolean {
  const agree = (x: number | undefined, y: number | undefined, none: number) => x === none || y === none || x === y
  return (
    agree(a.inode[i], b.inode[j] ?? NONE, NONE) &&
    agree(a.cookie[i * 2], b.cookie[j * 2] ?? NONE, NONE) &&
    (a.state[i] !== LISTEN || agree(a.family[i], b.family[j], 0))
  )
}

const SIMPLE = ['recvQueue', 'sendQueue', 'inode', 'uid', 'drops', 'age'] as const

function fillIn(to: SocketTable, i: number, from: SocketTable, j: number, processIndex: readonly number[]): void {
  for (const column of SIMPLE) if (to[column][i] === NONE) to[column][i] = from[column][j] ?? NONE
  if (to.cookie[i * 2] === NONE) copyCookie(to, i, from, j)
  if (to.family[i] === 0) to.family[i] = from.family[j] ?? 0
  if (to.holding[i] === 0) to.holding[i] = from.holding[j] ?? 0
  if (Number.isNaN(to.cgroupId[i])) to.cgroupId[i] = from.cgroupId[j] ?? Number.NaN
  if (to.process[i] === 0 && from.process[j]) {
    to.process[i] = processIndex[from.process[j] ?? 0] ?? 0
    to.holding[i] = from.holding[j] ?? 0
  }
}

function copyCookie(to: SocketTable, i: number, from: SocketTable, j: number): void {
  to.cookie[i * 2] = from.cookie[j * 2] ?? NONE
  to.cookie[i * 2 + 1] = from.cookie[j * 2 + 1] ?? NONE
}

/**
 * Add a row of another table to one that has all its columns. `processIndex`: by the other table's number of a process list, this one's.
 * Shape: the new row's number; -1 when the table is full: then it is only counted
 */
export function copyRow(to: SocketTable, from: SocketTable, j: number, processIndex: readonly number[]): number {
  const state = from.state[j] ?? 0
  if (to.length >= MAX_ROWS) {
    to.beyond[state] = (to.beyond[state] ?? 0) + 1
    return -1
  }
  const i = to.length++
  ensureRows(to, i + 1)
  to.state[i] = state
  for (const column of SIMPLE) to[column][i] = from[column][j] ?? NONE
  for (const column of ['family', 'localPort', 'peerPort', 'holding', 'line', 'source'] as const)
    to[column][i] = from[column][j] ?? 0
  to.cgroupId[i] = from.cgroupId[j] ?? Number.NaN
  copyCookie(to, i, from, j)
  to.local.set(from.local.subarray(j * 4, j * 4 + 4), i * 4)
  to.peer.set(from.peer.subarray(j * 4, j * 4 + 4), i * 4)
  to.process[i] = processIndex[from.process[j] ?? 0] ?? 0
  const localName = from.localNames.get(j)
  if (localName !== undefined) to.localNames.set(i, localName)
  const peerName = from.peerNames.get(j)
  if (peerName !== undefined) to.peerNames.set(i, peerName)
  return i
}
