import { describe, expect, test } from 'vitest'
import { both, finding, report } from '../../test/report/report-builder.ts'
import { snapshot } from '../../test/rules/snapshot-builder.ts'
import { RULES } from '../rules/index.ts'
import { Failure } from './failure.ts'
import { atLeast, parseSince, pickRules, since } from './selection.ts'

describe('--rule', () => {
  test('all without, those named with it', () => {
    expect(pickRules(RULES, [])).toBe(RULES)
    expect(pickRules(RULES, ['close-wait-leak']).map(({ id }) => id)).toEqual(['close-wait-leak'])
  })

  test('one that is not there is an error that names the likest', () => {
    const wrong = () => pickRules(RULES, ['accept-queue-ful'])
    expect(wrong).toThrow(Failure)
    try {
      wrong()
    } catch (error) {
      expect(error instanceof Failure && error.hint?.en).toContain('accept-queue-full')
    }
  })
})

describe('--min-confidence', () => {
  const cause = finding('a', { id: 'a:1', confidence: 'possible' })
  const effect = finding('b', { id: 'b:1', confidence: 'likely', causes: [{ id: 'a:1', why: both('x') }] })

  test('what is believed less is left out and counted; its effect stands by itself', () => {
    const left = atLeast(report({ findings: [cause, effect] }), 'likely')
    expect(left.findings.map(({ id, causes }) => [id, causes.length])).toEqual([['b:1', 0]])
    expect(left.notes.at(-1)?.en).toContain('1 finding that is less than likely')
    expect(atLeast(report({ findings: [cause, effect] }), 'certain').findings).toEqual([])
  })

  test('the same report where nothing is believed less', () => {
    const same = report({ findings: [effect] })
    expect(atLeast(same, 'likely')).toBe(same)
  })
})

describe('--since', () => {
  const readings = ['2026-01-01T00:00:00Z', null, '2026-01-03T00:00:00Z'].map((takenAt) => snapshot([], { takenAt }))
  const order = [{ before: 0, after: 2, by: 'clock', because: '' }] as const
  const series = [{ node: 'n1', snapshots: readings, order: [...order, { ...order[0], before: 1, after: 2 }] }]

  test('older readings go, undated ones stay, the order follows them', () => {
    const kept = since(series, Date.parse('2026-01-02T00:00:00Z'))
    expect(kept.series[0]?.snapshots.map(({ takenAt }) => takenAt)).toEqual([null, '2026-01-03T00:00:00Z'])
    expect(kept.series[0]?.order.map(({ before, after }) => [before, after])).toEqual([[0, 1]])
    expect(kept.notes[0]?.en).toContain('1 reading')
  })

  test('a node without a recent reading is not judged', () => {
    const dated = [{ node: 'n1', snapshots: readings.slice(0, 1), order: [] }]
    expect(since(dated, Date.parse('2026-02-01')).series).toEqual([])
  })

  test.each([
    ['2h', 1_000_000_000 - 7_200_000],
    ['30m', 1_000_000_000 - 1_800_000],
    ['2026-01-31T08:00Z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31T08:00', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['2026-01-31T08:00+08:00', Date.UTC(2026, 0, 31)],
  ])('%s', (value, at) => {
    expect(parseSince(value, 1_000_000_000)).toBe(at)
  })

  test.each(['yesterday', '2x', '', '31.01.2026'])('%s is no time', (value) => {
    expect(() => parseSince(value, 0)).toThrow(Failure)
  })
})
