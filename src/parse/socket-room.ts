import { NONE, type SocketTable } from '../model/socket-table.ts'

/** So many rows are kept one by one: 58 MB, or 92 with all columns. Beyond, connections that are alike stand together in one row. */
export const MAX_ROWS = 1_000_000

/** Make room for `rows` rows in all, at most MAX_ROWS: the columns are replaced, so read them from the table afterwards. */
export function ensureRows(table: SocketTable, rows: number): void {
  const have = table.state.length
  if (rows <= have || have >= MAX_ROWS) return
  resize(table, Math.min(MAX_ROWS, Math.max(rows, have * 2)))
}

/** Give back what is not needed for `rows` rows. The columns are replaced here too. */
export function shrinkRows(table: SocketTable, rows: number): void {
  if (rows * 2 < table.state.length) resize(table, rows)
}

function resize(table: SocketTable, n: number): void {
  table.family = new Uint8Array(grown(table.family, n))
  table.state = new Uint8Array(grown(table.state, n))
  table.localPort = new Uint16Array(grown(table.localPort, n))
  table.peerPort = new Uint16Array(grown(table.peerPort, n))
  table.local = new Uint32Array(grown(table.local, n * 4))
  table.peer = new Uint32Array(grown(table.peer, n * 4))
  table.recvQueue = new Uint32Array(grown(table.recvQueue, n))
  table.sendQueue = new Uint32Array(grown(table.sendQueue, n))
  table.holding = new Uint8Array(grown(table.holding, n))
  table.process = new Uint32Array(grown(table.process, n))
  table.line = new Uint32Array(grown(table.line, n))
  table.source = new Uint16Array(grown(table.source, n))
  for (const column of OPTIONAL)
    if (table[column].length > 0) table[column] = new Uint32Array(grown(table[column], n * widthOf(column)))
  if (table.cgroupId.length > 0) table.cgroupId = new Float64Array(grown(table.cgroupId, n))
}

/** Columns of numbers that few ways of reading tell. */
export const OPTIONAL = ['inode', 'uid', 'drops', 'age', 'cookie'] as const
export type OptionalColumn = (typeof OPTIONAL)[number]

export const widthOf = (column: OptionalColumn): number => (column === 'cookie' ? 2 : 1)

/** A value of this column is about to be told: give it room, were there none of it so far. */
export function openColumn(table: SocketTable, column: OptionalColumn): void {
  if (table[column].length === 0) table[column] = new Uint32Array(table.state.length * widthOf(column)).fill(NONE)
}

/** Give room to all columns. */
export function openColumns(table: SocketTable): void {
  for (const column of OPTIONAL) openColumn(table, column)
  if (table.cgroupId.length === 0) table.cgroupId = new Float64Array(table.state.length).fill(Number.NaN)
}

/** Of rows that were just added: what nobody tells of them. */
export function tellNothing(table: SocketTable, from: number, to: number): void {
  for (const column of OPTIONAL)
    if (table[column].length > 0) table[column].fill(NONE, from * widthOf(column), to * widthOf(column))
  if (table.cgroupId.length > 0) table.cgroupId.fill(Number.NaN, from, to)
}

/** The column's memory, made longer or shorter in place where it can be: what it was must not be used any more. */
function grown(column: Uint8Array | Uint16Array | Uint32Array | Float64Array, length: number): ArrayBuffer {
  const { buffer } = column
  if (buffer instanceof ArrayBuffer) return buffer.transfer(length * column.BYTES_PER_ELEMENT)
  throw new TypeError('a column in shared memory cannot be resized')
}
