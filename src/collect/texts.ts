import { isAscii } from 'node:buffer'
import type { Content } from '../model/block.ts'
import type { Origin } from '../model/part.ts'
import type { Format, FormatReader, ReadContext, ReadResult } from '../parse/format.ts'

const NEWLINE = 10

/** What is read between two looks at the clock. */
const PART = 256 * 1024

/**
 * Read a live machine's text with a transcript's reader. `file`: what its rows are cited from.
 * Gaps: `spent` says why there is no time for the rest: that is among the cuts then
 */
export function readWith(
  format: Format,
  text: Uint8Array | string,
  context: Partial<ReadContext> = {},
  spent: () => string | null = () => null,
): ReadResult {
  const reader = format.read({ file: '', command: null, args: [], filtered: false, ...context })
  const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length)
  let line = 1
  for (let at = 0; at < bytes.length; ) {
    const to = endOfPart(bytes, at)
    line += readPart(reader, bytes, at, to, line)
    at = to
    const why = at < bytes.length ? spent() : null
    if (why === null) continue
    const read = reader.finish()
    return { ...read, cuts: [...(read.cuts ?? []), `${why}; ${line - 1} lines read`] }
  }
  return reader.finish()
}

/** Behind the last whole line of the next part; a program's output may be tens of megabytes, and is no string then. */
function endOfPart(bytes: Buffer, at: number): number {
  if (at + PART >= bytes.length) return bytes.length
  const last = bytes.lastIndexOf(NEWLINE, at + PART - 1)
  if (last >= at) return last + 1
  const next = bytes.indexOf(NEWLINE, at + PART)
  return next < 0 ? bytes.length : next + 1
}

/** How many lines there were. Those that the reader takes straight from bytes need no text. */
function readPart(reader: FormatReader, bytes: Buffer, from: number, to: number, first: number): number {
  const plain = bytes[to - 1] === NEWLINE && isAscii(bytes.subarray(from, to))
  const text = (start: number, end: number) => bytes.toString('latin1', start, end)
  let line = first
  for (let at = from; at < to; ) {
    const slab = { bytes, at, to, line, lines: null, text }
    const taken = plain ? reader.takeRows?.(slab, at, line) : undefined
    if (taken && taken.rows > 0) {
      at = taken.to
      line += taken.rows
      continue
    }
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline < 0 || newline >= to ? to : newline
    if (end > at) reader.take(bytes.toString('utf8', at, end), line)
    line++
    at = end + 1
  }
  return line - first
}

type Network = Extract<Content, { question: 'network' }>['network']

/** Rows that were read from a kernel's file have no line worth citing: each row's origin becomes `via`. */
export function citedFrom(network: Network, via: string): Network {
  const origin: Origin = { via }
  const cite = <T extends { readonly origin: Origin }>(rows: readonly T[] | null) =>
    rows === null ? null : rows.map((row) => ({ ...row, origin }))
  return { ...network, softnet: cite(network.softnet), udp: cite(network.udp), unix: cite(network.unix) }
}
