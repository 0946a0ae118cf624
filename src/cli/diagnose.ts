import { diagnose } from '../diagnose.ts'
import type { Confidence } from '../model/finding.ts'
import type { Listing } from '../model/listing.ts'
import type { Report } from '../model/report.ts'
import type { Text } from '../model/text.ts'
import { RULES } from '../rules/index.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { type ExitCode, exitCodeOf, type FailOn } from './exit-code.ts'
import type { CommonOptions, Input } from './input.ts'
import { readInputs } from './inputs.ts'
import { parseInterval } from './interval.ts'
import { createProgress } from './progress.ts'
import { atLeast, parseSince, pickRules, since } from './selection.ts'
import { wantsColor, widthFrom } from './terminal.ts'
import { VERSION } from './version.ts'

export interface DiagnoseOptions extends CommonOptions {
  readonly output: 'text' | 'json' | 'yaml' | 'markdown' | 'html'
  readonly failOn: FailOn
  readonly rule?: readonly string[]
  readonly minConfidence: Confidence
  readonly since?: string
  readonly interval: string
  readonly netns: string
  readonly all: boolean
  readonly verbose: boolean
  readonly redact: boolean
  readonly salt?: string
}

/** `recvq diagnose`: the report on standard output, everything else on standard error. */
export async function runDiagnose(files: readonly string[], options: DiagnoseOptions): Promise<ExitCode> {
  const progress = createProgress(process.stderr)
  // What is asked for wrongly is said before anything is read.
  const rules = pickRules(RULES, options.rule ?? [])
  const from = options.since === undefined ? 0 : parseSince(options.since, Date.now())
  try {
    const read = await readInputs(files, { ...options, interval: parseInterval(options.interval) }, progress)
    // Before it is judged: then no sentence of the report can hold what was taken out.
    const input = options.redact ? await redacted(read, options) : read
    progress.show(W.judging[options.lang])
    const { listings, notes } = input
    const recent = options.since === undefined ? { series: input.series, notes: [] } : since(input.series, from)
    const judged = diagnose({
      ...input,
      series: recent.series,
      notes: [...notes, ...(await tellRead(listings)), ...recent.notes],
      version: VERSION,
      rules,
    })
    const report = atLeast(judged, options.minConfidence)
    const text = await render(report, options)
    progress.clear()
    // Decided before it is printed: a reader that closes the pipe early must not change it.
    process.exitCode = exitCodeOf(report, options.failOn)
    process.stdout.write(text)
    return exitCodeOf(report, options.failOn)
  } finally {
    progress.clear()
  }
}

async function redacted(input: Input, { salt }: DiagnoseOptions): Promise<Input> {
  const { redactInput } = await import('./redact-input.ts')
  return redactInput(input, salt)
}

/** How much of the texts was read; of more than a few files together. */
async function tellRead(listings: readonly Listing[]): Promise<readonly Text[]> {
  if (listings.length === 0) return []
  const { summariseAll } = await import('../report/listing.ts')
  return summariseAll(listings)
}

async function render(report: Report, options: DiagnoseOptions): Promise<string> {
  const { lang, all, verbose } = options
  if (options.output === 'json') return (await import('../report/json.ts')).renderJson(report, { lang })
  if (options.output === 'yaml') return (await import('../report/yaml.ts')).renderYaml(report, { lang })
  if (options.output === 'markdown')
    return (await import('../report/markdown.ts')).renderMarkdown(report, { lang, all })
  if (options.output === 'html') return (await import('../report/html.ts')).renderHtml(report, { lang })
  const { renderText } = await import('../report/text.ts')
  const { isTTY } = process.stdout
  // through a pager or `head` the report still ends on this terminal
  const columns = process.stdout.columns || process.stderr.columns
  const color = wantsColor(options.color, isTTY === true, process.env)
  return renderText(report, { lang, all, verbose, color, width: widthFrom(columns, process.env) })
}
