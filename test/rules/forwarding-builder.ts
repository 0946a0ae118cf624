import type { Flow, FlowStats, Flows } from '../../src/model/flow.ts'
import type { KernelEvent, KernelEventKind, Machine } from '../../src/model/machine.ts'
import type { IpvsConnection, IpvsService, Nat, NatChain, NatListing, NatRule } from '../../src/model/nat.ts'
import type { Link, Network, Probe, Route } from '../../src/model/network.ts'
import type { Coverage, Ok, Part } from '../../src/model/part.ts'
import { at, ok } from './snapshot-builder.ts'

/** Pieces of forwarding, connection tracking and the network, for the tests of rules. What is not given was not captured. */

export interface FlowSpec extends Partial<Omit<Flow, 'original' | 'reply'>> {
  readonly from?: string
  readonly fromPort?: number
  readonly to: string
  readonly port: number
  /** Where NAT sent it; null: the reply was not seen. Left out: it was not translated. */
  readonly endpoint?: { readonly address: string; readonly port: number } | null
}

const NO_COUNTS = { packets: null, bytes: null }

/** A TCP connection that nobody has answered yet. */
export function flow(spec: FlowSpec): Flow {
  const { from = '10.0.0.9', fromPort = 40_000, to, port, endpoint, ...rest } = spec
  const place = endpoint === undefined ? { address: to, port } : endpoint
  return {
    protocol: 'tcp',
    family: 4,
    state: 'SYN_SENT',
    timeoutSeconds: 110,
    assured: false,
    unreplied: true,
    offload: null,
    mark: null,
    zone: null,
    line: 500,
    ...rest,
    original: { source: from, sourcePort: fromPort, destination: to, destinationPort: port, ...NO_COUNTS },
    reply:
      place === null
        ? null
        : {
            source: place.address,
            sourcePort: place.port,
            destination: from,
            destinationPort: fromPort,
            ...NO_COUNTS,
          },
  }
}

export interface FlowsSpec {
  readonly flows?: readonly Flow[]
  readonly more?: number
  readonly count?: number
  readonly stats?: FlowStats['values']
  readonly entries?: number
  readonly coverage?: readonly Coverage[]
}

export function flows({ flows: listed, more = 0, count, stats, entries, coverage }: FlowsSpec): Ok<Flows> {
  return ok<Flows>(
    {
      listings: listed ? [{ flows: listed, more, origin: at(500, 'conntrack -L') }] : [],
      count: count === undefined ? null : { value: count, origin: at(490, 'conntrack -C') },
      stats: stats ? { value: { entries: entries ?? null, values: stats }, origin: at(495, 'conntrack -S') } : null,
    },
    coverage ?? (listed ? undefined : []),
  )
}

const NO_MACHINE: Machine = {
  load: null,
  cpu: [],
  memory: null,
  pressure: [],
  mounts: [],
  nfs: [],
  disks: [],
  kernelLog: [],
  limits: [],
  syscalls: [],
  backlogs: [],
  cpuTotals: [],
  diskTotals: [],
  cgroups: [],
  neighbourTables: [],
  acceptErrors: [],
}

export function kernelLog(
  kind: KernelEventKind,
  texts: readonly string[],
  more: Partial<KernelEvent> = {},
): Part<Machine> {
  const log = texts.map((text, index) => ({
    kind,
    when: null,
    sinceBootSeconds: null,
    port: null,
    answer: null,
    who: null,
    pid: null,
    text,
    origin: at(700 + index, 'dmesg'),
    ...more,
  }))
  return ok<Machine>({ ...NO_MACHINE, kernelLog: log }, [{ of: 'keys', keys: ['kernelLog'] }])
}

export function natRule(spec: Partial<NatRule> & Pick<NatRule, 'chain'>): NatRule {
  return {
    backend: 'iptables',
    family: 4,
    table: 'nat',
    protocol: null,
    source: null,
    destination: null,
    sourcePort: null,
    destinationPort: null,
    probability: null,
    conditions: [],
    target: null,
    dnat: null,
    comment: null,
    service: null,
    packets: null,
    bytes: null,
    line: 800,
    ...spec,
  }
}

export interface NatSpec {
  readonly rules?: readonly NatRule[]
  readonly chains?: readonly NatChain[]
  readonly ipvs?: readonly IpvsService[]
  readonly ipvsConnections?: readonly IpvsConnection[]
  readonly coverage?: readonly Coverage[]
}

export function nat({ coverage, ...spec }: NatSpec): Part<Nat> {
  const listing: NatListing = {
    rules: [],
    chains: [],
    ipvs: [],
    ipvsConnections: [],
    sets: [],
    origin: at(800, 'iptables-save'),
    elided: [],
    replacedBy: null,
    ...spec,
  }
  return ok<Nat>({ listings: [listing] }, coverage)
}

/** The rules of one Service with one endpoint, as kube-proxy writes them. */
export function serviceRules(port: number, endpoint: string, targetPort: number): readonly NatRule[] {
  const [svc, sep] = ['KUBE-SVC-AAAAAAAAAAAAAAAA', 'KUBE-SEP-BBBBBBBBBBBBBBBB']
  const told = { protocol: 'tcp', comment: 'shop/web:http', service: 'shop/web:http' }
  return [
    natRule({ ...told, chain: 'KUBE-NODEPORTS', destinationPort: port, target: svc, line: 801 }),
    natRule({ ...told, chain: svc, target: sep, line: 802 }),
    natRule({
      ...told,
      chain: sep,
      target: 'DNAT',
      dnat: { address: endpoint, port: targetPort },
      line: 803,
    }),
  ]
}

const NO_NETWORK: Network = {
  links: null,
  addresses: null,
  routes: null,
  rules: null,
  neighbours: null,
  qdiscs: null,
  bridges: null,
  fdb: null,
  nics: null,
  softnet: null,
  udp: null,
  unix: null,
  otherSockets: null,
  summary: null,
  probes: null,
}

/** Every list that is given was seen whole. */
export function network(spec: Partial<Network>): Part<Network> {
  return ok<Network>({ ...NO_NETWORK, ...spec }, [{ of: 'keys', keys: Object.keys(spec) }])
}

export const link = (name: string, more: Partial<Link> = {}): Link => ({
  name,
  index: null,
  peer: null,
  mtu: 1500,
  state: 'UP',
  flags: null,
  master: null,
  mac: null,
  qlen: null,
  rx: null,
  tx: null,
  origin: at(600, 'ip link'),
  ...more,
})

export const route = (to: string, more: Partial<Route> = {}): Route => ({
  to,
  via: null,
  link: 'eth0',
  source: null,
  metric: null,
  table: null,
  type: 'unicast',
  mtu: null,
  origin: at(610, 'ip route'),
  ...more,
})

export const probe = (address: string, port: number, outcome: Probe['outcome'], more: Partial<Probe> = {}): Probe => ({
  tool: 'nc',
  target: { address, port },
  outcome,
  bytes: null,
  mtu: null,
  status: null,
  ms: null,
  load: null,
  said: `nc: connect to ${address} port ${port} (tcp) ${outcome}`,
  origin: at(650, `nc -vz ${address} ${port}`),
  ...more,
})
