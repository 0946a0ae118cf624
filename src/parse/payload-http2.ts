import type { Http2Frame, Payload } from '../model/payload.ts'

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const TYPES = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
]
const SETTINGS: Readonly<Record<number, string>> = {
  1: 'HEADER_TABLE_SIZE',
  2: 'ENABLE_PUSH',
  3: 'MAX_CONCURRENT_STREAMS',
  4: 'INITIAL_WINDOW_SIZE',
  5: 'MAX_FRAME_SIZE',
  6: 'MAX_HEADER_LIST_SIZE',
  8: 'ENABLE_CONNECT_PROTOCOL',
}
/** GRPC_ALLOW_TRUE_BINARY_METADATA of gRPC's C core. */
const GRPC_SETTING = '0xfe03'
const MAX_FRAMES = 64

/**
 * Read the beginning of an HTTP/2 connection: the client's preface, or a server's SETTINGS frame.
 * Source: RFC 9113, 3.4 and 6; null for anything else
 */
export function parseHttp2(bytes: Uint8Array): Payload | null {
  const client = startsWith(bytes, PREFACE)
  const frames = readFrames(bytes, client ? PREFACE.length : 0)
  const first = frames[0]
  if (!client && (first?.type !== 'SETTINGS' || first.stream !== 0 || first.length % 6 !== 0 || first.length > 360))
    return null
  const grpc = frames.some((frame) => frame.settings?.[GRPC_SETTING] !== undefined)
  return { protocol: 'http2', from: client ? 'client' : 'server', frames, grpc }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false
  return true
}

function readFrames(bytes: Uint8Array, from: number): readonly Http2Frame[] {
  const frames: Http2Frame[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + 9 <= bytes.length && frames.length < MAX_FRAMES; ) {
    const length = (view.getUint16(at) << 8) | view.getUint8(at + 2)
    const type = view.getUint8(at + 3)
    const flags = view.getUint8(at + 4)
    const body = bytes.subarray(at + 9, Math.min(at + 9 + length, bytes.length))
    const named = TYPES[type] ?? `0x${type.toString(16).padStart(2, '0')}`
    frames.push({
      type: named,
      stream: view.getUint32(at + 5) & 0x7fffffff,
      length,
      ack: (named === 'SETTINGS' || named === 'PING') && (flags & 1) === 1,
      ...detailsOf(named, body),
      cut: body.length < length,
    })
    at += 9 + length
  }
  return frames
}

function detailsOf(type: string, body: Uint8Array): Partial<Pick<Http2Frame, 'settings' | 'increment' | 'data'>> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (type === 'SETTINGS') {
    const settings: Record<string, number> = {}
    for (let at = 0; at + 6 <= body.length; at += 6) {
      const id = view.getUint16(at)
      settings[SETTINGS[id] ?? `0x${id.toString(16).padStart(4, '0')}`] = view.getUint32(at + 2)
    }
    return { settings }
  }
  if (type === 'WINDOW_UPDATE' && body.length >= 4) return { increment: view.getUint32(0) & 0x7fffffff }
  if (type === 'PING') return { data: hex(body) }
  if (type === 'GOAWAY' && body.length >= 8)
    return { data: `${view.getUint32(4)} ${printable(body.subarray(8))}`.trim() }
  return {}
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const printable = (bytes: Uint8Array) =>
  Array.from(bytes.subarray(0, 80), (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
