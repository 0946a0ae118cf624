import type { Hint } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { type Counter, type Deltas, deltas, totals } from './counters.ts'
import { isKernelAtLeast } from './kernel-release.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { everySysctl, type Sysctl } from './sysctls.ts'

export const TW_RECYCLE = 'net.ipv4.tcp_tw_recycle'
export const TIMESTAMPS = 'net.ipv4.tcp_timestamps'

/** A count since boot and what it gained between the readings; null: not captured. */
export interface Moving {
  readonly total: Counter | null
  readonly grown: Counter | null
}

/** What is known of tcp_tw_recycle here and of what it did. */
export interface TwRecycle {
  readonly setting: Sysctl | null
  readonly timestamps: Sysctl | null
  /** SYNs rejected by it: PAWSPassive. Nothing else raises that counter, and it went with the sysctl. */
  readonly rejected: Moving
  /** Drops at listeners that are no overflow: ListenDrops − ListenOverflows. Others raise it too. */
  readonly otherDrops: Moving
  readonly deltas: Deltas | null
  /** Said, not read: the sysctl's name beside a value, or beside dropped SYNs. */
  readonly hint: Hint | null
}

/**
 * The setting, the counters it moves, and what people said of it.
 * The sysctl is one variable for the whole machine (tcp_death_row, until it went in Linux 4.12), so a value read in any
 * namespace of the node holds in all of them.
 * Gaps: missing where neither the setting, nor its counter, nor a hint is there, and the kernel may have it.
 */
export const twRecycle: Need<TwRecycle> = need('tw-recycle', (view) => {
  const setting = anySysctl(view, TW_RECYCLE)
  const gained = deltas.get(view)
  const moved = gained.ok ? gained.value : null
  const rejected = { total: total(view, 'TcpExtPAWSPassive'), grown: moved?.of('TcpExtPAWSPassive') ?? null }
  const hasRejected = (rejected.total?.value ?? 0) > 0
  const isGone = isKernelAtLeast(view, 4, 12)
  const hint = setting === null && isGone !== true && !hasRejected ? hintOf(view) : null
  if (setting === null && !hasRejected && hint === null && isGone !== true) return missing(NOT_CAPTURED)
  const timestamps = anySysctl(view, TIMESTAMPS)
  return got({ setting, timestamps, rejected, otherDrops: otherDrops(view, moved), deltas: moved, hint })
})

function anySysctl(view: View, key: string): Sysctl | null {
  const all = everySysctl(view, key)
  const host = view.snapshot.netns.find((one) => one.kind === 'host')?.key
  return all.find((one) => one.netns === view.netns.key) ?? all.find((one) => one.netns === host) ?? all[0] ?? null
}

function total(view: View, name: string): Counter | null {
  const read = totals([name]).get(view)
  return read.ok ? (read.value[name] ?? null) : null
}

function otherDrops(view: View, moved: Deltas | null): Moving {
  const of = (read: (name: string) => Counter | null): Counter | null => {
    const [drops, overflows] = [read('TcpExtListenDrops'), read('TcpExtListenOverflows')]
    return drops && overflows ? { value: drops.value - overflows.value, origin: drops.origin } : null
  }
  return { total: of((name) => total(view, name)), grown: moved ? of(moved.of) : null }
}

/** The name alone may stand in any text on tuning; it takes a value, or talk of dropped SYNs or NAT, beside it. Once a reading. */
function hintOf({ snapshot, netns }: View): Hint | null {
  if (netns !== snapshot.netns[0]) return null
  const named = snapshot.hints.find((hint) => hint.kind === 'sysctl' && hint.value.startsWith(TW_RECYCLE))
  const isBeside = snapshot.hints.some(
    ({ kind, value }) =>
      (kind === 'sysctl' && value.startsWith(`${TW_RECYCLE}=`)) ||
      (kind === 'counter' && (value === 'TcpExtListenDrops' || value === 'TcpExtPAWSPassive')) ||
      (kind === 'topic' && value === 'nat'),
  )
  return named && isBeside ? named : null
}

const NOT_CAPTURED: Text = {
  en: 'net.ipv4.tcp_tw_recycle was not captured, nor was a kernel version of 4.12 or later, which has it no more (sysctl net.ipv4.tcp_tw_recycle; uname -r)',
  zh: '没有采集到 net.ipv4.tcp_tw_recycle，也没有采集到 4.12 及以后（已取消该参数）的内核版本（sysctl net.ipv4.tcp_tw_recycle；uname -r）',
}
