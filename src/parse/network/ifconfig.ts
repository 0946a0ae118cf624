import type { Link, LinkAddress, LinkCounters } from '../../model/network.ts'
import { canonicalAddress, parseAddress } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import {
  type Draft,
  isMac,
  keep,
  linkOf,
  NO_COUNTERS,
  networkOf,
  numberOf,
  prefixOfMask,
  wordAfter,
  wordsOf,
} from './network-of.ts'

/**
 * Read `ifconfig` and `netstat -ie`: net-tools before and since 2.0, busybox.
 * Shape:  `eth0      Link encap:Ethernet  HWaddr …` or `eth0: flags=4163<UP,…>  mtu 1500`, indented lines below
 * Units:  counters since the interface was made
 * Gaps:   old versions print no flags for what is down; a name of more than 9 characters is cut by some of them
 */
export const ifconfig: Format = {
  name: 'ifconfig',
  opens: (text) => headOf(text) !== null,
  read: startIfconfig,
}

interface Head {
  readonly name: string
  readonly flags: readonly string[] | null
  readonly rest: string
}

function headOf(text: string): Head | null {
  const modern = /^([^\s:]{1,32}): flags=-?\d{1,10}<([A-Z\d,_-]{0,300})>(.{0,200})/.exec(text)
  if (modern)
    return {
      name: modern[1] ?? '',
      flags: (modern[2] ?? '').split(',').filter((one) => one !== ''),
      rest: modern[3] ?? '',
    }
  const old = /^(\S{1,32}) {1,20}Link encap:(.{0,200})/.exec(text)
  return old ? { name: old[1] ?? '', flags: null, rest: old[2] ?? '' } : null
}

const DETAIL =
  /^\s+(?:inet6? |ether |loop |tunnel |unspec |sit |ppp |infiniband |RX |TX |UP |[A-Z]+ (?:[A-Z]+ )*MTU:|collisions:|Interrupt:|device |Base address|Memory:|EtherTalk|IPX)/

function startIfconfig(context: ReadContext): FormatReader {
  const links: Draft<Link>[] = []
  const addresses: LinkAddress[] = []
  const trouble = startTrouble(context)
  let current: Draft<Link> | null = null
  const count = (way: 'rx' | 'tx', told: Partial<LinkCounters>) => {
    if (current) current[way] = { ...(current[way] ?? NO_COUNTERS), ...told }
  }
  const address = (printed: string, prefix: number | null, scope: string | null, line: number) => {
    if (current && parseAddress(printed).family !== 0)
      keep(addresses, {
        link: current.name,
        address: canonicalAddress(printed),
        prefix,
        scope,
        origin: originAt(context, line),
      })
    else trouble.lose(line, `an address that was not understood: ${printed.slice(0, 60)}`)
  }
  const below = (link: Draft<Link>, text: string, line: number) => {
    const words = wordsOf(text)
    const [first = '', second = ''] = words
    if (first === 'inet' && second.startsWith('addr:')) {
      const mask = words.find((word) => word.startsWith('Mask:'))?.slice(5)
      address(second.slice(5), prefixOfMask(mask ?? ''), null, line)
    } else if (first === 'inet6' && second === 'addr:') {
      const [printed = '', prefix] = (words[2] ?? '').split('/', 2)
      const scope =
        words
          .find((word) => word.startsWith('Scope:'))
          ?.slice(6)
          .toLowerCase() ?? null
      address(printed, numberOf(prefix), scope, line)
    } else if (first === 'inet') address(second, prefixOfMask(wordAfter(words, 'netmask') ?? ''), null, line)
    else if (first === 'inet6') {
      const scope = /<([a-z,]{1,40})>/.exec(wordAfter(words, 'scopeid') ?? '')?.[1] ?? null
      address(second, numberOf(wordAfter(words, 'prefixlen')), scope, line)
    } else if (first === 'ether') {
      link.mac = isMac(second) ? second : null
      link.qlen = numberOf(wordAfter(words, 'txqueuelen'))
    } else if (first === 'RX' || first === 'TX') counters(first === 'RX' ? 'rx' : 'tx', words.slice(1), text)
    else if (first.startsWith('collisions:')) link.qlen = numberOf(/txqueuelen:(\d{1,10})/.exec(text)?.[1])
    else if (/\sMTU:\d/.test(text)) {
      link.flags = words.filter((word) => /^[A-Z]{2,}$/.test(word))
      link.mtu = numberOf(/\sMTU:(\d{1,10})/.exec(text)?.[1])
    }
  }
  const counters = (way: 'rx' | 'tx', words: readonly string[], text: string) => {
    const joined = words.flatMap((word) => word.split(':'))
    const value = (name: string) => numberOf(wordAfter(joined, name))
    if (joined[0] === 'bytes') {
      count(way, { bytes: value('bytes') })
      // The old format tells both ways in one line.
      const tx = /\sTX bytes:(\d{1,20})/.exec(text)?.[1]
      if (way === 'rx' && tx !== undefined) count('tx', { bytes: numberOf(tx) })
      return
    }
    if (joined[0] === 'packets') count(way, { packets: value('packets') })
    if (joined.includes('bytes')) count(way, { bytes: value('bytes') })
    if (joined.includes('errors'))
      count(way, {
        errors: value('errors'),
        dropped: value('dropped'),
        overruns: value('overruns'),
        carrier: value('carrier'),
      })
  }
  return {
    take(text, line) {
      const head = headOf(text)
      if (head) {
        const words = wordsOf(head.rest)
        const mac = wordAfter(words, 'HWaddr')
        current = {
          ...linkOf(head.name, originAt(context, line)),
          flags: head.flags,
          mtu: numberOf(wordAfter(words, 'mtu')),
          mac: mac !== null && isMac(mac) ? mac : null,
        }
        keep(links, current)
        return true
      }
      if (/^Kernel Interface table/.test(text)) return true
      if (!current || !DETAIL.test(text)) return false
      below(current, text, line)
      return true
    },
    finish: () => trouble.result([networkOf({ links, addresses: addresses.length > 0 ? addresses : null })]),
  }
}
