import type { NatBackend, Place } from './nat.ts'
import type { GapReason, Origin } from './part.ts'
import type { PodRef } from './pod-ref.ts'

/** What `recvq services` prints: a table for each namespace of each reading. They are never merged. */
export interface ServiceList {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Services'
  readonly tables: readonly ServiceTable[]
}

/** Where a table's rows were seen. */
export interface TablePlace {
  /** null: not named, or of a cluster that belongs to no machine of the input. */
  readonly node: string | null
  /** null: a cluster's own table, seen from no node. */
  readonly netns: string | null
  readonly pod: PodRef | null
  readonly source: string
  readonly way: 'live' | 'transcript' | 'file'
  readonly lines: readonly [number, number] | null
  readonly takenAt: string | null
}

/** Service ports of one namespace: from its forwarding rules, its listeners, and what Kubernetes told. */
export interface ServiceTable extends TablePlace {
  readonly rows: readonly ServiceRow[]
  /** Kubernetes namespaces whose ports have somebody waiting, those with most of them first. */
  readonly totals: readonly NamespaceTotal[]
  /** Why rows or cells may be missing. English, technical. */
  readonly gaps: readonly TableGap[]
}

/** A part that was not seen, or not whole. */
export interface TableGap {
  readonly part: string
  readonly reason: GapReason | 'partial'
  /** In words of the input: what cut it, or what was met. */
  readonly details: readonly string[]
}

export interface NamespaceTotal {
  readonly namespace: string
  /** Ports with somebody in their accept queue. */
  readonly ports: number
  /** Of those, over their limit; null: the limit of some is not known. */
  readonly over: number | null
  readonly queued: number
}

/** Who gave a Service port its name. What people wrote is marked: it names, it does not prove. */
export type NameSource = 'rules' | 'kubernetes' | 'typed by hand'

export interface ServiceRow {
  /** `namespace/name:port`; null: nothing names it. */
  readonly service: string | null
  readonly namedBy: NameSource | null
  readonly namedAt: Origin | null
  /** Kubernetes told of it. */
  readonly inKubernetes: boolean
  readonly type: string | null
  readonly protocol: string | null
  /** The Service's own port. */
  readonly port: number | null
  readonly nodePort: number | null
  readonly addresses: readonly (Place & { readonly kind: string })[]
  readonly ageSeconds: number | null
  /** Sockets that listen on the NodePort, the longest queue first. */
  readonly listeners: readonly RowListener[]
  /** Every listener of the namespace was seen: none here means that there is none. */
  readonly listenersWhole: boolean
  /** null: no rule for it was seen. */
  readonly rules: RowRules | null
  readonly endpoints: readonly RowEndpoint[]
  /** How many there are: by the rules, else by Kubernetes; null: cannot be told. */
  readonly endpointCount: number | null
  /** How many Kubernetes lists; null: it was not asked. Another number than that of the rules: one of them is older. */
  readonly kubernetesCount: number | null
  /** There are at least so many. */
  readonly countIsAtLeast: boolean
  /** Endpoints whose rules were left out of the input: not seen, which is not absent. */
  readonly rulesNotSeen: number
  /** Endpoints that neither rules nor Kubernetes name an address of. */
  readonly notSeen: number
  /** Share of new connections that each gets, 0 to 1, where all get the same; null: they do not, or no rule tells. */
  readonly share: number | null
  /** Other Services with the very same endpoints, as far as they are shown. */
  readonly shares: readonly { readonly service: string; readonly whole: boolean }[]
  readonly flows: RowFlows | null
}

export interface RowListener {
  readonly address: string
  readonly port: number
  readonly program: string | null
  readonly pids: readonly number[]
  readonly length: number | null
  readonly limit: number | null
  /** Where the limit is known from, if not printed beside the length. */
  readonly limitKnown: 'printed' | 'earlier' | 'somaxconn' | null
  readonly over: boolean
  readonly origin: Origin
}

export interface RowRules {
  readonly backends: readonly NatBackend[]
  readonly chain: string | null
  /** A rule points to a chain of which no rule was seen. */
  readonly chainNotSeen: boolean
  readonly localOnly: boolean
  readonly refused: string | null
  readonly origin: Origin | null
}

export interface RowEndpoint {
  readonly address: string
  readonly port: number | null
  /** Share of new connections by the rules; null: no rule of it was seen. */
  readonly share: number | null
  readonly inRules: boolean
  readonly inKubernetes: boolean
  readonly pod: string | null
  readonly node: string | null
  readonly ready: boolean | null
  readonly restarts: number | null
  readonly ageSeconds: number | null
  readonly status: string | null
}

/** What connection tracking shows of connections to the NodePort or the Service's addresses. */
export interface RowFlows {
  readonly entries: number
  readonly translated: number
  /** Got past the rules: the reply comes from the NodePort itself. */
  readonly past: number
  /** Clients that connect again and again, at even distances. */
  readonly intervals: readonly {
    readonly source: string
    readonly seconds: number
    readonly connections: number
    /** The rhythm fills the whole time that entries last. */
    readonly steady: boolean
  }[]
}
