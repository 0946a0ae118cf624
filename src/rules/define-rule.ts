import type { Need, View } from '../facts/need.ts'
import type { Draft, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'

/** What each need gives the check, by its name in `needs`. */
export type Values<N> = { readonly [K in keyof N]: N[K] extends Need<infer T> ? T : never }

/** The page of a rule: what `explain` prints and docs/rules/ID.md holds. Markdown, one paragraph or list each. */
export interface Page {
  readonly what: Text
  readonly why: Text
  readonly confirm: Text
  readonly fix: Text
  /** What looks alike and is something else. */
  readonly notToConfuse: Text
  readonly sources: readonly string[]
}

/**
 * Another rule's findings that this one brings about. A link is drawn only on shared ground:
 * `node`: same node · `netns`: same namespace besides, or one of the two is of the whole node · of such, `process`: the same
 * program · `listener`: the same address and port · `port`: the same port · `service`: the same Service · `peer`: the same
 * address of a peer.
 */
export interface Effect {
  readonly rule: string
  readonly shared: 'node' | 'netns' | 'process' | 'listener' | 'port' | 'service' | 'peer'
  readonly why: Text
}

export interface Rule<N extends Record<string, Need<unknown>> = Record<string, Need<unknown>>> {
  /** = file name; a noun; names the failing state; never reused for something else. */
  readonly id: string
  readonly title: Text
  /** The worst it can be; a finding may be milder. */
  readonly severity: Severity
  readonly scope: 'netns' | 'node'
  /** Typed handles. A missing one skips the rule and says so; wrap it in maybe() where the rule can do without. */
  readonly needs: N
  /** Every sentence of the rule: templates with {placeholders}, the same ones in each language (tested for all rules). */
  readonly words: Readonly<Record<string, Text>>
  readonly page: Page
  readonly effects: readonly Effect[]
  /** Every number that decides, with its unit, and why it is this one: a kernel's formula, a timer, a default. Shown by `explain`. */
  readonly thresholds?: readonly { readonly value: string; readonly reason: Text }[]
  /** Pure. An empty list means: looked, and it is not so. */
  check(values: Values<N>, view: View): readonly Draft[]
  /** Asked where nothing was found: what that silence does not promise. */
  remark?(values: Values<N>, view: View): Text | null
}

/** Define a rule with its needs' types inferred. */
export function defineRule<N extends Record<string, Need<unknown>>>(rule: Rule<N>): Rule<N> {
  return rule
}
