import type { Link, LinkAddress, LinkCounters } from '../../model/network.ts'
import { canonicalAddress, parseAddress } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { type Draft, isMac, keep, linkOf, NO_COUNTERS, networkOf, numberOf, wordAfter, wordsOf } from './network-of.ts'

/**
 * Read `ip addr`, `ip link`, `ip -s link`, each with -o, -d or -br, of iproute2 and busybox; `bridge link` as well.
 * Shape:  `3: eth0@if11: <BROADCAST,UP> mtu 1500 …` with indented lines below → links and their addresses
 * Units:  counters since the interface was made
 * Gaps:   `missed` (`overrun` before 5.5) is given as overruns
 * Errors: a line below a link that is not known is passed over; a link without flags is none
 * Source: iproute2 ip/ipaddress.c
 */
export const ipLink: Format = {
  name: 'ip-link',
  opens: (text) => HEAD.test(text) || ONE_LINE.test(text) || readBrief(text) !== null,
  read: startIpLink,
}

const HEAD = /^\s{0,4}(\d{1,9}): ([^\s:@]{1,32})(?:@([^\s:]{1,32}))?:\s+<([A-Z\d,_-]{0,300})>/
/** `-o addr`: without flags. */
const ONE_LINE = /^\s{0,4}(\d{1,9}): ([^\s:@]{1,32})\s+(inet6?) (\S{1,64})/
const STATES = /^(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|TESTING|NOTPRESENT)$/
const DETAIL =
  /^\s+(?:link\/|inet6? |valid_lft |RX:|TX:|RX errors|TX errors|altname |alias |vxlan |veth|bridge|bond|tun |vlan |macvlan |ipvlan |ipip |gre|sit |dummy|vf \d|promiscuity |prog\/xdp|\d|geneve|wireguard|nlmon|ifb|team|vrf|permaddr |parentbus)/

function startIpLink(context: ReadContext): FormatReader {
  const links: Draft<Link>[] = []
  const addresses: LinkAddress[] = []
  const trouble = startTrouble(context)
  let current: Draft<Link> | null = null
  let columns: { readonly way: 'rx' | 'tx'; readonly names: readonly string[] } | null = null
  const putAddress = (link: string, words: readonly string[], line: number) => {
    const at = words.findIndex((word) => word === 'inet' || word === 'inet6')
    const address = readAddress(words[at + 1] ?? '')
    if (address === null) return false
    keep(addresses, { link, ...address, scope: wordAfter(words, 'scope'), origin: originAt(context, line) })
    return true
  }
  const below = (text: string, line: number): boolean => {
    if (!current) return false
    const words = wordsOf(text)
    const [first = ''] = words
    if (first === 'inet' || first === 'inet6') {
      if (!putAddress(current.name, words, line)) trouble.lose(line, `an address that breaks off: ${text.slice(0, 80)}`)
    } else if (first.startsWith('link/')) current.mac = isMac(words[1] ?? '') ? (words[1] ?? null) : current.mac
    else if (/^[RT]X:$/.test(first)) columns = { way: first === 'RX:' ? 'rx' : 'tx', names: words.slice(1) }
    else if (/^[RT]X$/.test(first)) columns = null
    else if (/^\d+$/.test(first) && columns) {
      current[columns.way] = countersIn(columns.names, words)
      columns = null
    }
    return true
  }
  return {
    take(text, line) {
      const head = HEAD.exec(text)
      if (head) {
        const [, index, name = '', peer, flags = ''] = head
        const words = wordsOf(text)
        current = {
          ...linkOf(name, originAt(context, line)),
          index: numberOf(index),
          peer: peer ?? null,
          mtu: numberOf(wordAfter(words, 'mtu')),
          state: wordAfter(words, 'state'),
          flags: flags.split(',').filter((flag) => flag !== ''),
          master: wordAfter(words, 'master'),
          qlen: numberOf(wordAfter(words, 'qlen')),
        }
        columns = null
        keep(links, current)
        // -o: what else belongs to it stands behind backslashes.
        for (const part of text.split('\\').slice(1)) below(part, line)
        return true
      }
      const one = ONE_LINE.exec(text)
      if (one) return putAddress(one[2] ?? '', wordsOf(text), line)
      const brief = readBrief(text)
      if (brief) {
        const origin = originAt(context, line)
        keep(links, { ...linkOf(brief.name, origin), ...brief.link, mac: brief.mac, flags: brief.flags })
        for (const address of brief.addresses) keep(addresses, { link: brief.name, ...address, scope: null, origin })
        return true
      }
      return current !== null && DETAIL.test(text) && below(text, line)
    },
    finish: () =>
      trouble.result([
        networkOf({ links: links.length > 0 ? links : null, addresses: addresses.length > 0 ? addresses : null }),
      ]),
  }
}

/** `RX: bytes packets errors dropped missed mcast` above their numbers. */
function countersIn(names: readonly string[], values: readonly string[]): LinkCounters {
  const value = (...aliases: readonly string[]) => {
    const at = names.findIndex((name) => aliases.includes(name))
    return at < 0 ? null : numberOf(values[at])
  }
  return {
    ...NO_COUNTERS,
    bytes: value('bytes'),
    packets: value('packets'),
    errors: value('errors'),
    dropped: value('dropped'),
    overruns: value('missed', 'overrun'),
    carrier: value('carrier'),
  }
}

function readAddress(printed: string): { readonly address: string; readonly prefix: number | null } | null {
  const [address = '', prefix] = printed.split('/', 2)
  if (parseAddress(address).family === 0) return null
  return { address: canonicalAddress(address), prefix: numberOf(prefix) }
}

interface Brief {
  readonly name: string
  readonly link: Pick<Link, 'peer' | 'state'>
  readonly mac: string | null
  readonly flags: readonly string[] | null
  readonly addresses: readonly { readonly address: string; readonly prefix: number | null }[]
}

/** `eth0@if5  UP  10.0.0.1/24 fe80::1/64` · `eth0@if5  UP  02:42:… <BROADCAST,UP>`. */
function readBrief(text: string): Brief | null {
  const [printed = '', state = '', ...rest] = wordsOf(text, 64)
  if (!STATES.test(state) || !/^[\w.@-]{1,64}$/.test(printed) || rest.length === 0) return null
  const [name = '', peer] = printed.split('@', 2)
  const link = { peer: peer ?? null, state }
  const [mac = ''] = rest
  if (isMac(mac)) {
    const flags = /^<([A-Z\d,_-]{0,300})>$/.exec(rest[1] ?? '')?.[1]?.split(',') ?? null
    return { name, link, mac, flags, addresses: [] }
  }
  const addresses = rest.filter((word) => word.includes('/')).map(readAddress)
  if (addresses.length === 0 || addresses.includes(null)) return null
  return { name, link, mac: null, flags: null, addresses: addresses.filter((one) => one !== null) }
}
