import { HOLDINGS, NONE, type SocketTable } from '../model/socket-table.ts'
import { ensureRows, MAX_ROWS } from './socket-table.ts'

/** What to ask sock_diag for. */
export interface DiagRequest {
  readonly seq: number
  /** 1 << state number; see ALL_STATES. */
  readonly states: number
  /** `any`: one walk for IPv4 and IPv6 (the legacy request). 4, 6: the modern request, one family a walk. */
  readonly family: 'any' | 4 | 6
  /** Ask for memory information, which tells drops: 40 bytes more a socket. */
  readonly drops: boolean
  /** Ask for tcp_info, which tells ages: 284 bytes more a socket. */
  readonly ages: boolean
}

export const ALL_STATES = 0xfff
export const LISTEN_STATES = 1 << 10

/** One buffer that datagrams are received into, seen byte by byte and word by word. */
export interface DatagramBuffer {
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
}

/** What a datagram meant for the dump. `interrupted` (NLM_F_DUMP_INTR): the kernel's table changed in between: ask again. */
export type DiagResult =
  | { readonly status: 'more' | 'done'; readonly interrupted: boolean }
  | { readonly status: 'refused'; readonly errno: number }
  | { readonly status: 'malformed'; readonly why: string }

const TCPDIAG_GETSOCK = 18
const SOCK_DIAG_BY_FAMILY = 20
const REQUEST_AND_DUMP = 0x301
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const DUMP_INTERRUPTED = 0x10
const MEMORY_INFO = 0x40
const TCP_INFO = 0x02

const ESTABLISHED = 1
const CLOSE_WAIT = 8
const LISTEN = 10
const INET6 = 10
const MAPPED = 0xffff
const HEADER = 16
/** nlmsghdr + inet_diag_msg; attributes begin here. */
const BODY = 88
const UNACCEPTED = HOLDINGS.indexOf('unaccepted')
const PROCESS = HOLDINGS.indexOf('process')
const KERNEL = HOLDINGS.indexOf('kernel')

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

export function datagramBuffer(bytes = 64 * 1024): DatagramBuffer {
  const memory = new ArrayBuffer(bytes)
  return { u8: new Uint8Array(memory), u16: new Uint16Array(memory), u32: new Uint32Array(memory) }
}

/**
 * The request for a dump of TCP sockets, as it goes into the netlink socket.
 * Source: linux/inet_diag.h; `any` is struct inet_diag_req, which has AF_UNSPEC semantics: one hash walk for both families
 */
export function buildRequest({ seq, states, family, drops, ages }: DiagRequest): Uint8Array {
  const legacy = family === 'any'
  const bytes = new Uint8Array(legacy ? 76 : 72)
  const view = new DataView(bytes.buffer)
  const ext = (drops ? MEMORY_INFO : 0) | (ages ? TCP_INFO : 0)
  view.setUint32(0, bytes.length, LITTLE_ENDIAN)
  view.setUint16(4, legacy ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY, LITTLE_ENDIAN)
  view.setUint16(6, REQUEST_AND_DUMP, LITTLE_ENDIAN)
  view.setUint32(8, seq, LITTLE_ENDIAN)
  bytes[16] = family === 6 ? INET6 : 2
  if (legacy) bytes[19] = ext
  else {
    bytes[17] = 6
    bytes[18] = ext
  }
  view.setUint32(legacy ? 68 : 20, states, LITTLE_ENDIAN)
  return bytes
}

/**
 * Put the sockets of one datagram into the table.
 * Shape:  a row per inet_diag_msg that answers `seq`; what answers another request is passed over
 * Units:  LISTEN queues count connections, others bytes; age: ms since the handshake, of sockets that never sent data
 * Gaps:   drops and ages NONE where not asked for; drops before Linux 4.7, and of TIME_WAIT and SYN_RECV; cgroup id before 5.9
 * Errors: refused (the kernel's errno) and malformed (a length that cannot be) are values; rows before it stay. Never throws
 */
export function parseDatagram(buffer: DatagramBuffer, length: number, seq: number, table: SocketTable): DiagResult {
  const { u16, u32 } = buffer
  if (length > buffer.u8.length) return { status: 'malformed', why: `datagram of ${length} bytes was cut` }
  let interrupted = false
  ensureRows(table, table.length + Math.floor(length / BODY) + 1)
  for (let at = 0; at + HEADER <= length; ) {
    const size = u32[at >> 2] ?? 0
    if (size < HEADER || at + size > length)
      return { status: 'malformed', why: `message of ${size} bytes at ${at} of ${length}` }
    const type = u16[(at >> 1) + 2] ?? 0
    if (u32[(at >> 2) + 2] === seq) {
      if ((u16[(at >> 1) + 3] ?? 0) & DUMP_INTERRUPTED) interrupted = true
      if (type === NLMSG_DONE || type === NLMSG_ERROR) {
        const errno = size >= HEADER + 4 ? -((u32[(at >> 2) + 4] ?? 0) | 0) : 0
        if (errno > 0) return { status: 'refused', errno }
        return { status: 'done', interrupted }
      }
      if (type === TCPDIAG_GETSOCK || type === SOCK_DIAG_BY_FAMILY) {
        if (size < BODY) return { status: 'malformed', why: `socket of ${size} bytes at ${at}` }
        putRow(buffer, at, size, table)
      }
    }
    at += (size + 3) & ~3
  }
  return { status: 'more', interrupted }
}

function putRow({ u8, u16, u32 }: DatagramBuffer, at: number, size: number, table: SocketTable): void {
  const state = Math.min(u8[at + 17] ?? 0, 12) === 12 ? 3 : (u8[at + 17] ?? 0)
  const row = table.length
  if (row >= MAX_ROWS) {
    table.beyond[state] = (table.beyond[state] ?? 0) + 1
    return
  }
  table.length = row + 1
  const w = at >> 2
  const v6 = u8[at + 16] === INET6
  const inode = u32[w + 21] ?? 0
  table.state[row] = state
  table.localPort[row] = ((u8[at + 20] ?? 0) << 8) | (u8[at + 21] ?? 0)
  table.peerPort[row] = ((u8[at + 22] ?? 0) << 8) | (u8[at + 23] ?? 0)
  putAddress(u32, w + 6, v6, table.local, row * 4)
  putAddress(u32, w + 10, v6, table.peer, row * 4)
  table.cookie[row * 2] = u32[w + 15] ?? NONE
  table.cookie[row * 2 + 1] = u32[w + 16] ?? NONE
  table.recvQueue[row] = u32[w + 18] ?? NONE
  table.sendQueue[row] = u32[w + 19] ?? NONE
  table.uid[row] = u32[w + 20] ?? NONE
  table.inode[row] = inode
  const unaccepted = inode === 0 && (state === ESTABLISHED || state === CLOSE_WAIT)
  table.holding[row] = inode > 0 ? PROCESS : unaccepted ? UNACCEPTED : KERNEL

  let drops = NONE
  let age = NONE
  let cgroupId = Number.NaN
  let onlyV6 = true
  for (let a = at + BODY; a + 4 <= at + size; ) {
    const length = u16[a >> 1] ?? 0
    if (length < 4 || a + length > at + size) break
    const v = (a >> 2) + 1
    switch ((u16[(a >> 1) + 1] ?? 0) & 0x3fff) {
      case 7:
        if (length >= 40) drops = u32[v + 8] ?? NONE
        break
      case 2:
        if (unaccepted || state === ESTABLISHED || state === CLOSE_WAIT) age = ageOf(u32, v, length, unaccepted)
        break
      case 11:
        onlyV6 = u8[a + 4] === 1
        break
      case 21:
        if (length >= 12) cgroupId = wide(u32[v] ?? 0, u32[v + 1] ?? 0)
        break
    }
    a += (length + 3) & ~3
  }
  table.family[row] = !v6 ? 4 : state === LISTEN && !onlyV6 && isAny(table.local, row * 4) ? 46 : 6
  table.drops[row] = drops
  table.age[row] = age
  table.cgroupId[row] = cgroupId
  table.process[row] = 0
  table.line[row] = 0
}

/**
 * tcpi_last_data_sent: counted from the handshake as long as nothing was sent, which a queued socket never does.
 * Others are asked by tcpi_data_segs_out (since Linux 4.6); an older kernel leaves their age unknown.
 */
function ageOf(u32: Uint32Array, info: number, length: number, unaccepted: boolean): number {
  if (length < 4 + 48) return NONE
  if (unaccepted || (length >= 4 + 160 && u32[info + 39] === 0)) return u32[info + 11] ?? NONE
  return NONE
}

function putAddress(u32: Uint32Array, from: number, v6: boolean, to: Uint32Array, at: number): void {
  if (v6) {
    to[at] = bigEndian(u32[from] ?? 0)
    to[at + 1] = bigEndian(u32[from + 1] ?? 0)
    to[at + 2] = bigEndian(u32[from + 2] ?? 0)
    to[at + 3] = bigEndian(u32[from + 3] ?? 0)
  } else {
    to[at] = 0
    to[at + 1] = 0
    to[at + 2] = MAPPED
    to[at + 3] = bigEndian(u32[from] ?? 0)
  }
}

const bigEndian = (x: number) =>
  LITTLE_ENDIAN ? (x >>> 24) | ((x >>> 8) & 0xff00) | ((x & 0xff00) << 8) | (x << 24) : x

const wide = (first: number, second: number) => (LITTLE_ENDIAN ? second * 2 ** 32 + first : first * 2 ** 32 + second)

const isAny = (words: Uint32Array, at: number) =>
  words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0
