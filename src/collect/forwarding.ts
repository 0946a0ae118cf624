import type { Flows } from '../model/flow.ts'
import type { Nat } from '../model/nat.ts'
import type { Part } from '../model/part.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, ok, uniteProvenance, whyNothing } from './answers.ts'
import type { Budget } from './budget.ts'
import { readFlows } from './flows-live.ts'
import { readForwarding } from './forwarding-live.ts'

/** Why a part of the answer is missing. */
const gapsIn = (answers: readonly Answer[]): readonly string[] =>
  answers.flatMap((one) => (one.ok ? [] : [`${one.reason}: ${one.detail}`]))

/** Rules that forward connections, output by output: which table was seen whole stands in the coverage. */
export function collectNat(answers: readonly Answer[], budget: Budget): Part<Nat> {
  const read = answers.flatMap((one): readonly Answer[] =>
    one.ok && 'pinned' in one ? readForwarding(one, budget) : [one],
  )
  const told = contentsOf(read, 'nat')
  if (told.length === 0) return whyNothing(read, 'forwarding rules')
  const from = uniteProvenance(told)
  return ok({ listings: told.map((one) => one.content.nat) }, { ...from, cuts: [...from.cuts, ...gapsIn(read)] })
}

/** Connection tracking: the entries listed, and how many there are. Of two counts the last one stands. */
export function collectFlows(answers: readonly Answer[], budget: Budget): Part<Flows> {
  const isLive = answers.some((one) => one.ok && ('talk' in one || 'text' in one))
  const read = isLive ? readFlows(answers, budget) : answers
  const told = contentsOf(read, 'flows')
  if (told.length === 0) return whyNothing(read, 'connection tracking')
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
    {
      ...uniteProvenance(listed.length > 0 ? listed : told),
      ...(listed.length > 0 ? {} : { coverage: [] }),
      ...(isLive ? { cuts: [...listed.flatMap((one) => one.cuts), ...gapsIn(read)] } : {}),
    },
  )
}
