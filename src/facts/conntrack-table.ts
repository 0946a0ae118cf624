import type { FlowStats } from '../model/flow.ts'
import type { KernelEvent } from '../model/machine.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { type Counter, secondsBetween } from './counters.ts'
import { coversAll } from './coverage.ts'
import { logged } from './kernel-log.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { hostSysctl, type Sysctl, sysctl } from './sysctls.ts'

/** Counters of connection tracking since boot (of this namespace: since it was made). */
export interface ConntrackStats {
  /** null: this form does not print it. */
  readonly total: (name: string) => Counter | null
  /** Between the readings; null without an earlier one, or where it fell. */
  readonly grown: (name: string) => Counter | null
  /** Between the readings; null unless both are dated. */
  readonly seconds: number | null
  /** Packets that were dropped although they clashed with no other: for want of room, or of memory. null: not told. */
  readonly refused: { readonly total: Counter | null; readonly grown: Counter | null }
}

/** How full the table is. */
export interface ConntrackTable {
  readonly count: Counter | null
  readonly max: (Counter & { readonly key: string }) | null
  readonly stats: ConntrackStats | null
  /** "table full" messages that concern this namespace; null: no log. */
  readonly log: readonly KernelEvent[] | null
  readonly logSecondsAgo: number | null
}

const MAX_KEYS = [
  'net.netfilter.nf_conntrack_max',
  'net.nf_conntrack_max',
  'net.ipv4.netfilter.ip_conntrack_max',
  'net.ipv4.ip_conntrack_max',
]
const COUNT_KEYS = ['net.netfilter.nf_conntrack_count', 'net.ipv4.netfilter.ip_conntrack_count']

/** Counters of this namespace's connection tracking. */
export const conntrackStats: Need<ConntrackStats> = need('conntrack-stats', (view) => {
  const now = statsOf(view)
  if (!now) return missing(NO_STATS)
  const before = view.before
  const then = before && statsOf(before)
  const total = (name: string): Counter | null => readStat(now, name)
  const grown = (name: string): Counter | null => {
    const [a, b] = [then ? readStat(then, name) : null, total(name)]
    return a && b && b.value >= a.value ? { value: b.value - a.value, origin: b.origin } : null
  }
  const seconds = before && secondsBetween(before.snapshot.takenAt, view.snapshot.takenAt)
  return got({ total, grown, seconds, refused: { total: refusedOf(total), grown: refusedOf(grown) } })
})

/**
 * How many entries there are, how many there may be, and what was refused.
 * Gaps: incomplete unless entries and limit are both known. The limit is one for all namespaces: the host's stands in for it
 */
export const conntrackTable: Need<ConntrackTable> = need('conntrack-table', (view) => {
  const stats = conntrackStats.get(view)
  const log = logged('conntrack-full').get(view)
  const [count, max] = [countOf(view), maxOf(view)]
  const events = log.ok ? log.value.events.filter((one) => concerns(one, view)) : null
  if (!count && !stats.ok && (events ?? []).length === 0) return missing(NO_COUNT)
  return got(
    {
      count,
      max,
      stats: stats.ok ? stats.value : null,
      log: events,
      logSecondsAgo: log.ok && (events ?? []).length > 0 ? log.value.secondsAgo : null,
    },
    count === null ? NO_COUNT : max === null ? NO_MAX : null,
  )
})

interface StatsRead {
  readonly value: FlowStats
  readonly origin: Origin
}

function statsOf({ netns: { flows } }: View): StatsRead | null {
  return flows.ok ? flows.data.stats : null
}

function readStat({ value, origin }: StatsRead, name: string): Counter | null {
  const found = value.values[name]
  return found === undefined ? null : { value: found, origin }
}

/**
 * `drop` counts what finds no room, and since Linux 4.6 also the clashes that could not be resolved, which raise
 * `insert_failed` as well: what is left over had no room.
 */
function refusedOf(read: (name: string) => Counter | null): Counter | null {
  const [drop, failed] = [read('drop'), read('insert_failed')]
  return drop && failed ? { value: Math.max(0, drop.value - failed.value), origin: drop.origin } : null
}

function countOf(view: View): Counter | null {
  const { flows } = view.netns
  const stats = statsOf(view)
  if (flows.ok && flows.data.count) return flows.data.count
  if (stats && stats.value.entries !== null) return { value: stats.value.entries, origin: stats.origin }
  const read = readFirst(COUNT_KEYS, view, false)
  if (read) return read
  if (!flows.ok || !coversAll(flows.coverage)) return null
  const [listing, ...others] = flows.data.listings
  return listing && others.length === 0 ? { value: listing.flows.length + listing.more, origin: listing.origin } : null
}

const maxOf = (view: View): (Counter & { readonly key: string }) | null => readFirst(MAX_KEYS, view, true)

/** A count is of its moment: one that was read at another reading is none of this one. A limit stays. */
function readFirst(keys: readonly string[], view: View, isSetting: boolean) {
  for (const key of keys) {
    const own = sysctl(key).get(view)
    const read: Sysctl | null = own.ok ? own.value : isSetting ? toldBy(hostSysctl(key).get(view)) : null
    if (read?.number != null && read.number > 0 && (isSetting || !read.carried))
      return { key, value: read.number, origin: read.origin }
  }
  return null
}

const toldBy = (read: ReturnType<Need<Sysctl>['get']>): Sysctl | null => (read.ok ? read.value : null)

/** Since 2025 the message names the namespace by its inode, unless it is the first one; older kernels never tell. */
function concerns({ who }: KernelEvent, { netns }: View): boolean {
  if (who !== null) return netns.inode !== null && who === String(netns.inode)
  return netns.kind === 'host' || netns.kind === 'unplaced'
}

const NO_STATS: Text = {
  en: 'counters of connection tracking were not captured (conntrack -S)',
  zh: '没有采集到连接跟踪的计数器（conntrack -S）',
}
const NO_COUNT: Text = {
  en: 'how many entries connection tracking has was not captured (conntrack -C)',
  zh: '没有采集到连接跟踪的条目数（conntrack -C）',
}
const NO_MAX: Text = {
  en: 'the limit of connection tracking was not captured (sysctl net.netfilter.nf_conntrack_max)',
  zh: '没有采集到连接跟踪的上限（sysctl net.netfilter.nf_conntrack_max）',
}
