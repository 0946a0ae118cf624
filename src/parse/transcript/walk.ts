import type { LineKind } from '../../model/listing.ts'
import type { Moment } from '../clock.ts'
import { readDate } from '../hints.ts'
import { cleanCommand } from './clean-command.ts'
import { type Command, startCommand } from './command.ts'
import { createFanOut, type FanOut } from './fan-out.ts'
import { type Loop, readLoop } from './loops.ts'
import type { FenceMark } from './markdown.ts'
import { BY_SHAPE } from './plan-base.ts'
import type { Prompt } from './prompt.ts'
import type { Sink } from './sink.ts'

/** The fence that the walk is in. */
export interface OpenFence extends FenceMark {
  readonly line: number
  /** A prompt stands in it: what else stands there was printed. */
  prompted: boolean
  /** It holds commands without prompts. */
  bare: boolean
  example: boolean
  /** The words above call it an example, and no machine was named so far. */
  readonly said: boolean
}

/** Where a walk through a text stands, and what may happen to it on any line. */
export interface Walk {
  readonly file: string
  readonly sink: Sink
  readonly fan: FanOut
  fence: OpenFence | null
  /** The command whose output is being read. */
  current: Command | null
  session: number
  promptsSeen: number
  /** The last words before an output. */
  proseBefore: string
  /** A prompt with nothing behind it: the command may stand in the next line. */
  waiting: Prompt | null
  loop: Loop | null
  /** The time in front of the line at hand. */
  moment: Moment | null
  /** A machine was named: this text is of somebody's machines. */
  named: boolean
  /** Something in it was called an example, and no machine was named. */
  teaching: boolean
  begin(text: string | null, prompt: Prompt | null, line: number, more?: Manner): void
  /** The command at hand is over. `cut`: why its end is not known. */
  finish(cut: string | null): void
  /** A prompt, be it without a command. */
  prompted(prompt: Prompt, text: string, line: number): LineKind
  prose(text: string, line: number): void
  unread(line: number, why: string, text: string): LineKind
}

interface Manner {
  /** watch's head line stands above it, be it without a time. */
  readonly look?: Moment | null
  readonly tentative?: boolean
  readonly indent?: number
}

/** Hardly anything but these tools prints such lines: they are read among prose too. */
const SURE = new Set(['nstat', 'netstat-s', 'kernel-log', 'lsof', 'foreign-netstat'])
export const STRONG = BY_SHAPE.filter((format, index) => index < 5 || SURE.has(format.name))

export const opensByShape = (text: string): boolean => STRONG.some((format) => format.opens(text))

export function startWalk(file: string, sink: Sink): Walk {
  const fan = createFanOut(file, opensByShape)

  const tell = (command: Command, cut: string | null) => {
    const { text, prompt, pipelines, plans, output, line, last, printed, moment, again } = command
    const pieces = output.end(cut)
    const { session } = walk
    const lines = [line, last] as const
    sink.ran({ command: text, prompt, pipelines, plans, pieces, lines, session, printed, moment, again })
    if (pieces.length > 0) walk.proseBefore = ''
  }

  const walk: Walk = {
    file,
    sink,
    fan,
    fence: null,
    current: null,
    session: 0,
    promptsSeen: 0,
    proseBefore: '',
    waiting: null,
    loop: null,
    moment: null,
    named: false,
    teaching: false,
    begin(text, prompt, line, more = {}) {
      const typed = text === null ? null : cleanCommand(text)
      const { look } = more
      const when = { moment: look ?? walk.moment, again: look !== undefined }
      walk.current = startCommand(file, typed, prompt, line, walk.fence !== null, { ...more, ...when })
      if (prompt) fan.typed(typed)
    },
    finish(cut) {
      fan.end((command) => tell(command, null))
      const command = walk.current
      if (!command) return
      walk.current = null
      // Nothing of its output stands there: it was only spoken of.
      if (command.tentative && !command.understood) sink.prose(command.text ?? '', command.line)
      else tell(command, cut)
    },
    prompted(prompt, text, line) {
      const { current } = walk
      // A named machine's prompt right below another: what ran in between printed nothing, and that is an answer.
      if (
        current &&
        current.line === line - 1 &&
        !current.understood &&
        current.prompt?.host &&
        current.prompt.host === prompt.host
      )
        current.output.nothing(current.line)
      walk.finish(null)
      if (walk.fence) walk.fence.prompted = true
      walk.promptsSeen++
      const host = prompt.host ?? (/^\s*[╰└]/.test(text) ? (walk.waiting?.host ?? null) : null)
      walk.named ||= host !== null
      const full = { ...prompt, host }
      walk.loop = readLoop(prompt.command)
      walk.waiting = prompt.command === '' || /^\s*[╭┌]/.test(text) ? full : null
      if (prompt.command !== '')
        walk.begin(prompt.command, full, line, { indent: text.length - text.trimStart().length })
      return 'prompt'
    },
    prose(text, line) {
      walk.named ||= readDate(text) !== null
      walk.proseBefore = text.length > 400 ? '' : `${walk.proseBefore.slice(-400)} ${text}`
      sink.prose(text, line)
    },
    unread(line, why, text) {
      sink.unread(line, why, text)
      return 'unread'
    },
  }
  return walk
}
