import type { Content } from '../model/block.ts'
import type { Origin } from '../model/part.ts'
import type { Format, ReadContext, ReadResult } from '../parse/format.ts'

const NEWLINE = 10

/** Lines after which it is asked whether there is time for more. */
const STRIDE = 5000

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
  let number = 0
  let why: string | null = null
  for (const line of typeof text === 'string' ? text.split('\n') : linesIn(text)) {
    number++
    if (line !== '') reader.take(line, number)
    if (number % STRIDE === 0) why = spent()
    if (why !== null) break
  }
  const read = reader.finish()
  return why === null ? read : { ...read, cuts: [...(read.cuts ?? []), `${why}; ${number} lines read`] }
}

/** Line by line: a program's output may be tens of megabytes, and is no string then. */
function* linesIn(bytes: Uint8Array): Generator<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < buffer.length; ) {
    const end = buffer.indexOf(NEWLINE, at)
    const to = end < 0 ? buffer.length : end
    yield buffer.toString('utf8', at, to)
    at = to + 1
  }
}

type Network = Extract<Content, { question: 'network' }>['network']

/** Rows that were read from a kernel's file have no line worth citing: each row's origin becomes `via`. */
export function citedFrom(network: Network, via: string): Network {
  const origin: Origin = { via }
  const cite = <T extends { readonly origin: Origin }>(rows: readonly T[] | null) =>
    rows === null ? null : rows.map((row) => ({ ...row, origin }))
  return { ...network, softnet: cite(network.softnet), udp: cite(network.udp), unix: cite(network.unix) }
}
