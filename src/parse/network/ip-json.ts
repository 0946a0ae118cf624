import type {
  FdbEntry,
  Link,
  LinkAddress,
  LinkCounters,
  Neighbour,
  Qdisc,
  Route,
  RoutingRule,
} from '../../model/network.ts'
import type { Origin } from '../../model/part.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { isMap, listAt, numberAt, textAt, textsAt, type Untyped } from '../untyped.ts'
import { gatherJson } from './json-lines.ts'
import { keep, linkOf, NO_COUNTERS, networkOf } from './network-of.ts'

/**
 * Read the JSON of iproute2 (`ip -j addr|link|route|rule|neigh`, `tc -j qdisc`, `bridge -j fdb`), pretty or not. What an object is
 * is told by its keys.
 * Errors: JSON that breaks off is lost
 */
export const ipJson: Format = {
  name: 'ip-json',
  opens: (text) =>
    /^\[\s{0,8}\{\s{0,12}"(?:ifindex|dst|type|priority|kind|mac)":/.test(text) || /^\[\s{0,8}\{\s*$/.test(text),
  read: startIpJson,
}

function startIpJson(context: ReadContext): FormatReader {
  const json = gatherJson()
  let first: number | null = null
  return {
    take(text, line) {
      first ??= line
      return json.take(text)
    },
    finish() {
      const trouble = startTrouble(context)
      const origin = originAt(context, first ?? 0)
      if (json.broken()) trouble.lose(first ?? 0, 'JSON that breaks off')
      const objects = json.values().flatMap((value) => (Array.isArray(value) ? (value as readonly Untyped[]) : [value]))
      return trouble.result([networkOf(sortOut(objects.filter(isMap), origin))])
    },
  }
}

function sortOut(objects: readonly Untyped[], origin: Origin) {
  const links: Link[] = []
  const addresses: LinkAddress[] = []
  const routes: Route[] = []
  const rules: RoutingRule[] = []
  const neighbours: Neighbour[] = []
  const qdiscs: Qdisc[] = []
  const fdb: FdbEntry[] = []
  for (const one of objects) {
    const name = textAt(one, 'ifname')
    const [mac, kind, dst, priority] = [
      textAt(one, 'mac'),
      textAt(one, 'kind'),
      textAt(one, 'dst'),
      numberAt(one, 'priority'),
    ]
    if (mac !== null && name !== null) keep(fdb, { mac, link: name, destination: dst, origin })
    else if (name !== null && numberAt(one, 'ifindex') !== null) {
      keep(links, jsonLink(one, name, origin))
      for (const info of listAt(one, 'addr_info')) {
        const address = textAt(info, 'local')
        if (address !== null)
          keep(addresses, {
            link: name,
            address,
            prefix: numberAt(info, 'prefixlen'),
            scope: textAt(info, 'scope'),
            origin,
          })
      }
    } else if (kind !== null && textAt(one, 'dev') !== null) keep(qdiscs, jsonQdisc(one, kind, origin))
    else if (priority !== null) keep(rules, jsonRule(one, priority, origin))
    else if (dst !== null && Array.isArray((one as { state?: unknown }).state))
      keep(neighbours, {
        address: dst,
        link: textAt(one, 'dev'),
        mac: textAt(one, 'lladdr'),
        state: textsAt(one, 'state')[0] ?? null,
        origin,
      })
    else if (dst !== null) keep(routes, jsonRoute(one, dst, origin))
  }
  const some = <T>(rows: readonly T[]) => (rows.length > 0 ? rows : null)
  return {
    links: some(links),
    addresses: some(addresses),
    routes: some(routes),
    rules: some(rules),
    neighbours: some(neighbours),
    qdiscs: some(qdiscs),
    fdb: some(fdb),
  }
}

const jsonLink = (one: Untyped, name: string, origin: Origin): Link => ({
  ...linkOf(name, origin),
  index: count(one, 'ifindex'),
  peer: textAt(one, 'link') ?? (numberAt(one, 'link_index') === null ? null : `if${numberAt(one, 'link_index')}`),
  mtu: count(one, 'mtu'),
  state: textAt(one, 'operstate'),
  flags: textsAt(one, 'flags'),
  master: textAt(one, 'master'),
  mac: textAt(one, 'address'),
  qlen: count(one, 'txqlen'),
  rx: jsonCounters(one, 'rx'),
  tx: jsonCounters(one, 'tx'),
})

function jsonCounters(one: Untyped, way: 'rx' | 'tx'): LinkCounters | null {
  const stats = ['stats64', 'stats'].find((name) => isMap(one) && isMap(one[name]))
  if (stats === undefined) return null
  return {
    ...NO_COUNTERS,
    bytes: count(one, stats, way, 'bytes'),
    packets: count(one, stats, way, 'packets'),
    errors: count(one, stats, way, 'errors'),
    dropped: count(one, stats, way, 'dropped'),
    overruns: count(one, stats, way, 'over_errors'),
    carrier: way === 'tx' ? count(one, stats, way, 'carrier_errors') : null,
  }
}

const jsonRoute = (one: Untyped, to: string, origin: Origin): Route => ({
  to,
  via: textAt(one, 'gateway') ?? textAt(one, 'via', 'host'),
  link: textAt(one, 'dev'),
  source: textAt(one, 'prefsrc'),
  metric: count(one, 'metric'),
  table: textAt(one, 'table'),
  type: textAt(one, 'type') ?? 'unicast',
  mtu: null,
  origin,
})

function jsonRule(one: Untyped, priority: number, origin: Origin): RoutingRule {
  const length = numberAt(one, 'srclen')
  const from = `${textAt(one, 'src') ?? 'all'}${length === null ? '' : `/${length}`}`
  const mark = textAt(one, 'fwmark')
  const mask = textAt(one, 'fwmask')
  const table = textAt(one, 'table')
  return {
    priority: Math.max(0, priority),
    match: `from ${from}${mark === null ? '' : ` fwmark ${mark}${mask === null ? '' : `/${mask}`}`}`,
    action: table === null ? (textAt(one, 'action') ?? '') : `lookup ${table}`,
    origin,
  }
}

const jsonQdisc = (one: Untyped, kind: string, origin: Origin): Qdisc => ({
  kind,
  link: textAt(one, 'dev') ?? '',
  handle: textAt(one, 'handle'),
  sentPackets: count(one, 'packets'),
  drops: count(one, 'drops'),
  overlimits: count(one, 'overlimits'),
  requeues: count(one, 'requeues'),
  backlogBytes: count(one, 'backlog'),
  backlogPackets: count(one, 'qlen'),
  origin,
})

/** A count is never negative; what claims to be is not known. */
function count(one: Untyped, ...path: readonly string[]): number | null {
  const value = numberAt(one, ...path)
  return value === null || value < 0 ? null : value
}
