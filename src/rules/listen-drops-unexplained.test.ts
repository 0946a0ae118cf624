import { expect } from 'vitest'
import { counters, group, listener, netns, ok, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './listen-drops-unexplained.ts'

const of = (values: Readonly<Record<string, number>>) => snapshot(netns({ counters: counters(values) }))
/** `netstat -s | grep -E 'overflow|drop'` in the pod. */
const grepped = (overflows: number, drops: number) =>
  snapshot(
    podNetns({
      counters: counters({ TcpExtListenOverflows: overflows, TcpExtListenDrops: drops }, { absentIsZero: false }),
    }),
  )

testRule(rule, {
  found: {
    'the pod whose drops are not all overflows': {
      readings: [grepped(12178939, 12247395)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'past' })
        expect(draft?.summary.en).toContain('68 456 handshake packets')
        expect(draft?.summary.en).toContain('0.56 %')
        expect(draft?.unknowns[0]?.en).toContain('TcpExtTCPReqQFullDrop, TcpExtPAWSPassive')
      },
    },
    'other numbers, another difference': {
      readings: [grepped(1000, 9000)],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('warning')
        expect(draft?.evidence[0]?.value).toBe(8000)
      },
    },
    'split by what the kernel counts': {
      readings: [
        of({
          TcpExtListenOverflows: 100,
          TcpExtListenDrops: 1500,
          TcpExtTCPReqQFullDrop: 600,
          TcpExtPAWSPassive: 250,
          TcpPassiveOpens: 20000,
        }),
      ],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('warning')
        expect(draft?.summary.en).toContain(
          '600 by a full SYN queue, 250 by tcp_tw_recycle, 550 for what no counter tells',
        )
      },
    },
    'one of the two counters is not, where something is left': {
      readings: [
        snapshot(
          netns({
            counters: counters(
              { TcpExtListenOverflows: 12, TcpExtListenDrops: 5000, TcpExtPAWSPassive: 4121 },
              { absentIsZero: false },
            ),
          }),
        ),
      ],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('867 for what was not captured')
        expect(draft?.unknowns[0]?.en).toContain('TcpExtTCPReqQFullDrop')
      },
    },
    'growing between two readings': {
      readings: [
        of({ TcpExtListenDrops: 50, TcpPassiveOpens: 10 }),
        of({ TcpExtListenDrops: 900, TcpExtListenOverflows: 10, TcpPassiveOpens: 20 }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ when: 'now', confidence: 'likely', severity: 'warning' })
        expect(draft?.summary.en).toContain('840 handshake packets')
      },
    },
  },
  clear: {
    'the full SYN queue accounts for all: its own rule tells': of({ TcpExtListenDrops: 9, TcpExtTCPReqQFullDrop: 9 }),
    'one of the two counters is enough where it accounts for all': snapshot(
      netns({
        counters: counters(
          { TcpExtListenOverflows: 12, TcpExtListenDrops: 4133, TcpExtPAWSPassive: 4121 },
          { absentIsZero: false },
        ),
      }),
    ),
    'the last quarter of tcp_max_syn_backlog accounts for it, with half-open handshakes at their limit': snapshot(
      netns({
        counters: counters({ TcpExtListenDrops: 900 }),
        sysctls: sysctls({ 'net.ipv4.tcp_syncookies': 0, 'net.ipv4.tcp_max_syn_backlog': 16 }),
        listeners: ok([listener(80)]),
        connections: ok([group(80, { state: 'SYN_RECV', holding: 'kernel', count: 13 })]),
      }),
    ),
    'every drop is an overflow': of({ TcpExtListenOverflows: 30833253, TcpExtListenDrops: 30833253 }),
    'no drop at all': of({ TcpPassiveOpens: 10 }),
    'cookies were sent, nothing dropped': of({ TcpPassiveOpens: 10, TcpExtTCPReqQFullDoCookies: 400 }),
  },
  skipped: {
    'no counters': snapshot(netns()),
    'only one of the two': snapshot(netns({ counters: counters({ TcpExtListenDrops: 5 }, { absentIsZero: false }) })),
  },
})
