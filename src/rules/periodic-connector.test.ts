import { expect, it } from 'vitest'
import { packetsAt } from '../../test/rules/packets.ts'
import { absent, at, netns, ok, snapshot, WHOLE } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import { rhythmOf } from '../facts/periodic-connects.ts'
import type { Flow } from '../model/flow.ts'
import type { Snapshot } from '../model/snapshot.ts'
import rule from './periodic-connector.ts'

const flow = (source: string, timeoutSeconds: number, spec: Partial<Flow> = {}): Flow => {
  const end = { packets: null, bytes: null }
  return {
    protocol: 'tcp',
    family: 4,
    state: 'TIME_WAIT',
    timeoutSeconds,
    original: { source, destination: '10.0.0.1', sourcePort: 40_000 + timeoutSeconds, destinationPort: 31425, ...end },
    reply: null,
    assured: true,
    unreplied: false,
    offload: null,
    mark: null,
    zone: null,
    line: 700 + timeoutSeconds,
    ...spec,
  }
}
const every = (source: string, ...seconds: readonly number[]) => seconds.map((one) => flow(source, one))

const table = (flows: readonly Flow[], { whole = true }: { readonly whole?: boolean } = {}): Snapshot =>
  snapshot(
    netns({
      flows: ok(
        { listings: [{ flows, more: 0, origin: at(700, 'conntrack -L') }], count: null, stats: null },
        whole ? WHOLE : [],
        whole ? [] : ['grep 31425'],
      ),
    }),
  )
const captured = (...starts: readonly number[]): Snapshot =>
  snapshot(netns(), { captures: ok([packetsAt(starts.map((elapsed, i) => ({ elapsed, from: 5000 + i, seq: i })))]) })

testRule(rule, {
  found: {
    'two clients, each every 20 s': {
      readings: [table([...every('10.0.0.7', 5, 25, 45, 65, 85, 105), ...every('10.0.0.8', 1, 21, 41, 61)])],
      expect: ([draft, ...others]) => {
        expect(others).toEqual([])
        expect(draft).toMatchObject({ severity: 'info', confidence: 'likely', subject: { port: 31425 } })
        expect(draft?.summary.en).toMatch(/10\.0\.0\.7, 10\.0\.0\.8 .*each connect to port 31425 every 20 s/)
        expect(draft?.evidence.map((one) => one.value)).toEqual([6, 4])
      },
    },
    'in a listing that is cut': {
      readings: [table(every('10.0.0.7', 10, 40, 70), { whole: false })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('every 30 s'),
    },
    'by the SYNs of a capture': {
      readings: [captured(0, 10.01, 20, 30.02, 40)],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('every 10 s')
        expect(draft?.evidence[0]?.value).toBe(5)
      },
    },
  },
  clear: {
    'random traffic': table(every('10.0.0.7', 3, 11, 38, 40, 77, 101)),
    'even, but of three clients together': table([
      ...every('10.0.0.7', 5),
      ...every('10.0.0.8', 25),
      ...every('10.0.0.9', 45),
    ]),
    'connections that last, no TIME_WAIT': table(
      every('10.0.0.7', 5, 25, 45).map((one) => ({ ...one, state: 'ESTABLISHED' })),
    ),
    'an empty table': table([]),
  },
  skipped: {
    'neither conntrack nor a capture': snapshot(netns({ flows: absent })),
    'a cut listing without a rhythm': table(every('10.0.0.7', 3, 11), { whole: false }),
    'a capture is no whole table': captured(0, 3, 11, 12),
  },
})

it('a SYN that is sent again belongs to one attempt', () => {
  const again = packetsAt([0, 1, 2, 3, 4].map((elapsed) => ({ elapsed, from: 5000, seq: 7 })))
  expect(judgeCase(rule, snapshot(netns(), { captures: ok([again]) })).drafts).toEqual([])
})

it('two periods at one port are two findings', () => {
  const { drafts } = judgeCase(
    rule,
    table([...every('10.0.0.7', 5, 25, 45, 65), ...every('10.0.0.8', 10, 40, 70, 100)]),
  )
  expect(drafts.map((one) => one.subject.key)).toEqual(['to port 31425 every 20 s', 'to port 31425 every 30 s'])
})

it('says where its first entry stands', () => {
  const { evidence } = onlyDraft(rule, table(every('10.0.0.7', 10, 40, 70)))
  expect(evidence[0]?.source).toMatchObject({ line: 710 })
})

it.each([
  [[0, 10, 20, 30], { seconds: 10, times: 4 }],
  [[0, 0.1, 10, 10.1, 20, 20.1, 30], { seconds: 10, times: 4 }],
  [[0, 10, 20], null],
  [[0, 10, 20, 31], null],
  [[0, 0.5, 1, 1.5, 2], null],
  [[0, 1, 3, 7, 15], null],
  [[], null],
])('the rhythm of %j is %j', (starts, rhythm) => expect(rhythmOf(starts)).toEqual(rhythm))
