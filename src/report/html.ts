import type { Report } from '../model/report.ts'
import type { Lang } from '../model/text.ts'
import { HTML_WORDS as H } from '../words/html.ts'
import { REPORT_WORDS as W } from '../words/report.ts'
import { type Html, html } from './html/escape.ts'
import { anchor, article, badge } from './html/finding.ts'
import { STYLE } from './html/style.ts'
import { type Branch, outline } from './outline.ts'
import { plainLines, unbounded, ungluedText } from './plain.ts'
import { headLines } from './text/head.ts'
import { lookedAtRows, type Row } from './text/looked-at.ts'
import { nodeName } from './text/names.ts'
import { type TextOptions, tell } from './text/page.ts'
import { shortNames } from './text/short-names.ts'
import { verdictOf } from './verdict.ts'
import { visibleDeep } from './visible.ts'

/**
 * The report as one HTML file for post-mortems: no script, nothing loaded from anywhere, whatever was captured is text.
 * Shape: the verdict, the tree of causes, a chapter per root with a drawn queue and its proofs folded, what was looked at
 */
export function renderHtml(report: Report, { lang }: { readonly lang: Lang }): string {
  const page = unbounded(lang, true)
  const shown = visibleDeep(report)
  const place = shortNames(shown)
  const around = { place, severalReadings: shown.snapshots.filter(({ way }) => way !== 'live').length > 1 }
  const [verdict = '', ...context] = plainLines(headLines(page, shown, verdictOf(shown)))
  const nodes = outline(shown)
  const roots = nodes.flatMap((one) => one.roots)
  return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>recvq: ${verdict}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<header>
<h1>${verdict}</h1>
${context.map((line) => html`<p class="context">${line}</p>\n`)}</header>
<main>
${
  roots.length === 0
    ? null
    : html`<nav aria-labelledby="causes"><h2 id="causes">${H.causes[lang]}</h2>
${nodes.map(({ node, live, roots: here }) => [
  nodes.length > 1 ? html`<p>${nodeName(page, node, live)}</p>\n` : null,
  tree(page, here),
])}</nav>
`
}${roots.map((root, index) => article(page, root, index + 1, around))}<section class="looked" aria-labelledby="looked">
<h2 id="looked">${W.lookedAt[lang]}</h2>
<dl>
${lookedAtRows(page, shown, place).reduce(grouped, []).map(definition)}</dl>
</section>
</main>
<footer><p>${tell(page, H.madeBy, { version: shown.version })}</p></footer>
</body>
</html>
`.markup
}

/** Causes and what they bring about, as a list inside a list. */
function tree(page: TextOptions, branches: readonly Branch[]): Html | null {
  if (branches.length === 0) return null
  return html`<ul>
${branches.map(
  ({ finding, effects }) =>
    html`<li>${badge(page, finding)} <a href="#${anchor(finding)}">${finding.title[page.lang]}</a> ${finding.subject.key}
${tree(page, effects)}</li>
`,
)}</ul>
`
}

interface Definition {
  readonly term: string
  readonly texts: readonly string[]
}

/** Rows without a label go on under the one above. */
function grouped(definitions: readonly Definition[], { label, text }: Row): readonly Definition[] {
  const last = definitions.at(-1)
  if (label !== '' || last === undefined) return [...definitions, { term: label, texts: [text] }]
  return [...definitions.slice(0, -1), { ...last, texts: [...last.texts, text] }]
}

const definition = ({ term, texts }: Definition): Html =>
  html`<dt>${term}</dt><dd>${texts.map((text, index) => [index > 0 ? html`<br>` : null, ungluedText(text)])}</dd>\n`
