import type { SocketTable } from '../model/socket-table.ts'

/** So many rows are kept one by one: 92 MB. Beyond, connections that are alike stand together in one row. */
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
  table.inode = new Uint32Array(grown(table.inode, n))
  table.uid = new Uint32Array(grown(table.uid, n))
  table.drops = new Uint32Array(grown(table.drops, n))
  table.age = new Uint32Array(grown(table.age, n))
  table.cookie = new Uint32Array(grown(table.cookie, n * 2))
  table.cgroupId = new Float64Array(grown(table.cgroupId, n))
  table.holding = new Uint8Array(grown(table.holding, n))
  table.process = new Uint32Array(grown(table.process, n))
  table.line = new Uint32Array(grown(table.line, n))
  table.source = new Uint16Array(grown(table.source, n))
}

/** The column's memory, made longer or shorter in place where it can be: what it was must not be used any more. */
function grown(column: Uint8Array | Uint16Array | Uint32Array | Float64Array, length: number): ArrayBuffer {
  const { buffer } = column
  if (buffer instanceof ArrayBuffer) return buffer.transfer(length * column.BYTES_PER_ELEMENT)
  throw new TypeError('a column in shared memory cannot be resized')
}
