import { createHash } from 'node:crypto'
import { type Judged, waysToSay } from './case.ts'

export interface Tally {
  readonly cases: number
  /** Of these, how many have a cause to be named. */
  readonly withCause: number
  /** Causes to be named, over all cases. */
  readonly causes: number
  readonly named: number
  /** Rules blamed as a root cause: rightly, wrongly, and truly but for something that is no root cause there. */
  readonly right: number
  readonly wrong: number
  readonly besides: number
  /** Cases whose report begins with a root cause of theirs. */
  readonly first: number
}

export interface RuleTally {
  readonly rule: string
  /** Cases in which it is a root cause, alone or as one of several that cannot be told apart. */
  readonly expected: number
  readonly right: number
  readonly wrong: number
  readonly missed: number
}

/** A mistake, with what the program said instead. */
export interface Miss {
  readonly name: string
  readonly kind: 'missed' | 'wrong' | 'not first'
  readonly what: string
  readonly said: string
}

/** A third of the names, by a hash of each: nobody looks into these while rules are tuned. */
export const isHeldOut = (name: string): boolean => {
  const [byte = 0] = createHash('sha256').update(name).digest()
  return byte % 3 === 0
}

const roots = ({ truth }: Judged): readonly string[] => truth.causes.flatMap(waysToSay)
const unnamed = ({ truth, said }: Judged): readonly string[] =>
  truth.causes.filter((cause) => !waysToSay(cause).some((rule) => said.found.includes(rule)))
const wronglyBlamed = (one: Judged): readonly string[] =>
  one.said.blamed.filter((rule) => !roots(one).includes(rule) && !one.truth.also.includes(rule))
const isFirst = (one: Judged): boolean => one.said.first !== null && roots(one).includes(one.said.first)

export function tally(cases: readonly Judged[]): Tally {
  const sum = (count: (one: Judged) => number) => cases.reduce((total, one) => total + count(one), 0)
  const withCause = cases.filter(({ truth }) => truth.causes.length > 0)
  const causes = sum(({ truth }) => truth.causes.length)
  const right = sum((one) => one.said.blamed.filter((rule) => roots(one).includes(rule)).length)
  const wrong = sum((one) => wronglyBlamed(one).length)
  return {
    cases: cases.length,
    withCause: withCause.length,
    causes,
    named: causes - sum((one) => unnamed(one).length),
    right,
    wrong,
    besides: sum(({ said }) => said.blamed.length) - right - wrong,
    first: withCause.filter(isFirst).length,
  }
}

export function tallyByRule(cases: readonly Judged[]): readonly RuleTally[] {
  const rules = [...new Set(cases.flatMap((one) => [...roots(one), ...wronglyBlamed(one)]))].sort()
  return rules.map((rule) => {
    const count = (is: (one: Judged) => boolean) => cases.filter(is).length
    return {
      rule,
      expected: count((one) => roots(one).includes(rule)),
      right: count((one) => roots(one).includes(rule) && one.said.found.includes(rule)),
      wrong: count((one) => wronglyBlamed(one).includes(rule)),
      missed: count((one) => unnamed(one).some((cause) => waysToSay(cause).includes(rule))),
    }
  })
}

export function missesOf(cases: readonly Judged[]): readonly Miss[] {
  return cases.flatMap((one) => {
    const { name, truth, said } = one
    const lost = unnamed(one)
    const late = truth.causes.length > 0 && lost.length === 0 && !isFirst(one)
    return [
      ...lost.map((what) => ({ name, kind: 'missed' as const, what, said: said.found.join(', ') })),
      ...wronglyBlamed(one).map((what) => ({ name, kind: 'wrong' as const, what, said: said.found.join(', ') })),
      ...(late ? [{ name, kind: 'not first' as const, what: truth.causes.join(', '), said: said.first ?? '' }] : []),
    ]
  })
}
