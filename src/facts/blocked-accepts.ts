import type { Confidence } from '../model/finding.ts'
import type { KernelEvent, Pressure } from '../model/machine.ts'
import type { Process } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { type LateQueue, lateQueues, type OwnerSeen, ownersSeen } from './late-queues.ts'
import {
  type BusyDisk,
  busyDisks,
  type CpuUse,
  cpuUse,
  machineOf,
  silentNfsServers,
  toldWhole,
} from './machine-signs.ts'
import { got, type Need, need, type View } from './need.ts'
import { byHolder, type Held } from './owners.ts'
import { isIo, type WaitsFor, waitsFor } from './wait-channels.ts'

/** A process of a late queue's owner with threads in uninterruptible sleep. */
export interface BlockedProcess {
  readonly process: Process
  readonly threads: number
  /** How many threads were looked at; a row of `ps` counts as one. */
  readonly of: number
  readonly wchan: string | null
  readonly waits: WaitsFor
  /** It was so at the reading before, too. */
  readonly twice: boolean
}

/** What the machine shows that would hold up input and output. */
export interface IoSigns {
  /** Tasks that all waited for I/O at once, of the machine or of the owner's cgroup: percent of the last 10 s. */
  readonly pressure: Pressure | null
  readonly cpu: CpuUse | null
  readonly disks: readonly BusyDisk[]
  readonly silent: ReturnType<typeof silentNfsServers>
  readonly hung: readonly KernelEvent[]
}

export interface BlockedAccept extends Held<LateQueue> {
  /** Empty: nothing of the owner was seen blocked. */
  readonly blocked: readonly BlockedProcess[]
  /** The owner's processes by their numbers, not by their names alone. */
  readonly byPid: boolean
  readonly signs: IoSigns
  readonly confidence: Confidence
}

/** All tasks at once stood still for a tenth of the time: what users feel. */
const PRESSURE = 10
/** Of a CPU's time; a backup makes as much on a healthy node, which is why it proves nothing by itself. */
const IOWAIT = 30

/**
 * Late queues whose owner waits for a disk or a server.
 * Gaps: incomplete where there is a late queue, and the states of its owner's processes were not seen
 */
export const blockedAccepts: Need<readonly BlockedAccept[]> = need('blocked-accepts', (view) => {
  const late = lateQueues.get(view)
  if (!late.ok) return late
  let unseen = false
  const found = byHolder(late.value).flatMap((held): readonly BlockedAccept[] => {
    const seen = ownersSeen(view, held.holder)
    const told = seen.some(({ now }) => now.state !== null || now.threads !== null)
    const signs = signsOf(view, held, seen)
    const blocked = seen.flatMap(asBlocked)
    const byPid = seen.some((one) => one.by === 'pid')
    const confidence = judge(held, blocked, seen, signs)
    if (confidence) return [{ ...held, blocked, byPid, signs, confidence }]
    unseen ||= !told
    return []
  })
  return got(found, late.incomplete ?? (unseen ? NOT_SEEN : null))
})

/** null: it is not blocked, or by something that is no input or output. */
function asBlocked({ now, before }: OwnerSeen): readonly BlockedProcess[] {
  const own = now.threads?.blocked.map(({ wchan, count }) => ({ wchan, count, waits: waitsFor(wchan) })) ?? []
  const single = now.state === 'D' ? [{ wchan: now.wchan, count: 1, waits: waitsFor(now.wchan) }] : []
  const all = (own.length > 0 ? own : single).filter(
    ({ waits }) => waits === null || waits === 'lock' || waits === 'other' || isIo(waits),
  )
  const main = [...all].sort((a, b) => Number(isIo(b.waits)) - Number(isIo(a.waits)) || b.count - a.count)[0]
  if (!main) return []
  return [
    {
      process: now,
      threads: all.reduce((sum, one) => sum + one.count, 0),
      of: now.threads?.looked ?? 1,
      wchan: main.wchan,
      waits: main.waits,
      twice: before !== null && (before.state === 'D' || (before.threads?.states.D ?? 0) > 0),
    },
  ]
}

function judge(
  held: Held<LateQueue>,
  blocked: readonly BlockedProcess[],
  seen: readonly OwnerSeen[],
  signs: IoSigns,
): Confidence | null {
  const { pressure, cpu, disks, silent, hung } = signs
  const machineWide = silent.length > 0 || pressure !== null || disks.some((one) => one.hangs)
  const some = machineWide || disks.length > 0 || (cpu?.iowait ?? 0) >= IOWAIT
  if (blocked.length === 0) {
    // Nobody looked at the owner: the machine alone makes it possible, no more. Where somebody looked, it is not so.
    const looked = seen.some(({ now }) => now.state !== null || now.threads !== null)
    return !looked && machineWide && held.items.some((one) => one.sign !== 'half-full') ? 'possible' : null
  }
  const io = blocked.filter((one) => isIo(one.waits))
  const told = hung.some((event) => blocked.some(({ process }) => isOf(event, process)))
  const stands = blocked.some((one) => one.twice)
  const waiting = blocked.reduce((sum, one) => sum + one.threads, 0)
  const all = seen.reduce((sum, { now }) => sum + (now.threads?.looked ?? 1), 0)
  // accept() may be the call of one thread of many: which one it is no file tells. Half of them, or the first one, is enough.
  const most = waiting * 2 >= all || blocked.some(({ process }) => process.state === 'D')
  const proven = io.some((one) => one.twice) || (io.length > 0 && (silent.length > 0 || told))
  if (proven && most && seen.some((one) => one.by === 'pid')) return 'certain'
  if ((io.length > 0 && most && (stands || some || waiting > 1)) || proven || (stands && (some || told)))
    return 'likely'
  return io.length > 0 || stands || some ? 'possible' : null
}

const isOf = ({ who, pid }: KernelEvent, process: Process): boolean =>
  pid === process.pid || (who !== null && who === process.comm)

function signsOf(view: View, held: Held<LateQueue>, seen: readonly OwnerSeen[]): IoSigns {
  const machine = machineOf(view)
  const cgroups = seen.flatMap(({ now }) => now.cgroup ?? [])
  const full = (machine?.pressure ?? []).filter(
    (one) =>
      one.resource === 'io' &&
      one.kind === 'full' &&
      one.avg10 >= PRESSURE &&
      (one.cgroup === null || cgroups.includes(one.cgroup)),
  )
  const names = new Set([...(held.holder?.program.split(', ') ?? []), ...seen.map(({ now }) => now.comm)])
  const pids = new Set(held.holder?.pids ?? [])
  const uptime = view.snapshot.node.uptimeSeconds
  const hung = (machine?.kernelLog ?? []).filter(
    (event) =>
      event.kind === 'hung-task' &&
      (pids.has(event.pid ?? -1) || names.has(event.who ?? '')) &&
      (uptime === null || event.sinceBootSeconds === null || uptime - event.sinceBootSeconds <= RECENT_SECONDS),
  )
  const cpu = cpuUse(view)
  return {
    pressure: [...full].sort((a, b) => b.avg10 - a.avg10)[0] ?? null,
    cpu: cpu !== null && cpu.iowait >= IOWAIT ? cpu : null,
    disks: busyDisks(view),
    silent: silentNfsServers(view),
    hung,
  }
}

/** The kernel looks every 120 s (kernel.hung_task_timeout_secs), and tells of ten tasks in all. */
const RECENT_SECONDS = 600

/** Was the kernel's log read? */
export const logTold = (view: View): boolean => toldWhole(view, 'kernelLog')

const NOT_SEEN: Text = {
  en: 'what the processes of a late queue are doing was not captured: ps -eLo pid,tid,stat,wchan:32,comm shows it',
  zh: '没有采集到 accept 迟缓的进程在做什么：ps -eLo pid,tid,stat,wchan:32,comm 可以看到',
}
