import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { InputError } from '../input-error.ts'
import { type Entry, LIMITS, safePath } from './member.ts'
import { type Budget, unfold } from './unfold.ts'

const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const MAX_DIRECTORY = 64 * 2 ** 20
const FULL = 0xffffffff

interface Item {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly packed: number
  readonly size: number
  readonly offset: number
  /** File type bits of a Unix mode; 0 where none is told. */
  readonly type: number
}

/**
 * The files of a zip archive, in the order of its directory.
 * Shape:  stored and deflated; zip64; names in UTF-8 or else byte by byte
 * Gaps:   encrypted members, other methods, links and devices are refused one by one
 * Errors: InputError where the directory cannot be read, and for bombs: members that overlap, that unfold to more than they say
 * Source: PKWARE APPNOTE 6.3
 */
export async function* readZip(path: string, budget: Budget): AsyncGenerator<Entry> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const items = readDirectory(await directoryOf(file, size, path), path)
    if (items.reduce((sum, one) => sum + one.packed, 0) > size)
      throw bad(path, 'members that lie over each other: a bomb')
    for (const item of items) if (!item.name.endsWith('/')) yield await entryOf(file, path, item, budget)
  } finally {
    await file.close()
  }
}

const bad = (where: string, found: string) => new InputError({ wanted: 'a zip archive', found, where })
const SYMLINK = 0o12
const REGULAR = 0o10

async function entryOf(file: FileHandle, where: string, item: Item, budget: Budget): Promise<Entry> {
  const { name, method, encrypted, type } = item
  const refused = (why: string): Entry => ({ kind: 'refused', path: name.slice(0, 200), why })
  const path = safePath(name)
  if (path === null) return refused('its path leads out of the archive')
  if (encrypted) return refused('it is encrypted')
  if (type === SYMLINK) return refused('a link')
  if (type !== 0 && type !== REGULAR) return refused('no regular file')
  if (method !== 0 && method !== 8) return refused(`packed by method ${method}, which is not read`)
  const local = new DataView(new ArrayBuffer(30))
  const { bytesRead } = await file.read(new Uint8Array(local.buffer), 0, 30, item.offset)
  if (bytesRead < 30 || local.getUint32(0, true) !== LOCAL) return refused('its header is damaged')
  const start = item.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  return { kind: 'file', path, bytes: bytesOf(where, path, start, item, budget) }
}

async function* bytesOf(
  where: string,
  path: string,
  start: number,
  { packed, size, method }: Item,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  if (packed === 0) return
  const raw = createReadStream(where, { start, end: start + packed - 1 })
  const place = `${where}/${path}`
  let left = size
  for await (const piece of method === 8 ? unfold(raw, 'deflate', place, budget) : raw) {
    left -= piece.length
    if (left < 0) throw bad(place, 'a member that holds more than it says')
    if (method === 0) budget.spend(piece.length)
    yield piece
  }
}

async function directoryOf(file: FileHandle, size: number, path: string): Promise<Uint8Array> {
  const tail = await bytesAt(file, Math.max(0, size - 65_557 - 20), Math.min(size, 65_557 + 20))
  const view = viewOf(tail)
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue
    const found = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    }
    const big = found.offset === FULL || found.count === 0xffff || found.size === FULL
    const place = big ? await place64(file, view, at) : found
    if (!place) break
    if (place.count > LIMITS.members) throw bad(path, `${place.count} members`)
    if (place.size > MAX_DIRECTORY || place.offset + place.size > size)
      throw bad(path, 'a directory of impossible size')
    return await bytesAt(file, place.offset, place.size)
  }
  throw bad(path, 'no directory at its end: it is cut short or damaged')
}

async function place64(file: FileHandle, view: DataView, end: number) {
  if (end < 20 || view.getUint32(end - 20, true) !== LOCATOR64) return null
  const at = Number(view.getBigUint64(end - 12, true))
  if (!Number.isSafeInteger(at)) return null
  const record = viewOf(await bytesAt(file, at, 56))
  if (record.byteLength < 56 || record.getUint32(0, true) !== END64) return null
  const [count, size, offset] = [32, 40, 48].map((field) => Number(record.getBigUint64(field, true)))
  return { count: count ?? 0, size: size ?? 0, offset: offset ?? 0 }
}

function readDirectory(bytes: Uint8Array, path: string): readonly Item[] {
  const view = viewOf(bytes)
  const items: Item[] = []
  let at = 0
  while (at + 46 <= bytes.length && view.getUint32(at, true) === CENTRAL) {
    if (items.length >= LIMITS.members) throw bad(path, `more than ${LIMITS.members} members`)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true))
    const nameEnd = at + 46 + (nameLength ?? 0)
    const extraEnd = nameEnd + (extraLength ?? 0)
    if (extraEnd > bytes.length) break
    const madeByUnix = view.getUint8(at + 5) === 3
    items.push({
      name: nameFrom(bytes.subarray(at + 46, nameEnd)),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      ...large(viewOf(bytes.subarray(nameEnd, extraEnd)), {
        size: view.getUint32(at + 24, true),
        packed: view.getUint32(at + 20, true),
        offset: view.getUint32(at + 42, true),
      }),
      type: madeByUnix ? view.getUint16(at + 40, true) >> 12 : 0,
    })
    at = extraEnd + (commentLength ?? 0)
  }
  return items
}

/** Whether it is UTF-8 should be told by a flag; Info-ZIP writes it without. */
function nameFrom(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('latin1').decode(bytes)
  }
}

interface Sizes {
  readonly size: number
  readonly packed: number
  readonly offset: number
}

/** zip64: what does not fit into 32 bits stands in an extra field, in this order. */
function large(extra: DataView, { size, packed, offset }: Sizes): Sizes {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue
    const end = Math.min(extra.byteLength, at + 4 + extra.getUint16(at + 2, true))
    let next = at + 4
    const wide = (value: number) => {
      if (value !== FULL || next + 8 > end) return value
      next += 8
      return Number(extra.getBigUint64(next - 8, true))
    }
    return { size: wide(size), packed: wide(packed), offset: wide(offset) }
  }
  return { size, packed, offset }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
