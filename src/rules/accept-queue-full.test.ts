import { expect, it } from 'vitest'
import { earlierReading, laterReading } from '../../test/rules/nodeport-node.ts'
import { group, kernel, listener, netns, ok, snapshot, sysctls, WHOLE } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './accept-queue-full.ts'

const one = (length: number, max: number | null = 128, owner: string | null = 'nginx') =>
  snapshot(netns({ listeners: ok([listener(80, { length, max, owner }), listener(22, { owner: 'sshd' })]) }))

testRule(rule, {
  found: {
    'one over its limit': {
      readings: [one(129)],
      expect: ([draft]) => {
        expect(draft?.subject).toEqual({ kind: 'process', key: 'nginx', process: 'nginx', address: '::', port: 80 })
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.evidence[0]).toMatchObject({ value: 129, limit: 128, unit: 'connections', source: { line: 80 } })
      },
    },
    'a backlog of 0 holds one connection': snapshot(
      netns({ listeners: { ...ok([listener(80, { length: 1, max: 0 })]), via: 'inet-diag' } }),
    ),
    'seen in a part that is cut': snapshot(
      netns({ listeners: ok([listener(80, { length: 129 })], [{ of: 'port', port: 80 }], ['grep :80']) }),
    ),
    'more than somaxconn where no limit is printed': {
      readings: [
        snapshot(
          netns({
            listeners: ok([listener(80, { length: 129, max: null })]),
            sysctls: sysctls({ 'net.core.somaxconn': 128 }),
          }),
        ),
      ],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'full at the reading before only': {
      readings: [one(129), one(40)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.summary.en).toContain('129 → 40')
      },
    },
  },
  clear: {
    'exactly at the limit: one more fits': one(128),
    'an empty queue, limit unknown': one(0, null),
    'a filter that hides only empty queues': snapshot(
      netns({ listeners: ok([listener(80, { length: 3 })], [{ of: 'recv-queue-above', value: 0 }]) }),
    ),
    'a filter that shows full queues alone, and shows none': snapshot(
      netns({ listeners: ok([], [{ of: 'recv-queue-above-limit' }], ['awk $2>$3']) }),
    ),
    'readings of unknown order tell of no burst': { readings: [one(129), one(40)], by: null },
  },
  skipped: {
    'no listeners': snapshot(netns()),
    'only a part seen, nothing in it': snapshot(
      netns({ listeners: ok([listener(80)], [{ of: 'port', port: 80 }], ['grep :80']) }),
    ),
    'a limit that is not printed': one(129, null),
    'full queues alone, of one port': snapshot(
      netns({
        listeners: ok(
          [],
          [{ of: 'and', sets: [{ of: 'recv-queue-above-limit' }, { of: 'port', port: 80 }] }],
          ['grep :80', 'awk $2>$3'],
        ),
      }),
    ),
    'full queues alone, and no limit stands there': snapshot(
      netns({
        listeners: ok([listener(80, { length: 9, max: 0 })], [{ of: 'recv-queue-above-limit' }], ['awk $2>$3']),
      }),
    ),
    'every limit 0: ss fell back to /proc': snapshot(
      netns({ listeners: ok([listener(80, { length: 9, max: 0 }), listener(81, { max: 0 })]) }),
    ),
  },
})

it('folds the 19 of 33 ports of kube-proxy into one finding', () => {
  const draft = onlyDraft(rule, earlierReading())
  expect(draft.subject).toEqual({ kind: 'process', key: 'kube-proxy', process: 'kube-proxy' })
  expect(draft.summary.en).toMatch(/^kube-proxy: 19 of 33 listeners .* 3146 connections/)
  expect(draft.evidence[0]).toMatchObject({ value: 3146, source: { line: 280 } })
  expect(draft.evidence).toHaveLength(20)
  expect(draft.evidence.slice(1).every((line) => line.value === 129 && line.limit === 128)).toBe(true)
})

it('takes limits and the owner from the earlier reading where the later one is a table without them', () => {
  const draft = onlyDraft(rule, { readings: [earlierReading(), laterReading()], by: 'inferred' })
  expect(draft.summary.en).toMatch(/^kube-proxy: 21 of 32 listeners .* 3218 connections/)
  expect(draft.confidence).toBe('likely')
})

it('counts what stands there', () => {
  const draft = onlyDraft(
    rule,
    earlierReading({
      lengths: new Map([
        [30720, 128],
        [32426, 130],
      ]),
    }),
  )
  expect(draft.summary.en).toMatch(/19 of 33 .* 3193 connections/)
  expect(draft.evidence[1]).toMatchObject({ value: 130 })
  const other = onlyDraft(rule, earlierReading({ lengths: new Map([[30720, 7]]) }))
  expect(other.summary.en).toMatch(/18 of 33 .* 3024 connections/)
})

it.each([
  ['4.4.41', 'last ACK'],
  ['5.10.0', 'new SYNs'],
  ['6.12.3', 'new SYNs'],
])('on Linux %s says what is dropped: %s', (release, said) => {
  const full = snapshot(netns({ listeners: ok([listener(80, { length: 129 })]) }), { node: kernel(release) })
  expect(onlyDraft(rule, full).summary.en).toContain(said)
})

it('says that traffic under NAT goes on where nobody accepts', () => {
  expect(onlyDraft(rule, earlierReading()).summary.en).toContain('the service goes on')
  const nginx = snapshot(
    netns({
      listeners: ok([listener(80, { length: 129, owner: 'nginx' })]),
      connections: ok([group(80, { count: 129 }), group(80, { process: 'nginx', state: 'ESTABLISHED' })]),
    }),
  )
  expect(onlyDraft(rule, nginx).summary.en).not.toContain('the service goes on')
})

it('judges each listener of a port by itself', () => {
  const shared = snapshot(
    netns({
      listeners: ok(
        [listener(80, { length: 129, owner: 'nginx' }), listener(80, { length: 0, owner: 'nginx' })],
        WHOLE,
      ),
    }),
  )
  expect(judgeCase(rule, shared).drafts).toHaveLength(1)
})
