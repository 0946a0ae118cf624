import { expect } from 'vitest'
import { link, nat, natRule, network, probe, route } from '../../test/rules/forwarding-builder.ts'
import { counters, netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Network, Probe } from '../model/network.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './mtu-black-hole.ts'

const PEER = '10.78.0.2'
const ping = (bytes: number, outcome: Probe['outcome'], mtu: number | null = null, address = PEER): Probe => ({
  ...probe(address, 0, outcome),
  tool: 'ping',
  target: { address, port: null },
  bytes,
  mtu,
})
const of = (net: Partial<Network>, space: Partial<Netns> = {}, takenAt: string | null = null) =>
  snapshot(netns({ network: network(net), ...space }), { takenAt })
const probes = (...list: readonly Probe[]) => of({ probes: list })

const wrapped = (mtu: number, under: number, name = 'flannel.1', more: Partial<Network> = {}) => ({
  links: [link('eth0', { mtu: under }), link(name, { mtu })],
  routes: [route('default', { via: '10.0.0.1' }), route('10.244.3.0/24', { link: name })],
  ...more,
})
const noIcmp = (conditions: readonly string[] = []) =>
  nat({
    rules: [natRule({ chain: 'INPUT', table: 'filter', protocol: 'icmp', target: 'DROP', conditions, packets: 8 })],
  })
const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z']
const fails = (a: number, b: number, rules: ReturnType<typeof noIcmp>) => [
  of({ links: [link('eth0')] }, { nat: rules, counters: counters({ IpFragFails: a }) }, FIRST),
  of({ links: [link('eth0')] }, { nat: rules, counters: counters({ IpFragFails: b }) }, SECOND),
]
const LARGE_PASSES = ping(1500, 'answered')

testRule(rule, {
  found: {
    'small packets are answered, large ones not': {
      readings: [probes(ping(84, 'answered'), ping(1500, 'timed-out'))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('10.78.0.2 answers packets of 84 bytes and none of 1500')
        expect(draft?.evidence[0]?.command).toBe('ping -c 3 -M do -s 1472 10.78.0.2')
      },
    },
    'the overlay has the size of the bare network: possible': {
      readings: [of(wrapped(1500, 1500))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible', when: 'setting' })
        expect(draft?.summary.en).toContain('1450 would fit')
        expect(draft?.remedies[1]?.action).toBe('ip link set dev flannel.1 mtu 1450')
      },
    },
    'an overlay of 1450 on a network of 1450': {
      readings: [of(wrapped(1450, 1450, 'vxlan.calico'))],
      expect: ([draft]) => expect(draft?.evidence[0]).toMatchObject({ value: 1450, limit: 1400 }),
    },
    'with proof the sizes stand beside it': {
      readings: [of({ ...wrapped(1500, 1500), probes: [ping(84, 'answered'), ping(1500, 'timed-out')] })],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]?.severity).toBe('critical')
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([1500, 84, 1500, 1500])
      },
    },
    'ICMP is dropped, and packets are too large': {
      readings: fails(3, 9, noIcmp()),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible', when: 'now' }),
    },
  },
  clear: {
    'a large one passes': probes(LARGE_PASSES, ping(84, 'answered')),
    'larger than what leaves here whole': probes(LARGE_PASSES, ping(3028, 'timed-out')),
    'the size is told': probes(
      LARGE_PASSES,
      ping(84, 'answered', null, '10.9.9.9'),
      ping(1500, 'unknown', 1400, '10.9.9.9'),
    ),
    'neither small nor large are answered': probes(
      LARGE_PASSES,
      ping(84, 'timed-out', null, '10.9.9.9'),
      ping(1500, 'timed-out', null, '10.9.9.9'),
    ),
    'small ones of another host are answered': probes(LARGE_PASSES, ping(1500, 'timed-out', null, '10.9.9.9')),
    'an overlay that leaves room': of({ ...wrapped(1450, 1500), probes: [LARGE_PASSES] }),
    'routes carry the size': of({
      ...wrapped(1500, 1500),
      routes: [route('default'), route('10.244.3.0/24', { link: 'flannel.1', mtu: 1450 })],
      probes: [LARGE_PASSES],
    }),
    'devices whose plugins put the size elsewhere': of({
      ...wrapped(1500, 1500, 'cilium_vxlan'),
      links: [
        link('eth0'),
        link('cilium_vxlan'),
        link('vxlan_sys_4789', { mtu: 65_000 }),
        link('genev_sys_6081', { mtu: 65_000 }),
      ],
      probes: [LARGE_PASSES],
    }),
    'an overlay that is down': of({ links: [link('eth0'), link('tunl0', { state: 'DOWN' })], probes: [LARGE_PASSES] }),
    'ICMP is dropped, nothing was too large': {
      readings: fails(9, 9, noIcmp()).map((one) => ({
        ...one,
        netns: one.netns.map((space) => ({ ...space, network: network({ probes: [LARGE_PASSES] }) })),
      })),
    },
    'pings are dropped, no other ICMP': {
      readings: fails(3, 9, noIcmp(['-m icmp --icmp-type 8'])).map((one) => ({
        ...one,
        netns: one.netns.map((space) => ({ ...space, network: network({ probes: [LARGE_PASSES] }) })),
      })),
    },
  },
  skipped: {
    'nothing captured': snapshot(netns()),
    'interfaces alone do not show what a path carries': of({ links: [link('eth0')] }),
    'only small pings': probes(ping(84, 'answered')),
  },
})
