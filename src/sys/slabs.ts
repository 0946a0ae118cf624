import { isAscii, isUtf8 } from 'node:buffer'
import type { Batch, Line, Slab } from '../model/line.ts'
import { MAX_LINE } from './line-cutter.ts'
import { type Encoding, guessEncoding } from './text-encoding.ts'

/** Pieces are taken in parts of this size, so that a slab stays in the processor's cache. */
const PART = 256 * 1024
const NEWLINE = 10
/** A character takes four bytes at most. */
const MAX_LINE_BYTES = 4 * MAX_LINE

/**
 * Cut bytes into slabs of whole lines: ASCII as it stands, anything else decoded line by line.
 * Shape: UTF-8, GB18030 and Latin-1 told apart slab by slab, and line by line where they are mixed
 * Gaps:  a line beyond 1 MB is cut and says so
 */
export async function* cutSlabs(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Batch> {
  // Twice what came first: two parts of a long text, and next to nothing for a short one.
  let buffer = Buffer.allocUnsafe(0)
  let used = 0
  let line = 1
  /** The line that fills the buffer has no end yet: what comes of it is dropped. */
  let dropping = false

  const cutLong = (): readonly Line[] => {
    const [text = ''] = decode(buffer.subarray(0, used))
    used = 0
    return [{ number: line++, text: text.slice(0, MAX_LINE), cut: true }]
  }

  for await (const piece of bytes)
    for (let at = 0; at < piece.length; ) {
      let part = piece.subarray(at, at + PART)
      at += part.length
      if (dropping) {
        const end = part.indexOf(NEWLINE)
        if (end < 0) continue
        dropping = false
        yield cutLong()
        part = part.subarray(end + 1)
      }
      if (used + part.length > buffer.length) {
        const larger = Buffer.allocUnsafe(2 * (used + part.length))
        buffer.copy(larger, 0, 0, used)
        buffer = larger
      }
      buffer.set(part, used)
      const last = part.lastIndexOf(NEWLINE)
      const to = last < 0 ? 0 : used + last + 1
      used += part.length
      if (to > 0) {
        const whole = buffer.subarray(0, to)
        const longish = to > MAX_LINE
        if (isAscii(whole) && !longish) {
          const slab = slabOf(buffer, to, line)
          yield slab
          line += slab.lines ?? countLines(whole)
        } else {
          const lines = decode(buffer.subarray(0, to - 1)).map((text) => lineOf(line++, text))
          yield lines
        }
        buffer.copyWithin(0, to, used)
        used -= to
      }
      if (used > MAX_LINE_BYTES) dropping = true
    }
  if (dropping) yield cutLong()
  else if (used > 0) yield decode(buffer.subarray(0, used)).map((text) => lineOf(line++, text))
}

const slabOf = (buffer: Buffer, to: number, line: number): Slab => ({
  bytes: buffer,
  at: 0,
  to,
  line,
  lines: null,
  text: (from, end) => buffer.toString('latin1', from, end),
})

/** How many lines end there. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return lines
}

const lineOf = (number: number, text: string): Line =>
  text.length > MAX_LINE ? { number, text: text.slice(0, MAX_LINE), cut: true } : { number, text, cut: false }

/** The lines of a slab, decoded. */
export function linesOf({ at, to, line, text }: Slab): readonly Line[] {
  return text(at, to - 1)
    .split('\n')
    .map((one, index) => ({ number: line + index, text: one, cut: false }))
}

/** Bytes that hold whole lines, the last line end left off: as texts. */
function decode(bytes: Buffer): readonly string[] {
  if (isUtf8(bytes)) return textOf(bytes, 'utf-8').split('\n')
  const encoding = guessEncoding(bytes)
  if (encoding === 'utf-8') return textOf(bytes, encoding).split('\n')
  const lines: string[] = []
  for (let at = 0; at <= bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at)
    const line = bytes.subarray(at, end < 0 ? bytes.length : end)
    lines.push(isAscii(line) ? line.toString('latin1') : textOf(line, isUtf8(line) ? 'utf-8' : encoding))
    if (end < 0) break
    at = end + 1
  }
  return lines
}

const decoders = new Map<Encoding, InstanceType<typeof TextDecoder>>()

function textOf(bytes: Uint8Array, encoding: Encoding): string {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding)
  decoders.set(encoding, decoder)
  return decoder.decode(bytes)
}
