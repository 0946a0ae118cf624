import { expect } from 'vitest'
import { type LateSpec, late, shop } from '../../test/rules/late-node.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './accept-queue-growing.ts'

const at = (second: number, length: number, oldestMs?: number, spec: LateSpec = {}) =>
  late(second, {
    ...spec,
    queue: { length, max: 511 },
    ...(oldestMs === undefined ? {} : { oldestMs }),
  })

testRule(rule, {
  found: {
    'nothing of what stood there was taken': {
      readings: [at(0, 60, 2000), at(3, 180, 5000)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('rose from 60 to 180 in 3 s, its oldest connection has waited for 5 s')
        expect(draft?.summary.en).toContain('at 40 a second it is full (limit 511) in 8.3 s')
      },
    },
    'some are taken, too late': {
      readings: [at(0, 60, 1100), at(3, 180, 1500)],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'three readings, each longer': {
      readings: [at(0, 20), at(3, 90), at(6, 160)],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'two readings of text, more than half full': {
      readings: [at(0, 100), at(3, 300)],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('possible')
        expect(draft?.unknowns[0]?.en).toContain('sport = :80')
      },
    },
    'of a stopped program: that is why': {
      readings: [0, 3].map((second) =>
        at(second, 60 + 30 * second, 2000 + 1000 * second, { processes: [shop({ state: 'T' })] }),
      ),
    },
  },
  clear: {
    'a saw-tooth: the oldest is young': { readings: [at(0, 3, 1), at(3, 80, 12)] },
    'two readings of text, far from full': { readings: [at(0, 20), at(3, 90)] },
    'shorter than before': { readings: [at(0, 180, 4000), at(3, 60, 2000)] },
    'a handful more': { readings: [at(0, 60, 9000), at(3, 66, 12_000)] },
    'full by now: told by accept-queue-full': { readings: [at(0, 60, 2000), at(3, 512, 5000)] },
  },
  skipped: {
    'one reading': { readings: [at(0, 180, 5000)] },
    'two readings of unknown order': { readings: [at(0, 60, 2000), at(3, 180, 5000)], by: null },
    'in an order that is inferred': { readings: [at(0, 60, 2000), at(3, 180, 5000)], by: 'inferred' },
    'a day apart': {
      readings: [at(0, 60), { ...at(0, 400), takenAt: '2026-11-22T08:00:00Z' }],
    },
  },
})
