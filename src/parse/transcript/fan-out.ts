import type { LineKind } from '../../model/listing.ts'
import { type Command, startCommand, whyUnread } from './command.ts'
import { parseCommandLine } from './command-line.ts'
import { fannedOut, readTag } from './host-label.ts'

/** Many machines answer one command at once, each line with its machine's name in front (pdsh, clush): their lines are sorted out. */
export interface FanOut {
  /** A command line was typed; it may be one that runs on many machines. */
  typed(command: string | null): void
  /** What runs on each of them; null where no such command was typed. */
  readonly command: string | null
  /** null: the line is none of a machine's. */
  line(text: string, line: number, unread: (why: string) => void): LineKind | null
  /** The machines' outputs are over. */
  end(ran: (command: Command) => void): void
}

const MAX_HOSTS = 5000

export function createFanOut(file: string, opens: (text: string) => boolean): FanOut {
  let inner: string | null = null
  let told = false
  const hosts = new Map<string, Command>()
  return {
    get command() {
      return inner
    },
    typed(command) {
      const { pipelines } = command === null ? { pipelines: [] } : parseCommandLine(command)
      const [only] = pipelines
      const run = only && pipelines.length === 1 ? fannedOut([only.first.program, ...only.first.args]) : null
      const filters = only?.filters.map((one) => [one.program, ...one.args].map(quoted).join(' ')) ?? []
      inner = run === null ? null : [run, ...filters].join(' | ')
      told = inner !== null
    },
    line(text, line, unread) {
      const tag = readTag(text)
      if (!tag || (!told && hosts.size === 0 && !opens(tag.rest))) return null
      const known = hosts.get(tag.host)
      if (!known && hosts.size >= MAX_HOSTS) return null
      const prompt = { host: tag.host, user: null, command: inner ?? '' }
      const command = known ?? startCommand(file, inner, prompt, line, true)
      if (tag.rest.trim() === '') return known ? 'blank' : null
      if (command.output.offer(tag.rest, line)) {
        hosts.set(tag.host, command)
        command.last = line
        command.understood = true
        return 'output'
      }
      if (!known && !told) return null
      command.output.doubt(tag.rest)
      unread(whyUnread(command))
      return 'unread'
    },
    end(ran) {
      for (const command of hosts.values()) ran(command)
      hosts.clear()
    },
  }
}

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", '')}'`)
