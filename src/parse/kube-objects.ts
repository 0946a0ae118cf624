import type { Cluster, ClusterEvent, ClusterNode, Endpoint, EndpointSet, Pod, Service } from '../model/cluster.ts'
import { canonicalAddress } from './address.ts'
import { at, booleanAt, listAt, numberAt, textAt, textMapAt, textsAt, type Untyped } from './untyped.ts'

type Draft = { -readonly [K in keyof Cluster]: Cluster[K][number][] }

export const emptyCluster = (): Draft => ({ nodes: [], services: [], endpoints: [], pods: [], events: [] })

/**
 * Put one API object, or a List of them, into a cluster. What is `false`: of another kind.
 * Shape:  v1 Node, Pod, Service, Endpoints, Event; discovery.k8s.io/v1 and v1beta1 EndpointSlice; events.k8s.io Event
 * Gaps:   ages are null: an object tells when it was made, not when it was printed
 * Source: Kubernetes API reference. Fields that are not there are null; never throws
 */
export function addObject(cluster: Draft, object: Untyped, line: number): boolean {
  switch (textAt(object, 'kind')) {
    case 'Node':
      cluster.nodes.push(nodeOf(object, line))
      return true
    case 'Pod':
      cluster.pods.push(podOf(object, line))
      return true
    case 'Service':
      cluster.services.push(serviceOf(object, line))
      return true
    case 'Endpoints':
      cluster.endpoints.push(endpointsOf(object, line))
      return true
    case 'EndpointSlice':
      cluster.endpoints.push(sliceOf(object, line))
      return true
    case 'Event':
      cluster.events.push(eventOf(object, line))
      return true
    default:
      return false
  }
}

const nameOf = (object: Untyped) => textAt(object, 'metadata', 'name') ?? ''
const namespaceOf = (object: Untyped) => textAt(object, 'metadata', 'namespace')
const ROLE = 'node-role.kubernetes.io/'

function nodeOf(object: Untyped, line: number): ClusterNode {
  const labels = textMapAt(object, 'metadata', 'labels')
  const ready = listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
  const status = ready === undefined ? null : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'
  const cordoned = booleanAt(object, 'spec', 'unschedulable') === true
  const info = (key: string) => textAt(object, 'status', 'nodeInfo', key)
  const addresses = listAt(object, 'status', 'addresses')
    .filter((one) => /IP$/.test(textAt(one, 'type') ?? ''))
    .map((one) => textAt(one, 'address'))
    .filter((one) => one !== null)
  return {
    name: nameOf(object),
    status: status !== null && cordoned ? `${status},SchedulingDisabled` : status,
    roles:
      labels &&
      Object.keys(labels)
        .filter((key) => key.startsWith(ROLE))
        .map((key) => key.slice(ROLE.length)),
    ageSeconds: null,
    version: info('kubeletVersion'),
    addresses: [...new Set(addresses.map(canonicalAddress))],
    kernel: info('kernelVersion'),
    os: info('osImage'),
    runtime: info('containerRuntimeVersion'),
    labels,
    line,
  }
}

function podOf(object: Untyped, line: number): Pod {
  const containers = listAt(object, 'status', 'containerStatuses')
  const restarts = containers.map((one) => numberAt(one, 'restartCount'))
  const ip = textAt(object, 'status', 'podIP')
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    status: textAt(object, 'status', 'phase'),
    ready:
      containers.length === 0
        ? null
        : { ready: containers.filter((one) => booleanAt(one, 'ready') === true).length, total: containers.length },
    restarts: restarts.length === 0 ? null : restarts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    ageSeconds: null,
    ip: ip === null ? null : canonicalAddress(ip),
    node: textAt(object, 'spec', 'nodeName'),
    // The API leaves false out.
    hostNetwork: at(object, 'spec') === undefined ? null : booleanAt(object, 'spec', 'hostNetwork') === true,
    labels: textMapAt(object, 'metadata', 'labels'),
    containerIds: containers.flatMap((one) => {
      const id = textAt(one, 'containerID')
      return id?.includes('://') ? [id.slice(id.indexOf('://') + 3)] : []
    }),
    line,
  }
}

function serviceOf(object: Untyped, line: number): Service {
  const spec = (key: string) => textAt(object, 'spec', key)
  const ips = textsAt(object, 'spec', 'clusterIPs')
  const sole = spec('clusterIP')
  const clusterIps = ips.length > 0 ? ips : sole === null ? null : [sole]
  const ingress = listAt(object, 'status', 'loadBalancer', 'ingress').map(
    (one) => textAt(one, 'ip') ?? textAt(one, 'hostname'),
  )
  const selector = textMapAt(object, 'spec', 'selector')
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    type: spec('type'),
    clusterIps: clusterIps?.filter((ip) => ip !== 'None').map(canonicalAddress) ?? null,
    externalIps: [...textsAt(object, 'spec', 'externalIPs'), ...ingress, spec('externalName')].filter(
      (one) => one !== null,
    ),
    ports: listAt(object, 'spec', 'ports').map((one) => ({
      name: textAt(one, 'name'),
      port: numberAt(one, 'port'),
      protocol: (textAt(one, 'protocol') ?? 'TCP').toLowerCase(),
      nodePort: numberAt(one, 'nodePort'),
      targetPort: textAt(one, 'targetPort'),
    })),
    selector:
      selector &&
      Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    externalTrafficPolicy: spec('externalTrafficPolicy'),
    sessionAffinity: spec('sessionAffinity'),
    ageSeconds: null,
    line,
  }
}

function endpointsOf(object: Untyped, line: number): EndpointSet {
  const endpoints = listAt(object, 'subsets').flatMap((subset) =>
    portsOf(subset).flatMap((port) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((key) =>
        listAt(subset, key).flatMap((one) => endpointOf(textAt(one, 'ip'), port, key === 'addresses', one)),
      ),
    ),
  )
  return { namespace: namespaceOf(object), service: nameOf(object), endpoints, more: 0, line }
}

interface PortOf {
  readonly name: string | null
  readonly port: number | null
}

/** Ports of a subset or slice; a headless Service may have none, then each address counts once. */
function portsOf(holder: Untyped): readonly PortOf[] {
  const ports = listAt(holder, 'ports').map((one) => ({ name: textAt(one, 'name'), port: numberAt(one, 'port') }))
  return ports.length > 0 ? ports : [{ name: null, port: null }]
}

function endpointOf(address: string | null, port: PortOf, ready: boolean | null, holder: Untyped): readonly Endpoint[] {
  if (address === null) return []
  const pod = textAt(holder, 'targetRef', 'kind') === 'Pod' ? textAt(holder, 'targetRef', 'name') : null
  // v1beta1 told the node by its topology.
  const node = textAt(holder, 'nodeName') ?? textAt(holder, 'topology', 'kubernetes.io/hostname')
  return [{ address: canonicalAddress(address), port: port.port, portName: port.name, ready, pod, node }]
}

function sliceOf(object: Untyped, line: number): EndpointSet {
  const name = nameOf(object)
  const owner = textAt(object, 'metadata', 'labels', 'kubernetes.io/service-name')
  const endpoints = portsOf(object).flatMap((port) =>
    listAt(object, 'endpoints').flatMap((one) =>
      // "Unknown" (null) is to be taken as ready: the API says so.
      textsAt(one, 'addresses').flatMap((address) =>
        endpointOf(address, port, booleanAt(one, 'conditions', 'ready') ?? true, one),
      ),
    ),
  )
  return {
    namespace: namespaceOf(object),
    service: owner ?? name.replace(/-[a-z0-9]{5}$/, ''),
    endpoints,
    more: 0,
    line,
  }
}

function eventOf(object: Untyped, line: number): ClusterEvent {
  const about = at(object, 'involvedObject') === undefined ? 'regarding' : 'involvedObject'
  const [kind, name] = [textAt(object, about, 'kind'), textAt(object, about, 'name')]
  return {
    namespace: namespaceOf(object),
    type: textAt(object, 'type'),
    reason: textAt(object, 'reason'),
    object: kind === null || name === null ? null : `${kind.toLowerCase()}/${name}`,
    message: textAt(object, 'message') ?? textAt(object, 'note') ?? '',
    ageSeconds: null,
    count: numberAt(object, 'count') ?? numberAt(object, 'series', 'count') ?? numberAt(object, 'deprecatedCount'),
    line,
  }
}
