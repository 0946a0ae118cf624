import type { NatRule } from '../model/nat.ts'

/** Rules by the chain they stand in, looked up within one family. */
export interface RuleIndex {
  /** Every rule of a chain, in order; rules whose family was not told belong to both. */
  rulesOf(chain: string, family: 4 | 6 | null): readonly NatRule[]
  /** The first of them that sends to one place. */
  dnatOf(chain: string, family: 4 | 6 | null): NatRule['dnat']
  /** The rule's family; where all rules that tell theirs agree, the rest are of it too: one command prints one family. */
  familyOf(rule: NatRule): 4 | 6 | null
}

const NONE: readonly NatRule[] = []

/** Index rules by chain. */
export function indexRules(rules: readonly NatRule[]): RuleIndex {
  // A chain's rules mostly stand together: of tens of thousands of chains only begin and end are kept.
  const begins = new Map<string, number>()
  const ends = new Int32Array(rules.length)
  const scattered = new Map<string, NatRule[]>()
  const families = new Set<4 | 6>()
  for (let from = 0; from < rules.length; ) {
    const chain = rules[from]?.chain ?? ''
    let to = from
    for (; to < rules.length; to++) {
      const rule = rules[to]
      if (rule?.chain !== chain) break
      if (rule.family !== null) families.add(rule.family)
    }
    const begin = begins.get(chain)
    if (begin === undefined) {
      begins.set(chain, from)
      ends[from] = to
    } else {
      const all = scattered.get(chain) ?? rules.slice(begin, ends[begin])
      for (const rule of rules.slice(from, to)) all.push(rule)
      scattered.set(chain, all)
    }
    from = to
  }
  const mixed = families.size > 1
  const [only] = families
  const sole = mixed ? null : (only ?? null)
  const isOf = (rule: NatRule, family: 4 | 6 | null) =>
    !mixed || family === null || rule.family === null || rule.family === family
  return {
    dnatOf(chain, family) {
      const begin = begins.get(chain)
      if (begin === undefined) return null
      const all = scattered.size > 0 ? scattered.get(chain) : undefined
      const from = all ? 0 : begin
      const to = all ? all.length : (ends[begin] ?? 0)
      for (let at = from; at < to; at++) {
        const rule = (all ?? rules)[at]
        if (rule?.dnat && isOf(rule, family)) return rule.dnat
      }
      return null
    },
    familyOf: (rule) => rule.family ?? sole,
    rulesOf(chain, family) {
      const begin = begins.get(chain)
      if (begin === undefined) return NONE
      const all = scattered.get(chain) ?? rules.slice(begin, ends[begin])
      return mixed && family !== null ? all.filter((rule) => isOf(rule, family)) : all
    },
  }
}
