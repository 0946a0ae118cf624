import type { Invocation, Where } from './invocation.ts'
import { tokenize } from './tokenize.ts'
import { HERE, unwrap } from './wrappers.ts'

/** Programs joined by `|`, the first of which made the output. */
export interface Pipeline {
  readonly first: Invocation
  readonly filters: readonly Invocation[]
  readonly where: Where
  /** Its output went to a file or to /dev/null: nothing of it stands in the text. */
  readonly redirected: boolean
}

export interface CommandLine {
  readonly pipelines: readonly Pipeline[]
  /** A quote or backslash is open: the next line belongs to it. */
  readonly open: boolean
}

/** `a | b; c && d` → its pipelines in order. Loops and conditions yield what stands in them. Never throws. */
export function parseCommandLine(text: string): CommandLine {
  const { tokens, open } = tokenize(text)
  const pipelines: Pipeline[] = []
  let commands: string[][] = []
  let words: string[] = []
  let redirected = false
  const endPipeline = () => {
    commands.push(words)
    words = []
    const pipeline = pipelineOf(
      commands.filter((one) => one.length > 0),
      redirected,
    )
    if (pipeline) pipelines.push(pipeline)
    commands = []
    redirected = false
  }
  for (const token of tokens) {
    if (token.kind === 'word') words.push(token.text)
    else if (token.kind === 'redirect') redirected ||= /^1?>>?[^&]/.test(token.text) || /^&>/.test(token.text)
    else if (token.text === '|' || token.text === '|&') {
      commands.push(words)
      words = []
    } else endPipeline()
  }
  endPipeline()
  return { pipelines, open }
}

function pipelineOf(commands: readonly string[][], redirected: boolean): Pipeline | null {
  const [head, ...tail] = commands
  if (!head) return null
  const { invocation, where, filters = [] } = unwrap(head, HERE)
  if (!invocation) return null
  return {
    first: invocation,
    filters: [...filters, ...tail.flatMap((words) => unwrap(words, HERE).invocation ?? [])],
    where,
    redirected,
  }
}
