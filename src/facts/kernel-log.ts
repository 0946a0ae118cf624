import type { KernelEvent, KernelEventKind } from '../model/machine.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** What the kernel's log says of one kind of trouble. */
export interface Logged {
  readonly events: readonly KernelEvent[]
  /** Seconds from the last of them to this reading; null where log and uptime cannot be held against each other. */
  readonly secondsAgo: number | null
}

/** Messages of one kind. Gaps: incomplete unless the whole log was seen; it is a ring, so even then older ones may be gone. */
export const logged = (kind: KernelEventKind): Need<Logged> =>
  need(`kernel log ${kind}`, (view) => {
    const part = view.snapshot.machine
    const isRead = part.ok && (part.data.kernelLog.length > 0 || isWhole(view))
    if (!part.ok || !isRead) return missing(NO_LOG)
    const events = part.data.kernelLog.filter((one) => one.kind === kind)
    return got({ events, secondsAgo: agoOf(events, view) }, isWhole(view) ? null : NO_LOG)
  })

function isWhole({ snapshot: { machine } }: View): boolean {
  return machine.ok && machine.coverage.some((set) => set.of === 'keys' && set.keys.includes('kernelLog'))
}

function agoOf(events: readonly KernelEvent[], { snapshot }: View): number | null {
  const last = events.at(-1)?.sinceBootSeconds ?? null
  const { uptimeSeconds } = snapshot.node
  return last === null || uptimeSeconds === null || uptimeSeconds < last ? null : uptimeSeconds - last
}

const NO_LOG = { en: 'the kernel log was not captured whole (dmesg)', zh: '没有采集到完整的内核日志（dmesg）' }
