import { expect } from 'vitest'
import { counters, type GroupSpec, group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './receive-queue-pruned.ts'

const counted = (PruneCalled: number, RcvPruned = 0, InSegs = 1_000_000) =>
  counters({ TcpExtPruneCalled: PruneCalled, TcpExtRcvPruned: RcvPruned, TcpInSegs: InSegs })
const unread = (count: number, bytes: number, more: GroupSpec = {}) =>
  group(9092, {
    state: 'ESTABLISHED',
    role: 'client',
    process: 'consumer',
    pid: 77,
    count,
    recvQueue: { zero: 0, one: 0, more: count },
    recvQueueBytes: bytes,
    ...more,
  })
const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const twice = (then: Partial<Netns>, now: Partial<Netns>) => ({
  readings: [snapshot(netns(then), FIRST), snapshot(netns(now), SECOND)],
})

testRule(rule, {
  found: {
    'segments are thrown away while somebody does not read': {
      ...twice(
        { counters: counted(100, 40), connections: ok([unread(8, 900_000)]) },
        { counters: counted(700, 640, 1_100_000), connections: ok([unread(8, 960_000)]) },
      ),
      expect: (drafts) => {
        expect(drafts).toHaveLength(2)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(drafts[0]?.summary.en).toContain('threw 600 received segments away')
        expect(drafts[0]?.summary.en).toContain('consumer has 960 000 bytes unread to port 9092')
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([700, 640, 600, 600, 960_000])
        expect(drafts[1]).toMatchObject({ severity: 'info', confidence: 'possible' })
      },
    },
    'queues were squeezed and nothing lost': {
      ...twice({ counters: counted(100) }, { counters: counted(130) }),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'now' }),
    },
    'a program that stopped reading, the senders stand still': {
      ...twice(
        { counters: counted(0), connections: ok([unread(40, 2_800_000, { oldestCookie: 'a', fingerprint: '0f' })]) },
        { counters: counted(0), connections: ok([unread(40, 2_800_000, { oldestCookie: 'a', fingerprint: '0f' })]) },
      ),
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely' })
        expect(drafts[0]?.summary.en).toContain('consumer does not read from 40 of its connections to port 9092')
        expect(drafts[0]?.remedies[0]?.action).toContain('-p 77')
      },
    },
    'one that is paused may be meant to be': {
      ...twice(
        { counters: counted(0), connections: ok([unread(1, 90_000, { oldestCookie: 'a', fingerprint: '0f' })]) },
        { counters: counted(0), connections: ok([unread(1, 90_000, { oldestCookie: 'a', fingerprint: '0f' })]) },
      ),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'likely' }),
    },
    'many were thrown away since boot': {
      readings: [snapshot(netns({ counters: counted(9000, 5000) }))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', when: 'past' })
        expect(draft?.summary.en).toContain('0.5 %')
      },
    },
  },
  clear: {
    '897 squeezed since boot': snapshot(netns({ counters: counted(897) })),
    'few thrown away of very many': snapshot(netns({ counters: counted(897, 40, 90_000_000) })),
    'small requests wait': snapshot(netns({ counters: counted(0), connections: ok([unread(300, 60_000)]) })),
    'a full window, but nobody accepted the connections': snapshot(
      netns({
        counters: counted(0),
        connections: ok([unread(30, 3_000_000, { process: null, holding: 'unaccepted', role: 'server' })]),
      }),
    ),
    'Recv-Q of a listener': snapshot(
      netns({ counters: counted(0), listeners: ok([listener(80, { length: 90_000, max: 100_000 })]) }),
    ),
    'one busy reader at one look': snapshot(netns({ counters: counted(0), connections: ok([unread(1, 400_000)]) })),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'connections alone, all read': snapshot(netns({ connections: ok([unread(3, 0)]) })),
    'a grep that left them out': snapshot(
      netns({ counters: counters({ TcpExtListenDrops: 3 }, { absentIsZero: false }) }),
    ),
  },
})
