import { describe, expect, it } from 'vitest'
import type { Netns } from '../../src/model/snapshot.ts'
import { earlierReading } from '../../test/rules/nodeport-node.ts'
import {
  at,
  counters,
  group,
  type ListenerSpec,
  listener,
  netns,
  ok,
  podNetns,
  proc,
  snapshot,
  sysctls,
} from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './backlog-too-small.ts'

const full = (max: number, spec: ListenerSpec = {}): Partial<Netns> => ({
  listeners: ok([listener(80, { address: '0.0.0.0', length: max + 1, max, ...spec })]),
})
const somaxconn = (value: number) => ({ sysctls: sysctls({ 'net.core.somaxconn': value }) })
const pod = (...parts: Partial<Netns>[]) => snapshot(podNetns(Object.assign({}, ...parts)))
const dropping = (drops: number, overflows: number) =>
  snapshot(
    netns({
      listeners: ok([listener(80, { owner: 'nginx', drops, length: 0 })]),
      counters: counters({ TcpExtListenOverflows: overflows }),
    }),
  )
const near = (length: number) => snapshot(netns({ listeners: ok([listener(80, { owner: 'nginx', length })]) }))

testRule(rule, {
  found: {
    'full, limited by somaxconn': {
      readings: [pod(full(128), somaxconn(128))],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('net.core.somaxconn = 128 of its namespace binds')
        expect(draft?.subject).toMatchObject({ kind: 'listener', key: '0.0.0.0:80', port: 80 })
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
      },
    },
    'full, and no sign at one reading that anybody accepts': {
      readings: [pod(full(128), { connections: ok([group(80, { state: 'ESTABLISHED', count: 129 })]) })],
      expect: ([draft]) => expect(draft?.confidence).toBe('possible'),
    },
    'full, and some are accepted': {
      readings: [
        pod(full(128, { owner: 'shop' }), somaxconn(4096), {
          connections: ok([group(80, { count: 129 }), group(80, { state: 'ESTABLISHED', process: 'shop', count: 2 })]),
        }),
      ],
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'full, because its program has no descriptors left: a condition, no cause': {
      readings: [
        snapshot(netns(full(128, { owner: 'shop', pid: 7 })), {
          processes: [{ ...proc('shop', 7), fds: { open: 64, limit: 64 } }],
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' })
        expect(draft?.unknowns[0]?.en).toContain('(fd-limit-reached)')
      },
    },
    'full, and its program sleeps, as it does between two calls of accept()': {
      readings: [snapshot(netns(full(128, { owner: 'shop', pid: 7 })), { processes: [proc('shop', 7, 'S')] })],
      expect: ([draft]) => expect(draft?.severity).toBe('warning'),
    },
    'nearly full at both readings': {
      readings: [near(110), near(120)],
      expect: ([draft]) => expect(draft?.summary.en).toContain('110 and then 120 wait'),
    },
    'empty now, but it turned packets away between the readings': {
      readings: [dropping(5, 100), dropping(9, 104)],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('turned 4 packets away')
        expect(draft?.evidence.map((one) => one.value)).toEqual([0, 4])
      },
    },
  },
  clear: {
    'a small backlog and an empty queue (bird)': snapshot(
      netns({ listeners: ok([listener(179, { owner: 'bird', max: 8 })]) }),
    ),
    'a queue with room': near(120),
    'nearly full at one reading': { readings: [near(3), near(120)] },
    'full, but no small one': pod(full(32768), somaxconn(32768)),
    'nobody accepts: no backlog helps': earlierReading(),
    'nobody accepts, by two readings': {
      readings: [1, 2].map(() =>
        snapshot(
          netns({
            ...full(5, { owner: 'shop', cookie: 'aa' }),
            connections: ok([group(80, { count: 6, oldestMs: 9000, oldestCookie: '11' })]),
          }),
          { way: 'live' },
        ),
      ),
    },
    'every client in the queue has given up, and nothing was accepted': pod(full(128), {
      connections: ok([group(80, { count: 129 })]),
    }),
    'drops that no overflow explains': { readings: [dropping(5, 100), dropping(9, 100)] },
  },
  skipped: {
    'no listeners': snapshot(netns()),
    'limit not known': pod({ listeners: ok([listener(80, { length: 9, max: null })]) }),
  },
})

describe('which limit binds', () => {
  const summary = (...parts: Partial<Netns>[]) => onlyDraft(rule, pod(...parts)).summary.en

  it.each([
    ['somaxconn', summary(full(128), somaxconn(128)), 'somaxconn = 128 of its namespace binds'],
    [
      'the program, known',
      summary(full(511, { owner: 'nginx' }), somaxconn(8096)),
      'the program asks for no more itself (net.core.somaxconn is 8096); 511 is the default of nginx',
    ],
    [
      'the program, any that passes 511',
      summary(full(511), somaxconn(8096)),
      '511 is the default of nginx, Apache, Redis, Node.js',
    ],
    ['the program, somaxconn not read', summary(full(511)), "the program's own backlog binds, by all appearance"],
    [
      'the program, any number',
      summary(full(300, { owner: 'shop' }), somaxconn(4096)),
      'the program asks for no more itself (net.core.somaxconn is 4096)',
    ],
    [
      'a default, somaxconn larger now',
      summary(full(128, { owner: 'shop' }), somaxconn(4096)),
      'called listen() before it was raised',
    ],
    [
      'a program that passes 128',
      summary(full(128, { owner: 'sshd' }), somaxconn(4096)),
      '128 is the default of OpenSSH',
    ],
    ['lowered later', summary(full(511, { owner: 'nginx' }), somaxconn(128)), 'it was lowered since listen()'],
    ['not known', summary(full(300, { owner: 'shop' })), 'was not captured'],
  ])('%s', (_, said, expected) => expect(said).toContain(expected))

  it('knows the value of another namespace that equals the limit', () => {
    const node = snapshot([
      podNetns(Object.assign(full(128), somaxconn(32768))),
      netns({ key: 'unplaced', kind: 'unplaced', ...somaxconn(128) }),
    ])
    expect(onlyDraft(rule, node).summary.en).toContain('equals a net.core.somaxconn of 128 that was read for unplaced')
  })

  it('does not take a value of the reading before for a lowered one, but for one that was raised since', () => {
    const readings = [pod(full(128), somaxconn(128)), pod(full(511))]
    const draft = onlyDraft(rule, { readings, by: 'hint' })
    expect(draft.summary.en).toContain('511 is the default of nginx')
    expect(draft.summary.en).not.toContain('lowered')
    expect(draft.subject.key).toBe(onlyDraft(rule, { readings: readings.slice(0, 1) }).subject.key)
  })

  it('does not take a value that was carried over for a lowered one', () => {
    const carried = ok({ values: { 'net.core.somaxconn': '128' }, origins: { 'net.core.somaxconn': at(284) } })
    const later = snapshot(podNetns({ ...full(511), sysctls: { ...carried, via: 'carried' } }), {
      hints: [{ kind: 'program', value: 'nginx', origin: at(12, null) }],
    })
    expect(onlyDraft(rule, later).summary.en).toContain(
      '511 is the default of nginx, Apache, Redis, Node.js, php-fpm 7 (the text speaks of nginx)',
    )
    expect(onlyDraft(rule, later).summary.en).not.toContain('lowered')
  })
})

it('names both settings in one go, ready to use, in a pod', () => {
  const actions = onlyDraft(rule, pod(full(511, { owner: 'nginx' }), somaxconn(1024))).remedies.map((one) => one.action)
  expect(actions[0]).toContain('listen 80 backlog=4096;')
  expect(actions[1]).toContain('name: net.core.somaxconn\n        value: "4096"')
  expect(actions[2]).toContain('privileged: true')
  expect(actions[3]).toContain('"type": "tuning"')
})

it('leaves somaxconn alone where it allows enough already', () => {
  const actions = onlyDraft(rule, pod(full(5, { owner: 'shop' }), somaxconn(4096))).remedies.map((one) => one.action)
  expect(actions).toEqual(['# listen(fd, 4096)'])
})

it('has nothing to set in a program that asks for all that somaxconn allows', () => {
  const { remedies } = onlyDraft(rule, pod(full(128, { owner: 'coredns' }), somaxconn(128)))
  expect(remedies.map((one) => one.language)).toEqual(['yaml', 'yaml', 'conf'])
})

it('sets somaxconn inside a namespace that is no pod', () => {
  const named = netns({ key: 'named blue', kind: 'named', ...full(128), ...somaxconn(128) })
  expect(onlyDraft(rule, snapshot(named)).remedies.at(-1)?.action).toBe(
    'ip netns exec blue sysctl -w net.core.somaxconn=4096',
  )
})

it('says that the kubelet must allow it, and that listen() must be called again', () => {
  const { remedies } = onlyDraft(rule, pod(full(128), somaxconn(128)))
  expect(remedies.map((one) => one.risk.en).join()).toContain('--allowed-unsafe-sysctls=net.core.somaxconn')
  expect(remedies[0]?.risk.en).toContain('opened anew')
})

it('sets somaxconn of the host on the host', () => {
  const draft = onlyDraft(rule, snapshot(netns({ ...full(128), ...somaxconn(128) })))
  expect(draft.remedies.map((one) => one.action).join('\n')).toContain('sysctl -w net.core.somaxconn=4096')
})

it('never says why accept() is slow, but what would tell', () => {
  const draft = onlyDraft(rule, pod(full(128), somaxconn(128)))
  expect(draft.unknowns[0]?.en).toContain('is not in this data')
})
