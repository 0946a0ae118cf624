import type { KernelEvent } from '../model/machine.ts'
import type { Link } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { type Counter, deltas, readCounter, totalCounters } from './counters.ts'
import { logged } from './kernel-log.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { ownAddresses } from './own-addresses.ts'

/** One protocol's packets that were thrown away for their checksum. */
export interface Rejected {
  readonly protocol: 'UDP' | 'TCP'
  readonly total: Counter
  readonly grown: number | null
  /** What came in altogether, over the same times; null: not captured. */
  readonly received: number | null
  readonly receivedGrown: number | null
}

/** A tunnel's packets that came in with a wrong checksum, as somebody's capture at the receiver shows. */
export interface CapturedBad {
  readonly from: string
  readonly count: number
  readonly origin: Origin
}

export interface BadChecksums {
  readonly rejected: readonly Rejected[]
  readonly seconds: number | null
  readonly log: readonly KernelEvent[]
  readonly logSecondsAgo: number | null
  readonly captured: readonly CapturedBad[]
  /** Interfaces that wrap into UDP. */
  readonly tunnels: readonly Link[]
  /** Those whose checksums the next device is to fill in, as `ethtool -k` says. */
  readonly offloading: readonly { readonly link: string; readonly feature: string; readonly origin: Origin }[]
  /** Has this kernel the repair of 2020? null: not known. */
  readonly isRepaired: boolean | null
}

const PROTOCOLS = [
  { protocol: 'UDP', name: 'UdpInCsumErrors', base: 'UdpInDatagrams' },
  { protocol: 'TCP', name: 'TcpInCsumErrors', base: 'TcpInSegs' },
] as const

const TUNNEL = /^(?:vxlan|flannel\.\d|cilium_(?:vxlan|geneve)|geneve|genev_sys|antrea-tun)/

/** Gaps: missing where neither counters nor log nor settings were seen; incomplete unless both protocols' counters were */
export const badChecksums: Need<BadChecksums> = need('bad-checksums', (view) => {
  const { network, kind } = view.netns
  const counters = totalCounters(view.netns)
  const growth = deltas.get(view)
  const grown = (name: string) => (growth.ok ? (growth.value.of(name)?.value ?? null) : null)
  const rejected = PROTOCOLS.flatMap(({ protocol, name, base }): readonly Rejected[] => {
    const total = counters && readCounter(counters, name)
    if (!total) return []
    const received = readCounter(counters, base)?.value ?? null
    return [{ protocol, total, grown: grown(name), received, receivedGrown: grown(base) }]
  })
  const log = kind === 'host' || kind === 'unplaced' ? logged('bad-checksum').get(view) : null
  const events = log?.ok ? log.value.events : []
  const links = network.ok ? (network.data.links ?? []) : []
  const tunnels = links.filter((one) => TUNNEL.test(one.name) && one.state !== 'DOWN')
  const nics = network.ok ? (network.data.nics ?? []) : []
  const offloading = nics.flatMap(({ name, features, origin }) => {
    const feature = ['tx-checksum-ip-generic', 'tx-checksumming'].find((one) => features[one] === true)
    return TUNNEL.test(name) && feature !== undefined ? [{ link: name, feature, origin }] : []
  })
  const captured = capturedIn(view)
  if (rejected.length + events.length + offloading.length + captured.length === 0) return missing(NOTHING)
  return got(
    {
      rejected,
      seconds: growth.ok ? growth.value.seconds : null,
      log: events,
      logSecondsAgo: log?.ok && events.length > 0 ? log.value.secondsAgo : null,
      captured,
      tunnels,
      offloading,
      isRepaired: isRepaired(view.snapshot.node.kernel?.value ?? null),
    },
    rejected.length === PROTOCOLS.length ? null : NOTHING,
  )
})

/**
 * Only what came in from elsewhere: of what leaves, and of what goes from one pod of the machine to another, the checksum is
 * filled in later or never, in health. A capture of a machine with unknown addresses tells nothing.
 */
function capturedIn(view: View): readonly CapturedBad[] {
  const { captures, netns } = view.snapshot
  const own = ownAddresses(view)
  if (!captures.ok || netns[0]?.key !== view.netns.key || own.size === 0) return []
  const bad = captures.data.flatMap(({ packets }) =>
    packets.filter(
      ({ badChecksum, vni, from, to }) =>
        badChecksum === true &&
        vni !== null &&
        from !== null &&
        to !== null &&
        own.has(to.address) &&
        !own.has(from.address),
    ),
  )
  return [...Map.groupBy(bad, (one) => one.from?.address ?? '')].flatMap(([from, packets]) => {
    const [first] = packets
    return first ? [{ from, count: packets.length, origin: first.origin }] : []
  })
}

/** "netfilter: nat: never update the UDP checksum when it's 0": in 5.7, and taken over into these. */
const TAKEN_OVER: Readonly<Record<string, number>> = { '5.6': 13, '5.4': 41, '4.19': 123, '4.14': 181 }

function isRepaired(release: string | null): boolean | null {
  const found = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,5}))?/.exec(release ?? '')
  if (!found) return null
  const [major, minor] = [Number(found[1]), Number(found[2])]
  if (major > 5 || (major === 5 && minor >= 7)) return true
  const since = TAKEN_OVER[`${major}.${minor}`]
  return since !== undefined && found[3] !== undefined && Number(found[3]) >= since
}

const NOTHING = {
  en: 'not captured: UdpInCsumErrors and TcpInCsumErrors (nstat -az shows them)',
  zh: '没有采集到：UdpInCsumErrors 与 TcpInCsumErrors（可用 nstat -az 查看）',
}
