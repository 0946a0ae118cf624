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
  const groups = new Map<string, NamedForwarding[]>()
  for (const one of rules.forwardings) {
    if (one.service === null || one.endpoints.length === 0 || one.endpoints.length !== one.endpointCount) continue
    if (one.endpoints.some(({ address, port }) => address === null || port === null)) continue
    const places = one.endpoints.map(({ address, port }) => `${address} ${port}`).toSorted()
    const key = [one.protocol, ...places].join()
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((those) => {
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
