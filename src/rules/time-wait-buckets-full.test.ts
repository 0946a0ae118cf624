import { expect } from 'vitest'
import { kernelLog } from '../../test/rules/forwarding-builder.ts'
import { census, counters, group, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Sockstat } from '../model/snapshot.ts'
import rule from './time-wait-buckets-full.ts'

const sockstat = (timeWait: number) => ok<Sockstat>({ tcpInUse: 40, orphans: 0, timeWait, allocated: 60, memPages: 12 })
const LIMIT = sysctls({ 'net.ipv4.tcp_max_tw_buckets': 5000 })
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const counted = (overflow: number, ended = 900_000) =>
  counters({ TcpExtTCPTimeWaitOverflow: overflow, TcpExtTW: ended })

testRule(rule, {
  found: {
    'connections are refused a place between the readings': {
      readings: [
        snapshot(netns({ sockstat: sockstat(5000), sysctls: LIMIT, counters: counted(100) }), FIRST),
        snapshot(
          netns({
            sockstat: sockstat(5000),
            sysctls: LIMIT,
            counters: counted(340),
            connections: ok([
              group(6379, { role: 'client', state: 'TIME_WAIT', holding: 'kernel', count: 4100 }),
              group(8080, { state: 'TIME_WAIT', holding: 'kernel', count: 900 }),
            ]),
          }),
          SECOND,
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('240 connections were closed without TIME_WAIT')
        expect(draft?.evidence.map((one) => one.value)).toEqual([5000, 340, 240, 4100, 900])
        expect(draft?.evidence[3]?.label.en).toContain('towards port 6379')
        expect(draft?.remedies[1]?.action).toBe('sysctl -w net.ipv4.tcp_max_tw_buckets=262144')
      },
    },
    'full at the only reading, counted by state': {
      readings: [snapshot(netns({ census: census({ TIME_WAIT: 4990, ESTABLISHED: 3 }), sysctls: LIMIT }))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('4990 of 5000')
      },
    },
    'a great share since boot is the past': {
      readings: [snapshot(netns({ counters: counted(90_000), sockstat: sockstat(10), sysctls: LIMIT }))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'past' })
        expect(draft?.summary.en).toContain('9.1 %')
      },
    },
    'a line of the log is the past': {
      readings: [
        snapshot(netns({ sockstat: sockstat(10), sysctls: LIMIT }), {
          machine: kernelLog('time-wait-overflow', ['TCP: time wait bucket table overflow']),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'past' }),
    },
  },
  clear: {
    'many, but far below the limit': snapshot(
      netns({ sockstat: sockstat(4200), sysctls: LIMIT, counters: counted(0) }),
    ),
    '26 since boot on a node that closed 900 000': snapshot(
      netns({ sockstat: sockstat(17), sysctls: LIMIT, counters: counted(26) }),
    ),
    'the total stands still between the readings': {
      readings: [
        snapshot(netns({ sockstat: sockstat(4200), sysctls: LIMIT, counters: counted(800) }), FIRST),
        snapshot(netns({ sockstat: sockstat(4100), sysctls: LIMIT, counters: counted(800) }), SECOND),
      ],
    },
    'refused for want of memory: the table is nearly empty': {
      readings: [
        snapshot(netns({ sockstat: sockstat(12), sysctls: LIMIT, counters: counted(8) }), FIRST),
        snapshot(netns({ sockstat: sockstat(14), sysctls: LIMIT, counters: counted(11) }), SECOND),
      ],
    },
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'no limit': snapshot(netns({ sockstat: sockstat(30_000) })),
    'a limit and no count': snapshot(netns({ sysctls: LIMIT })),
  },
})
