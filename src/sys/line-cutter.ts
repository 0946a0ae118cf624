import type { Line } from '../model/line.ts'

/** Longer lines are cut here: no command prints such lines, and memory stays bounded. */
export const MAX_LINE = 1024 * 1024

export interface LineCutter {
  push(text: string): readonly Line[]
  /** The last line, where the text does not end with a line end. */
  finish(): readonly Line[]
}

/** Cut decoded text into numbered lines, counted from 1. A line beyond MAX_LINE keeps its beginning and is marked. */
export function createLineCutter(): LineCutter {
  let rest = ''
  let dropped = false
  let number = 0
  const lineOf = (text: string): Line => {
    const cut = dropped || text.length > MAX_LINE
    dropped = false
    number++
    return { number, text: cut ? text.slice(0, MAX_LINE) : text, cut }
  }
  return {
    push(text) {
      const lines: Line[] = []
      let start = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const piece = text.slice(start, end)
        lines.push(lineOf(rest === '' ? piece : rest + piece))
        rest = ''
        start = end + 1
      }
      if (start < text.length) {
        if (rest.length <= MAX_LINE) rest += text.slice(start)
        else dropped = true
      }
      return lines
    },
    finish: () => (rest === '' && !dropped ? [] : [lineOf(rest)]),
  }
}
