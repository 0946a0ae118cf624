import { cleanLine } from './clean-line.ts'
import { isLookedAt, startCommand, whyUnread } from './command.ts'
import { isElision } from './markdown.ts'
import type { Sink, Splitter } from './sink.ts'

/** Lines that are kept of what only the placing looks at. */
const MAX_PRINTED = 40

/** A text that is one command's output from its first line to its last: nothing in it is a prompt, a fence or prose. */
export function createWhole(file: string, text: string | null, sink: Sink): Splitter {
  const command = startCommand(file, text, null, 1, true)
  return {
    line({ number, text: raw, cut }) {
      const line = cleanLine(raw)
      if (cut) sink.unread(number, 'a line longer than 1 MB: only its beginning was read', line)
      if (line.trim() === '') return 'blank'
      if (isElision(line)) {
        command.output.elide(line, number)
        return 'elided'
      }
      if (command.output.offer(line, number)) command.last = number
      else if (isLookedAt(command)) {
        if (command.printed.length < MAX_PRINTED) command.printed.push(line.slice(0, 400))
        command.last = number
      } else {
        sink.unread(number, whyUnread(command), line)
        return 'unread'
      }
      return 'output'
    },
    rows(slab, at, line) {
      const taken = command.output.takeRows(slab, at, line)
      if (taken.rows > 0) command.last = line + taken.rows - 1
      return taken
    },
    end() {
      const { text: typed, pipelines, plans, output, line, last, printed } = command
      const pieces = output.end(null)
      sink.ran({
        command: typed,
        prompt: null,
        pipelines,
        plans,
        pieces,
        lines: [line, last],
        session: 0,
        printed,
        moment: null,
        again: false,
      })
    },
  }
}
