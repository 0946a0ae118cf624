import type { Confidence } from '../model/finding.ts'
import type { CgroupSample, Pressure } from '../model/machine.ts'
import type { Process } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { secondsBetween } from './counters.ts'
import { type LateQueue, lateQueues, type OwnerSeen, ownersSeen } from './late-queues.ts'
import { type CpuUse, cpuUse, machineOf } from './machine-signs.ts'
import { got, type Need, need, type View } from './need.ts'
import { byHolder, type Held } from './owners.ts'

/** A cgroup with a CPU quota that ran out. */
export interface Throttled {
  readonly sample: CgroupSample
  /** Of its periods, in percent: between the readings, or since it was made. */
  readonly share: number
  readonly throttledUs: number | null
  readonly now: boolean
}

/** A process that was ready to run and had to wait. */
export interface RunDelay {
  readonly process: Process
  /** Time that its threads waited for a CPU between the readings, all added up, and how far these lie apart. */
  readonly waitedMs: number
  readonly ranMs: number
  readonly seconds: number
}

export interface StarvedAccept extends Held<LateQueue> {
  readonly throttled: Throttled | null
  readonly delays: readonly RunDelay[]
  /** `full` of the owner's cgroup: all of its tasks waited for a CPU at once. */
  readonly pressure: Pressure | null
  /** Of the machine; null: nothing to speak of. */
  readonly cpu: CpuUse | null
  readonly cores: number | null
  readonly confidence: Confidence
}

/** A queue that stands still through half of all periods (of 100 ms each, by default) grows by what arrives in them. */
const THROTTLED_MOST = 50
const THROTTLED_SOME = 20
/** A quota that never ran out in five periods tells nothing; a second holds ten. */
const FEW_PERIODS = 5
/** One thread that waits half of its time halves what it serves. */
const WAITED_SHARE = 0.5
const CGROUP_PRESSURE = 40
/** A virtual CPU that is taken away for a fifth of the time. */
const STEAL = 20
/** Runnable tasks a core: each then gets at most a third of one. */
const RUN_QUEUE_PER_CORE = 3

/**
 * Late queues whose owner does not get the CPU that it wants.
 * Gaps: incomplete where neither the owner's waiting times nor the cgroup were read twice
 */
export const starvedAccepts: Need<readonly StarvedAccept[]> = need('starved-accepts', (view) => {
  const late = lateQueues.get(view)
  if (!late.ok) return late
  let unseen = false
  const found = byHolder(late.value).flatMap((held): readonly StarvedAccept[] => {
    const seen = ownersSeen(view, held.holder)
    const own = {
      throttled: throttledOf(view, held, seen),
      delays: delaysOf(view, seen),
      pressure: pressureOf(view, seen),
    }
    const { cores } = view.snapshot.node
    const cpu = strained(cpuUse(view), cores)
    const confidence = judge(own, cpu, seen)
    if (confidence) return [{ ...held, ...own, cpu, cores, confidence }]
    const measured = seen.some(({ now, before }) => now.cpuTime !== null && before?.cpuTime)
    unseen ||= !measured
    return []
  })
  return got(found, late.incomplete ?? (unseen ? NOT_MEASURED : null))
})

function judge(
  { throttled, delays, pressure }: Pick<StarvedAccept, 'throttled' | 'delays' | 'pressure'>,
  cpu: CpuUse | null,
  seen: readonly OwnerSeen[],
): Confidence | null {
  if (throttled?.now && throttled.share >= THROTTLED_MOST) return 'certain'
  if (throttled?.now && throttled.share >= THROTTLED_SOME) return 'likely'
  if (delays.length > 0) return cpu !== null || pressure !== null ? 'certain' : 'likely'
  // It was measured, and it did not wait: whatever the machine does, that is not it.
  if (seen.some(({ now, before }) => now.cpuTime !== null && before?.cpuTime)) return null
  if (pressure) return 'likely'
  // A program that sleeps wants no CPU.
  const sleeps = seen.length > 0 && seen.every(({ now }) => now.state !== null && !/^R/.test(now.state))
  if (throttled) return throttled.share >= THROTTLED_SOME ? 'possible' : null
  return cpu !== null && !sleeps ? 'possible' : null
}

function throttledOf(view: View, held: Held<LateQueue>, seen: readonly OwnerSeen[]): Throttled | null {
  const samples = machineOf(view)?.cgroups ?? []
  const paths = new Set(seen.flatMap(({ now }) => now.cgroup ?? []))
  const uid = view.netns.pod?.uid ?? null
  const own = samples.filter((one) => {
    if ([...paths].some((path) => path === one.path || path.startsWith(`${one.path}/`))) return true
    // From text: inside the container its own cgroup is `/`; on the host the path names the pod.
    return paths.size === 0 && uid !== null && one.pod?.uid === uid
  })
  const inside =
    own.length === 0 && held.holder !== null && view.snapshot.way !== 'live'
      ? samples.filter((one) => one.path === '/')
      : []
  const all = [...own, ...inside].flatMap((sample) => asThrottled(view, sample))
  return all.sort((a, b) => Number(b.now) - Number(a.now) || b.share - a.share)[0] ?? null
}

function asThrottled(view: View, sample: CgroupSample): readonly Throttled[] {
  const { cpu } = sample
  if (cpu === null || cpu.quotaUs === 'unlimited' || cpu.periods === null || cpu.throttledPeriods === null) return []
  const earlier = view.order?.by === 'clock' && view.before ? (machineOf(view.before)?.cgroups ?? []) : []
  const then = earlier.find((one) => one.path === sample.path)?.cpu
  if (then && then.periods !== null && then.throttledPeriods !== null && cpu.periods >= then.periods) {
    const periods = cpu.periods - then.periods
    const throttled = cpu.throttledPeriods - then.throttledPeriods
    const us = cpu.throttledUs === null || then.throttledUs === null ? null : cpu.throttledUs - then.throttledUs
    return periods < FEW_PERIODS ? [] : [{ sample, share: (100 * throttled) / periods, throttledUs: us, now: true }]
  }
  const share = cpu.periods < FEW_PERIODS ? 0 : (100 * cpu.throttledPeriods) / cpu.periods
  return share > 0 ? [{ sample, share, throttledUs: cpu.throttledUs, now: false }] : []
}

function delaysOf(view: View, seen: readonly OwnerSeen[]): readonly RunDelay[] {
  const seconds = secondsBetween(view.before?.snapshot.takenAt ?? null, view.snapshot.takenAt)
  if (seconds === null) return []
  return seen.flatMap(({ now, before }): readonly RunDelay[] => {
    if (!now.cpuTime || !before?.cpuTime) return []
    const waitedMs = (now.cpuTime.waitedUs - before.cpuTime.waitedUs) / 1000
    const ranMs = (now.cpuTime.ranUs - before.cpuTime.ranUs) / 1000
    const starved = waitedMs >= WAITED_SHARE * 1000 * seconds && waitedMs >= ranMs
    return starved && ranMs >= 0 ? [{ process: now, waitedMs, ranMs, seconds }] : []
  })
}

function pressureOf(view: View, seen: readonly OwnerSeen[]): Pressure | null {
  const cgroups = seen.flatMap(({ now }) => now.cgroup ?? [])
  const full = (machineOf(view)?.pressure ?? []).filter(
    (one) =>
      one.resource === 'cpu' &&
      one.kind === 'full' &&
      one.cgroup !== null &&
      cgroups.includes(one.cgroup) &&
      one.avg10 >= CGROUP_PRESSURE,
  )
  return full[0] ?? null
}

/** Only where it is too much: a hypervisor that takes the CPU away, or more tasks than it can run. */
function strained(cpu: CpuUse | null, cores: number | null): CpuUse | null {
  if (cpu === null) return null
  const crowded = cores !== null && cpu.runQueue !== null && cpu.runQueue > RUN_QUEUE_PER_CORE * cores
  return cpu.steal >= STEAL || (crowded && cpu.idle < 5) ? cpu : null
}

const NOT_MEASURED: Text = {
  en: 'how long the owner of a late queue waited for a CPU was not measured twice: recvq diagnose on the node does; by hand: cpu.stat of its cgroup, /proc/PID/schedstat',
  zh: '没有对 accept 迟缓的进程做两次 CPU 等待时间的测量：在节点上运行 recvq diagnose 即可；手工方法：其 cgroup 的 cpu.stat、/proc/PID/schedstat',
}
