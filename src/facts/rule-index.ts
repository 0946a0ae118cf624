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
  // A chain's rules mostly stand together: tens of thousands of chains have arrays that just fit.
  for (let from = 0; from < rules.length; ) {
    const chain = rules[from]?.chain ?? ''
    let to = from + 1
    while (to < rules.length && rules[to]?.chain === chain) to++
    const known = chains.get(chain)
    const run = rules.slice(from, to)
    if (known) for (const rule of run) known.push(rule)
    else chains.set(chain, run)
    from = to
  }
  const families = new Set<4 | 6>()
  for (const { family } of rules) if (family !== null) families.add(family)
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
