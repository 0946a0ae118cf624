import type { ProxyHeader } from '../model/queue-drain.ts'
import { canonicalAddress, formatAddress, formatIPv4 } from './address.ts'

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
/** Version 1 is a line of at most 107 bytes. */
const LINE_BYTES = 107

/**
 * The PROXY protocol's header at the beginning of a connection; null where there is none.
 * Shape:  `length` bytes; the client's own follow
 * Source: haproxy, doc/proxy-protocol.txt
 */
export function parseProxyHeader(bytes: Uint8Array): (ProxyHeader & { readonly length: number }) | null {
  if (SIGNATURE.every((byte, at) => bytes[at] === byte)) return parseBinary(bytes)
  const text = String.fromCharCode(...bytes.subarray(0, LINE_BYTES))
  const end = text.indexOf('\r\n')
  const [word, family, from, to, fromPort, toPort] = text.slice(0, end).split(' ')
  if (end < 0 || word !== 'PROXY') return null
  const length = end + 2
  if (family === 'UNKNOWN') return { version: 1, source: null, destination: null, length }
  const isPort = (port: string | undefined) => port !== undefined && /^\d{1,5}$/.test(port)
  if (!/^TCP[46]$/.test(family ?? '') || !isPort(fromPort) || !isPort(toPort)) return null
  return {
    version: 1,
    source: { address: canonicalAddress(from ?? ''), port: Number(fromPort) },
    destination: { address: canonicalAddress(to ?? ''), port: Number(toPort) },
    length,
  }
}

function parseBinary(bytes: Uint8Array): (ProxyHeader & { readonly length: number }) | null {
  if (bytes.length < 16 || (bytes[12] ?? 0) >> 4 !== 2) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = 16 + view.getUint16(14)
  const none = { version: 2, source: null, destination: null, length } as const
  // LOCAL: the load balancer's own health check
  if ((bytes[12] ?? 0) % 16 === 0) return none
  const family = (bytes[13] ?? 0) >> 4
  const size = family === 1 ? 4 : family === 2 ? 16 : 0
  if (size === 0 || bytes.length < 16 + 2 * size + 4 || length < 16 + 2 * size + 4) return none
  const address = (at: number) =>
    size === 4
      ? formatIPv4(view.getUint32(at))
      : formatAddress(view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12))
  const ports = 16 + 2 * size
  return {
    version: 2,
    source: { address: address(16), port: view.getUint16(ports) },
    destination: { address: address(16 + size), port: view.getUint16(ports + 2) },
    length,
  }
}
