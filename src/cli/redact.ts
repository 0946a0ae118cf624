import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Batch, Line } from '../model/line.ts'
import type { Lang } from '../model/text.ts'
import { createRedactor, learnSeries, type Redactor, redactValue } from '../redact.ts'
import { visible } from '../report/visible.ts'
import { linesOf } from '../sys/slabs.ts'
import { CLI_WORDS } from '../words/cli.ts'
import { REDACT_KINDS, REDACT_WORDS as W } from '../words/redact.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { createProgress, type Progress } from './progress.ts'
import { fileKind } from './read-file.ts'
import { saltOr } from './redact-input.ts'

export interface RedactOptions extends CommonOptions {
  /** undefined: standard output. */
  readonly output?: string
  /** undefined: a random one. */
  readonly salt?: string
}

/** `recvq redact`: the text on standard output or in OUT, what was replaced on standard error. */
export async function runRedact(file: string, options: RedactOptions): Promise<ExitCode> {
  const { output, lang } = options
  if (output !== undefined && output !== '-' && existsSync(output)) throw new Failure(say(W.exists, { file: output }))
  const redactor = createRedactor(saltOr(options.salt))
  const progress = createProgress(process.stderr)
  try {
    progress.show(say(W.reading, { file })[lang])
    const kind = file === '-' ? 'text' : await fileKind(file)
    const leftOut =
      kind === 'bundle'
        ? await redactBundle(file, redactor, options, progress)
        : await (kind === 'readings' ? redactReadings : redactText)(file, redactor, options)
    progress.clear()
    process.stderr.write(visible(describe(redactor, leftOut, lang)))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

/** How many of each kind, and what is left to do for the reader. */
function describe(redactor: Redactor, leftOut: number, lang: Lang): string {
  const counts = Object.entries(redactor.counts()).map(([kind, n]) => {
    const words = REDACT_KINDS[kind]
    return `${n} ${(n === 1 ? words?.one : words?.many)?.[lang] ?? kind}`
  })
  const list = counts.join(lang === 'zh' ? '、' : ', ')
  return [
    counts.length > 0 ? say(W.replaced, { list })[lang] : W.nothing[lang],
    ...(leftOut > 0 ? [say(W.leftOut, { n: leftOut })[lang]] : []),
    W.lookOver[lang],
    '',
  ].join('\n')
}

const MAX_STDIN = 512 * 2 ** 20

async function redactText(file: string, redactor: Redactor, { output }: RedactOptions): Promise<number> {
  const { readTextLines } = await import('../sys/text-file.ts')
  if (file !== '-') {
    for await (const batch of readTextLines(file)) for (const { text } of batch) redactor.learn(text)
    await writeLines(output, redactor, readTextLines(file))
    return 0
  }
  const kept: { readonly text: string }[][] = []
  let size = 0
  for await (const batch of readTextLines('-')) {
    for (const { text } of batch) {
      size += text.length
      redactor.learn(text)
    }
    if (size > MAX_STDIN) throw new Failure(say(W.tooLarge, { mb: MAX_STDIN / 2 ** 20 }))
    kept.push([...batch])
  }
  await writeLines(output, redactor, kept)
  return 0
}

async function redactReadings(file: string, redactor: Redactor, { output }: RedactOptions): Promise<number> {
  const { packReadings, readSnapshotFile, writeSnapshotFile } = await import('../collect/snapshot-file.ts')
  const series = await readSnapshotFile(file)
  learnSeries([series], redactor)
  const redacted = redactValue(series, redactor)
  if (output === undefined || output === '-') {
    if (process.stdout.isTTY) throw new Failure(CLI_WORDS.intoTerminal, { hint: CLI_WORDS.redirect })
    process.stdout.write(packReadings(redacted))
  } else writeSnapshotFile(output, redacted)
  return 0
}

/** Only what recvq reads is written: a report of a whole machine holds keys and logs that nobody here looks at. */
async function redactBundle(
  file: string,
  redactor: Redactor,
  options: RedactOptions,
  progress: Progress,
): Promise<number> {
  const { output, lang } = options
  if (output === undefined || output === '-') throw new Failure(say(W.wantsFolder, { file }))
  const { readBundleTexts } = await import('../collect/bundle.ts')
  let leftOut = 0
  for await (const member of readBundleTexts(file)) {
    redactor.learnPath(member.path)
    if (member.lines === null) leftOut++
    else for await (const batch of member.lines) for (const { text } of textsOf(batch)) redactor.learn(text)
  }
  for await (const { path, lines } of readBundleTexts(file)) {
    if (lines === null) continue
    const target = join(output, redactor.redactPath(path))
    progress.show(say(W.writing, { file: target })[lang])
    mkdirSync(dirname(target), { recursive: true })
    await writeLines(target, redactor, asTexts(lines))
  }
  return leftOut
}

const textsOf = (batch: Batch): readonly Line[] => ('bytes' in batch ? linesOf(batch) : batch)

async function* asTexts(batches: AsyncIterable<Batch>): AsyncGenerator<readonly Line[]> {
  for await (const batch of batches) yield textsOf(batch)
}

/** Line by line, no faster than it is taken. */
async function writeLines(
  output: string | undefined,
  redactor: Redactor,
  batches: AsyncIterable<readonly { readonly text: string }[]> | Iterable<readonly { readonly text: string }[]>,
): Promise<void> {
  const isFile = output !== undefined && output !== '-'
  const out: Writable = isFile ? createWriteStream(output, { flags: 'wx' }) : process.stdout
  const failed = isFile ? once(out, 'error').then(([error]) => Promise.reject(error)) : null
  failed?.catch(() => {})
  for await (const batch of batches) {
    const text = batch.map((line) => `${redactor.redact(line.text)}\n`).join('')
    if (!out.write(text)) await Promise.race([once(out, 'drain'), ...(failed ? [failed] : [])])
  }
  if (!isFile) return
  out.end()
  await Promise.race([once(out, 'finish'), ...(failed ? [failed] : [])])
}
