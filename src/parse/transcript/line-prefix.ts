import { type Moment, readMoment } from '../clock.ts'
import { readPrompt } from './prompt.ts'

/** A line without what stood in front of it. */
interface Unprefixed {
  readonly text: string
  /** The time that stood there. */
  readonly moment: Moment | null
}

/**
 * Takes off what an editor, a pager or a terminal's recorder put in front of every line: numbers that count on, or the time.
 * They are believed only from a prompt or a table's head on, and only while every line goes on with them.
 */
export function createPrefixes(opens: (text: string) => boolean): (text: string) => Unprefixed {
  let next: number | null = null
  let timed = false
  let bullet: string | null = null
  return (whole) => {
    const [, mark = '', listed = ''] = BULLET.exec(whole) ?? []
    if (mark !== '' && (bullet === mark || isStart(listed, opens))) bullet = mark
    else if (whole.trim() !== '') bullet = null
    const text = bullet !== null && mark === bullet ? listed.replace(/^`(.*)`$/, '$1') : whole
    const first = text.trimStart()[0] ?? ''
    if ((first < '0' || first > '9') && !/^[JFMASOND][a-z]{2} /.test(text)) {
      if (text.trim() !== '' && first !== '[') {
        next = null
        timed = false
      }
      if (first !== '[') return { text, moment: null }
    }
    const time = TIME.exec(text)
    if (time) {
      const rest = text.slice(time[0].length)
      timed ||= isStart(rest, opens) && !opens(text)
      return timed ? { text: rest, moment: readMoment(time[1] ?? '') } : { text, moment: null }
    }
    const number = NUMBER.exec(text)
    if (!number) return { text, moment: null }
    const rest = text.slice(number[0].length)
    const count = Number(number[1])
    if (next === null ? !isStart(rest, opens) : count !== next) {
      next = null
      return { text, moment: null }
    }
    next = count + 1
    return { text: rest, moment: null }
  }
}

/** The items of a list, of which somebody made a prompt and what it printed. */
const BULLET = /^(\s{0,8}(?:[•‣▪◦·○]|[*-])\s{1,3})(\S.*)$/

/** An ISO time, `Nov 20 10:11:12` of ts(1), a time alone; behind it what a container's runtime adds. */
const TIME =
  /^\[?((?:20\d\d[-/]\d\d[-/]\d\d[ T])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d)\]?(?:\s?[|>]\s| std(?:out|err) [FP] | |\t)/
const NUMBER = /^\s{0,8}(\d{1,5})(?:[:|.)]|\s\|)?(?:\s{1,2}|\t|$)/

const isStart = (rest: string, opens: (text: string) => boolean): boolean =>
  rest.length > 6 && (opens(rest) || readPrompt(rest.replace(/^`(.*)`$/, '$1'), false) !== null)
