import type { CpuSample, DiskTotal, Machine } from '../model/machine.ts'
import type { Origin } from '../model/part.ts'
import { secondsBetween } from './counters.ts'
import type { View } from './need.ts'

/** What tools told of the machine under the sockets at this reading; null: nothing. */
export const machineOf = (view: View): Machine | null => (view.snapshot.machine.ok ? view.snapshot.machine.data : null)

/** Was this list captured whole? An empty one tells something only then. */
export const toldWhole = (view: View, topic: keyof Machine): boolean =>
  view.snapshot.machine.ok &&
  view.snapshot.machine.coverage.some((set) => set.of === 'keys' && set.keys.includes(topic))

/** Where the time of all CPUs went, in percent, now. */
export interface CpuUse {
  readonly steal: number
  readonly iowait: number
  readonly idle: number
  /** Greatest number of tasks that ran or waited for a CPU. */
  readonly runQueue: number | null
  /** Over how many samples the shares are the mean. */
  readonly samples: number
  readonly origin: Origin
}

/** CPU use now: between two readings of /proc/stat, else the mean of the samples of vmstat, mpstat, top. null: not told. */
export function cpuUse(view: View): CpuUse | null {
  return fromTotals(view) ?? fromSamples(machineOf(view)?.cpu ?? [])
}

function fromTotals(view: View): CpuUse | null {
  const now = machineOf(view)?.cpuTotals.find((one) => one.cpu === 'all')
  const then = view.before && machineOf(view.before)?.cpuTotals.find((one) => one.cpu === 'all')
  if (!now || !then) return null
  const parts = ['user', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
  const grown = Object.fromEntries(parts.map((part) => [part, now[part] - then[part]])) as Record<
    (typeof parts)[number],
    number
  >
  // iowait and idle may fall by a tick or two: they are kept for each CPU apart.
  const all = parts.reduce((sum, part) => sum + Math.max(0, grown[part]), 0)
  if (all <= 0 || grown.user < 0) return null
  const share = (part: (typeof parts)[number]) => (100 * Math.max(0, grown[part])) / all
  const runQueue = Math.min(now.running ?? 0, then.running ?? 0)
  return {
    steal: share('steal'),
    iowait: share('iowait'),
    idle: share('idle'),
    runQueue: now.running === null || then.running === null ? null : runQueue,
    samples: 1,
    origin: now.origin,
  }
}

function fromSamples(samples: readonly CpuSample[]): CpuUse | null {
  const now = samples.filter((one) => one.span !== 'since-boot' && one.cpu === 'all')
  const [first] = now
  if (!first) return null
  const mean = (read: (one: CpuSample) => number | null) =>
    now.reduce((sum, one) => sum + (read(one) ?? 0), 0) / now.length
  const queues = now.flatMap((one) => one.runQueue ?? []).sort((a, b) => a - b)
  return {
    steal: mean((one) => one.steal),
    iowait: mean((one) => one.iowait),
    idle: mean((one) => one.idle),
    // The median: a burst in one of sixty samples is none of the cause.
    runQueue: queues[Math.floor((queues.length - 1) / 2)] ?? null,
    samples: now.length,
    origin: first.origin,
  }
}

/** A disk that has no time left, or answers nothing. */
export interface BusyDisk {
  readonly device: string
  /** Percent of the time in which it had something to do. */
  readonly utilisation: number
  /** It had requests at both readings, and completed none. */
  readonly hangs: boolean
  readonly origin: Origin
}

/** iostat's own mark of a device with no time left. Of one that works on many requests at once it is no proof of a limit. */
const BUSY_PERCENT = 90

export function busyDisks(view: View): readonly BusyDisk[] {
  const machine = machineOf(view)
  const sampled = (machine?.disks ?? []).flatMap((one): readonly BusyDisk[] =>
    one.span !== 'since-boot' && (one.utilisation ?? 0) >= BUSY_PERCENT
      ? [{ device: one.device, utilisation: one.utilisation ?? 0, hangs: false, origin: one.origin }]
      : [],
  )
  return [...sampled, ...busyByTotals(view, machine?.diskTotals ?? [])]
}

function busyByTotals(view: View, now: readonly DiskTotal[]): readonly BusyDisk[] {
  const { before } = view
  const seconds = before && secondsBetween(before.snapshot.takenAt, view.snapshot.takenAt)
  if (!before || seconds === null) return []
  return now.flatMap((disk): readonly BusyDisk[] => {
    const then = machineOf(before)?.diskTotals.find((one) => one.device === disk.device)
    if (!then || disk.busyMs < then.busyMs) return []
    const utilisation = Math.min(100, (disk.busyMs - then.busyMs) / (10 * seconds))
    const hangs = disk.inFlight > 0 && then.inFlight > 0 && disk.reads + disk.writes === then.reads + then.writes
    return hangs || utilisation >= BUSY_PERCENT
      ? [{ device: disk.device, utilisation: Math.round(utilisation), hangs, origin: disk.origin }]
      : []
  })
}

/** Servers that the kernel said do not respond, and did not take back since. */
export function silentNfsServers(view: View): readonly { readonly server: string; readonly origin: Origin }[] {
  const silent = new Map<string, Origin>()
  for (const event of machineOf(view)?.kernelLog ?? []) {
    if (event.kind === 'nfs-not-responding') silent.set(event.who ?? '', event.origin)
    if (event.kind === 'nfs-ok') silent.delete(event.who ?? '')
  }
  return [...silent].map(([server, origin]) => ({ server, origin }))
}
