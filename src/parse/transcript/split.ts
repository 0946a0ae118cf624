import type { Line, Slab } from '../../model/line.ts'
import type { LineKind } from '../../model/listing.ts'
import type { RowsTaken } from '../format.ts'
import { isInstruction, readLater } from '../hints.ts'
import { cleanLine } from './clean-line.ts'
import {
  type Command,
  continueCommand,
  isComment,
  isLookedAt,
  isOfKubectl,
  keepPrinted,
  startCommand,
  whyUnread,
} from './command.ts'
import type { Pipeline } from './command-line.ts'
import { closesFence, type FenceMark, isElision, isExample, readFence, readHeading, withoutQuote } from './markdown.ts'
import type { Piece } from './output.ts'
import { BY_SHAPE, type Plan } from './plan-base.ts'
import { type Prompt, readLabel, readPrompt, startsWithKnownProgram } from './prompt.ts'

/** A command with what it printed, as far as that was understood. */
export interface Ran {
  /** As typed; null for an output that stands alone. */
  readonly command: string | null
  readonly prompt: Prompt | null
  readonly pipelines: readonly Pipeline[]
  readonly plans: readonly Plan[]
  readonly pieces: readonly Piece[]
  /** From the prompt's line to the last line that was understood. */
  readonly lines: readonly [number, number]
  /** Fences and runs of prompts, numbered: what shares a number was one sitting at a terminal. */
  readonly session: number
  /** Lines of a kubectl, docker or crictl, a few at most: they tell which pid is whose. */
  readonly printed: readonly string[]
}

/** What the splitter tells while it walks through a text. */
export interface Sink {
  /** A command is about to run; the sink may still look up where. */
  ran(ran: Ran): void
  /** `level`: how many `#`. */
  heading(text: string, level: number, line: number): void
  /** Anything outside of commands and their outputs. */
  prose(text: string, line: number): void
  /** Words like `...(3 days later)...`. `inside` a fence they hold until it closes. */
  later(words: string, line: number, inside: boolean): void
  fenceEnd(): void
  unread(line: number, why: string, text: string): void
}

export interface Splitter {
  /** What kind of line it is; of a row that its reader takes in though it cannot read it, `output`. */
  line(line: Line): LineKind
  /** Rows of the output at hand, straight from bytes: the quick way for what `line` would take in one by one. */
  rows(slab: Slab, at: number, line: number): RowsTaken
  end(): void
}

const STRONG = BY_SHAPE.slice(0, 5)

/** Walk through a text line by line and split it into commands with their outputs, headings and prose. */
export function createSplitter(file: string, sink: Sink): Splitter {
  let fence: (FenceMark & { readonly line: number; prompted: boolean; bare: boolean; example: boolean }) | null = null
  let current: Command | null = null
  let session = 0
  let proseBefore = ''
  let anything = false
  let dump = false
  let promptsSeen = 0

  const finish = (cut: string | null) => {
    if (!current) return
    const { text, prompt, pipelines, plans, output, line, last, printed } = current
    current = null
    const pieces = output.end(cut)
    sink.ran({ command: text, prompt, pipelines, plans, pieces, lines: [line, last], session, printed })
    if (pieces.length > 0) proseBefore = ''
  }

  const begin = (text: string | null, prompt: Prompt | null, line: number) => {
    current = startCommand(file, text, prompt, line, fence !== null)
  }

  const prose = (text: string, line: number) => {
    proseBefore = text.length > 400 ? '' : `${proseBefore.slice(-400)} ${text}`
    sink.prose(text, line)
  }

  const unread = (line: number, why: string, text: string): LineKind => {
    sink.unread(line, why, text)
    return 'unread'
  }

  /** A line below a command. */
  const below = (command: Command, text: string, line: number): LineKind => {
    if (text.trim() === '') {
      command.blank = true
      return 'blank'
    }
    if (continueCommand(file, command, text)) {
      command.last = line
      return 'prompt'
    }
    if (isElision(text)) {
      command.output.elide(text, line)
      command.last = line
      const words = readLater(text)
      if (words !== null) {
        finish(null)
        sink.later(words, line, fence !== null)
      }
      return 'elided'
    }
    if (command.output.offer(text, line)) {
      command.last = line
      command.blank = false
      if (isOfKubectl(command)) keepPrinted(command, text)
      return 'output'
    }
    if (isComment(text)) {
      prose(text.replace(/^\s*#+\s*/, ''), line)
      return 'comment'
    }
    // The head line of watch(1).
    if (/^Every [\d.]+s: /.test(text)) return 'output'
    if (isLookedAt(command)) {
      keepPrinted(command, text)
      command.last = line
      return 'output'
    }
    if (command.fenced || !command.blank || promptsSeen > 2) return unread(line, whyUnread(command), text)
    finish(null)
    return outside(text, line)
  }

  const example = (line: number, language: string, text: string): LineKind => {
    sink.unread(line, `an example (${language}), not a reading`, text)
    return 'example'
  }

  const inFence = (text: string, line: number): LineKind => {
    if (!fence) return 'prose'
    if (fence.example) return text.trim() === '' ? 'blank' : example(line, fence.language, text)
    const prompt = readPrompt(text, true)
    if (prompt) {
      finish(null)
      fence.prompted = true
      promptsSeen++
      if (prompt.command !== '') begin(prompt.command, prompt, line)
      return 'prompt'
    }
    if (current) {
      // A fence of bare commands, each on its line: the next one is no output of the last.
      if (fence.bare && !current.open && startsWithKnownProgram(text) && !current.output.offer(text, line)) {
        finish(null)
        begin(text, null, line)
        return 'prompt'
      }
      return below(current, text, line)
    }
    if (text.trim() === '') return 'blank'
    if (isElision(text)) {
      const words = readLater(text)
      if (words !== null) sink.later(words, line, true)
      return 'elided'
    }
    if (isComment(text)) {
      prose(text.replace(/^\s*#+\s*/, ''), line)
      return 'comment'
    }
    if (!fence.prompted && !BY_SHAPE.some((format) => format.opens(text)) && startsWithKnownProgram(text)) {
      fence.bare = true
      begin(text, null, line)
      return 'prompt'
    }
    if (!fence.prompted && /^[a-z]+\.[\w.]+\s?=/.test(text) && isInstruction(proseBefore)) {
      fence.example = true
      fence = { ...fence, language: fence.language || 'settings', example: true }
      return example(line, 'settings', text)
    }
    begin(null, null, line)
    return current ? below(current, text, line) : 'unread'
  }

  const outside = (text: string, line: number): LineKind => {
    const prompt = readPrompt(text, false)
    if (prompt) {
      finish(null)
      promptsSeen++
      if (prompt.command !== '') begin(prompt.command, prompt, line)
      return 'prompt'
    }
    const label = readLabel(text)
    if (label !== null) {
      finish(null)
      begin(label, null, line)
      return 'prompt'
    }
    const heading = readHeading(text)
    if (heading !== null) {
      finish(null)
      session++
      proseBefore = ''
      sink.heading(heading.text, heading.level, line)
      return 'prose'
    }
    if (current) {
      if (current.text !== null) return below(current, text, line)
      if (text.trim() === '') return 'blank'
      if (current.output.offer(text, line)) {
        current.last = line
        return 'output'
      }
      if (isElision(text)) {
        current.output.elide(text, line)
        return 'elided'
      }
      finish(null)
    }
    if (text.trim() === '') return 'blank'
    const formats = dump ? BY_SHAPE : STRONG
    if (formats.some((format) => format.opens(text)) || (text.includes('|') && BY_SHAPE.at(-1)?.opens(text))) {
      begin(null, null, line)
      return current ? below(current, text, line) : 'unread'
    }
    if (dump) return unread(line, 'not recognised as output that is read', text)
    const words = text.length <= 60 ? readLater(text) : null
    if (words !== null) sink.later(words, line, false)
    prose(text, line)
    return 'prose'
  }

  return {
    line({ number, text: raw, cut }) {
      const text = cleanLine(raw)
      if (cut) sink.unread(number, 'a line longer than 1 MB: only its beginning was read', text)
      if (!anything && text.trim() !== '') {
        anything = true
        dump = BY_SHAPE.slice(0, -1).some((format) => format.opens(text))
      }
      const mark = readFence(text)
      if (mark && fence && closesFence(fence, mark)) {
        finish(null)
        fence = null
        session++
        sink.fenceEnd()
        return 'mark'
      }
      if (mark && !fence) {
        // A label (`### netstat -s`) speaks for the fence below it.
        if (current && !(current.text !== null && current.prompt === null && current.last === current.line))
          finish(null)
        fence = { ...mark, line: number, prompted: false, bare: false, example: isExample(mark) }
        if (!current) session++
        return 'mark'
      }
      if (fence) return inFence(withoutIndent(fence.quoted ? withoutQuote(text) : text, fence.indent), number)
      return outside(current?.open ? text : withoutQuote(text), number)
    },
    rows(slab, at, line) {
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
      const unclosed = fence !== null ? `the fence of line ${fence.line} never ends` : null
      const lastOfLog = promptsSeen > 2 && current?.prompt ? 'the text ends before the next prompt' : null
      finish(unclosed ?? lastOfLog)
      if (fence) sink.fenceEnd()
    },
  }
}

function withoutIndent(text: string, indent: number): string {
  let from = 0
  while (from < indent && text[from] === ' ') from++
  return text.slice(from)
}
