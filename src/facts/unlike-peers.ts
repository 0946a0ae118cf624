import type { Origin } from '../model/part.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import type { Text } from '../model/text.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need } from './need.ts'
import { nodeForwardings } from './node-forwardings.ts'

/** One thing in which a machine stands alone. */
export interface Unlike {
  readonly kind: 'setting' | 'missing-service' | 'extra-service'
  /** A sysctl, or a Service port. */
  readonly name: string
  /** null: it is not there. */
  readonly own: string | null
  /** What the others have; null: none of them has it. */
  readonly theirs: string | null
  /** How many of the others tell, and how many of these agree. */
  readonly told: number
  readonly agree: number
  readonly origin: Origin
}

/** One node against one other: who is the odd one out cannot be told. */
const FEWEST_PEERS = 2
/** Of many nodes a few may be as odd as this one. */
const AGREEING = 0.8

/**
 * Settings and Services of the node's own namespace in which it is unlike all, or nearly all, of its peers.
 * Gaps: missing where fewer than two other machines were read; incomplete where none of them tells one of the two
 */
export const unlikePeers: Need<readonly Unlike[]> = need('unlike-peers', ({ snapshot, peers }) => {
  if (peers.length < FEWEST_PEERS) return missing(tooFew(peers.length))
  const own = hostOf(snapshot)
  const others = peers.flatMap((one) => hostOf(one) ?? [])
  if (own === null || others.length < FEWEST_PEERS) return missing(NO_HOST)
  const settings = unlikeSettings(own, others)
  const services = unlikeServices(own, others)
  if (settings === null && services === null) return missing(NOTHING_SHARED)
  return got([...(settings ?? []), ...(services ?? [])], settings === null ? NO_SETTINGS : null)
})

const hostOf = (snapshot: Snapshot): Netns | null => snapshot.netns.find(({ kind }) => kind === 'host') ?? null

/** null: no two of the others read a setting that this one read, too. */
function unlikeSettings(own: Netns, others: readonly Netns[]): readonly Unlike[] | null {
  const { sysctls } = own
  if (!sysctls.ok) return null
  let shared = 0
  const unlike = Object.entries(sysctls.data.values).flatMap(([name, raw]): Unlike[] => {
    if (OF_THE_MACHINE.test(name)) return []
    const theirs = others.flatMap(({ sysctls: s }) => {
      const value = s.ok ? s.data.values[name] : undefined
      return value === undefined ? [] : [plain(value)]
    })
    if (theirs.length < FEWEST_PEERS) return []
    shared++
    const [value, agree] = mostCommon(theirs)
    if (value === plain(raw) || agree < theirs.length * AGREEING) return []
    const origin = sysctls.data.origins[name] ?? { via: sysctls.via }
    return [{ kind: 'setting', name, own: plain(raw), theirs: value, told: theirs.length, agree, origin }]
  })
  return shared === 0 ? null : unlike
}

/** Settings that the kernel scales with the machine, names of its cards, and states that only look like settings. */
const OF_THE_MACHINE =
  /^(?!net\.)|_mem$|_(?:count|buckets|max_orphans|max_tw_buckets)$|nf_conntrack_(?:max|expect_max|count)|\.(?:conf|neigh)\.(?!all\.|default\.)|optmem_max|hostname|^net\.ipv4\.(?:ip_local_port_range_seed|tcp_fastopen_key)/

const plain = (value: string): string => value.trim().replace(/\s+/g, ' ')

function mostCommon(values: readonly string[]): readonly [value: string, count: number] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0])
}

/** Service ports that all others forward and this one does not, or the other way round. null: whole rules of too few were seen. */
function unlikeServices(own: Netns, others: readonly Netns[]): readonly Unlike[] | null {
  const mine = servicesOf(own)
  const theirs = others.flatMap((one) => servicesOf(one) ?? [])
  if (mine === null || theirs.length < FEWEST_PEERS || !own.nat.ok) return null
  const first = own.nat.data.listings[0]?.origin ?? { via: own.nat.via }
  const all = new Set([...theirs.flatMap((one) => [...one]), ...mine])
  return [...all].flatMap((name): Unlike[] => {
    const have = theirs.filter((one) => one.has(name)).length
    const common = { name, told: theirs.length, origin: first }
    if (!mine.has(name) && have === theirs.length)
      return [{ ...common, kind: 'missing-service', own: null, theirs: name, agree: have }]
    if (mine.has(name) && have === 0)
      return [{ ...common, kind: 'extra-service', own: name, theirs: null, agree: theirs.length }]
    return []
  })
}

/** Names of forwarded Service ports; null where rules are not all there, or none bears a name. */
function servicesOf({ nat }: Netns): ReadonlySet<string> | null {
  if (!nat.ok || nat.cuts.length > 0 || nat.data.listings.some(({ elided }) => elided.length > 0)) return null
  if (!coversAll(nat.coverage) && nat.coverage.length === 0) return null
  const names = nodeForwardings(nat.data).flatMap(({ service }) => (service === null ? [] : [service]))
  return names.length === 0 ? null : new Set(names)
}

const tooFew = (count: number): Text => ({
  en: `readings of at least two other named nodes are needed to tell which one is unlike the rest; there are ${count}`,
  zh: `至少需要另外两个具名节点的读数，才能判断哪个节点与众不同；目前有 ${count} 个`,
})
const NO_HOST: Text = {
  en: 'the own network namespaces of the other nodes were not read',
  zh: '没有读到其他节点宿主机的网络命名空间',
}
const NOTHING_SHARED: Text = {
  en: 'this node and two others have no setting and no whole set of rules in common that was read',
  zh: '本节点与另外两个节点没有共同读到的设置，也没有完整的转发规则可比',
}
const NO_SETTINGS: Text = {
  en: 'settings of too few nodes were read to compare them',
  zh: '读到设置的节点太少，无法比较',
}
