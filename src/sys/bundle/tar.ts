import { type ByteSource, createByteSource } from './byte-source.ts'
import { type Entry, safePath } from './member.ts'

const BLOCK = 512
/** Long names and pax records are some hundred bytes. */
const MAX_RECORDS = 1 << 20

interface Header {
  readonly name: string
  readonly size: number
  readonly type: string
}

/**
 * The files of a tar archive, as they come.
 * Shape:  ustar with prefixes, pax (`path`, `size`), GNU long names and large sizes, the old V7 form
 * Gaps:   links, devices and sparse files are not read; an archive that breaks off or is damaged ends with `refused`
 * Errors: only those of the stream
 * Source: POSIX.1-2017 pax; tar(5) of libarchive; GNU tar manual, "Basic Tar Format"
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const source = createByteSource(bytes)
  let longName: string | null = null
  let pax: ReadonlyMap<string, string> = new Map()
  for (;;) {
    const block = await source.take(BLOCK)
    if (!block) return yield broken('it ends without its end mark')
    if (block.every((byte) => byte === 0)) return
    const header = readHeader(block)
    if (!header) return yield broken('a header is damaged')
    const size = numberFrom(pax.get('size')) ?? header.size
    if (header.type === 'x' || header.type === 'g' || header.type === 'L' || header.type === 'K') {
      if (header.size > MAX_RECORDS) return yield broken('a name of more than 1 MB')
      const data = await source.take(padded(header.size))
      if (!data) return yield broken('it ends inside a header')
      const body = data.subarray(0, header.size)
      if (header.type === 'x') pax = readPax(body)
      if (header.type === 'L') longName = text(body)
      continue
    }
    const name = pax.get('path') ?? longName ?? header.name
    pax = new Map()
    longName = null
    const left = { bytes: size }
    if (isFile(header.type) && !name.endsWith('/')) {
      const path = safePath(name)
      if (path === null) yield { kind: 'refused', path: shown(name), why: 'its path leads out of the archive' }
      else yield { kind: 'file', path, bytes: body(source, left) }
    } else if (!HARMLESS.has(header.type)) {
      yield { kind: 'refused', path: shown(name), why: WHAT[header.type] ?? 'a kind of member that is not known' }
    }
    if (!(await skip(source, left.bytes + padded(size) - size))) return yield broken('it breaks off inside a member')
  }
}

const broken = (why: string): Entry => ({ kind: 'refused', path: '', why: `the tar archive is not whole: ${why}` })
const isFile = (type: string) => type === '0' || type === '\0' || type === '7'
/** Links point to what is a member itself (or lead out); folders hold nothing by themselves. */
const HARMLESS = new Set(['1', '2', '5'])
const WHAT: Readonly<Record<string, string>> = {
  3: 'a character device',
  4: 'a block device',
  6: 'a named pipe',
  S: 'a sparse file',
}

async function* body(source: ByteSource, left: { bytes: number }): AsyncGenerator<Uint8Array> {
  while (left.bytes > 0) {
    const piece = await source.some(left.bytes)
    if (!piece) return
    left.bytes -= piece.length
    yield piece
  }
}

async function skip(source: ByteSource, count: number): Promise<boolean> {
  let left = count
  while (left > 0) {
    const piece = await source.some(left)
    if (!piece) return false
    left -= piece.length
  }
  return true
}

/** Does a block look like the first of a tar archive? The sum over its bytes decides. */
export const isTarHeader = (block: Uint8Array): boolean => block.length >= BLOCK && readHeader(block) !== null

function readHeader(block: Uint8Array): Header | null {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] ?? 0)
  if (octal(block.subarray(148, 156)) !== sum) return null
  const size = sizeFrom(block.subarray(124, 136))
  if (size === null) return null
  const ustar = text(block.subarray(257, 263)) === 'ustar' && block[263] === 0x30
  const prefix = ustar ? text(block.subarray(345, 500)) : ''
  const name = text(block.subarray(0, 100))
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type: String.fromCharCode(block[156] ?? 0) }
}

function octal(field: Uint8Array): number | null {
  const digits = /^[ \0]*([0-7]{1,12})[ \0]*$/.exec(String.fromCharCode(...field))?.[1]
  return digits === undefined ? null : Number.parseInt(digits, 8)
}

/** Sizes from 8 GB on stand in base 256 (GNU, star), marked by the highest bit. */
function sizeFrom(field: Uint8Array): number | null {
  if (((field[0] ?? 0) & 0x80) === 0)
    return octal(field) ?? (field.every((byte) => byte === 0 || byte === 32) ? 0 : null)
  const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f)
  return Number.isSafeInteger(value) ? value : null
}

/** `25 path=…\n`: the length counts the whole record. */
function readPax(body: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let at = 0
  while (at < body.length) {
    const space = body.indexOf(0x20, at)
    if (space < 0 || space - at > 10) break
    const length = numberFrom(text(body.subarray(at, space)))
    if (length === null || length <= space - at + 1 || at + length > body.length) break
    const record = new TextDecoder().decode(body.subarray(space + 1, at + length - 1))
    const equals = record.indexOf('=')
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}

function numberFrom(digits: string | undefined): number | null {
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : null
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK
const shown = (name: string) => name.slice(0, 200)
