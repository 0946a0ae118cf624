import type { Origin } from '../model/part.ts'
import type { Counters, Netns } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { type Got, got, missing, type Need, need, type View } from './need.ts'

/** One counter, with the line it was read from. */
export interface Counter {
  readonly value: number
  readonly origin: Origin
}

/** What a rule asked for by name. A name that was not captured is null, never 0. */
export type Totals<K extends string> = Readonly<Record<K, Counter | null>>

/** Two readings of the same counters, subtracted. */
export interface Deltas {
  /** null: not captured at both readings. */
  readonly of: (name: string) => Counter | null
  /** Between the readings; null unless both are dated. */
  readonly seconds: number | null
  /** Both readings name the same boot. Otherwise it is assumed, because no counter fell. */
  readonly sameBoot: boolean
}

/**
 * Names of Tcp and Ip that are settings or present counts, not sums since boot: they may fall at any time.
 * Source: RFC 4022 (tcpCurrEstab is a Gauge32), RFC 4293; net/ipv4/proc.c.
 */
const GAUGES: ReadonlySet<string> = new Set([
  'TcpCurrEstab',
  'TcpMaxConn',
  'TcpRtoAlgorithm',
  'TcpRtoMax',
  'TcpRtoMin',
  'IpForwarding',
  'IpDefaultTTL',
])

/**
 * Read one counter.
 * Gaps: null when it was not captured; 0 only where the way of reading leaves zeros out (`netstat -s` does, grep does not).
 */
export function readCounter(counters: Counters, name: string): Counter | null {
  const value = counters.values[name]
  const origin = counters.origins[name] ?? Object.values(counters.origins)[0] ?? { via: 'counters' }
  if (value !== undefined) return { value, origin }
  return counters.absentIsZero ? { value: 0, origin } : null
}

/**
 * Totals, by name.
 * Gaps: skips the rule when a `required` name was not captured; an `optional` one is null then. A difference over an unknown
 *       time (plain nstat) is less than the total: what it shows is so, what it does not show is not cleared by it.
 */
export function totals<R extends string, O extends string = never>(
  required: readonly R[],
  optional: readonly O[] = [],
): Need<Readonly<Record<R, Counter>> & Totals<O>> {
  return need(`totals ${required.join()} ${optional.join()}`, (view) => {
    const part = view.netns.counters
    if (!part.ok) return missing(notRead(part.detail))
    const found: Record<string, Counter | null> = {}
    for (const name of [...required, ...optional]) found[name] = readCounter(part.data, name)
    const lacking = required.filter((name) => found[name] === null)
    if (lacking.length > 0) return missing(notCaptured(lacking))
    return got(found as Record<R, Counter> & Totals<O>, part.data.kind === 'total' ? null : ONLY_A_DIFFERENCE)
  })
}

/** What counters gained since the reading before. Missing where there is none, or where a counter fell: that is another boot. */
export const deltas: Need<Deltas> = need('deltas', (view) => {
  if (view.before === null) return missing(ONE_READING)
  const [then, now] = [view.before.netns.counters, view.netns.counters]
  if (!now.ok) return missing(notRead(now.detail))
  if (!then.ok) return missing(notRead(then.detail))
  return subtract(then.data, now.data, view, view.before)
})

function subtract(then: Counters, now: Counters, view: View, before: View): Got<Deltas> {
  if (then.kind !== 'total' || now.kind !== 'total') return missing(ONLY_A_DIFFERENCE)
  const fallen = compareCounters(then, now).fell[0]
  if (fallen !== undefined) return missing(otherBoot(fallen))
  const of = (name: string): Counter | null => {
    const [a, b] = [readCounter(then, name), readCounter(now, name)]
    return a && b ? { value: b.value - a.value, origin: b.origin } : null
  }
  const boot = view.snapshot.node.bootId
  return got({
    of,
    seconds: secondsBetween(before.snapshot.takenAt, view.snapshot.takenAt),
    sameBoot: boot !== null && boot === before.snapshot.node.bootId,
  })
}

/** Names that both hold and that can only grow, by what became of them. */
export function compareCounters(then: Counters, now: Counters): { readonly grew: string[]; readonly fell: string[] } {
  const grew: string[] = []
  const fell: string[] = []
  for (const [name, value] of Object.entries(now.values)) {
    const old = then.values[name]
    if (old === undefined || GAUGES.has(name) || old === value) continue
    if (value > old) grew.push(name)
    else fell.push(name)
  }
  if (now.absentIsZero)
    fell.push(...Object.keys(then.values).filter((name) => (then.values[name] ?? 0) > 0 && !(name in now.values)))
  return { grew, fell: fell.filter((name) => !GAUGES.has(name)) }
}

/** Seconds from one RFC 3339 time to another; null unless both are known and in this order. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null
}

/** Two readings further apart than this say nothing about the moment of the second. */
const RECENT_SECONDS = 3600

/** Does what happened between two readings stand for *now*? Undated ones of one input are taken to lie close together. */
export const isRecent = (seconds: number | null): boolean => seconds === null || seconds <= RECENT_SECONDS

/** A part of a whole in percent, with as many digits as it takes to be more than nothing. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '—'
  const value = (100 * part) / whole
  if (value > 0 && value < 0.01) return '< 0.01 %'
  if (value < 1) return `${Number(value.toFixed(2))} %`
  return part < whole && value > 99.95
    ? `${(Math.floor(value * 100) / 100).toFixed(2)} %`
    : `${Number(value.toFixed(1))} %`
}

/** Over which time the counters of this view were summed up, to stand in a sentence. */
export function periodOf(view: View): Text {
  const { counters, kind } = view.netns
  if (counters.ok && counters.data.kind === 'delta') return SINCE_UNKNOWN
  return kind === 'host' ? SINCE_BOOT : kind === 'unplaced' ? SINCE_EITHER : SINCE_MADE
}

/** The counters of a namespace where they are totals, else null. */
export function totalCounters(netns: Netns): Counters | null {
  return netns.counters.ok && netns.counters.data.kind === 'total' ? netns.counters.data : null
}

const SINCE_BOOT: Text = { en: 'since boot', zh: '开机以来' }
const SINCE_MADE: Text = { en: 'since this network namespace was made', zh: '自该网络命名空间创建以来' }
const SINCE_EITHER: Text = {
  en: 'since boot, or since its network namespace was made',
  zh: '开机（或该网络命名空间创建）以来',
}
const SINCE_UNKNOWN: Text = { en: 'since nstat was last run there', zh: '自上一次运行 nstat 以来' }
const ONE_READING: Text = {
  en: 'needs a second reading of the same counters, known to be later',
  zh: '需要同一组计数器的第二次读数，并且已知先后次序',
}
const ONLY_A_DIFFERENCE: Text = {
  en: 'the counters were printed as a difference over an unknown time (plain nstat); totals are needed: nstat -az',
  zh: '这些计数器是某段未知时间内的增量（不带参数的 nstat）；需要开机以来的总数：nstat -az',
}
const notRead = (detail: string): Text => ({
  en: `counters were not read: ${detail}`,
  zh: `没有读到计数器：${detail}`,
})
const notCaptured = (names: readonly string[]): Text => ({
  en: `not captured: ${names.join(', ')} (nstat -az shows it)`,
  zh: `没有采集到：${names.join('、')}（可用 nstat -az 查看）`,
})
const otherBoot = (name: string): Text => ({
  en: `${name} fell between the two readings: the node was restarted or the namespace made anew, so nothing can be subtracted`,
  zh: `${name} 在两次读数之间变小了：节点重启过，或者网络命名空间重建过，无法相减`,
})
