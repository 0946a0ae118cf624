/**
 * Rows of a text of sockets in their plainest form, column by column as in SocketTable: made apart from the table that they go
 * into, so that another thread can make them. The columns may lie in shared memory and are used again and again.
 */
export interface SocketRows {
  length: number
  readonly family: Uint8Array
  readonly state: Uint8Array
  readonly holding: Uint8Array
  readonly localPort: Uint16Array
  readonly peerPort: Uint16Array
  /** 4 words a row. */
  readonly local: Uint32Array
  readonly peer: Uint32Array
  readonly recvQueue: Uint32Array
  readonly sendQueue: Uint32Array
  /** The program that holds it, counted from 1 in `names`; 0: none is named. */
  readonly program: Uint16Array
  readonly pid: Uint32Array
  readonly fd: Uint32Array
  readonly names: ProgramNames
}

/** Names of programs in ASCII: the length of each, and PROGRAM_NAME bytes for each. They are added to, never changed. */
export interface ProgramNames {
  readonly lengths: Uint8Array
  readonly bytes: Uint8Array
}

/** Room for one name. The kernel's have 15 bytes. */
export const PROGRAM_NAME = 64
/** More programs than these are named one by one, the careful way. */
export const MAX_PROGRAMS = 1024

/** Rows that were read from a slab before anybody asked for them. */
export interface RowsAhead {
  /** From its first byte, up to this one. */
  readonly to: number
  readonly rows: SocketRows
}

/** Bytes of memory for so many rows. */
export const rowBytes = (rows: number): number => align(rows * BYTES_A_ROW)

export const nameBytes = MAX_PROGRAMS * (PROGRAM_NAME + 1)

/** Four words for each of two addresses, four numbers, three short ones, three bytes. */
const BYTES_A_ROW = 2 * 16 + 4 * 4 + 3 * 2 + 3

const align = (bytes: number) => (bytes + 63) & ~63

/** Columns for so many rows, side by side in this memory from `at` on, a multiple of 4. */
export function rowsIn(memory: ArrayBufferLike, at: number, rows: number, names: ProgramNames): SocketRows {
  let from = at
  const next = (bytes: number) => {
    const here = from
    from += bytes
    return here
  }
  return {
    length: 0,
    local: new Uint32Array(memory, next(rows * 16), rows * 4),
    peer: new Uint32Array(memory, next(rows * 16), rows * 4),
    recvQueue: new Uint32Array(memory, next(rows * 4), rows),
    sendQueue: new Uint32Array(memory, next(rows * 4), rows),
    pid: new Uint32Array(memory, next(rows * 4), rows),
    fd: new Uint32Array(memory, next(rows * 4), rows),
    localPort: new Uint16Array(memory, next(rows * 2), rows),
    peerPort: new Uint16Array(memory, next(rows * 2), rows),
    program: new Uint16Array(memory, next(rows * 2), rows),
    family: new Uint8Array(memory, next(rows), rows),
    state: new Uint8Array(memory, next(rows), rows),
    holding: new Uint8Array(memory, next(rows), rows),
    names,
  }
}

export const namesIn = (memory: ArrayBufferLike, at: number): ProgramNames => ({
  lengths: new Uint8Array(memory, at, MAX_PROGRAMS),
  bytes: new Uint8Array(memory, at + MAX_PROGRAMS, MAX_PROGRAMS * PROGRAM_NAME),
})
