import type { Finding, Outcome } from './finding.ts'
import type { GapReason } from './part.ts'
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
  readonly order: readonly ReportOrder[]
  /** Flat; root causes first, each followed by what it brings about. */
  readonly findings: readonly Finding[]
  readonly outcomes: readonly Outcome[]
  readonly gaps: readonly ReportGap[]
  readonly unread: readonly Unread[]
  /** Remarks about the reading as a whole: what is said about order, carried settings, budget cuts. */
  readonly notes: readonly Text[]
}
