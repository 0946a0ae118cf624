import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { HostError } from '../sys/host-error.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'
import type { Input, InputOptions } from './inputs.ts'
import type { Progress } from './progress.ts'
import { countReadings, pickReading } from './series.ts'

/** One file (or standard input): a file of `recvq collect`, or a transcript. `FILE#2`: only its second reading. */
export async function readFileInput(name: string, options: InputOptions, progress: Progress): Promise<Input> {
  progress.show(say(W.readingFile, { file: name })[options.lang])
  const { path, nth } = splitPick(name)
  const input = (await holdsReadings(path)) ? await readReadings(path) : await readText(path)
  if (nth === null) return input
  const picked = pickReading(input.series, nth)
  if (!picked)
    throw new Failure(say(W.noSuchReading, { file: path, n: countReadings(input.series), pick: String(nth) }))
  return { ...input, series: [picked] }
}

/** A file that is really named so is meant as it is. */
function splitPick(name: string): { readonly path: string; readonly nth: number | null } {
  const match = /^(.+)#(\d{1,4})$/.exec(name)
  if (!match?.[1] || existsSync(name)) return { path: name, nth: null }
  return { path: match[1], nth: Number(match[2]) }
}

async function readText(path: string): Promise<Input> {
  const { collectTranscript } = await import('../collect/transcript.ts')
  return await collectTranscript(path)
}

async function readReadings(path: string): Promise<Input> {
  const { readSnapshotFile } = await import('../collect/snapshot-file.ts')
  try {
    return { series: [await readSnapshotFile(path)], unread: [], notes: [] }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    throw new Failure(say(W.badReadings, { file: path, why: error.message }), { hint: W.badReadingsHint })
  }
}

/** Told by the first bytes. What cannot be opened is left for the reader of texts to complain about. */
async function holdsReadings(path: string): Promise<boolean> {
  if (path === '-') return false
  const { looksLikeSnapshotFile } = await import('../collect/snapshot-file.ts')
  return looksLikeSnapshotFile(firstBytes(path))
}

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
