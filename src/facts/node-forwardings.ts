import type { Service } from '../model/cluster.ts'
import type { Forwarding, Nat, NatRule } from '../model/nat.ts'
import { forwardingsOf } from './forwarding.ts'
import { type NamedForwarding, nameForwardings } from './forwarding-names.ts'
import { ipvsForwardings } from './ipvs-forwarding.ts'

/** One row per Service port that a namespace forwards, from all outputs that show its rules. Worked out once for each of them. */
export function nodeForwardings(nat: Nat, services: readonly Service[] = NO_SERVICES): readonly NamedForwarding[] {
  const known = named.get(nat) ?? new Map<readonly Service[], readonly NamedForwarding[]>()
  named.set(nat, known)
  const list = services.length === 0 ? NO_SERVICES : services
  const before = known.get(list)
  if (before) return before
  const made = nameForwardings(unnamed(nat), services)
  known.set(list, made)
  return made
}

const NO_SERVICES: readonly Service[] = []
const plain = new WeakMap<Nat, readonly Forwarding[]>()
const named = new WeakMap<Nat, Map<readonly Service[], readonly NamedForwarding[]>>()

function unnamed(nat: Nat): readonly Forwarding[] {
  const before = plain.get(nat)
  if (before) return before
  const { listings } = nat
  const elided = listings.flatMap((one) => one.elided)
  const made = [
    ...forwardingsOf(uniteRules(listings.map((one) => one.rules)), elided),
    ...listings.flatMap((one) => ipvsForwardings(one.ipvs)),
  ]
  plain.set(nat, made)
  return made
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
