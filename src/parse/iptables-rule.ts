import type { NatRule, Place } from '../model/nat.ts'
import { familyOf, matchedAddress, parsePlace, portNumber, protocolName, wholeNumber } from './nat-fields.ts'
import { serviceOfComment } from './service-name.ts'

/** What the text around a rule tells of it. */
export interface RuleContext {
  readonly table: string | null
  readonly family: 4 | 6 | null
}

type Draft = { -readonly [K in keyof NatRule]: NatRule[K] }

const NOTHING: readonly string[] = []
/** Modules that only carry options read here; naming them adds no condition. */
const PLAIN_MODULES = new Set(['tcp', 'udp', 'sctp', 'comment', 'statistic', 'icmp', 'icmp6', 'dccp'])

/** What is made of words of rules, the same for the same word. */
export interface RuleFields {
  address(word: string): string | null
  place(word: string): Place | null
  service(comment: string): string | null
}

const FIELDS: RuleFields = { address: matchedAddress, place: parsePlace, service: serviceOfComment }

/**
 * Read one rule as `iptables -S`, `-S -v` and `iptables-save` write it.
 * Shape:  `[12:34] -A CHAIN -p tcp … -j TARGET …` → NatRule; matches not known stay as text in `conditions`
 * Errors: null for what is no `-A` rule; never throws
 */
export function parseIptablesRule(text: string, line: number, context: RuleContext): NatRule | null {
  const words = splitQuoted(text)
  return ruleOf(words, words.length, line, context, FIELDS)
}

/** The same from its words, `length` of them. */
export function ruleOf(
  words: readonly string[],
  length: number,
  line: number,
  context: RuleContext,
  fields: RuleFields,
): NatRule | null {
  let at = 0
  const counters = words[0]?.startsWith('[') ? /^\[(\d{1,16}):(\d{1,16})\]$/.exec(words[0]) : null
  if (counters) at = 1
  if (words[at] !== '-A' || length < at + 2) return null
  const rule: Draft = {
    backend: 'iptables',
    family: context.family,
    table: context.table,
    chain: words[at + 1] ?? '',
    protocol: null,
    source: null,
    destination: null,
    sourcePort: null,
    destinationPort: null,
    probability: null,
    conditions: NOTHING,
    target: null,
    dnat: null,
    comment: null,
    service: null,
    packets: wholeNumber(counters?.[1]),
    bytes: wholeNumber(counters?.[2]),
    line,
  }
  readOptions(words, length, at + 2, rule, fields)
  rule.family ??= familyOf(rule.source) ?? familyOf(rule.destination) ?? familyOf(rule.dnat?.address ?? null)
  if (rule.comment !== null) rule.service = fields.service(rule.comment)
  return rule
}

function readOptions(words: readonly string[], length: number, from: number, rule: Draft, fields: RuleFields): void {
  const word = (index: number) => (index < length ? words[index] : undefined)
  const conditions: string[] = []
  let at = from
  // Options without a field, one after the other, are one condition.
  let running: string[] = []
  const endRun = () => {
    if (running.length > 0) conditions.push(running.join(' '))
    running = []
  }
  while (at < length) {
    const not = words[at] === '!'
    const option = word(not ? at + 1 : at) ?? ''
    const value = word(not ? at + 2 : at + 1) ?? ''
    if (option === '-j' || option === '-g') {
      rule.target = value
      readTarget(words, length, at + 2, rule, fields)
      break
    }
    if (option === '-c') {
      rule.packets = wholeNumber(value)
      rule.bytes = wholeNumber(word(at + 2))
      at += 3
    } else if (option === '-m' && PLAIN_MODULES.has(value)) {
      endRun()
      at += 2
    } else if (readKnown(option, value, not, rule, fields)) {
      endRun()
      at += not ? 3 : 2
    } else {
      if (option === '-m') endRun()
      running.push(...words.slice(at, Math.min(length, not ? at + 2 : at + 1)))
      at += not ? 2 : 1
    }
  }
  endRun()
  if (conditions.length > 0) rule.conditions = conditions
}

/** Options with one value that have a field of their own. */
function readKnown(option: string, value: string, not: boolean, rule: Draft, fields: RuleFields): boolean {
  switch (option) {
    case '-p':
      if (not) return false
      rule.protocol = protocolName(value)
      return true
    case '-s':
      rule.source = fields.address(not ? `!${value}` : value)
      return true
    case '-d':
      rule.destination = fields.address(not ? `!${value}` : value)
      return true
    case '--dport':
    case '--sport': {
      const port = not ? null : portNumber(value)
      if (port === null) return false
      if (option === '--dport') rule.destinationPort = port
      else rule.sourcePort = port
      return true
    }
    case '--comment':
      rule.comment = value
      return true
    case '--mode':
    case '--packet':
      return value !== ''
    case '--probability': {
      const chance = fraction(value)
      if (not || chance === null) return false
      rule.probability = chance
      return true
    }
    case '--every': {
      // Every nth packet: in the long run a share of 1/n.
      const every = wholeNumber(value)
      if (not || every === null || every < 1) return false
      rule.probability = 1 / every
      return true
    }
    default:
      return false
  }
}

function readTarget(words: readonly string[], length: number, from: number, rule: Draft, fields: RuleFields): void {
  for (let at = from; at < length; at++)
    if (words[at] === '--to-destination') rule.dnat = fields.place(at + 1 < length ? (words[at + 1] ?? '') : '')
}

function fraction(text: string): number | null {
  if (!/^\d(?:\.\d{1,20})?$/.test(text)) return null
  const value = Number(text)
  return value <= 1 ? value : null
}

/** Words as iptables-save quotes them: `"…"` with `\` before quotes; a quote that never closes ends with the line. */
export function splitQuoted(text: string): string[] {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 32 || code === 9) at++
    else if (code === 34) {
      let word = ''
      let start = ++at
      while (at < text.length && text.charCodeAt(at) !== 34) {
        if (text.charCodeAt(at) === 92) {
          word += text.slice(start, at)
          start = ++at
        }
        at++
      }
      words.push(word + text.slice(start, at))
      at++
    } else {
      const start = at
      while (at < text.length && text.charCodeAt(at) !== 32 && text.charCodeAt(at) !== 9) at++
      words.push(text.slice(start, at))
    }
  }
  return words
}
