import type { Content } from '../model/block.ts'
import type { Line } from '../model/line.ts'
import { type Format, originAt, type ReadContext, startTrouble } from './format.ts'

/** More text of one output than this is not kept. */
const MAX_CHARS = 32_000_000

/** A format whose parser wants all lines at once. */
export interface WholeText {
  readonly name: string
  opens(text: string): boolean
  /** Which lines belong to one output, asked in order; the first is asked too. */
  follow(): (text: string) => boolean
  /** Blank lines are not among the lines. */
  parse(lines: readonly Line[], context: ReadContext, elided: readonly number[]): Parsed
  readonly maxChars?: number
}

export interface Parsed {
  readonly content: readonly Content[]
  readonly notUnderstood: readonly number[]
}

/** Gathers an output's lines, up to a bound, for a parser of whole texts. What is longer is cut, and said. */
export function wholeText(spec: WholeText): Format {
  const most = spec.maxChars ?? MAX_CHARS
  return {
    name: spec.name,
    opens: (text) => spec.opens(text),
    read(context) {
      const lines: Line[] = []
      const elided: number[] = []
      const belongs = spec.follow()
      let chars = 0
      let beyond = 0
      return {
        take(text, number) {
          if (!belongs(text)) return false
          chars += text.length + 1
          if (chars > most) beyond++
          else lines.push({ number, text, cut: false })
          return true
        },
        elide: (line) => elided.push(line),
        finish() {
          const trouble = startTrouble(context)
          const { content, notUnderstood } = spec.parse(lines, context, elided)
          for (const line of notUnderstood) trouble.lose(line, 'not understood')
          const cuts = beyond > 0 ? [`${beyond} lines beyond the first ${Math.round(most / 1e6)} MB`] : []
          return { ...trouble.result(content), cuts }
        },
      }
    },
  }
}

export const firstOf = (lines: readonly Line[], context: ReadContext) => originAt(context, lines[0]?.number ?? 1)
