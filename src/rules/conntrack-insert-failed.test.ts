import { expect } from 'vitest'
import { flows } from '../../test/rules/forwarding-builder.ts'
import { kernel, netns, podNetns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './conntrack-insert-failed.ts'

const of = (stats: Readonly<Record<string, number>>, more: Parameters<typeof snapshot>[1] = {}) =>
  snapshot(netns({ flows: flows({ stats }) }), more)

const [FIRST, SECOND, LATER] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:10Z', '2026-01-01T00:30:00Z']

testRule(rule, {
  found: {
    'packets are lost between the readings': {
      readings: [
        of({ insert: 0, insert_failed: 900, drop: 900, clash_resolve: 4 }, { takenAt: FIRST }),
        of({ insert: 0, insert_failed: 912, drop: 912, clash_resolve: 4 }, { takenAt: SECOND }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('12 connections between the two readings')
        expect(draft?.evidence.map((one) => one.value)).toEqual([912, 12, 912, 4])
      },
    },
    'one in half an hour is not felt': {
      readings: [
        of({ insert_failed: 900, drop: 900, clash_resolve: 4 }, { takenAt: FIRST }),
        of({ insert_failed: 901, drop: 901, clash_resolve: 4 }, { takenAt: LATER }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'now' }),
    },
    'an old kernel counts inserts: measured against them': {
      readings: [of({ insert: 1_000_000, insert_failed: 5000, drop: 0 }, { node: kernel('4.4.41-k8s') })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('0.5 % of 1 000 000')
      },
    },
    'the same number of very many is information': {
      readings: [of({ insert: 900_000_000, insert_failed: 5000, drop: 0 }, { node: kernel('4.4.41-k8s') })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'without inserts: measured against the uptime': {
      readings: [of({ insert: 0, insert_failed: 50_000, drop: 50_000 }, { node: { uptimeSeconds: 86_400 } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.unknowns.map((one) => one.en).join()).toContain('since Linux 4.9')
      },
    },
    'a few since boot are information': {
      readings: [of({ insert: 0, insert_failed: 12, drop: 12 }, { node: { uptimeSeconds: 86_400 * 90 } })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'a kernel that settles clashes without saying so: possible at most': {
      readings: [
        of({ insert: 0, insert_failed: 90_000, drop: 3 }, { node: { ...kernel('4.19.0'), uptimeSeconds: 900 } }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' })
        expect(draft?.summary.en).toContain('Up to 90 000')
      },
    },
    'in a pod, since its namespace was made': {
      readings: [snapshot(podNetns({ flows: flows({ stats: { insert_failed: 3, drop: 3 } }) }))],
      expect: ([draft]) => expect(draft?.summary.en).toContain('since this network namespace was made'),
    },
  },
  clear: {
    none: of({ insert: 0, insert_failed: 0, drop: 0 }),
    'drops for want of room': of({ insert_failed: 0, drop: 700, early_drop: 30 }),
    'clashes that were settled': of({ insert_failed: 0, drop: 0, clash_resolve: 812, search_restart: 44 }),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'only the number of entries': snapshot(netns({ flows: flows({ count: 900 }) })),
  },
})
