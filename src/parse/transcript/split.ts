import type { LineKind } from '../../model/listing.ts'
import { readDate, readLater } from '../hints.ts'
import { createAnnounced } from './announced.ts'
import { isBareCommand } from './bare-command.ts'
import { below } from './below.ts'
import { cleanLine } from './clean-line.ts'
import { hasComments } from './command.ts'
import { createFenced } from './fenced.ts'
import { createPrefixes } from './line-prefix.ts'
import { flatTable, isOfManual, isRule, withoutIndent } from './line-shapes.ts'
import { readLoop } from './loops.ts'
import {
  beforeClosing,
  closesFence,
  hostInHeading,
  isElision,
  isMacro,
  readFence,
  readHeading,
  readTightFence,
  withoutQuote,
} from './markdown.ts'
import { readHtml, withoutMarkup } from './markup.ts'
import { isHead } from './output.ts'
import { BY_SHAPE } from './plan-base.ts'
import { readLabel, readPrompt } from './prompt.ts'
import type { Sink, Splitter } from './sink.ts'
import { opensByShape, STRONG, startWalk } from './walk.ts'

/** A prompt, or what hardly anything but a tool prints. */
const isTerminal = (text: string): boolean =>
  (readPrompt(text, false)?.command ?? '') !== '' || isHead(text) || opensByShape(text)

/** Walk through a text line by line and split it into commands with their outputs, headings and prose. */
export function createSplitter(file: string, sink: Sink): Splitter {
  const walk = startWalk(file, sink)
  const announced = createAnnounced(walk)
  const fenced = createFenced(walk, announced)
  const withoutPrefix = createPrefixes(opensByShape)
  let anything = false
  /** The text begins with an output: every line of it may be one. */
  let dump = false
  /** A manual page began, and no machine has prompted since. */
  let manual = false

  const inFence = (text: string, line: number): LineKind => fenced.line(text, line) ?? outside(text, line)

  const opened = (text: string, line: number): LineKind =>
    walk.current ? (below(walk, walk.current, text, line) ?? outside(text, line)) : 'unread'

  /** What a manual prints is printed for everybody. */
  const inManual = (text: string, prompted: boolean, line: number): LineKind => {
    if (text.trim() === '') return 'blank'
    if (!prompted && !BY_SHAPE.slice(0, -1).some((format) => format.opens(text.trimStart()))) {
      walk.prose(text, line)
      return 'prose'
    }
    sink.unread(line, 'an example (of a manual), not a reading', text)
    return 'example'
  }

  /** A line of an output that stands alone, in whose middle the walk is; null: the output is over. */
  const goingOn = (text: string, line: number): LineKind | null => {
    const { current } = walk
    if (!current) return null
    if (text.trim() === '') return 'blank'
    if (current.output.offer(withoutIndent(text, current.indent), line)) {
      current.last = line
      return 'output'
    }
    if (isElision(text)) {
      current.output.elide(text, line)
      return 'elided'
    }
    if (isRule(text)) return 'comment'
    walk.finish(null)
    if (walk.promptsSeen === 0) walk.session++
    return null
  }

  const outside = (text: string, line: number): LineKind => {
    const prompt = readPrompt(text, false)
    manual = (manual && readHeading(text) === null) || (!walk.named && isOfManual(text))
    if (manual && (prompt === null || prompt.host === null)) return inManual(text, prompt !== null, line)
    manual = false
    if (prompt) return walk.prompted(prompt, text, line)
    const told = announced(text, line)
    if (told !== null) return told
    const { current } = walk
    if ((!current || current.prompt === null) && !current?.open && isBareCommand(text)) {
      const above = walk.waiting
      walk.finish(null)
      walk.waiting = null
      walk.loop = readLoop(text.trim())
      walk.begin(text.trim(), above, line, { tentative: true, indent: text.length - text.trimStart().length })
      return 'prompt'
    }
    const label = readLabel(text)
    if (label !== null) {
      walk.finish(null)
      walk.begin(label, null, line)
      return 'prompt'
    }
    const heading = current && hasComments(current) ? null : readHeading(text)
    if (heading !== null) {
      walk.finish(null)
      walk.session++
      walk.proseBefore = heading.text
      walk.named ||= readDate(heading.text) !== null || hostInHeading(heading.text, () => false) !== null
      sink.heading(heading.text, heading.level, line)
      return 'prose'
    }
    if (current && current.text !== null) {
      const kind = below(walk, current, text, line)
      return kind ?? outside(text, line)
    }
    const kind = goingOn(text, line)
    if (kind !== null) return kind
    if (text.trim() === '') return 'blank'
    const formats = dump ? BY_SHAPE : STRONG
    const plain = text.trimStart()
    const indent = plain !== text && !formats.some((format) => format.opens(text)) ? text.length - plain.length : 0
    if (formats.some((format) => format.opens(plain)) || (text.includes('|') && BY_SHAPE.at(-1)?.opens(text))) {
      walk.begin(null, walk.waiting, line, { indent })
      return opened(text, line)
    }
    if (dump) return walk.unread(line, 'not recognised as output that is read', text)
    const words = text.length <= 60 ? readLater(text) : null
    if (words !== null) sink.later(words, line, false)
    walk.prose(text, line)
    return 'prose'
  }

  return {
    line({ number, text: raw, cut }) {
      const marked = withoutMarkup(cleanLine(raw))
      const html = readHtml(marked)
      const { text, moment } = withoutPrefix(flatTable(html?.text ?? marked))
      walk.moment = moment
      if (cut) sink.unread(number, 'a line longer than 1 MB: only its beginning was read', text)
      if (!anything && text.trim() !== '') {
        anything = true
        dump = BY_SHAPE.slice(0, -1).some((format) => format.opens(text))
      }
      if (html) {
        if (html.opens !== null && !walk.fence)
          fenced.open({ mark: '<', indent: 0, quoted: false, language: html.opens }, number)
        const kind =
          text.trim() === '' ? 'mark' : walk.fence ? inFence(text, number) : outside(withoutQuote(text), number)
        if (html.closes && walk.fence?.mark === '<') fenced.close()
        return kind
      }
      const tight = walk.fence ? null : readTightFence(text, isTerminal)
      if (tight) {
        fenced.open(tight.mark, number)
        const kind = inFence(beforeClosing(tight.mark, tight.rest) ?? tight.rest, number)
        if (beforeClosing(tight.mark, tight.rest) !== null) fenced.close()
        return kind
      }
      const mark = readFence(text)
      if (mark && walk.fence && closesFence(walk.fence, mark)) {
        fenced.close()
        return 'mark'
      }
      if (mark && !walk.fence) {
        fenced.open(mark, number)
        return 'mark'
      }
      if (!walk.fence && isMacro(text)) {
        walk.finish(null)
        return 'mark'
      }
      const { fence } = walk
      const last = fence ? beforeClosing(fence, text) : null
      if (last !== null) {
        const kind = inFence(last, number)
        fenced.close()
        return kind
      }
      if (fence) return inFence(withoutIndent(fence.quoted ? withoutQuote(text) : text, fence.indent), number)
      return outside(walk.current?.open ? text : withoutQuote(text), number)
    },
    rows(slab, at, line) {
      const { current, fence } = walk
      // Where blanks before a fence are to be taken off, lines are read one by one.
      if (!current || current.open > 0 || fence?.example || (fence && (fence.indent > 0 || fence.quoted)))
        return { rows: 0, to: at }
      const taken = current.output.takeRows(slab, at, line)
      if (taken.rows > 0) {
        current.last = line + taken.rows - 1
        current.blank = false
      }
      return taken
    },
    end() {
      const { fence, current } = walk
      const unclosed = fence !== null ? `the fence of line ${fence.line} never ends` : null
      const lastOfLog = walk.promptsSeen > 2 && current?.prompt ? 'the text ends before the next prompt' : null
      walk.finish(unclosed ?? lastOfLog)
      if (fence) sink.fenceEnd()
    },
  }
}
