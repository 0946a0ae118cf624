import type { Line, Slab } from '../../model/line.ts'
import type { LineKind } from '../../model/listing.ts'
import { readClock } from '../clock.ts'
import type { RowsTaken } from '../format.ts'
import { isInstruction, readLater } from '../hints.ts'
import { isBareCommand } from './bare-command.ts'
import { cleanCommand } from './clean-command.ts'
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
import { type Pipeline, parseCommandLine } from './command-line.ts'
import { createFanOut } from './fan-out.ts'
import { readHostLabel } from './host-label.ts'
import { createPrefixes } from './line-prefix.ts'
import { flatTable, isPager, isRemark, isRule, withoutIndent } from './line-shapes.ts'
import { type Loop, readLoop, turnOf } from './loops.ts'
import {
  closesFence,
  type FenceMark,
  isElision,
  isExample,
  looksLikeCode,
  readFence,
  readHeading,
  withoutQuote,
} from './markdown.ts'
import { readHtml, withoutMarkup } from './markup.ts'
import { isHead, type Piece } from './output.ts'
import { planOf } from './plan.ts'
import { BY_SHAPE, type Plan } from './plan-base.ts'
import { type Prompt, readLabel, readPrompt, startsWithKnownProgram } from './prompt.ts'
import { readWatchHead } from './watch-head.ts'

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
  /** A line that names the machine of what follows, such as ansible prints. */
  host(name: string, line: number): void
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

/** Hardly anything but these tools prints such lines: they are read among prose too. */
const SURE = new Set(['nstat', 'netstat-s', 'kernel-log', 'lsof'])
const STRONG = BY_SHAPE.filter((format, index) => index < 5 || SURE.has(format.name))

/** Walk through a text line by line and split it into commands with their outputs, headings and prose. */
export function createSplitter(file: string, sink: Sink): Splitter {
  let fence: (FenceMark & { readonly line: number; prompted: boolean; bare: boolean; example: boolean }) | null = null
  let current: Command | null = null
  let session = 0
  let proseBefore = ''
  let anything = false
  let dump = false
  let promptsSeen = 0
  /** A prompt with nothing behind it: the command may stand in the next line. */
  let waiting: Prompt | null = null
  /** A line of dashes stands above. */
  let ruled = false
  let loop: Loop | null = null
  const opensByShape = (text: string) => STRONG.some((format) => format.opens(text))
  const fan = createFanOut(file, opensByShape)
  const withoutPrefix = createPrefixes(opensByShape)

  const tell = (command: Command, cut: string | null) => {
    const { text, prompt, pipelines, plans, output, line, last, printed } = command
    const pieces = output.end(cut)
    sink.ran({ command: text, prompt, pipelines, plans, pieces, lines: [line, last], session, printed })
    if (pieces.length > 0) proseBefore = ''
  }

  const finish = (cut: string | null) => {
    fan.end((command) => tell(command, null))
    if (!current) return
    const command = current
    current = null
    // Nothing of its output stands there: it was only spoken of.
    if (command.tentative && !command.understood) sink.prose(command.text ?? '', command.line)
    else tell(command, cut)
  }

  const begin = (
    text: string | null,
    prompt: Prompt | null,
    line: number,
    more: { tentative?: boolean; indent?: number } = {},
  ) => {
    const typed = text === null ? null : cleanCommand(text)
    current = startCommand(file, typed, prompt, line, fence !== null, more)
    if (prompt) fan.typed(typed)
  }

  /** A prompt, be it without a command. */
  const prompted = (prompt: Prompt, text: string, line: number): LineKind => {
    // A named machine's prompt right below another: what ran in between printed nothing, and that is an answer.
    if (
      current &&
      current.line === line - 1 &&
      !current.understood &&
      current.prompt?.host &&
      current.prompt.host === prompt.host
    )
      current.output.nothing(current.line)
    finish(null)
    if (fence) fence.prompted = true
    promptsSeen++
    const host = prompt.host ?? (/^\s*[╰└]/.test(text) ? (waiting?.host ?? null) : null)
    const full = { ...prompt, host }
    loop = readLoop(prompt.command)
    waiting = prompt.command === '' || /^\s*[╭┌]/.test(text) ? full : null
    if (prompt.command !== '') begin(prompt.command, full, line, { indent: text.length - text.trimStart().length })
    return 'prompt'
  }

  /** What a tool printed about where or when the next lines come from: the machine, the turn of a loop, watch's head line. */
  const announced = (text: string, line: number): LineKind | null => {
    const turn = loop && current ? turnOf(loop, text) : null
    if (turn !== null && current) {
      const { prompt } = current
      finish(null)
      begin(turn, prompt, line)
      return 'comment'
    }
    const rule = /^-{5,}$/.test(text)
    const above = ruled
    if (text.trim() !== '') ruled = rule
    if (fan.command !== null && rule) return 'comment'
    const tagged = fan.line(text, line, (why) => sink.unread(line, why, text))
    if (tagged !== null) return tagged
    const watched = readWatchHead(text)
    if (watched) {
      const host = watched.host ?? current?.prompt?.host ?? null
      finish(null)
      if (watched.clock !== null) sink.ran(clockAt(watched.clock, host, line, session))
      begin(watched.command, host === null ? null : { host, user: null, command: watched.command }, line)
      return 'prompt'
    }
    const word = fan.command !== null && above ? /^([A-Za-z\d][\w.,[\]-]*)(?: \(\d+\))?$/.exec(text)?.[1] : undefined
    const isLabel = fan.command !== null || !current || current.prompt === null || current.blank
    const host = word ?? (isLabel ? readHostLabel(text) : null)
    if (host !== null) {
      const { command } = fan
      finish(null)
      if (command !== null) current = startCommand(file, command, { host, user: null, command }, line, true)
      else sink.host(host, line)
      return 'comment'
    }
    return null
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
  const below = (command: Command, printed: string, line: number): LineKind => {
    if (printed.trim() === '') {
      command.blank = true
      return 'blank'
    }
    if (continueCommand(file, command, printed)) {
      command.last = line
      return 'prompt'
    }
    const text = withoutIndent(printed, command.indent)
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
      command.understood = true
      if (isOfKubectl(command)) keepPrinted(command, text)
      return 'output'
    }
    if (isComment(text)) {
      prose(text.replace(/^\s*#+\s*/, ''), line)
      return 'comment'
    }
    if (isPager(text) || isRule(text)) return 'comment'
    if (isRemark(text) && (command.blank === false || command.tentative) && command.remarks++ < 4) {
      prose(text.trim(), line)
      return 'comment'
    }
    if (isLookedAt(command)) return lookedAt(command, text, line)
    const asked = command.plans.some(({ role }) => role === 'reading' || role === 'foreign')
    if (asked && command.blank && isHead(text)) {
      // The table of another command, which nobody wrote down.
      finish(null)
      begin(null, null, line)
      return current ? below(current, text, line) : 'unread'
    }
    if (command.tentative && !command.understood) {
      finish(null)
      return outside(text, line)
    }
    if (command.fenced || !command.blank || promptsSeen > 2) {
      command.output.doubt(text)
      return unread(line, whyUnread(command), text)
    }
    finish(null)
    return outside(text, line)
  }

  /** A loop that prints the time looks again each time. */
  const lookedAt = (command: Command, text: string, line: number): LineKind => {
    if (command.understood && command.plans.some(({ first }) => first.program === 'date') && readClock(text) !== null) {
      finish(null)
      begin(command.text, command.prompt, line, command)
      if (current) current.understood = true
    }
    const running = current ?? command
    keepPrinted(running, text)
    running.last = line
    if (running.tentative) running.understood = true
    return 'output'
  }

  const example = (line: number, language: string, text: string): LineKind => {
    sink.unread(line, `an example (${language}), not a reading`, text)
    return 'example'
  }

  const inFence = (text: string, line: number): LineKind => {
    if (!fence) return 'prose'
    if (fence.example) return text.trim() === '' ? 'blank' : example(line, fence.language, text)
    const prompt = current?.open && /^\s*>/.test(text) ? null : readPrompt(text, true)
    if (prompt) return prompted(prompt, text, line)
    const told = announced(text, line)
    if (told !== null) return told
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
      fence = { ...fence, language: fence.language || 'settings', example: true }
      return example(line, 'settings', text)
    }
    if (!fence.prompted && looksLikeCode(text) && !BY_SHAPE.some((format) => format.opens(text))) {
      fence = { ...fence, language: 'code or configuration', example: true }
      return example(line, fence.language, text)
    }
    begin(null, null, line)
    return current ? below(current, text, line) : 'unread'
  }

  const outside = (text: string, line: number): LineKind => {
    const prompt = readPrompt(text, false)
    if (prompt) return prompted(prompt, text, line)
    const told = announced(text, line)
    if (told !== null) return told
    if ((!current || current.prompt === null) && !current?.open && isBareCommand(text)) {
      const above = waiting
      finish(null)
      waiting = null
      loop = readLoop(text.trim())
      begin(text.trim(), above, line, { tentative: true, indent: text.length - text.trimStart().length })
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
      const plain = withoutIndent(text, current.indent)
      if (current.output.offer(plain, line)) {
        current.last = line
        return 'output'
      }
      if (isElision(text)) {
        current.output.elide(text, line)
        return 'elided'
      }
      if (isRule(text)) return 'comment'
      finish(null)
      if (promptsSeen === 0) session++
    }
    if (text.trim() === '') return 'blank'
    const formats = dump ? BY_SHAPE : STRONG
    const plain = text.trimStart()
    const indent = plain !== text && !formats.some((format) => format.opens(text)) ? text.length - plain.length : 0
    if (formats.some((format) => format.opens(plain)) || (text.includes('|') && BY_SHAPE.at(-1)?.opens(text))) {
      const above = waiting
      begin(null, above, line, { indent })
      return current ? below(current, text, line) : 'unread'
    }
    if (dump) return unread(line, 'not recognised as output that is read', text)
    const words = text.length <= 60 ? readLater(text) : null
    if (words !== null) sink.later(words, line, false)
    prose(text, line)
    return 'prose'
  }

  const openFence = (mark: FenceMark, line: number) => {
    // A label (`### netstat -s`) speaks for the fence below it.
    if (current && !(current.text !== null && current.prompt === null && current.last === current.line)) finish(null)
    fence = { ...mark, line, prompted: false, bare: false, example: isExample(mark) }
    if (!current) session++
  }

  const closeFence = () => {
    finish(null)
    fence = null
    waiting = null
    session++
    sink.fenceEnd()
  }

  return {
    line({ number, text: raw, cut }) {
      const marked = withoutMarkup(cleanLine(raw))
      const html = readHtml(marked)
      const text = withoutPrefix(flatTable(html?.text ?? marked))
      if (cut) sink.unread(number, 'a line longer than 1 MB: only its beginning was read', text)
      if (!anything && text.trim() !== '') {
        anything = true
        dump = BY_SHAPE.slice(0, -1).some((format) => format.opens(text))
      }
      if (html) {
        if (html.opens !== null && !fence)
          openFence({ mark: '<', indent: 0, quoted: false, language: html.opens }, number)
        const kind = text.trim() === '' ? 'mark' : fence ? inFence(text, number) : outside(text, number)
        if (html.closes && fence?.mark === '<') closeFence()
        return kind
      }
      const mark = readFence(text)
      if (mark && fence && closesFence(fence, mark)) {
        closeFence()
        return 'mark'
      }
      if (mark && !fence) {
        openFence(mark, number)
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

/** The time above a look, as if `date` had printed it. */
function clockAt(clock: string, host: string | null, line: number, session: number): Ran {
  const { pipelines } = parseCommandLine('date')
  const prompt = host === null ? null : { host, user: null, command: 'date' }
  return {
    command: 'date',
    prompt,
    pipelines,
    plans: pipelines.map(planOf),
    pieces: [],
    lines: [line, line],
    session,
    printed: [clock],
  }
}
