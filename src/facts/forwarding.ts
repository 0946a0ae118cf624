import type { Forwarding, NatRule, Place } from '../model/nat.ts'
import { followChain, isServiceChain } from './chain-way.ts'
import { type Spread, spreadOf } from './endpoint-shares.ts'
import { indexRules, type RuleIndex } from './rule-index.ts'

type AddressKind = Forwarding['addresses'][number]['kind']

/** A Service port while its rules are being gathered. */
interface Gathering {
  readonly first: NatRule
  readonly family: 4 | 6 | null
  service: string | null
  nodePort: number | null
  readonly addresses: (Place & { readonly kind: AddressKind })[]
  /** Chains that traffic from outside enters; NodePort's before those of addresses. */
  nodePortChain: string | null
  externalChain: string | null
  clusterChain: string | null
  refused: Forwarding['refused']
  readonly lines: number[]
}

/**
 * One row per Service port that a node's rules forward or refuse.
 * Shape: from kube-proxy's chains (KUBE-NODEPORTS, -SERVICES, -EXTERNAL-SERVICES and what they jump to) and nftables maps
 * Gaps:  `elided`: lines on which rules were left out. What was not seen is null or `chainNotSeen`, never absent
 */
export function forwardingsOf(rules: readonly NatRule[], elided: readonly number[] = []): readonly Forwarding[] {
  const index = indexRules(rules)
  const gathered = new Map<string, Gathering>()
  for (const rule of rules) {
    const entry = entryOf(rule)
    if (entry) gather(entry, rule, index.familyOf(rule), gathered)
  }
  const seen = { rules: new Set(elided.length > 0 ? rules.map((rule) => rule.line) : []), elided: new Set(elided) }
  return [...gathered.values()].map((one) => finish(one, index, seen))
}

/** Lines with rules, and lines on which some were left out. */
interface Seen {
  readonly rules: ReadonlySet<number>
  readonly elided: ReadonlySet<number>
}

interface Entry {
  readonly nodePort: number | null
  readonly place: Place | null
  readonly kind: AddressKind
  readonly refused: Forwarding['refused']
}

const NODE_PORT_CHAINS = new Set(['KUBE-NODEPORTS', 'service-nodeports', 'no-endpoint-nodeports'])
const ADDRESS_CHAINS = new Set([
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-PROXY-FIREWALL',
  'service-ips',
  'no-endpoint-services',
])
const REFUSALS = new Set(['REJECT', 'DROP', 'reject', 'drop', 'reject-chain'])

/** What a rule says about a Service port's way in; null for all other rules. */
function entryOf(rule: NatRule): Entry | null {
  const { target, destinationPort } = rule
  if (target === null || destinationPort === null || target.startsWith('KUBE-MARK-')) return null
  const refuses = REFUSALS.has(target)
  const refused = !refuses
    ? null
    : rule.comment?.includes('no local endpoints') || target === 'drop'
      ? 'no local endpoints'
      : 'no endpoints'
  if (!refuses && !isServiceChain(target)) return null
  const byPort =
    NODE_PORT_CHAINS.has(rule.chain) || (rule.chain === 'KUBE-EXTERNAL-SERVICES' && rule.destination === null)
  if (byPort) return { nodePort: destinationPort, place: null, kind: 'unknown', refused }
  if (!ADDRESS_CHAINS.has(rule.chain) || rule.destination === null || rule.destination.startsWith('!')) return null
  return { nodePort: null, place: { address: rule.destination, port: destinationPort }, kind: kindOf(rule), refused }
}

function kindOf(rule: NatRule): AddressKind {
  const comment = rule.comment ?? ''
  if (comment.endsWith('cluster IP')) return 'cluster'
  if (comment.endsWith('external IP')) return 'external'
  if (comment.endsWith('loadbalancer IP')) return 'load balancer'
  if (/^(?:KUBE-SVC-|service-)/.test(rule.target ?? '')) return 'cluster'
  return /^(?:KUBE-FW-|firewall-)/.test(rule.target ?? '') ? 'load balancer' : 'unknown'
}

function gather(entry: Entry, rule: NatRule, family: 4 | 6 | null, gathered: Map<string, Gathering>): void {
  const name = rule.service ?? hashOf(rule.target ?? '') ?? `${rule.target} ${rule.destinationPort}`
  const key = `${rule.backend} ${family ?? ''} ${rule.protocol ?? ''} ${name}`
  let one = gathered.get(key)
  if (!one) {
    one = {
      first: rule,
      family,
      service: null,
      nodePort: null,
      addresses: [],
      nodePortChain: null,
      externalChain: null,
      clusterChain: null,
      refused: null,
      lines: [],
    }
    gathered.set(key, one)
  }
  one.service ??= rule.service
  one.lines.push(rule.line)
  one.nodePort ??= entry.nodePort
  if (entry.place) one.addresses.push({ ...entry.place, kind: entry.kind })
  if (entry.refused !== null) one.refused ??= entry.refused
  else if (entry.nodePort !== null) one.nodePortChain ??= rule.target
  else if (entry.kind === 'cluster') one.clusterChain ??= rule.target
  else one.externalChain ??= rule.target
}

/** The part that all chains of one Service port share. */
const hashOf = (chain: string): string | null =>
  /^KUBE-[A-Z]{2,3}-([A-Z2-7]{16})$/.exec(chain)?.[1] ?? /^[a-z]+-([A-Z2-7]{8}-.+)$/.exec(chain)?.[1] ?? null

function finish(one: Gathering, index: RuleIndex, seen: Seen): Forwarding {
  const entry = one.nodePortChain ?? one.externalChain ?? one.clusterChain
  const way = entry === null ? null : followChain(entry, one.family, index)
  const spread: Spread = way ? spreadOf(way.branches, index) : { endpoints: [], count: null, gaps: false }
  const head = way?.branches[0]
  return {
    // nft lists the rules of iptables-nft too: the chains' names tell whose they are.
    backend: one.first.chain.startsWith('KUBE-') ? 'iptables' : one.first.backend,
    family: one.family,
    service: one.service,
    protocol: one.first.protocol,
    nodePort: one.nodePort,
    addresses: one.addresses,
    chain: way?.chain ?? null,
    endpoints: spread.endpoints,
    endpointCount: spread.count,
    countIsAtLeast: head !== undefined && headMayBeMissing(head, seen),
    localOnly: /^(?:KUBE-SVL-|KUBE-XLB-|local-)/.test(way?.chain ?? ''),
    refused: one.refused ?? (way?.refused ? 'no local endpoints' : null),
    chainNotSeen: way !== null && way.branches.length === 0 && !way.refused,
    lines: one.lines,
  }
}

/** Whether a line on which rules were left out stands between a chain's first branch and the rule in front of it. */
function headMayBeMissing(head: NatRule, seen: Seen): boolean {
  if (seen.elided.size === 0) return false
  for (let line = head.line - 1; line > 0; line--) {
    if (seen.elided.has(line)) return true
    if (seen.rules.has(line)) return false
  }
  return false
}
