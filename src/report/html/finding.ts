import type { Evidence, Finding, Remedy } from '../../model/finding.ts'
import type { Text } from '../../model/text.ts'
import { HTML_WORDS as H } from '../../words/html.ts'
import { SEVERITY_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import type { Branch } from '../outline.ts'
import { ungluedText } from '../plain.ts'
import { commandsByHand, formatPlace, formatValue, type Place } from '../text/evidence.ts'
import { marks } from '../text/finding.ts'
import { colon, counted, type TextOptions, tell } from '../text/page.ts'
import { type Html, html } from './escape.ts'
import { queueFigure } from './queue.ts'

export interface Surroundings {
  readonly place: Place
  readonly severalReadings: boolean
}

/** A root cause as a chapter, and what it leads to inside of it. */
export function article(page: TextOptions, root: Branch, number: number, around: Surroundings): Html {
  const { finding } = root
  return html`<article id="${anchor(finding)}" class="${finding.severity}">
<h2>${number}. ${finding.title[page.lang]}</h2>
${body(page, root, null, around, 3)}</article>
`
}

/** Ids of findings hold a colon and nothing else that an address could not. */
export const anchor = ({ id }: Finding): string => id.replaceAll(':', '-')

/** `level`: of the headings inside; an effect's own heading stands at that level too. */
function body(page: TextOptions, branch: Branch, cause: Branch | null, around: Surroundings, level: number): Html {
  const { finding, why, otherCauses } = branch
  return html`<p class="marks">${badge(page, finding)} ${ungluedText(marks(page, finding, around, cause?.finding ?? null))}</p>
<p class="summary">${finding.summary[page.lang]}</p>
${why === null ? null : html`<p class="why">${W.because[page.lang]}${colon(page)}${why[page.lang]}</p>\n`}${otherCauses.map(
  ({ title, why: reason }) => html`<p class="why">${tell(page, W.alsoCausedBy, { title, why: reason })}</p>\n`,
)}${queueFigure(page, finding)}${proofs(page, finding, around)}${remedies(page, finding, level)}${sentences(page, W.notHelpful, finding.notHelpful, level)}${sentences(page, W.unknown, finding.unknowns, level)}${branch.effects.map((effect) => effectSection(page, effect, branch, around, level))}`
}

function effectSection(page: TextOptions, effect: Branch, cause: Branch, around: Surroundings, level: number): Html {
  const { finding } = effect
  return html`<section id="${anchor(finding)}" class="effect ${finding.severity}">
<h${level}>${W.leadsTo[page.lang]}${colon(page)}${finding.title[page.lang]}</h${level}>
${body(page, effect, cause, around, Math.min(6, level + 1))}</section>
`
}

export const badge = (page: TextOptions, { severity }: Pick<Finding, 'severity'>): Html =>
  html`<strong class="badge ${severity}">${SEVERITY_WORDS[severity][page.lang]}</strong>`

function proofs(page: TextOptions, { evidence }: Finding, { place }: Surroundings): Html | null {
  if (evidence.length === 0) return null
  const commands = commandsByHand(page, evidence)
  return html`<details>
<summary>${W.evidence[page.lang]}${colon(page)}${counted(page, evidence.length, H.proofsOne, H.proofs)}</summary>
<div class="wide" tabindex="0" role="group" aria-label="${W.evidence[page.lang]}"><table>
<thead><tr><th scope="col">${W.evidence[page.lang]}</th><th scope="col" class="number">${W.value[page.lang]}</th><th scope="col">${W.source[page.lang]}</th></tr></thead>
<tbody>
${evidence.map((proof) => proofRow(page, proof, place))}</tbody>
</table></div>
${commands.length === 0 ? null : html`<p>${W.byHand[page.lang]}</p>\n${code(commands.join('\n'))}`}</details>
`
}

function proofRow(page: TextOptions, proof: Evidence, place: Place): Html {
  return html`<tr><td>${proof.label[page.lang]}</td><td class="number">${formatValue(page, proof)}</td><td>${formatPlace(proof.source, place)}</td></tr>
`
}

function remedies(page: TextOptions, { remedies: all }: Finding, level: number): Html | null {
  if (all.length === 0) return null
  return html`<h${level}>${W.fix[page.lang]}</h${level}>
<ol class="remedies">
${all.map((one) => remedy(page, one))}</ol>
`
}

function remedy(page: TextOptions, { title, action, risk, verify }: Remedy): Html {
  return html`<li><p>${title[page.lang]}</p>
${action === null ? null : code(action)}${
  risk[page.lang] === '' ? null : html`<p><b>${W.risk[page.lang]}</b>${colon(page)}${risk[page.lang]}</p>\n`
}${verify === null ? null : html`<p><b>${W.verify[page.lang]}</b></p>\n${code(verify)}`}</li>
`
}

/** Long lines scroll inside their block, by keyboard too. */
const code = (text: string): Html => html`<pre tabindex="0"><code>${text.trimEnd()}</code></pre>\n`

function sentences(page: TextOptions, title: Text, texts: readonly Text[], level: number): Html | null {
  if (texts.length === 0) return null
  return html`<h${level}>${title[page.lang]}</h${level}>
<ul>${texts.map((text) => html`<li>${text[page.lang]}</li>\n`)}</ul>
`
}
