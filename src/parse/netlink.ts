import type { DatagramBuffer, DiagResult } from './inet-diag.ts'

/** Bytes of netlink, whatever is asked for: requests, messages, attributes. The kernel's own byte order, but for what it says is not. */

const REQUEST_AND_DUMP = 0x301
const NLMSG_NOOP = 1
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const DUMP_INTERRUPTED = 0x10
/** nlmsghdr: length, type, flags, sequence number, port. */
export const HEADER = 16
/** The two highest bits tell that it is nested, or in network order. */
const ATTRIBUTE_TYPE = 0x3fff

export const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** A request for everything of one kind. */
export function dumpRequest(type: number, seq: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, LITTLE_ENDIAN)
  view.setUint16(4, type, LITTLE_ENDIAN)
  view.setUint16(6, REQUEST_AND_DUMP, LITTLE_ENDIAN)
  view.setUint32(8, seq, LITTLE_ENDIAN)
  bytes.set(body, HEADER)
  return bytes
}

/** One message without its header. */
export interface Message {
  readonly type: number
  readonly view: DataView
}

/**
 * Hand over the messages of one datagram that answer `seq`.
 * Errors: refused (the kernel's errno) and malformed (a length that cannot be) are values. Never throws
 */
export function eachMessage(
  buffer: DatagramBuffer,
  length: number,
  seq: number,
  take: (message: Message) => void,
): DiagResult {
  if (length > buffer.u8.length) return { status: 'malformed', why: `datagram of ${length} bytes was cut` }
  const head = new DataView(buffer.u8.buffer, 0, length)
  let interrupted = false
  for (let at = 0; at + HEADER <= length; ) {
    const size = head.getUint32(at, LITTLE_ENDIAN)
    if (size < HEADER || at + size > length)
      return { status: 'malformed', why: `message of ${size} bytes at ${at} of ${length}` }
    const type = head.getUint16(at + 4, LITTLE_ENDIAN)
    if (head.getUint32(at + 8, LITTLE_ENDIAN) === seq) {
      if (head.getUint16(at + 6, LITTLE_ENDIAN) & DUMP_INTERRUPTED) interrupted = true
      if (type === NLMSG_DONE || type === NLMSG_ERROR) {
        const errno = size >= HEADER + 4 ? -head.getInt32(at + HEADER, LITTLE_ENDIAN) : 0
        return errno > 0 ? { status: 'refused', errno } : { status: 'done', interrupted }
      }
      if (type !== NLMSG_NOOP) take({ type, view: new DataView(buffer.u8.buffer, at + HEADER, size - HEADER) })
    }
    at += (size + 3) & ~3
  }
  return { status: 'more', interrupted }
}

/** Call `on` for each attribute between `from` and `to` of a message; what breaks off is passed over. */
export function eachAttribute(
  view: DataView,
  from: number,
  to: number,
  on: (type: number, at: number, length: number) => void,
): void {
  for (let at = from; at + 4 <= to; ) {
    const length = view.getUint16(at, LITTLE_ENDIAN)
    if (length < 4 || at + length > to) return
    on(view.getUint16(at + 2, LITTLE_ENDIAN) & ATTRIBUTE_TYPE, at + 4, length - 4)
    at += (length + 3) & ~3
  }
}

/** Attributes by type, as views of what is in them. */
export type Attributes = ReadonlyMap<number, DataView>

export function attributesOf(view: DataView, from = 0): Attributes {
  const found = new Map<number, DataView>()
  eachAttribute(view, from, view.byteLength, (type, at, length) => {
    found.set(type, new DataView(view.buffer, view.byteOffset + at, length))
  })
  return found
}

export const u8 = (view: DataView | undefined): number | null =>
  view && view.byteLength >= 1 ? view.getUint8(0) : null
export const u32 = (view: DataView | undefined, at = 0): number | null =>
  view && view.byteLength >= at + 4 ? view.getUint32(at, LITTLE_ENDIAN) : null
/** Network order, as netfilter writes its numbers. */
export const be16 = (view: DataView | undefined): number | null =>
  view && view.byteLength >= 2 ? view.getUint16(0) : null
export const be32 = (view: DataView | undefined): number | null =>
  view && view.byteLength >= 4 ? view.getUint32(0) : null

/** null also where a double cannot hold it. */
export function u64(view: DataView | undefined, at = 0, littleEndian = LITTLE_ENDIAN): number | null {
  if (!view || view.byteLength < at + 8) return null
  const [low, high] = littleEndian ? [at, at + 4] : [at + 4, at]
  const value = view.getUint32(high, littleEndian) * 2 ** 32 + view.getUint32(low, littleEndian)
  return Number.isSafeInteger(value) ? value : null
}

const decoder = new TextDecoder()

/** A text up to its end or the first zero byte. */
export function textOf(view: DataView | undefined): string | null {
  if (!view) return null
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  const end = bytes.indexOf(0)
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))
}
