import { join, relative } from 'node:path'
import { uniteSeries } from '../../src/cli/series.ts'
import { collectTranscript } from '../../src/collect/transcript.ts'
import { diagnose } from '../../src/diagnose.ts'
import type { Report } from '../../src/model/report.ts'
import { LANGS, type Lang } from '../../src/model/text.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderJson } from '../../src/report/json.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import { renderText } from '../../src/report/text.ts'

/** A report as it is printed, by the name of its file in test/golden. */
export interface Golden {
  readonly name: string
  readonly text: string
}

const FOLDER = 'test/fixtures/transcripts'
/** Cases with everything that a report can hold: several readings, a pod, a comparison of nodes, a chain of causes. */
export const GOLDEN_CASES = ['nodeport', 'pod', 'slow-nfs', 'tw-recycle-proven', 'two-nodes'] as const

const OUTPUTS: Readonly<Record<string, (report: Report, lang: Lang) => string>> = {
  txt: (report, lang) => renderText(report, { lang, all: false, verbose: false, color: false, width: 100 }),
  json: (report, lang) => renderJson(report, { lang }),
  md: (report, lang) => renderMarkdown(report, { lang, all: false }),
  html: (report, lang) => renderHtml(report, { lang }),
}

/** Every case in every output and language. */
export async function goldenReports(root: string): Promise<readonly Golden[]> {
  const reports: Golden[] = []
  for (const name of GOLDEN_CASES) {
    const report = await reportOn(join(root, FOLDER, `${name}.md`), root)
    for (const lang of LANGS)
      for (const [ending, render] of Object.entries(OUTPUTS))
        reports.push({ name: `${name}.${lang}.${ending}`, text: render(report, lang) })
  }
  return reports
}

/** The version is left out, and the file is named from the root: neither changes what is judged. */
async function reportOn(file: string, root: string): Promise<Report> {
  const { series, ...read } = await collectTranscript(file)
  const report = diagnose({ ...read, series: uniteSeries(series), version: '0.0.0' })
  const text = JSON.stringify(report).replaceAll(JSON.stringify(file).slice(1, -1), relative(root, file))
  return JSON.parse(text)
}
