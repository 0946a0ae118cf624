import { expect } from 'vitest'
import { counters, group, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './paws-rejects.ts'

const of = (values: Readonly<Record<string, number>>, takenAt: string | null = null) =>
  snapshot(netns({ counters: counters(values) }), { takenAt })
const [FIRST, LATER] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:10Z']

testRule(rule, {
  found: {
    'SYNs at TIME_WAIT, counted apart': {
      readings: [of({ TcpExtPAWSTimewait: 400, TcpExtPAWSEstab: 3, TcpPassiveOpens: 9000 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toMatch(/^400 SYNs since boot .* against 9000 connections/)
        expect(draft?.evidence.map((one) => one.value)).toEqual([400, 3])
      },
    },
    'an older kernel counts them with late packets: information': {
      readings: [of({ TcpExtPAWSEstab: 400, TcpPassiveOpens: 9000 })],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('info')
        expect(draft?.unknowns[0]?.en).toContain('PAWSTimewait')
      },
    },
    'so many that late packets do not explain them': {
      readings: [of({ TcpExtPAWSEstab: 4000, TcpPassiveOpens: 9000 })],
      expect: ([draft]) => expect(draft?.severity).toBe('warning'),
    },
    'growing now': {
      readings: [
        of({ TcpExtPAWSTimewait: 5, TcpPassiveOpens: 9000 }, FIRST),
        of({ TcpExtPAWSTimewait: 45, TcpPassiveOpens: 9900 }, LATER),
      ],
      expect: ([draft]) => {
        expect(draft?.when).toBe('now')
        expect(draft?.summary.en).toContain('40 SYNs')
      },
    },
    'answers to our own attempts': {
      readings: [of({ TcpExtPAWSActive: 300, TcpActiveOpens: 5000 })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('300 answers to connection attempts'),
    },
    'with the old connections beside it': {
      readings: [
        snapshot(
          netns({
            counters: counters({ TcpExtPAWSTimewait: 400, TcpPassiveOpens: 9000 }),
            connections: ok([group(80, { state: 'TIME_WAIT', holding: 'kernel', count: 70 })]),
          }),
        ),
      ],
      expect: ([draft]) => expect(draft?.evidence.at(-1)).toMatchObject({ value: 70, unit: 'connections' }),
    },
  },
  clear: {
    'a few since boot': of({ TcpExtPAWSEstab: 55, TcpPassiveOpens: 1_032_824 }),
    'tcp_tw_recycle rejects whole addresses: another rule, another counter': of({
      TcpExtPAWSPassive: 4121,
      TcpExtListenDrops: 4133,
      TcpPassiveOpens: 9000,
    }),
    'overtaken ACKs, answers held back': of({
      TcpExtPAWSOldAck: 9000,
      TcpExtTCPACKSkippedPAWS: 9000,
      TcpPassiveOpens: 9000,
    }),
    'many, of very many more': of({ TcpExtPAWSEstab: 5000, TcpPassiveOpens: 40_000_000 }),
    'one segment that is sent again while we look': {
      readings: [of({ TcpPassiveOpens: 10 }, FIRST), of({ TcpExtPAWSEstab: 2, TcpPassiveOpens: 20 }, LATER)],
    },
    'where SYNs are counted apart, the others are late packets': of({
      TcpExtPAWSEstab: 900,
      TcpExtPAWSTimewait: 2,
      TcpPassiveOpens: 9000,
    }),
  },
  skipped: {
    'no counters': snapshot(netns()),
    'a grep for something else': snapshot(
      netns({ counters: counters({ TcpExtListenDrops: 5 }, { absentIsZero: false }) }),
    ),
  },
})
