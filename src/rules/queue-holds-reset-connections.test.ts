import { expect, it } from 'vitest'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { earlierReading, laterReading } from '../../test/rules/nodeport-node.ts'
import { census, group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './queue-holds-reset-connections.ts'

const queue = (
  length: number,
  visible: number,
  way: Snapshot['way'] = 'transcript',
  cookie: string | null = null,
  accepted = way === 'live' ? 3 : 0,
) =>
  snapshot(
    netns({
      listeners: ok([listener(80, { length, owner: 'shop' })]),
      connections: ok([
        group(80, { count: visible, oldestCookie: cookie, oldestMs: cookie === null ? null : 5000 }),
        ...(accepted > 0 ? [group(80, { process: 'shop', state: 'ESTABLISHED', count: accepted })] : []),
      ]),
    }),
    { way },
  )

testRule(rule, {
  found: {
    'listed connections are fewer than the queue': {
      readings: [queue(129, 100)],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('80: 29 of 129')
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
      },
    },
    'live, when it stands at both readings': {
      readings: [queue(129, 100, 'live', '11'), queue(129, 100, 'live', '11')],
      expect: ([draft]) => expect(draft?.confidence).toBe('certain'),
    },
    'live, nothing but reset ones': { readings: [queue(9, 0, 'live'), queue(9, 0, 'live')] },
    'a few of many are only worth a word': {
      readings: [queue(100, 99)],
      expect: ([draft]) => expect(draft?.severity).toBe('info'),
    },
  },
  clear: {
    'all of the queue is visible': queue(129, 129),
    'nothing queued': snapshot(netns({ listeners: ok([listener(80)]), connections: ok([]) })),
    'nothing queued, connections not read': snapshot(netns({ listeners: ok([listener(80)]) })),
  },
  skipped: {
    'live, one reading: a dump is not atomic': {
      readings: [queue(129, 100, 'live', '11')],
    },
    'live, and the queue moved': { readings: [queue(129, 100, 'live', '11'), queue(129, 100, 'live', '12')] },
    'text of a program that accepts: its queue moves while the listing is printed': queue(
      129,
      100,
      'transcript',
      null,
      3,
    ),
    'connections were not read': snapshot(netns({ listeners: ok([listener(80, { length: 4 })]) })),
    'nobody says who holds the connections': snapshot(
      netns({
        listeners: ok([listener(80, { length: 4 })]),
        connections: ok([group(80, { holding: 'unknown', count: 2 })]),
      }),
    ),
    'connections of another port only': snapshot(
      netns({ listeners: ok([listener(80, { length: 4 })]), connections: ok([], [{ of: 'port', port: 81 }]) }),
    ),
    'only CLOSE_WAIT was listed': snapshot(
      netns({
        listeners: ok([listener(80, { length: 4 })]),
        connections: ok([group(80)], [{ of: 'state', state: 'CLOSE-WAIT' }]),
      }),
    ),
    'two sockets share the port': snapshot(
      netns({
        listeners: ok([listener(80, { length: 4 }), listener(80, { length: 4 })]),
        connections: ok([group(80, { count: 6 })]),
      }),
    ),
    'more CLOSE_WAIT on the node than in its queues': snapshot(
      netns({ listeners: ok([listener(80, { length: 4 })]), census: census({ CLOSE_WAIT: 9 }) }),
    ),
    'ESTABLISHED ones could fill the difference': snapshot(
      netns({ listeners: ok([listener(80, { length: 10 })]), census: census({ CLOSE_WAIT: 4, ESTABLISHED: 6 }) }),
    ),
  },
})

it('finds 29, 2 and 0 in the three ports of the node, and 150 over all of them', () => {
  const draft = onlyDraft(rule, earlierReading())
  expect(draft.summary.en).toContain('30720: 29 of 129, 32426: 2 of 82; over all queues about 150 (3146 queued − 2996')
  expect(draft.evidence.map((one) => [one.value, one.limit])).toEqual([
    [150, 3146],
    [29, 129],
    [2, 82],
    [0, 129],
  ])
  expect(draft.evidence[0]).toMatchObject({ source: { line: 261 } })
  expect(draft.evidence[0]?.label.en).toContain('at least 134')
  expect(draft.confidence).toBe('likely')
})

it('finds the same 150 days later, from a table and a count alone', () => {
  const draft = onlyDraft(rule, { readings: [earlierReading(), laterReading()], by: 'inferred' })
  expect(draft.summary.en).toContain('About 150 places')
  expect(draft.summary.en).toContain('3218 queued − 3068 CLOSE_WAIT')
})

it('gives connections to the listener of their own address', () => {
  const two = snapshot(
    netns({
      listeners: ok([
        listener(80, { address: '10.0.0.1', length: 3 }),
        listener(80, { address: '0.0.0.0', length: 5 }),
        listener(80, { address: '::', family: 6, length: 2 }),
      ]),
      connections: ok([
        group(80, { address: '10.0.0.1', count: 1 }),
        group(80, { address: '10.0.0.2', count: 1 }),
        group(80, { address: 'fd00::2', count: 1 }),
      ]),
    }),
  )
  expect(onlyDraft(rule, two).evidence.map((one) => one.value)).toEqual([4, 2, 1])
})
