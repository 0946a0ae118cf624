import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { InputError } from '../input-error.ts'
import { createByteSource, withHead } from './byte-source.ts'
import { readFolder } from './folder.ts'
import { type Entry, LIMITS, type Member } from './member.ts'
import { isTarHeader, readTar } from './tar.ts'
import { type Budget, createBudget, packingOf, unfold } from './unfold.ts'
import { readZip } from './zip.ts'

const HEAD = 1024
const CHUNK = 1 << 18

/**
 * What a path leads to, by its first bytes: a bundle, or a single file that is packed; null: neither.
 * Gaps: null also where it cannot be opened: whoever reads it as text will say why
 */
export async function bundleKind(path: string): Promise<'folder' | 'zip' | 'tar' | 'packed' | null> {
  try {
    if ((await stat(path)).isDirectory()) return 'folder'
    if (!(await stat(path)).isFile()) return null
    const file = await open(path, 'r')
    try {
      const head = new Uint8Array(HEAD)
      const { bytesRead } = await file.read(head, 0, HEAD, 0)
      return kindOf(head.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

function kindOf(head: Uint8Array): 'zip' | 'tar' | 'packed' | null {
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return 'zip'
  if (isTarHeader(head)) return 'tar'
  return packingOf(head) === null ? null : 'packed'
}

/** The first bytes of what a packed file unfolds to. Errors: InputError where it is damaged. */
export async function headInside(path: string): Promise<Uint8Array> {
  const packed = createByteSource(createReadStream(path))
  const head = (await packed.some(HEAD)) ?? new Uint8Array(0)
  const packing = packingOf(head)
  if (packing === null) return head
  const inside = createByteSource(unfold(withHead(head, packed), packing, path, createBudget(path)))
  return (await inside.some(HEAD)) ?? new Uint8Array(0)
}

/**
 * The files of a bundle, one after the other: a folder, a tar (packed by gzip, zstd, xz or bzip2), a zip, a single packed file.
 * Archives in it are opened too. Nothing is ever written.
 * Errors: InputError for what is no bundle, and for bombs
 */
export async function* readBundle(path: string): AsyncGenerator<Entry> {
  const kind = await bundleKind(path)
  if (kind === null) throw new InputError({ wanted: 'a folder or an archive', found: 'neither', where: path })
  const budget = createBudget(path)
  const entries =
    kind === 'folder'
      ? readFolder(path)
      : kind === 'zip'
        ? readZip(path, budget)
        : readPacked(createReadStream(path, { highWaterMark: CHUNK }), nameOf(path), path, budget)
  yield* limited(opened(entries, path, budget, 0), path)
}

/** Not too many; and where it breaks off after some of them, that is said of the rest. */
async function* limited(entries: AsyncIterable<Entry>, where: string): AsyncGenerator<Entry> {
  let count = 0
  try {
    for await (const entry of entries) {
      if (++count > LIMITS.members) {
        const found = `more than ${LIMITS.members} members`
        throw new InputError({ wanted: 'a bundle of captured output', found, where })
      }
      yield entry
    }
  } catch (error) {
    if (!(error instanceof InputError) || !error.found.startsWith('damage') || count === 0) throw error
    yield { kind: 'refused', path: '', why: error.found }
  }
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const ARCHIVE = /\.(?:tar|tgz|txz|tbz2?|tar\.(?:gz|xz|bz2|zst)|gz|xz|bz2|zst)$/i

/** Opens the archives among the members. */
async function* opened(
  entries: AsyncIterable<Entry>,
  where: string,
  budget: Budget,
  depth: number,
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    if (entry.kind === 'file' && /\.zip$/i.test(entry.path))
      yield { kind: 'refused', path: entry.path, why: 'a zip archive inside an archive: unpack it and name it' }
    else if (entry.kind !== 'file' || !ARCHIVE.test(entry.path)) yield entry
    else if (depth >= LIMITS.depth)
      yield { kind: 'refused', path: entry.path, why: `archives more than ${LIMITS.depth} deep in each other` }
    else yield* inside(entry, where, budget, depth)
  }
}

async function* inside(member: Member, where: string, budget: Budget, depth: number): AsyncGenerator<Entry> {
  const place = `${where}/${member.path}`
  const entries = readPacked(member.bytes, nameOf(member.path), place, budget)
  const folder = member.path.slice(0, member.path.length - nameOf(member.path).length)
  const stem = withoutPacking(nameOf(member.path))
  try {
    for await (const entry of opened(entries, place, budget, depth + 1))
      yield {
        ...entry,
        path: entry.path === stem ? `${folder}${stem}` : `${folder}${stem.replace(/\.tar$/i, '')}/${entry.path}`,
      }
  } catch (error) {
    // Damage inside of one archive is told of that one; a bomb ends it all.
    if (!(error instanceof InputError) || !error.found.startsWith('damage')) throw error
    yield { kind: 'refused', path: member.path, why: error.found }
  }
}

const withoutPacking = (name: string) =>
  name.replace(/\.t(?:gz|xz|bz2?)$/i, '.tar').replace(/\.(?:gz|xz|bz2|zst)$/i, '')

/** A tar, packed or not, or a single file under its name without the packing's. */
async function* readPacked(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  where: string,
  budget: Budget,
): AsyncGenerator<Entry> {
  const source = createByteSource(bytes)
  const head = await headOf(source)
  const packing = packingOf(head)
  if (packing !== null) {
    const rest = unfold(withHead(head, source), packing, where, budget)
    const bare = withoutPacking(name)
    const unpacked = createByteSource(rest)
    const first = await headOf(unpacked)
    const all = withHead(first, unpacked)
    if (isTarHeader(first)) yield* readTar(all)
    else yield { kind: 'file', path: bare === '' ? name : bare, bytes: all }
  } else if (isTarHeader(head)) yield* readTar(withHead(head, source))
  else yield { kind: 'file', path: name, bytes: withHead(head, source) }
}

async function headOf(source: ReturnType<typeof createByteSource>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let have = 0
  while (have < HEAD) {
    const piece = await source.some(HEAD - have)
    if (!piece) break
    pieces.push(piece)
    have += piece.length
  }
  return Buffer.concat(pieces)
}
