import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable, type Transform } from 'node:stream'
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { InputError } from '../input-error.ts'
import { LIMITS } from './member.ts'

export type Packing = 'gzip' | 'zstd' | 'xz' | 'bzip2'

/** What packed a stream, by its first bytes; null: nothing that is known. */
export function packingOf(head: Uint8Array): Packing | null {
  const starts = (...magic: number[]) => magic.every((byte, index) => head[index] === byte)
  if (starts(0x1f, 0x8b)) return 'gzip'
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return 'xz'
  return starts(0x42, 0x5a, 0x68) ? 'bzip2' : null
}

/** All that a bundle unfolds to, its archives inside included. */
export interface Budget {
  /** Errors: InputError when it is spent. */
  spend(bytes: number): void
}

export function createBudget(where: string): Budget {
  let total = 0
  return {
    spend(bytes) {
      total += bytes
      if (total > LIMITS.bytes) throw bomb(where, `more than ${LIMITS.bytes / 2 ** 30} GB inside`)
    },
  }
}

const bomb = (where: string, found: string) =>
  new InputError({
    wanted: 'a bundle of captured output',
    found,
    where,
    hint: 'unpack what you need of it and name that',
  })

/**
 * Unpack a stream as it comes.
 * Errors: InputError for a bomb, for damage, and where the tool for xz or bzip2 is not there
 */
export async function* unfold(
  bytes: AsyncIterable<Uint8Array>,
  packing: Packing | 'deflate',
  where: string,
  budget: Budget,
): AsyncGenerator<Uint8Array> {
  const packed = { bytes: 0 }
  const input = counted(bytes, packed)
  const pieces = packing === 'xz' || packing === 'bzip2' ? byTool(input, packing, where) : byZlib(input, packing)
  let unfolded = 0
  try {
    for await (const piece of pieces) {
      unfolded += piece.length
      budget.spend(piece.length)
      // What zlib has taken in and not yet used up counts as packed: that errs on the side of the archive.
      if (unfolded > LIMITS.bombBytes && unfolded > packed.bytes * LIMITS.ratio)
        throw bomb(where, `data that unfolds more than ${LIMITS.ratio} times: a bomb`)
      yield piece
    }
  } catch (error) {
    if (error instanceof InputError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new InputError({ wanted: `${packing} data`, found: `damage (${why})`, where, cause: error })
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, packed: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    packed.bytes += piece.length
    yield piece
  }
}

async function* byZlib(bytes: AsyncIterable<Uint8Array>, packing: Packing | 'deflate'): AsyncGenerator<Uint8Array> {
  const transform: Transform =
    packing === 'gzip' ? createGunzip() : packing === 'zstd' ? createZstdDecompress() : createInflateRaw()
  const input = Readable.from(bytes, { objectMode: false, highWaterMark: 1 << 16 })
  input.once('error', (error) => transform.destroy(error))
  input.pipe(transform)
  try {
    for await (const piece of transform) yield piece
  } finally {
    input.destroy()
    transform.destroy()
  }
}

/** The runtime has no xz and no bzip2. sosreports come in xz, and whoever packed one has the tool. */
async function* byTool(
  bytes: AsyncIterable<Uint8Array>,
  tool: 'xz' | 'bzip2',
  where: string,
): AsyncGenerator<Uint8Array> {
  const child = spawn(tool, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  ended.catch(() => {})
  let said = ''
  child.stderr.on('data', (piece) => {
    if (said.length < 200) said += String(piece).trim()
  })
  // It closes its input early where the data is damaged; what it says then counts.
  child.stdin.on('error', () => {})
  const input = Readable.from(bytes, { objectMode: false })
  input.once('error', () => child.kill())
  input.pipe(child.stdin)
  try {
    for await (const piece of child.stdout) yield piece
    const [code] = await ended
    if (code !== 0) throw new Error(said === '' ? `${tool} ended with ${code}` : said)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') {
      const found = `${tool} data, and no ${tool} to unpack it`
      throw new InputError({ wanted: 'a bundle of captured output', found, where, hint: 'unpack it first' })
    }
    throw error
  } finally {
    input.destroy()
    child.kill()
  }
}
