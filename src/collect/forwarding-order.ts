import type { Flows } from '../model/flow.ts'
import type { Nat } from '../model/nat.ts'
import type { Part } from '../model/part.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Host, NetnsRef } from '../sys/host.ts'
import { gap } from './answers.ts'
import { type Budget, sliceOf } from './budget.ts'
import { collectFlows, collectNat } from './forwarding.ts'

/** More rules than this, or more programs run, are not asked for a second time within seconds: they are settings. */
const MANY_RULES = 5000
const MANY_PROGRAMS = 8
/** Namespaces but the host's may use this share of what is left for all of them, and one of them this share of that. */
const SHARE_OF_OTHERS = 0.5
const SHARE_OF_ONE = 0.2

/** A namespace whose forwarding is to be read. */
export interface Unread {
  readonly ref: NetnsRef
  nat: Part<Nat>
  flows: Part<Flows>
}

/**
 * Forwarding rules and connection tracking, the host's namespace first.
 * Shape: of a reading seconds earlier, a large ruleset is carried over
 * Gaps:  timeout, once the others have used half of what was left, or one of them a fifth of that; the host's may use all
 */
export function readAllForwarding(
  host: Host,
  namespaces: readonly Unread[],
  budget: Budget,
  before: Snapshot | null,
): void {
  const kept = before ? rulesKept(before) : new Map<string, Part<Nat>>()
  let share: { readonly all: Budget; readonly ms: number } | null = null
  const shareOf = ({ ref }: Unread): Budget => {
    if (ref.kind === 'host') return budget
    if (!share) {
      const ms = budget.left() * SHARE_OF_OTHERS
      share = { all: sliceOf(budget, ms), ms }
    }
    return sliceOf(share.all, share.ms * SHARE_OF_ONE)
  }
  for (const one of namespaces) {
    const { ref } = one
    const own = shareOf(one)
    const read = <T>(act: () => Part<T>): Part<T> => {
      const late = own.spent()
      return late === null ? act() : gap('timeout', late)
    }
    one.flows = read(() => collectFlows(host.ask('flows', ref), own))
    one.nat = kept.get(keyOf(ref)) ?? read(() => collectNat(host.ask('nat', ref), own))
  }
}

const keyOf = ({ key, inode }: Pick<NetnsRef, 'key' | 'inode'>) => `${inode} ${key}`

function rulesKept({ netns }: Snapshot): ReadonlyMap<string, Part<Nat>> {
  const listings = netns.flatMap(({ nat }) => (nat.ok ? nat.data.listings : []))
  const rules = listings.reduce((sum, one) => sum + one.rules.length, 0)
  const read = listings.filter((one) => one.rules.length + one.chains.length > 0).length
  if (rules <= MANY_RULES && read <= MANY_PROGRAMS) return new Map()
  return new Map(
    netns.flatMap(({ nat, ...one }) =>
      // What IPVS tells of its connections is no setting, and is a file.
      nat.ok && nat.data.listings.every(({ ipvs }) => ipvs.length === 0)
        ? [[keyOf(one), { ...nat, via: `${nat.via} (at the reading before)` }] as const]
        : [],
    ),
  )
}
