import type { Origin } from '../model/part.ts'
import type { Netns } from '../model/snapshot.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { coversAll, coversState } from './coverage.ts'
import { portMatch } from './dropping-rules.ts'
import { type FailedAttempt, failedAttempts } from './failed-attempts.ts'
import type { KnownCluster } from './known-cluster.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { isLoopback } from './own-addresses.ts'
import { serviceRules } from './service-rules.ts'

/** A port of this namespace that somebody wants and nobody listens on. */
export interface UnservedPort {
  readonly address: string
  readonly port: number
  /** A probe that was refused; null: the endpoint alone says that the port is wanted. */
  readonly attempt: FailedAttempt | null
  /** The Service whose endpoint it is; null: none that was seen. */
  readonly service: string | null
  /** It is listened on, but at other addresses of this namespace (the loopback). */
  readonly elsewhere: readonly Listener[]
  /** Ports that are listened on, for the reader to find the slip. */
  readonly listening: readonly number[]
  readonly origin: Origin
}

/**
 * Ports that were refused, or that a Service sends to, without a listener.
 * Gaps: missing unless the whole listing of listeners was seen: in a part of one anything may be missing
 */
export const unservedPorts: Need<readonly UnservedPort[]> = need('unserved-ports', (view) => {
  const { listeners } = view.netns
  if (!listeners.ok) return missing(NO_LISTING)
  if (!coversAll(listeners.coverage) && !coversState(listeners.coverage, 'LISTEN')) return missing(NO_LISTING)
  const attempts = failedAttempts.get(view)
  const wanted = endpointsHere(view)
  // Sockets in SYN_SENT are attempts too, but none that was refused: it takes a probe to know of one.
  const isProbed = view.netns.network.ok && view.netns.network.data.probes !== null
  if (!isProbed && wanted === null) return missing(NOBODY_ASKS)
  const refused = (attempts.ok ? attempts.value : []).filter(
    (one) => one.how === 'refused' && one.isOwn && !isTaken(one, view),
  )
  const listening = [...new Set(listeners.data.map((one) => one.local.port))].toSorted((a, b) => a - b)
  const found = new Map<string, UnservedPort>()
  const add = (one: Omit<UnservedPort, 'elsewhere' | 'listening'>) => {
    const same = listeners.data.filter((each) => each.local.port === one.port)
    if (same.some((each) => answers(each, one.address))) return
    const key = `${one.port}`
    const known = found.get(key)
    found.set(key, {
      ...one,
      elsewhere: same,
      listening,
      attempt: known?.attempt ?? one.attempt,
      service: known?.service ?? one.service,
    })
  }
  for (const one of refused) add({ ...one, attempt: one, service: null })
  for (const one of wanted ?? []) add({ ...one, origin: one.origin(), attempt: null })
  return got([...found.values()])
})

/** Does a listener take what is sent to this address? A dual-stack `::` takes IPv4 as well. */
function answers({ local, family }: Listener, address: string): boolean {
  if (local.address === '*' || local.address === address) return true
  const isV6 = address.includes(':')
  if (local.address === '0.0.0.0') return !isV6
  if (local.address === '::') return isV6 || family !== 6
  return address === 'localhost' && isLoopback(local.address)
}

/** NAT takes the connection elsewhere, or a rule refuses it: then no listener is missing here. */
function isTaken({ port, translated }: FailedAttempt, { netns }: View): boolean {
  if (translated.length > 0) return true
  if (!netns.nat.ok) return false
  return netns.nat.data.listings.some((one) =>
    one.rules.some((rule) => {
      const match = portMatch(rule, port)
      if (rule.target === 'REDIRECT' || rule.dnat !== null) return match === 'named'
      return /^(?:REJECT|reject)$/.test(rule.target ?? '') && match !== 'no'
    }),
  )
}

interface EndpointHere {
  readonly address: string
  readonly port: number
  readonly service: string | null
  readonly origin: () => Origin
}

/**
 * Endpoints of Services that are this pod, as Kubernetes lists them or as the node's rules lead there. null: which pod this is,
 * or its address, is not known.
 */
function endpointsHere(view: View): readonly EndpointHere[] | null {
  const { netns, cluster, snapshot } = view
  if (netns.kind !== 'pod' || netns.pod === null) return null
  const { name, namespace } = netns.pod
  const pod = cluster?.all.pods.find(
    (one) => one.name === name && name !== null && (namespace === null || one.namespace === namespace),
  )
  const addresses = new Set([
    ...(pod?.ip != null && pod.hostNetwork !== true ? [pod.ip] : []),
    ...(netns.network.ok ? (netns.network.data.addresses ?? []).map((one) => one.address) : []),
  ])
  for (const one of [...addresses]) if (isLoopback(one)) addresses.delete(one)
  if (addresses.size === 0) return null
  if (isProxied(netns)) return null
  const host = snapshot.netns.find((one) => one.kind === 'host') ?? null
  const maps = [endpointsByCluster(cluster), endpointsByRules(host, view)]
  return maps.flatMap((one) => [...addresses].flatMap((address) => one.get(address) ?? []))
}

/** A sidecar takes what comes in, whatever its port (istio, linkerd). */
const isProxied = ({ nat }: Netns): boolean =>
  nat.ok &&
  nat.data.listings.some((one) =>
    one.rules.some(({ target }) => /^(?:REDIRECT|redirect|TPROXY|tproxy)/.test(target ?? '')),
  )

/** By address, worked out once for all pods of a node: a cluster may have 100 000 of them, a node 250 000 rules. */
const ofClusters = new WeakMap<KnownCluster, ReadonlyMap<string, readonly EndpointHere[]>>()
const ofHosts = new WeakMap<Netns, ReadonlyMap<string, readonly EndpointHere[]>>()

function byAddress(all: readonly EndpointHere[]): ReadonlyMap<string, readonly EndpointHere[]> {
  const found = new Map<string, EndpointHere[]>()
  for (const one of all) {
    const list = found.get(one.address)
    if (list) list.push(one)
    else found.set(one.address, [one])
  }
  return found
}

/** Endpoints of TCP ports that Kubernetes lists as ready; of others no listener of TCP is to be expected. */
function endpointsByCluster(cluster: KnownCluster | null): ReadonlyMap<string, readonly EndpointHere[]> {
  if (!cluster) return new Map()
  const before = ofClusters.get(cluster)
  if (before) return before
  const services = new Map(cluster.all.services.map((one) => [`${one.namespace} ${one.name}`, one]))
  const lines = new Map(
    cluster.listings.flatMap((one) => one.cluster.endpoints.map((set) => [set.line, one.origin] as const)),
  )
  const all = cluster.all.endpoints.flatMap((set) => {
    const service = services.get(`${set.namespace} ${set.service}`)
    const told = lines.get(set.line)
    const origin: Origin = told && 'file' in told ? { ...told, line: set.line } : (told ?? { via: 'cluster' })
    return set.endpoints.flatMap((one): EndpointHere[] => {
      const ports = (service?.ports ?? []).filter(
        ({ name, targetPort }) => (one.portName !== null && name === one.portName) || targetPort === String(one.port),
      )
      const isTcp = ports.length > 0 && ports.every(({ protocol }) => protocol.toLowerCase() === 'tcp')
      if (one.port === null || one.ready === false || !isTcp) return []
      return [
        {
          address: one.address,
          port: one.port,
          service: `${set.namespace ?? ''}/${set.service}`,
          origin: () => origin,
        },
      ]
    })
  })
  const found = byAddress(all)
  ofClusters.set(cluster, found)
  return found
}

/** The node's own rules name the endpoints that lie on it. */
function endpointsByRules(host: Netns | null, view: View): ReadonlyMap<string, readonly EndpointHere[]> {
  if (!host) return new Map()
  const before = ofHosts.get(host)
  if (before) return before
  const rules = serviceRules.get({ ...view, netns: host, before: null, order: null, memo: new Map() })
  if (!rules.ok || rules.value.carried) return new Map()
  const { forwardings, originOf } = rules.value
  const all = forwardings
    .filter((one) => one.protocol === null || one.protocol === 'tcp')
    .flatMap((one) =>
      one.endpoints.flatMap(({ address, port }): EndpointHere[] =>
        address !== null && port !== null ? [{ address, port, service: one.service, origin: () => originOf(one) }] : [],
      ),
    )
  const found = byAddress(all)
  ofHosts.set(host, found)
  return found
}

const NO_LISTING: Text = {
  en: 'the listeners of this namespace were not seen whole (ss -ltn)',
  zh: '没有看到这个网络命名空间的全部监听套接字（ss -ltn）',
}
const NOBODY_ASKS: Text = {
  en: 'no probe of this namespace was captured, and no Service is known to send here',
  zh: '没有采集到对这个网络命名空间的探测，也不知道有 Service 指向这里',
}
