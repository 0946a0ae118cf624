import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { truthOf } from '../scripts/score/captured.ts'
import { type Judged, saidIn } from '../scripts/score/case.ts'
import { truths } from '../scripts/score/fixtures.ts'
import { truthOf as labTruthOf } from '../scripts/score/lab.ts'
import { missesOf, tally } from '../scripts/score/tally.ts'
import { SCENARIOS } from '../src/lab/index.ts'
import { RULES } from '../src/rules/index.ts'

const ROOT = join(import.meta.dirname, '..')

const judged = (causes: readonly string[], also: readonly string[], found: readonly string[]): Judged => ({
  name: 'x',
  truth: { causes, also },
  said: saidIn(found.map((rule) => ({ rule, severity: 'warning' as const, causes: [] }))),
})

describe('the score', () => {
  it('docs/accuracy.md says of the fixtures what is so', { timeout: 120_000 }, () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/score.ts'), '--check'], { stdio: 'pipe' })
    expect(readFileSync(join(ROOT, 'docs/accuracy.md'), 'utf8')).toContain('## Texts')
  })

  it('every cause that is written down is a rule', () => {
    const known = new Set(RULES.map(({ id }) => id))
    const named = [...truths(join(ROOT, 'test/fixtures'))].flatMap(([file, { causes, also }]) =>
      [...causes.flatMap((one) => one.split('|')), ...also].map((rule) => `${rule} in ${file}`),
    )
    expect(named.filter((one) => !known.has(one.split(' ')[0] ?? ''))).toEqual([])
  })

  it('every fault of the lab has a cause to be named', () => {
    const faults = SCENARIOS.filter(({ expects }) => Object.keys(expects).length > 0)
    expect(faults.filter((one) => labTruthOf(one).causes.length === 0).map(({ id }) => id)).toEqual([])
  })

  it('counts what is named, what is blamed wrongly, and what only stands beside', () => {
    const cases = [judged(['a|b'], ['c'], ['c', 'b', 'd']), judged(['a'], [], ['a']), judged(['a'], [], [])]
    expect(tally(cases)).toEqual({
      cases: 3,
      withCause: 3,
      causes: 3,
      named: 2,
      right: 2,
      wrong: 1,
      besides: 1,
      first: 1,
    })
    expect(missesOf(cases).map(({ kind, what }) => `${kind} ${what}`)).toEqual(['wrong d', 'not first a|b', 'missed a'])
  })

  it('an effect under its cause and a remark are no blame', () => {
    const said = saidIn([
      { rule: 'a', severity: 'critical', causes: [] },
      { rule: 'b', severity: 'critical', causes: [{ id: 'a:1' }] },
      { rule: 'c', severity: 'info', causes: [] },
    ])
    expect(said).toEqual({ blamed: ['a'], found: ['a', 'b', 'c'], first: 'a' })
  })

  it('takes the truth of a capture from what the kernel held', () => {
    const listener = { address: '::', port: 8080, max: 128, owners: ['shop-api'] }
    const state = { state: 'queue-of-reset', tool: 'ss', commands: ['ss -ltnp'] }
    expect(truthOf({ ...state, listeners: [{ ...listener, length: 129 }] }).causes).toEqual([
      'accept-queue-full|backlog-too-small|listener-never-accepts',
    ])
    expect(truthOf({ ...state, listeners: [{ ...listener, length: 128 }] }).causes).toEqual([])
    const twin = { ...state, state: 'queue-of-reset-twin', listeners: [{ ...listener, length: 129 }] }
    expect(truthOf(twin)).toEqual({ causes: [], also: [] })
  })
})
