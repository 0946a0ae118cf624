import type { UdpSocket, UnixSocket } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { formatAddress, formatIPv4 } from './address.ts'
import { attributesOf, LITTLE_ENDIAN, type Message, u32 } from './netlink.ts'

/** Sockets that are not TCP, as sock_diag tells them. Owners are put in later, by inode. */

export const SOCK_DIAG_BY_FAMILY = 20
const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const IPPROTO_UDP = 17
const LISTEN = 10
const ESTABLISHED = 1
const SHOW_NAME = 1
const SHOW_QUEUE = 0x10
/** INET_DIAG_SKMEMINFO, as a bit of the request and as an attribute. */
const MEMORY_INFO = 7

/** struct unix_diag_req: those in these states, with their name and queue. */
export function unixAsked(states: number): Uint8Array {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  bytes[0] = AF_UNIX
  view.setUint32(4, states, LITTLE_ENDIAN)
  view.setUint32(12, SHOW_NAME | SHOW_QUEUE, LITTLE_ENDIAN)
  return bytes
}

/** Listening ones only: a node has thousands that are connected. */
export const UNIX_LISTENERS = 1 << LISTEN

/**
 * One struct unix_diag_msg.
 * Units: of a listening one the queue counts connections. `unix_stream_connect` lets a client wait while length > max
 */
export function parseUnixMessage({ type, view }: Message, origin: Origin): UnixSocket | null {
  if (type !== SOCK_DIAG_BY_FAMILY || view.byteLength < 16 || view.getUint8(0) !== AF_UNIX) return null
  const [kind, state] = [view.getUint8(1), view.getUint8(2)]
  const attributes = attributesOf(view, 16)
  const queue = attributes.get(4)
  const listening = state === LISTEN
  return {
    type: kind === 1 ? 'stream' : kind === 2 ? 'dgram' : 'seqpacket',
    state: listening ? 'listening' : state === ESTABLISHED ? 'connected' : 'other',
    path: pathIn(attributes.get(0)),
    acceptQueue: listening ? { length: u32(queue, 0), max: u32(queue, 4) } : null,
    recvQueueBytes: listening ? null : u32(queue, 0),
    inode: view.getUint32(4, LITTLE_ENDIAN),
    processes: null,
    origin,
  }
}

const decoder = new TextDecoder()

/** A path, or `@name` of an abstract socket, whose name begins with a zero byte and may hold more of them. */
function pathIn(view: DataView | undefined): string | null {
  if (!view || view.byteLength === 0) return null
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  if (bytes[0] === 0) return `@${decoder.decode(bytes.subarray(1)).replaceAll('\0', '@')}`
  const end = bytes.indexOf(0)
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** struct inet_diag_req_v2 for UDP of one family, with the drops. */
export function udpAsked(family: 4 | 6): Uint8Array {
  const bytes = new Uint8Array(56)
  bytes[0] = family === 4 ? AF_INET : AF_INET6
  bytes[1] = IPPROTO_UDP
  bytes[2] = 1 << (MEMORY_INFO - 1)
  new DataView(bytes.buffer).setUint32(4, 0xffffffff, LITTLE_ENDIAN)
  return bytes
}

/** One struct inet_diag_msg of UDP. Units: queues in bytes with the kernel's overhead; drops since the socket was made. */
export function parseUdpMessage({ type, view }: Message, origin: Origin): UdpSocket | null {
  if (type !== SOCK_DIAG_BY_FAMILY || view.byteLength < 72) return null
  const v6 = view.getUint8(0) === AF_INET6
  const [localPort, peerPort] = [view.getUint16(4), view.getUint16(6)]
  const local = addressAt(view, 8, v6)
  const peer = addressAt(view, 24, v6)
  const nobody = peerPort === 0 && (peer === '0.0.0.0' || peer === '::')
  return {
    local: { address: local, port: localPort },
    peer: nobody ? null : { address: peer, port: peerPort },
    recvQueueBytes: view.getUint32(56, LITTLE_ENDIAN),
    sendQueueBytes: view.getUint32(60, LITTLE_ENDIAN),
    drops: u32(attributesOf(view, 72).get(MEMORY_INFO), 32),
    inode: view.getUint32(68, LITTLE_ENDIAN),
    processes: null,
    origin,
  }
}

function addressAt(view: DataView, at: number, v6: boolean): string {
  if (!v6) return formatIPv4(view.getUint32(at))
  return formatAddress(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12))
}
