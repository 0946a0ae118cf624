import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import type { Series } from '../model/snapshot.ts'
import type { Lang } from '../model/text.ts'
import { HostError } from '../sys/host-error.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'
import type { Input, InputOptions } from './input.ts'
import type { Progress } from './progress.ts'
import { countReadings, pickReading } from './series.ts'

/** One file (or standard input): a file of `recvq collect`, or a transcript. `FILE#2`: only its second reading. */
export async function readFileInput(name: string, options: InputOptions, progress: Progress): Promise<Input> {
  const tell = tellHowFar(name, options.lang, progress)
  const { path, nth } = splitPick(name)
  const input = path === '-' ? await readStandardInput(tell) : await readPath(path, tell)
  if (nth === null) return input
  const picked = pickReading(input.series, nth)
  if (!picked)
    throw new Failure(say(W.noSuchReading, { file: path, n: countReadings(input.series), pick: String(nth) }))
  return { ...input, series: [picked] }
}

type Tell = (lines: number) => void

/** The first line at once, then how far a large text has been read. */
function tellHowFar(name: string, lang: Lang, progress: Progress): Tell {
  const file = name === '-' ? W.standardInput[lang] : name
  progress.show(say(W.readingFile, { file })[lang])
  let next = STEP
  return (lines) => {
    if (lines < next) return
    progress.show(say(W.readingFileLine, { file, lines })[lang])
    next = lines + STEP
  }
}

const STEP = 20_000

/** A file that is really named so is meant as it is. */
function splitPick(name: string): { readonly path: string; readonly nth: number | null } {
  const match = /^(.+)#(\d{1,4})$/.exec(name)
  if (!match?.[1] || existsSync(name)) return { path: name, nth: null }
  return { path: match[1], nth: Number(match[2]) }
}

async function readPath(path: string, tell: Tell): Promise<Input> {
  const kind = await fileKind(path)
  if (kind === 'bundle') return await (await import('../collect/bundle.ts')).collectBundle(path, tell)
  if (kind === 'text') return await readText(path, tell)
  const { readSnapshotFile } = await import('../collect/snapshot-file.ts')
  return await asInput(path, readSnapshotFile(path))
}

/**
 * A folder or an archive, a file of `recvq collect`, or text: by content, never by name.
 * What cannot be opened is text, so that the reader of texts complains about it.
 */
export async function fileKind(path: string): Promise<'bundle' | 'readings' | 'text'> {
  const { bundleKind, headInside } = await import('../sys/bundle/index.ts')
  const { looksLikeSnapshotFile } = await import('../collect/snapshot-file.ts')
  const kind = await bundleKind(path)
  if (kind === 'packed') return looksLikeSnapshotFile(await headInside(path)) ? 'readings' : 'bundle'
  if (kind !== null) return 'bundle'
  return looksLikeSnapshotFile(firstBytes(path)) ? 'readings' : 'text'
}

async function readText(path: string, tell: Tell): Promise<Input> {
  const { collectTranscript } = await import('../collect/transcript.ts')
  return await collectTranscript(path, tell)
}

/** Looks at the first bytes and puts them back: text is read as it comes, readings are taken whole. */
async function readStandardInput(tell: Tell): Promise<Input> {
  const { looksLikeSnapshotFile, MAX_BYTES, unpackReadings } = await import('../collect/snapshot-file.ts')
  const { stdin } = process
  await new Promise<void>((resolve, reject) => {
    stdin.once('readable', resolve).once('end', resolve).once('error', reject)
  })
  const head: Buffer | null = stdin.read()
  if (head !== null) stdin.unshift(head)
  if (head === null || !looksLikeSnapshotFile(head)) return await readText('-', tell)
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of stdin as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > MAX_BYTES) throw badReadings('standard input', 'too large')
    pieces.push(piece)
  }
  return await asInput('standard input', unpackReadings(Buffer.concat(pieces), 'stdin'))
}

async function asInput(name: string, series: Promise<Series>): Promise<Input> {
  try {
    return { series: [await series], clusters: [], unread: [], notes: [], listings: [] }
  } catch (error) {
    if (error instanceof HostError) throw badReadings(name, error.message)
    throw error
  }
}

const badReadings = (file: string, why: string): Failure =>
  new Failure(say(W.badReadings, { file, why }), { hint: W.badReadingsHint })

function firstBytes(path: string): Uint8Array {
  const head = new Uint8Array(512)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return head.subarray(0, 0)
  }
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0))
  } catch {
    return head.subarray(0, 0)
  } finally {
    closeSync(file)
  }
}
