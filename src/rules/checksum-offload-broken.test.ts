import { expect } from 'vitest'
import { kernelLog, link, network } from '../../test/rules/forwarding-builder.ts'
import { at, counters, kernel, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { Capture, Packet } from '../model/capture.ts'
import type { Network } from '../model/network.ts'
import rule from './checksum-offload-broken.ts'

const [FIRST, SECOND] = [{ takenAt: '2026-01-01T00:00:00Z' }, { takenAt: '2026-01-01T00:00:03Z' }]
const counted = (udp: number, tcp: number, udpAll = 100_000, tcpAll = 1_000_000) =>
  counters({ UdpInCsumErrors: udp, TcpInCsumErrors: tcp, UdpInDatagrams: udpAll, TcpInSegs: tcpAll })
const OVERLAY = { links: [link('eth0'), link('flannel.1', { mtu: 1450 })] }

const of = (
  values: ReturnType<typeof counters> | null,
  net: Partial<Network> = {},
  more: Parameters<typeof snapshot>[1] = {},
) => snapshot(netns({ ...(values ? { counters: values } : {}), network: network(net) }), more)

const nic = (name: string, features: Readonly<Record<string, boolean>>) => ({
  name,
  driver: null,
  speed: null,
  linkDetected: null,
  counters: {},
  features,
  origin: at(90, `ethtool -k ${name}`),
})
const BAD_LINE = 'UDP: bad checksum. From 172.16.9.99:27503 to 172.16.80.252:8472 ulen 75'
const log = (more: Parameters<typeof kernelLog>[2] = {}, text = BAD_LINE) =>
  kernelLog('bad-checksum', [text, text], { who: '172.16.9.99', port: 8472, ...more })

const packet = (from: string, to: string, spec: Partial<Packet> = {}): Packet => ({
  time: null,
  elapsed: null,
  link: 'eth0',
  family: 4,
  protocol: 'udp',
  from: { address: from, port: 7103 },
  to: { address: to, port: 4789 },
  flags: null,
  seq: null,
  ack: null,
  window: null,
  options: null,
  length: 101,
  badChecksum: true,
  payload: null,
  inner: null,
  vni: 4096,
  note: null,
  origin: at(300, 'tcpdump -vvni eth0'),
  ...spec,
})
const captured = (packets: readonly Packet[], errors: number) => {
  const capture: Capture = { tool: 'tcpdump', packets, beyond: 0, droppedByKernel: 0, origin: at(299, 'tcpdump') }
  return snapshot(
    netns({
      counters: counted(errors, 0),
      listeners: ok([listener(22, { address: '10.0.10.10' })]),
      network: network(OVERLAY),
    }),
    { captures: ok([capture]) },
  )
}

testRule(rule, {
  found: {
    'the overlay’s packets are thrown away now': {
      readings: [of(counted(5, 0), OVERLAY, FIRST), of(counted(45, 0, 100_400), OVERLAY, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('40 between the two readings (9.1 % of UDP); flannel.1 wraps packets')
        expect(draft?.evidence.map((one) => one.value)).toEqual([45, 40])
        expect(draft?.remedies[0]?.action).toBe('ethtool -K flannel.1 tx-checksum-ip-generic off')
      },
    },
    'the log names the sender': {
      readings: [
        of(null, OVERLAY, {
          machine: log({ sinceBootSeconds: 100 }),
          node: { uptimeSeconds: 110, ...kernel('4.18.0') },
        }),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'critical', when: 'now' })
        expect(draft?.subject.address).toBe('172.16.9.99')
        expect(draft?.remedies.at(-1)?.title.en).toContain('5.4.41')
      },
    },
    'logged, who knows when': {
      readings: [of(null, {}, { machine: log() })],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past', confidence: 'likely' }),
    },
    'without an overlay it is possible at most': {
      readings: [of(counted(0, 5), {}, FIRST), of(counted(0, 405, 100_000, 1_010_000), {}, SECOND)],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'possible' })
        expect(draft?.unknowns.at(-1)?.en).toContain('Without an overlay')
      },
    },
    'many in the past': {
      readings: [of(counted(4000, 0), OVERLAY)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', when: 'past' }),
    },
    'captured at the receiver, and counted': {
      readings: [captured([packet('10.0.10.14', '10.0.10.10')], 30)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' }),
    },
    'captured at the receiver, not counted': {
      readings: [captured([packet('10.0.10.14', '10.0.10.10')], 0)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'an old kernel that offloads': {
      readings: [
        of(
          counted(0, 0),
          { ...OVERLAY, nics: [nic('vxlan.calico', { 'tx-checksum-ip-generic': true })] },
          { node: kernel('5.4.0') },
        ),
      ],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'possible', when: 'setting' })
        expect(draft?.remedies[1]?.action).toContain('ChecksumOffloadBroken=true')
      },
    },
  },
  clear: {
    'a capture at the sender': captured([packet('10.0.10.10', '10.0.10.14')], 0),
    'TCP of a neighbour virtual machine': captured(
      [packet('10.0.10.14', '10.0.10.10', { protocol: 'tcp', vni: null })],
      0,
    ),
    'an old kernel with offload off': of(
      counted(0, 0),
      { ...OVERLAY, nics: [nic('flannel.1', { 'tx-checksum-ip-generic': false })] },
      { node: kernel('5.4.0') },
    ),
    'a repaired kernel that offloads': of(
      counted(0, 0),
      { ...OVERLAY, nics: [nic('flannel.1', { 'tx-checksum-ip-generic': true })] },
      { node: kernel('5.4.41-generic') },
    ),
    'the card offloads, as all do': of(
      counted(0, 0),
      { ...OVERLAY, nics: [nic('eth0', { 'tx-checksumming': true })] },
      { node: kernel('4.4.0') },
    ),
    'a few strays': {
      readings: [of(counted(5, 5), OVERLAY, FIRST), of(counted(14, 14, 100_010, 1_000_010), OVERLAY, SECOND)],
    },
    'many, but a small part': of(counted(1500, 0, 90_000_000), OVERLAY),
    'another port in the log': of(counted(0, 0), OVERLAY, { machine: log({ port: 53 }) }),
  },
  skipped: {
    'nothing captured': snapshot(netns()),
    'only one of the two': of(counters({ UdpInCsumErrors: 0 }, { absentIsZero: false, coverage: [] })),
  },
})
