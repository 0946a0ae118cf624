import { type Line, type Style, span } from './style.ts'
import { padTo, widthOf } from './wrap.ts'

export interface Column {
  readonly head: string
  /** Numbers stand at the right. */
  readonly right?: boolean
  /** Left out where the room is short, those with the highest number first; none: it always stays. */
  readonly spare?: number
}

export interface Cell {
  readonly text: string
  readonly style?: Style
}

export const cell = (text: string, style?: Style): Cell => (style ? { text, style } : { text })

export interface TableLines {
  readonly lines: readonly Line[]
  /** Heads of the columns that had to be left out. */
  readonly left: readonly string[]
}

/** Wide enough for hash-like names; the rest of a text that nobody could lay out is cut. */
const WIDEST = 80

/**
 * Columns as wide as they need, two blanks between them, the heads dim. Columns in which no row has anything are left out.
 * Where that is too wide, spare columns are left out; with `fold` each row has them in a line of its own below.
 * Shape: lines of at most `width` columns as long as there is a spare column to leave out
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, indent = 0, fold = false }: { readonly width: number; readonly indent?: number; readonly fold?: boolean },
): TableLines {
  const filled = columns.map((column, at) => ({
    ...column,
    at,
    width: Math.max(widthOf(column.head), ...rows.map((row) => widthOf(shorten(row[at]?.text ?? '')))),
    empty: rows.every((row) => (row[at]?.text ?? '') === ''),
  }))
  let shown = filled.filter((one) => !one.empty)
  const left: string[] = []
  const needed = () => indent + shown.reduce((sum, one) => sum + one.width + 2, -2)
  while (needed() > width) {
    const spare = shown.reduce<(typeof shown)[number] | null>(
      (most, one) => ((one.spare ?? 0) > (most?.spare ?? 0) ? one : most),
      null,
    )
    if (!spare) break
    shown = shown.filter((one) => one !== spare)
    left.unshift(spare.head)
  }
  const margin = span(' '.repeat(indent))
  const laid = (text: string, column: (typeof shown)[number]) => {
    const cut = shorten(text)
    const room = column.width - widthOf(cut)
    return column.right ? ' '.repeat(Math.max(0, room)) + cut : padTo(cut, column.width)
  }
  const line = (cells: readonly Cell[]): Line => [
    margin,
    ...shown.flatMap((column, index) => {
      const { text = '', style } = cells[column.at] ?? {}
      return [...(index > 0 ? [span('  ')] : []), span(laid(text, column), style)]
    }),
  ]
  const head = line(columns.map((column) => cell(column.head, 'dim')))
  const spared = fold ? filled.filter((one) => !one.empty && !shown.includes(one)) : []
  const below = (cells: readonly Cell[]): readonly Line[] => {
    const told = spared.flatMap(({ at, head }) => (cells[at]?.text ? [`${head} ${cells[at]?.text}`] : []))
    return told.length === 0 ? [] : [[margin, span(`  ${told.join(' · ')}`, 'dim')]]
  }
  const lines = rows.flatMap((cells) => [line(cells), ...below(cells)])
  return { lines: shown.length === 0 ? [] : [head, ...lines], left: fold ? [] : left }
}

function shorten(text: string): string {
  if (widthOf(text) <= WIDEST) return text
  let kept = ''
  for (const char of text) {
    if (widthOf(kept) + widthOf(char) >= WIDEST) break
    kept += char
  }
  return `${kept}…`
}
