import type { Finding, Outcome } from './finding.ts'
import type { NatBackend } from './nat.ts'
import type { GapReason, Origin } from './part.ts'
import type { Hint, NodeFacts, Precedence } from './snapshot.ts'
import type { StateCensus } from './socket.ts'
import type { Text } from './text.ts'

/** One reading in the report's head. */
export interface ReportSnapshot {
  readonly source: string
  readonly way: 'live' | 'transcript' | 'file'
  readonly node: NodeFacts
  readonly takenAt: string | null
  readonly lines: readonly [number, number] | null
  readonly netns: readonly ReportNetns[]
  readonly hints: readonly Hint[]
}

/** What was seen in one namespace, counted. null: not seen. */
export interface ReportNetns {
  readonly key: string
  readonly listeners: number | null
  readonly queued: number | null
  readonly connections: number | null
  readonly census: StateCensus | null
  /** Counters worth a look that are not 0, by nstat's names: totals since boot, or what `nstat` gave as a difference. */
  readonly counters: Readonly<Record<string, number>> | null
  readonly sysctls: Readonly<Record<string, string>> | null
  readonly forwarding: ReportForwarding | null
  readonly flows: ReportFlows | null
}

/** Forwarding rules as far as they were shown. */
export interface ReportForwarding {
  readonly backends: readonly NatBackend[]
  readonly rules: number
  /** Service ports that rules forward or refuse. */
  readonly services: number
  readonly nodePorts: number
  /** Endpoints of these, those included whose rules were not seen. */
  readonly endpoints: number
}

/** Connection tracking as far as it was shown. */
export interface ReportFlows {
  /** Entries that were listed; null: only counted. */
  readonly listed: number | null
  /** Entries in the table, as a tool counted them. */
  readonly counted: number | null
}

/** One cluster: what kubectl listed of it, counted. null: nothing of that kind was listed. */
export interface ReportCluster {
  readonly nodes: number | null
  /** null: the roles were not printed. */
  readonly masters: number | null
  readonly workers: number | null
  readonly services: number | null
  readonly endpoints: number | null
  readonly pods: number | null
  /** Kinds that were listed whole: `nodes`, `pods in backend`. */
  readonly whole: readonly string[]
  readonly sources: readonly Origin[]
}

export interface ReportGap {
  readonly snapshot: number
  readonly netns: string | null
  readonly part: string
  readonly reason: GapReason | 'partial'
  readonly detail: string
}

/** Lines of an input that no parser understood. */
export interface Unread {
  readonly file: string
  readonly lines: readonly [number, number]
  readonly why: string
  /** The first of them, cut to 120 characters, control characters made visible. */
  readonly sample: string
}

/** How two readings stand in time; indices into `snapshots`. */
export type ReportOrder = Precedence

export interface Report {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Report'
  readonly version: string
  readonly snapshots: readonly ReportSnapshot[]
  /** What kubectl told; hosts that only ran it are not among the snapshots. */
  readonly clusters: readonly ReportCluster[]
  readonly order: readonly ReportOrder[]
  /** Flat; root causes first, each followed by what it brings about. */
  readonly findings: readonly Finding[]
  readonly outcomes: readonly Outcome[]
  readonly gaps: readonly ReportGap[]
  readonly unread: readonly Unread[]
  /** Remarks about the reading as a whole: what is said about order, carried settings, budget cuts. */
  readonly notes: readonly Text[]
}
