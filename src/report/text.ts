import type { Report } from '../model/report.ts'
import { effectsOf, rootsOf } from './outline.ts'
import { type Line, renderLines, span } from './style.ts'
import type { Place } from './text/evidence.ts'
import { type Around, foldAlike, foldedLine, rootLines } from './text/finding.ts'
import { headLines } from './text/head.ts'
import { lookedAtLines } from './text/looked-at.ts'
import { nodeName } from './text/names.ts'
import { BLANK, type TextOptions } from './text/page.ts'
import { shortNames } from './text/short-names.ts'
import { verdictOf } from './verdict.ts'
import { visibleDeep } from './visible.ts'
import { widthOf } from './wrap.ts'

export type { TextOptions } from './text/page.ts'

/** Narrower than this nothing can be laid out; the terminal wraps the rest. */
const NARROWEST = 40

/** Wider than this nobody reads prose. */
const WIDEST = 140

/**
 * The report for a terminal: the verdict, the root causes with proof and fix and what they lead to, then what was looked at
 * and what was not.
 * Shape: lines of at most `width` columns, save commands and words that are longer; no escape but our own colours
 */
export function renderText(report: Report, options: TextOptions): string {
  const page = { ...options, width: Math.min(WIDEST, Math.max(NARROWEST, options.width)) }
  // First of all: whatever is laid out below, and measured, holds nothing that a terminal would obey.
  const shown = visibleDeep(report)
  const place = shortNames(shown)
  return renderLines(
    [
      ...headLines(page, shown, verdictOf(shown)),
      BLANK,
      ...findingLines(page, shown, place),
      ...lookedAtLines(page, shown, place),
    ],
    page.color,
  )
}

/** Root causes by node, the gravest first, numbered through. */
function findingLines(page: TextOptions, report: Report, place: Place): readonly Line[] {
  const { findings, snapshots } = report
  const verdict = verdictOf(report)
  const around: Around = {
    effectsOf: (cause) => effectsOf(cause, findings),
    place,
    severalReadings: snapshots.filter(({ way }) => way !== 'live').length > 1,
    titleOf: (id) => findings.find((finding) => finding.id === id)?.title[page.lang] ?? id,
    headline: verdict.kind === 'found' ? verdict.headline.id : null,
  }
  const roots = rootsOf(findings)
  const nodes = [...new Set(roots.map(({ node }) => node))]
  const several = new Set(snapshots.map(({ node }) => node.name)).size > 1
  let number = 0
  return nodes.flatMap((node): readonly Line[] => {
    const live = snapshots.some((snapshot) => snapshot.node.name === node && snapshot.way === 'live')
    const heading: readonly Line[] = several ? [nodeHeading(page, nodeName(page, node, live)), BLANK] : []
    const here = roots.filter((finding) => finding.node === node)
    const blocks = foldAlike(page, here).flatMap(({ shown, folded }): readonly Line[] => [
      ...shown.flatMap((finding) => {
        number++
        return [...rootLines(page, finding, number, around), BLANK]
      }),
      ...(folded.length > 0 ? [...foldedLine(page, folded, 3), BLANK] : []),
    ])
    return [...heading, ...blocks]
  })
}

function nodeHeading(page: TextOptions, name: string): Line {
  const rule = '─'.repeat(Math.max(2, Math.min(page.width, 72) - widthOf(name) - 4))
  return [span('── ', 'dim'), span(name, 'strong'), span(` ${rule}`, 'dim')]
}
