import type { Slab } from '../model/line.ts'
import { nameBytes, namesIn, rowBytes, rowsIn, type SocketRows } from '../model/socket-rows.ts'
import type { SocketTable } from '../model/socket-table.ts'
import { foldSockets } from './fold-sockets.ts'
import type { RowsTaken } from './format.ts'
import type { Holders } from './holders.ts'
import { ensureRows, tellNothing } from './socket-room.ts'
import { roomIn } from './socket-table.ts'
import { type RowReader, startRowReader } from './ss-bytes.ts'

/** What the rows go into, and what is remembered of them all. */
export interface ByteSink {
  readonly table: SocketTable
  readonly holders: Holders
  /** A row named its process. */
  owned(): void
}

export type RowAdder = (slab: Slab, at: number, line: number, before: () => void) => RowsTaken

/** So many rows are read in one go: what they are read into stays in the processor's cache. */
const AT_ONCE = 2048
const columns = new ArrayBuffer(rowBytes(AT_ONCE))

/**
 * Rows of ss as startRowReader reads them, into a table: as many as stand at `at`. Where somebody has read them ahead they are
 * only taken over.
 * Shape: row by row the same as pushSocket makes of them; `before` is called once, before the first row goes into the table
 */
export function startRowAdder(sink: ByteSink): RowAdder {
  let reading: { readonly rows: SocketRows; readonly read: RowReader } | null = null
  return (slab, at, line, before) => {
    const { bytes, to: end, ahead = null } = slab
    let taken = 0
    let from = at
    const add = (rows: SocketRows, to: number) => {
      if (rows.length === 0) return false
      if (taken === 0) before()
      addRows(sink, rows, line + taken)
      taken += rows.length
      from = to
      return true
    }
    if (ahead !== null && at === slab.at) add(ahead.rows, ahead.to)
    reading ??= startReading()
    while (from < end && add(reading.rows, reading.read(bytes, from, end, reading.rows))) {}
    return { rows: taken, to: from }
  }
}

function startReading() {
  const rows = rowsIn(columns, 0, AT_ONCE, namesIn(new ArrayBuffer(nameBytes), 0))
  return { rows, read: startRowReader(rows.names) }
}

/** Add them to the table, which is summed up whenever it is full. */
function addRows({ table, holders, owned }: ByteSink, rows: SocketRows, firstLine: number): void {
  const programOf = holders.programsOf(rows.names)
  const { length, program, pid, fd } = rows
  for (let done = 0; done < length; ) {
    if (roomIn(table) <= 0) foldSockets(table)
    const count = Math.min(length - done, roomIn(table))
    const row = table.length
    ensureRows(table, row + count)
    for (const column of ['family', 'state', 'holding'] as const)
      table[column].set(rows[column].subarray(done, done + count), row)
    for (const column of ['localPort', 'peerPort'] as const)
      table[column].set(rows[column].subarray(done, done + count), row)
    for (const column of ['local', 'peer'] as const)
      table[column].set(rows[column].subarray(done * 4, (done + count) * 4), row * 4)
    for (const column of ['recvQueue', 'sendQueue'] as const)
      table[column].set(rows[column].subarray(done, done + count), row)
    const { process, line, source } = table
    for (let i = 0; i < count; i++) {
      const number = program[done + i] ?? 0
      process[row + i] = number === 0 ? 0 : holders.single(programOf(number), pid[done + i] ?? 0, fd[done + i] ?? 0)
      if (number !== 0) owned()
      line[row + i] = firstLine + done + i
    }
    source.fill(0, row, row + count)
    tellNothing(table, row, row + count)
    table.length += count
    done += count
  }
}
