import { describe, expect, it } from 'vitest'
import { counters, listener, netns, ok, podNetns, proc, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './listen-overflows.ts'

/** netstat -st of the 4.4.41 node whose NodePort listeners never accept. */
const NODE = {
  TcpPassiveOpens: 1032824,
  TcpAttemptFails: 136,
  TcpOutSegs: 105664162,
  TcpRetransSegs: 9687019,
  TcpExtListenOverflows: 30833253,
  TcpExtListenDrops: 30833253,
  TcpExtTCPTimeouts: 11487582,
  TcpExtTCPSynRetrans: 9574616,
}

const of = (values: Readonly<Record<string, number>>, retries: number | null = 5) =>
  snapshot(
    netns({
      counters: counters(values),
      ...(retries === null ? {} : { sysctls: sysctls({ 'net.ipv4.tcp_synack_retries': retries }) }),
    }),
  )

const reading = (overflows: number, takenAt: string, drops = 0) =>
  snapshot(
    netns({
      counters: counters({ TcpExtListenOverflows: overflows, TcpPassiveOpens: 5000 }),
      listeners: ok([listener(80, { length: 129, drops, inode: 11 }), listener(443, { drops: 5, inode: 12 })]),
    }),
    { takenAt, node: { bootId: 'b' } },
  )
const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:10Z']

testRule(rule, {
  found: {
    'a large total is a warning of the past': {
      readings: [of(NODE)],
      expect: (drafts) => {
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'past' })
        expect(drafts[0]?.summary.en).toContain('30 833 253 packets of incoming handshakes since boot')
        expect(drafts[0]?.summary.zh).toContain('开机以来')
      },
    },
    'a few against many connections are information': {
      readings: [of({ TcpExtListenOverflows: 40, TcpPassiveOpens: 90000 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'past' }),
    },
    'one burst is information, however few connections there were': {
      readings: [of({ TcpExtListenOverflows: 20, TcpPassiveOpens: 7 })],
      expect: ([draft]) => expect(draft?.severity).toBe('info'),
    },
    'a grep gives no base: judged by its size': {
      readings: [
        snapshot(podNetns({ counters: counters({ TcpExtListenOverflows: 12178939 }, { absentIsZero: false }) })),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.summary.en).toContain('since this network namespace was made')
      },
    },
    'growth between two readings is now, and the listener is named': {
      readings: [reading(100, FIRST, 40), reading(160, SECOND, 130)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toBe(
          'A full accept queue is turning handshakes away: 60 packets within 10 s, at [::]:80',
        )
        expect(draft?.evidence.map((one) => one.value)).toEqual([60, 160, 0, 90])
      },
    },
    'growth between undated readings is told without a time, and is likely at most': {
      readings: [
        of({ TcpExtListenOverflows: 5, TcpPassiveOpens: 10 }),
        of({ TcpExtListenOverflows: 9, TcpPassiveOpens: 12 }),
      ],
      by: 'inferred',
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('Between the two readings')
      },
    },
    'growth over days is the past': {
      readings: [reading(100, FIRST), reading(9000, '2026-01-04T00:00:00Z')],
      expect: ([draft]) => expect(draft).toMatchObject({ when: 'past', severity: 'warning' }),
    },
    'a total that stands still is the past': {
      readings: [reading(100, FIRST), reading(100, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ when: 'past' })
        expect(draft?.evidence.at(-1)).toMatchObject({ value: 0 })
      },
    },
    'a fallen counter is another boot: no growth is claimed': {
      readings: [of({ ...NODE, TcpOutSegs: 999999999 }), of({ ...NODE, TcpExtListenOverflows: 30833999 })],
      expect: ([draft]) => expect(draft).toMatchObject({ when: 'past' }),
    },
    'what plain nstat prints': {
      readings: [snapshot(netns({ counters: counters({ TcpExtListenOverflows: 50000 }, { kind: 'delta' }) }))],
      expect: ([draft]) => expect(draft?.summary.en).toContain('since nstat was last run'),
    },
  },
  clear: {
    'no overflow since boot': of({ TcpPassiveOpens: 10, TcpOutSegs: 10 }),
  },
  skipped: {
    'counters not captured': snapshot(netns()),
    'another name was grepped for': snapshot(
      netns({ counters: counters({ TcpExtTCPBacklogDrop: 3 }, { absentIsZero: false }) }),
    ),
    'no overflow in what plain nstat prints is no proof': snapshot(
      netns({ counters: counters({ TcpPassiveOpens: 9 }, { kind: 'delta' }) }),
    ),
  },
})

describe('handshakes answered and lost', () => {
  const lost = (values: Readonly<Record<string, number>>, retries: number | null = 5) =>
    judgeCase(rule, of(values, retries)).drafts.find((draft) => draft.subject.key === 'lost-handshakes')

  it('works out their number and shows how well it fits', () => {
    const draft = lost(NODE)
    expect(draft).toMatchObject({ confidence: 'likely', when: 'past' })
    expect(draft?.summary.en).toContain('1 912 966 handshakes')
    expect(draft?.summary.en).toContain('within 0.11 %')
    expect(draft?.evidence.map((one) => one.label.en).join()).toContain('98.8 % are SYNs and SYN-ACKs')
  })

  it('follows the numbers of the input', () => {
    const draft = lost({ ...NODE, TcpExtTCPTimeouts: 9574616 + 1900000 })
    expect(draft?.summary.en).toContain('1 900 000 handshakes')
  })

  it('says so when the number of retries is assumed', () => {
    expect(
      lost(NODE, null)
        ?.unknowns.map((one) => one.en)
        .join(),
    ).toContain('the default of 5 is assumed')
  })

  it.each([
    ['another number of retries', NODE, 3],
    ['data timeouts of a lossy network', { ...NODE, TcpExtTCPTimeouts: 14000000 }, 5],
    ['connects of its own that failed', { ...NODE, TcpAttemptFails: 1912966 }, 5],
    ['fewer overflows than lost handshakes', { ...NODE, TcpExtListenOverflows: 1000 }, 5],
    ['listeners that defer accept', { ...NODE, TcpExtTCPDeferAcceptDrop: 2000000 }, 5],
    ['too few to tell', { ...NODE, TcpExtTCPTimeouts: 600, TcpExtTCPSynRetrans: 500 }, 5],
  ])('claims nothing for a look-alike: %s', (_, values, retries) => {
    expect(lost(values, retries)).toBeUndefined()
  })
})

it('gives a command for the namespace it judged', () => {
  const pod = snapshot(podNetns({ inode: 77, counters: counters({ TcpExtListenOverflows: 3 }) }), {
    processes: [{ ...proc('nginx', 4711), netns: 77 }],
  })
  expect(onlyDraft(rule, pod).remedies[0]?.action).toContain('nsenter -t 4711 -n ss')
  const named = snapshot(netns({ key: 'named cni-1', kind: 'named', counters: counters({ TcpExtListenOverflows: 3 }) }))
  expect(onlyDraft(rule, named).remedies[0]?.action).toContain('ip netns exec cni-1 ss')
})
