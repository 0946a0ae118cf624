import type { PortSocket, SocketClocks } from '../model/queue.ts'
import { TCP_STATES } from '../model/socket.ts'
import { formatAddress, formatIPv4 } from './address.ts'
import { type Attributes, attributesOf, LITTLE_ENDIAN, type Message, u8, u32 } from './netlink.ts'

export const TCPDIAG_GETSOCK = 18
export const SOCK_DIAG_BY_FAMILY = 20
const AF_INET = 2
const AF_INET6 = 10
const IPPROTO_TCP = 6
/** Attributes, and the bits that ask for them. */
const INFO = 2
const MEMORY_INFO = 7
const ONLY_V6 = 11
const EXT = (1 << (INFO - 1)) | (1 << (MEMORY_INFO - 1))
/** struct inet_diag_msg without its header; attributes begin here. */
const BODY = 72

/**
 * The sockets of one local port, in these states (1 << state number): the kernel leaves out all others.
 * `any`: both families in one walk (struct inet_diag_req); 4, 6: one of them (inet_diag_req_v2)
 */
export function portAsked(
  port: number,
  states: number,
  family: 'any' | 4 | 6,
): { readonly type: number; readonly body: Uint8Array } {
  const legacy = family === 'any'
  const body = new Uint8Array(legacy ? 60 : 56)
  const view = new DataView(body.buffer)
  body[0] = family === 6 ? AF_INET6 : AF_INET
  if (legacy) body[3] = EXT
  else {
    body[1] = IPPROTO_TCP
    body[2] = EXT
  }
  view.setUint16(legacy ? 4 : 8, port)
  view.setUint32(legacy ? 52 : 4, states, LITTLE_ENDIAN)
  return { type: legacy ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY, body }
}

/**
 * One struct inet_diag_msg; null for what is none.
 * Gaps: clocks null where tcp_info was not told (TIME_WAIT, SYN_RECV); drops before Linux 4.7
 */
export function parsePortSocket({ type, view }: Message): PortSocket | null {
  if ((type !== TCPDIAG_GETSOCK && type !== SOCK_DIAG_BY_FAMILY) || view.byteLength < BODY) return null
  const state = TCP_STATES[view.getUint8(1)] ?? null
  if (state === null) return null
  const v6 = view.getUint8(0) === AF_INET6
  const attributes = attributesOf(view, BODY)
  const hex = (at: number) => view.getUint32(at, LITTLE_ENDIAN).toString(16).padStart(8, '0')
  const onlyV6 = u8(attributes.get(ONLY_V6))
  return {
    state,
    family: v6 ? 6 : 4,
    onlyV6: onlyV6 === null ? null : onlyV6 === 1,
    local: { address: addressAt(view, 8, v6), port: view.getUint16(4) },
    peer: { address: addressAt(view, 24, v6), port: view.getUint16(6) },
    device: view.getUint32(40, LITTLE_ENDIAN),
    cookie: hex(48) + hex(44),
    recvQueue: view.getUint32(56, LITTLE_ENDIAN),
    sendQueue: view.getUint32(60, LITTLE_ENDIAN),
    inode: view.getUint32(68, LITTLE_ENDIAN),
    drops: u32(attributes.get(MEMORY_INFO), 32),
    clocks: clocksIn(attributes),
  }
}

/** struct tcp_info: tcpi_last_data_sent at 44, tcpi_last_data_recv at 52, tcpi_last_ack_recv at 56. */
function clocksIn(attributes: Attributes): SocketClocks | null {
  const info = attributes.get(INFO)
  const [handshakeMs, dataMs, segmentMs] = [u32(info, 44), u32(info, 52), u32(info, 56)]
  return handshakeMs === null || dataMs === null || segmentMs === null ? null : { handshakeMs, dataMs, segmentMs }
}

function addressAt(view: DataView, at: number, v6: boolean): string {
  if (!v6) return formatIPv4(view.getUint32(at))
  return formatAddress(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12))
}
