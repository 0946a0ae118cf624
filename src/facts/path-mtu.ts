import type { NatRule } from '../model/nat.ts'
import type { Link, Probe } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { type Counter, deltas, readCounter, totalCounters } from './counters.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type TightOverlay, tightOverlays } from './overlay-mtu.ts'
import { type StuckSegment, stuckSegments } from './stuck-segments.ts'
import { type Sysctl, sysctl } from './sysctls.ts'

/** An address that answers small packets and none of the large ones, and nobody said that they are too large. */
export interface SizedSilence {
  readonly address: string
  readonly answered: Probe
  readonly silent: Probe
}

/** A rule of this machine that drops the very message that tells of a smaller size. */
export interface IcmpDrop {
  readonly rule: NatRule
  readonly origin: Origin
}

/** What is known of the sizes that paths from here carry. */
export interface PathMtu {
  readonly silences: readonly SizedSilence[]
  readonly stuck: readonly StuckSegment[]
  readonly overlays: readonly TightOverlay[]
  readonly icmpDrops: readonly IcmpDrop[]
  /** Packets that were too large to be forwarded and not to be cut (IpFragFails); wrapped ones that were cut (IpFragCreates). */
  readonly fragFails: Growth | null
  readonly fragCreates: Growth | null
  /** TCP tried other sizes (tcp_mtu_probing). */
  readonly tried: Growth | null
  readonly probing: Sysctl | null
  readonly seconds: number | null
  /** A large packet that came through, and the largest size that somebody told of. */
  readonly passed: Probe | null
  readonly told: Probe | null
}

export interface Growth {
  readonly total: Counter
  /** Between the readings; null: no earlier one. */
  readonly grown: number | null
}

/** What every path carries (IPv4: RFC 791), and what Ethernet carries. */
const SMALL = 576
const FULL = 1400
const ETHERNET = 1500
const JUMBO = 9216

/**
 * Gaps: missing where neither interfaces, probes, captures nor counters were seen; incomplete unless a large packet was answered:
 *       counters and settings do not show that paths carry one
 */
export const pathMtu: Need<PathMtu> = need('path-mtu', (view) => {
  const { network } = view.netns
  const probes = (network.ok ? (network.data.probes ?? []) : []).filter((one) => one.tool === 'ping')
  const captures = isFirst(view) && view.snapshot.captures.ok ? view.snapshot.captures.data : []
  const links = network.ok ? network.data.links : null
  const counters = totalCounters(view.netns)
  if (links === null && probes.length === 0 && captures.length === 0 && !counters) return missing(NOTHING)
  const growth = deltas.get(view)
  const probing = sysctl('net.ipv4.tcp_mtu_probing').get(view)
  const passed = probes.find((one) => one.outcome === 'answered' && (one.bytes ?? 0) >= FULL) ?? null
  const read = (name: string): Growth | null => {
    const total = counters && readCounter(counters, name)
    return total ? { total, grown: growth.ok ? (growth.value.of(name)?.value ?? null) : null } : null
  }
  return got(
    {
      silences: silencesIn(probes, Math.max(ETHERNET, ...(links ?? []).map(sizeOf))),
      stuck: captures.flatMap(stuckSegments),
      overlays: tightOverlays(view),
      icmpDrops: icmpDropsIn(view),
      fragFails: read('IpFragFails'),
      fragCreates: read('IpFragCreates'),
      tried: read('TcpExtTCPMTUPSuccess'),
      probing: probing.ok ? probing.value : null,
      seconds: growth.ok ? growth.value.seconds : null,
      passed,
      told: probes.find((one) => (one.mtu ?? 0) > 0) ?? null,
    },
    passed ? null : NOT_TRIED,
  )
})

/** Captures are of the machine: they are judged once. */
const isFirst = ({ snapshot, netns }: View): boolean => snapshot.netns[0]?.key === netns.key

/** Of the loopback it is 65536, and says nothing of a path. */
const sizeOf = ({ name, mtu }: Link): number => (name === 'lo' || (mtu ?? 0) > JUMBO ? 0 : (mtu ?? 0))

/** Larger ones than leave here whole are cut, and fragments are dropped in many places: that tells nothing of sizes. */
function silencesIn(probes: readonly Probe[], whole: number): readonly SizedSilence[] {
  const byAddress = Map.groupBy(probes, (one) => one.target.address)
  return [...byAddress].flatMap(([address, own]): readonly SizedSilence[] => {
    const silent = own.filter(
      (one) => one.outcome === 'timed-out' && one.mtu === null && isBetween(one.bytes, SMALL, whole),
    )
    const answered = own.filter((one) => one.outcome === 'answered' && one.bytes !== null)
    const least = silent.toSorted((a, b) => (a.bytes ?? 0) - (b.bytes ?? 0))[0]
    const most = answered.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))[0]
    if (!least || !most || (most.bytes ?? 0) >= (least.bytes ?? 0)) return []
    return [{ address, answered: most, silent: least }]
  })
}

const isBetween = (bytes: number | null, above: number, most: number): boolean =>
  bytes !== null && bytes > above && bytes <= most

/** Rules that drop ICMP whole, or the "fragmentation needed" of it. Echo requests alone are another matter. */
function icmpDropsIn({ netns: { nat } }: View): readonly IcmpDrop[] {
  if (!nat.ok) return []
  return nat.data.listings.flatMap(({ rules, origin }) =>
    rules.flatMap((rule) => {
      const text = rule.conditions.join(' ').toLowerCase()
      const isOfSize =
        /fragmentation-needed|destination-unreachable|packet-too-big|icmp-?v?6?[ -]?type 3\b|icmptype 3\b/.test(text)
      const isIcmp = rule.protocol === 'icmp' || rule.protocol === 'ipv6-icmp' || /\bip protocol icmp\b/.test(text)
      const takes = /^drop$/i.test(rule.target ?? '') && isIcmp && rule.source === null
      if (!takes || !(isOfSize || (text.trim() === '' && rule.destination === null))) return []
      return [{ rule, origin: 'file' in origin ? { ...origin, line: rule.line } : origin }]
    }),
  )
}

const NOTHING = {
  en: 'neither interfaces, probes, captures nor counters were captured (ip link, ping -M do -s 1472 ADDRESS)',
  zh: '没有采集到接口、探测、抓包或计数器（ip link、ping -M do -s 1472 地址）',
}
const NOT_TRIED = {
  en: 'no large packet was sent to see whether it arrives: ping -M do -s 1472 ADDRESS, beside a small one',
  zh: '没有用大报文验证能否到达：ping -M do -s 1472 地址，并与小报文对照',
}
