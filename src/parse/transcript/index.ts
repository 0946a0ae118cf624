import type { Block, Content, NamedNetns, Reading } from '../../model/block.ts'
import type { Batch, Slab } from '../../model/line.ts'
import type { LineCount, LineKind } from '../../model/listing.ts'
import type { Unread } from '../../model/report.ts'
import type { Precedence } from '../../model/snapshot.ts'
import { compareMoments, type Moment } from '../clock.ts'
import { carriedTo } from './carry.ts'
import { countLines } from './line-kinds.ts'
import { HOST_NETNS } from './namespaces.ts'
import { type NodeDraft, startPlacing } from './place.ts'
import type { Draft } from './readings.ts'
import type { Splitter } from './sink.ts'
import { createSplitter } from './split.ts'
import { gatherUnread } from './unread.ts'
import { createWhole } from './whole.ts'

/** What a text tells of one machine. */
export interface NodeText {
  /** null where the text never names it. */
  readonly node: string | null
  /** In the order of the text. */
  readonly readings: readonly Reading[]
  /** Indices into `readings`. */
  readonly order: readonly Precedence[]
}

export interface Transcript {
  readonly nodes: readonly NodeText[]
  /** Every output that was understood, those of kubectl too. */
  readonly blocks: readonly Block[]
  readonly unread: readonly Unread[]
  /** What each line of the text was taken for. */
  readonly lines: LineCount
}

/** The whole text is the output of this command; null: of one that nobody names. */
export interface Given {
  readonly command: string | null
}

/**
 * Read a terminal log, wiki page or ticket: split into commands and outputs, each placed (machine, namespace, reading) and parsed.
 * Shape:  one NodeText per machine; never empty: a text without any output is one unnamed machine with an empty reading
 * Gaps:   prose is not understood; what no parser knows is `unread`, with its lines
 * Errors: never throws but for what the lines' source throws
 */
export async function readTranscript(
  lines: AsyncIterable<Batch> | Iterable<Batch>,
  file: string,
  given: Given | null = null,
): Promise<Transcript> {
  const unread = gatherUnread(file)
  const placing = startPlacing(file)
  const sink = { ...placing, unread: unread.add }
  const splitter = given ? createWhole(file, given.command, sink) : createSplitter(file, sink)
  const counting = countLines()
  for await (const batch of lines) {
    if ('bytes' in batch) walk(batch, splitter, counting.add)
    else for (const line of batch) counting.add(splitter.line(line), 1)
  }
  splitter.end()
  const { nodes, cluster, tooMany } = placing.finish()
  if (tooMany !== null)
    unread.add(tooMany, 'more outputs than are kept: from here on only the text was walked through', '…')
  const machines = machinesAmong(nodes)
  const numbers = numberReadings(machines)
  const texts = machines.map((node) => textOf(node, file, numbers))
  const blocks = [
    ...cluster,
    ...texts.flatMap((text) => text.readings.flatMap((reading) => reading.blocks)),
    ...othersThan(machines, nodes),
  ]
  return {
    nodes: texts,
    blocks: blocks.sort((a, b) => a.lines[0] - b.lines[0]),
    unread: unread.finish(),
    lines: counting.finish(),
  }
}

/** Through a slab of lines: rows of an output straight from its bytes, every other line as a text of its own. */
function walk(slab: Slab, splitter: Splitter, add: (kind: LineKind, lines: number) => void): void {
  let { at, line } = slab
  while (at < slab.to) {
    const { rows, to } = splitter.rows(slab, at, line)
    if (rows > 0) {
      add('output', rows)
      line += rows
      at = to
      if (at >= slab.to) break
    }
    const end = slab.bytes.indexOf(NEWLINE, at)
    add(splitter.line({ number: line, text: slab.text(at, end), cut: false }), 1)
    line++
    at = end + 1
  }
  slab.lines = line - slab.line
}

const NEWLINE = 10

/** Hosts that only ran kubectl are no nodes. Where the text names its one machine in an output alone, the unnamed is that one. */
function machinesAmong(nodes: readonly NodeDraft[]): readonly NodeDraft[] {
  const machines = nodes.filter((node) => node.readings.drafts.length > 0 && !node.onlyCluster)
  const found = machines.length > 0 ? machines : nodes.filter((node) => node.readings.drafts.length > 0)
  const [only] = found
  if (!only || found.length > 1 || only.name !== null) return found
  const names = new Set(only.readings.drafts.flatMap((draft) => draft.blocks.flatMap(namesIn)))
  const [name] = names
  return names.size === 1 && name !== undefined ? [{ ...only, name }] : found
}

/** What was read of hosts that are no machines of ours: a laptop, a bastion. */
const othersThan = (machines: readonly NodeDraft[], nodes: readonly NodeDraft[]): readonly Block[] =>
  nodes
    .filter((node) => !machines.some((machine) => machine.readings === node.readings))
    .flatMap((node) =>
      node.readings.drafts.flatMap((draft) => draft.blocks.filter(({ content }) => content.every(isNothing))),
    )

const isNothing = (content: Content): boolean => content.question === 'refused'

const namesIn = (block: Block): readonly string[] =>
  block.content.flatMap((one) => (one.question === 'node' && one.facts.name ? [one.facts.name] : []))

/** All readings of the file, counted from 1 in the order of their first lines. */
function numberReadings(nodes: readonly NodeDraft[]): ReadonlyMap<Draft, number> {
  const drafts = nodes.flatMap((node) => node.readings.drafts).sort((a, b) => linesOf(a)[0] - linesOf(b)[0])
  return new Map(drafts.map((draft, index) => [draft, index + 1]))
}

function textOf(node: NodeDraft, file: string, numbers: ReadonlyMap<Draft, number>): NodeText {
  const { drafts, order } = node.readings
  const readings = drafts.map((draft): Reading => {
    const blocks = draft.blocks.map((block) => ({ ...block, node: node.name }))
    const number = numbers.get(draft) ?? 1
    return {
      node: node.name,
      source: number === 1 ? file : `${file}#${number}`,
      lines: linesOf(draft),
      takenAt: draft.takenAt,
      hints: draft.hints,
      netns: namespacesOf(node),
      blocks,
      carried: carriedTo(draft, drafts),
    }
  })
  return {
    node: node.name,
    readings,
    order: [...order.map((one): Precedence => ({ ...one, by: 'hint' })), ...byClock(drafts)],
  }
}

/** The host's first, even where nothing of it was captured. */
const namespacesOf = (node: NodeDraft): readonly NamedNetns[] => [
  HOST_NETNS,
  ...[...node.netns.values()].filter((one) => one.kind !== 'host'),
]

function linesOf(draft: Draft): readonly [number, number] {
  const starts = [...draft.blocks.map((block) => block.lines[0]), ...draft.hints.map(lineOf)]
  const ends = [...draft.blocks.map((block) => block.lines[1]), ...draft.hints.map(lineOf)]
  const least = starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  return [Number.isFinite(least) ? least : 1, ends.reduce((a, b) => Math.max(a, b), 1)]
}

const lineOf = (hint: Draft['hints'][number]): number => ('line' in hint.origin ? hint.origin.line : 1)

/** Dated readings one after the other; the engine follows the chain. Without a zone they are put in order where all can be compared. */
function byClock(drafts: readonly Draft[]): readonly Precedence[] {
  return [
    ...inOrder(drafts, ({ takenAt }) => (takenAt === null ? null : { utc: takenAt, wall: null })),
    ...inOrder(drafts, ({ wall }) => wall),
  ]
}

function inOrder(drafts: readonly Draft[], momentOf: (draft: Draft) => Moment | null): readonly Precedence[] {
  const dated = drafts.flatMap((draft) => {
    const moment = momentOf(draft)
    return moment === null ? [] : [{ index: draft.index, moment, at: moment.utc ?? moment.wall ?? '' }]
  })
  const sorted = dated.toSorted((a, b) => compareMoments(a.moment, b.moment) ?? 0)
  // A time without its day may have passed midnight: it is believed where the text goes the same way.
  const isOfOneDay = dated.every(({ at }, i) => at.length > 8 || (dated[i - 1]?.at ?? '') <= at)
  if (!isOfOneDay) return []
  return sorted.slice(1).flatMap((after, i): Precedence[] => {
    const before = sorted[i]
    if (!before || compareMoments(before.moment, after.moment) !== -1) return []
    return [
      { before: before.index, after: after.index, by: 'clock', because: `date printed ${before.at} and ${after.at}` },
    ]
  })
}
