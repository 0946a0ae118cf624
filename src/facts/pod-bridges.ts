import type { Bridge, Link, LinkAddress } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type AddressNumber, addressNumber, isWithin, prefixOf } from './prefix.ts'
import { serviceRules } from './service-rules.ts'
import { sysctl } from './sysctls.ts'

/** A bridge on which pods of this node hang together. */
export interface PodBridge {
  readonly name: string
  readonly ports: readonly string[]
  /** Networks of the bridge's own addresses. */
  readonly networks: readonly string[]
  /** Endpoints of Services inside these networks. */
  readonly endpoints: readonly string[]
  readonly origin: Origin
}

export const BRIDGE_NETFILTER = 'net.bridge.bridge-nf-call-iptables'

/** Bridges that network plugins make; others may be anybody's, and count only when endpoints live in their network. */
const OF_PLUGINS = new Set(['cni0', 'cbr0', 'kube-bridge', 'weave'])

/**
 * Bridges with pods on them whose packets pass no rules. Gaps: missing where interfaces were not captured; incomplete unless all of them were
 */
export const podBridges: Need<readonly PodBridge[]> = need('pod-bridges', (view) => {
  const { network } = view.netns
  if (!network.ok || (network.data.links === null && network.data.bridges === null)) return missing(NOT_SEEN)
  // Only where it is turned off is anybody asked for endpoints: a node may have 80 000.
  const setting = sysctl(BRIDGE_NETFILTER).get(view)
  if (setting.ok && setting.value.number !== 0) return got([])
  const { links, bridges, addresses } = network.data
  const known = bridgesIn(links ?? [], bridges ?? [])
  const endpoints = endpointsOf(view)
  const inside = (networks: readonly string[]) => {
    const prefixes = networks.map(prefixOf).filter((one) => one !== null)
    return endpoints.flatMap(({ address, number }) => (prefixes.some((one) => isWithin(one, number)) ? [address] : []))
  }
  const found = [...known].flatMap(([name, { ports, origin }]): PodBridge[] => {
    const networks = networksOf(name, addresses ?? [])
    const here = ports.length > 0 ? inside(networks) : []
    return ports.length > 0 && (OF_PLUGINS.has(name) || here.length > 0)
      ? [{ name, ports, networks, endpoints: here, origin }]
      : []
  })
  const whole = network.coverage.some((set) => set.of === 'keys' && set.keys.includes('links'))
  return got(found, whole || found.length > 0 ? null : NOT_SEEN)
})

interface Ports {
  readonly ports: readonly string[]
  readonly origin: Origin
}

/** Ports of containers only: what hangs on the bridge of a virtual machine or a bond is none. */
function bridgesIn(links: readonly Link[], bridges: readonly Bridge[]): ReadonlyMap<string, Ports> {
  const found = new Map<string, Ports>(bridges.map(({ name, ports, origin }) => [name, { ports, origin }]))
  for (const { name, master, origin } of links) {
    if (master === null || !name.startsWith('veth')) continue
    const before = found.get(master)
    found.set(master, {
      ports: before?.ports.includes(name) ? before.ports : [...(before?.ports ?? []), name],
      origin: before?.origin ?? links.find((one) => one.name === master)?.origin ?? origin,
    })
  }
  return found
}

const networksOf = (link: string, addresses: readonly LinkAddress[]): readonly string[] =>
  addresses.flatMap((one) =>
    one.link === link && one.prefix !== null && !one.address.includes(':') ? [`${one.address}/${one.prefix}`] : [],
  )

function endpointsOf(view: View): readonly { readonly address: string; readonly number: AddressNumber }[] {
  const rules = serviceRules.get(view)
  if (!rules.ok) return []
  const all = new Set(rules.value.forwardings.flatMap((one) => one.endpoints.map(({ address }) => address)))
  return [...all].flatMap((address) => {
    const number = address === null ? null : addressNumber(address)
    return address !== null && number ? [{ address, number }] : []
  })
}

const NOT_SEEN: Text = {
  en: 'whether pods hang on a bridge was not captured (ip -d link, bridge link)',
  zh: '没有采集到 Pod 是否挂在网桥上（ip -d link、bridge link）',
}
