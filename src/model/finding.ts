import type { Origin } from './part.ts'
import type { Text } from './text.ts'

export type Severity = 'critical' | 'warning' | 'info'
export type Confidence = 'certain' | 'likely' | 'possible'

/** Is it happening at this moment, does a total prove that it happened, or is it a setting that will let it happen? */
export type When = 'now' | 'past' | 'setting'

/**
 * What a finding is about. `key` (with rule, node and netns) makes its id: no counts, no pids, so that two reports can be compared.
 */
export interface Subject {
  readonly kind: 'node' | 'netns' | 'listener' | 'process' | 'peer' | 'service' | 'interface' | 'sysctl' | 'counter'
  readonly key: string
  readonly address?: string
  readonly port?: number
  readonly process?: string
  /** `namespace/name:port`, as in Listener.service. */
  readonly service?: string
  readonly interface?: string
  readonly sysctl?: string
}

/** One proof: a number with its unit and limit, where it was read, and how to see it by hand. */
export interface Evidence {
  readonly label: Text
  readonly value: number | string | null
  readonly unit: string | null
  /** The limit, threshold or base the value is to be held against. */
  readonly limit: number | string | null
  readonly source: Origin
  /** A command that shows the same by hand; null where there is none. */
  readonly command: string | null
}

export interface Remedy {
  readonly title: Text
  /** Exact commands, configuration or YAML with this node's names in it; null where only words help. */
  readonly action: string | null
  readonly language: 'sh' | 'yaml' | 'conf' | null
  readonly risk: Text
  /** How to see that it worked. */
  readonly verify: string | null
}

/** What a rule hands to the engine. */
export interface Draft {
  readonly subject: Subject
  readonly severity: Severity
  readonly confidence: Confidence
  readonly when: When
  readonly summary: Text
  readonly evidence: readonly Evidence[]
  readonly remedies: readonly Remedy[]
  /** Popular advice that does not help here, and why. */
  readonly notHelpful: readonly Text[]
  /** What is not known and would change or settle the judgement: the command that decides. */
  readonly unknowns: readonly Text[]
}

export interface Finding extends Draft {
  /** `rule:8 hex digits`, from rule, node, netns and subject.key. */
  readonly id: string
  readonly rule: string
  readonly title: Text
  readonly node: string | null
  readonly netns: string | null
  /** Indices into the report's snapshots in which it was found, oldest first where the order is known. */
  readonly snapshots: readonly number[]
  /** Findings that bring this one about, with why that is believed. */
  readonly causes: readonly { readonly id: string; readonly why: Text }[]
}

export type OutcomeKind = 'found' | 'clear' | 'skipped' | 'broken'

/** What became of one rule in one scope. Skipped is never healthy. */
export interface Outcome {
  readonly rule: string
  readonly node: string | null
  readonly netns: string | null
  readonly snapshot: number
  readonly outcome: OutcomeKind
  /** For skipped and broken: why. */
  readonly why: Text | null
  /** What silence does not promise: a fault that is hidden rather than gone. */
  readonly remark: Text | null
}
