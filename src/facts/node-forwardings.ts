import type { Service } from '../model/cluster.ts'
import type { Nat, NatRule } from '../model/nat.ts'
import { forwardingsOf } from './forwarding.ts'
import { type NamedForwarding, nameForwardings } from './forwarding-names.ts'
import { ipvsForwardings } from './ipvs-forwarding.ts'

/** One row per Service port that a namespace forwards, from all outputs that show its rules. */
export function nodeForwardings({ listings }: Nat, services: readonly Service[] = []): readonly NamedForwarding[] {
  const elided = listings.flatMap((one) => one.elided)
  const forwardings = [
    ...forwardingsOf(uniteRules(listings.map((one) => one.rules)), elided),
    ...listings.flatMap((one) => ipvsForwardings(one.ipvs)),
  ]
  return nameForwardings(forwardings, services)
}

/** A rule that a second output prints again is one rule: counted twice it would take a share of its own. */
function uniteRules([first = [], ...others]: readonly (readonly NatRule[])[]): readonly NatRule[] {
  if (others.length === 0) return first
  const known = new Set(first.map(keyOf))
  const further = others.flatMap((rules) => {
    const fresh = rules.filter((rule) => !known.has(keyOf(rule)))
    for (const rule of fresh) known.add(keyOf(rule))
    return fresh
  })
  return [...first, ...further]
}

const keyOf = (rule: NatRule): string => JSON.stringify({ ...rule, line: 0, packets: 0, bytes: 0 })
