import { readPrompt } from './prompt.ts'

/**
 * Takes off what an editor, a pager or a terminal's recorder put in front of every line: numbers that count on, or the time.
 * They are believed only from a prompt or a table's head on, and only while every line goes on with them.
 */
export function createPrefixes(opens: (text: string) => boolean): (text: string) => string {
  let next: number | null = null
  let timed = false
  return (text) => {
    const first = text.trimStart()[0] ?? ''
    if (first < '0' || first > '9') {
      if (text.trim() !== '' && first !== '[') {
        next = null
        timed = false
      }
      if (first !== '[') return text
    }
    const time = TIME.exec(text)?.[0]
    if (time !== undefined) {
      const rest = text.slice(time.length)
      timed ||= isStart(rest, opens)
      return timed ? rest : text
    }
    const number = NUMBER.exec(text)
    if (!number) return text
    const rest = text.slice(number[0].length)
    const count = Number(number[1])
    if (next === null ? !isStart(rest, opens) : count !== next) {
      next = null
      return text
    }
    next = count + 1
    return rest
  }
}

const TIME =
  /^\[?(?:20\d\d[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?\]?(?:\s?[|>]\s| |\t)/
const NUMBER = /^\s{0,8}(\d{1,5})(?:[:|.)]|\s\|)?(?:\s{1,2}|\t|$)/

const isStart = (rest: string, opens: (text: string) => boolean): boolean =>
  rest.length > 6 && (opens(rest) || readPrompt(rest, false) !== null)
