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
export function parseCommandLine(text: string, depth = 0): CommandLine {
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
    if (pipeline) pipelines.push(...scriptOf(pipeline, depth))
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

/** `ssh node 'ss -lnt; netstat -s'`: the commands of a quoted script, each where the script runs. */
function scriptOf(pipeline: Pipeline, depth: number): readonly Pipeline[] {
  const { first, filters, where } = pipeline
  const [text] = first.args
  if (first.program !== 'script' || text === undefined || filters.length > 0 || depth > 3) return [pipeline]
  const { pipelines } = parseCommandLine(text, depth + 1)
  if (pipelines.length === 0) return [pipeline]
  return pipelines.map((one) => ({
    ...one,
    where: {
      host: one.where.host ?? where.host,
      netns: one.where.netns ?? where.netns,
      shell: one.where.shell,
      viaKubectl: one.where.viaKubectl || where.viaKubectl,
    },
    redirected: one.redirected || pipeline.redirected,
  }))
}
