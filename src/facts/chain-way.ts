import type { NatRule } from '../model/nat.ts'
import { isUntoldChance } from './endpoint-shares.ts'
import type { RuleIndex } from './rule-index.ts'

/** Chains that belong to one Service port, before its endpoints'. */
export const isServiceChain = (name: string) =>
  /^(?:KUBE-(?:SVC|SVL|EXT|XLB|FW)-|(?:service|external|local|firewall)-)/.test(name)

/** Where a Service's chain leads. */
export interface Way {
  /** The last chain of the way: the one that spreads. */
  readonly chain: string
  readonly branches: readonly NatRule[]
  readonly refused: boolean
}

/** Follow a Service's chain to the one that spreads over endpoints. Loops end: a chain is entered once. */
export function followChain(start: string, family: 4 | 6 | null, index: RuleIndex): Way {
  const entered = new Set<string>()
  let chain = start
  for (;;) {
    entered.add(chain)
    const takers = index.rulesOf(chain, family).filter(takesTraffic)
    const branches = takers.filter((rule) => isEndpointChain(rule.target) || rule.dnat !== null)
    if (branches.length > 0) return { chain, branches, refused: false }
    // loadBalancerSourceRanges leave only rules with conditions.
    const next =
      takers.find((rule) => isServiceChain(rule.target ?? ''))?.target ?? conditionalWay(chain, family, index)
    if (next === null || entered.has(next)) {
      const refused = takers.some((rule) => rule.target === 'KUBE-MARK-DROP' || rule.target === 'DROP')
      return { chain, branches: [], refused }
    }
    chain = next
  }
}

const isEndpointChain = (target: string | null) => target !== null && /^(?:KUBE-SEP-|endpoint-)/.test(target)

/** A rule that takes whatever comes this far. Affinity, source ranges and local clients are conditions. */
const takesTraffic = (rule: NatRule) =>
  (rule.conditions.length === 0 || isUntoldChance(rule)) && rule.source === null && rule.destination === null

function conditionalWay(chain: string, family: 4 | 6 | null, index: RuleIndex): string | null {
  if (!/^(?:KUBE-FW-|firewall-)/.test(chain)) return null
  return index.rulesOf(chain, family).find((rule) => isServiceChain(rule.target ?? ''))?.target ?? null
}
