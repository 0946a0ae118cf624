import type { Neighbour, Route, RoutingRule } from '../../model/network.ts'
import { parseAddress } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { isMac, keep, networkOf, numberOf, wordAfter, wordsOf } from './network-of.ts'

/**
 * Read `ip route` (of all tables, of IPv6, `ip route get`), `ip rule` and `ip neigh`, of iproute2 and busybox.
 * Shape:  one line each; `nexthop via …` below a multipath route becomes a route of its own to the same destination
 * Gaps:   the destination is as printed: `10.0.0.0/8`, `default`, an address alone
 * Source: iproute2 ip/iproute.c, iprule.c, ipneigh.c
 */
export const ipRoute: Format = {
  name: 'ip-route',
  opens: (text) => isRoute(text) || RULE.test(text) || isNeighbour(text),
  read: startIpRoute,
}

const TYPES = new Set('unicast local broadcast multicast throw unreachable prohibit blackhole nat anycast'.split(' '))
const RULE =
  /^(\d{1,10}):\s+((?:not )?from \S+(?: \S+){0,20}?) (lookup \S+|table \S+|unreachable|prohibit|blackhole|goto \d+|nop)(?:\s|$)/
const NEIGHBOUR_STATES = /^(?:REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE|PERMANENT|NOARP|NONE)$/

const isTarget = (word: string): boolean => word === 'default' || parseAddress(word.split('/', 1)[0] ?? '').family !== 0

function isRoute(text: string): boolean {
  const words = wordsOf(text.slice(0, 400), 12)
  const typed = TYPES.has(words[0] ?? '')
  const target = words[typed ? 1 : 0] ?? ''
  const key = words[typed ? 2 : 1] ?? ''
  return isTarget(target) && (typed || /^(?:via|dev|proto|nhid|from|metric)$/.test(key)) && !isNeighbour(text)
}

/** A route over several next hops that has no protocol: they stand on the lines below it. */
const isBareTarget = (words: readonly string[]): boolean =>
  words.length === 1 && /^(?:default|[\da-f.:]{2,39}\/\d{1,3})$/i.test(words[0] ?? '') && isTarget(words[0] ?? '')

function isNeighbour(text: string): boolean {
  const words = wordsOf(text.slice(0, 400), 16)
  return (
    words[1] === 'dev' && parseAddress(words[0] ?? '').family !== 0 && words.some((word) => NEIGHBOUR_STATES.test(word))
  )
}

function startIpRoute(context: ReadContext): FormatReader {
  const routes: Route[] = []
  const rules: RoutingRule[] = []
  const neighbours: Neighbour[] = []
  const trouble = startTrouble(context)
  // `ip neigh show dev eth0` leaves the device out.
  const device = wordAfter(context.args, 'dev')
  return {
    take(text, line) {
      const origin = originAt(context, line)
      const rule = RULE.exec(text.slice(0, 1000))
      if (rule) {
        const [, priority, match = '', action = ''] = rule
        keep(rules, { priority: Number(priority), match, action, origin })
        return true
      }
      const words = wordsOf(text)
      if (isNeighbour(text) || (context.args.some((arg) => /^n(?:eigh.*)?$/.test(arg)) && isBareNeighbour(words))) {
        const mac = wordAfter(words, 'lladdr')
        keep(neighbours, {
          address: words[0] ?? '',
          link: wordAfter(words, 'dev') ?? device,
          mac: mac !== null && isMac(mac) ? mac : null,
          state: words.find((word) => NEIGHBOUR_STATES.test(word)) ?? null,
          origin,
        })
        return true
      }
      const last = routes.at(-1)
      if (words[0] === 'nexthop' && last) {
        keep(routes, { ...last, via: wordAfter(words, 'via'), link: wordAfter(words, 'dev'), origin })
        return true
      }
      if (/^\s+(?:cache|mtu |advmss |rtt )/.test(text) && routes.length > 0) return true
      if (!isRoute(text) && !isBareTarget(words)) return false
      const typed = TYPES.has(words[0] ?? '')
      const keys = words.slice(typed ? 2 : 1)
      const via = wordAfter(keys, 'via')
      keep(routes, {
        to: words[typed ? 1 : 0] ?? '',
        via: via === 'inet6' || via === 'inet' ? wordAfter(keys, via) : via,
        link: wordAfter(keys, 'dev'),
        source: wordAfter(keys, 'src'),
        metric: numberOf(wordAfter(keys, 'metric')),
        table: wordAfter(keys, 'table'),
        type: typed ? (words[0] ?? 'unicast') : 'unicast',
        mtu: numberOf(wordAfter(keys, 'mtu')),
        origin,
      })
      return true
    },
    finish() {
      const some = <T>(rows: readonly T[]) => (rows.length > 0 ? rows : null)
      return trouble.result([networkOf({ routes: some(routes), rules: some(rules), neighbours: some(neighbours) })])
    },
  }
}

const isBareNeighbour = (words: readonly string[]) =>
  parseAddress(words[0] ?? '').family !== 0 && words.some((word) => NEIGHBOUR_STATES.test(word))
