import stringWidth from 'string-width'

/** How many columns a text takes on a terminal; wide characters take two. */
export const widthOf = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text))

const ASCII = /^[ -~]*$/

/** Filled up with blanks to a width in columns. */
export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Words that stay on one line: their blanks become such that no line ends there; renderLines() makes plain ones of them. */
export const glued = (text: string): string => text.replaceAll(' ', GLUE)
export const GLUE = '\u00a0'

/** Wide scripts break anywhere, save before closing and after opening marks. */
const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u303f]/u
const CLOSING = /[，。、；：？！）】》」』”’…%·]/u
const OPENING = /[（【《「『“‘]/u

/**
 * A paragraph in lines of at most `width` columns; the first may have less room (`first`).
 * A word longer than a line stays whole: paths and commands must survive copying.
 */
export function wrap(text: string, width: number, first: number = width): readonly string[] {
  const lines: string[] = []
  let line = ''
  let room = Math.max(1, first)
  let used = 0
  for (const word of words(text)) {
    const size = widthOf(word)
    const trimmed = widthOf(word.trimEnd())
    if (used > 0 && used + trimmed > room) {
      lines.push(line.trimEnd())
      line = ''
      used = 0
      room = Math.max(1, width)
    }
    line += word
    used += size
  }
  lines.push(line.trimEnd())
  return lines
}

/** The pieces between which a line may end; blanks hang on the piece before them. */
function words(text: string): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  let last = ''
  let lastButOne = ''
  for (const char of text.replaceAll('\n', ' ')) {
    if (piece !== '' && mayBreak(last, char) && !groupsDigits(lastButOne, last, char)) {
      pieces.push(piece)
      piece = ''
    }
    piece += char
    lastButOne = last
    last = char
  }
  if (piece !== '') pieces.push(piece)
  return pieces
}

/** The blank inside 30 833 253. */
const groupsDigits = (a: string, b: string, c: string): boolean => b === ' ' && DIGIT.test(a) && DIGIT.test(c)
const DIGIT = /[0-9]/

function mayBreak(before: string, after: string): boolean {
  if (after === ' ') return false
  if (before === ' ') return true
  if (CLOSING.test(after) || OPENING.test(before)) return false
  return WIDE.test(before) || WIDE.test(after)
}
