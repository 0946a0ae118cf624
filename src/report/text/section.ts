import type { Remedy } from '../../model/finding.ts'
import { REPORT_WORDS as W } from '../../words/report.ts'
import { type Line, type Span, span } from '../style.ts'
import { widthOf } from '../wrap.ts'
import { BLANK, code, labelled, paragraph, type TextOptions } from './page.ts'

/** What to do: each remedy with its commands, its risk, and how to see that it worked. */
export function remedySection(page: TextOptions, remedies: readonly Remedy[], indent: number): readonly Line[] {
  const lines = remedies.flatMap((remedy, index) => remedyLines(page, remedy, index, remedies.length, indent + 2))
  return section(W.fix[page.lang], lines, indent)
}

function remedyLines(page: TextOptions, remedy: Remedy, index: number, of: number, indent: number): readonly Line[] {
  const bullet = of > 1 ? `${index + 1}) ` : ''
  const inner = indent + bullet.length
  const labels = { indent: inner, column: Math.max(widthOf(W.risk[page.lang]), widthOf(W.verify[page.lang])) + 2 }
  return [
    ...paragraph(page, remedy.title[page.lang], { prefix: [...margin(indent), span(bullet)] }),
    ...(remedy.action === null ? [] : code(remedy.action, inner + 2, remedy.language === 'sh' ? '$ ' : '')),
    ...(remedy.risk[page.lang] === '' ? [] : labelled(page, W.risk[page.lang], remedy.risk[page.lang], labels)),
    ...(remedy.verify === null ? [] : verifyLines(page, remedy.verify, labels)),
  ]
}

function verifyLines(
  page: TextOptions,
  verify: string,
  labels: { readonly indent: number; readonly column: number },
): readonly Line[] {
  const [first = '', ...rest] = verify.trimEnd().split('\n')
  const label = W.verify[page.lang]
  const gap = ' '.repeat(Math.max(2, labels.column - widthOf(label)))
  return [
    [...margin(labels.indent), span(label, 'dim'), span(gap), span(first, 'code')],
    ...code(rest.join('\n'), labels.indent + labels.column).filter(() => rest.length > 0),
  ]
}

/** Sentences of one kind, each with a dash. */
export function sentences(page: TextOptions, title: string, texts: readonly string[], indent: number): readonly Line[] {
  const lines = texts.flatMap((text) => paragraph(page, text, { prefix: [...margin(indent + 2), span('- ')] }))
  return section(title, lines, indent)
}

/** A titled part of a finding; nothing where it is empty. */
export function section(title: string, lines: readonly Line[], indent: number): readonly Line[] {
  return lines.length === 0 ? [] : [BLANK, [...margin(indent), span(title, 'strong')], ...lines]
}

export const margin = (indent: number): readonly Span[] => [span(' '.repeat(indent))]
