import { expect, it } from 'vitest'
import { at, counters, kernel, netns, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, testRule } from '../../test/rules/test-rule.ts'
import type { Hint, NodeFacts } from '../model/snapshot.ts'
import rule from './tw-recycle-nat.ts'

interface Spec {
  readonly recycle?: number
  readonly timestamps?: number
  readonly values?: Readonly<Record<string, number>>
  readonly grepped?: boolean
  readonly node?: Partial<NodeFacts>
  readonly hints?: readonly Hint[]
  readonly takenAt?: string
}

const of = ({ recycle, timestamps, values, grepped = false, node, hints = [], takenAt }: Spec) =>
  snapshot(
    netns({
      ...(values ? { counters: counters(values, { absentIsZero: !grepped }) } : {}),
      ...(recycle === undefined
        ? {}
        : {
            sysctls: sysctls({
              'net.ipv4.tcp_tw_recycle': recycle,
              ...(timestamps === undefined ? {} : { 'net.ipv4.tcp_timestamps': timestamps }),
            }),
          }),
    }),
    { hints, takenAt: takenAt ?? null, ...(node ? { node } : {}) },
  )

const said = (kind: Hint['kind'], value: string): Hint => ({ kind, value, origin: at(12, null) })
const DROPS = { TcpExtListenDrops: 900, TcpExtListenOverflows: 0 }
const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:10Z']

testRule(rule, {
  found: {
    'on, and SYNs were rejected': {
      readings: [of({ recycle: 1, timestamps: 1, values: { TcpExtPAWSPassive: 812345 } })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('812 345 SYNs since boot')
        expect(draft?.remedies[0]?.action).toBe('sysctl -w net.ipv4.tcp_tw_recycle=0')
      },
    },
    'other numbers are told': {
      readings: [of({ recycle: 1, values: { TcpExtPAWSPassive: 7 } })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('rejected 7 SYNs'),
    },
    'on, and rejecting now': {
      readings: [
        of({ recycle: 1, values: { TcpExtPAWSPassive: 100 }, takenAt: FIRST }),
        of({ recycle: 1, values: { TcpExtPAWSPassive: 130 }, takenAt: SECOND }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('30 SYNs between the two readings, 130 since boot')
      },
    },
    'growing in a text without dates: that it rejects stays certain': {
      readings: [
        of({ recycle: 1, values: { TcpExtPAWSPassive: 4121 } }),
        of({ recycle: 1, values: { TcpExtPAWSPassive: 4190 } }),
      ],
      by: 'hint',
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('69 SYNs between the two readings')
      },
    },
    'on, the counter not captured, drops that are no overflow': {
      readings: [of({ recycle: 1, values: DROPS, grepped: true })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'past' })
        expect(draft?.evidence.at(-1)?.value).toBe(900)
      },
    },
    'the same, growing': {
      readings: [
        of({ recycle: 1, values: DROPS, grepped: true }),
        of({ recycle: 1, values: { ...DROPS, TcpExtListenDrops: 950 }, grepped: true }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('50 handshake packets')
      },
    },
    'the setting alone': {
      readings: [of({ recycle: 1 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'setting' }),
    },
    'the setting alone, drops that have another cause': {
      readings: [of({ recycle: 1, values: DROPS })],
      expect: ([draft]) => expect(draft).toMatchObject({ when: 'setting' }),
    },
    'without timestamps it does nothing': {
      readings: [of({ recycle: 1, timestamps: 0 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'setting' }),
    },
    'it was on once': {
      readings: [of({ recycle: 0, values: { TcpExtPAWSPassive: 40 } })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'its counter alone': {
      readings: [of({ values: { TcpExtPAWSPassive: 40 } })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'past' }),
    },
    'only said: possible, with what would prove it': {
      readings: [
        of({
          hints: [
            said('sysctl', 'net.ipv4.tcp_tw_recycle'),
            said('sysctl', 'net.ipv4.tcp_tw_recycle=0'),
            said('counter', 'TcpExtListenDrops'),
          ],
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'possible', when: 'past' })
        expect(draft?.unknowns[0]?.en).toContain('PAWSPassive')
        expect(draft?.unknowns[0]?.en).toContain('tcp_timestamps')
      },
    },
    "the host's value holds in its pods": {
      readings: [
        snapshot([
          netns({ sysctls: sysctls({ 'net.ipv4.tcp_tw_recycle': 1 }) }),
          podNetns({ counters: counters({ TcpExtPAWSPassive: 9 }) }),
        ]),
      ],
      netns: 'pod 0b1c',
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'certain', when: 'past' }),
    },
  },
  clear: {
    off: of({ recycle: 0, values: DROPS }),
    'a kernel that has it no more': of({ values: DROPS, node: kernel('5.4.0-42-generic') }),
    'a kernel that has it no more, whatever is said': of({
      node: kernel('4.12.0'),
      hints: [said('sysctl', 'net.ipv4.tcp_tw_recycle=0')],
    }),
    'the setting is told once, not in every pod': {
      readings: [snapshot([netns({ sysctls: sysctls({ 'net.ipv4.tcp_tw_recycle': 1 }) }), podNetns()])],
      netns: 'pod 0b1c',
    },
  },
  skipped: {
    'nothing captured': snapshot(netns()),
    'an old kernel, the setting not captured': of({ values: DROPS, node: kernel('4.4.41-k8s') }),
    'the name alone in a text on tuning': of({ hints: [said('sysctl', 'net.ipv4.tcp_tw_recycle')] }),
  },
})

it('never advises to turn it on', () => {
  for (const spec of [of({ recycle: 1 }), of({ values: { TcpExtPAWSPassive: 1 } })]) {
    for (const { action } of judgeCase(rule, spec).drafts.flatMap((draft) => draft.remedies))
      expect(action ?? '').not.toMatch(/tw_recycle\s*=\s*1/)
  }
})
