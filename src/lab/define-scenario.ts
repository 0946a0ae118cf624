import type { Text } from '../model/text.ts'
import type { Lab } from './lab.ts'

/** What the kernel showed when the arrangement stood: numbers and names that a diagnosis must repeat. */
export type Facts = Readonly<Record<string, number | string>>

export interface Arrangement {
  readonly title: Text
  /** Make it, and come back when the kernel shows that it stands. Everything is bounded in count and time. */
  arrange(lab: Lab): Promise<Facts>
}

/** A fault made with real programs on this machine's own kernel, and its promise of what a diagnosis finds. */
export interface Scenario extends Arrangement {
  /** = file name; noun; the failing state. */
  readonly id: string
  /** Rules that must find it, each with the facts that its evidence must carry. */
  readonly expects: Readonly<Record<string, readonly string[]>>
  /** What it promises is worth knowing and hurts nobody: the exit code stays 0. */
  readonly mild?: boolean
  /** Rules that must not take it for theirs. */
  readonly silent: readonly string[]
  /** Commands that a verdict from text needs besides what everybody captures; run in the twin, too. */
  readonly shown?: readonly string[]
  /** It takes disks or cgroups besides namespaces, which root alone can make. */
  readonly rootOnly?: boolean
  /** The same traffic where all is well: nothing at or above warning. null: the scenario itself is the healthy one. */
  readonly twin: Arrangement | null
}

export function defineScenario(scenario: Scenario): Scenario {
  return scenario
}
