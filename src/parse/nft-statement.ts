import type { NatRule } from '../model/nat.ts'
import { splitQuoted } from './iptables-rule.ts'
import { matchedAddress, parsePlace, portNumber, protocolName, wholeNumber } from './nat-fields.ts'
import { finishRule, type NftDraft, type NftPlace, newRule, spreadElements } from './nft-rule.ts'

const VERDICTS = new Set(['return', 'drop', 'accept', 'reject', 'masquerade', 'redirect', 'snat', 'queue', 'continue'])
/** 2^31: iptables' statistic match is translated to a comparison of 31 random bits. */
const RANDOM_RANGE = 2_147_483_648

/**
 * Read one rule of `nft list ruleset`; one that spreads over a verdict map gives a rule an element.
 * Gaps: matches not known stay as text in `conditions`; an empty list for lines that have no statement at all
 */
export function parseNftStatement(text: string, place: NftPlace): readonly NatRule[] {
  const words = splitQuoted(text.replace(/ # handle \d{1,10}$/, ''))
  const rule = newRule(place)
  const other: string[] = []
  let spread: readonly NatRule[] | null = null
  let at = 0
  while (at < words.length) {
    const map = readSpread(words, at)
    if (map) {
      spread = spreadElements(rule, map.modulus, map.targets)
      at = map.end
      continue
    }
    const used = readMatch(words, at, rule) || readVerdict(words, at, rule)
    if (used === 0) other.push(words[at] ?? '')
    at += Math.max(1, used)
  }
  if (other.length > 0) rule.conditions.push(other.join(' '))
  if (spread) return spread.map((one) => ({ ...one, conditions: rule.conditions }))
  return words.length === 0 ? [] : [finishRule(rule)]
}

/** How many words a match, counter or comment with a field of its own takes; 0: none of them. */
function readMatch(words: readonly string[], at: number, rule: NftDraft): number {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2] ?? '']
  const not = third === '!='
  const value = (not ? words[at + 3] : third) ?? ''
  const size = not ? 4 : 3
  if ((first === 'ip' || first === 'ip6') && (second === 'saddr' || second === 'daddr')) {
    // Sets, lists and concatenations hold many addresses.
    if (value.startsWith('@') || value === '{' || value === '.' || third === 'vmap') return 0
    const address = matchedAddress(not ? `!${value}` : value)
    if (second === 'saddr') rule.source = address
    else rule.destination = address
    return size
  }
  if (/^(?:tcp|udp|sctp|th)$/.test(first ?? '') && (second === 'dport' || second === 'sport')) {
    const port = not ? null : portNumber(value)
    if (port === null) return 0
    if (first !== 'th') rule.protocol = first ?? null
    if (second === 'dport') rule.destinationPort = port
    else rule.sourcePort = port
    return size
  }
  if (first === 'meta' && second === 'l4proto' && /^[a-z0-9-]{1,16}$/.test(third)) {
    rule.protocol = protocolName(third)
    return 3
  }
  if (first === 'meta' && second === 'random' && words[at + 4] === '<') {
    const limit = wholeNumber(words[at + 5])
    if (limit === null || limit > RANDOM_RANGE) return 0
    rule.probability = limit / RANDOM_RANGE
    return 6
  }
  if (first === 'counter' && second === 'packets' && words[at + 3] === 'bytes') {
    rule.packets = wholeNumber(third)
    rule.bytes = wholeNumber(words[at + 4])
    return 5
  }
  if (first === 'counter') return 1
  if (first === 'comment' && second !== undefined) {
    rule.comment = second
    return 2
  }
  return 0
}

function readVerdict(words: readonly string[], at: number, rule: NftDraft): number {
  const word = words[at] ?? ''
  const rest = words.length - at
  if ((word === 'jump' || word === 'goto') && words[at + 1] !== undefined) {
    rule.target = words[at + 1] ?? null
    return 2
  }
  if (word === 'dnat') {
    rule.target = 'DNAT'
    const to = words.indexOf('to', at)
    rule.dnat = to < 0 ? null : parsePlace(words[to + 1] ?? '')
    return rest
  }
  if (VERDICTS.has(word)) {
    rule.target = word
    return verdictEnd(words, at) - at
  }
  // Statements that change the packet or a set and go on: no condition.
  if (word === 'meta' && words[at + 2] === 'set') {
    rule.target ??= 'MARK'
    return rest
  }
  return (word === 'update' || word === 'add') && (words[at + 1] ?? '').startsWith('@') ? rest : 0
}

/** A verdict's own options go on to a comment or the end. */
function verdictEnd(words: readonly string[], at: number): number {
  const comment = words.indexOf('comment', at)
  return comment < 0 ? words.length : comment
}

interface SpreadMap {
  readonly modulus: number
  readonly targets: readonly string[]
  readonly end: number
}

/** `numgen random mod 2 vmap { 0 : goto a, 1 : goto b }`. */
function readSpread(words: readonly string[], at: number): SpreadMap | null {
  if (words[at] !== 'numgen' || words[at + 2] !== 'mod' || words[at + 4] !== 'vmap' || words[at + 5] !== '{')
    return null
  const modulus = wholeNumber(words[at + 3])
  if (modulus === null || modulus < 1) return null
  const close = words.indexOf('}', at)
  const end = close < 0 ? words.length : close
  const targets: string[] = []
  for (let i = at + 6; i < end; i++)
    if (words[i] === 'goto' || words[i] === 'jump') targets.push((words[i + 1] ?? '').replace(/,$/, ''))
  return { modulus, targets, end: end + 1 }
}
