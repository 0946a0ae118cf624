import { expect } from 'vitest'
import { group, listener, netns, ok, podNetns, proc, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Netns, Process, Sockstat } from '../model/snapshot.ts'
import rule from './socket-leak.ts'

const sockstat = (tcpInUse: number, allocated: number) =>
  ok<Sockstat>({ tcpInUse, orphans: 0, timeWait: 0, allocated, memPages: 12 })
const app = (open: number, more: Partial<Process> = {}): Process => ({
  ...proc('collector', 9),
  netns: 1,
  fds: { open, limit: 4096 },
  ...more,
})
const host = (inUse: number, allocated: number, more: Partial<Netns> = {}) =>
  netns({ inode: 1, sockstat: sockstat(inUse, allocated), ...more })
const pod = (inUse: number, allocated: number, more: Partial<Netns> = {}) =>
  podNetns({ inode: 2, sockstat: sockstat(inUse, allocated), ...more })
const at = (second: number) => ({ takenAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString() })
const PROCESSES = [app(90), { ...proc('nginx', 10), netns: 2 }]
const connections = (count: number) => ({
  connections: ok([group(443, { role: 'client', state: 'ESTABLISHED', process: 'collector', pid: 9, count })]),
})

testRule(rule, {
  found: {
    'thousands are allocated and stand nowhere': {
      readings: [snapshot([host(300, 6000), pod(200, 6000)], { processes: PROCESSES })],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(drafts[0]?.summary.en).toContain('5500 TCP sockets')
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([6000, 500, 5500])
      },
    },
    'and at the reading before, too; a process gains as many': {
      readings: [
        snapshot([host(300, 4000), pod(200, 4000)], { processes: [app(3300), PROCESSES[1] ?? app(1)], ...at(0) }),
        snapshot([host(300, 4600), pod(200, 4600)], { processes: [app(3900), PROCESSES[1] ?? app(1)], ...at(90) }),
      ],
      expect: (drafts) => {
        expect(drafts[0]?.confidence).toBe('certain')
        expect(drafts[1]).toMatchObject({
          severity: 'critical',
          confidence: 'likely',
          subject: { process: 'collector' },
        })
        expect(drafts[1]?.summary.en).toContain('collector (pid 9) opened 600 more descriptors in 1 min 30 s')
        expect(drafts[1]?.evidence.map((one) => one.value)).toEqual([3900, 600, '29.4 s'])
      },
    },
    'a process whose descriptors grow, of what kind is not shown': {
      readings: [
        snapshot(netns(), { processes: [app(100)], ...at(0) }),
        snapshot(netns(), { processes: [app(200)], ...at(90) }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'sockets in CLOSE that a tool lists': {
      readings: [
        snapshot(netns({ connections: ok([group(443, { state: 'CLOSE', process: 'collector', count: 60 })]) })),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'likely' })
        expect(draft?.summary.en).toContain('collector holds 60 TCP sockets in state CLOSE')
      },
    },
  },
  clear: {
    'the rest of what is allocated is in use in pods': snapshot([host(300, 6000), pod(5650, 6000)], {
      processes: PROCESSES,
    }),
    'reset while they were queued': snapshot(
      [
        host(300, 3000, {
          listeners: ok([listener(80, { length: 2500, max: 4096 })]),
          connections: ok([group(80, { count: 10 })]),
        }),
        pod(200, 3000),
      ],
      { processes: PROCESSES },
    ),
    'descriptors grow with the connections': {
      readings: [
        snapshot([host(100, 330, connections(100)), pod(200, 330)], { processes: [app(150)], ...at(0) }),
        snapshot([host(700, 930, connections(700)), pod(200, 930)], { processes: [app(760)], ...at(90) }),
      ],
    },
    'a start-up: much at once, none of it sockets': {
      readings: [
        snapshot([host(100, 330), pod(200, 330)], { processes: [app(10)], ...at(0) }),
        snapshot([host(100, 332), pod(200, 332)], { processes: [app(300)], ...at(3) }),
      ],
    },
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    "the host's sockstat alone: pods may have the rest": snapshot(netns({ sockstat: sockstat(300, 6000) })),
    'a namespace in which processes live was not read': snapshot(host(300, 6000), { processes: PROCESSES }),
    'one reading of descriptors': snapshot(netns(), { processes: [app(4000)] }),
  },
})
