import type { NatRule } from '../model/nat.ts'

/** Rules by the chain they stand in, looked up within one family. */
export interface RuleIndex {
  /** Every rule of a chain, in order; rules whose family was not told belong to both. */
  rulesOf(chain: string, family: 4 | 6 | null): readonly NatRule[]
  /** The rule's family; where all rules that tell theirs agree, the rest are of it too: one command prints one family. */
  familyOf(rule: NatRule): 4 | 6 | null
}

/** Index rules by chain. */
export function indexRules(rules: readonly NatRule[]): RuleIndex {
  const chains = new Map<string, NatRule[]>()
  for (const rule of rules) {
    const known = chains.get(rule.chain)
    if (known) known.push(rule)
    else chains.set(rule.chain, [rule])
  }
  const families = new Set(rules.map((rule) => rule.family).filter((family) => family !== null))
  const mixed = families.size > 1
  const [only] = families
  const sole = mixed ? null : (only ?? null)
  return {
    familyOf: (rule) => rule.family ?? sole,
    rulesOf(chain, family) {
      const all = chains.get(chain) ?? []
      return mixed && family !== null ? all.filter((rule) => rule.family === null || rule.family === family) : all
    },
  }
}
