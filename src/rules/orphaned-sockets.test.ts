import { expect } from 'vitest'
import { kernelLog, network } from '../../test/rules/forwarding-builder.ts'
import { at, counters, group, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Sockstat } from '../model/snapshot.ts'
import rule from './orphaned-sockets.ts'

const sockstat = (orphans: number) =>
  ok<Sockstat>({ tcpInUse: 4000, orphans, timeWait: 9000, allocated: 6000, memPages: 300 })
const LIMIT = sysctls({ 'net.ipv4.tcp_max_orphans': 4096 })
const aborted = (count: number) => counters({ TcpExtTCPAbortOnMemory: count })
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const LINE = 'TCP: too many orphaned sockets'

testRule(rule, {
  found: {
    'at the limit, most of them unacknowledged': {
      readings: [
        snapshot(
          netns({
            sockstat: sockstat(4096),
            sysctls: LIMIT,
            connections: ok([
              group(443, { state: 'FIN_WAIT1', holding: 'kernel', count: 3800, peer: '198.51.100.7' }),
              group(443, { state: 'LAST_ACK', holding: 'unowned', count: 200 }),
              group(443, { state: 'FIN_WAIT2', process: 'nginx', count: 70 }),
            ]),
          }),
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('4096 orphaned TCP sockets of at most 4096')
        expect(draft?.evidence.map((one) => one.value)).toEqual([4096, 3800, 200])
        expect(draft?.evidence[1]?.label.en).toContain('198.51.100.7 ×3800')
        expect(draft?.notHelpful.map((one) => one.en).join()).toContain('tcp_fin_timeout')
        expect(draft?.remedies[1]?.action).toBe('sysctl -w net.ipv4.tcp_max_orphans=8192')
      },
    },
    'closed connections are reset from a quarter on': {
      readings: [
        snapshot(netns({ sockstat: sockstat(1500), sysctls: LIMIT, counters: aborted(10) }), FIRST),
        snapshot(netns({ sockstat: sockstat(1600), sysctls: LIMIT, counters: aborted(43) }), SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('33 closed connections were reset')
      },
    },
    'a third of the limit, nobody was hurt yet': {
      readings: [snapshot(netns({ sockstat: sockstat(1400), sysctls: LIMIT }))],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'likely' }),
    },
    'the log of a while ago': {
      readings: [
        snapshot(netns({ sockstat: sockstat(12), sysctls: LIMIT }), {
          machine: kernelLog('too-many-orphans', [LINE, LINE]),
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.summary.en).toContain('at this reading there are 12 of 4096')
      },
    },
    'the log of this minute': {
      readings: [
        snapshot(netns({ sockstat: sockstat(12), sysctls: LIMIT }), {
          node: { uptimeSeconds: 900 },
          machine: kernelLog('too-many-orphans', [LINE], { sinceBootSeconds: 880 }),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', when: 'now' }),
    },
    'counted by ss -s': {
      readings: [
        snapshot(
          netns({
            sysctls: LIMIT,
            network: network({
              summary: {
                total: null,
                tcp: null,
                established: null,
                closed: null,
                orphaned: 4090,
                synRecv: null,
                timeWait: null,
                ports: null,
                byKind: {},
                origin: at(5, 'ss -s'),
              },
            }),
          }),
        ),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', when: 'now' }),
    },
  },
  clear: {
    'some hundreds of a busy front end': snapshot(netns({ sockstat: sockstat(700), sysctls: LIMIT })),
    'connections are reset for want of memory: few orphans': {
      readings: [
        snapshot(netns({ sockstat: sockstat(90), sysctls: LIMIT, counters: aborted(10) }), FIRST),
        snapshot(netns({ sockstat: sockstat(91), sysctls: LIMIT, counters: aborted(43) }), SECOND),
      ],
    },
    'the same states, held by a program': snapshot(
      netns({
        sockstat: sockstat(3),
        sysctls: LIMIT,
        connections: ok([group(443, { state: 'FIN_WAIT2', process: 'nginx', count: 4000 })]),
      }),
    ),
    'a total of resets since boot': snapshot(netns({ sockstat: sockstat(3), sysctls: LIMIT, counters: aborted(9000) })),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'no limit': snapshot(netns({ sockstat: sockstat(40_000) })),
    'no count': snapshot(netns({ sysctls: LIMIT })),
  },
})
