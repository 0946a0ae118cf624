/** What a piece of a line is, so that colour can follow. */
export type Style = 'critical' | 'warning' | 'info' | 'good' | 'strong' | 'dim' | 'code'

export interface Span {
  readonly text: string
  readonly style?: Style
}

/** One line of output. */
export type Line = readonly Span[]

/** Only the sixteen colours that every terminal theme makes readable. */
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  critical: [31, 39],
  warning: [33, 39],
  info: [36, 39],
  good: [32, 39],
  strong: [1, 22],
  dim: [2, 22],
  code: [36, 39],
}

const ESC = '\u001b['

export const span = (text: string, style?: Style): Span => (style ? { text, style } : { text })

/** Lines as one text ending in a newline. A line end inside a piece becomes a blank: no input can begin a line of its own. */
export function renderLines(lines: readonly Line[], color: boolean): string {
  return lines
    .map(
      (line) =>
        `${line
          .map((piece) => paint(piece, color))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}

function paint({ text, style }: Span, color: boolean): string {
  const flat = text.replace(/[\n\u00a0]/g, ' ')
  if (!color || !style || flat.trim() === '') return flat
  const [on, off] = CODES[style]
  return `${ESC}${on}m${flat}${ESC}${off}m`
}
