import { expect } from 'vitest'
import { flow, flows, link, nat, network, serviceRules } from '../../test/rules/forwarding-builder.ts'
import { at, netns, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Link } from '../model/network.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './bridge-netfilter-off.ts'

const KEY = 'net.bridge.bridge-nf-call-iptables'
const RULES = nat({ rules: serviceRules(31425, '10.244.1.7', 8080) })

const bridged = (bridge: string, ports = ['veth1a', 'veth2b']): readonly Link[] => [
  link('eth0'),
  link(bridge),
  ...ports.map((name) => link(name, { master: bridge })),
]
const address = (name: string, ip: string, prefix = 24) => ({
  link: name,
  address: ip,
  prefix,
  scope: 'global',
  origin: at(605, 'ip addr'),
})

const of = (space: Partial<Netns>, value: number | null = 0) =>
  snapshot(netns({ nat: RULES, ...(value === null ? {} : { sysctls: sysctls({ [KEY]: value }) }), ...space }))

const CNI = network({ links: bridged('cni0'), addresses: [address('cni0', '10.244.1.1')] })
const stuck = (endpoints: readonly string[], from = '10.244.1.9') =>
  flows({
    flows: endpoints.map((one, index) =>
      flow({ to: '10.96.0.50', port: 80, from, fromPort: 40_000 + index, endpoint: { address: one, port: 8080 } }),
    ),
  })

testRule(rule, {
  found: {
    'pods on a bridge, Services by rule': {
      readings: [of({ network: CNI })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'setting' })
        expect(draft?.subject).toMatchObject({ kind: 'interface', interface: 'cni0' })
        expect(draft?.evidence.map((one) => one.value)).toEqual([0, 2, 1, 1])
      },
    },
    'connections between pods stay without an answer': {
      readings: [of({ network: CNI, flows: stuck(['10.244.1.7', '10.244.1.8', '10.244.1.7', '10.244.1.8']) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'certain', when: 'now' })
        expect(draft?.summary.en).toContain('4 connections between pods on bridge cni0')
      },
    },
    'one endpoint that is silent may be dead': {
      readings: [of({ network: CNI, flows: stuck(['10.244.1.7', '10.244.1.7', '10.244.1.7']) })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' }),
    },
    'a bridge of any name that endpoints live on': {
      readings: [of({ network: network({ links: bridged('br-4f1'), addresses: [address('br-4f1', '10.244.1.1')] }) })],
      expect: ([draft]) => expect(draft?.subject.interface).toBe('br-4f1'),
    },
    'three ports of the bridge': {
      readings: [of({ network: network({ links: bridged('cbr0', ['veth1', 'veth2', 'veth3']) }) })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('3 pods there'),
    },
  },
  clear: {
    'it is on': of({ network: CNI }, 1),
    'pods that are routed': of({ network: network({ links: [link('eth0'), link('cali0123456789a')] }) }),
    'a bridge of virtual machines': of({
      network: network({ links: [link('virbr0'), link('vnet0', { master: 'virbr0' })] }),
    }),
    'a bridge of containers that are no endpoints': of({
      network: network({ links: bridged('lxdbr0'), addresses: [address('lxdbr0', '10.11.0.1')] }),
    }),
    'a bridge without ports': of({ network: network({ links: [link('cni0'), link('eth0')] }) }),
    'no Services by rule': of({ nat: nat({}), network: CNI }),
    'a pod, in whose namespace there is no bridge': snapshot(
      podNetns({ sysctls: sysctls({ [KEY]: 0 }), nat: nat({}), network: network({ links: [link('eth0')] }) }),
    ),
  },
  skipped: {
    'the key is not there: the module is not loaded, or nobody asked': of({ network: CNI }, null),
    'no interfaces': of({}),
  },
})
