import type { Line } from '../model/line.ts'

/** Bytes that a text gives in hexadecimal, and whether the text says that more would follow. */
export interface HexBytes {
  readonly bytes: Uint8Array
  /** `00001804...`: the tool cut it. */
  readonly cut: boolean
}

/** No segment is longer; what claims to be is cut. */
const MAX_BYTES = 65_536

/**
 * Read bytes in hexadecimal in any of the shapes tools print.
 * Shape:  `000018040000`, `00:00:18:04`, `00 00 18 04`, `0x0000:  4500 003c …  E..<` (tcpdump -x, -X, -XX),
 *         `0000   00 00 18 04 …   ....` (Wireshark, hexdump -C, xxd); several lines are joined
 * Gaps:   null where nothing of the kind stands there; the characters beside a dump are not read
 */
export function parseHexBytes(lines: readonly Line[]): HexBytes | null {
  const bytes: number[] = []
  let cut = false
  let expected: number | null = null
  for (const line of lines) {
    const row = readRow(line.text)
    if (!row) {
      // Blank lines and remarks may stand in front; behind the first row they end the dump.
      if (bytes.length > 0) break
      continue
    }
    // A dump ends at a row without an offset (hexdump closes with the length), or where it begins anew.
    if (expected !== null && (row.offset === null || row.offset < expected)) break
    if (expected !== null && row.offset !== null && row.offset > expected) {
      cut = true
      break
    }
    bytes.push(...row.bytes.slice(0, MAX_BYTES - bytes.length))
    if (row.offset !== null) expected = row.offset + row.bytes.length
    cut ||= row.cut || line.cut || bytes.length >= MAX_BYTES
    if (cut) break
  }
  return bytes.length === 0 ? null : { bytes: Uint8Array.from(bytes), cut }
}

interface Row {
  readonly offset: number | null
  readonly bytes: readonly number[]
  readonly cut: boolean
}

function readRow(text: string): Row | null {
  return readDumpRow(text) ?? readPlainRow(text)
}

/** A row that begins with its offset; groups of hexadecimal digits end at two spaces, a `|` or a group of another kind. */
function readDumpRow(text: string): Row | null {
  const head = /^\s*(?:0x([\da-f]{4,8}):|([\da-f]{4,8})(?::|(?= {1,4}[\da-f]{2}(?: |$))))\s+/i.exec(text)
  if (!head) return null
  const offset = Number.parseInt(head[1] ?? head[2] ?? '', 16)
  const bytes: number[] = []
  const rest = text.slice(head[0].length)
  let at = 0
  while (at < rest.length && bytes.length < 16) {
    const group = /^([\da-f]{2}){1,4}(?= |$|\|)/i.exec(rest.slice(at, at + 9))
    if (!group) break
    for (let i = 0; i < group[0].length; i += 2) bytes.push(Number.parseInt(group[0].slice(i, i + 2), 16))
    at += group[0].length
    // One space, or two in the middle of a row of 16 (hexdump -C, Wireshark); more of them part the characters off.
    if (rest.startsWith('  ', at) && bytes.length !== 8) break
    while (rest[at] === ' ') at++
  }
  return bytes.length === 0 ? null : { offset, bytes, cut: false }
}

/** `Data: 0000…`, `00:00:18`, `00 00 18`, `\x00\x00`: at least four bytes, nothing else in the line. */
function readPlainRow(text: string): Row | null {
  const bare = text.trim().replace(/^(?:Data|Payload|TCP payload(?: \(\d{1,6} bytes\))?):\s{0,4}/i, '')
  const cut = /(?:\.{3}|…)$/.test(bare)
  const body = bare.replace(/(?:\.{3}|…)$/, '').replace(/^0x/i, '')
  const digits = body.includes('\\x') ? body.replaceAll('\\x', '') : body.replace(/[: ]/g, '')
  if (digits.length < 8 || digits.length % 2 !== 0 || !/^[\da-f]+$/i.test(digits)) return null
  if (/[: ]/.test(body) && !/^[\da-f]{2,8}(?:[: ][\da-f]{2,8})*$/i.test(body)) return null
  const bytes: number[] = []
  for (let i = 0; i < digits.length && bytes.length < MAX_BYTES; i += 2)
    bytes.push(Number.parseInt(digits.slice(i, i + 2), 16))
  return { offset: null, bytes, cut }
}
