import { backlogConfig } from '../backlog-config.ts'
import type { Moment } from '../clock.ts'
import { type Pipeline, parseCommandLine } from './command-line.ts'
import { ANONYMOUS, type Output, startOutput } from './output.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan-base.ts'
import type { Prompt } from './prompt.ts'

/** A command whose output is being read. */
export interface Command {
  text: string | null
  readonly line: number
  readonly prompt: Prompt | null
  pipelines: readonly Pipeline[]
  plans: readonly Plan[]
  output: Output
  last: number
  readonly fenced: boolean
  /** A blank line has come: outside of a fence what is not understood from here on is prose. */
  blank: boolean
  open: number
  readonly printed: string[]
  /** Typed without a prompt, among prose: a command only if its output stands below it. */
  readonly tentative: boolean
  /** Something below it was understood. */
  understood: boolean
  /** Words typed below it so far. */
  remarks: number
  /** Blanks before its prompt, which its output then has too. */
  readonly indent: number
  /** When it ran, where that stands beside it. */
  readonly moment: Moment | null
  readonly again: boolean
}

interface Manner {
  readonly tentative?: boolean
  readonly indent?: number
  readonly moment?: Moment | null
  readonly again?: boolean
}

const MAX_CONTINUED = 20

/** `text` null: an output that stands alone. */
export function startCommand(
  file: string,
  text: string | null,
  prompt: Prompt | null,
  line: number,
  fenced: boolean,
  { tentative = false, indent = 0, moment = null, again = false }: Manner = {},
): Command {
  const { pipelines, open } = text === null ? { pipelines: [], open: false } : parseCommandLine(text)
  const plans = text === null ? [ANONYMOUS] : pipelines.map(planFor)
  const output = startOutput(file, text, plans)
  return {
    text,
    prompt,
    pipelines,
    plans,
    output,
    line,
    last: line,
    fenced,
    blank: false,
    open: open ? 1 : 0,
    printed: [],
    tentative,
    understood: false,
    remarks: 0,
    indent,
    moment,
    again,
  }
}

/** The command goes on in this line: a backslash or a quote was open. false: it does not. */
export function continueCommand(file: string, command: Command, text: string): boolean {
  if (command.open === 0 || command.open > MAX_CONTINUED || command.text === null) return false
  const joined = `${command.text.replace(/\\$/, '')} ${text.replace(/^> ?/, '').trim()}`.slice(0, 4000)
  const { pipelines, open } = parseCommandLine(joined)
  command.text = joined
  command.pipelines = pipelines
  command.plans = pipelines.map(planFor)
  command.output = startOutput(file, joined, command.plans)
  command.open = open ? command.open + 1 : 0
  return true
}

const planFor = (pipeline: Pipeline): Plan => {
  const plan = planOf(pipeline)
  return pipeline.redirected ? { ...plan, role: 'instruction', formats: [] } : plan
}

/** No format reads its output, but whoever places things looks at it: kubectl, the time, the pid of a container. */
export const isLookedAt = (command: Command): boolean =>
  command.plans.some(
    ({ role, formats, first }) =>
      (role === 'cluster' && formats.length === 0) ||
      first.program === 'date' ||
      (/^(?:docker|crictl|nerdctl|podman)$/.test(first.program) && first.args[0] === 'inspect'),
  )

/** What kubectl printed is read, and looked at besides: it ties containers to pods. */
/** It prints a server's configuration: what begins with `#` is a comment there, and no heading of a document. */
export const hasComments = ({ prompt, plans }: Command): boolean =>
  prompt !== null && plans.some(({ formats }) => formats.includes(backlogConfig))

export const isOfKubectl = (command: Command): boolean => command.plans.some(({ role }) => role === 'cluster')

/** Lines that whoever places things looks at; a few at most. */
export function keepPrinted(command: Command, text: string): void {
  if (command.printed.length < 40) command.printed.push(text.slice(0, 400))
}

/** A comment in a shell's language, not a root prompt. */
export const isComment = (text: string) => /^\s*#(?:\s|[^\x20-\x7e])/.test(text)

/** Why a line below this command was not read, for people. */
export function whyUnread(command: Command): string {
  if (command.text === null) return 'not recognised as output that is read'
  const [plan] = command.plans.filter((one) => one.role === 'foreign')
  if (plan) return `no parser for \`${plan.name.slice(0, 60)}\` yet`
  const [change] = command.plans.filter((one) => one.role === 'instruction')
  if (change) return `\`${change.name.slice(0, 60)}\` changes or shows configuration: no reading`
  const [first] = command.plans
  return first ? `not understood as output of \`${first.name.slice(0, 60)}\`` : 'no command was understood above it'
}
