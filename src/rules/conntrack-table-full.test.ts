import { expect, it } from 'vitest'
import { flow, flows, kernelLog } from '../../test/rules/forwarding-builder.ts'
import { netns, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './conntrack-table-full.ts'

const LIMIT = { 'net.netfilter.nf_conntrack_max': 131_072 }
const QUIET = { insert_failed: 0, drop: 0, early_drop: 0 }
const LINE = 'nf_conntrack: table full, dropping packet'

const of = (spec: Parameters<typeof flows>[0], max: Readonly<Record<string, number>> | null = LIMIT, more = {}) =>
  snapshot(netns({ flows: flows(spec), ...(max ? { sysctls: sysctls(max) } : {}) }), more)

const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]

testRule(rule, {
  found: {
    'packets are refused between the readings': {
      readings: [
        of({ count: 131_070, stats: { insert_failed: 40, drop: 1240, early_drop: 90 } }, LIMIT, FIRST),
        of({ count: 131_060, stats: { insert_failed: 45, drop: 1745, early_drop: 99 } }, LIMIT, SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('500 packets of new connections')
        expect(draft?.evidence.map((one) => one.value)).toEqual([131_060, 1700, 500, 99, 9])
        expect(draft?.evidence[0]?.limit).toBe(131_072)
        expect(draft?.remedies.map((one) => one.action).join()).toContain('nf_conntrack_max=262144')
      },
    },
    'full at the only reading': {
      readings: [of({ count: 65_530 }, { 'net.netfilter.nf_conntrack_max': 65_536 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('65 530 of 65 536')
      },
    },
    'entries are thrown out': {
      readings: [
        of({ count: 120_000, stats: QUIET }, LIMIT, FIRST),
        of({ count: 120_000, stats: { ...QUIET, early_drop: 7 } }, LIMIT, SECOND),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' }),
    },
    'the log of a while ago, few entries now: past': {
      readings: [of({ count: 3000, stats: QUIET }, LIMIT, { machine: kernelLog('conntrack-full', [LINE, LINE]) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('at this reading it has 3000 of 131 072')
        expect(draft?.unknowns.map((one) => one.en).join()).toContain('no namespace')
      },
    },
    'the log of this minute': {
      readings: [
        of({ count: 3000 }, LIMIT, {
          node: { uptimeSeconds: 5030 },
          machine: kernelLog('conntrack-full', [LINE], { sinceBootSeconds: 5000 }),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', when: 'now' }),
    },
    'the log of an hour ago is past': {
      readings: [
        of({ count: 3000 }, LIMIT, {
          node: { uptimeSeconds: 8600 },
          machine: kernelLog('conntrack-full', [LINE], { sinceBootSeconds: 5000 }),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past' }),
    },
    'totals alone are the past': {
      readings: [of({ count: 3000, stats: { insert_failed: 2, drop: 60, early_drop: 12 } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'likely', when: 'past' })
        expect(draft?.summary.en).toContain('58 packets dropped, 12 entries thrown out')
      },
    },
    "the limit is the host's for every namespace": {
      readings: [snapshot([netns({ sysctls: sysctls(LIMIT) }), podNetns({ flows: flows({ count: 131_072 }) })])],
      netns: 'pod 0b1c',
      expect: ([draft]) => expect(draft?.evidence[0]).toMatchObject({ value: 131_072, limit: 131_072 }),
    },
  },
  clear: {
    'few entries': of({ count: 3000, stats: QUIET }),
    'high but below the limit': of({ count: 110_000, stats: QUIET }),
    'drops that are clashes': {
      readings: [
        of({ count: 120_000, stats: QUIET }, LIMIT, FIRST),
        of({ count: 120_000, stats: { ...QUIET, insert_failed: 9, drop: 9 } }, LIMIT, SECOND),
      ],
    },
    'refusals with room: a want of memory': {
      readings: [
        of({ count: 3000, stats: QUIET }, LIMIT, FIRST),
        of({ count: 3000, stats: { ...QUIET, drop: 4 } }, LIMIT, SECOND),
      ],
    },
    'the message names another namespace': {
      readings: [of({ count: 3000 }, LIMIT, { machine: kernelLog('conntrack-full', [LINE], { who: '4026532008' }) })],
    },
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'no limit': of({ count: 100_000 }, null),
    'no count': of({ stats: QUIET }),
    'a listing behind a grep is no count': of({ flows: [flow({ to: '10.0.0.1', port: 80 })], coverage: [] }),
  },
})

it('tells how near the limit is where nothing was found', () => {
  expect(judgeCase(rule, of({ count: 110_000 })).remark?.en).toContain('no more than 21 072')
  expect(judgeCase(rule, of({ count: 3000 })).remark).toBeNull()
})

it('says what kind of entries fill the table', () => {
  const listed = [
    flow({ to: '10.0.0.1', port: 80, state: 'TIME_WAIT' }),
    flow({ to: '10.0.0.1', port: 80, state: 'TIME_WAIT' }),
    flow({ to: '10.0.0.1', port: 53, protocol: 'udp', state: null }),
  ]
  const labels = onlyDraft(rule, of({ flows: listed, count: 131_072 })).evidence.map(
    (one) => `${one.value} ${one.label.en}`,
  )
  expect(labels).toContain('2 entries in tcp TIME_WAIT, of 3 listed')
  expect(labels).toContain('1 entries in udp unreplied, of 3 listed')
})
