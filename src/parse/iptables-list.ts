import type { Line } from '../model/line.ts'
import type { NatChain, NatRule, NatRules } from '../model/nat.ts'
import type { RuleContext } from './iptables-rule.ts'
import { familyOf, matchedAddress, parsePlace, portNumber, protocolName, wholeNumber } from './nat-fields.ts'
import { Account, type Reading } from './reading.ts'
import { serviceOfComment } from './service-name.ts'

/**
 * Parse `iptables -L` with any of `-n -v -x --line-numbers`, columns squeezed or not.
 * Shape:  rows are read from the protocol's `opt` column outwards, not by the heads' positions
 * Gaps:   rounded counters (`12K`) are null; a row in front of its chain's heading is not understood
 * Errors: rows of another shape are counted; never throws
 * Source: iptables(8); since 1.8.9 `-n` prints protocols as numbers, ip6tables before 1.8.9 leaves `opt` empty
 */
export function parseIptablesList(
  lines: readonly Line[],
  context: RuleContext = { table: null, family: null },
): Reading<NatRules> {
  const rules: NatRule[] = []
  const chains: NatChain[] = []
  const account = new Account()
  let chain: string | null = null
  for (const line of lines) {
    const words = line.text.split(/\s+/).filter((word) => word !== '')
    if (words[0] === 'Chain' && words[1] !== undefined && (words[2] ?? '').startsWith('(')) {
      chain = words[1]
      chains.push(chainOf(words, line.number, context))
    } else if (isHead(words) || (words[0] ?? '').startsWith('#')) continue
    else {
      const rule = chain === null || line.cut ? null : parseRow(words, line.number, chain, context)
      if (rule) rules.push(rule)
      else account.strange(line)
    }
  }
  return account.reading({ rules, chains })
}

const isHead = (words: readonly string[]) =>
  words.includes('prot') && words.includes('source') && words.includes('destination')

function chainOf(words: readonly string[], line: number, context: RuleContext): NatChain {
  const policy = words[2] === '(policy' ? (words[3] ?? '').replace(')', '') : null
  // `(policy DROP 12 packets, 720 bytes)` with -v
  const isCounted = policy !== null && words[5] === 'packets,'
  const [packets, bytes] = isCounted ? [wholeNumber(words[4]), wholeNumber(words[6])] : [null, null]
  return { backend: 'iptables', ...context, name: words[1] ?? '', policy, packets, bytes, line }
}

function parseRow(words: readonly string[], line: number, chain: string, context: RuleContext): NatRule | null {
  const ends = findEnds(words)
  if (!ends) return null
  const front = words.slice(0, ends.protocol)
  // [num] [pkts bytes] [target]: the target is the only one that is no number.
  const last = front.at(-1)
  const target = last === undefined || isCount(last) ? null : last
  const numbers = target === null ? front : front.slice(0, -1)
  if (numbers.length > 3 || !numbers.every(isCount)) return null
  const counters = numbers.length >= 2 ? numbers.slice(-2) : []
  const rest = words.slice(ends.source + 2).join(' ')
  const comment = commentOf(rest)
  const matches = readMatches(comment === null ? rest : rest.replace(`/* ${comment} */`, ''))
  const source = matchedAddress(words[ends.source] ?? '')
  const destination = matchedAddress(words[ends.source + 1] ?? '')
  const conditions = [...ends.interfaces, ...matches.conditions]
  return {
    backend: 'iptables',
    table: context.table,
    family: context.family ?? familyOf(words[ends.source] ?? null) ?? familyOf(words[ends.source + 1] ?? null),
    chain,
    protocol: protocolName(words[ends.protocol] ?? ''),
    source,
    destination,
    sourcePort: matches.sourcePort,
    destinationPort: matches.destinationPort,
    probability: matches.probability,
    conditions,
    target,
    dnat: matches.dnat,
    comment,
    service: comment === null ? null : serviceOfComment(comment),
    packets: wholeNumber(counters[0]),
    bytes: wholeNumber(counters[1]),
    line,
  }
}

const isCount = (word: string) => /^\d{1,20}[KMGT]?$/.test(word)

interface Ends {
  readonly protocol: number
  readonly source: number
  readonly interfaces: readonly string[]
}

/** Where the columns stand: protocol, opt (`--`, `-f`, `!f`, or nothing), perhaps in and out, source, destination. */
function findEnds(words: readonly string[]): Ends | null {
  const opt = words.findIndex((word, index) => index > 0 && index < 6 && /^(?:--|-f|!f)$/.test(word))
  if (opt > 0) {
    const plain = isAddress(words[opt + 1]) && isAddress(words[opt + 2]) && !isInterfacePair(words, opt + 1)
    const source = plain ? opt + 1 : opt + 3
    return words[source + 1] === undefined
      ? null
      : { protocol: opt - 1, source, interfaces: plain ? [] : interfacesOf(words, opt + 1) }
  }
  const source = words.findIndex((word, index) => index > 0 && isAddress(word) && isAddress(words[index + 1]))
  if (source < 1 || source > 7) return null
  const verbose = source >= 3 && isInterface(words[source - 1]) && isInterface(words[source - 2]) && source >= 5
  return { protocol: source - (verbose ? 3 : 1), source, interfaces: verbose ? interfacesOf(words, source - 2) : [] }
}

const isInterface = (word: string | undefined) => word !== undefined && /^!?[\w*+.@-]{1,16}$/.test(word)

/** `* *` or `eth0 any` where an address pair follows. */
const isInterfacePair = (words: readonly string[], at: number) => isAddress(words[at + 2]) && isAddress(words[at + 3])

function isAddress(word: string | undefined): boolean {
  if (word === undefined) return false
  const bare = word.startsWith('!') ? word.slice(1) : word
  return (
    bare === 'anywhere' || familyOf(bare) !== null || /^[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:\/\d{1,3})?$/.test(bare)
  )
}

function interfacesOf(words: readonly string[], at: number): readonly string[] {
  const named = (option: string, word: string | undefined) =>
    word === undefined || word === '*' || word === 'any' ? [] : [`${option} ${word}`]
  return [...named('-i', words[at]), ...named('-o', words[at + 1])]
}

function commentOf(rest: string): string | null {
  const start = rest.indexOf('/* ')
  const end = rest.indexOf(' */', start + 2)
  return start < 0 || end < start + 3 ? null : rest.slice(start + 3, end)
}

interface Matches {
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  readonly probability: number | null
  readonly dnat: NatRule['dnat']
  readonly conditions: readonly string[]
}

/** What stands behind the addresses: `tcp dpt:30720`, `statistic mode random probability 0.5`, `to:10.0.0.1:80`. */
function readMatches(text: string): Matches {
  const other: string[] = []
  let sourcePort: number | null = null
  let destinationPort: number | null = null
  let probability: number | null = null
  let dnat: NatRule['dnat'] = null
  const words = text.split(' ').filter((word) => word !== '')
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('dpt:') && portNumber(word.slice(4)) !== null) destinationPort = portNumber(word.slice(4))
    else if (word.startsWith('spt:') && portNumber(word.slice(4)) !== null) sourcePort = portNumber(word.slice(4))
    else if (word === 'statistic' && words[at + 3] === 'probability') {
      const chance = Number(words[at + 4])
      if (chance >= 0 && chance <= 1) probability = chance
      else other.push(word, 'probability', words[at + 4] ?? '')
      at += 4
    } else if (word.startsWith('to:')) dnat = parsePlace(word.slice(3))
    else if (/^(?:tcp|udp|sctp|dccp)$/.test(word)) continue
    // Behind these stand the target's own options.
    else if (/^(?:reject-with|random-fully|masquerade|redir|LOG|CONNMARK)$/.test(word)) break
    else if (word === 'MARK' || word === 'persistent') break
    else other.push(word)
  }
  return { sourcePort, destinationPort, probability, dnat, conditions: other.length > 0 ? [other.join(' ')] : [] }
}
