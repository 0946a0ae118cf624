import type { Confidence } from '../model/finding.ts'
import type { Origin } from '../model/part.ts'
import type { Process } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { lateQueues, ownersSeen } from './late-queues.ts'
import { listeners } from './listeners.ts'
import { machineOf } from './machine-signs.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { byHolder, type Held, holderOf } from './owners.ts'
import type { HeldListener } from './stopped-owners.ts'

/** One sign that a program may open nothing more. */
export type DescriptorSign =
  /** Counted at this moment. */
  | { readonly kind: 'at-limit'; readonly process: Process; readonly open: number; readonly limit: number }
  /** accept() failed while strace looked on. */
  | { readonly kind: 'strace'; readonly syscall: string; readonly count: number; readonly origin: Origin }
  /** It says so in its own log. */
  | { readonly kind: 'log'; readonly count: number; readonly when: string | null; readonly origin: Origin }

/** A program that listens and has run out of descriptors. */
export interface DescriptorLimit extends Held<HeldListener> {
  readonly signs: readonly DescriptorSign[]
  /** Connections wait for it, or are turned away. */
  readonly late: boolean
  readonly confidence: Confidence
}

/** The whole machine at fs.file-max. */
export interface FileTable {
  readonly used: number | null
  readonly max: number | null
  readonly origin: Origin
  readonly logged: boolean
}

export interface DescriptorLimits {
  readonly programs: readonly DescriptorLimit[]
  readonly table: FileTable | null
}

/** Who ran out of descriptors. Gaps: missing where neither counts of descriptors nor any error of accept() was captured. */
export const descriptorLimits: Need<DescriptorLimits> = need('descriptor-limits', (view) => {
  const all = listeners.get(view)
  const table = tableOf(view)
  if (!all.ok) {
    const logged = loggedAlone(view)
    return logged.length === 0 && table === null ? all : got({ programs: logged, table }, all.why)
  }
  const held = all.value.map((listener): HeldListener => ({ listener, holder: holderOf(view, listener) }))
  const groups = byHolder(held).filter((group) => group.holder !== null)
  const late = lateQueues.get(view)
  const lateOnes = new Set(late.ok ? late.value.map((one) => one.listener) : [])
  const counted = groups.filter((group) =>
    ownersSeen(view, group.holder).some(({ now }) => now.fds !== null && now.fds.limit !== null),
  )
  const programs = groups.flatMap((group): readonly DescriptorLimit[] => {
    const signs = signsOf(view, group, groups.length)
    const isLate = group.items.some((one) => lateOnes.has(one.listener))
    const confidence = judge(signs)
    return confidence ? [{ ...group, signs, late: isLate, confidence }] : []
  })
  if (programs.length === 0 && table === null && counted.length === 0 && groups.length > 0) return missing(NOT_COUNTED)
  const uncounted = counted.length < byHolder(held).length
  return got({ programs, table }, all.incomplete ?? (uncounted ? NOT_COUNTED : null))
})

/** A program's own log without any listing: it says of itself that accept() failed. */
function loggedAlone(view: View): readonly DescriptorLimit[] {
  // A log is of the machine: told once, not in each of its namespaces.
  if (view.snapshot.netns[0] !== view.netns) return []
  const errors = (machineOf(view)?.acceptErrors ?? []).filter(({ error }) => error === 'EMFILE')
  const programs = new Set(errors.flatMap(({ program }) => program ?? []))
  return [...programs].flatMap((program): readonly DescriptorLimit[] => {
    const own = errors.filter((one) => one.program === program)
    const last = own.at(-1)
    if (!last) return []
    const pids = [...new Set(own.flatMap(({ pid }) => pid ?? []))]
    const signs = [{ kind: 'log' as const, count: own.length, when: last.when, origin: last.origin }]
    return [{ holder: { program, pids, inferred: false }, items: [], signs, late: false, confidence: 'likely' }]
  })
}

function judge(signs: readonly DescriptorSign[]): Confidence | null {
  if (signs.some((one) => one.kind === 'at-limit' || one.kind === 'strace')) return 'certain'
  return signs.length === 0 ? null : 'likely'
}

function signsOf(view: View, { holder }: Held<HeldListener>, programs: number): readonly DescriptorSign[] {
  const machine = machineOf(view)
  const pids = new Set(holder?.pids ?? [])
  const names = holder?.program.split(', ') ?? []
  const atLimit = ownersSeen(view, holder).flatMap(({ now, by }): readonly DescriptorSign[] => {
    const { open, limit } = now.fds ?? { open: 0, limit: null }
    return by === 'pid' && limit !== null && limit > 0 && open >= limit
      ? [{ kind: 'at-limit', process: now, open, limit }]
      : []
  })
  const traced = (machine?.syscalls ?? []).flatMap((call): readonly DescriptorSign[] => {
    const count = call.errorNames.EMFILE ?? 0
    const own = call.pid === null ? programs === 1 : pids.has(call.pid)
    return own && count > 0 && /^accept4?$/.test(call.syscall)
      ? [{ kind: 'strace', syscall: call.syscall, count, origin: call.origin }]
      : []
  })
  const errors = (machine?.acceptErrors ?? []).filter(
    (one) =>
      one.error === 'EMFILE' &&
      (pids.has(one.pid ?? -1) || names.includes(one.program ?? '') || (one.program === null && programs === 1)),
  )
  const last = errors.at(-1)
  return [
    ...atLimit,
    ...traced,
    ...(last ? [{ kind: 'log' as const, count: errors.length, when: last.when, origin: last.origin }] : []),
  ]
}

/** Allocated, free (0 since 2.6), and fs.file-max, beyond which only root may open files. */
function tableOf(view: View): FileTable | null {
  const { sysctls } = view.netns
  const text = sysctls.ok ? sysctls.data.values['fs.file-nr'] : undefined
  const [used = Number.NaN, free = Number.NaN, max = Number.NaN] = (text ?? '').split(/\s+/).map(Number)
  const full = Number.isFinite(max) && max > 0 && used - free >= max
  const event = machineOf(view)?.kernelLog.findLast((one) => one.kind === 'file-table-full')
  const enfile = machineOf(view)?.acceptErrors.findLast((one) => one.error === 'ENFILE')
  const origin = full && sysctls.ok ? sysctls.data.origins['fs.file-nr'] : (event?.origin ?? enfile?.origin)
  if (!origin) return null
  return {
    used: Number.isFinite(used) ? used - free : null,
    max: Number.isFinite(max) ? max : null,
    origin,
    logged: !full,
  }
}

const NOT_COUNTED: Text = {
  en: 'open descriptors and their limits were not captured for every listening program (as root: ls /proc/PID/fd | wc -l, grep files /proc/PID/limits)',
  zh: '没有采集到每个监听程序的描述符数量和上限（以 root 执行：ls /proc/PID/fd | wc -l、grep files /proc/PID/limits）',
}
