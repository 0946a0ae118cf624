import { neighbours, readingSide } from '../diagnose/compare.ts'
import { type NodeReadings, prepare } from '../diagnose/readings.ts'
import { secondsBetween, totalCounters } from '../facts/counters.ts'
import { diffCounters } from '../facts/diff/counters.ts'
import { notableCounters } from '../facts/notable-counters.ts'
import type { CounterList, CounterRow, CounterTable } from '../model/counter-table.ts'
import type { Text } from '../model/text.ts'
import { inLanguage } from '../report/printed.ts'
import { DIFF_WORDS as D } from '../words/diff.ts'
import { GLOSSARIES } from '../words/terms/index.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { CommonOptions } from './input.ts'
import { readInputs } from './inputs.ts'
import { parseInterval } from './interval.ts'
import { createProgress } from './progress.ts'
import { printTable, type TableOutput } from './table-output.ts'

export interface CountersOptions extends CommonOptions {
  readonly from?: readonly string[]
  readonly output: TableOutput
  readonly interval: string
  readonly netns: string
  readonly all: boolean
}

/** `recvq counters`: what moved between two readings, how fast, and what it means; of a single reading its totals. */
export async function runCounters(options: CountersOptions): Promise<ExitCode> {
  const progress = createProgress(process.stderr)
  try {
    const interval = parseInterval(options.interval)
    const { series } = await readInputs(options.from ?? [], { ...options, interval }, progress)
    progress.clear()
    const tables = prepare(series, []).nodes.flatMap(tablesOf)
    if (tables.length === 0) {
      process.stderr.write(`${D.noCounters[options.lang]}\n`)
      return EXIT.unjudged
    }
    const list: CounterList = { apiVersion: 'recvq/v1', kind: 'Counters', tables }
    const { renderCounters } = await import('../report/counters.ts')
    await printTable(inLanguage(list, options.lang), options, (page) => renderCounters(list, page))
    return EXIT.healthy
  } finally {
    progress.clear()
  }
}

/** Of readings whose order is known their differences; totals of those that are held against none. */
function tablesOf(node: NodeReadings): readonly CounterTable[] {
  const pairs = neighbours(node).filter(([a, b]) => node.order.some((p) => p.before === a && p.after === b))
  const moved = pairs.flatMap(([a, b]) => movedBetween(node, a, b))
  if (moved.length > 0) return moved
  return node.views.flatMap((views) =>
    views.flatMap(({ snapshot, netns }): CounterTable[] => {
      const counters = totalCounters(netns)
      if (counters === null) return []
      const rows = Object.entries(notableCounters(counters)).map(
        ([name, after]): CounterRow => ({ name, before: null, after, perSecond: null, meaning: meaningOf(name) }),
      )
      const after = readingSide(snapshot)
      return rows.length === 0 ? [] : [{ before: null, after, netns: netns.key, order: null, seconds: null, rows }]
    }),
  )
}

function movedBetween({ views, order }: NodeReadings, a: number, b: number): readonly CounterTable[] {
  const precedence = order.find((p) => p.before === a && p.after === b) ?? null
  return (views[b] ?? []).flatMap((after): CounterTable[] => {
    const before = views[a]?.find((one) => one.netns.key === after.netns.key)
    if (!before) return []
    const seconds = secondsBetween(before.snapshot.takenAt, after.snapshot.takenAt)
    const changes = diffCounters(before.netns, after.netns, seconds)
    if (changes === null) return []
    const rows = changes.map((one) => ({ ...one, meaning: meaningOf(one.name) }))
    return [
      {
        before: readingSide(before.snapshot),
        after: readingSide(after.snapshot),
        netns: after.netns.key,
        order: precedence,
        seconds,
        rows,
      },
    ]
  })
}

const titles: ReadonlyMap<string, Text> = new Map(
  GLOSSARIES.filter(({ kind }) => kind === 'counter').flatMap(({ terms }) => terms.map(({ id, title }) => [id, title])),
)

const meaningOf = (name: string): Text | null => titles.get(name) ?? null
