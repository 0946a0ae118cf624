import type { TcpState } from '../model/socket.ts'
import type { ProgramNames, SocketRows } from '../model/socket-rows.ts'
import { HOLDINGS, NONE } from '../model/socket-table.ts'
import { readEnd } from './address-bytes.ts'
import { HASH_START, type ProgramIndex, startProgramIndex, stir } from './program-index.ts'
import { stateNumber } from './socket-table.ts'

const SPACE = 32
const TAB = 9
const NEWLINE = 10
const RETURN = 13
const MAPPED = 0xffff
const UNKNOWN = HOLDINGS.indexOf('unknown')
const PROCESS = HOLDINGS.indexOf('process')
const KERNEL = HOLDINGS.indexOf('kernel')
/** Longer rows go the careful way. */
const MAX_ROW = 1000

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** States of connections as ss prints them, found by their first letter. LISTEN and UNCONN mean more: they go the careful way. */
const STATES: readonly (readonly { readonly word: Uint8Array; readonly state: number }[])[] = (() => {
  const words: readonly (readonly [string, TcpState])[] = [
    ['ESTAB', 'ESTABLISHED'],
    ['SYN-SENT', 'SYN_SENT'],
    ['SYN-RECV', 'SYN_RECV'],
    ['FIN-WAIT-1', 'FIN_WAIT1'],
    ['FIN-WAIT-2', 'FIN_WAIT2'],
    ['TIME-WAIT', 'TIME_WAIT'],
    ['CLOSE-WAIT', 'CLOSE_WAIT'],
    ['LAST-ACK', 'LAST_ACK'],
    ['CLOSING', 'CLOSING'],
  ]
  return Array.from({ length: 128 }, (_, letter) =>
    words
      .filter(([word]) => word.charCodeAt(0) === letter)
      .map(([word, state]) => ({ word: ascii(word), state: stateNumber(state) })),
  )
})()

const NO_STATES: (typeof STATES)[number] = []
/** Characters of program names that no page and no terminal gives another meaning. */
const PLAIN = new Uint8Array(128)
for (const c of ascii(' ()+-./0123456789:@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')) PLAIN[c] = 1
const TCP = ascii('tcp')
const USERS = ascii('users:(("')
const PID = ascii('",pid=')
const FD = ascii(',fd=')
const TIMER = ascii('timer:(')
const TIME_WAIT = stateNumber('TIME_WAIT')
const SYN_RECV = stateNumber('SYN_RECV')

/** Reads rows into columns, from their beginning: as many as stand from `at` on and have room. The first byte that is not read. */
export type RowReader = (bytes: Uint8Array, at: number, end: number, into: SocketRows) => number

/**
 * Read rows of `ss -tan`, `-p` and `-o` included, straight from bytes: connections in their plainest form, as many as follow each
 * other. Nothing is made but what goes into the columns.
 * Shape:  row by row the same as ss-row makes of it; the first line that is anything else ends it, and is left for the careful way
 * Gaps:   a row whose details may go on in the next line is left as well; so is the last one before `end`. All columns must be
 *         those with these names, empty at first: programs are added to them
 */
export function startRowReader(names: ProgramNames): RowReader {
  const programOf = startProgramIndex(names)
  return (bytes, at, end, into) => readRows(bytes, at, end, into, programOf)
}

/** Does this word stand there? */
function stands(bytes: Uint8Array, word: Uint8Array, p: number): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[p + i] !== word[i]) return false
  return true
}

function readRows(bytes: Uint8Array, at: number, end: number, into: SocketRows, programOf: ProgramIndex): number {
  const { family, state: states, localPort: localPorts, peerPort: peerPorts, local, peer } = into
  const { recvQueue, sendQueue, holding: holdings, program: programs, pid: pids, fd: fds } = into
  const room = states.length
  let from = at
  let row = 0
  for (; row < room; row++) {
    let p = from
    if (bytes[p] === 116 && stands(bytes, TCP, p) && bytes[p + 3] === SPACE) {
      p += 4
      while (bytes[p] === SPACE) p++
    }
    let state = 0
    for (const one of STATES[bytes[p] ?? 0] ?? NO_STATES)
      if (stands(bytes, one.word, p)) {
        state = one.state
        p += one.word.length
        break
      }
    if (state === 0) break

    let c = bytes[p] ?? 0
    if (c !== SPACE && c !== TAB) break
    while (c === SPACE || c === TAB) c = bytes[++p] ?? 0
    let recv = 0
    let start = p
    while (c >= 48 && c <= 57) {
      recv = recv * 10 + c - 48
      c = bytes[++p] ?? 0
    }
    if (p === start || p - start > 10 || (c !== SPACE && c !== TAB)) break
    while (c === SPACE || c === TAB) c = bytes[++p] ?? 0
    let send = 0
    start = p
    while (c >= 48 && c <= 57) {
      send = send * 10 + c - 48
      c = bytes[++p] ?? 0
    }
    if (p === start || p - start > 10 || (c !== SPACE && c !== TAB)) break
    while (c === SPACE || c === TAB) c = bytes[++p] ?? 0

    const w = row * 4
    const bracketed = c === 91
    p = readEnd(bytes, p, local, w, localPorts, row)
    // `0.0.0.0` and `[::]` are no connection's.
    if (p < 0 || (local[w + 3] === 0 && isAny(local, w))) break
    c = bytes[p] ?? 0
    if (c !== SPACE && c !== TAB) break
    while (c === SPACE || c === TAB) c = bytes[++p] ?? 0
    p = readEnd(bytes, p, peer, w, peerPorts, row)
    if (p < 0) break
    c = bytes[p] ?? 0
    if (c !== SPACE && c !== TAB && c !== NEWLINE && c !== RETURN) break
    while (c === SPACE || c === TAB) c = bytes[++p] ?? 0

    if (c === 116) {
      p = afterTimer(bytes, p)
      if (p < 0) break
      c = bytes[p] ?? 0
    }
    let program = 0
    let pid = 0
    let fd = 0
    if (c === 117) {
      if (!stands(bytes, USERS, p)) break
      const comm = p + USERS.length
      p = comm
      c = bytes[p] ?? 0
      let hash = HASH_START
      while (c < 128 && PLAIN[c] === 1 && p - comm <= 64) {
        hash = stir(hash, c)
        c = bytes[++p] ?? 0
      }
      if (c !== 34 || p - comm > 64 || !stands(bytes, PID, p)) break
      const commEnd = p
      p += PID.length
      start = p
      c = bytes[p] ?? 0
      while (c >= 48 && c <= 57) {
        pid = pid * 10 + c - 48
        c = bytes[++p] ?? 0
      }
      if (p === start || p - start > 9 || !stands(bytes, FD, p)) break
      p += FD.length
      start = p
      c = bytes[p] ?? 0
      while (c >= 48 && c <= 57) {
        fd = fd * 10 + c - 48
        c = bytes[++p] ?? 0
      }
      // Several processes that share it go the careful way.
      if (p === start || p - start > 9 || c !== 41 || bytes[p + 1] !== 41) break
      p += 2
      c = bytes[p] ?? 0
      while (c === SPACE || c === TAB) c = bytes[++p] ?? 0
      if (c === 116) {
        p = afterTimer(bytes, p)
        if (p < 0) break
        c = bytes[p] ?? 0
      }
      program = programOf(bytes, comm, commEnd, hash)
      if (program === 0) break
    }
    if (c === RETURN) c = bytes[++p] ?? 0
    if (c !== NEWLINE || p >= end || p - from > MAX_ROW) break
    // The details of this row may go on below; whether they do is not seen at the end.
    const next = p + 1 < end ? (bytes[p + 1] ?? 0) : SPACE
    if (next <= SPACE || next === 117) break

    family[row] = bracketed ? 6 : 4
    states[row] = state
    recvQueue[row] = Math.min(recv, NONE)
    sendQueue[row] = Math.min(send, NONE)
    holdings[row] = program !== 0 ? PROCESS : state === TIME_WAIT || state === SYN_RECV ? KERNEL : UNKNOWN
    programs[row] = program
    pids[row] = pid
    fds[row] = fd
    from = p + 1
  }
  into.length = row
  return from
}

const isAny = (words: Uint32Array, w: number): boolean =>
  words[w] === 0 && words[w + 1] === 0 && (words[w + 2] === 0 || words[w + 2] === MAPPED)

/** Behind `timer:(keepalive,119min,0)` and the blanks that follow it; -1 where it is not whole. */
function afterTimer(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < TIMER.length; i++) if (bytes[at + i] !== TIMER[i]) return -1
  let p = at + TIMER.length
  let c = bytes[p] ?? 0
  while (c !== 41 && c > SPACE && c < 127 && p - at < 64) c = bytes[++p] ?? 0
  if (c !== 41) return -1
  c = bytes[++p] ?? 0
  while (c === SPACE || c === TAB) c = bytes[++p] ?? 0
  return p
}
