import type { Content } from '../model/block.ts'
import type { Flow, Flows } from '../model/flow.ts'
import type { Gap } from '../model/part.ts'
import { conntrack, conntrackCount, conntrackStats } from '../parse/flow-formats.ts'
import type { Format } from '../parse/format.ts'
import {
  addStatsMessage,
  CT_GET,
  CT_GET_STATS_CPU,
  FLOWS_ASKED,
  parseFlowMessage,
  statsOf,
} from '../parse/netlink-conntrack.ts'
import type { Answer, KernelTalk } from '../sys/host.ts'
import { asGap } from '../sys/host-error.ts'
import { type ContentAnswer, isText } from './answers.ts'
import type { Budget } from './budget.ts'
import { askDump } from './netlink.ts'
import { readWith } from './texts.ts'

type FlowAnswer = ContentAnswer & { readonly content: Extract<Content, { question: 'flows' }> }

/** As many as are kept of a text: a table may hold millions. */
const MAX_FLOWS = 50_000
/** Entries after which the budget is asked. */
const STRIDE = 1000

const FORMATS: Readonly<Record<string, Format>> = {
  'conntrack-count': conntrackCount,
  'conntrack-stats': conntrackStats,
  conntrack,
}

const NOTHING: Flows = { listings: [], count: null, stats: null }

/**
 * Connection tracking of a live namespace: count and counters by procfs, entries by netlink or procfs.
 * Gaps: of a table beyond 50 000 entries, or beyond the budget, so many; the rest is counted. What failed is a gap beside the rest
 */
export function readFlows(answers: readonly Answer[], budget: Budget): readonly (FlowAnswer | Gap)[] {
  const told: (FlowAnswer | Gap)[] = []
  for (const answer of answers) {
    if (!answer.ok) told.push(answer)
    else if (isText(answer)) told.push(...flowsInText(answer))
  }
  const all = told.flatMap((one) => (one.ok ? [one.content.flows] : []))
  const count = all.find((one) => one.count !== null)?.count ?? null
  for (const answer of answers)
    if (answer.ok && 'talk' in answer) {
      const hasStats = all.some((one) => one.stats !== null)
      told.push(...flowsByNetlink(answer, count?.value ?? null, hasStats, budget))
    }
  // An empty table needs no listing to be seen whole.
  if (count?.value === 0)
    told.push(flowAnswer('proc', { listings: [{ flows: [], more: 0, origin: count.origin }] }, []))
  return told
}

const flowAnswer = (via: string, told: Partial<Flows>, cuts: readonly string[]): FlowAnswer => ({
  ok: true,
  via,
  content: { question: 'flows', flows: { ...NOTHING, ...told } },
  place: null,
  coverage: cuts.length === 0 ? [{ of: 'all' }] : [],
  cuts,
  warnings: [],
})

function flowsInText({ format, file, text, via }: Extract<Answer, { text: string }>): readonly FlowAnswer[] {
  const reader = FORMATS[format]
  if (!reader) return []
  const { content, cuts = [] } = readWith(reader, text, { file })
  const origin = { via: file }
  return content.flatMap((one) => {
    if (one.question !== 'flows') return []
    const { listings, count, stats } = one.flows
    const cited: Flows = {
      listings: listings.map((listing) => ({ ...listing, origin })),
      count: count && { ...count, origin },
      stats: stats && { ...stats, origin },
    }
    return [flowAnswer(via, cited, cuts)]
  })
}

function flowsByNetlink(
  kernel: KernelTalk,
  expected: number | null,
  hasStats: boolean,
  budget: Budget,
): readonly (FlowAnswer | Gap)[] {
  const flows: Flow[] = []
  const values: Record<string, number> = {}
  const origin = { via: 'ctnetlink' }
  let cut: string | null = null
  try {
    kernel.talk((run) => {
      if (!hasStats)
        askDump(run, { type: CT_GET_STATS_CPU, body: FLOWS_ASKED, take: (message) => addStatsMessage(message, values) })
      const ended = askDump(run, {
        type: CT_GET,
        body: FLOWS_ASKED,
        take(message) {
          const flow = parseFlowMessage(message)
          if (flow) flows.push(flow)
          if (flows.length % STRIDE === 0) cut ??= budget.spent()
          if (flows.length >= MAX_FLOWS) cut ??= `entries beyond the first ${MAX_FLOWS}`
          return cut === null
        },
      })
      if (ended === 'interrupted') cut ??= 'the table changed while it was read'
    })
  } catch (error) {
    return [asGap(error)]
  }
  const more = cut === null ? 0 : Math.max(0, (expected ?? 0) - flows.length)
  const stats = hasStats ? null : { value: statsOf(values), origin }
  return [flowAnswer('ctnetlink', { listings: [{ flows, more, origin }], stats }, cut === null ? [] : [cut])]
}
