import type { Route } from '../../model/network.ts'
import { parseAddress } from '../address.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { keep, networkOf, numberOf, prefixOfMask, wordsOf } from './network-of.ts'

/**
 * Read `route -n`, `netstat -rn`, `route -6 -n`, `netstat -6rn`, with names or without, of net-tools and busybox.
 * Shape:  `0.0.0.0 10.0.0.2 0.0.0.0 UG 0 0 0 eth0` → to `default`; `!` among the flags: unreachable
 * Gaps:   only the main table; blackhole and the like show as a route by the interface `*`, so their kind is not told
 */
export const routeTable: Format = {
  name: 'route-table',
  opens: (text) => HEADING.test(text) || COLUMNS.test(text),
  read: startRoutes,
}

const HEADING = /^Kernel (?:IP|IPv6) routing table/
const COLUMNS = /^Destination\s+(?:Gateway\s+Genmask\s+Flags\s|Next Hop\s+Flag)/

function startRoutes(context: ReadContext): FormatReader {
  const routes: Route[] = []
  const trouble = startTrouble(context)
  let columns: readonly string[] | null = null
  return {
    take(text, line) {
      if (HEADING.test(text)) {
        columns = null
        return true
      }
      if (COLUMNS.test(text)) {
        columns = wordsOf(text.replace('Next Hop', 'Gateway'))
        return true
      }
      if (columns === null) return false
      const words = wordsOf(text)
      const at = (name: string) => words[columns?.indexOf(name) ?? -1]
      const [to = '', via = ''] = words
      const isEnd = (word: string) => /^(?:default|[\w.:*-]+(?:\/\d{1,3})?)$/.test(word)
      const flags = at('Flags') ?? at('Flag') ?? ''
      if (!isEnd(to) || !isEnd(via) || !/^[!UGHRDMAC\dcnerlba]{1,10}$/.test(flags)) return false
      if (words.length < columns.length) {
        trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
        return true
      }
      const mask = at('Genmask')
      const link = words.at(-1) ?? null
      keep(routes, {
        to: targetOf(to, mask),
        via: /^(?:0\.0\.0\.0|\*|::|\[::\])$/.test(via) ? null : via,
        link: link === '*' || link === '-' ? null : link,
        source: null,
        metric: numberOf(at('Metric') ?? at('Met')),
        table: null,
        type: flags.startsWith('!') ? 'unreachable' : 'unicast',
        mtu: null,
        origin: originAt(context, line),
      })
      return true
    },
    finish: () => trouble.result([networkOf({ routes })]),
  }
}

function targetOf(to: string, mask: string | undefined): string {
  if (to === 'default' || to === '::/0' || to === '[::]/0') return 'default'
  if (mask === undefined) return to
  if (to === '0.0.0.0' && mask === '0.0.0.0') return 'default'
  const prefix = prefixOfMask(mask)
  return prefix === null || parseAddress(to).family === 0 ? to : `${to}/${prefix}`
}
