import type { NatBackend, NatListing, NatRule } from '../model/nat.ts'
import type { Coverage, Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { cutsOf } from './coverage.ts'
import type { NamedForwarding } from './forwarding-names.ts'
import { got, missing, type Need, need } from './need.ts'
import { nodeForwardings } from './node-forwardings.ts'

/** What one namespace's rules forward for Services, and how much of the rules was seen. */
export interface ServiceRules {
  readonly forwardings: readonly NamedForwarding[]
  /** The TCP NodePorts among them, by number. */
  readonly nodePorts: ReadonlyMap<number, NodePortRules>
  /** The single rules behind them, and all others of the namespace. */
  readonly rules: readonly NatRule[]
  /** BPF programs forward Services here: that kube-proxy's rules are missing is no fault then. */
  readonly replaced: boolean
  /** Whether every NAT rule of this family was seen: only then does a rule that is not there mean something. */
  readonly natWhole: (family: 4 | 6) => boolean
  /** The same of the rules that refuse a Service without endpoints. iptables has them in `filter`. */
  readonly filterWhole: (family: 4 | 6) => boolean
  /** Where a forwarding was read. */
  readonly originOf: (one: Pick<NamedForwarding, 'lines' | 'backend'>) => Origin
  /** Taken over from another reading of this node, which judges them itself. */
  readonly carried: boolean
}

/** Rules for Services. Gaps: incomplete unless IPv4's NAT rules were seen whole. */
export const serviceRules: Need<ServiceRules> = need('service-rules', (view) => {
  const { nat } = view.netns
  if (!nat.ok) return missing(notRead(nat.detail))
  const elided = nat.data.listings.some((one) => one.elided.length > 0)
  const wholeTable = (family: 4 | 6, table: string) =>
    !elided &&
    coversKey(nat.coverage, [`iptables ${family} ${table}`, 'nftables', ...(table === 'nat' ? ['ipvs'] : [])])
  const forwardings = nodeForwardings(nat.data, view.cluster?.all.services ?? [])
  const rules: ServiceRules = {
    forwardings,
    nodePorts: nodePortsOf(forwardings),
    rules: nat.data.listings.flatMap((one) => one.rules),
    replaced: nat.data.listings.some((one) => one.replacedBy !== null),
    natWhole: (family) => wholeTable(family, 'nat'),
    filterWhole: (family) => wholeTable(family, 'filter'),
    originOf: originsIn(nat.data.listings),
    carried: nat.via.includes('carried'),
  }
  return got(rules, rules.natWhole(4) ? null : notWhole(cutsOf(nat)))
})

/** Any of these keys among the sets of which every member was seen. */
function coversKey(coverage: readonly Coverage[], keys: readonly string[]): boolean {
  return coverage.some((set) => set.of === 'all' || (set.of === 'keys' && set.keys.some((key) => keys.includes(key))))
}

/** Looks up in which output a forwarding was read: there may be thousands of them, and of rules a hundred times as many. */
function originsIn(listings: readonly NatListing[]): ServiceRules['originOf'] {
  const numbered = (backend: NatBackend) => {
    const byLine = new Map<number, NatListing>()
    for (const one of [...listings].reverse())
      for (const { line } of backend === 'ipvs' ? one.ipvs : one.rules) byLine.set(line, one)
    return byLine
  }
  const known = new Map<NatBackend, ReadonlyMap<number, NatListing>>()
  return ({ lines: [line = 0], backend }) => {
    // With a single output there is nothing to look up.
    const byLine = known.get(backend) ?? (listings.length > 1 ? numbered(backend) : new Map<number, NatListing>())
    known.set(backend, byLine)
    const origin = (byLine.get(line) ?? listings[0])?.origin ?? { via: 'rules' }
    return 'file' in origin && line > 0 ? { ...origin, line } : origin
  }
}

/** A NodePort of TCP with the forwardings that rules have for it, both families. */
export interface NodePortRules {
  readonly port: number
  /** null: no rule names it. */
  readonly service: string | null
  readonly forwardings: readonly NamedForwarding[]
}

function nodePortsOf(forwardings: readonly NamedForwarding[]): ReadonlyMap<number, NodePortRules> {
  const ports = new Map<number, NodePortRules>()
  for (const one of forwardings) {
    if (one.nodePort === null || (one.protocol !== null && one.protocol !== 'tcp')) continue
    const before = ports.get(one.nodePort)
    ports.set(one.nodePort, {
      port: one.nodePort,
      service: before?.service ?? one.service,
      forwardings: [...(before?.forwardings ?? []), one],
    })
  }
  return ports
}

/** The command that shows the rules of a port by hand. */
export const rulesCommand = (backend: NatBackend, port: number | string): string =>
  backend === 'ipvs'
    ? `ipvsadm -Ln | grep -A 9 ':${port} '`
    : backend === 'nftables'
      ? `nft list ruleset | grep -w ${port}`
      : `iptables-save | grep -w -- '--dport ${port}'`

const notRead = (detail: string): Text => ({
  en: `forwarding rules were not read: ${detail} (iptables-save)`,
  zh: `没有读到转发规则：${detail}（iptables-save）`,
})
const notWhole = (cuts: string | null): Text => ({
  en: `not all forwarding rules were seen${cuts === null ? '' : ` (${cuts})`}: iptables-save shows them`,
  zh: `没有看到全部转发规则${cuts === null ? '' : `（${cuts}）`}：iptables-save 可以看到`,
})
