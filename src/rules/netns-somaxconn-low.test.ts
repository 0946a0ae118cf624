import { expect, it } from 'vitest'
import type { Netns } from '../../src/model/snapshot.ts'
import {
  counters,
  kernel,
  type ListenerSpec,
  listener,
  netns,
  ok,
  podNetns,
  snapshot,
  sysctls,
} from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './netns-somaxconn-low.ts'

const KEY = 'net.core.somaxconn'
const host = netns({ sysctls: sysctls({ [KEY]: 32768 }), listeners: ok([listener(22, { max: 128 })]) })
const node = (value: number | null, spec: ListenerSpec, more: Partial<Netns> = {}) =>
  snapshot([
    podNetns({
      listeners: ok([listener(80, spec)]),
      ...(value === null ? {} : { sysctls: sysctls({ [KEY]: value }) }),
      ...more,
    }),
    host,
  ])
const hostOf = (release: string) =>
  snapshot(netns({ listeners: ok([listener(80, { length: 129 })]), sysctls: sysctls({ [KEY]: 128 }) }), {
    node: kernel(release),
  })

testRule(rule, {
  found: {
    'a full queue under 128, the host allows 32768': {
      readings: [node(128, { length: 129 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toEqual({ kind: 'sysctl', key: KEY, sysctl: KEY })
        expect(draft?.summary.en).toContain(
          '128 connections where the host allows 32 768; it is the limit of [::]:80 (queues full: 1)',
        )
        expect(draft?.remedies[0]?.action).toContain('value: "32768"')
      },
    },
    'empty now, but the namespace has overflows': {
      readings: [node(128, {}, { counters: counters({ TcpExtListenOverflows: 12178939 }) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'past' })
        expect(draft?.summary.en).toContain('12 178 939')
      },
    },
    'only a setting, while nothing overflows': {
      readings: [node(128, { length: 3 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', when: 'setting' }),
    },
    'lower than the kernel starts with, the host not seen': {
      readings: [
        snapshot(podNetns({ listeners: ok([listener(80, { length: 129 })]), sysctls: sysctls({ [KEY]: 128 }) }), {
          node: kernel('6.1.0'),
        }),
      ],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('128 connections where this kernel starts namespaces with 4096')
        expect(draft?.evidence[1]).toMatchObject({ value: 4096, source: { line: 161 } })
      },
    },
    'lowered on the host itself': hostOf('6.1.0'),
  },
  clear: {
    'the default of an old kernel, on the host': hostOf('4.4.41-k8s'),
    'the same value': node(32768, { max: 32768, length: 9 }),
    'the program asks for less': node(1024, { max: 511, length: 512 }),
    'only a loopback listener meets it': node(128, { address: '127.0.0.1', length: 129 }),
    'the host itself': snapshot(host, { node: kernel('6.1.0') }),
  },
  skipped: {
    'at the default of the kernel, but the host not seen': snapshot(
      podNetns({ listeners: ok([listener(80)]), sysctls: sysctls({ [KEY]: 4096 }) }),
      { node: kernel('6.1.0') },
    ),
    'the host alone, its kernel not known': snapshot(host),
    'somaxconn of the namespace not read': node(null, { length: 129 }),
    'host not seen': snapshot(podNetns({ listeners: ok([listener(80)]), sysctls: sysctls({ [KEY]: 128 }) })),
    'listeners not read': node(128, {}, { listeners: { ok: false, reason: 'denied', detail: 'setns: EPERM' } }),
  },
})

it('says that the value of the host is not inherited', () => {
  expect(onlyDraft(rule, node(128, { length: 129 })).notHelpful[0]?.en).toContain('not from the host')
})
