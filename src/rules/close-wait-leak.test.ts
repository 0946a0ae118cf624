import { expect } from 'vitest'
import { absent, census, type GroupSpec, group, netns, ok, proc, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Coverage } from '../model/part.ts'
import type { Process } from '../model/snapshot.ts'
import type { ConnectionGroup, StateCensus } from '../model/socket.ts'
import rule from './close-wait-leak.ts'

const zeros = (count: number, more: GroupSpec = {}): GroupSpec => ({
  count,
  recvQueue: { zero: count, one: 0, more: 0 },
  recvQueueBytes: 0,
  ...more,
})
const kubelet = (peer: string, zero: number, one: number): ConnectionGroup =>
  group(10250, {
    peer,
    role: 'client',
    process: 'kube-apiserver',
    pid: 27807,
    count: zero + one,
    recvQueue: { zero, one, more: 0 },
    recvQueueBytes: 0,
  })
/** `ss -natp | grep CLOSE-WAIT` of the master, cut by `...`: the rows that are shown. */
const SHOWN = [
  kubelet('10.3.63.151', 1, 1),
  kubelet('10.3.61.73', 1, 0),
  kubelet('10.3.39.241', 2, 0),
  kubelet('10.3.59.125', 0, 1),
  kubelet('10.3.43.104', 1, 0),
]

interface Spec {
  readonly counts?: StateCensus['counts']
  readonly coverage?: readonly Coverage[]
  readonly takenAt?: string
  readonly processes?: readonly Process[]
}

const of = (groups: readonly ConnectionGroup[], { counts, coverage, takenAt, processes }: Spec = {}) =>
  snapshot(netns({ connections: ok(groups, coverage), census: counts ? census(counts) : absent }), {
    takenAt: takenAt ?? null,
    ...(processes ? { processes } : {}),
  })

const nginx = (count: number, more: GroupSpec = {}) => group(8080, zeros(count, { process: 'app', pid: 9, ...more }))
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const withFds = (open: number, limit: number): Process[] => [{ ...proc('app', 9), fds: { open, limit } }]

testRule(rule, {
  found: {
    'kube-apiserver towards the kubelets': {
      readings: [of(SHOWN, { counts: { CLOSE_WAIT: 46 }, coverage: [] })],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(drafts[0]?.summary.en).toBe(
          'kube-apiserver keeps 7 connections to port 10250 that the other side has closed (CLOSE_WAIT), as far as they are listed (46 are counted in this namespace): it has read the end of 5 without closing them, and does not read from 2',
        )
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([7, 5, 2, 46])
        expect(drafts[0]?.remedies[0]?.action).toContain("'dport = :10250'")
      },
    },
    'other numbers are told': {
      readings: [of([kubelet('10.3.63.151', 30, 0)], { counts: { CLOSE_WAIT: 31 }, coverage: [] })],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('keeps 30 connections')
        expect(draft?.summary.en).toContain('it has read the end of them and does not close')
      },
    },
    'thousands of one server are one finding': {
      readings: [of([nginx(1500), nginx(1500, { peer: '10.0.0.8' })])],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]?.summary.en).toContain('app keeps 3000 connections at its port 8080')
      },
    },
    'a few at one reading are possible at most': {
      readings: [of([nginx(6)])],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'possible', severity: 'info' }),
    },
    'the same sockets three seconds later, their end read': {
      readings: [
        of([nginx(6, { oldestCookie: 'c1' })], { takenAt: at(0) }),
        of([nginx(6, { oldestCookie: 'c1' })], { takenAt: at(3) }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'likely', severity: 'warning' }),
    },
    'the same sockets a minute and more later are certain': {
      readings: [
        of([nginx(6, { oldestCookie: 'c1' })], { takenAt: at(0) }),
        of([nginx(9, { oldestCookie: 'c1' })], { takenAt: at(90), processes: withFds(100, 1024) }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'certain', severity: 'warning' })
        // (1024 − 100) descriptors at 3 in 90 s
        expect(draft?.evidence.at(-1)).toMatchObject({ value: '7 h 42 min' })
      },
    },
    'a crowd that is never the same is possible at most': {
      readings: [
        of([nginx(150, { oldestCookie: 'c1' })], { takenAt: at(0) }),
        of([nginx(150, { oldestCookie: 'd2' })], { takenAt: at(3) }),
      ],
      expect: ([draft]) => expect(draft?.confidence).toBe('possible'),
    },
    'descriptors nearly gone': {
      readings: [of([nginx(900)], { processes: withFds(990, 1024) })],
      expect: ([draft]) => expect(draft?.severity).toBe('critical'),
    },
    'a program that does not read': {
      readings: [
        of([
          group(8080, { process: 'app', count: 25, recvQueue: { zero: 0, one: 5, more: 20 }, recvQueueBytes: 4000 }),
        ]),
      ],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('it does not read from them')
        expect(draft?.evidence[1]?.label.en).toContain('4000 bytes')
      },
    },
    'sides and ports mixed': {
      readings: [of([nginx(30), group(443, zeros(30, { role: 'client', process: 'app' }))])],
      expect: ([draft]) => expect(draft?.summary.en).toContain('app keeps 60 connections that'),
    },
    'owners without a name: one finding per port, not one for all': {
      readings: [
        of([
          group(8080, { count: 30, holding: 'process' }),
          group(443, { count: 30, role: 'client', holding: 'process' }),
          group(22, { count: 3, holding: 'process' }),
        ]),
      ],
      expect: (drafts) => {
        expect(drafts.map((draft) => draft.subject.key)).toEqual(['unnamed at port 8080', 'unnamed to port 443'])
        expect(drafts[0]?.summary.en).toContain('A program that is not named keeps 30 connections at its port 8080')
      },
    },
  },
  clear: {
    'thousands that nobody accepted are an accept queue': of([
      group(30720, { count: 3000 }),
      group(31425, { count: 129, holding: 'unowned' }),
    ]),
    'a few at one reading': of([nginx(4)]),
    none: of([group(80, { state: 'ESTABLISHED', process: 'nginx', count: 500 })]),
    'a census without any': snapshot(netns({ census: census({ ESTABLISHED: 3 }) })),
    'one that stays open on purpose among many that close': {
      readings: [
        of([nginx(1, { oldestCookie: 'c1' }), nginx(30, { peer: '10.0.0.8', oldestCookie: 'c2' })], { takenAt: at(0) }),
        of([nginx(1, { oldestCookie: 'c1' }), nginx(30, { peer: '10.0.0.8', oldestCookie: 'd2' })], { takenAt: at(3) }),
      ],
    },
    'others three seconds later: a busy program that closes': {
      readings: [
        of([nginx(30, { oldestCookie: 'c1' })], { takenAt: at(0) }),
        of([nginx(30, { oldestCookie: 'd2' })], { takenAt: at(3) }),
      ],
    },
  },
  skipped: {
    'no connections': snapshot(netns()),
    'counted, not listed': snapshot(netns({ census: census({ CLOSE_WAIT: 2996 }) })),
    'owners not shown (netstat -n)': of([group(8080, { count: 40, holding: 'unknown' })]),
    'a few of a cut listing': of([nginx(2)], { coverage: [] }),
  },
})
