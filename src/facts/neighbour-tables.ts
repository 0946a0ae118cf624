import type { KernelEvent, NeighbourTable } from '../model/machine.ts'
import { secondsBetween } from './counters.ts'
import { logged } from './kernel-log.ts'
import { machineOf, toldWhole } from './machine-signs.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { hostSysctl, type Sysctl } from './sysctls.ts'

/** One of the kernel's two tables of neighbours, each for all namespaces together. */
export interface NeighbourRoom {
  readonly table: NeighbourTable['table']
  /** null: only the log tells of it. */
  readonly now: NeighbourTable | null
  /** gc_thresh3: with so many entries that may be thrown out, no further one is made. */
  readonly max: Sysctl | null
  readonly soft: Sysctl | null
  /** Entries refused, and collections forced, since the reading before; null: not told. */
  readonly refused: number | null
  readonly forced: number | null
  readonly seconds: number | null
  readonly log: readonly KernelEvent[]
  readonly logSecondsAgo: number | null
}

const TABLES = [
  { table: 'arp_cache', prefix: 'net.ipv4.neigh.default' },
  { table: 'ndisc_cache', prefix: 'net.ipv6.neigh.default' },
] as const

/** Gaps: missing where neither counts nor log were seen; incomplete unless the counts of a table and its limit were */
export const neighbourTables: Need<readonly NeighbourRoom[]> = need('neighbour-tables', (view) => {
  const log = logged('neighbour-overflow').get(view)
  const events = log.ok ? log.value.events : []
  const rooms = TABLES.flatMap(({ table, prefix }): readonly NeighbourRoom[] => {
    const now = tableOf(view, table)
    // Before 4.x the message named no table; IPv4 is meant then.
    const own = events.filter(({ who }) => (who === 'ndisc_cache' ? 'ndisc_cache' : 'arp_cache') === table)
    if (!now && own.length === 0) return []
    const then = view.before && tableOf(view.before, table)
    return [
      {
        table,
        now,
        max: read(`${prefix}.gc_thresh3`, view),
        soft: read(`${prefix}.gc_thresh2`, view),
        refused: grown(then?.overflows, now?.overflows),
        forced: grown(then?.forcedCollections, now?.forcedCollections),
        seconds: view.before && secondsBetween(view.before.snapshot.takenAt, view.snapshot.takenAt),
        log: own,
        logSecondsAgo: own.length > 0 && log.ok && own.at(-1) === events.at(-1) ? log.value.secondsAgo : null,
      },
    ]
  })
  if (rooms.length === 0) return missing(toldWhole(view, 'neighbourTables') ? NO_TABLE : NOT_READ)
  const isCounted = rooms.some((one) => one.now !== null && one.max?.number != null)
  return got(rooms, isCounted ? null : NOT_READ)
})

const tableOf = (view: View, table: NeighbourTable['table']): NeighbourTable | null =>
  machineOf(view)?.neighbourTables.find((one) => one.table === table) ?? null

/** The limits are the machine's; only the host's namespace shows them. */
function read(key: string, view: View): Sysctl | null {
  const found = hostSysctl(key).get(view)
  if (found.ok) return found.value
  const unplaced = view.snapshot.netns.find((one) => one.sysctls.ok && one.sysctls.data.values[key] !== undefined)
  if (!unplaced?.sysctls.ok) return null
  const value = unplaced.sysctls.data.values[key]?.trim() ?? ''
  return {
    key,
    value,
    number: /^\d+$/.test(value) ? Number(value) : null,
    origin: unplaced.sysctls.data.origins[key] ?? { via: unplaced.sysctls.via },
    carried: false,
    netns: unplaced.key,
  }
}

const grown = (then: number | null | undefined, now: number | null | undefined): number | null =>
  then == null || now == null || now < then ? null : now - then

const NOT_READ = {
  en: 'how many neighbours the machine has, or may have, was not captured (/proc/net/stat/arp_cache, sysctl net.ipv4.neigh.default.gc_thresh3, dmesg)',
  zh: '没有采集到邻居表的条目数或上限（/proc/net/stat/arp_cache、sysctl net.ipv4.neigh.default.gc_thresh3、dmesg）',
}
const NO_TABLE = {
  en: 'the kernel shows no statistics of its neighbour tables here',
  zh: '这里的内核没有提供邻居表统计',
}
