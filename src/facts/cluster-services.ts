import type { ClusterListing, Endpoint, EndpointSet, Service, ServicePort } from '../model/cluster.ts'
import type { Origin } from '../model/part.ts'
import { servicePortName } from './forwarding-names.ts'
import type { KnownCluster } from './known-cluster.ts'

/** One port of a Service as Kubernetes knows it, with the endpoints behind it. */
export interface ClusterPort {
  readonly service: Service
  readonly port: ServicePort
  /** `namespace/name:port`; null where the namespace was not told. */
  readonly name: string | null
  /** null: no list of its endpoints was seen, or not of this port. */
  readonly backends: Backends | null
  readonly origin: Origin
}

export interface Backends {
  /** Those that may get connections: ready, or not told to be unready. */
  readonly ready: readonly Endpoint[]
  readonly unready: readonly Endpoint[]
  /** Known to exist, not printed. */
  readonly more: number
  readonly origin: Origin
}

/** Every port of every Service that was seen. */
export function clusterPorts(cluster: KnownCluster): readonly ClusterPort[] {
  const sets = new Map(cluster.all.endpoints.map((set) => [`${set.namespace}/${set.service}`, set]))
  const origins = originsOf(
    cluster,
    ({ services }) => services,
    ({ name }) => name,
  )
  const setOrigins = originsOf(
    cluster,
    ({ endpoints }) => endpoints,
    ({ service }) => service,
  )
  return cluster.all.services.flatMap((service) => {
    const key = `${service.namespace}/${service.name}`
    const set = sets.get(key)
    const origin = origins.get(key) ?? { via: 'kubernetes' }
    return service.ports.map((port) => ({
      service,
      port,
      name: servicePortName(service, port),
      backends: set ? backendsOf(set, service, port, setOrigins.get(key) ?? origin) : null,
      origin,
    }))
  })
}

function backendsOf(set: EndpointSet, service: Service, port: ServicePort, origin: Origin): Backends | null {
  if (set.endpoints.length === 0) return { ready: [], unready: [], more: set.more, origin }
  const named = set.endpoints.filter((one) => one.portName !== null && one.portName === port.name)
  const numbered = set.endpoints.filter((one) => String(one.port) === port.targetPort)
  const single = service.ports.length === 1
  const own = named.length > 0 ? named : single ? set.endpoints : numbered
  // Of several ports, endpoints that name none of them belong to another one, or to all: it cannot be told.
  if (own.length === 0) return null
  return {
    ready: own.filter((one) => one.ready !== false),
    unready: own.filter((one) => one.ready === false),
    more: set.more,
    origin,
  }
}

/** The output that lists each object, by `namespace/name`. */
function originsOf<T extends { readonly namespace: string | null; readonly line: number }>(
  { listings }: KnownCluster,
  listOf: (cluster: ClusterListing['cluster']) => readonly T[],
  nameOf: (one: T) => string,
): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>()
  for (const { cluster, origin } of listings)
    for (const one of listOf(cluster)) {
      const key = `${one.namespace}/${nameOf(one)}`
      if (!origins.has(key)) origins.set(key, 'file' in origin && one.line > 0 ? { ...origin, line: one.line } : origin)
    }
  return origins
}

/** Where the Services' endpoints were listed, by `namespace/name`. */
export const endpointOrigins = (cluster: KnownCluster): ReadonlyMap<string, Origin> =>
  originsOf(
    cluster,
    ({ endpoints }) => endpoints,
    ({ service }) => service,
  )

/** Whether an output lists every object of a kind (`pods`, `services`, `endpoints`), of all namespaces or of this one. */
export function listsAll({ listings }: KnownCluster, kind: string, namespace: string | null = null): boolean {
  const keys = namespace === null ? [kind] : [kind, `${kind} in ${namespace}`]
  return listings.some(
    ({ coverage, cuts }) =>
      cuts.length === 0 && coverage.some((set) => set.of === 'keys' && set.keys.some((key) => keys.includes(key))),
  )
}
