import type { Payload } from '../model/payload.ts'
import { parseHttp2 } from './payload-http2.ts'
import { parseTls } from './payload-tls.ts'

/** Enough for every greeting read here. */
const HEAD_BYTES = 4096

/**
 * Tell what speaks on a connection from the first bytes that one end sent.
 * Gaps:   `unknown` for what none of the formats fits; nothing is guessed from a port
 * Errors: never throws
 */
export function parsePayload(bytes: Uint8Array): Payload {
  const head = bytes.subarray(0, HEAD_BYTES)
  const text = String.fromCharCode(...head)
  return (
    parseHttp2(head) ??
    parseTls(head) ??
    parseHttp1(text) ??
    parseSsh(text) ??
    parseRedis(text) ??
    parseMysql(head, text) ??
    parsePostgres(head) ?? { protocol: 'unknown' }
  )
}

function parseHttp1(text: string): Payload | null {
  const first = text.split('\r\n', 1)[0] ?? ''
  const request = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) (\S{1,2048}) HTTP\/1\.[01]$/.exec(first)
  if (request)
    return {
      protocol: 'http1',
      kind: 'request',
      method: request[1] ?? '',
      target: request[2] ?? '',
      host: headerOf(text, 'host'),
    }
  const response = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)
  if (!response) return null
  return { protocol: 'http1', kind: 'response', status: Number(response[1]), server: headerOf(text, 'server') }
}

function headerOf(text: string, name: string): string | null {
  const head = text.split('\r\n\r\n', 1)[0] ?? ''
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim() || null
  }
  return null
}

function parseSsh(text: string): Payload | null {
  const found = /^(SSH-(?:2\.0|1\.99|1\.5)-[\x21-\x7e]{1,200}(?: [\x20-\x7e]{0,200})?)\r?(?:\n|$)/.exec(text)
  return found ? { protocol: 'ssh', banner: found[1] ?? '' } : null
}

/** RESP: `*1\r\n$4\r\nPING\r\n`, `+PONG\r\n`, `-NOAUTH …\r\n`, `:1\r\n`, `$5\r\n…`. */
function parseRedis(text: string): Payload | null {
  const request = /^\*\d{1,7}\r\n\$(\d{1,9})\r\n([A-Za-z]{1,32})\r\n/.exec(text)
  if (request && Number(request[1]) === (request[2] ?? '').length)
    return { protocol: 'redis', kind: 'request', command: (request[2] ?? '').toUpperCase() }
  const known =
    /^(?:\+(?:PONG|OK|QUEUED)|-(?:ERR|NOAUTH|WRONGPASS|LOADING|MOVED|ASK|READONLY|MASTERDOWN|DENIED) ?[^\r\n]{0,400})\r\n/
  if (known.test(text) || /^\$(?:-1|\d{1,9})\r\n/.test(text)) return { protocol: 'redis', kind: 'reply', command: null }
  return null
}

/** Protocol 10: length (3), sequence 0, 0x0a, version, NUL. */
function parseMysql(bytes: Uint8Array, text: string): Payload | null {
  if (bytes[3] !== 0 || bytes[4] !== 10) return null
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16)
  const version = /^[\x20-\x7e]{3,80}/.exec(text.slice(5, text.indexOf('\0', 5) < 0 ? 5 : text.indexOf('\0', 5)))
  if (!version || length < 30 || length > 1024 || !/^\d{1,2}\.\d/.test(version[0])) return null
  return { protocol: 'mysql', kind: 'greeting', version: version[0] }
}

/** Start-up packets have no type byte: length and 196608 (3.0) or 80877103 (SSL). Answers: `R` with its length, `E` with text. */
function parsePostgres(bytes: Uint8Array): Payload | null {
  if (bytes.length < 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0)
  if (length === 8 && view.getUint32(4) === 80877103) return { protocol: 'postgresql', kind: 'ssl request' }
  if (length > 8 && length < 10_000 && view.getUint32(4) === 196608) return { protocol: 'postgresql', kind: 'startup' }
  const type = bytes[0]
  const rest = view.getUint32(1)
  if (type === 0x52 && bytes.length >= 9 && rest >= 8 && rest < 1024 && view.getUint32(5) <= 12)
    return { protocol: 'postgresql', kind: 'authentication' }
  // ErrorResponse: its first field is the severity.
  if (type === 0x45 && rest > 8 && rest < 4096 && bytes[5] === 0x53) return { protocol: 'postgresql', kind: 'error' }
  return null
}
