import { compareReadings, type JudgeOne, neighbours, type Reading } from '../diagnose/compare.ts'
import { type NodeReadings, prepare } from '../diagnose/readings.ts'
import { diagnose } from '../diagnose.ts'
import type { ClusterSeen } from '../model/cluster.ts'
import type { Diff, DiffList, NetnsDiff } from '../model/diff.ts'
import type { Series } from '../model/snapshot.ts'
import { inLanguage } from '../report/printed.ts'
import { DIFF_WORDS as D } from '../words/diff.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { readInputs } from './inputs.ts'
import { parseInterval } from './interval.ts'
import { createProgress } from './progress.ts'
import { uniteSeries } from './series.ts'
import { printTable } from './table-output.ts'
import { VERSION } from './version.ts'

export interface DiffOptions extends CommonOptions {
  readonly output: 'text' | 'json' | 'yaml' | 'markdown'
  readonly interval: string
  readonly netns: string
  readonly all: boolean
}

/** `recvq diff`: readings against each other; 1 where something differs. */
export async function runDiff(files: readonly string[], options: DiffOptions): Promise<ExitCode> {
  const progress = createProgress(process.stderr)
  try {
    const { lang, all } = options
    const list: DiffList = { apiVersion: 'recvq/v1', kind: 'Diffs', diffs: await diffsOf(files, options, progress) }
    progress.clear()
    const { renderDiff, renderDiffMarkdown } = await import('../report/diff.ts')
    if (options.output === 'markdown') process.stdout.write(renderDiffMarkdown(list, { lang, all }))
    else
      await printTable(inLanguage(list, lang), { ...options, output: options.output }, (page) => renderDiff(list, page))
    return list.diffs.some(differs) ? EXIT.found : EXIT.healthy
  } finally {
    progress.clear()
  }
}

type Progress = ReturnType<typeof createProgress>

/** One input: its readings against each other. Two: the last of each. */
async function diffsOf(files: readonly string[], options: DiffOptions, progress: Progress): Promise<readonly Diff[]> {
  if (files.length > 2) throw new Failure(say(D.wantedTwo, { files: files.length }))
  const read = async (named: readonly string[]) =>
    readInputs(named, { ...options, interval: parseInterval(options.interval) }, progress)
  const [first, second] = files
  if (first !== undefined && second !== undefined) {
    const [a, b] = [await read([first]), await read([second])]
    const clusters = [...a.clusters, ...b.clusters]
    return [comparePicked(latestOf(a, first), latestOf(b, second), clusters)]
  }
  const { series, clusters } = await read(files)
  const { nodes } = prepare(series, clusters)
  const pairs = nodes.flatMap((node) =>
    neighbours(node).map(
      ([a, b]) =>
        [
          { node, index: a },
          { node, index: b },
        ] as const,
    ),
  )
  const diffs = pairs.map(([a, b]) => compareReadings(a, b, judgeWith(clusters)))
  // What can be held against each other comes first: a bare census beside a listing tells little.
  if (diffs.length > 0) return diffs.toSorted((a, b) => comparable(b) - comparable(a))
  const [one, other, ...more] = nodes
  if (one && other && more.length === 0)
    return [compareReadings({ node: one, index: 0 }, { node: other, index: 0 }, judgeWith(clusters))]
  throw nothingToCompare(first ?? 'this machine', nodes)
}

const comparable = ({ netns }: Diff): number =>
  netns.filter(({ listeners, counters }) => listeners !== null || counters !== null).length

function nothingToCompare(file: string, nodes: readonly NodeReadings[]): Failure {
  const list = nodes.map(({ series }) => series.node ?? '?').join(', ')
  return new Failure(
    nodes.length > 2
      ? say(D.severalNodes, { file, list })
      : say(D.nothingToCompare, { file, n: nodes.flatMap(({ snapshots }) => snapshots).length }),
  )
}

/** The last reading of an input: the latest where that is known, else the one that stands last. */
function latestOf({ series }: Pick<Awaited<ReturnType<typeof readInputs>>, 'series'>, file: string): Series {
  const [only, ...others] = series
  if (!only) throw new Failure(say(D.nothingToCompare, { file, n: 0 }))
  if (others.length > 0)
    throw new Failure(say(D.severalNodes, { file, list: series.map(({ node }) => node ?? '?').join(', ') }))
  const { order } = prepare([only], []).nodes[0] ?? { order: [] }
  const latest = only.snapshots.findLast((_, index) => !order.some(({ before }) => before === index))
  const picked = latest ?? only.snapshots.at(-1)
  if (!picked) throw new Failure(say(D.nothingToCompare, { file, n: 0 }))
  return { node: only.node, snapshots: [picked], order: [] }
}

/** Of one name, or both without one: readings of one node. */
function comparePicked(a: Series, b: Series, clusters: readonly ClusterSeen[]): Diff {
  const judge = judgeWith(clusters)
  if (a.node === b.node) {
    const [united = a] = a.node === null ? [uniteUnnamed(a, b)] : uniteSeries([a, b])
    const [node] = prepare([united], clusters).nodes
    if (node) return compareReadings({ node, index: 0 }, { node, index: 1 }, judge)
  }
  const [one, other] = prepare([a, b], clusters).nodes
  if (!one || !other) throw new Error('two inputs are two nodes')
  return compareReadings({ node: one, index: 0 }, { node: other, index: 0 }, judge)
}

const uniteUnnamed = (a: Series, b: Series): Series => {
  const [united] = uniteSeries([
    { ...a, node: '' },
    { ...b, node: '' },
  ])
  return { ...(united ?? a), node: null }
}

/** Each reading is judged alone: what it shows by itself. */
const judgeWith =
  (clusters: readonly ClusterSeen[]): JudgeOne =>
  ({ node: { series }, index }: Reading) =>
    diagnose({
      series: [{ node: series.node, snapshots: series.snapshots.slice(index, index + 1), order: [] }],
      clusters,
      version: VERSION,
    })

/** What is no accident of the moment: counters and state totals move by themselves. */
function differs({ findings, netns, onlyBefore, onlyAfter }: Diff): boolean {
  const { opened, closed, worse, better } = findings
  return [opened, closed, worse, better, onlyBefore, onlyAfter].some(isFilled) || netns.some(netnsDiffers)
}

function netnsDiffers({ listeners: l, settings, forwarding: f }: NetnsDiff): boolean {
  const lists = [
    ...(l ? [l.gone, l.appeared, l.grown, l.drained, l.limits, l.owners] : []),
    ...(f ? [f.gone, f.appeared, f.endpoints] : []),
    settings ?? [],
  ]
  return lists.some(isFilled)
}

const isFilled = (list: readonly unknown[]): boolean => list.length > 0
