import type { Cluster, ClusterListing, ClusterSeen } from '../model/cluster.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { nodeAddresses, uniteClusters } from './cluster.ts'

/** One cluster, put together from everything that was seen of it. */
export interface KnownCluster {
  readonly all: Cluster
  readonly listings: readonly ClusterListing[]
}

/**
 * What several inputs show, put together where it is of one cluster: they share a node, or nothing speaks against it.
 * Gaps: two lists of nodes without a common one, or one Service with two addresses, are two clusters
 */
export function joinClusters(seen: readonly ClusterSeen[]): readonly KnownCluster[] {
  const groups: ClusterListing[][] = []
  for (const { listings } of seen) {
    const signs = signsOf(listings)
    const fits = groups.filter((group) => !contradict(signsOf(group), signs))
    const group = fits.find((one) => shareNode(signsOf(one), signs)) ?? fits[0]
    if (group) group.push(...listings)
    else groups.push([...listings])
  }
  return groups.map((listings) => ({ all: uniteClusters(listings.map((one) => one.cluster)), listings }))
}

/** By what one cluster is told from another. */
interface Signs {
  readonly nodes: ReadonlySet<string>
  readonly serviceIps: ReadonlyMap<string, string>
}

function signsOf(listings: readonly ClusterListing[]): Signs {
  const nodes = new Set<string>()
  const serviceIps = new Map<string, string>()
  for (const { cluster } of listings) {
    for (const node of cluster.nodes) nodes.add(shortName(node.name))
    for (const pod of cluster.pods) if (pod.node !== null) nodes.add(shortName(pod.node))
    for (const set of cluster.endpoints)
      for (const one of set.endpoints) if (one.node !== null) nodes.add(shortName(one.node))
    for (const one of cluster.services)
      if (one.clusterIps?.[0] !== undefined) serviceIps.set(`${one.namespace}/${one.name}`, one.clusterIps[0])
  }
  return { nodes, serviceIps }
}

const shareNode = (a: Signs, b: Signs): boolean => [...a.nodes].some((name) => b.nodes.has(name))

function contradict(a: Signs, b: Signs): boolean {
  if (a.nodes.size > 0 && b.nodes.size > 0 && !shareNode(a, b)) return true
  return [...a.serviceIps].some(([name, ip]) => (b.serviceIps.get(name) ?? ip) !== ip)
}

/** A node under its short and its long name. */
const shortName = (name: string): string =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? name : (name.toLowerCase().split('.', 1)[0] ?? name)

/**
 * The cluster that a machine is a node of; null: none, or it cannot be told.
 * A name or an address in a cluster's list decides. Else the only cluster that its own input shows, unless a whole list of
 * nodes leaves the machine out.
 */
export function clusterOf(
  node: string | null,
  snapshots: readonly Snapshot[],
  clusters: readonly KnownCluster[],
): KnownCluster | null {
  const addresses = ownAddresses(snapshots)
  const isListed = ({ all }: KnownCluster) =>
    all.nodes.some(
      (one) =>
        (node !== null && shortName(one.name) === shortName(node)) ||
        nodeAddresses(one).some((address) => addresses.has(address) || address === node),
    )
  const listed = clusters.filter(isListed)
  if (listed.length > 0) return listed.length === 1 ? (listed[0] ?? null) : null
  const files = new Set(snapshots.map((one) => one.source.replace(/#\d{1,9}$/, '')))
  const near = clusters.filter(
    (one) =>
      wholeNodeList(one) === null &&
      one.listings.some(({ origin }) => clusters.length === 1 || ('file' in origin && files.has(origin.file))),
  )
  return near.length === 1 ? (near[0] ?? null) : null
}

/** Addresses at which this machine was seen to be: in its host namespace, or in the one that was read alone. */
function ownAddresses(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  const addresses = new Set<string>()
  for (const { connections, network } of snapshots.flatMap(ownNetns)) {
    if (connections.ok) for (const one of connections.data) addresses.add(one.local.address)
    if (network.ok) for (const one of network.data.addresses ?? []) addresses.add(one.address)
  }
  return addresses
}

const ownNetns = ({ netns }: Snapshot): Snapshot['netns'] => {
  const host = netns.filter(({ kind }) => kind === 'host')
  return host.length > 0 || netns.length > 1 ? host : netns.filter(({ kind }) => kind !== 'pod')
}

/** An output that lists every node there is; null: nobody printed one. Found in a list that is not whole proves presence, no more. */
export function wholeNodeList({ listings }: KnownCluster): ClusterListing | null {
  const whole = (one: ClusterListing) =>
    one.cuts.length === 0 && one.coverage.some((set) => set.of === 'keys' && set.keys.includes('nodes'))
  return listings.findLast((one) => whole(one) && one.cluster.nodes.length > 0) ?? null
}

/** Which of these addresses belong to none of the cluster's nodes. */
export interface Membership {
  readonly nodes: number
  readonly outside: readonly string[]
  readonly list: ClusterListing
}

/** null: no whole list of nodes was seen, or it does not tell the address of every one. */
export function membershipOf(cluster: KnownCluster, addresses: readonly string[]): Membership | null {
  const list = wholeNodeList(cluster)
  if (!list) return null
  const nodes = cluster.all.nodes.map(nodeAddresses)
  if (nodes.some((one) => one.length === 0)) return null
  const known = new Set(nodes.flat())
  return { nodes: list.cluster.nodes.length, outside: addresses.filter((one) => !known.has(one)), list }
}
