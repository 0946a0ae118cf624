import { expect } from 'vitest'
import { link, nat, natRule, network, serviceRules } from '../../test/rules/forwarding-builder.ts'
import { counters, netns, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Netns, NodeFacts } from '../model/snapshot.ts'
import rule from './ip-forward-off.ts'

const KEY = 'net.ipv4.ip_forward'
const SERVICES = nat({
  rules: [...serviceRules(31425, '10.244.1.7', 8080), ...serviceRules(31426, '10.244.2.9', 8080)],
})

const of = (
  space: Partial<Netns>,
  values: Readonly<Record<string, number>> | null = { [KEY]: 0 },
  more: { takenAt?: string; node?: Partial<NodeFacts> } = {},
) => snapshot(netns({ ...(values ? { sysctls: sysctls(values) } : {}), ...space }), more)

const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const dropped = (value: number) => counters({ IpInAddrErrors: value, IpForwDatagrams: 0, IpInReceives: 900 })

testRule(rule, {
  found: {
    'rules send on to pods': {
      readings: [of({ nat: SERVICES })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'setting' })
        expect(draft?.subject).toMatchObject({ kind: 'sysctl', sysctl: KEY })
        expect(draft?.summary.en).toContain('2 other addresses (10.244.1.7, 10.244.2.9)')
        expect(draft?.remedies[0]?.action).toContain('sysctl -w net.ipv4.ip_forward=1')
      },
    },
    'and packets are dropped for it': {
      readings: [
        of({ nat: SERVICES, counters: dropped(100) }, { [KEY]: 0 }, FIRST),
        of({ nat: SERVICES, counters: dropped(142) }, { [KEY]: 0 }, SECOND),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('dropped 42 packets')
        expect(draft?.evidence.map((one) => one.value)).toEqual([0, 2, 142, 42])
      },
    },
    'pods live behind interfaces, no rules seen': {
      readings: [of({ network: network({ links: [link('eth0'), link('cali0123456789a'), link('cali0123456789b')] }) })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('live behind cali0123456789a, cali0123456789b'),
    },
    'off for the interface at which packets come in': {
      readings: [of({ nat: SERVICES }, { [KEY]: 1, 'net.ipv4.conf.eth1.forwarding': 0 })],
      expect: ([draft]) => {
        expect(draft?.subject).toMatchObject({ kind: 'interface', interface: 'eth1' })
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
      },
    },
    'off in general, on for interfaces: possible at most': {
      readings: [
        of({ nat: SERVICES }, { [KEY]: 0, 'net.ipv4.conf.eth0.forwarding': 1, 'net.ipv4.conf.cni0.forwarding': 1 }),
      ],
      expect: ([draft]) => expect(draft).toMatchObject({ confidence: 'possible' }),
    },
    'told by /proc/net/snmp alone': {
      readings: [of({ nat: SERVICES, counters: counters({ IpForwarding: 2 }) }, null)],
      expect: ([draft]) => expect(draft?.evidence[0]).toMatchObject({ value: 2 }),
    },
    'IPv6 rules, IPv6 off': {
      readings: [
        of(
          {
            nat: nat({
              rules: ['fd00::7', 'fd00::8'].map((address) =>
                natRule({ chain: 'KUBE-SEP-C', family: 6, target: 'DNAT', dnat: { address, port: 80 } }),
              ),
            }),
          },
          { [KEY]: 1, 'net.ipv6.conf.all.forwarding': 0 },
        ),
      ],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]?.subject.sysctl).toBe('net.ipv6.conf.all.forwarding')
      },
    },
  },
  clear: {
    'it is on': of({ nat: SERVICES }, { [KEY]: 1 }),
    'a host without pods and rules': of({
      nat: nat({}),
      network: network({ links: [link('lo'), link('eth0')] }),
    }),
    'a pod, where 0 is the default': snapshot(
      podNetns({ sysctls: sysctls({ [KEY]: 0 }), nat: nat({}), network: network({ links: [link('eth0')] }) }),
    ),
    'one target, which may be this machine': of({ nat: nat({ rules: serviceRules(31425, '10.0.0.4', 6443) }) }),
    'all targets are here': of({
      nat: SERVICES,
      network: network({
        addresses: ['10.244.1.7', '10.244.2.9'].map((address) => ({
          link: 'eth0',
          address,
          prefix: 24,
          scope: 'global',
          origin: { via: 'test' },
        })),
      }),
    }),
    'redirects to this machine': of({
      nat: nat({
        rules: [
          natRule({ chain: 'PREROUTING', target: 'REDIRECT' }),
          natRule({ chain: 'OUTPUT', target: 'DNAT', dnat: { address: '127.0.0.1', port: 15001 } }),
        ],
      }),
    }),
    'the loopback does not forward': of({ nat: SERVICES }, { [KEY]: 1, 'net.ipv4.conf.lo.forwarding': 0 }),
  },
  skipped: {
    'no setting': of({ nat: SERVICES }, null),
    'no rules, no interfaces': of({}),
    'interfaces of nobody, rules not seen': of({ network: network({ links: [link('eth0')] }) }),
  },
})
