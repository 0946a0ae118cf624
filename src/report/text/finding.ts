import type { Finding } from '../../model/finding.ts'
import { CONFIDENCE_WORDS, SEVERITY_WORDS, REPORT_WORDS as W, WHEN_WORDS } from '../../words/report.ts'
import { type Line, type Span, span } from '../style.ts'
import { widthOf } from '../wrap.ts'
import { evidenceLines, type Place } from './evidence.ts'
import { netnsName } from './names.ts'
import { aside, colon, counted, listOf, paragraph, type TextOptions, tell } from './page.ts'
import { margin, remedySection, section, sentences } from './section.ts'

/** What a finding needs to know of the report around it. */
export interface Around {
  readonly effectsOf: (cause: Finding) => readonly Finding[]
  readonly titleOf: (id: string) => string
  readonly place: Place
  /** More than one reading: findings say in which. */
  readonly severalReadings: boolean
  /** Its summary stands in the verdict already. */
  readonly headline: string | null
}

const STEP = 3

/** Effects of one rule under one cause that are shown before the rest is folded. */
const EFFECTS_SHOWN = 3

/** A root cause with its proof and its fix, and what it leads to underneath. */
export function rootLines(page: TextOptions, finding: Finding, number: number, around: Around): readonly Line[] {
  const label = `${number}.`
  const prefix = [span(`${label}${' '.repeat(Math.max(1, STEP - widthOf(label)))}`), badge(page, finding)]
  const summary =
    finding.id === around.headline ? [] : paragraph(page, finding.summary[page.lang], { prefix: margin(STEP) })
  return [
    ...paragraph(page, finding.title[page.lang], { prefix, style: 'strong' }),
    ...paragraph(page, marks(page, finding, around), { prefix: margin(STEP), style: 'dim' }),
    ...summary,
    ...section(W.evidence[page.lang], evidenceLines(page, finding, around.place, { indent: STEP + 2 }), STEP),
    ...remedySection(page, finding.remedies, STEP),
    ...sentences(
      page,
      W.notHelpful[page.lang],
      finding.notHelpful.map((text) => text[page.lang]),
      STEP,
    ),
    ...sentences(
      page,
      W.unknown[page.lang],
      finding.unknowns.map((text) => text[page.lang]),
      STEP,
    ),
    ...effectSection(page, finding, around, STEP, new Set([finding.id])),
  ]
}

/** What a finding leads to, indented under it, each with why that is believed. */
function effectSection(
  page: TextOptions,
  cause: Finding,
  around: Around,
  indent: number,
  above: ReadonlySet<string>,
): readonly Line[] {
  const effects = around.effectsOf(cause).filter(({ id }) => !above.has(id))
  if (effects.length === 0) return []
  const lines = foldAlike(page, effects).flatMap(({ shown, folded }) => [
    ...shown.flatMap((effect) => effectLines(page, effect, cause, around, indent + 2, new Set([...above, effect.id]))),
    ...(folded.length > 0 ? foldedLine(page, folded, indent + 2) : []),
  ])
  return section(W.leadsTo[page.lang], lines, indent)
}

function effectLines(
  page: TextOptions,
  effect: Finding,
  cause: Finding,
  around: Around,
  indent: number,
  above: ReadonlySet<string>,
): readonly Line[] {
  const why = effect.causes.find(({ id }) => id === cause.id)?.why
  const needsOwnFix = cause.confidence === 'possible' || cause.remedies.length === 0
  const fixes = effect.remedies.length
  const inner = indent + 2
  return [
    ...paragraph(page, effect.title[page.lang], { prefix: [...margin(indent), badge(page, effect)], style: 'strong' }),
    ...paragraph(page, marks(page, effect, around, cause), { prefix: margin(inner), style: 'dim' }),
    ...paragraph(page, effect.summary[page.lang], { prefix: margin(inner) }),
    ...(why
      ? paragraph(page, W.because[page.lang] + colon(page) + why[page.lang], { prefix: margin(inner), style: 'dim' })
      : []),
    ...effect.causes
      .filter(({ id }) => id !== cause.id)
      .flatMap(({ id, why: reason }) =>
        paragraph(page, tell(page, W.alsoCausedBy, { title: around.titleOf(id), why: reason }), {
          prefix: margin(inner),
          style: 'dim',
        }),
      ),
    ...evidenceLines(page, effect, around.place, { indent: inner + 2, commands: page.all }),
    ...(needsOwnFix || page.all
      ? remedySection(page, effect.remedies, inner)
      : fixes > 0
        ? paragraph(page, counted(page, fixes, W.ownFixesOne, W.ownFixes), { prefix: margin(inner), style: 'dim' })
        : []),
    ...(page.all
      ? sentences(
          page,
          W.notHelpful[page.lang],
          effect.notHelpful.map((t) => t[page.lang]),
          inner,
        )
      : []),
    ...sentences(
      page,
      W.unknown[page.lang],
      effect.unknowns.map((text) => text[page.lang]),
      inner,
    ),
    ...effectSection(page, effect, around, inner, above),
  ]
}

/** Many findings of one rule: the first few, and the rest by name only. */
export function foldAlike(
  page: TextOptions,
  findings: readonly Finding[],
): readonly { readonly shown: readonly Finding[]; readonly folded: readonly Finding[] }[] {
  const byRule = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.severity}`
    byRule.set(key, [...(byRule.get(key) ?? []), finding])
  }
  return [...byRule.values()].map((group) => {
    const most = page.all || group.length === EFFECTS_SHOWN + 1 ? group.length : EFFECTS_SHOWN
    return { shown: group.slice(0, most), folded: group.slice(most) }
  })
}

export function foldedLine(page: TextOptions, folded: readonly Finding[], indent: number): readonly Line[] {
  const named = folded.slice(0, 8).map(({ subject }) => subject.key)
  const subjects = listOf(page, folded.length > named.length ? [...named, '…'] : named)
  const template = folded.length === 1 ? W.moreAlikeOne : W.moreAlike
  return paragraph(page, tell(page, template, { n: folded.length, subjects }), { prefix: margin(indent), style: 'dim' })
}

export function badge(page: TextOptions, { severity }: Pick<Finding, 'severity'>): Span {
  return span(`${SEVERITY_WORDS[severity][page.lang]}  `, severity)
}

/** `accept-queue-full · likely · now · reading 2`; the namespace where it is not the one above. */
export function marks(
  page: TextOptions,
  finding: Finding,
  { severalReadings }: Pick<Around, 'severalReadings'>,
  cause: Finding | null = null,
): string {
  const readings = finding.snapshots.toSorted((a, b) => a - b).map((index) => String(index + 1))
  const template = readings.length > 1 ? W.inReadings : W.inReading
  return aside([
    finding.rule,
    CONFIDENCE_WORDS[finding.confidence][page.lang],
    WHEN_WORDS[finding.when][page.lang],
    cause?.netns === finding.netns ? null : netnsName(page, finding.netns),
    severalReadings ? tell(page, template, { list: listOf(page, readings) }) : null,
  ])
}
