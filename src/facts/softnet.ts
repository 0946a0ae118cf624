import type { SoftnetRow } from '../model/network.ts'
import { secondsBetween } from './counters.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need, type View } from './need.ts'

export interface CpuSoftnet {
  readonly row: SoftnetRow
  /** Since the reading before; null: none, or the counter began anew (they are 32 bits wide). */
  readonly grown: { readonly processed: number; readonly dropped: number; readonly squeezed: number } | null
}

/** What the CPUs' queues for received packets did. The machine's, whatever the namespace. */
export interface Softnet {
  readonly cpus: readonly CpuSoftnet[]
  readonly dropped: number
  readonly squeezed: number
  /** Over all CPUs between the readings; null where one of them cannot be told. */
  readonly grown: CpuSoftnet['grown']
  readonly seconds: number | null
}

/** Gaps: missing unless /proc/net/softnet_stat was read; incomplete where it was cut */
export const softnet: Need<Softnet> = need('softnet', (view) => {
  const rows = rowsOf(view)
  if (rows === null || rows.length === 0) return missing(NOT_READ)
  const then = new Map((view.before ? (rowsOf(view.before) ?? []) : []).map((row) => [row.cpu, row]))
  const cpus = rows.map((row) => ({ row, grown: grownOf(then.get(row.cpu), row) }))
  const sum = (read: (one: CpuSoftnet) => number) => cpus.reduce((total, one) => total + read(one), 0)
  const isTold = cpus.every((one) => one.grown !== null)
  return got(
    {
      cpus,
      dropped: sum((one) => one.row.dropped),
      squeezed: sum((one) => one.row.timeSqueezed),
      grown: isTold
        ? {
            processed: sum((one) => one.grown?.processed ?? 0),
            dropped: sum((one) => one.grown?.dropped ?? 0),
            squeezed: sum((one) => one.grown?.squeezed ?? 0),
          }
        : null,
      seconds: view.before && secondsBetween(view.before.snapshot.takenAt, view.snapshot.takenAt),
    },
    isWhole(view) ? null : NOT_WHOLE,
  )
})

const rowsOf = ({ netns: { network } }: View): readonly SoftnetRow[] | null =>
  network.ok ? network.data.softnet : null

function grownOf(then: SoftnetRow | undefined, now: SoftnetRow): CpuSoftnet['grown'] {
  if (!then) return null
  const grown = {
    processed: now.processed - then.processed,
    dropped: now.dropped - then.dropped,
    squeezed: now.timeSqueezed - then.timeSqueezed,
  }
  return Math.min(grown.processed, grown.dropped, grown.squeezed) < 0 ? null : grown
}

function isWhole({ netns: { network } }: View): boolean {
  if (!network.ok) return false
  return (
    coversAll(network.coverage) || network.coverage.some((one) => one.of === 'keys' && one.keys.includes('softnet'))
  )
}

const NOT_READ = {
  en: '/proc/net/softnet_stat was not captured',
  zh: '没有采集到 /proc/net/softnet_stat',
}
const NOT_WHOLE = {
  en: 'not all CPUs of /proc/net/softnet_stat were seen',
  zh: '没有看到 /proc/net/softnet_stat 的全部 CPU',
}
