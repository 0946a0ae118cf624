import type { KernelEvent } from '../model/machine.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { byName, connectionsIn, countOf, servicePort } from './connections.ts'
import { type Counter, deltas, isRecent, totals } from './counters.ts'
import { logged } from './kernel-log.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type Sysctl, sysctl } from './sysctls.ts'

/** How full the table of TIME_WAIT is, and what became of connections that found no place in it. */
export interface TimeWaitTable {
  readonly count: Counter | null
  readonly max: Sysctl | null
  /** TCPTimeWaitOverflow: closed without TIME_WAIT. Also counted where memory was wanting. */
  readonly refused: Counter | null
  /** Of these between the readings; null: one reading, or too far apart to be called now. */
  readonly grown: Counter | null
  /** Refusals against all that came to TIME_WAIT, since boot; null: not told. */
  readonly share: number | null
  readonly log: readonly KernelEvent[]
  /** Which services have most of them, the most first. */
  readonly services: readonly TimeWaitService[]
}

export interface TimeWaitService {
  readonly role: 'server' | 'client' | 'unknown'
  readonly port: number | null
  readonly count: number
  readonly origin: Origin
}

const OVERFLOW = 'TcpExtTCPTimeWaitOverflow'
/** Sockets whose TIME_WAIT ran out, and that were reused or killed before. */
const ENDED = ['TcpExtTW', 'TcpExtTWRecycled', 'TcpExtTWKilled'] as const

/**
 * TIME_WAIT against tcp_max_tw_buckets; both are of one namespace since Linux 4.10, of the machine before.
 * Gaps: incomplete where count or limit is not known; missing where nothing is
 */
export const timeWaitTable: Need<TimeWaitTable> = need('time-wait-table', (view) => {
  const max = sysctl('net.ipv4.tcp_max_tw_buckets').get(view)
  const count = countIn(view)
  const all = totals([OVERFLOW], ENDED).get(view)
  const gained = deltas.get(view)
  const refused = all.ok && all.incomplete === null ? all.value[OVERFLOW] : null
  const ended = all.ok ? ENDED.map((name) => all.value[name]?.value ?? 0).reduce((sum, one) => sum + one, 0) : 0
  const events = logged('time-wait-overflow').get(view)
  const log = events.ok ? events.value.events : []
  if (count === null && refused === null && log.length === 0) return missing(NO_COUNT)
  const value: TimeWaitTable = {
    count,
    max: max.ok && max.value.number !== null ? max.value : null,
    refused,
    grown: gained.ok && isRecent(gained.value.seconds) ? gained.value.of(OVERFLOW) : null,
    share: refused && ended > 0 ? refused.value / (refused.value + ended) : null,
    log,
    services: servicesIn(view),
  }
  return got(value, count && value.max ? null : max.ok ? NO_COUNT : max.why)
})

function countIn({ netns }: View): Counter | null {
  const { sockstat, census, network } = netns
  if (sockstat.ok && sockstat.data.timeWait !== null)
    return { value: sockstat.data.timeWait, origin: { via: sockstat.via } }
  const counted = census.ok ? census.data.counts.TIME_WAIT : undefined
  if (census.ok && counted !== undefined) return { value: counted, origin: census.data.origin }
  const summary = network.ok ? network.data.summary : null
  return summary?.timeWait == null ? null : { value: summary.timeWait, origin: summary.origin }
}

function servicesIn(view: View): readonly TimeWaitService[] {
  const rows = connectionsIn('TIME_WAIT').get(view)
  if (!rows.ok) return []
  const groups = byName(rows.value.groups, (one) => `${one.role} ${servicePort(one)}`)
  return [...groups.values()]
    .flatMap((held): readonly TimeWaitService[] => {
      const [first] = held
      if (!first) return []
      return [{ role: first.role, port: servicePort(first), count: countOf(held), origin: first.origin }]
    })
    .toSorted((a, b) => b.count - a.count)
}

const NO_COUNT: Text = {
  en: 'how many connections are in TIME_WAIT was not captured (cat /proc/net/sockstat, ss -s)',
  zh: '没有采集到 TIME_WAIT 的数量（cat /proc/net/sockstat、ss -s）',
}
