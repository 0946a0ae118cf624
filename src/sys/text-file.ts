import { open, stat } from 'node:fs/promises'
import type { Batch, Line } from '../model/line.ts'
import { InputError } from './input-error.ts'
import { createLineCutter } from './line-cutter.ts'
import { cutSlabs, linesOf } from './slabs.ts'
import { binaryKind, guessEncoding } from './text-encoding.ts'

const CHUNK = 256 * 1024

/**
 * The lines of a text file, in batches, decoded; `-` is standard input.
 * Shape:  UTF-8, UTF-16, GB18030 and Latin-1 told apart by their bytes; line ends of Unix and Windows
 * Gaps:   a line beyond 1 MB is cut and says so
 * Errors: InputError where there is no file, no permission, a directory, or no text
 */
export async function* readTextLines(path: string): AsyncGenerator<readonly Line[]> {
  if (path === '-') {
    yield* decodeLines(process.stdin, 'standard input')
    return
  }
  await refuseWhatIsNoFile(path)
  yield* decodeLines(readPieces(path), path)
}

/** The same from any stream of bytes. */
export async function* decodeLines(
  bytes: AsyncIterable<Uint8Array | string>,
  where: string,
): AsyncGenerator<readonly Line[]> {
  for await (const batch of decodeText(bytes, where)) yield 'bytes' in batch ? linesOf(batch) : batch
}

/** The same for those who can read rows from bytes: what is plain ASCII comes as it stands in the file. */
export async function* readText(path: string): AsyncGenerator<Batch> {
  if (path === '-') {
    yield* decodeText(process.stdin, 'standard input')
    return
  }
  await refuseWhatIsNoFile(path)
  yield* decodeText(readPieces(path), path)
}

/** As readText, from any stream of bytes. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array | string>, where: string): AsyncGenerator<Batch> {
  const source = bytes[Symbol.asyncIterator]()
  try {
    const first = await firstPiece(source)
    if (first === null) return
    refuseBinary(first.subarray(0, 4096), where)
    const all = again(first, source)
    const encoding = guessEncoding(first.subarray(0, 4096))
    yield* encoding.startsWith('utf-16') ? decodeWide(all, encoding) : cutSlabs(all)
  } catch (error) {
    throw asInputError(error, where)
  } finally {
    await source.return?.()
  }
}

/** The first bytes that there are, two at least: a byte order mark may come in pieces. */
async function firstPiece(source: AsyncIterator<Uint8Array | string>): Promise<Uint8Array | null> {
  let first: Uint8Array | null = null
  while (first === null || first.length < 4) {
    const { value, done } = await source.next()
    if (done) return first
    const piece = asBytes(value)
    if (piece.length === 0) continue
    first = first === null ? Uint8Array.from(piece) : Uint8Array.from([...first, ...piece])
  }
  return first
}

async function* again(first: Uint8Array, rest: AsyncIterator<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield asBytes(next.value)
}

const asBytes = (piece: Uint8Array | string) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)

/** UTF-16: a line end is no single byte there. */
async function* decodeWide(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<readonly Line[]> {
  const cutter = createLineCutter()
  const decoder = new TextDecoder(encoding)
  for await (const piece of bytes) {
    const lines = cutter.push(decoder.decode(piece, { stream: true }))
    if (lines.length > 0) yield lines
  }
  const lines = [...cutter.push(decoder.decode()), ...cutter.finish()]
  if (lines.length > 0) yield lines
}

/** A file in pieces of its own two buffers: the next is read while this one is looked at. */
async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    // A kernel's file says 0 and holds more; one byte beyond the size shows the end of the others at once.
    const { size } = await file.stat()
    const chunk = size > 0 && size < CHUNK ? size + 1 : CHUNK
    let here = new Uint8Array(chunk)
    let there: Uint8Array<ArrayBuffer> | null = null
    let reading = file.read(here, 0, chunk)
    for (;;) {
      const { bytesRead } = await reading
      if (bytesRead === 0) return
      there ??= new Uint8Array(chunk)
      reading = file.read(there, 0, chunk)
      // Whoever asks for no more leaves it unawaited.
      reading.catch(() => {})
      yield here.subarray(0, bytesRead)
      ;[here, there] = [there, here]
    }
  } finally {
    await file.close()
  }
}

function refuseBinary(head: Uint8Array, where: string): void {
  const found = binaryKind(head)
  if (found === null) return
  const hint = /gzip|archive|xz|zstd|bzip2/.test(found)
    ? 'unpack it first'
    : found === 'a packet capture'
      ? 'print it first: tcpdump -nn -r FILE'
      : null
  throw new InputError({ wanted: 'text', found, where, hint })
}

async function refuseWhatIsNoFile(path: string): Promise<void> {
  try {
    const about = await stat(path)
    if (about.isDirectory())
      throw new InputError({ wanted: 'a text file', found: 'a directory', where: path, hint: 'name the files in it' })
  } catch (error) {
    throw asInputError(error, path)
  }
}

function asInputError(error: unknown, where: string): Error {
  if (error instanceof InputError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const found: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EACCES: 'no permission to read it',
    EPERM: 'no permission to read it',
    EISDIR: 'a directory',
    ELOOP: 'a circle of symbolic links',
    ENAMETOOLONG: 'a name that is too long',
    ENOTDIR: 'a path through something that is no directory',
  }
  const met = found[code] ?? (code === '' ? null : `an error: ${code}`)
  if (met === null) return error instanceof Error ? error : new Error(String(error))
  const hint = code === 'ENOENT' ? 'check the path' : null
  return new InputError({ wanted: 'a text file', found: met, where, hint, cause: error })
}
