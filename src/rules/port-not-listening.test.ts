import { expect, it } from 'vitest'
import { nat, natRule, network, probe, serviceRules } from '../../test/rules/forwarding-builder.ts'
import { counters, listener, netns, ok, podNetns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import type { Probe } from '../model/network.ts'
import type { Netns } from '../model/snapshot.ts'
import rule from './port-not-listening.ts'

const address = (ip: string) => ({ link: 'eth0', address: ip, prefix: 24, scope: 'global', origin: { via: 'test' } })
const HERE = '10.0.0.4'

const probed = (port: number, outcome: Probe['outcome'] = 'refused', to = HERE) =>
  network({ addresses: [address(HERE)], probes: [probe(to, port, outcome)] })
const listening = (...ports: readonly number[]) => ok(ports.map((port) => listener(port)))

const of = (space: Partial<Netns>, takenAt: string | null = null) =>
  snapshot(netns({ listeners: listening(22, 80), ...space }), { takenAt })

/** A pod with one address, on a node whose rules send there. */
const pod = (ports: readonly number[], target = 8080, ip = '10.244.1.7', more: Partial<Netns> = {}) => ({
  readings: [
    snapshot([
      netns({ nat: nat({ rules: serviceRules(31425, '10.244.1.7', target) }) }),
      podNetns({ listeners: listening(...ports), network: network({ addresses: [address(ip)] }), ...more }),
    ]),
  ],
  netns: 'pod 0b1c',
})

testRule(rule, {
  found: {
    'a probe is refused': {
      readings: [of({ network: probed(8080) })],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'certain', when: 'now' })
        expect(draft?.subject).toMatchObject({ port: 8080, address: HERE })
        expect(draft?.summary.en).toContain('Nobody listens on port 8080')
        expect(draft?.evidence.at(-1)).toMatchObject({ value: 2 })
      },
    },
    'only the loopback is listened on': {
      readings: [
        of({ network: probed(9000), listeners: ok([listener(9000, { address: '127.0.0.1' }), listener(22)]) }),
      ],
      expect: ([draft]) => {
        expect(draft?.summary.en).toBe(
          'Port 9000 is only listened on at 127.0.0.1: what is sent to 10.0.0.4 is refused',
        )
        expect(draft?.remedies.at(-1)?.title.en).toContain('instead of the loopback')
      },
    },
    'a probe of the loopback': {
      readings: [of({ network: network({ probes: [probe('127.0.0.1', 8080, 'refused')] }) })],
      expect: ([draft]) => expect(draft?.subject.port).toBe(8080),
    },
    'IPv6 only, asked by IPv4': {
      readings: [of({ network: probed(8080), listeners: ok([listener(8080, { address: '::', family: 6 })]) })],
      expect: ([draft]) => expect(draft?.summary.en).toContain('only listened on at ::'),
    },
    'a Service sends to a pod that listens on another port': {
      ...pod([8081]),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely' })
        expect(draft?.subject).toMatchObject({ kind: 'service', service: 'shop/web:http', port: 8080 })
        expect(draft?.summary.en).toBe(
          'shop/web:http sends connections to 10.244.1.7:8080, where nobody listens (listened on: 8081)',
        )
        expect(draft?.remedies.at(-1)?.action).toContain('kubectl -n shop patch service web')
      },
    },
    'resets are told beside it': {
      readings: [
        of({ network: probed(8080), counters: counters({ TcpOutRsts: 5 }) }, '2026-01-01T00:00:00Z'),
        of({ network: probed(8080), counters: counters({ TcpOutRsts: 9 }) }, '2026-01-01T00:00:03Z'),
      ],
      expect: ([draft]) => expect(draft?.evidence.at(-1)).toMatchObject({ value: 4 }),
    },
  },
  clear: {
    'somebody listens by now': of({ network: probed(80) }),
    'a probe that timed out': of({ network: probed(8080, 'timed-out') }),
    'connected, then reset': of({ network: probed(8080, 'reset') }),
    'refused by another machine': of({ network: probed(8080, 'refused', '10.7.7.7') }),
    'a rule refuses it': of({
      network: probed(8080),
      nat: nat({
        rules: [natRule({ chain: 'INPUT', table: 'filter', protocol: 'tcp', destinationPort: 8080, target: 'REJECT' })],
      }),
    }),
    'a NodePort, which NAT takes elsewhere': of({
      network: probed(31425),
      nat: nat({ rules: serviceRules(31425, '10.244.1.7', 8080) }),
    }),
    'the pod listens where the Service sends': pod([8080]),
    'the node sends UDP there': {
      readings: [
        snapshot([
          netns({
            nat: nat({ rules: serviceRules(31425, '10.244.1.7', 8125).map((one) => ({ ...one, protocol: 'udp' })) }),
          }),
          podNetns({ listeners: listening(80), network: network({ addresses: [address('10.244.1.7')] }) }),
        ]),
      ],
      netns: 'pod 0b1c',
    },
    'the endpoint is another pod': pod([9090], 8080, '10.244.1.99'),
  },
  skipped: {
    nothing: snapshot(netns()),
    'the listing was cut by grep': of({
      network: probed(8080),
      listeners: ok([listener(80)], [{ of: 'port', port: 80 }]),
    }),
    'nobody asks': of({}),
    'a sidecar takes what comes in': pod([15006], 8080, '10.244.1.7', {
      nat: nat({ rules: [natRule({ chain: 'ISTIO_IN_REDIRECT', protocol: 'tcp', target: 'REDIRECT' })] }),
    }),
  },
})

it('does not name a port to send to where several are listened on', () => {
  const { remedies } = onlyDraft(rule, pod([8081, 9090]))
  expect(remedies).toHaveLength(1)
})
