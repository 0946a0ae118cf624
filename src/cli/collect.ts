import { realpathSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { packReadings, readSnapshotFile, writeSnapshotFile } from '../collect/snapshot-file.ts'
import type { Series } from '../model/snapshot.ts'
import { visible } from '../report/visible.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { readLive } from './inputs.ts'
import { parseInterval } from './interval.ts'
import { createProgress } from './progress.ts'

export interface CollectOptions extends CommonOptions {
  /** `-`: standard output. */
  readonly output: string
  readonly interval: string
  readonly netns: string
  readonly force: boolean
  readonly redact: boolean
  readonly salt?: string
}

/** `recvq collect -o FILE`: the readings of this machine into a file. Whether it may be written is found out before, not after. */
export async function runCollect(options: CollectOptions): Promise<ExitCode> {
  const interval = parseInterval(options.interval)
  const write = await openTarget(options)
  const progress = createProgress(process.stderr)
  try {
    const read = await readLive({ ...options, interval }, progress)
    const series = options.redact ? (await import('./redact-input.ts')).redactSeries(read, options.salt) : read
    progress.clear()
    write(series)
    if (options.output !== '-') process.stderr.write(visible(describe(series, options)))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

function describe(series: Series, { output, lang }: CollectOptions): string {
  const n = series.snapshots.length
  return `${say(n === 1 ? W.writtenOne : W.written, { file: output, n, node: series.node ?? '?' })[lang]}\n`
}

/** How to write there. Errors: Failure where it cannot or should not be done. */
async function openTarget({ output, force }: CollectOptions): Promise<(series: Series) => void> {
  if (output === '-') {
    if (process.stdout.isTTY) throw new Failure(W.intoTerminal, { hint: W.redirect })
    return (series) => {
      process.stdout.write(packReadings(series))
    }
  }
  const there = statIfThere(output)
  if (there === null) {
    if (!statIfThere(dirname(output))?.isDirectory()) throw cannotWrite(output, 'no such folder')
    return (series) => attempt(output, () => writeSnapshotFile(output, series))
  }
  if (there.isDirectory()) throw cannotWrite(output, 'it is a folder')
  // A device or a pipe is written to, never replaced.
  if (!there.isFile()) return (series) => attempt(output, () => writeFileSync(output, packReadings(series)))
  if (!force && there.size > 0 && !(await holdsReadings(output))) {
    throw new Failure(say(W.notOurs, { file: output }), { hint: W.useForce })
  }
  const target = realpathSync(output)
  return (series) => attempt(output, () => writeSnapshotFile(target, series))
}

/** Nobody's notes are lost to a slip of the pen: only what recvq wrote is overwritten without being told to. */
async function holdsReadings(path: string): Promise<boolean> {
  try {
    await readSnapshotFile(path)
    return true
  } catch {
    return false
  }
}

function statIfThere(path: string): Stats | null {
  try {
    return statSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw cannotWrite(path, codeOf(error))
  }
}

function attempt(path: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw cannotWrite(path, error instanceof Error ? error.message : String(error))
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

const cannotWrite = (file: string, why: string): Failure => new Failure(say(W.cannotWrite, { file, why }))
