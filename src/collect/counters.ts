import type { Origin, Part } from '../model/part.ts'
import type { Counters } from '../model/snapshot.ts'
import { procNetSnmp6 } from '../parse/network/proc-net-snmp6.ts'
import { parseProcNetstat } from '../parse/proc-net-netstat.ts'
import type { Answer } from '../sys/host.ts'
import {
  contentsOf,
  isText,
  ok,
  type Provenance,
  type TextAnswer,
  uniteProvenance,
  wholly,
  whyNothing,
} from './answers.ts'
import { readWith } from './texts.ts'

/**
 * The counters of one namespace, from any mixture of outputs.
 * Shape: a name that several tell keeps the first value; totals are not mixed with differences: totals win
 */
export function collectCounters(answers: readonly Answer[]): Part<Counters> {
  const found: { counters: Counters; from: Provenance }[] = []
  const [six, texts] = split(answers.filter(isText))
  for (const { via, file, text } of six) {
    const read = readWith(procNetSnmp6, text, { file }).content.find((one) => one.question === 'counters')
    if (read?.question === 'counters') found.push({ counters: citedFrom(read.counters, file), from: wholly(via) })
  }
  if (texts[0]) {
    const { counters, warnings } = parseProcNetstat(texts.map((one) => one.text).join('\n'), originsIn(texts))
    found.push({ counters, from: wholly(texts[0].via, warnings) })
  }
  for (const answer of contentsOf(answers, 'counters')) found.push({ counters: answer.content.counters, from: answer })
  const kind = found.some((one) => one.counters.kind === 'total') ? 'total' : 'delta'
  const alike = found.filter((one) => one.counters.kind === kind)
  const [only] = alike
  if (!only) return whyNothing(answers, 'counters')
  if (alike.length === 1) return ok(only.counters, only.from)
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

/** snmp6 has a name and a number on each line; the others have lines of names above lines of numbers. */
const split = (texts: readonly TextAnswer[]): readonly [readonly TextAnswer[], readonly TextAnswer[]] => [
  texts.filter((one) => one.format === 'proc-net-snmp6'),
  texts.filter((one) => one.format !== 'proc-net-snmp6'),
]

const citedFrom = (counters: Counters, via: string): Counters => {
  const origin: Origin = { via }
  return { ...counters, origins: Object.fromEntries(Object.keys(counters.values).map((name) => [name, origin])) }
}

/** Which of several texts a line of the joined text is from. */
function originsIn(texts: readonly TextAnswer[]): (line: number) => Origin {
  const ends: { readonly last: number; readonly origin: Origin }[] = []
  let last = 0
  for (const { text, file } of texts) {
    last += text.split('\n').length
    ends.push({ last, origin: { via: file } })
  }
  return (line) => ends.find((one) => line <= one.last)?.origin ?? { via: texts[0]?.file ?? '' }
}
