import type { ForwardingEndpoint, NatRule } from '../model/nat.ts'
import type { RuleIndex } from './rule-index.ts'

export interface Spread {
  readonly endpoints: readonly ForwardingEndpoint[]
  /** See Forwarding.endpointCount. */
  readonly count: number | null
  /** A branch between two seen ones is missing, or the last one is. */
  readonly gaps: boolean
}

/**
 * Multiply the probabilities of a chain's branches out to each endpoint's true share.
 * kube-proxy gives branch i of n the chance 1/(n−i); so each branch tells how many are left, and a jump in that tells of missing rules.
 * Units: share 0 to 1. Old versions wrote five digits: shares of 40 equal endpoints then differ by 0.03 %
 */
export function spreadOf(branches: readonly NatRule[], index: RuleIndex): Spread {
  if (branches.some(isUntoldChance)) {
    const endpoints = branches.map((rule) => endpointOf(rule, null, index))
    return { endpoints, count: endpoints.length, gaps: false }
  }
  const endpoints: ForwardingEndpoint[] = []
  let left = 1
  let unbroken = true
  branches.forEach((rule, i) => {
    const before = branches[i - 1]
    if (before && !follows(before, rule)) unbroken = false
    const chance = rule.probability ?? 1
    endpoints.push(endpointOf(rule, unbroken ? left * chance : null, index))
    left *= 1 - chance
  })
  const first = branches[0]
  const last = branches.at(-1)
  if (!first || !last) return { endpoints, count: null, gaps: false }
  return {
    endpoints,
    count: Math.max(Math.round(remaining(first)), endpoints.length),
    gaps: !unbroken || last.probability !== null,
  }
}

/** `nft -j` names iptables' statistic match without its probability. */
export const isUntoldChance = (rule: NatRule): boolean =>
  rule.conditions.length === 1 && rule.conditions[0] === 'xt match statistic'

/** How many branches are left, this one counted: the chance turned round. */
const remaining = (rule: NatRule) => (rule.probability === null || rule.probability <= 0 ? 1 : 1 / rule.probability)

/** Whether `next` can stand right behind `rule`: one branch fewer is left, as far as five digits can tell. */
function follows(rule: NatRule, next: NatRule): boolean {
  if (rule.probability === null) return false
  const blur = (one: NatRule) => 0.02 + 0.000005 * remaining(one) ** 2
  return Math.abs(remaining(rule) - remaining(next) - 1) <= blur(rule) + blur(next)
}

/** Where a branch leads: the DNAT of its chain; for nftables also what the chain's name says. */
function endpointOf(rule: NatRule, share: number | null, index: RuleIndex): ForwardingEndpoint {
  const chain = rule.target
  const target = rule.dnat ?? (chain === null ? null : dnatOf(chain, rule, index))
  return { chain, address: target?.address ?? null, port: target?.port ?? null, share }
}

function dnatOf(chain: string, rule: NatRule, index: RuleIndex): NatRule['dnat'] {
  return index.dnatOf(chain, rule.family) ?? placeInName(chain)
}

/** `endpoint-5OJB2KTY-ns/name/tcp/port__10.180.0.1/80`; IPv6 colons are written as dots there and cannot be told apart from IPv4's. */
function placeInName(chain: string): NatRule['dnat'] {
  const found = /^endpoint-[A-Z2-7]{8}-.*__(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,5})$/.exec(chain)
  return found ? { address: found[1] ?? '', port: Number(found[2]) } : null
}
