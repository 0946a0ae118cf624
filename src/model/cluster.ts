import type { Coverage, Origin } from './part.ts'

/**
 * What Kubernetes said of itself: API objects or the text of kubectl. Joined to snapshots by node name and address.
 * Everything is as far as the text showed it: null is "not printed", never "none".
 */
export interface Cluster {
  readonly nodes: readonly ClusterNode[]
  readonly services: readonly Service[]
  readonly endpoints: readonly EndpointSet[]
  readonly pods: readonly Pod[]
  readonly events: readonly ClusterEvent[]
}

export interface ClusterNode {
  readonly name: string
  /** `Ready`, `NotReady`, `Ready,SchedulingDisabled`. */
  readonly status: string | null
  readonly roles: readonly string[] | null
  readonly ageSeconds: number | null
  /** The kubelet's version. */
  readonly version: string | null
  readonly addresses: readonly string[]
  readonly kernel: string | null
  readonly os: string | null
  readonly runtime: string | null
  readonly labels: Labels | null
  readonly line: number
}

export type Labels = Readonly<Record<string, string>>

export interface Service {
  readonly namespace: string | null
  readonly name: string
  /** ClusterIP, NodePort, LoadBalancer, ExternalName; null in kubectl 1.7 and older tables. */
  readonly type: string | null
  /** Empty: headless (`None`). null: not printed. */
  readonly clusterIps: readonly string[] | null
  /** External and load balancer addresses or host names. */
  readonly externalIps: readonly string[] | null
  readonly ports: readonly ServicePort[]
  readonly selector: string | null
  readonly externalTrafficPolicy: string | null
  readonly sessionAffinity: string | null
  readonly ageSeconds: number | null
  readonly line: number
}

export interface ServicePort {
  readonly name: string | null
  /** null where only the NodePort was printed. */
  readonly port: number | null
  readonly protocol: string
  readonly nodePort: number | null
  /** Number or name, as printed. */
  readonly targetPort: string | null
}

/** Backends of one Service: Endpoints, one EndpointSlice, or the line that `kubectl describe service` prints. */
export interface EndpointSet {
  readonly namespace: string | null
  /** The Service. For a slice whose owner was not printed: the slice's name less its suffix. */
  readonly service: string
  readonly endpoints: readonly Endpoint[]
  /** `+ 37 more...`: that many exist and were not printed. */
  readonly more: number
  readonly line: number
}

export interface Endpoint {
  readonly address: string
  readonly port: number | null
  readonly portName: string | null
  /** null: the form prints ready and unready ones alike, or does not tell. */
  readonly ready: boolean | null
  readonly pod: string | null
  readonly node: string | null
}

export interface Pod {
  readonly namespace: string | null
  readonly name: string
  /** `Running`, `CrashLoopBackOff` … the STATUS column, or the phase. */
  readonly status: string | null
  readonly ready: { readonly ready: number; readonly total: number } | null
  readonly restarts: number | null
  readonly ageSeconds: number | null
  readonly ip: string | null
  readonly node: string | null
  readonly hostNetwork: boolean | null
  readonly labels: Labels | null
  /** Runtime ids without their scheme. */
  readonly containerIds: readonly string[]
  readonly line: number
}

export interface ClusterEvent {
  readonly namespace: string | null
  readonly type: string | null
  readonly reason: string | null
  /** `pod/web-0` in lower case, or as printed. */
  readonly object: string | null
  readonly message: string
  readonly ageSeconds: number | null
  readonly count: number | null
  readonly line: number
}

/** What one output of kubectl, or one reading of the API, told. */
export interface ClusterListing {
  readonly cluster: Cluster
  /** Where it begins; what it lists carries its own lines. */
  readonly origin: Origin
  /** Kinds that were seen whole, as `keys`: `nodes`, `pods` (of all namespaces), `pods in backend`. */
  readonly coverage: readonly Coverage[]
  readonly cuts: readonly string[]
}

/** One cluster as far as an input shows it, output by output. */
export interface ClusterSeen {
  readonly listings: readonly ClusterListing[]
}
