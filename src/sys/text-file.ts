import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Line } from '../model/line.ts'
import { InputError } from './input-error.ts'
import { createLineCutter } from './line-cutter.ts'
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
  yield* decodeLines(createReadStream(path, { highWaterMark: CHUNK }), path)
}

/** The same from any stream of bytes. */
export async function* decodeLines(
  bytes: AsyncIterable<Uint8Array | string>,
  where: string,
): AsyncGenerator<readonly Line[]> {
  const cutter = createLineCutter()
  let decoder: InstanceType<typeof TextDecoder> | null = null
  let first = true
  try {
    for await (const piece of bytes) {
      const chunk = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
      if (first && chunk.length > 0) {
        refuseBinary(chunk.subarray(0, 4096), where)
        first = false
        if (hasMark(chunk) || guessEncoding(chunk).startsWith('utf-16')) decoder = new TextDecoder(guessEncoding(chunk))
      }
      // Until the first byte beyond ASCII every encoding reads alike, so the choice can wait for evidence.
      if (decoder === null && !isAscii(chunk)) decoder = new TextDecoder(guessEncoding(chunk))
      const text = decoder ? decoder.decode(chunk, { stream: true }) : ascii(chunk)
      const lines = cutter.push(text)
      if (lines.length > 0) yield lines
    }
    const lines = [...cutter.push(decoder?.decode() ?? ''), ...cutter.finish()]
    if (lines.length > 0) yield lines
  } catch (error) {
    throw asInputError(error, where)
  }
}

const hasMark = (chunk: Uint8Array) =>
  (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff) || chunk[0] === 0xef

function isAscii(chunk: Uint8Array): boolean {
  for (let i = 0; i < chunk.length; i++) if ((chunk[i] ?? 0) >= 0x80) return false
  return true
}

const ascii = (chunk: Uint8Array) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')

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
