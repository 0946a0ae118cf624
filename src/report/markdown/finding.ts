import type { Evidence, Finding, Remedy } from '../../model/finding.ts'
import { SEVERITY_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import type { Branch } from '../outline.ts'
import { ungluedText } from '../plain.ts'
import { commandsByHand, formatPlace, formatValue, type Place } from '../text/evidence.ts'
import { foldAlike, marks } from '../text/finding.ts'
import { foldEvidence } from '../text/fold.ts'
import { colon, counted, listOf, type TextOptions, tell } from '../text/page.ts'
import { block, codeSpan, fenced, inline } from './escape.ts'

export interface Surroundings {
  readonly place: Place
  readonly severalReadings: boolean
}

/** A root cause as a chapter: summary, proofs, fix, and under it what it leads to. */
export function chapter(page: TextOptions, root: Branch, number: number, around: Surroundings): readonly string[] {
  const { finding } = root
  return [
    `## ${number}. ${inline(finding.title[page.lang])}`,
    '',
    `**${SEVERITY_WORDS[finding.severity][page.lang]}** · ${inline(ungluedText(marks(page, finding, around)))}`,
    '',
    block(finding.summary[page.lang]),
    '',
    ...proofs(page, finding, around),
    ...remedies(page, finding),
    ...list(
      W.notHelpful[page.lang],
      finding.notHelpful.map((text) => text[page.lang]),
    ),
    ...list(
      W.unknown[page.lang],
      finding.unknowns.map((text) => text[page.lang]),
    ),
    ...effects(page, root, around, 3),
  ]
}

/** What a finding leads to, a heading deeper each; beyond the sixth there is none. */
function effects(page: TextOptions, cause: Branch, around: Surroundings, depth: number): readonly string[] {
  if (cause.effects.length === 0) return []
  const heading = '#'.repeat(Math.min(6, depth))
  const byId = new Map(cause.effects.map((effect) => [effect.finding.id, effect]))
  const folds = foldAlike(
    page,
    cause.effects.map(({ finding }) => finding),
  )
  return folds.flatMap(({ shown, folded }) => [
    ...shown.flatMap((finding) => {
      const effect = byId.get(finding.id)
      return effect === undefined ? [] : effectChapter(page, effect, cause, around, heading, depth)
    }),
    ...(folded.length === 0 ? [] : [`*${inline(alike(page, folded))}*`, '']),
  ])
}

function effectChapter(
  page: TextOptions,
  effect: Branch,
  cause: Branch,
  around: Surroundings,
  heading: string,
  depth: number,
): readonly string[] {
  const { finding, why } = effect
  return [
    `${heading} ${W.leadsTo[page.lang]}${colon(page)}${inline(finding.title[page.lang])}`,
    '',
    `**${SEVERITY_WORDS[finding.severity][page.lang]}** · ${inline(ungluedText(marks(page, finding, around, cause.finding)))}`,
    '',
    block(finding.summary[page.lang]),
    '',
    ...(why === null ? [] : [`*${W.because[page.lang]}${colon(page)}${inline(why[page.lang])}*`, '']),
    ...effect.otherCauses.flatMap(({ title, why: reason }) => [
      `*${inline(tell(page, W.alsoCausedBy, { title, why: reason }))}*`,
      '',
    ]),
    ...proofs(page, finding, around),
    ...(page.all || cause.finding.confidence === 'possible' || cause.finding.remedies.length === 0
      ? remedies(page, finding)
      : []),
    ...list(
      W.unknown[page.lang],
      finding.unknowns.map((text) => text[page.lang]),
    ),
    ...effects(page, effect, around, depth + 1),
  ]
}

function alike(page: TextOptions, folded: readonly Finding[]): string {
  const subjects = listOf(
    page,
    folded.map(({ subject }) => subject.key),
  )
  return tell(page, folded.length === 1 ? W.moreAlikeOne : W.moreAlike, { n: folded.length, subjects })
}

function proofs(page: TextOptions, finding: Finding, { place }: Surroundings): readonly string[] {
  if (finding.evidence.length === 0) return []
  const shown = page.all ? finding.evidence : foldEvidence(finding.evidence)
  const left = finding.evidence.length - shown.length
  const commands = commandsByHand(page, shown)
  return [
    `| ${W.evidence[page.lang]} | ${W.value[page.lang]} | ${W.source[page.lang]} |`,
    '| --- | ---: | --- |',
    ...shown.map((proof) => proofRow(page, proof, place)),
    '',
    ...(left > 0 ? [`*${inline(counted(page, left, W.moreOne, W.more))}*`, ''] : []),
    ...(commands.length === 0
      ? []
      : [`${W.byHand[page.lang]}${colon(page).trimEnd()}`, '', ...fenced(commands.join('\n'), 'sh'), '']),
  ]
}

function proofRow(page: TextOptions, proof: Evidence, place: Place): string {
  const cells = [proof.label[page.lang], formatValue(page, proof), formatPlace(proof.source, place)]
  return `| ${cells.map(inline).join(' | ')} |`
}

function remedies(page: TextOptions, { remedies: all }: Finding): readonly string[] {
  if (all.length === 0) return []
  return [`**${W.fix[page.lang]}**`, '', ...all.flatMap((one, index) => remedy(page, one, index + 1))]
}

function remedy(
  page: TextOptions,
  { title, action, language, risk, verify }: Remedy,
  number: number,
): readonly string[] {
  const indent = '   '
  const after = (label: string, text: string) => `${indent}${label}${colon(page)}${text}`
  return [
    `${number}. ${inline(title[page.lang])}`,
    ...(action === null ? [] : ['', ...fenced(action, language ?? '', indent)]),
    ...(risk[page.lang] === '' ? [] : ['', after(W.risk[page.lang], inline(risk[page.lang]))]),
    ...(verify === null
      ? []
      : verify.includes('\n')
        ? ['', after(W.verify[page.lang], '').trimEnd(), '', ...fenced(verify, 'sh', indent)]
        : ['', after(W.verify[page.lang], codeSpan(verify))]),
    '',
  ]
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`**${title}**`, '', ...items.map((item) => `- ${inline(item)}`), '']
}
