import type { Lang, Text } from '../../model/text.ts'
import { type Filling, say } from '../../words/say.ts'
import { type Line, type Span, type Style, span } from '../style.ts'
import { GLUE, widthOf, wrap } from '../wrap.ts'

/** How the text report is to look. */
export interface TextOptions {
  readonly lang: Lang
  /** Columns of the terminal. */
  readonly width: number
  readonly color: boolean
  /** Fold nothing. */
  readonly all: boolean
  /** List what was not judged, not seen and not understood. */
  readonly verbose: boolean
}

/** A template filled in, in the page's language. */
export function tell(page: TextOptions, template: Text, fillings: Readonly<Record<string, Filling>> = {}): string {
  return say(template, fillings)[page.lang]
}

/** `… {n} …` in the form for one or for many. */
export function counted(page: TextOptions, n: number, one: Text, many: Text): string {
  return n === 1 ? tell(page, one, { n }) : tell(page, many, { n })
}

export const listOf = (page: TextOptions, items: readonly string[]): string =>
  items.join(page.lang === 'zh' ? '、' : ', ')

/** The dot stays with what stands before it. */
const DOT = `${GLUE}· `

/** Facts side by side: `likely · now`. */
export const aside = (items: readonly (string | null)[]): string => items.filter((item) => item).join(DOT)

/**
 * A paragraph behind a prefix; the lines after the first are indented as far as the prefix reaches.
 * With `hang` they stand at that column instead.
 */
export function paragraph(
  page: TextOptions,
  text: string,
  {
    prefix = [],
    style,
    hang,
  }: { readonly prefix?: readonly Span[]; readonly style?: Style; readonly hang?: number } = {},
): readonly Line[] {
  const before = prefix.reduce((sum, one) => sum + widthOf(one.text), 0)
  const indent = hang ?? before
  return wrap(text, page.width - indent, page.width - before).map((line, index) =>
    index === 0 ? [...prefix, span(line, style)] : [span(' '.repeat(indent)), span(line, style)],
  )
}

/** `Label   text`, the label in a column of its own, `indent` columns in. */
export function labelled(
  page: TextOptions,
  label: string,
  text: string,
  { indent, column, style }: { readonly indent: number; readonly column: number; readonly style?: Style },
): readonly Line[] {
  const gap = Math.max(2, column - widthOf(label))
  const prefix = [span(' '.repeat(indent)), span(label, 'dim'), span(' '.repeat(gap))]
  return paragraph(page, text, { prefix, ...(style ? { style } : {}) })
}

/**
 * Commands and configuration: never wrapped, so that they can be copied; each line indented. The prompt stands where a command
 * begins, not where one goes on.
 */
export function code(text: string, indent: number, prompt = ''): readonly Line[] {
  const lines = text.replace(/\n+$/, '').split('\n')
  return lines.map((line, index) => {
    const goesOn = index > 0 && (lines[index - 1]?.endsWith('\\') || line.startsWith(' '))
    const comment = line.startsWith('#')
    const before = comment ? '' : goesOn ? ' '.repeat(prompt.length) : prompt
    return [span(' '.repeat(indent)), span(before, 'dim'), span(line, comment ? 'dim' : 'code')]
  })
}

/** A remark at the end of a line, in each language's own parentheses. */
export const inParentheses = (page: TextOptions, text: string): string =>
  page.lang === 'zh' ? `（${text}）` : ` (${text})`

/** `Why: because of that`, with each language's own colon. */
export const colon = (page: TextOptions): string => (page.lang === 'zh' ? '：' : ': ')

export const BLANK: Line = []
