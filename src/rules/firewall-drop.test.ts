import { expect, it } from 'vitest'
import { nat, natRule, network, probe, serviceRules } from '../../test/rules/forwarding-builder.ts'
import { group, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import { portMatch, spellRule } from '../facts/dropping-rules.ts'
import type { NatChain, NatRule } from '../model/nat.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './firewall-drop.ts'

const drop = (spec: Partial<NatRule>): NatRule =>
  natRule({ chain: 'INPUT', table: 'filter', protocol: 'tcp', target: 'DROP', line: 810, ...spec })

const of = (rules: readonly NatRule[], space: Partial<Netns> = {}, takenAt: string | null = null) =>
  snapshot(netns({ nat: nat({ rules }), ...space }), { takenAt })

const HERE = {
  link: 'eth0',
  address: '10.0.0.4',
  prefix: 24,
  scope: 'global',
  origin: { via: 'test' },
}
const probed = (port: number, outcome: 'timed-out' | 'refused' | 'answered' | 'unreachable', address = '10.0.0.4') => ({
  network: network({ addresses: [HERE], probes: [probe(address, port, outcome)] }),
})

const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z']
const twice = (a: Partial<NatRule>, b: number, space: Partial<Netns> = {}, more: readonly NatRule[] = []) => [
  of([drop(a), ...more], space, FIRST),
  of([drop({ ...a, packets: b }), ...more], space, SECOND),
]
const served = (port: number, address = '0.0.0.0') => ({ listeners: ok([listener(port, { address })]) })

const policy = (chain: string, packets: number | null, spec: Partial<NatChain> = {}): NatChain => ({
  backend: 'iptables',
  family: 4,
  table: 'filter',
  name: chain,
  policy: 'DROP',
  packets,
  bytes: packets === null ? null : packets * 60,
  line: 805,
  ...spec,
})
const policies = (
  chain: string,
  a: number | null,
  b: number | null,
  space: Partial<Netns> = {},
  more: Partial<NatChain> = {},
) => [
  snapshot(netns({ nat: nat({ chains: [policy(chain, a, more)] }), ...space }), { takenAt: FIRST }),
  snapshot(netns({ nat: nat({ chains: [policy(chain, b, more)] }), ...space }), { takenAt: SECOND }),
]
const dials = {
  connections: ok([group(5432, { state: 'SYN_SENT', role: 'client', peer: '10.8.0.1', process: 'app' })]),
}

testRule(rule, {
  found: {
    'policy DROP of FORWARD takes what passes through': {
      readings: policies('FORWARD', 12, 40),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('chain FORWARD drops what no rule lets through (28 packets between')
        expect(draft?.remedies[1]?.action).toBe('iptables -P FORWARD ACCEPT')
        expect(draft?.evidence.map((one) => one.value)).toEqual([40, 28])
      },
    },
    'policy DROP of OUTPUT, and a program that gets no answer': {
      readings: policies('OUTPUT', 12, 15, dials),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' })
        expect(draft?.subject.port).toBe(5432)
        expect(draft?.summary.en).toContain('-P OUTPUT DROP')
      },
    },
    'policy DROP of INPUT takes something: scans, as a rule': {
      readings: policies('INPUT', 12, 400),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'policy DROP of OUTPUT, but that address is let through': {
      readings: [12, 15].map((count, index) =>
        snapshot(
          netns({
            nat: nat({
              chains: [policy('OUTPUT', count)],
              rules: [drop({ chain: 'OUTPUT', protocol: null, destination: '10.8.0.0/16', target: 'ACCEPT' })],
            }),
            ...dials,
          }),
          { takenAt: index === 0 ? FIRST : SECOND },
        ),
      ),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'a single packet through': {
      readings: policies('FORWARD', 12, 13),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'the counter grows while a probe of the port times out': {
      readings: twice({ destinationPort: 8080, packets: 4 }, 9, probed(8080, 'timed-out')),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toMatchObject({ port: 8080 })
        expect(draft?.summary.en).toContain('-A INPUT -p tcp --dport 8080 -j DROP (5 packets between')
        expect(draft?.evidence.map((one) => one.value)).toEqual([9, 5, 'silent'])
      },
    },
    'packets so far, and a probe that was refused': {
      readings: [of([drop({ destinationPort: 443, target: 'REJECT', packets: 31 })], probed(443, 'refused'))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' })
        expect(draft?.summary.en).toContain('refuses connections to port 443')
      },
    },
    'the way out: what this machine dials': {
      readings: [
        of([drop({ chain: 'OUTPUT', destinationPort: 5432, packets: 12 })], {
          connections: ok([group(5432, { state: 'SYN_SENT', role: 'client', peer: '10.8.0.1', process: 'app' })]),
        }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' }),
    },
    'a list of ports, in a chain of its own': {
      readings: [
        of(
          [drop({ chain: 'MYFW', conditions: ['-m multiport --dports 80,8000:8100'], packets: 3 })],
          probed(8080, 'timed-out'),
        ),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'likely' }),
    },
    'without counters: possible at most': {
      readings: [of([drop({ destinationPort: 8080 })], probed(8080, 'timed-out'))],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'it counts what a port that is served here gets': {
      readings: twice({ destinationPort: 8080, packets: 4 }, 9, served(8080)),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' }),
    },
    'some are let in: the rest is shut out on purpose': {
      readings: twice({ destinationPort: 8080, packets: 4 }, 9, served(8080), [
        drop({ destinationPort: 8080, source: '10.0.0.0/8', target: 'ACCEPT' }),
      ]),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'the port behind a NodePort, since filters see what DNAT made': {
      readings: [
        of([...serviceRules(31425, '10.244.1.7', 8080), drop({ chain: 'MYFW', destinationPort: 8080, packets: 5 })], {
          network: network({ addresses: [HERE], probes: [probe('10.0.0.4', 31425, 'timed-out')] }),
        }),
      ],
      expect: ([draft]) => expect(draft?.subject.port).toBe(8080),
    },
    'a network policy, named': {
      readings: twice({ chain: 'cali-tw-cali0123456789a', protocol: null, packets: 4 }, 40),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'likely' })
        expect(draft?.summary.en).toContain('a network policy of Calico (36 packets')
        expect(draft?.remedies.at(-1)?.language).toBe('yaml')
      },
    },
    nftables: {
      readings: [
        of(
          [drop({ backend: 'nftables', chain: 'input', target: 'drop', destinationPort: 8080, packets: 5 })],
          probed(8080, 'timed-out'),
        ),
      ],
      expect: ([draft]) =>
        expect(draft?.evidence[0]?.command).toBe('nft list chain ip filter input -nvx'.replace(' -nvx', '')),
    },
  },
  clear: {
    'policy DROP that stands still': { readings: policies('FORWARD', 900, 900, dials) },
    'policy DROP whose packets nobody counted': { readings: policies('FORWARD', null, null, dials) },
    'policy DROP, read once': snapshot(netns({ nat: nat({ chains: [policy('OUTPUT', 900)] }), ...dials })),
    'policy ACCEPT takes many': { readings: policies('FORWARD', 12, 4000, dials, { policy: 'ACCEPT' }) },
    'the counters began anew': { readings: policies('FORWARD', 900, 3) },
    'a rule of another port': of([drop({ destinationPort: 22, packets: 9 })], probed(8080, 'timed-out')),
    'the rule has never taken a packet': of([drop({ destinationPort: 8080, packets: 0 })], probed(8080, 'timed-out')),
    'refused, and the rule drops': of([drop({ destinationPort: 8080, packets: 9 })], probed(8080, 'refused')),
    'timed out, and the rule refuses': of(
      [drop({ destinationPort: 8080, target: 'REJECT', packets: 9 })],
      probed(8080, 'timed-out'),
    ),
    'the probe got through': of([drop({ destinationPort: 8080, packets: 9 })], probed(8080, 'answered')),
    'at the door, and the probe goes elsewhere': of(
      [drop({ destinationPort: 8080, packets: 9 })],
      probed(8080, 'timed-out', '10.7.7.7'),
    ),
    'to another address': of(
      [drop({ chain: 'OUTPUT', destination: '192.168.0.0/16', destinationPort: 8080, packets: 9 })],
      probed(8080, 'timed-out', '10.7.7.7'),
    ),
    'scanners of ports that nobody serves': { readings: twice({ packets: 4 }, 4000, served(8080)) },
    'packets of no connection': {
      readings: twice({ conditions: ['-m conntrack --ctstate INVALID'], packets: 4 }, 400, probed(8080, 'timed-out')),
    },
    'a Service without endpoints': of(
      [drop({ destinationPort: 8080, target: 'REJECT', packets: 9, comment: 'shop/web:http has no endpoints' })],
      probed(8080, 'refused'),
    ),
    'single hosts that were banned': {
      readings: twice({ chain: 'f2b-sshd', destinationPort: 8080, packets: 4 }, 40, served(8080)),
    },
    UDP: of([drop({ protocol: 'udp', destinationPort: 8080, packets: 9 })], probed(8080, 'timed-out')),
    'served on the loopback only': {
      readings: twice({ destinationPort: 8080, packets: 4 }, 9, served(8080, '127.0.0.1')),
    },
  },
  skipped: {
    nothing: snapshot(netns()),
    'only the NAT rules were seen': snapshot(
      netns({
        nat: nat({
          rules: serviceRules(31425, '10.244.1.7', 8080),
          coverage: [{ of: 'keys', keys: ['iptables 4 nat'] }],
        }),
      }),
    ),
  },
})

it.each([
  [{ destinationPort: 80 }, 80, 'named'],
  [{ destinationPort: 80 }, 81, 'no'],
  [{ conditions: ['tcp dport { 80, 443 }'] }, 443, 'named'],
  [{ conditions: ['tcp dport 80-90'] }, 85, 'named'],
  [{ conditions: ['--dport 80:90'] }, 91, 'no'],
  [{ conditions: ['multiport dports 80,443', '-i eth0'] }, 443, 'named'],
  [{ conditions: ['tcp dport != { 80 }'] }, 443, 'no'],
  [{ conditions: ['-m conntrack --ctstate NEW'] }, 443, 'any'],
  [{ conditions: ['tcp dpts:8000:8100'] }, 8080, 'named'],
] as const)('%j takes port %i: %s', (spec, port, expected) => {
  expect(portMatch(drop(spec), port)).toBe(expected)
})

it('spells a rule as iptables is told it', () => {
  expect(spellRule(drop({ source: '!10.0.0.0/8', destination: '10.1.0.0/16', destinationPort: 80 }))).toBe(
    '-A INPUT -p tcp ! -s 10.0.0.0/8 -d 10.1.0.0/16 --dport 80 -j DROP',
  )
})
