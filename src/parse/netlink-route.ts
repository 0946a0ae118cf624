import type { FdbEntry, LinkAddress, Neighbour, Qdisc, Route, RoutingRule } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { attributesOf, LITTLE_ENDIAN, type Message, textOf, u32, u64 } from './netlink.ts'
import { addressIn, macIn } from './netlink-address.ts'

/** What rtnetlink tells besides interfaces, as the tools of iproute2 would print it. */

export const RTM = { GETADDR: 22, GETROUTE: 26, GETNEIGH: 30, GETRULE: 34, GETQDISC: 38 }
const NEW = { ADDR: 20, ROUTE: 24, NEIGH: 28, RULE: 32, QDISC: 36 }

export const AF_INET = 2
export const AF_INET6 = 10
export const AF_BRIDGE = 7

/** A request's body that says no more than the family. */
export function familyAsked(length: number, family: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes[0] = family
  return bytes
}

/** An interface's name by its number; `if7` where the list does not have it any more. */
export type NameOf = (index: number | null) => string | null

const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }

export function parseAddressMessage({ type, view }: Message, nameOf: NameOf, origin: Origin): LinkAddress | null {
  if (type !== NEW.ADDR || view.byteLength < 8) return null
  const attributes = attributesOf(view, 8)
  // IFA_LOCAL is this end; without a peer IPv6 has only IFA_ADDRESS.
  const address = addressIn(attributes.get(2) ?? attributes.get(1))
  const link = nameOf(view.getUint32(4, LITTLE_ENDIAN))
  if (address === null || link === null) return null
  const scope = view.getUint8(3)
  return { link, address, prefix: view.getUint8(1), scope: SCOPES[scope] ?? String(scope), origin }
}

const ROUTE_TYPES = ['none', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable']
const FURTHER_TYPES = ['prohibit', 'throw', 'nat', 'xresolve']
/** These stand in the table `local` and follow from the addresses; kube-ipvs0 has thousands. */
const OF_ADDRESSES = new Set(['local', 'broadcast', 'anycast', 'multicast', 'none'])
const TABLES: Readonly<Record<number, string | null>> = { 253: 'default', 254: null, 255: 'local' }
const CLONED = 0x200

/**
 * One RTM_NEWROUTE; a route over several next hops becomes one more for each of them, as the text of `ip route` does.
 * Gaps: tables by number but for main (null), default and local; what follows from addresses alone is left out
 */
export function parseRouteMessage({ type, view }: Message, nameOf: NameOf, origin: Origin): readonly Route[] {
  if (type !== NEW.ROUTE || view.byteLength < 12) return []
  const [family, length, table, number] = [view.getUint8(0), view.getUint8(1), view.getUint8(4), view.getUint8(7)]
  const kind = ROUTE_TYPES[number] ?? FURTHER_TYPES[number - ROUTE_TYPES.length] ?? String(number)
  if ((family !== AF_INET && family !== AF_INET6) || OF_ADDRESSES.has(kind)) return []
  if (view.getUint32(8, LITTLE_ENDIAN) & CLONED) return []
  const attributes = attributesOf(view, 12)
  const tableNumber = u32(attributes.get(15)) ?? table
  const metrics = attributes.get(8)
  const base: Route = {
    to: targetOf(addressIn(attributes.get(1)), length, family),
    via: gatewayOf(attributes.get(5), attributes.get(18)),
    link: nameOf(u32(attributes.get(4))),
    source: addressIn(attributes.get(7)),
    metric: u32(attributes.get(6)),
    table: tableNumber in TABLES ? (TABLES[tableNumber] ?? null) : String(tableNumber),
    type: kind,
    mtu: metrics ? u32(attributesOf(metrics).get(2)) : null,
    origin,
  }
  return [base, ...hopsIn(attributes.get(9), base, nameOf)]
}

function targetOf(address: string | null, length: number, family: number): string {
  if (address === null || length === 0) return 'default'
  return length === (family === AF_INET ? 32 : 128) ? address : `${address}/${length}`
}

/** RTA_GATEWAY, or RTA_VIA: the family in front of an address of another one. */
const gatewayOf = (gateway: DataView | undefined, via: DataView | undefined): string | null =>
  addressIn(gateway) ??
  (via && via.byteLength > 2 ? addressIn(new DataView(via.buffer, via.byteOffset + 2, via.byteLength - 2)) : null)

/** struct rtnexthop: u16 length, u8 flags, u8 hops, i32 interface, then attributes. */
function hopsIn(view: DataView | undefined, base: Route, nameOf: NameOf): readonly Route[] {
  const hops: Route[] = []
  for (let at = 0; view && at + 8 <= view.byteLength; ) {
    const length = view.getUint16(at, LITTLE_ENDIAN)
    if (length < 8 || at + length > view.byteLength) break
    const attributes = attributesOf(new DataView(view.buffer, view.byteOffset + at, length), 8)
    const link = nameOf(view.getInt32(at + 4, LITTLE_ENDIAN))
    hops.push({ ...base, via: gatewayOf(attributes.get(5), attributes.get(18)), link })
    at += (length + 3) & ~3
  }
  return hops
}

const ACTIONS: Readonly<Record<number, string>> = { 3: 'nop', 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' }
const INVERTED = 2

export function parseRuleMessage({ type, view }: Message, origin: Origin): RoutingRule | null {
  if (type !== NEW.RULE || view.byteLength < 12) return null
  const [toLength, fromLength, table, action] = [1, 2, 4, 7].map((at) => view.getUint8(at))
  const attributes = attributesOf(view, 12)
  const net = (address: DataView | undefined, length = 0) => {
    const plain = addressIn(address)
    return plain === null || length === (address?.byteLength ?? 0) * 8 ? plain : `${plain}/${length}`
  }
  const to = net(attributes.get(1), toLength)
  const mark = u32(attributes.get(10))
  const mask = u32(attributes.get(16))
  const iif = textOf(attributes.get(3))
  const oif = textOf(attributes.get(17))
  const words = [
    ...(view.getUint32(8, LITTLE_ENDIAN) & INVERTED ? ['not'] : []),
    `from ${net(attributes.get(2), fromLength) ?? 'all'}`,
    ...(to === null ? [] : [`to ${to}`]),
    ...(mark === null ? [] : [`fwmark 0x${mark.toString(16)}${maskOf(mask)}`]),
    ...(iif === null ? [] : [`iif ${iif}`]),
    ...(oif === null ? [] : [`oif ${oif}`]),
  ]
  return { priority: u32(attributes.get(6)) ?? 0, match: words.join(' '), action: actionOf(), origin }

  function actionOf(): string {
    if (action === 1) {
      const number = u32(attributes.get(15)) ?? table ?? 0
      return `lookup ${number === 254 ? 'main' : (TABLES[number] ?? number)}`
    }
    return action === 2 ? `goto ${u32(attributes.get(4)) ?? '?'}` : (ACTIONS[action ?? 0] ?? `action ${action}`)
  }
}

const maskOf = (mask: number | null) => (mask === null || mask === 0xffffffff ? '' : `/0x${mask.toString(16)}`)

const NEIGHBOUR_STATES: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'INCOMPLETE'],
  [0x02, 'REACHABLE'],
  [0x04, 'STALE'],
  [0x08, 'DELAY'],
  [0x10, 'PROBE'],
  [0x20, 'FAILED'],
  [0x80, 'PERMANENT'],
]
const NOARP = 0x40

/** A neighbour of IPv4 or IPv6. What needs none (multicast, the loopback: NOARP) is left out, as `ip neigh` does. */
export function parseNeighbourMessage({ type, view }: Message, nameOf: NameOf, origin: Origin): Neighbour | null {
  if (type !== NEW.NEIGH || view.byteLength < 12) return null
  const bits = view.getUint16(8, LITTLE_ENDIAN)
  const attributes = attributesOf(view, 12)
  const address = addressIn(attributes.get(1))
  if (address === null || bits & NOARP || view.getUint8(0) === AF_BRIDGE) return null
  const state = NEIGHBOUR_STATES.find(([bit]) => bits & bit)?.[1] ?? 'NONE'
  const link = nameOf(view.getInt32(4, LITTLE_ENDIAN))
  return { address, link, mac: macIn(attributes.get(2)), state, origin }
}

/** Where a bridge or a VXLAN device sends frames: family AF_BRIDGE. */
export function parseFdbMessage({ type, view }: Message, nameOf: NameOf, origin: Origin): FdbEntry | null {
  if (type !== NEW.NEIGH || view.byteLength < 12 || view.getUint8(0) !== AF_BRIDGE) return null
  const attributes = attributesOf(view, 12)
  const mac = macIn(attributes.get(2))
  const link = nameOf(view.getInt32(4, LITTLE_ENDIAN))
  return mac === null || link === null ? null : { mac, link, destination: addressIn(attributes.get(1)), origin }
}

/** A queueing discipline; its counters by TCA_STATS2, which every kernel since 2.6.9 sends. */
export function parseQdiscMessage({ type, view }: Message, nameOf: NameOf, origin: Origin): Qdisc | null {
  if (type !== NEW.QDISC || view.byteLength < 20) return null
  const attributes = attributesOf(view, 20)
  const kind = textOf(attributes.get(1))
  const link = nameOf(view.getInt32(4, LITTLE_ENDIAN))
  if (kind === null || link === null) return null
  const handle = view.getUint32(8, LITTLE_ENDIAN)
  const minor = handle & 0xffff
  const stats = attributes.get(7)
  const within = stats ? attributesOf(stats) : null
  const basic = within?.get(1)
  const queue = within?.get(3)
  return {
    kind,
    link,
    handle: `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`,
    sentPackets: u64(within?.get(8)) ?? u32(basic, 8),
    drops: u32(queue, 8),
    overlimits: u32(queue, 16),
    requeues: u32(queue, 12),
    backlogBytes: u32(queue, 4),
    backlogPackets: u32(queue, 0),
    origin,
  }
}
