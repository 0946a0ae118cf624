import type { TakenPayload } from '../model/queue-drain.ts'
import { parsePayload } from '../parse/payload.ts'
import { parseProxyHeader } from '../parse/proxy-header.ts'

const EXCERPT_BYTES = 64

/** What the first bytes of a connection are. null: there were none. */
export function payloadOf(bytes: Uint8Array): TakenPayload | null {
  if (bytes.length === 0) return null
  const header = parseProxyHeader(bytes)
  const own = header ? bytes.subarray(header.length) : bytes
  const is = parsePayload(own)
  return {
    bytes: bytes.length,
    proxy: header && { version: header.version, source: header.source, destination: header.destination },
    is,
    excerpt: is.protocol === 'unknown' && own.length > 0 ? excerptOf(own) : null,
  }
}

/** Printable ASCII, a dot for all else: nothing that a terminal would obey. */
const excerptOf = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.subarray(0, EXCERPT_BYTES).map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)))
