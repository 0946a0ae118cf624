import { expect, it } from 'vitest'
import { network, probe } from '../../test/rules/forwarding-builder.ts'
import { group, netns, ok, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, testRule } from '../../test/rules/test-rule.ts'
import type { Probe } from '../model/network.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import rule from './local-ports-exhausted.ts'

/** 1000 ports. */
const RANGE = { 'net.ipv4.ip_local_port_range': '40000 40999' }

const opened = (peer: string, count: number, more: Partial<ConnectionGroup> = {}) =>
  group(6379, {
    peer,
    role: 'client',
    state: 'ESTABLISHED',
    process: 'shop-api',
    count,
    ...more,
  } as Parameters<typeof group>[1])

const resting = (peer: string, count: number) =>
  group(6379, { peer, role: 'client', state: 'TIME_WAIT', holding: 'kernel', count })

const of = (groups: readonly ConnectionGroup[], values: Readonly<Record<string, string | number>> | null = RANGE) =>
  snapshot(netns({ connections: ok(groups), ...(values ? { sysctls: sysctls(values) } : {}) }))

const refused = (address: string): Probe => ({
  ...probe(address, 6379, 'unknown'),
  said: `nc: connect to ${address} port 6379 (tcp) failed: Cannot assign requested address`,
})

testRule(rule, {
  found: {
    'every port towards one destination is taken': {
      readings: [of([opened('10.0.0.7', 700), resting('10.0.0.7', 300), opened('10.0.0.8', 900)])],
      expect: (drafts) => {
        expect(drafts).toHaveLength(2)
        expect(drafts[0]).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(drafts[0]?.summary.en).toContain(
          'No local port is left from 172.1.57.200 to 10.0.0.7:6379: 1000 of 1000 are taken',
        )
        expect(drafts[0]?.evidence.map((one) => [one.value, one.limit])).toEqual([
          [1000, 1000],
          [300, null],
        ])
        expect(drafts[0]?.evidence[0]?.label.en).toContain('held by shop-api')
        expect(drafts[1]).toMatchObject({ severity: 'warning', confidence: 'likely' })
      },
    },
    'reserved ports narrow the range': {
      readings: [
        of([opened('10.0.0.7', 500)], { ...RANGE, 'net.ipv4.ip_local_reserved_ports': '40000-40499,30000-32767' }),
      ],
      expect: ([draft]) => {
        expect(draft?.evidence[0]?.limit).toBe(500)
        expect(draft?.remedies.map((one) => one.action).join()).toContain('reserved_ports=40000-40499,30000-32767\n')
      },
    },
    'most of them rest in TIME_WAIT: the setting is named': {
      readings: [of([resting('10.0.0.7', 995)], { ...RANGE, 'net.ipv4.tcp_tw_reuse': 2 })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' })
        expect(draft?.remedies.map((one) => one.action).join()).toContain('tcp_tw_reuse=1')
      },
    },
    'the same where they may be taken over hurts nobody': {
      readings: [of([resting('10.0.0.7', 995)], { ...RANGE, 'net.ipv4.tcp_tw_reuse': 1 })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info' }),
    },
    'a probe was refused, and nobody counted': {
      readings: [snapshot(netns({ network: network({ probes: [refused('10.0.0.7')] }) }))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' })
        expect(draft?.summary.en).toContain('10.0.0.7:6379')
      },
    },
  },
  clear: {
    'as many connections to many destinations': of(Array.from({ length: 60 }, (_, i) => opened(`10.0.1.${i}`, 50))),
    'two source addresses share the load': of([
      opened('10.0.0.7', 600),
      group(6379, { address: '172.1.57.201', peer: '10.0.0.7', role: 'client', state: 'ESTABLISHED', count: 600 }),
    ]),
    'two ports of one address': of([
      opened('10.0.0.7', 600),
      group(6380, { peer: '10.0.0.7', role: 'client', state: 'ESTABLISHED', count: 600 }),
    ]),
    'a server with as many clients from one address': of([
      group(6379, { peer: '10.0.0.7', state: 'ESTABLISHED', process: 'redis', count: 1000 }),
    ]),
    'peers that were united': of([opened('*', 5000)]),
    'the probe went to ::1 where IPv6 is off': snapshot(
      netns({
        connections: ok([opened('10.0.0.7', 10)]),
        sysctls: sysctls(RANGE),
        network: network({ probes: [refused('::1')] }),
      }),
    ),
  },
  skipped: {
    'nothing was captured': snapshot(netns()),
    'the range is not known': of([opened('10.0.0.7', 28_232)], null),
    'a cut listing': snapshot(netns({ connections: ok([opened('10.0.0.7', 10)], []), sysctls: sysctls(RANGE) })),
  },
})

it('tells how near the fullest destination is where nothing was found', () => {
  expect(judgeCase(rule, of([opened('10.0.0.7', 750)])).remark?.en).toContain('10.0.0.7:6379, takes 750 of 1000')
  expect(judgeCase(rule, of([opened('10.0.0.7', 400)])).remark).toBeNull()
})
