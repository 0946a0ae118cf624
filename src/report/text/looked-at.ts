import type { Report, ReportSnapshot } from '../../model/report.ts'
import { FORWARDING_WORDS as F } from '../../words/forwarding.ts'
import { ORDER_WORDS, REPORT_WORDS as W } from '../../words/report.ts'
import type { Line } from '../style.ts'
import { span } from '../style.ts'
import { KEY_RULE } from '../verdict.ts'
import { widthOf } from '../wrap.ts'
import type { Place } from './evidence.ts'
import { clusterRow } from './forwarding.ts'
import { notJudgedLines, notSeenLines, notUnderstoodLines, remarkLines, ruleTally } from './left-out.ts'
import { nodeName } from './names.ts'
import { aside, counted, inParentheses, labelled, type TextOptions, tell } from './page.ts'
import { numberRows } from './reading.ts'

/** A label and what stands beside it; an empty label goes on under the one above. */
export interface Row {
  readonly label: string
  readonly text: string
}

/** What the verdict rests on, laid out for a terminal under its heading. */
export function lookedAtLines(page: TextOptions, report: Report, place: Place): readonly Line[] {
  const labels = [W.reading, W.readOnce, W.order, W.rules, W.beware, W.notJudged, W.notSeen, W.notUnderstood, W.notes]
  const column = Math.max(...labels.map((label) => widthOf(tell(page, label, { n: report.snapshots.length })))) + 2
  return [
    [span(W.lookedAt[page.lang], 'strong')],
    ...lookedAtRows(page, report, place).flatMap(({ label, text }) =>
      labelled(page, label, text, { indent: 2, column }),
    ),
  ]
}

/** What the verdict rests on: the readings and their order, and what could not be judged, seen or understood. */
export function lookedAtRows(page: TextOptions, report: Report, place: Place): readonly Row[] {
  const rows = (label: string, texts: readonly string[]): readonly Row[] =>
    texts.map((text, index) => ({ label: index === 0 ? label : '', text }))
  return [
    ...readingRows(page, report, place),
    ...rows(
      F.cluster[page.lang],
      report.clusters.map((cluster) => clusterRow(page, cluster)),
    ),
    ...rows(W.order[page.lang], orderRows(page, report)),
    ...rows(
      W.notes[page.lang],
      report.notes.map((note) => note[page.lang]),
    ),
    ...rows(W.rules[page.lang], report.outcomes.length === 0 ? [] : [ruleTally(page, report)]),
    ...rows(W.beware[page.lang], remarkLines(page, report)),
    ...rows(W.notJudged[page.lang], notJudgedLines(page, report)),
    ...rows(W.notSeen[page.lang], notSeenLines(page, report)),
    ...rows(W.notUnderstood[page.lang], notUnderstoodLines(page, report, place)),
  ]
}

/** A live run reads twice to see what changes; for a person that is one look. */
function readingRows(page: TextOptions, report: Report, place: Place): readonly Row[] {
  const { snapshots } = report
  const many =
    snapshots.filter(({ way }) => way !== 'live').length > 1 || new Set(snapshots.map(({ node }) => node.name)).size > 1
  return snapshots.flatMap((snapshot, index) => {
    const next = snapshots[index + 1]
    if (snapshot.way === 'live' && next?.way === 'live' && next.node.name === snapshot.node.name) return []
    const label = many ? tell(page, W.reading, { n: index + 1 }) : W.readOnce[page.lang]
    const text = aside([describeReading(page, report, index, place), acceptQueues(page, report, index)])
    return [{ label, text }, ...numberRows(page, report, index).map((row) => ({ label: '', text: row }))]
  })
}

function describeReading(page: TextOptions, { snapshots, gaps }: Report, index: number, place: Place): string {
  const snapshot = snapshots[index]
  if (!snapshot) return ''
  const { node, way, takenAt, lines, source, netns } = snapshot
  // A filter that shows what is full shows nothing of a healthy node: 0 rows are not 0 listeners.
  const partial = (name: string) =>
    gaps.some((one) => one.snapshot === index && one.part === name && one.reason === 'partial')
  const sum = (pick: (one: ReportSnapshot['netns'][number]) => number | null) => {
    const known = netns.flatMap((one) => pick(one) ?? [])
    return known.length === 0 ? null : known.reduce((total, one) => total + one, 0)
  }
  const listeners = sum((one) => one.listeners)
  const queued = sum((one) => one.queued)
  const connections = sum((one) => one.connections)
  const censused = netns.some(({ census }) => census !== null)
  const [file = '', part] = source.split(/#(?=\d+$)/)
  const from = lines
    ? tell(page, W.linesOf, { first: String(lines[0]), last: String(lines[1]), file: place(file) })
    : way === 'live'
      ? null
      : place(file) + (part === undefined ? '' : `#${part}`)
  return aside([
    nodeName(page, node.name, way === 'live'),
    from,
    takenAt === null ? null : tell(page, W.takenAt, { time: takenAt }),
    node.os?.value ?? null,
    node.kernel === null ? null : `Linux ${node.kernel.value.replace(/^Linux /, '')}`,
    netns.length > 1 ? counted(page, netns.length, W.namespacesOne, W.namespaces) : null,
    listeners === null ? null : listenerCount(page, listeners, partial('listeners')) + tellQueued(page, queued),
    connections === null ? null : connectionCount(page, connections, partial('connections')),
    listeners === null && connections === null && !censused ? W.noSockets[page.lang] : null,
  ])
}

const listenerCount = (page: TextOptions, n: number, partial: boolean): string =>
  partial ? counted(page, n, W.listenersShownOne, W.listenersShown) : counted(page, n, W.listenersOne, W.listeners)

const connectionCount = (page: TextOptions, n: number, partial: boolean): string =>
  partial
    ? counted(page, n, W.connectionsShownOne, W.connectionsShown)
    : counted(page, n, W.connectionsOne, W.connections)

/** What one reading says about accept queues: its own small verdict, since other findings may hide it. */
function acceptQueues(page: TextOptions, { outcomes, snapshots }: Report, index: number): string {
  const here = outcomes
    .filter(({ rule, snapshot }) => rule === KEY_RULE && snapshot === index)
    .map((one) => one.outcome)
  if (here.includes('found')) return W.queuesFull[page.lang]
  if (here.length > 0 && here.every((outcome) => outcome === 'clear')) return W.queuesClear[page.lang]
  const some = here.includes('clear') || snapshots[index]?.netns.some(({ listeners }) => (listeners ?? 0) > 0)
  return (some ? W.queuesClearInPart : W.queuesUnjudged)[page.lang]
}

function tellQueued(page: TextOptions, queued: number | null): string {
  if (queued === null || queued === 0) return ''
  return inParentheses(page, tell(page, W.queued, { n: queued }))
}

/** How the readings stand in time, as far as anybody knows. One live run needs no such line. */
function orderRows(page: TextOptions, { snapshots, order }: Report): readonly string[] {
  const told = order.filter(
    ({ before, after }) => !(snapshots[before]?.way === 'live' && snapshots[after]?.way === 'live'),
  )
  const rows = told.map(({ before, after, by, because }) =>
    tell(page, because === '' ? W.earlier : W.earlierBecause, {
      before: before + 1,
      after: after + 1,
      by: ORDER_WORDS[by],
      because,
    }),
  )
  const unordered = snapshots.some((one, index) =>
    snapshots.some((other, at) => at !== index && other.node.name === one.node.name && !touches(order, index, at)),
  )
  return unordered && snapshots.some(({ way }) => way !== 'live') ? [...rows, W.orderUnknown[page.lang]] : rows
}

const touches = (order: Report['order'], a: number, b: number): boolean =>
  order.some(({ before, after }) => (before === a && after === b) || (before === b && after === a))
