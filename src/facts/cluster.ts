import type { Cluster, ClusterNode, Endpoint, EndpointSet, Pod, Service } from '../model/cluster.ts'

/**
 * Several commands' answers as one cluster: what one leaves open another may tell. The first that tells a thing wins.
 * Shape: nodes by name; pods, Services and endpoints by namespace and name; a namespace that was not told is not guessed
 */
export function uniteClusters(clusters: readonly Cluster[]): Cluster {
  return {
    nodes: united(
      clusters.flatMap((one) => one.nodes),
      (node) => node.name,
    ),
    pods: united(
      clusters.flatMap((one) => one.pods),
      keyOf,
    ),
    services: united(
      clusters.flatMap((one) => one.services),
      keyOf,
    ),
    endpoints: unitedEndpoints(clusters.flatMap((one) => one.endpoints)),
    events: clusters.flatMap((one) => one.events),
  }
}

const keyOf = (one: { readonly namespace: string | null; readonly name: string }) =>
  `${one.namespace ?? ''}/${one.name}`

function united<T extends object>(all: readonly T[], key: (one: T) => string): readonly T[] {
  const known = new Map<string, T>()
  for (const one of all) {
    const before = known.get(key(one))
    known.set(key(one), before ? filled(before, one) : one)
  }
  return [...known.values()]
}

/** `before`, with what it leaves open (null, or an empty list) taken from `after`. */
function filled<T extends object>(before: T, after: T): T {
  const open = Object.entries(before).filter(
    ([, value]) => value === null || (Array.isArray(value) && value.length === 0),
  )
  const told = new Map(Object.entries(after))
  const taken = open.flatMap(([key]) => (told.get(key) === undefined ? [] : [[key, told.get(key)]]))
  return { ...before, ...Object.fromEntries(taken) }
}

/**
 * Endpoints of one Service from several outputs, united by address and port. `more`: how many of the longest listing are
 * still not known by address.
 */
function unitedEndpoints(sets: readonly EndpointSet[]): readonly EndpointSet[] {
  const groups = new Map<string, EndpointSet[]>()
  for (const set of sets) {
    const key = `${set.namespace ?? ''}/${set.service}`
    groups.set(key, [...(groups.get(key) ?? []), set])
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const endpoints = new Map<string, Endpoint>()
    for (const one of [first, ...others].flatMap((set) => set.endpoints)) {
      const place = `${one.address} ${one.port}`
      const before = endpoints.get(place)
      endpoints.set(place, before ? filled(before, one) : one)
    }
    // One output may list each port of a Service by itself: their totals belong together.
    const total = Math.max(...portTotals([first, ...others]))
    return [{ ...first, endpoints: [...endpoints.values()], more: Math.max(0, total - endpoints.size) }]
  })
}

/** How many endpoints each output shows or counts; sets that describe different ports of one output are added up. */
function portTotals(sets: readonly EndpointSet[]): readonly number[] {
  const ports = new Map<string, number>()
  for (const set of sets) {
    const port = [...new Set(set.endpoints.map((one) => one.port))].toSorted().join()
    ports.set(port, Math.max(ports.get(port) ?? 0, set.endpoints.length + set.more))
  }
  const single = [...ports].filter(([port]) => !port.includes(','))
  return [...ports.values(), single.reduce((sum, [, count]) => sum + count, 0)]
}

/** Addresses that belong to a node: the ones told, and the one that AWS writes into a node's name (`ip-10-3-32-171`). */
export function nodeAddresses(node: ClusterNode): readonly string[] {
  const named = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?:\.|$)/.exec(node.name)
  const inName = named ? named.slice(1, 5).join('.') : null
  return inName === null || node.addresses.includes(inName) ? node.addresses : [...node.addresses, inName]
}

/** What an address is in this cluster; null: nothing that was shown has it. */
export type Owner =
  | { readonly kind: 'node'; readonly node: ClusterNode }
  | { readonly kind: 'pod'; readonly pod: Pod }
  | { readonly kind: 'service'; readonly service: Service }

/** Who has which address. A node comes before the host-network pods that share its address. */
export function addressBook(cluster: Cluster): ReadonlyMap<string, Owner> {
  const book = new Map<string, Owner>()
  const add = (address: string, owner: Owner) => {
    if (!book.has(address)) book.set(address, owner)
  }
  for (const node of cluster.nodes) for (const address of nodeAddresses(node)) add(address, { kind: 'node', node })
  for (const pod of cluster.pods) if (pod.ip !== null) add(pod.ip, { kind: 'pod', pod })
  for (const service of cluster.services)
    for (const address of [...(service.clusterIps ?? []), ...(service.externalIps ?? [])])
      add(address, { kind: 'service', service })
  return book
}

/** Services that send to the same endpoints. `whole`: every endpoint was shown, so they are the same and not just alike. */
export function sharedEndpoints(
  cluster: Cluster,
): readonly { readonly sets: readonly EndpointSet[]; readonly whole: boolean }[] {
  const groups = new Map<string, EndpointSet[]>()
  for (const set of cluster.endpoints) {
    if (set.endpoints.length === 0) continue
    const places = set.endpoints
      .map((one) => `${one.address}:${one.port}`)
      .toSorted()
      .join()
    const key = `${places} ${set.more}`
    groups.set(key, [...(groups.get(key) ?? []), set])
  }
  return [...groups.values()]
    .filter((sets) => sets.length > 1)
    .map((sets) => ({ sets, whole: sets.every((set) => set.more === 0) }))
}
