import type { Endpoint, EndpointSet, Pod } from '../model/cluster.ts'
import type { RowEndpoint, ServiceRow } from '../model/service-table.ts'
import type { KnownCluster } from './known-cluster.ts'
import type { PortFacts } from './service-ports.ts'

/** Endpoints and pods of a cluster, to be found by name and address. */
export interface ClusterIndex {
  readonly setOf: (namespace: string | null, service: string) => EndpointSet | null
  readonly podOf: (namespace: string | null, endpoint: Pick<Endpoint, 'address' | 'pod'>) => Pod | null
}

export function indexCluster(cluster: KnownCluster | null): ClusterIndex {
  const sets = new Map((cluster?.all.endpoints ?? []).map((set) => [`${set.namespace}/${set.service}`, set]))
  const byName = new Map<string, Pod>()
  const byIp = new Map<string, Pod>()
  for (const pod of cluster?.all.pods ?? []) {
    byName.set(`${pod.namespace}/${pod.name}`, pod)
    // Host-network pods share their node's address: it names none of them.
    if (pod.ip !== null && pod.hostNetwork !== true && !byIp.has(pod.ip)) byIp.set(pod.ip, pod)
  }
  return {
    setOf: (namespace, service) => sets.get(`${namespace}/${service}`) ?? null,
    podOf: (namespace, { address, pod }) =>
      (pod === null ? undefined : byName.get(`${namespace}/${pod}`)) ?? byIp.get(address) ?? null,
  }
}

type EndpointCells = Pick<
  ServiceRow,
  'endpoints' | 'endpointCount' | 'kubernetesCount' | 'countIsAtLeast' | 'rulesNotSeen' | 'notSeen' | 'share'
>

/** The endpoints of one Service port by rules and by Kubernetes, each once, and how many of them there are besides. */
export function endpointCells(facts: PortFacts, index: ClusterIndex): EndpointCells {
  const [namespace, name] = namespaceAndName(facts)
  const set = name === null ? null : index.setOf(namespace, name)
  const listed = set && ofPort(set, facts)
  const endpoints = new Map<string, RowEndpoint>()
  const add = (address: string, port: number | null, more: Partial<RowEndpoint>, listedAs: Endpoint | null) => {
    const key = `${address} ${port}`
    const before = endpoints.get(key)
    const pod = index.podOf(namespace, listedAs ?? { address, pod: null })
    endpoints.set(key, {
      address,
      port,
      share: before?.share ?? more.share ?? null,
      inRules: before?.inRules ?? more.inRules ?? false,
      inKubernetes: more.inKubernetes ?? before?.inKubernetes ?? false,
      pod: listedAs?.pod ?? pod?.name ?? before?.pod ?? null,
      node: listedAs?.node ?? pod?.node ?? before?.node ?? null,
      ready: listedAs?.ready ?? before?.ready ?? (pod?.ready ? pod.ready.ready === pod.ready.total : null),
      restarts: pod?.restarts ?? before?.restarts ?? null,
      ageSeconds: pod?.ageSeconds ?? before?.ageSeconds ?? null,
      status: pod?.status ?? before?.status ?? null,
    })
  }
  for (const { endpoints: those } of facts.forwardings)
    for (const { address, port, share } of those)
      if (address !== null) add(address, port, { share, inRules: true }, null)
  for (const one of listed?.endpoints ?? []) add(one.address, one.port, { inKubernetes: true }, one)
  const byRules = countByRules(facts)
  const kubernetesCount = listed?.count ?? null
  const endpointCount = byRules.count ?? kubernetesCount
  return {
    endpoints: [...endpoints.values()].toSorted(byAddress),
    endpointCount,
    kubernetesCount,
    countIsAtLeast:
      byRules.count === null ? (listed?.isAtLeast ?? false) : byRules.isAtLeast && byRules.count !== kubernetesCount,
    rulesNotSeen: byRules.notSeen,
    notSeen: Math.max(0, (endpointCount ?? 0) - endpoints.size),
    share: equalShare(facts),
  }
}

/** The API and the rules give them in orders that mean nothing. */
const byAddress = (a: RowEndpoint, b: RowEndpoint): number =>
  a.address.localeCompare(b.address, 'en', { numeric: true }) || (a.port ?? 0) - (b.port ?? 0)

function namespaceAndName({ service, told }: PortFacts): readonly [string | null, string | null] {
  if (told) return [told.service.namespace, told.service.name]
  const found = /^([^/]+)\/([^:]+)/.exec(service ?? '')
  return [found?.[1] ?? null, found?.[2] ?? null]
}

interface Listed {
  readonly endpoints: readonly Endpoint[]
  readonly count: number
  readonly isAtLeast: boolean
}

/** What a Service's list of endpoints says of one of its ports: by the port's name, else by the target's number. */
function ofPort(set: EndpointSet, { told, service }: PortFacts): Listed {
  const name = told?.port.name ?? /:([^:/]+)$/.exec(service ?? '')?.[1] ?? null
  const named = set.endpoints.filter((one) => one.portName !== null && one.portName === name)
  const target = Number(told?.port.targetPort ?? Number.NaN)
  const numbered = set.endpoints.filter((one) => one.port === target)
  const whole = (told?.service.ports.length ?? 1) <= 1
  const endpoints = whole ? set.endpoints : named.length > 0 ? named : numbered
  // `+ 37 more` of several ports together does not tell whose they are.
  return { endpoints, count: endpoints.length + (whole ? set.more : 0), isAtLeast: !whole && set.more > 0 }
}

/** Rules of IPv4 and IPv6 each spread over endpoints of their own. */
function countByRules({ forwardings }: PortFacts): {
  readonly count: number | null
  readonly notSeen: number
  readonly isAtLeast: boolean
} {
  const families = new Map<number | null, { count: number; seen: number }>()
  for (const { family, endpointCount, endpoints, refused } of forwardings) {
    const count = endpointCount ?? (refused === 'no endpoints' ? 0 : null)
    if (count === null) continue
    const seen = endpoints.filter((one) => one.address !== null).length
    const before = families.get(family)
    if (!before || before.count < count) families.set(family, { count, seen })
  }
  if (families.size === 0) return { count: null, notSeen: 0, isAtLeast: false }
  const all = [...families.values()]
  return {
    count: all.reduce((sum, one) => sum + one.count, 0),
    notSeen: all.reduce((sum, one) => sum + Math.max(0, one.count - one.seen), 0),
    isAtLeast: forwardings.some((one) => one.countIsAtLeast),
  }
}

/** Five digits of a probability let equal shares differ by some thousandths of themselves. */
const BLUR = 0.01

function equalShare({ forwardings }: PortFacts): number | null {
  const shares = forwardings.flatMap((one) => one.endpoints.map((endpoint) => endpoint.share))
  const told = shares.filter((one) => one !== null)
  const [most, least] = [Math.max(...told), Math.min(...told)]
  if (told.length === 0 || told.length < shares.length || most - least > most * BLUR) return null
  return told.reduce((sum, one) => sum + one, 0) / told.length
}
