import type { EndpointSet } from '../model/cluster.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { sharedEndpoints } from './cluster.ts'
import { endpointOrigins, listsAll } from './cluster-services.ts'
import type { NamedForwarding } from './forwarding-names.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { type ServiceRules, serviceRules } from './service-rules.ts'

/** Services that send to the very same endpoints. */
export interface SharedServices {
  /** In alphabetical order. */
  readonly services: readonly SharingService[]
  readonly endpoints: number
  /** Every endpoint of each was seen. Otherwise those that were seen are the same, and so are their numbers. */
  readonly whole: boolean
}

export interface SharingService {
  /** `namespace/name`. */
  readonly name: string
  readonly nodePorts: readonly number[]
  readonly origin: Origin
}

/** Groups of Services with the same endpoints. Gaps: incomplete unless all endpoints, or all rules, were seen. */
export const sharedServices: Need<readonly SharedServices[]> = need('shared-services', (view) => {
  const rules = serviceRules.get(view)
  const told = fromCluster(view)
  if (!rules.ok && (view.cluster?.all.endpoints ?? []).length === 0) return missing(NOTHING)
  const printed = rules.ok ? fromRules(rules.value) : []
  const known = new Set(told.map(keyOf))
  const groups = [...told, ...printed.filter((one) => !known.has(keyOf(one)))]
  const whole = (view.cluster && listsAll(view.cluster, 'endpoints')) || (rules.ok && rules.incomplete === null)
  return got(groups, whole ? null : NOT_ALL)
})

const keyOf = ({ services }: SharedServices): string => services.map((one) => one.name).join()

function fromCluster({ cluster }: View): readonly SharedServices[] {
  if (!cluster) return []
  const origins = endpointOrigins(cluster)
  const services = new Map(cluster.all.services.map((one) => [`${one.namespace}/${one.name}`, one]))
  const nameOf = (set: EndpointSet) => `${set.namespace}/${set.service}`
  // A headless Service names the pods of another one on purpose, and forwards nothing.
  const forwards = (set: EndpointSet) => services.get(nameOf(set))?.clusterIps?.length !== 0
  return sharedEndpoints(cluster.all).flatMap(({ sets, whole }) => {
    const those = sets.filter((set) => forwards(set) && set.endpoints.every((one) => one.port !== null))
    const [first] = those
    if (!first) return []
    const sharing = those.map((set) => ({
      name: nameOf(set),
      nodePorts: (services.get(nameOf(set))?.ports ?? []).flatMap(({ nodePort }) =>
        nodePort === null ? [] : [nodePort],
      ),
      origin: origins.get(nameOf(set)) ?? { via: 'kubernetes' },
    }))
    return grouped(sharing, first.endpoints.length + first.more, whole)
  })
}

function fromRules(rules: ServiceRules): readonly SharedServices[] {
  const told = rules.forwardings.filter(
    (one) =>
      one.service !== null &&
      one.endpoints.length > 0 &&
      one.endpoints.length === one.endpointCount &&
      one.endpoints.every(({ address, port }) => address !== null && port !== null),
  )
  // Of thousands of Services next to none share: only those with as many endpoints and the same first one are looked at whole.
  const alike = groupBy(told, firstPlace).filter((those) => those.length > 1)
  const groups = alike.flatMap((those) => groupBy(those, allPlaces))
  return sharingIn(groups, rules)
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const known = groups.get(key)
    if (known) known.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}

function firstPlace({ protocol, endpoints }: NamedForwarding): string {
  let first = endpoints[0]?.address ?? ''
  for (const { address } of endpoints) if (address !== null && address < first) first = address
  return `${protocol} ${endpoints.length} ${first}`
}

const allPlaces = ({ protocol, endpoints }: NamedForwarding): string =>
  [protocol, ...endpoints.map(({ address, port }) => `${address} ${port}`).toSorted()].join()

function sharingIn(groups: readonly (readonly NamedForwarding[])[], rules: ServiceRules): readonly SharedServices[] {
  return groups.flatMap((those) => {
    const byName = new Map<string, SharingService>()
    for (const one of those) {
      const name = (one.service ?? '').split(':', 1)[0] ?? ''
      const before = byName.get(name)
      const nodePorts = [...new Set([...(before?.nodePorts ?? []), ...(one.nodePort === null ? [] : [one.nodePort])])]
      byName.set(name, { name, nodePorts, origin: before?.origin ?? rules.originOf(one) })
    }
    return grouped([...byName.values()], those[0]?.endpoints.length ?? 0, true)
  })
}

function grouped(services: readonly SharingService[], endpoints: number, whole: boolean): readonly SharedServices[] {
  if (services.length < 2) return []
  return [{ services: services.toSorted((a, b) => (a.name < b.name ? -1 : 1)), endpoints, whole }]
}

const NOTHING: Text = {
  en: 'neither forwarding rules nor endpoints of Services were captured (iptables-save; kubectl get endpoints -A)',
  zh: '既没有采集到转发规则，也没有采集到 Service 的 endpoint（iptables-save；kubectl get endpoints -A）',
}
const NOT_ALL: Text = {
  en: 'only some Services’ endpoints were seen (kubectl get endpoints -A shows them all)',
  zh: '只看到部分 Service 的 endpoint（kubectl get endpoints -A 可以看到全部）',
}
