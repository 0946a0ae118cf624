import type { Flows } from '../model/flow.ts'
import type { Nat } from '../model/nat.ts'
import type { Part } from '../model/part.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, ok, uniteProvenance, whyNothing } from './answers.ts'

/** Rules that forward connections, output by output: which table was seen whole stands in the coverage. */
export function collectNat(answers: readonly Answer[]): Part<Nat> {
  const told = contentsOf(answers, 'nat')
  if (told.length === 0) return whyNothing(answers, 'forwarding rules')
  return ok({ listings: told.map((one) => one.content.nat) }, uniteProvenance(told))
}

/** Connection tracking: the entries listed, and how many there are. Of two counts the last one stands. */
export function collectFlows(answers: readonly Answer[]): Part<Flows> {
  const told = contentsOf(answers, 'flows')
  if (told.length === 0) return whyNothing(answers, 'connection tracking')
  const all = told.map((one) => one.content.flows)
  const last = <T>(pick: (flows: Flows) => T | null) => all.map(pick).findLast((one) => one !== null) ?? null
  const listed = told.filter((one) => one.content.flows.listings.length > 0)
  return ok(
    {
      listings: all.flatMap((one) => one.listings),
      count: last((one) => one.count),
      stats: last((one) => one.stats),
    },
    // A count by itself shows no entry: it makes no listing whole.
    { ...uniteProvenance(listed.length > 0 ? listed : told), ...(listed.length > 0 ? {} : { coverage: [] }) },
  )
}
