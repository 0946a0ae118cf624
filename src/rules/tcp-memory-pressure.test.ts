import { expect, it } from 'vitest'
import { kernelLog } from '../../test/rules/forwarding-builder.ts'
import { counters, group, netns, ok, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, testRule } from '../../test/rules/test-rule.ts'
import type { Sockstat } from '../model/snapshot.ts'
import rule from './tcp-memory-pressure.ts'

const sockstat = (memPages: number) => ok<Sockstat>({ tcpInUse: 40, orphans: 0, timeWait: 3, allocated: 60, memPages })
const MEM = sysctls({ 'net.ipv4.tcp_mem': '9000 12000 18000' })
const entered = (times: number) => counters({ TcpExtTCPMemoryPressures: times, TcpExtPruneCalled: 4 })
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const LINE = 'TCP: out of memory -- consider tuning tcp_mem'
const at = (memPages: number, more = {}) => snapshot(netns({ sockstat: sockstat(memPages), sysctls: MEM }), more)

testRule(rule, {
  found: {
    'at the limit': {
      readings: [
        snapshot(
          netns({
            sockstat: sockstat(18_004),
            sysctls: MEM,
            connections: ok([
              group(80, { state: 'ESTABLISHED', process: 'nginx', count: 900, recvQueueBytes: 0, sendQueueBytes: 9 }),
              group(9092, { state: 'ESTABLISHED', process: 'consumer', count: 40, recvQueueBytes: 60_000_000 }),
            ]),
          }),
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('18 004 pages of 18 000')
        expect(draft?.evidence.map((one) => one.value)).toEqual([18_004, '9000 12000 18000', 60_000_000, 9])
        expect(draft?.remedies[1]?.action).toBe('sysctl -w net.ipv4.tcp_mem="18000 24000 36000"')
      },
    },
    'under pressure': {
      readings: [at(12_500)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' }),
    },
    'pressure came and went between the readings, counted in a pod': {
      readings: [
        snapshot([netns({ sockstat: sockstat(90), sysctls: MEM }), podNetns({ counters: entered(2) })], FIRST),
        snapshot([netns({ sockstat: sockstat(91), sysctls: MEM }), podNetns({ counters: entered(9) })], SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.summary.en).toContain('7 times between the two readings; at this reading it uses 91 of 12 000')
      },
    },
    'the log of this minute': {
      readings: [
        at(900, {
          node: { uptimeSeconds: 5030 },
          machine: kernelLog('tcp-out-of-memory', [LINE], { sinceBootSeconds: 5000 }),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', when: 'now' }),
    },
    'the log of last night': {
      readings: [at(900, { machine: kernelLog('tcp-out-of-memory', [LINE, LINE]) })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past' }),
    },
    'a total alone is the past': {
      readings: [snapshot(netns({ counters: entered(3), sockstat: sockstat(90), sysctls: MEM }))],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
  },
  clear: {
    'much, but below the mark': at(11_900),
    'queues are squeezed without pressure': snapshot(
      netns({ sockstat: sockstat(90), sysctls: MEM, counters: counters({ TcpExtPruneCalled: 900 }) }),
    ),
    "a process was killed for want of memory: not TCP's": at(900, {
      machine: kernelLog('oom-kill', ['Out of memory: Killed process 12 (java)']),
    }),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'pages without limits': snapshot(netns({ sockstat: sockstat(90_000) })),
    'limits without pages': snapshot(netns({ sysctls: MEM })),
    'counters alone, all quiet': snapshot(netns({ counters: entered(0) })),
  },
})

it('tells how near the mark is where nothing was found', () => {
  expect(judgeCase(rule, at(11_000)).remark?.en).toContain('uses 11 000 pages')
  expect(judgeCase(rule, at(2000)).remark).toBeNull()
})
