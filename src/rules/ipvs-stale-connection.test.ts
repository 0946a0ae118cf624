import { expect } from 'vitest'
import { nat } from '../../test/rules/forwarding-builder.ts'
import { netns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import type { IpvsConnection, IpvsServer, IpvsService } from '../model/nat.ts'
import rule from './ipvs-stale-connection.ts'

const VIRTUAL = { address: '10.96.0.50', port: 80 }
const EXPIRE = 'net.ipv4.vs.expire_nodest_conn'

const server = (address: string, weight = 1): IpvsServer => ({
  address,
  port: 8080,
  forward: 'Masq',
  weight,
  activeConnections: 1,
  inactiveConnections: 0,
  line: 902,
})
const service = (servers: readonly IpvsServer[], more: Partial<IpvsService> = {}): IpvsService => ({
  protocol: 'tcp',
  ...VIRTUAL,
  scheduler: 'rr',
  persistentSeconds: null,
  servers,
  line: 901,
  ...more,
})
const entry = (to: string, state = 'ESTABLISHED', more: Partial<IpvsConnection> = {}): IpvsConnection => ({
  protocol: 'TCP',
  expiresSeconds: 870,
  state,
  source: { address: '10.244.0.9', port: 40_001 },
  virtual: VIRTUAL,
  destination: { address: to, port: 8080 },
  line: 950,
  ...more,
})

const of = (ipvs: readonly IpvsService[], ipvsConnections: readonly IpvsConnection[], expire: number | null = 0) =>
  snapshot(
    netns({
      nat: nat({ ipvs, ipvsConnections }),
      ...(expire === null ? {} : { sysctls: sysctls({ [EXPIRE]: expire }) }),
    }),
  )

const [ALIVE, GONE] = ['10.244.1.7', '10.244.2.9']

testRule(rule, {
  found: {
    'connections with a server that is gone': {
      readings: [of([service([server(ALIVE)])], [entry(GONE), entry(GONE), entry(ALIVE)])],
      expect: (drafts) => {
        expect(drafts).toHaveLength(1)
        expect(drafts[0]).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(drafts[0]?.summary.en).toContain('2 connections of 10.96.0.50:80 with 10.244.2.9:8080')
        expect(drafts[0]?.evidence.map((one) => one.value)).toEqual([2, 1, 0])
        expect(drafts[0]?.remedies[0]?.action).toContain(`${EXPIRE}=1`)
      },
    },
    'the whole virtual service is gone': {
      readings: [of([service([server(ALIVE)], { address: '10.96.0.99' })], [entry(GONE)])],
      expect: ([draft]) => expect(draft?.severity).toBe('warning'),
    },
    'the kernel ends them at the next packet: information': {
      readings: [of([service([server(ALIVE)])], [entry(GONE)], 1)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'likely' }),
    },
    'the setting was not captured': {
      readings: [of([service([server(ALIVE)])], [entry(GONE)], null)],
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'warning', confidence: 'possible' }),
    },
    'drained: information': {
      readings: [of([service([server(ALIVE), server(GONE, 0)])], [entry(GONE), entry(GONE)])],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', remedies: [] })
        expect(draft?.summary.en).toContain('2 connections are still with it')
      },
    },
    'new connections to a drained server': {
      readings: [of([service([server(ALIVE), server(GONE, 0)])], [entry(GONE, 'SYN_RECV'), entry(GONE)])],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('warning')
        expect(draft?.summary.en).toContain('1 new connections')
        expect(draft?.remedies[0]?.action).toContain('conn_reuse_mode')
      },
    },
    'clients bound to a drained server': {
      readings: [
        of(
          [service([server(ALIVE), server(GONE, 0)], { persistentSeconds: 10_800 })],
          [entry(GONE, 'NONE', { source: { address: '10.244.0.9', port: 0 } })],
        ),
      ],
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('1 clients')
        expect(draft?.remedies[0]?.action).toContain('expire_quiescent_template')
      },
    },
    'a DNS client that always uses one port': {
      readings: [of([service([server(ALIVE)], { protocol: 'udp' })], [entry(GONE, 'UDP', { protocol: 'UDP' })])],
      expect: ([draft]) => expect(draft?.subject.key).toContain('udp'),
    },
  },
  clear: {
    'all with servers that take connections': of([service([server(ALIVE), server(GONE)])], [entry(ALIVE), entry(GONE)]),
    'rests of closed connections': of(
      [service([server(ALIVE)])],
      [entry(GONE, 'TIME_WAIT'), entry(GONE, 'FIN_WAIT'), entry(GONE, 'CLOSE')],
    ),
    'selected by a mark': of(
      [service([server(GONE)], { address: 'fwmark 3', port: null })],
      [entry(GONE, 'ESTABLISHED', { virtual: { address: '203.0.113.9', port: 80 } })],
    ),
  },
  skipped: {
    nothing: snapshot(netns()),
    'no IPVS here': of([], []),
    'no connection table': of([service([server(ALIVE)])], []),
    'no virtual services': of([], [entry(GONE)]),
    'only one virtual service was asked for': snapshot(
      netns({ nat: nat({ ipvs: [service([server(ALIVE)])], ipvsConnections: [entry(GONE)], coverage: [] }) }),
    ),
  },
})
