import type { Payload } from '../../model/payload.ts'
import { parsePayload } from '../payload.ts'

/**
 * What the TCP payload inside a packet's bytes says, from the link layer or from the IP header on.
 * Gaps: null where there is no TCP in it, no payload, or nothing that is known of its head
 */
export function payloadOfFrame(bytes: Uint8Array): Payload | null {
  const data = tcpData(bytes)
  if (data === null || data.length === 0) return null
  const payload = parsePayload(data)
  return payload.protocol === 'unknown' ? null : payload
}

function tcpData(bytes: Uint8Array): Uint8Array | null {
  for (const at of [0, 14, 16, 18]) {
    // Behind an Ethernet (with VLAN or without) or cooked header stands the type of what follows.
    if (at > 0 && !isIpType(bytes, at - 2)) continue
    const data = tcpDataAt(bytes, at)
    if (data) return data
  }
  return null
}

const isIpType = (bytes: Uint8Array, at: number) =>
  (bytes[at] === 0x08 && bytes[at + 1] === 0x00) || (bytes[at] === 0x86 && bytes[at + 1] === 0xdd)

function tcpDataAt(bytes: Uint8Array, at: number): Uint8Array | null {
  const version = (bytes[at] ?? 0) >> 4
  const word = (offset: number) => ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)
  let tcp: number
  let end: number
  if (version === 4 && bytes[at + 9] === 6) {
    tcp = at + ((bytes[at] ?? 0) & 15) * 4
    end = at + word(at + 2)
  } else if (version === 6 && bytes[at + 6] === 6) {
    tcp = at + 40
    end = tcp + word(at + 4)
  } else return null
  const header = ((bytes[tcp + 12] ?? 0) >> 4) * 4
  return header < 20 || tcp + header > bytes.length ? null : bytes.subarray(tcp + header, Math.min(end, bytes.length))
}
