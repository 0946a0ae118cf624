import type { Line } from '../model/line.ts'
import type { NatChain, NatRule, NatRules } from '../model/nat.ts'
import { splitQuoted } from './iptables-rule.ts'
import { familyOfNft, finishRule, type NftPlace, newRule, readKey } from './nft-rule.ts'
import { parseNftStatement } from './nft-statement.ts'
import { Account, type Reading } from './reading.ts'

/** Where the reader stands: in a table, in a chain, map or set of it, between the braces of its elements. */
interface State {
  family: 4 | 6 | null
  table: string | null
  block: { readonly kind: 'chain' | 'map' | 'set' | 'other'; readonly name: string } | null
  inElements: boolean
}

/**
 * Parse `nft list ruleset` (also `-a`, `list table`, `list chain`, `list map`): kube-proxy's nftables mode, and rules of iptables-nft.
 * Shape:  elements of verdict maps become rules whose chain is the map; `numgen … vmap` becomes a rule an element
 * Gaps:   comments of iptables-nft rules are not printed by nft: their Services are told by chain names only
 * Errors: lines outside of any table are counted; never throws
 * Source: nft(8); kubernetes pkg/proxy/nftables/proxier.go
 */
export function parseNftRuleset(lines: readonly Line[]): Reading<NatRules> {
  const rules: NatRule[] = []
  const chains: NatChain[] = []
  const account = new Account()
  const state: State = { family: null, table: null, block: null, inElements: false }
  for (const line of lines) {
    const text = line.text.trim()
    if (text === '' || text.startsWith('#')) continue
    if (line.cut || !readLine(text, line.number, state, rules, chains)) account.strange(line)
  }
  return account.reading({ rules, chains })
}

function readLine(text: string, line: number, state: State, rules: NatRule[], chains: NatChain[]): boolean {
  const table = /^table (ip|ip6|inet|arp|bridge|netdev) (\S{1,128}) \{(?: # handle \d{1,10})?$/.exec(text)
  if (table) {
    Object.assign(state, { family: familyOfNft(table[1] ?? ''), table: table[2] ?? '', block: null, inElements: false })
    return true
  }
  if (state.table === null) return false
  const place: NftPlace = { family: state.family, table: state.table, chain: state.block?.name ?? '', line }
  if (state.inElements || (text.startsWith('elements = {') && state.block)) {
    const isMap = state.block?.kind === 'map'
    const body = text.replace(/^elements = \{/, '')
    // The brace that closes stands at the end of the last line; names hold none.
    state.inElements = !body.trimEnd().endsWith('}')
    if (isMap) rules.push(...elementsOf(state.inElements ? body : body.trimEnd().slice(0, -1), place))
    return true
  }
  const block =
    /^(chain|map|set|flowtable|counter|quota|limit|ct \w{1,20}) (\S{1,256}) \{(?: # handle \d{1,10})?$/.exec(text)
  if (block) {
    const kind = block[1] === 'chain' || block[1] === 'map' || block[1] === 'set' ? block[1] : 'other'
    state.block = { kind, name: block[2] ?? '' }
    if (kind === 'chain' || kind === 'map') chains.push(chainAt(state, line))
    return true
  }
  if (text === '}') {
    if (state.block) state.block = null
    else state.table = null
    return true
  }
  if (state.block === null) return /^(?:comment|flags) /.test(text)
  if (state.block.kind !== 'chain') return readsAttribute(text)
  const hook = /^type \w{1,16} hook \w{1,16} .{0,120}policy (\w{1,10});/.exec(text)
  const declared = chains.at(-1)
  if (hook && declared) chains[chains.length - 1] = { ...declared, policy: (hook[1] ?? '').toUpperCase() }
  if (hook || text.startsWith('type ') || /^comment "/.test(text)) return true
  const read = parseNftStatement(text, place)
  // An elision inside a chain would otherwise pass for an unknown match.
  if (/^(?:\.{3}|…|\(略\))/.test(text)) return false
  rules.push(...read)
  return read.length > 0
}

const readsAttribute = (text: string) =>
  /^(?:type|typeof|comment|flags|timeout|gc-interval|size|policy|counter|hook|devices|packets|over|rate|l3proto|expectation)\b/.test(
    text,
  )

const chainAt = (state: State, line: number): NatChain => ({
  backend: 'nftables',
  family: state.family,
  table: state.table,
  name: state.block?.name ?? '',
  policy: null,
  packets: null,
  bytes: null,
  line,
})

/** `10.96.0.1 . tcp . 443 comment "ns/name:port" : goto service-…, …`; the key's parts are parted by dots with spaces. */
function elementsOf(text: string, place: NftPlace): readonly NatRule[] {
  const rules: NatRule[] = []
  for (const element of splitElements(text)) {
    const words = splitQuoted(element)
    const colon = words.indexOf(':')
    if (colon < 1) continue
    const rule = newRule(place)
    const comment = words.indexOf('comment')
    if (comment >= 0 && comment < colon) rule.comment = words[comment + 1] ?? null
    const key = words.slice(0, comment >= 0 && comment < colon ? comment : colon)
    readKey(
      rule,
      key.filter((word) => word !== '.'),
    )
    const verdict = words[colon + 1] ?? ''
    rule.target = verdict === 'goto' || verdict === 'jump' ? (words[colon + 2] ?? null) : verdict
    rules.push(finishRule(rule))
  }
  return rules
}

/** Parts at commas that stand outside of quotes. */
function splitElements(text: string): readonly string[] {
  const parts: string[] = []
  let quoted = false
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    if (text[i] !== ',' || quoted) continue
    parts.push(text.slice(start, i))
    start = i + 1
  }
  return [...parts, text.slice(start)].filter((part) => part.trim() !== '')
}
