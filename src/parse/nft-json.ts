import type { Line } from '../model/line.ts'
import type { NatChain, NatRule, NatRules } from '../model/nat.ts'
import { canonicalAddress } from './address.ts'
import { matchedAddress, portNumber, protocolName } from './nat-fields.ts'
import { familyOfNft, finishRule, type NftDraft, type NftPlace, newRule, readKey, spreadElements } from './nft-rule.ts'
import { Account, type Reading } from './reading.ts'
import { at, isMap, listAt, numberAt, textAt, type Untyped } from './untyped.ts'

/**
 * Parse `nft -j list ruleset`: the same rules as its text gives.
 * Gaps:   matches of iptables (`xt`) are printed by name only: a `statistic` without its probability
 * Errors: text that is no such JSON is counted by its first line; never throws
 * Source: libnftables-json(5)
 */
export function parseNftJson(lines: readonly Line[]): Reading<NatRules> {
  const account = new Account()
  const rules: NatRule[] = []
  const chains: NatChain[] = []
  const line = lines.find((one) => one.text.trim() !== '')?.number ?? 0
  const root = parseJson(lines.map((one) => one.text).join('\n'))
  if (root === undefined || !Array.isArray(at(root, 'nftables'))) {
    if (line > 0) account.notUnderstood.push(line)
    return account.reading({ rules, chains })
  }
  for (const object of listAt(root, 'nftables')) {
    const chain = at(object, 'chain')
    const map = at(object, 'map')
    const rule = at(object, 'rule')
    if (chain !== undefined) chains.push(chainOf(chain, line))
    else if (rule !== undefined) rules.push(...ruleOf(rule, line))
    else if (map !== undefined) {
      chains.push(chainOf(map, line))
      rules.push(...elementsOf(map, line))
    }
  }
  return account.reading({ rules, chains })
}

function parseJson(text: string): Untyped {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const placeOf = (object: Untyped, chain: string, line: number): NftPlace => ({
  family: familyOfNft(textAt(object, 'family') ?? ''),
  table: textAt(object, 'table') ?? '',
  chain,
  line,
})

function chainOf(object: Untyped, line: number): NatChain {
  const { family, table } = placeOf(object, '', line)
  const policy = textAt(object, 'policy')?.toUpperCase() ?? null
  return {
    backend: 'nftables',
    family,
    table,
    name: textAt(object, 'name') ?? '',
    policy,
    packets: null,
    bytes: null,
    line,
  }
}

function ruleOf(object: Untyped, line: number): readonly NatRule[] {
  const rule = newRule(placeOf(object, textAt(object, 'chain') ?? '', line))
  rule.comment = textAt(object, 'comment')
  let spread: readonly NatRule[] | null = null
  for (const statement of listAt(object, 'expr')) {
    const modulus = numberAt(statement, 'vmap', 'key', 'numgen', 'mod')
    if (modulus !== null && modulus > 0) {
      const targets = listAt(statement, 'vmap', 'data', 'set').map((pair) => verdictOf(listIn(pair)[1]) ?? '')
      spread = spreadElements(rule, modulus, targets)
    } else readStatement(statement, rule)
  }
  return spread ? spread.map((one) => ({ ...one, conditions: rule.conditions })) : [finishRule(rule)]
}

const listIn = (value: Untyped): readonly Untyped[] => (Array.isArray(value) ? value : [])

/** Statements that only change or count something: no conditions. */
const HARMLESS = ['counter', 'mangle', 'set', 'log', 'limit', 'notrack', 'ct helper']
/** Matches of iptables that add nothing to what stands beside them. */
const PLAIN_XT = new Set(['comment', 'tcp', 'udp', 'sctp'])

function readStatement(statement: Untyped, rule: NftDraft): void {
  const verdict = verdictOf(statement)
  if (at(statement, 'match') !== undefined) readMatch(at(statement, 'match'), rule)
  else if (verdict !== null) rule.target = verdict
  else if (at(statement, 'dnat') !== undefined) {
    rule.target = 'DNAT'
    const address = textAt(statement, 'dnat', 'addr')
    rule.dnat =
      address === null ? null : { address: canonicalAddress(address), port: numberAt(statement, 'dnat', 'port') }
  } else if (textAt(statement, 'xt', 'type') === 'target') rule.target = textAt(statement, 'xt', 'name')
  else if (textAt(statement, 'xt', 'type') === 'match') {
    const name = textAt(statement, 'xt', 'name') ?? ''
    if (!PLAIN_XT.has(name)) rule.conditions.push(`xt match ${name}`)
  } else if (HARMLESS.some((key) => at(statement, key) !== undefined)) {
    rule.packets ??= numberAt(statement, 'counter', 'packets')
    rule.bytes ??= numberAt(statement, 'counter', 'bytes')
    if (at(statement, 'mangle') !== undefined) rule.target ??= 'MARK'
  } else rule.conditions.push(JSON.stringify(statement)?.slice(0, 200) ?? '')
}

const PLAIN_VERDICTS = ['return', 'drop', 'accept', 'reject', 'masquerade', 'redirect', 'snat', 'queue', 'continue']

function verdictOf(statement: Untyped): string | null {
  return (
    textAt(statement, 'goto', 'target') ??
    textAt(statement, 'jump', 'target') ??
    PLAIN_VERDICTS.find((verdict) => isMap(statement) && Object.hasOwn(statement, verdict)) ??
    null
  )
}

function readMatch(match: Untyped, rule: NftDraft): void {
  const equal = textAt(match, 'op') === '=='
  const unequal = textAt(match, 'op') === '!='
  const protocol = textAt(match, 'left', 'payload', 'protocol')
  const field = textAt(match, 'left', 'payload', 'field')
  const right = at(match, 'right')
  const address = field === 'saddr' || field === 'daddr' ? addressIn(right) : null
  const port = field === 'dport' || field === 'sport' ? portNumber(String(right)) : null
  if (address !== null && (equal || unequal)) {
    const matched = matchedAddress(unequal ? `!${address}` : address)
    if (field === 'saddr') rule.source = matched
    else rule.destination = matched
  } else if (port !== null && equal) {
    if (protocol !== 'th') rule.protocol = protocol
    if (field === 'dport') rule.destinationPort = port
    else rule.sourcePort = port
  } else if (textAt(match, 'left', 'meta', 'key') === 'l4proto' && equal && typeof right === 'string')
    rule.protocol = protocolName(right)
  else rule.conditions.push(JSON.stringify(match)?.slice(0, 200) ?? '')
}

/** A single address, or one with its bits; null for sets and lists. */
function addressIn(value: Untyped): string | null {
  if (typeof value === 'string') return value.startsWith('@') ? null : value
  const address = textAt(value, 'prefix', 'addr')
  const bits = numberAt(value, 'prefix', 'len')
  return address === null || bits === null ? null : `${address}/${bits}`
}

function elementsOf(map: Untyped, line: number): readonly NatRule[] {
  const place = placeOf(map, textAt(map, 'name') ?? '', line)
  return listAt(map, 'elem').flatMap((pair) => {
    const [key, verdict] = listIn(pair)
    const value = at(key, 'elem', 'val') ?? key
    const parts = listAt(value, 'concat').map(String)
    const target = verdictOf(verdict)
    if (parts.length === 0 || target === null) return []
    const rule = newRule(place)
    rule.comment = textAt(key, 'elem', 'comment')
    readKey(rule, parts)
    rule.target = target
    return [finishRule(rule)]
  })
}
