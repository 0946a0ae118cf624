import { describe, expect, it } from 'vitest'
import { flow, flows } from '../../test/rules/forwarding-builder.ts'
import { kubeCluster } from '../../test/rules/kube-node.ts'
import { earlierReading, laterReading } from '../../test/rules/nodeport-node.ts'
import {
  at,
  type GroupSpec,
  group,
  listener,
  netns,
  ok,
  proc,
  type SnapshotSpec,
  snapshot,
} from '../../test/rules/snapshot-builder.ts'
import { judgeCase, onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { Container, Snapshot } from '../model/snapshot.ts'
import rule from './listener-never-accepts.ts'

/** A live reading of one listener with so much in its queue, the oldest having this cookie. */
function live(
  length: number,
  oldest: GroupSpec,
  more: Parameters<typeof group>[] = [],
  spec: SnapshotSpec = {},
): Snapshot {
  return snapshot(
    netns({
      listeners: {
        ...ok([listener(8080, { address: '0.0.0.0', length, max: 128, owner: 'shop', cookie: 'aa01' })]),
        via: 'inet-diag',
      },
      connections: ok([group(8080, { count: length, ...oldest }), ...more.map((one) => group(...one))]),
    }),
    { way: 'live', lines: null, ...spec },
  )
}
const stuck = (length: number, cookie = '11') =>
  live(length, { state: 'ESTABLISHED', oldestMs: 9000, oldestCookie: cookie })
/** The same, with the states of its program's threads. */
const withThreads = (states: Readonly<Record<string, number>>) =>
  live(9, { state: 'ESTABLISHED', oldestMs: 9000, oldestCookie: '11' }, [], {
    processes: [{ ...proc('shop', 1448, 'S'), threads: { total: 8, looked: 8, states, blocked: [] } }],
  })
const owned = [8080, { state: 'ESTABLISHED', process: 'shop', count: 4 }] as const
const kubeProxy = (spec: Parameters<typeof listener>[1]) => ok([listener(30080, { owner: 'kube-proxy', ...spec })])

testRule(rule, {
  found: {
    'the same oldest connection at two readings': {
      readings: [stuck(7), stuck(9)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ confidence: 'certain', severity: 'warning', when: 'now' })
        expect(draft?.subject).toEqual({
          kind: 'process',
          key: 'shop',
          process: 'shop',
          address: '0.0.0.0',
          port: 8080,
        })
        expect(draft?.summary.en).toContain('shop listens on 1 port (0.0.0.0:8080) and accepts nobody: 9 connections')
      },
    },
    'beside a thread that reads a file': {
      readings: [stuck(7), withThreads({ S: 7, D: 1 })],
      expect: ([draft]) => expect(draft?.confidence).toBe('certain'),
    },
    'a full queue whose oldest connection is young: perhaps a pause': {
      readings: [live(129, { oldestCookie: '11', oldestMs: 1500 }), live(129, { oldestCookie: '11', oldestMs: 4500 })],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'nothing but connections that were reset': {
      readings: [live(5, { count: 0 }), live(5, { count: 0 })],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'a stopped process looks alike, and is called so': {
      readings: [live(5, {}, [[...owned]], { processes: [proc('shop', 1448, 'T')] })],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('stopped (state T)')
        expect(draft?.remedies[0]?.action).toBe('kill -CONT 1448')
      },
    },
    'kube-proxy with leaked connections, from one reading': earlierReading(),
    'kube-proxy with a short queue and nothing else': {
      readings: [snapshot(netns({ listeners: kubeProxy({ length: 2 }) }))],
      expect: ([draft]) => expect(draft?.confidence).toBe('possible'),
    },
    'a NodePort of nobody named, given up by its clients': {
      readings: [
        snapshot(
          netns({ listeners: ok([listener(31000, { length: 3 })]), connections: ok([group(31000, { count: 3 })]) }),
        ),
      ],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('possible')
        expect(draft?.subject).toMatchObject({ kind: 'listener', key: '[::]:31000' })
      },
    },
  },
  clear: {
    'blocked in the kernel: late, not never': { readings: [stuck(7), withThreads({ D: 8 })] },
    'empty queues': snapshot(netns({ listeners: kubeProxy({ length: 0 }) })),
    'a program that paused for some seconds': {
      readings: [live(9, { oldestCookie: '11', oldestMs: 1500 }), live(9, { oldestCookie: '11', oldestMs: 4500 })],
    },
    'a slow program: another oldest one': { readings: [stuck(9, '11'), stuck(9, '12')] },
    'a slow program: its queue falls': { readings: [stuck(9), stuck(8)] },
    'a slow program: it holds connections of the port': {
      readings: [
        live(9, { oldestCookie: '11', oldestMs: 1 }, [[...owned]]),
        live(9, { oldestCookie: '11', oldestMs: 1 }, [[...owned]]),
      ],
    },
    'the same at two readings of which neither is known to be the earlier': {
      readings: [stuck(9), stuck(9)],
      by: null,
    },
    'an inferred order makes nothing certain': { readings: [stuck(9), stuck(9)], by: 'inferred' },
    'one reading of a full queue that is not kube-proxy’s': stuck(129),
    'kube-proxy on loopback serves localhost NodePorts': snapshot(
      netns({ listeners: kubeProxy({ address: '127.0.0.1', length: 9 }) }),
    ),
    'kube-proxy’s own metrics': snapshot(
      netns({ listeners: ok([listener(10249, { owner: 'kube-proxy', length: 2 })]) }),
    ),
    'kube-proxy serves health checks on a node port: somebody accepted': snapshot(
      netns({
        listeners: kubeProxy({ length: 1 }),
        connections: ok([group(30080, { process: 'kube-proxy', state: 'ESTABLISHED' })]),
      }),
    ),
    'another owner on a NodePort': snapshot(
      netns({
        listeners: ok([listener(31000, { length: 3, owner: 'nginx' })]),
        connections: ok([group(31000, { count: 3 })]),
      }),
    ),
  },
  skipped: {
    'no listeners': snapshot(netns()),
    'a cut listing': snapshot(netns({ listeners: ok([listener(80)], [], ['...']) })),
  },
})

it('is one finding over all 33 ports of the node, with what is seen in three of them', () => {
  const draft = onlyDraft(rule, earlierReading())
  expect(draft).toMatchObject({ confidence: 'likely', subject: { kind: 'process', key: 'kube-proxy' } })
  expect(draft.summary.en).toContain('holds 33 ports open')
  expect(draft.summary.en).toContain('3146 connections')
  expect(draft.summary.en).toContain('309 of them seen one by one, 309 in CLOSE_WAIT')
  const found = (label: string) => draft.evidence.find((one) => one.label.en.startsWith(label))
  expect(found('Connections in 33')).toMatchObject({ value: 3146 })
  expect(found('CLOSE_WAIT connections')).toMatchObject({ value: 2996, source: { line: 261 } })
  expect(found('[::]:30720: visible')).toMatchObject({ value: 100, limit: 129, source: { line: 408 } })
  expect(found('[::]:30720: visible')?.label.en).toContain('peers 172.31.3.170 ×75, 172.31.12.249 ×24, 172.1.51.65 ×1')
  expect(found('[::]:30720: unread')).toMatchObject({ value: 447219 })
  expect(found('[::]:30720: unread')?.label.en).toContain('in 99 connections; in 1 more only the FIN')
  expect(found('[::]:31425: unread')).toMatchObject({ value: 1139 })
  expect(found('[::]:32426: unread')).toMatchObject({ value: 28439 })
  expect(draft.evidence.filter((one) => one.limit === 128)).toHaveLength(33)
})

it('knows kube-proxy from the earlier reading where a later table names nobody', () => {
  const draft = onlyDraft(rule, { readings: [earlierReading(), laterReading()], by: 'inferred' })
  expect(draft.subject.key).toBe('kube-proxy')
  expect(draft.summary.en).toContain('holds 32 ports open')
  expect(judgeCase(rule, laterReading()).drafts).toEqual([])
})

it.each([
  ['a full queue', stuck(129), 'critical'],
  ['a client that waits for more than a minute', live(7, { oldestMs: 90_000, oldestCookie: '11' }), 'critical'],
  ['a program that may have just begun', stuck(7), 'warning'],
])('%s is as grave as this: %s', (_, reading, severity) => {
  expect(onlyDraft(rule, { readings: [reading, reading] }).severity).toBe(severity)
})

it('computes what it says', () => {
  const few = earlierReading({ connections: [group(30720, { count: 5, holding: 'unowned', peer: '10.1.1.1' })] })
  const draft = onlyDraft(rule, few)
  expect(draft.summary.en).toContain('5 of them seen one by one')
  expect(draft.evidence.find((one) => one.label.en.includes('10.1.1.1 ×5'))).toMatchObject({ value: 5, limit: 129 })
})

describe('a remark where nothing was found', () => {
  const empty = (max: number, owner = 'kube-proxy', coverage?: 'cut') => {
    const listeners = ok([
      listener(30080, { owner, max }),
      listener(30081, { owner, max }),
      listener(10256, { owner, max }),
    ])
    return snapshot(
      netns({ listeners: coverage === 'cut' ? { ...listeners, coverage: [], cuts: ['...'] } : listeners }),
    )
  }
  it('a queue of 32768 hides the leak, whether all was seen or not', () => {
    for (const reading of [empty(32768), empty(32768, 'kube-proxy', 'cut')]) {
      const { remark } = judgeCase(rule, reading)
      expect(remark?.en).toContain('holds 2 ports with a limit of 32 768')
      expect(remark?.en).toContain('32 769 connections')
    }
  })
  it('none for short queues, for a program that accepts, for a finding', () => {
    expect(judgeCase(rule, empty(128)).remark).toBeNull()
    expect(judgeCase(rule, empty(32768, 'nginx')).remark).toBeNull()
    expect(judgeCase(rule, earlierReading()).remark).toBeNull()
  })
})

describe('which kube-proxy it is', () => {
  const nodes = (version: string) =>
    kubeCluster([
      {
        text: `NAME     STATUS   ROLES    AGE   VERSION\nnode-1   Ready    <none>   9d    ${version}`,
        whole: ['nodes'],
      },
      {
        text: `NAMESPACE     NAME               READY   STATUS    RESTARTS   AGE   IP         NODE
kube-system   kube-proxy-x7k2q   1/1     Running   0          9d    10.0.0.5   node-1`,
        line: 200,
      },
    ])
  const image = (tag: string): Container => ({
    id: '0a1b2c3d4e5f6',
    name: 'kube-proxy',
    image: `k8s.gcr.io/kube-proxy:${tag}`,
    state: 'running',
    pid: 1448,
    pod: null,
    restarts: 0,
    origin: at(70, 'crictl ps'),
  })
  const leaking = (containers: readonly Container[] = []) =>
    snapshot(
      netns({
        listeners: kubeProxy({ length: 2, service: 'shop/web:http' }),
        connections: ok([group(30080, { count: 2 })]),
      }),
      { containers: ok(containers) },
    )

  it('one that holds NodePorts, by the kubelet', () => {
    const draft = onlyDraft(rule, { readings: [leaking()], cluster: nodes('v1.20.4') })
    expect(draft.confidence).toBe('likely')
    expect(draft.evidence).toContainEqual(expect.objectContaining({ value: 'v1.20.4', source: at(101, 'kubectl get') }))
    expect(draft.unknowns[0]?.en).toContain('This version is known to hold NodePorts so')
    expect(draft.remedies[0]?.action).toBe(
      'kubectl -n kube-system delete pod kube-proxy-x7k2q\n# static pod or systemd unit: kill 1448',
    )
  })

  it('a kubelet too new for it: perhaps kube-proxy is older, perhaps it is a health check', () => {
    const draft = onlyDraft(rule, { readings: [leaking()], cluster: nodes('v1.27.3') })
    expect(draft.confidence).toBe('possible')
    expect(draft.unknowns[0]?.en).toContain('opens no NodePorts')
    expect(draft.remedies[1]?.title.en).toContain('v1.27.3')
  })

  it.each([
    ['v1.20.2', 1],
    ['v1.22.9', 1],
    ['v1.22.10', 0],
    ['v1.24.0', 0],
    ['v1.37.1', 0],
  ])('its image says %s: %s', (tag, count) => {
    expect(judgeCase(rule, leaking([image(tag)])).drafts).toHaveLength(count)
  })

  it('names the Service', () => {
    const draft = onlyDraft(rule, leaking())
    expect(draft.subject).toMatchObject({ port: 30080, service: 'shop/web:http' })
    expect(draft.summary.en).toContain('1 port ([::]:30080 shop/web:http)')
  })

  it('tells what conntrack saw come past, and leaves out what crosses the node', () => {
    const reading = leaking()
    const seen = (to: string) => flow({ to, port: 30080, state: 'ESTABLISHED', unreplied: false })
    const tracked = flows({ flows: [seen('172.1.57.200'), seen('10.7.7.7')] })
    const draft = onlyDraft(rule, { ...reading, netns: reading.netns.map((one) => ({ ...one, flows: tracked })) })
    const [past, ...others] = draft.evidence.filter((one) => one.label.en.includes('no rule translated'))
    expect(past).toMatchObject({ value: 1 })
    expect(others).toEqual([])
  })
})
