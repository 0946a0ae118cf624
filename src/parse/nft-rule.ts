import type { NatRule } from '../model/nat.ts'
import { serviceOfComment, serviceOfNftChain } from './service-name.ts'

/** A rule while its statements are being read. */
export type NftDraft = { -readonly [K in keyof NatRule]: NatRule[K] } & { conditions: string[] }

/** Where a rule or an element stands. */
export interface NftPlace {
  readonly family: 4 | 6 | null
  readonly table: string
  readonly chain: string
  readonly line: number
}

export const newRule = (place: NftPlace): NftDraft => ({
  backend: 'nftables',
  family: place.family,
  table: place.table,
  chain: place.chain,
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
  line: place.line,
})

/** Name the Service: chains of kube-proxy's nftables mode carry it, elements of the no-endpoint maps have it as comment. */
export function finishRule(rule: NftDraft): NatRule {
  const named = serviceOfNftChain(rule.target ?? '') ?? serviceOfNftChain(rule.chain)
  rule.service = named?.service ?? (rule.comment === null ? null : serviceOfComment(rule.comment))
  return rule
}

/**
 * A verdict map over `numgen random mod n`, unrolled: element i takes 1/(n−i) of what the ones before left, as iptables puts it.
 */
export function spreadElements(rule: NftDraft, modulus: number, targets: readonly string[]): readonly NatRule[] {
  return targets.map((target, index) => {
    const left = modulus - index
    return finishRule({ ...rule, target, probability: left <= 1 ? null : 1 / left })
  })
}

/** `ip`, `ip6`; null for `inet`, `bridge` and the rest. */
export const familyOfNft = (family: string): 4 | 6 | null => (family === 'ip' ? 4 : family === 'ip6' ? 6 : null)

/** A verdict map's key: `10.96.0.1 . tcp . 443`, `tcp . 30080`. */
export function readKey(rule: NftDraft, parts: readonly string[]): void {
  const [address, protocol, port] = parts.length === 3 ? parts : [null, parts[0], parts[1]]
  if (address) rule.destination = address
  if (protocol !== undefined) rule.protocol = protocol
  if (port !== undefined && /^\d{1,5}$/.test(port)) rule.destinationPort = Number(port)
  else rule.conditions.push(parts.join(' . '))
}
