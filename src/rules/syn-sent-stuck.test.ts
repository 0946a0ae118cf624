import { expect, it } from 'vitest'
import {
  absent,
  census,
  type GroupSpec,
  group,
  netns,
  ok,
  podNetns,
  snapshot,
} from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { Coverage } from '../model/part.ts'
import type { ConnectionGroup, StateCensus } from '../model/socket.ts'
import rule from './syn-sent-stuck.ts'

const waiting = (peer: string, port: number, process: string | null, more: GroupSpec = {}): ConnectionGroup =>
  group(port, { state: 'SYN_SENT', role: 'client', peer, process, ...more })
const towards = (addresses: readonly string[], port: number, process: string | null, more: GroupSpec = {}) =>
  addresses.map((address) => waiting(address, port, process, more))

/** `ss -natp | grep SYN-SENT`, cut by `...`, of the worker whose bird dials peers that are gone. */
const STALE = ['10.3.45.28', '10.3.33.41', '10.3.55.58', '10.3.37.233', '10.3.39.203', '10.3.63.228']
const GOSSIP = ['10.3.39.22', '10.3.53.170', '10.3.0.250', '10.3.48.41']
const CUT: readonly Coverage[] = []

const of = (
  groups: readonly ConnectionGroup[],
  {
    counts,
    coverage,
    takenAt = null,
  }: { counts?: StateCensus['counts']; coverage?: readonly Coverage[]; takenAt?: string | null } = {},
) => snapshot(netns({ connections: ok(groups, coverage), census: counts ? census(counts) : absent }), { takenAt })

const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z']

testRule(rule, {
  found: {
    'bird dials peers that are gone': {
      readings: [of(towards(STALE, 179, 'bird'), { counts: { SYN_SENT: 145 }, coverage: CUT })],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(drafts[0]?.subject).toMatchObject({ process: 'bird', port: 179 })
        expect(drafts[0]?.summary.en).toBe(
          'bird waits for 6 addresses to answer on port 179: 6 in SYN_SENT (145 are counted in this namespace, 6 of them are listed)',
        )
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([6, 145])
        expect(drafts[0]?.remedies[0]?.action).toContain('-e 10.3.45.28')
      },
    },
    'other numbers are told': {
      readings: [of(towards(STALE.slice(0, 5), 179, 'bird'), { counts: { SYN_SENT: 33 }, coverage: CUT })],
      expect: ([draft]) =>
        expect(draft?.summary.en).toContain('5 addresses to answer on port 179: 5 in SYN_SENT (33 are'),
    },
    'one finding per program and port': {
      readings: [
        of([...towards(STALE, 179, 'bird'), ...towards(GOSSIP, 3999, 'protokube')], { counts: { SYN_SENT: 239 } }),
      ],
      expect: (drafts) => {
        expect(drafts.map((draft) => draft.subject.process)).toEqual(['bird', 'protokube'])
        expect(drafts[1]).toMatchObject({ confidence: 'likely' })
      },
    },
    'four addresses alone are possible at most': {
      readings: [of(towards(GOSSIP, 3999, 'protokube'))],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'possible', severity: 'info' }),
    },
    'the same sockets three seconds later are certain': {
      readings: [
        of([waiting('10.9.9.9', 80, 'curl', { oldestCookie: 'a1' })], { takenAt: FIRST }),
        of([waiting('10.9.9.9', 80, 'curl', { oldestCookie: 'a1' })], { takenAt: SECOND }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'certain', severity: 'info' })
        expect(draft?.summary.en).toContain('address 10.9.9.9')
      },
    },
    'the same addresses at two readings of a text': {
      readings: [of(towards(GOSSIP, 3999, 'protokube')), of(towards(GOSSIP, 3999, 'protokube'))],
      by: 'inferred',
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'likely', severity: 'warning' }),
    },
    'a busy client is a look-alike at one reading': {
      readings: [
        of([
          ...towards(STALE, 443, 'crawler'),
          group(443, { state: 'ESTABLISHED', role: 'client', process: 'crawler', count: 90 }),
        ]),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'possible', severity: 'info' })
        expect(draft?.unknowns.map((one) => one.en).join()).toContain('90 established')
      },
    },
    'nobody is named': {
      readings: [of(towards(STALE, 179, null))],
      expect: ([draft]) => expect(draft?.subject.key).toBe('unknown to port 179'),
    },
    'a census alone is possible at most': {
      readings: [snapshot(netns({ census: census({ SYN_SENT: 145, ESTABLISHED: 128 }) }))],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'possible', severity: 'info' }),
    },
  },
  clear: {
    none: of([group(80, { state: 'ESTABLISHED', process: 'nginx' })]),
    'two momentary ones': of(towards(STALE.slice(0, 2), 443, 'curl')),
    'a census without any': snapshot(netns({ census: census({ ESTABLISHED: 3 }) })),
    'other sockets to other hosts three seconds later': {
      readings: [
        of(towards(GOSSIP, 443, 'crawler'), { takenAt: FIRST }),
        of(towards(STALE, 443, 'crawler'), { takenAt: SECOND }),
      ],
    },
    'another socket to the same host three seconds later': {
      readings: [
        of([waiting('10.9.9.9', 443, 'proxy', { oldestCookie: 'a1', count: 9 })], { takenAt: FIRST }),
        of([waiting('10.9.9.9', 443, 'proxy', { oldestCookie: 'b2', count: 9 })], { takenAt: SECOND }),
      ],
    },
  },
  skipped: {
    'no connections': snapshot(netns()),
    'a few counted, none listed': snapshot(netns({ census: census({ SYN_SENT: 4 }) })),
    'two listed, the rest cut away': of(towards(STALE.slice(0, 2), 443, 'curl'), { coverage: CUT }),
  },
})

it('tries the addresses from the namespace that cannot reach them', () => {
  const action = (space: Parameters<typeof netns>[0]) =>
    onlyDraft(rule, snapshot(netns({ connections: ok(towards(STALE, 8443, 'app')), ...space }))).remedies[0]?.action
  expect(action({})).toMatch(/^for a in 10\.3\.45\.28 .*; do nc -vz -w 3 \$a 8443; done$/)
  expect(action({ key: 'named cni-1', kind: 'named' })).toContain('do ip netns exec cni-1 nc')
  const { key, kind, pod } = podNetns()
  expect(action({ key, kind, pod })).toMatch(/do nsenter -t PID_IN_\S+ -n nc .*; done$/)
})
