import type { Report } from '../model/report.ts'
import type { Lang } from '../model/text.ts'
import { REPORT_WORDS as W } from '../words/report.ts'
import { inline } from './markdown/escape.ts'
import { chapter } from './markdown/finding.ts'
import { outline } from './outline.ts'
import { plainLines, unbounded, ungluedText } from './plain.ts'
import { headLines } from './text/head.ts'
import { lookedAtRows } from './text/looked-at.ts'
import { nodeName } from './text/names.ts'
import { shortNames } from './text/short-names.ts'
import { verdictOf } from './verdict.ts'
import { visibleDeep } from './visible.ts'

/**
 * The report as GitHub-flavoured Markdown, for tickets: ends in a newline.
 * Shape: the verdict, a chapter per root cause with its effects as sub-chapters, a table of what was looked at; nothing that
 * was captured can become markup
 */
export function renderMarkdown(report: Report, { lang, all }: { readonly lang: Lang; readonly all: boolean }): string {
  const page = unbounded(lang, all)
  const shown = visibleDeep(report)
  const place = shortNames(shown)
  const around = { place, severalReadings: shown.snapshots.filter(({ way }) => way !== 'live').length > 1 }
  const [verdict = '', ...context] = plainLines(headLines(page, shown, verdictOf(shown)))
  const nodes = outline(shown)
  let number = 0
  const lines = [
    `# ${inline(verdict)}`,
    '',
    ...context.flatMap((line) => [inline(line), '']),
    ...nodes.flatMap(({ node, live, roots }) => [
      ...(nodes.length > 1 ? [`*${inline(nodeName(page, node, live))}*`, ''] : []),
      ...roots.flatMap((root) => {
        number++
        return chapter(page, root, number, around)
      }),
    ]),
    `## ${W.lookedAt[lang]}`,
    '',
    '| | |',
    '| --- | --- |',
    ...lookedAtRows(page, shown, place).map(({ label, text }) => `| ${inline(label)} | ${inline(ungluedText(text))} |`),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}
