import type { Origin, Part } from '../model/part.ts'
import type { Counters } from '../model/snapshot.ts'
import { parseProcNetstat } from '../parse/proc-net-netstat.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, isText, ok, type Provenance, uniteProvenance, wholly, whyNothing } from './answers.ts'

/**
 * The counters of one namespace, from any mixture of outputs.
 * Shape: a name that several tell keeps the first value; totals are not mixed with differences: totals win
 */
export function collectCounters(answers: readonly Answer[]): Part<Counters> {
  const found: { counters: Counters; from: Provenance }[] = []
  for (const answer of answers.filter(isText)) {
    const origin: Origin = { via: answer.file }
    const { counters, warnings } = parseProcNetstat(answer.text, () => origin)
    found.push({ counters, from: wholly(answer.via, warnings) })
  }
  for (const answer of contentsOf(answers, 'counters')) found.push({ counters: answer.content.counters, from: answer })
  const kind = found.some((one) => one.counters.kind === 'total') ? 'total' : 'delta'
  const alike = found.filter((one) => one.counters.kind === kind)
  if (alike.length === 0) return whyNothing(answers, 'counters')
  const values: Record<string, number> = {}
  const origins: Record<string, Origin> = {}
  for (const { counters } of alike)
    for (const [name, value] of Object.entries(counters.values)) {
      if (name in values) continue
      values[name] = value
      const origin = counters.origins[name]
      if (origin) origins[name] = origin
    }
  const absentIsZero = alike.some((one) => one.counters.absentIsZero)
  return ok({ values, origins, absentIsZero, kind }, uniteProvenance(alike.map((one) => one.from)))
}
