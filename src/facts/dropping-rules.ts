import type { NatChain, NatListing, NatRule } from '../model/nat.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { secondsBetween } from './counters.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { matchLength } from './prefix.ts'

/** A rule that drops or refuses TCP. */
export interface DroppingRule {
  readonly rule: NatRule
  /** Without an answer, or with one (reset, ICMP). */
  readonly kind: 'drop' | 'reject'
  /** It is the policy of a built-in chain: it takes what no rule of the chain decided on. `rule` stands for it. */
  readonly isChainPolicy: boolean
  /** Whose chain it stands in, as its name tells; null: nobody's that is known. */
  readonly keeper: Text | null
  /** It stands at the end of a network policy: what no policy allows ends here, as meant. */
  readonly isPolicy: boolean
  readonly packets: number | null
  /** Between the readings; null: no earlier reading of the same rule with counters. */
  readonly grown: number | null
  readonly seconds: number | null
  readonly origin: Origin
}

/**
 * Rules that drop or refuse TCP, without those that other findings are about or that drop what nobody misses.
 * Gaps: missing where no rules were seen; incomplete unless table filter was seen whole, with counters
 */
export const droppingRules: Need<readonly DroppingRule[]> = need('dropping-rules', (view) => {
  const { nat } = view.netns
  if (!nat.ok) return missing(NOT_SEEN)
  const before = view.before?.netns.nat.ok ? packetsByRule(view.before.netns.nat.data.listings) : null
  const seconds = view.before && secondsBetween(view.before.snapshot.takenAt, view.snapshot.takenAt)
  const now = numbered(nat.data.listings)
  const found = now.flatMap(({ key, rule, listing }): DroppingRule[] => {
    const kind = kindOf(rule)
    if (kind === null || isMeant(rule)) return []
    const was = before?.get(key) ?? null
    const grown = was !== null && rule.packets !== null && rule.packets >= was ? rule.packets - was : null
    const { origin } = listing
    const keeper = keeperOf(rule.chain)
    return [
      {
        rule,
        kind,
        isChainPolicy: false,
        keeper: keeper?.name ?? null,
        isPolicy: keeper?.isPolicy === true,
        packets: rule.packets,
        grown,
        seconds,
        origin: 'file' in origin ? { ...origin, line: rule.line } : origin,
      },
    ]
  })
  const whole = nat.coverage.some(
    (set) =>
      set.of === 'all' || (set.of === 'keys' && set.keys.some((key) => key === 'nftables' || / filter$/.test(key))),
  )
  return got([...found, ...chainPolicies(view, seconds)], whole ? null : NOT_WHOLE)
})

/** Policies that drop, with what they took. A policy of the pods' own namespaces is as good as one of the host. */
function chainPolicies(view: View, seconds: number | null): readonly DroppingRule[] {
  const before = view.before?.netns.nat.ok ? policiesOf(view.before.netns.nat.data.listings) : null
  const { nat } = view.netns
  return [...policiesOf(nat.ok ? nat.data.listings : [])].map(([key, { chain, listing }]): DroppingRule => {
    const was = before?.get(key)?.chain.packets ?? null
    const { packets } = chain
    return {
      rule: ruleOfPolicy(chain),
      kind: 'drop',
      isChainPolicy: true,
      keeper: null,
      isPolicy: false,
      packets,
      grown: was !== null && packets !== null && packets >= was ? packets - was : null,
      seconds,
      origin: 'file' in listing.origin ? { ...listing.origin, line: chain.line } : listing.origin,
    }
  })
}

interface Policy {
  readonly chain: NatChain
  readonly listing: NatListing
}

/** By family, table, chain and, where two back ends keep the same one, its place among them. */
function policiesOf(listings: readonly NatListing[]): ReadonlyMap<string, Policy> {
  const found = new Map<string, Policy>()
  for (const listing of listings)
    for (const chain of listing.chains) {
      if (chain.policy !== 'DROP' || chain.backend !== 'iptables') continue
      const name = `${chain.family} ${chain.table} ${chain.name}`
      let nth = 1
      while (found.has(`${name} ${nth}`)) nth++
      found.set(`${name} ${nth}`, { chain, listing })
    }
  return found
}

const ruleOfPolicy = ({ backend, family, table, name, packets, bytes, line }: NatChain): NatRule => ({
  backend,
  family,
  table,
  chain: name,
  protocol: null,
  source: null,
  destination: null,
  sourcePort: null,
  destinationPort: null,
  probability: null,
  conditions: [],
  target: 'DROP',
  dnat: null,
  comment: null,
  service: null,
  packets,
  bytes,
  line,
})

function kindOf({ target, protocol }: NatRule): DroppingRule['kind'] | null {
  if (protocol !== null && protocol !== 'tcp' && protocol !== 'all') return null
  if (target === 'DROP' || target === 'drop' || target === 'KUBE-MARK-DROP') return 'drop'
  return target === 'REJECT' || target === 'reject' ? 'reject' : null
}

/**
 * Drops that nobody misses, or that have rules of their own: Services without endpoints, packets of no connection, the guard of
 * the loopback, broadcasts, single hosts that were banned, and the last step of a mark that another rule has set.
 */
function isMeant({ comment, conditions, source, destination, chain }: NatRule): boolean {
  const text = conditions.join(' ')
  return (
    /has no (?:local )?endpoints/.test(comment ?? '') ||
    /\b(?:ct ?)?state\b[^;]{0,40}\binvalid\b/i.test(text) ||
    (destination === '127.0.0.0/8' && source !== null) ||
    /dst-type (?:BROADCAST|MULTICAST|ANYCAST)|PKTTYPE|pkttype|tcpflags|tcp flags|--tcp-flags/i.test(text) ||
    /mark (?:match )?0x8000\/0x8000|mark and 0x0*8000|--mark 0x8000/i.test(text) ||
    /^(?:f2b-|fail2ban|sshguard|crowdsec|blocklist)/i.test(chain) ||
    (source !== null && !source.startsWith('!') && isHost(source))
  )
}

const isHost = (source: string): boolean => !source.includes('/') || /\/(?:32|128)$/.test(source)

interface Keeper {
  readonly name: Text
  readonly isPolicy: boolean
}

const POLICY = { en: 'a network policy', zh: '网络策略' }
const of = (en: string, zh: string, isPolicy = false): Keeper => ({ name: { en, zh }, isPolicy })

const KEEPERS: readonly (readonly [RegExp, Keeper])[] = [
  [/^cali-/, of(`${POLICY.en} of Calico`, `Calico 的${POLICY.zh}`, true)],
  [/^KUBE-(?:NWPLCY|POD-FW)-/, of(`${POLICY.en} of kube-router`, `kube-router 的${POLICY.zh}`, true)],
  [/^WEAVE-NPC/, of(`${POLICY.en} of Weave Net`, `Weave Net 的${POLICY.zh}`, true)],
  [/^(?:OLD_)?CILIUM_/, of('Cilium', 'Cilium')],
  [/^ANTREA-/, of(`${POLICY.en} of Antrea`, `Antrea 的${POLICY.zh}`, true)],
  [
    /^(?:KUBE-FW-|firewall-|KUBE-PROXY-FIREWALL)/,
    of('loadBalancerSourceRanges of the Service', 'Service 的 loadBalancerSourceRanges', true),
  ],
  [/^KUBE-FIREWALL$/, of('kubelet', 'kubelet')],
  [/^DOCKER/, of('docker', 'docker')],
  [/^ufw-/, of('ufw', 'ufw')],
  [/^(?:IN_|FWDI_|FWDO_|filter_(?:IN|FWD|INPUT|FORWARD))/, of('firewalld', 'firewalld')],
]

const keeperOf = (chain: string): Keeper | null => KEEPERS.find(([name]) => name.test(chain))?.[1] ?? null

interface Numbered {
  readonly key: string
  readonly rule: NatRule
  readonly listing: NatListing
}

/** Rules that are spelled alike are told apart by their order. */
function numbered(listings: readonly NatListing[]): readonly Numbered[] {
  const seen = new Map<string, number>()
  return listings.flatMap((listing) =>
    listing.rules
      .filter((rule) => kindOf(rule) !== null)
      .map((rule) => {
        const spelled = JSON.stringify({ ...rule, line: 0, packets: 0, bytes: 0 })
        const nth = (seen.get(spelled) ?? 0) + 1
        seen.set(spelled, nth)
        return { key: `${spelled} ${nth}`, rule, listing }
      }),
  )
}

function packetsByRule(listings: readonly NatListing[]): ReadonlyMap<string, number> {
  return new Map(
    numbered(listings).flatMap(({ key, rule }) => (rule.packets === null ? [] : [[key, rule.packets] as const])),
  )
}

/** Does a rule take packets to this port? `named`: it says so. `any`: it names no port. */
export function portMatch(rule: NatRule, port: number): 'named' | 'any' | 'no' {
  if (rule.destinationPort !== null) return rule.destinationPort === port ? 'named' : 'no'
  const texts = rule.conditions.filter((one) => /\bd(?:ports?|pts?)\b/.test(one))
  if (texts.length === 0) return 'any'
  const ranges = texts.flatMap((one) => [
    ...one.slice(one.search(/\bd(?:ports?|pts?)\b/)).matchAll(/(\d{1,5})(?:[:-](\d{1,5}))?/g),
  ])
  const isIn = ranges.some(([, low, high]) => port >= Number(low) && port <= Number(high ?? low))
  if (texts.some((one) => one.includes('!'))) return 'no'
  return isIn ? 'named' : 'no'
}

/** Does a rule take packets to this address, as far as its destination tells? */
export function takesAddress({ destination }: NatRule, address: string): boolean {
  if (destination === null || destination.startsWith('!')) return destination === null
  return matchLength(destination, address) !== null
}

/** Conditions besides ports, which may or may not hold for a packet. */
export const otherConditions = ({ conditions }: NatRule): readonly string[] =>
  conditions.filter(
    (one) => !/\bd(?:ports?|pts?)\b/.test(one) && !/^(?:-m (?:conntrack|state) )?(?:--)?(?:ct)? ?state new$/i.test(one),
  )

/** A rule or a policy as iptables would be told it. */
export const spellDropping = ({ rule, isChainPolicy }: DroppingRule): string =>
  isChainPolicy ? `-P ${rule.chain} ${rule.target}` : spellRule(rule)

/** A rule as iptables would be told it. */
export function spellRule({
  chain,
  protocol,
  source,
  destination,
  destinationPort,
  conditions,
  target,
}: NatRule): string {
  const part = (option: string, value: string | number | null) =>
    value === null
      ? []
      : [typeof value === 'string' && value.startsWith('!') ? `! ${option} ${value.slice(1)}` : `${option} ${value}`]
  return [
    `-A ${chain}`,
    ...part('-p', protocol),
    ...part('-s', source),
    ...part('-d', destination),
    ...part('--dport', destinationPort),
    ...conditions,
    ...part('-j', target),
  ].join(' ')
}

const NOT_SEEN: Text = {
  en: 'filter rules were not captured (iptables -L -nvx, nft list ruleset)',
  zh: '没有采集到过滤规则（iptables -L -nvx、nft list ruleset）',
}
const NOT_WHOLE: Text = {
  en: 'not all filter rules were seen (iptables-save -c, nft list ruleset)',
  zh: '没有看到全部过滤规则（iptables-save -c、nft list ruleset）',
}

/** Is the chain at the door of this machine, on its way out, or in between? null: entered from another chain. */
export function hookOf({ chain }: NatRule): 'in' | 'out' | 'through' | null {
  if (/^(?:INPUT|input)$/.test(chain)) return 'in'
  if (/^(?:OUTPUT|output)$/.test(chain)) return 'out'
  if (/^(?:FORWARD|forward)$/.test(chain)) return 'through'
  return null
}
