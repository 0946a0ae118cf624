import type { KernelEvent } from '../model/machine.ts'
import type { Text } from '../model/text.ts'
import { type Counter, deltas, readCounter, totalCounters } from './counters.ts'
import { interfaceOf, interfaceSysctls } from './interface-sysctls.ts'
import { logged } from './kernel-log.ts'
import { got, missing, type Need, need } from './need.ts'
import type { Sysctl } from './sysctls.ts'

/** What the reverse path filter of a namespace is set to, and what it has dropped. */
export interface ReversePath {
  /** TcpExtIPReversePathFilter; null: not captured. Since Linux 3.0. */
  readonly total: Counter | null
  readonly grown: Counter | null
  readonly seconds: number | null
  /** Packets received, the base. */
  readonly received: Counter | null
  /** rp_filter of `all`; null: not read. */
  readonly ofAll: Sysctl | null
  /** Interfaces on which the filter is strict (1), by the larger of their own value and that of `all`. */
  readonly strict: readonly Sysctl[]
  /** On which it is loose (2): a source is refused only where no route leads to it at all. */
  readonly loose: readonly Sysctl[]
  /** Whether any setting was read. */
  readonly isToldSetting: boolean
  /** "martian source" lines. */
  readonly martians: readonly KernelEvent[]
}

const DROPS = 'TcpExtIPReversePathFilter'

/** Gaps: missing where the counter was not captured and the log tells nothing; incomplete without the counter */
export const reversePath: Need<ReversePath> = need('reverse-path', (view) => {
  const counters = totalCounters(view.netns)
  const total = counters && readCounter(counters, DROPS)
  const isHost = view.netns.kind === 'host' || view.netns.kind === 'unplaced'
  const log = isHost ? logged('martian').get(view) : null
  const martians = log?.ok ? log.value.events.filter((one) => /martian source/.test(one.text)) : []
  if (!total && martians.length === 0) return missing(NOT_COUNTED)
  const growth = deltas.get(view)
  const settings = interfaceSysctls(view, 'rp_filter')
  const ofAll = settings.find((one) => interfaceOf(one.key) === 'all') ?? null
  const links = settings.filter((one) => !['all', 'default', 'lo'].includes(interfaceOf(one.key)))
  const effective = (one: Sysctl) => Math.max(one.number ?? 0, ofAll?.number ?? 0)
  const known = links.length > 0 ? links : ofAll ? [ofAll] : []
  return got(
    {
      total,
      grown: growth.ok ? growth.value.of(DROPS) : null,
      seconds: growth.ok ? growth.value.seconds : null,
      received: counters && readCounter(counters, 'IpInReceives'),
      ofAll,
      strict: known.filter((one) => effective(one) === 1),
      loose: known.filter((one) => effective(one) === 2),
      isToldSetting: settings.length > 0,
      martians,
    },
    total ? null : NOT_COUNTED,
  )
})

const NOT_COUNTED: Text = {
  en: 'not captured: TcpExtIPReversePathFilter (nstat -az shows it)',
  zh: '没有采集到：TcpExtIPReversePathFilter（可用 nstat -az 查看）',
}
