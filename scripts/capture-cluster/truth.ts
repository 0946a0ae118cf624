import type { Cluster } from '../../test/cluster/real-cluster.ts'
import type { ExpectedEndpoints, Row } from './expect.ts'

/** Objects as the API server holds them: as much of them as the fixtures show. */
export interface Objects {
  readonly nodes: readonly ApiNode[]
  readonly services: readonly ApiService[]
  readonly pods: readonly ApiPod[]
  readonly endpoints: readonly ApiEndpoints[]
  readonly events: readonly ApiEvent[]
}

interface Meta {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels?: Readonly<Record<string, string>>
  }
}
interface ApiNode extends Meta {
  readonly spec: { readonly unschedulable?: boolean }
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string }[]
    readonly addresses: readonly { readonly type: string; readonly address: string }[]
    readonly nodeInfo: Readonly<
      Record<'kubeletVersion' | 'kernelVersion' | 'osImage' | 'containerRuntimeVersion', string>
    >
  }
}
interface ApiService extends Meta {
  readonly spec: {
    readonly type: string
    readonly clusterIP?: string
    readonly externalName?: string
    readonly selector?: Readonly<Record<string, string>>
    readonly ports?: readonly {
      readonly name?: string
      readonly port: number
      readonly protocol: string
      readonly nodePort?: number
    }[]
    readonly externalTrafficPolicy?: string
  }
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } }
}
interface ApiPod extends Meta {
  readonly spec: { readonly nodeName: string; readonly hostNetwork?: boolean }
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly containerStatuses: readonly {
      readonly ready: boolean
      readonly restartCount: number
      readonly containerID: string
      readonly state: { readonly waiting?: { readonly reason: string } }
    }[]
  }
}
interface ApiEndpoints extends Meta {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[]
    readonly notReadyAddresses?: readonly { readonly ip: string }[]
    readonly ports: readonly { readonly port: number }[]
  }[]
}
interface ApiEvent extends Meta {
  readonly type: string
  readonly reason: string
  readonly count: number
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

export async function readObjects({ api }: Cluster): Promise<Objects> {
  const list = async <T>(kind: string) =>
    ((await api('GET', `/api/v1/${kind}`)) as { readonly items: readonly T[] }).items
  return {
    nodes: await list<ApiNode>('nodes'),
    services: await list<ApiService>('services'),
    pods: await list<ApiPod>('pods'),
    endpoints: await list<ApiEndpoints>('endpoints'),
    events: await list<ApiEvent>('events'),
  }
}

const pathOf = ({ metadata }: Meta) => `${metadata.namespace}/${metadata.name}`

export function nodeRow(one: ApiNode): Row {
  const ready = one.status.conditions.find(({ type }) => type === 'Ready')?.status === 'True'
  const labels = one.metadata.labels ?? {}
  return {
    name: one.metadata.name,
    status: `${ready ? 'Ready' : 'NotReady'}${one.spec.unschedulable === true ? ',SchedulingDisabled' : ''}`,
    roles: Object.keys(labels)
      .flatMap((key) => (key.startsWith('node-role.kubernetes.io/') ? [key.slice(24)] : []))
      .sort(),
    version: one.status.nodeInfo.kubeletVersion,
    addresses: one.status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    kernel: one.status.nodeInfo.kernelVersion,
    os: one.status.nodeInfo.osImage,
    runtime: one.status.nodeInfo.containerRuntimeVersion,
    labels,
  }
}

export function serviceRow(one: ApiService): Row {
  const { type, clusterIP, ports = [], selector } = one.spec
  return {
    name: pathOf(one),
    type,
    clusterIps: clusterIP === undefined ? null : clusterIP === 'None' ? [] : [clusterIP],
    externalIps: [
      ...(one.status.loadBalancer.ingress ?? []).map(({ ip }) => ip),
      ...(one.spec.externalName === undefined ? [] : [one.spec.externalName]),
    ],
    nodePorts: ports.flatMap(({ nodePort }) => nodePort ?? []).sort(),
    ports: ports.map(({ port, protocol }) => `${port}/${protocol}`.toLowerCase()).sort(),
    portNames: ports.flatMap(({ name }) => name ?? []).sort(),
    selector:
      selector === undefined
        ? null
        : Object.entries(selector)
            .map((pair) => pair.join('='))
            .join(','),
    externalTrafficPolicy: one.spec.externalTrafficPolicy ?? null,
  }
}

export function podRow(one: ApiPod): Row {
  const states = one.status.containerStatuses
  return {
    name: pathOf(one),
    status: states.map(({ state }) => state.waiting?.reason).find((reason) => reason !== undefined) ?? one.status.phase,
    phase: one.status.phase,
    ready: { ready: states.filter(({ ready }) => ready).length, total: states.length },
    restarts: states.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ip: one.status.podIP ?? null,
    node: one.spec.nodeName,
    hostNetwork: one.spec.hostNetwork === true,
    labels: one.metadata.labels ?? {},
    containerIds: states.map(({ containerID }) => containerID.replace(/^containerd:\/\//, '')),
  }
}

export const eventRow = (one: ApiEvent): Row => ({
  name: `${one.metadata.namespace}/${one.involvedObject.kind.toLowerCase()}/${one.involvedObject.name}`,
  type: one.type,
  reason: one.reason,
  count: one.count,
})

export function endpointsRow(one: ApiEndpoints): ExpectedEndpoints {
  const pairs = (key: 'addresses' | 'notReadyAddresses') =>
    (one.subsets ?? [])
      .flatMap((subset) => (subset[key] ?? []).flatMap(({ ip }) => subset.ports.map(({ port }) => `${ip}:${port}`)))
      .sort()
  return { service: pathOf(one), ready: pairs('addresses'), unready: pairs('notReadyAddresses') }
}
