import type { EndpointSet } from '../model/cluster.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { addressBook } from './cluster.ts'
import { type ClusterPort, clusterPorts, endpointOrigins, listsAll } from './cluster-services.ts'
import type { NamedForwarding } from './forwarding-names.ts'
import type { KnownCluster } from './known-cluster.ts'
import { got, missing, type Need, need } from './need.ts'
import { type ServiceRules, serviceRules } from './service-rules.ts'

/** A place to which rules send, and which Kubernetes does not know of. */
export interface StaleEndpoint {
  readonly forwarding: NamedForwarding
  readonly address: string
  readonly port: number | null
  readonly share: number | null
  /** The list of the Service's endpoints that lacks it; null: none was seen whole. */
  readonly list: Origin | null
  /** Whether any pod or node has the address; null: not every pod was listed. */
  readonly alive: boolean | null
}

/** Rules of a Service port that a whole list of Services does not have. */
export interface StaleService {
  readonly forwarding: NamedForwarding
  /** `namespace/name`. */
  readonly name: string
}

/** A Service port that ought to have rules and has none. */
export interface MissingRule {
  readonly port: ClusterPort
  /** `ClusterIP`: nothing forwards it at all. `NodePort`: only its NodePort is missing. */
  readonly of: 'ClusterIP' | 'NodePort'
  readonly address: string | null
  /** Nor does a rule refuse it, as far as all of those were seen: internalTrafficPolicy Local refuses where no pod is near. */
  readonly refusalsSeen: boolean
}

/** What rules and Kubernetes say differently. */
export interface RuleDrift {
  readonly staleEndpoints: readonly StaleEndpoint[]
  readonly staleServices: readonly StaleService[]
  readonly missing: readonly MissingRule[]
  /** Service ports that were looked for in the rules, and those found. */
  readonly expected: number
  readonly present: number
}

/** kube-proxy writes within some seconds, 30 at most by default; younger Services prove nothing. */
export const SETTLED_SECONDS = 120

/**
 * Rules held against Kubernetes.
 * Gaps: rules taken over from another reading are not compared; where most Services have no rule, something else forwards them
 */
export const ruleDrift: Need<RuleDrift> = need('rule-drift', (view) => {
  const rules = serviceRules.get(view)
  if (!rules.ok) return rules
  const { cluster } = view
  if (!cluster || (cluster.all.services.length === 0 && cluster.all.endpoints.length === 0)) return missing(NO_CLUSTER)
  if (rules.value.carried) return missing(CARRIED)
  const expected = clusterPorts(cluster).flatMap((port) => placesOf(port, rules.value))
  const absent = expected.filter(({ address, port }) => !hasAddress(rules.value, address, port))
  const present = expected.length - absent.length
  const isOurs = !rules.value.replaced && present > 0 && present * 2 >= expected.length
  const drift: RuleDrift = {
    ...staleOf(rules.value, cluster),
    missing: isOurs
      ? [
          ...absent.map(
            ({ port, address }): MissingRule => ({
              port,
              of: 'ClusterIP',
              address,
              refusalsSeen: rules.value.filterWhole(address.includes(':') ? 6 : 4),
            }),
          ),
          ...nodePortsWithout(rules.value, expected, absent),
        ]
      : [],
    expected: expected.length,
    present,
  }
  const whole = rules.incomplete ?? (listsAll(cluster, 'services') && listsAll(cluster, 'endpoints') ? null : NOT_WHOLE)
  return got(drift, expected.length > 0 && !isOurs ? OTHERS : whole)
})

interface Expected {
  readonly port: ClusterPort
  readonly address: string
}

/** The addresses of a Service port that rules must have: it has an endpoint, an address, and is old enough. */
function placesOf(port: ClusterPort, rules: ServiceRules): readonly Expected[] {
  const { service, backends } = port
  if (service.type === 'ExternalName' || backends === null || backends.ready.length === 0) return []
  if (port.port.port === null || (service.ageSeconds !== null && service.ageSeconds < SETTLED_SECONDS)) return []
  return (service.clusterIps ?? [])
    .filter((address) => rules.natWhole(address.includes(':') ? 6 : 4))
    .map((address) => ({ port, address }))
}

const protocolOf = ({ port }: ClusterPort): string => port.protocol.toLowerCase()

function hasAddress({ forwardings }: ServiceRules, address: string, port: ClusterPort): boolean {
  const fits = (one: NamedForwarding) => one.protocol === null || one.protocol === protocolOf(port)
  return forwardings.some(
    (one) => fits(one) && one.addresses.some((place) => place.address === address && place.port === port.port.port),
  )
}

/** NodePorts that no rule names, of Services whose ClusterIP is there. Pods on other nodes only (`Local`) leave no rule, either. */
function nodePortsWithout(
  rules: ServiceRules,
  expected: readonly Expected[],
  absent: readonly Expected[],
): readonly MissingRule[] {
  const gone = new Set(absent.map(({ port }) => port))
  const ports = new Set(expected.map(({ port }) => port).filter((port) => !gone.has(port)))
  const hasPort = (port: ClusterPort) =>
    rules.forwardings.some(
      (one) =>
        one.nodePort === port.port.nodePort ||
        (one.backend === 'ipvs' && one.addresses.some((place) => place.port === port.port.nodePort)),
    )
  return [...ports]
    .filter(({ port, service }) => port.nodePort !== null && service.externalTrafficPolicy !== 'Local')
    .filter(() => rules.filterWhole(4))
    .filter((port) => !hasPort(port))
    .map((port) => ({ port, of: 'NodePort', address: null, refusalsSeen: true }))
}

function staleOf(rules: ServiceRules, cluster: KnownCluster): Pick<RuleDrift, 'staleEndpoints' | 'staleServices'> {
  const sets = new Map(cluster.all.endpoints.map((set) => [`${set.namespace}/${set.service}`, set]))
  const selected = new Set(
    cluster.all.services.flatMap((one) => (one.selector === null ? [] : [`${one.namespace}/${one.name}`])),
  )
  const services = new Set(cluster.all.services.map((one) => `${one.namespace}/${one.name}`))
  const origins = endpointOrigins(cluster)
  const alive = aliveIn(cluster)
  const staleEndpoints: StaleEndpoint[] = []
  const staleServices: StaleService[] = []
  for (const forwarding of rules.forwardings) {
    const name = forwarding.service?.split(':', 1)[0] ?? null
    if (name === null || forwarding.refused !== null) continue
    if (forwarding.namedBy === 'rule' && !services.has(name) && listsAll(cluster, 'services', name.split('/', 1)[0])) {
      staleServices.push({ forwarding, name })
      continue
    }
    const set = sets.get(name)
    const whole = set !== undefined && set.more === 0
    for (const { address, port, share } of forwarding.endpoints) {
      if (address === null) continue
      const lives = alive(address)
      const listed = whole ? isListed(set, address, port) : null
      // A Service without a selector may send to any address in the world: only its own list can tell.
      const isStale = listed === false || (listed === null && lives === false && selected.has(name))
      if (isStale)
        staleEndpoints.push({
          forwarding,
          address,
          port,
          share,
          list: listed === false ? (origins.get(name) ?? null) : null,
          alive: lives,
        })
    }
  }
  return { staleEndpoints, staleServices }
}

const isListed = ({ endpoints }: EndpointSet, address: string, port: number | null): boolean =>
  endpoints.some((one) => one.address === address && (one.port === null || port === null || one.port === port))

/** Whether a pod or a node has an address; null: the list of pods is not whole. */
function aliveIn(cluster: KnownCluster): (address: string) => boolean | null {
  const book = addressBook(cluster.all)
  const whole = listsAll(cluster, 'pods')
  return (address) => {
    const owner = book.get(address)
    if (owner && owner.kind !== 'service') return true
    return whole && cluster.all.pods.some((pod) => pod.ip !== null) ? false : null
  }
}

const NO_CLUSTER: Text = {
  en: 'what Kubernetes knows of its Services was not captured (kubectl get svc,endpoints -A)',
  zh: '没有采集到 Kubernetes 所知的 Service（kubectl get svc,endpoints -A）',
}
const CARRIED: Text = {
  en: 'the rules were read at another reading, which compares them',
  zh: '规则来自另一次读数，已在那里对比',
}
const OTHERS: Text = {
  en: 'most Services have no rule of kube-proxy here: something else forwards them (IPVS, eBPF), or the rules are of another cluster',
  zh: '这里大多数 Service 都没有 kube-proxy 的规则：由其他方式转发（IPVS、eBPF），或者规则属于另一个集群',
}
const NOT_WHOLE: Text = {
  en: 'not every Service with its endpoints was listed (kubectl get svc,endpoints -A)',
  zh: '没有列出全部 Service 及其 endpoint（kubectl get svc,endpoints -A）',
}
