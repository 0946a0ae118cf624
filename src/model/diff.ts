import type { Confidence, Severity } from './finding.ts'
import type { Precedence } from './snapshot.ts'
import type { Text } from './text.ts'

/**
 * What differs between two readings, by what things are and not by how they were printed: pids, clients' ports and the order
 * of rows do not count. null: not seen at one side or the other, so nothing can be said.
 */
export interface Diff {
  readonly before: DiffSide
  readonly after: DiffSide
  /** `time`: one node, `before` is the earlier one. `unordered`: one node, nobody knows which came first. `nodes`: two nodes. */
  readonly relation: 'time' | 'unordered' | 'nodes'
  /** How the order is known; null unless `relation` is `time`. */
  readonly order: Precedence | null
  /** Between the readings; null unless both are dated. */
  readonly seconds: number | null
  readonly netns: readonly NetnsDiff[]
  /** Namespaces that only one of the two has. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
  readonly findings: FindingsDiff
  readonly notes: readonly Text[]
}

/** What `recvq diff -o json` prints. */
export interface DiffList {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Diffs'
  readonly diffs: readonly Diff[]
}

export interface DiffSide {
  readonly source: string
  readonly node: string | null
  readonly takenAt: string | null
  readonly lines: readonly [number, number] | null
}

export interface NetnsDiff {
  readonly key: string
  readonly listeners: ListenersDiff | null
  readonly stuck: StuckDiff | null
  /** Sockets by state, where the numbers differ. States come and go: no difference by itself. */
  readonly census: readonly Changed<number>[] | null
  readonly counters: readonly CounterChange[] | null
  readonly settings: readonly Changed<string>[] | null
  readonly forwarding: ForwardingDiff | null
}

/** A name, and its value on either side; null: it is not there, or was not seen there. */
export interface Changed<T> {
  readonly name: string
  readonly before: T | null
  readonly after: T | null
}

export interface ListenersDiff {
  /** Listed on one side only. `proven`: the other side lists every listener, so it is not there. */
  readonly gone: readonly ListenerOnce[]
  readonly appeared: readonly ListenerOnce[]
  readonly grown: readonly QueueMove[]
  readonly drained: readonly QueueMove[]
  /** Another limit of the queue. */
  readonly limits: readonly Changed<number>[]
  /** Another program. */
  readonly owners: readonly Changed<string>[]
  /** Queues with something in them that stand as they were, by connections. */
  readonly still: readonly { readonly name: string; readonly length: number }[]
  /** On both sides, and nothing worth a word happened to it. */
  readonly alike: number
}

export interface ListenerOnce {
  /** `0.0.0.0:80`. */
  readonly name: string
  readonly service: string | null
  readonly length: number | null
  readonly proven: boolean
}

export interface QueueMove {
  readonly name: string
  readonly service: string | null
  readonly before: number
  readonly after: number
  readonly max: number | null
}

/** Connections that wait in queues nobody accepts from. */
export interface StuckDiff {
  /** The very same sockets at both readings, told by their cookies; null: the readings do not tell sockets apart. */
  readonly same: readonly { readonly name: string; readonly count: number }[] | null
  /** Reset by their peers while queued; `same`: likely the same ones, since nothing leaves these queues. */
  readonly reset: { readonly before: number; readonly after: number; readonly same: boolean } | null
}

export interface CounterChange {
  readonly name: string
  readonly before: number
  readonly after: number
  /** null where the time between the readings is not known. */
  readonly perSecond: number | null
}

/** Service ports that rules forward. */
export interface ForwardingDiff {
  readonly gone: readonly string[]
  readonly appeared: readonly string[]
  readonly endpoints: readonly {
    readonly service: string
    readonly gone: readonly string[]
    readonly appeared: readonly string[]
  }[]
  /** Rules were left out at one side: what is missing there may be there. */
  readonly partial: boolean
}

export interface FindingsDiff {
  readonly opened: readonly FindingBrief[]
  readonly closed: readonly FindingBrief[]
  readonly worse: readonly FindingMove[]
  readonly better: readonly FindingMove[]
  /** On both sides, as grave and as sure. */
  readonly same: readonly FindingBrief[]
  /** On one side only, where the other could not be judged: neither opened nor closed. */
  readonly unjudged: readonly FindingBrief[]
}

export interface FindingBrief {
  readonly rule: string
  readonly netns: string | null
  readonly subject: string
  readonly severity: Severity
  readonly confidence: Confidence
  readonly title: Text
  readonly summary: Text
}

export interface FindingMove extends FindingBrief {
  readonly was: { readonly severity: Severity; readonly confidence: Confidence }
}
