import { expect } from 'vitest'
import type { Netns } from '../../src/model/snapshot.ts'
import { counters, listener, netns, ok, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './abort-on-overflow-set.ts'

const set = (value: number, more: Partial<Netns> = {}) =>
  snapshot(netns({ sysctls: sysctls({ 'net.ipv4.tcp_abort_on_overflow': value }), ...more }))
const overflows = (count: number) => set(1, { counters: counters({ TcpExtListenOverflows: count }) })

testRule(rule, {
  found: {
    'set, nothing overflows': {
      readings: [set(1)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'setting' })
        expect(draft?.evidence[0]).toMatchObject({ value: 1, limit: 0, source: { line: 900 } })
        expect(draft?.remedies[0]?.action).toContain('sysctl -w net.ipv4.tcp_abort_on_overflow=0')
      },
    },
    'set, and a queue is full': {
      readings: [set(1, { listeners: ok([listener(80, { length: 129 })]) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.summary.en).toContain('full at this reading: 1')
      },
    },
    'set, and overflows grow': {
      readings: [overflows(100), overflows(107)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', when: 'now' })
        expect(draft?.evidence.map((one) => one.value)).toEqual([1, 7])
      },
    },
    'in a pod, by the way into its namespace': {
      readings: [snapshot(podNetns({ sysctls: sysctls({ 'net.ipv4.tcp_abort_on_overflow': 1 }) }))],
      expect: ([draft]) => expect(draft?.remedies[0]?.action).toContain('nsenter'),
    },
  },
  clear: {
    'not set': set(0),
    'not set, and a queue is full': set(0, { listeners: ok([listener(80, { length: 129 })]) }),
  },
  skipped: { 'not read': snapshot(netns()) },
})
