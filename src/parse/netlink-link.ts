import type { Bridge, Link, LinkCounters } from '../model/network.ts'
import type { Origin } from '../model/part.ts'
import { type Attributes, attributesOf, LITTLE_ENDIAN, type Message, textOf, u8, u32, u64 } from './netlink.ts'
import { macIn } from './netlink-address.ts'
import { NO_COUNTERS } from './network/network-of.ts'

/** An interface as the kernel tells it: others are named by number, which only the whole list resolves. */
export interface KernelLink {
  readonly index: number
  readonly name: string
  /** `bridge`, `veth`, `vxlan` …; null: a real card, or the loopback. */
  readonly kind: string | null
  readonly stp: boolean | null
  readonly master: number | null
  readonly parent: number | null
  /** The parent's number counts in another namespace. */
  readonly parentElsewhere: boolean
  readonly rest: Omit<Link, 'name' | 'index' | 'peer' | 'master' | 'origin'>
}

export const RTM_GETLINK = 18
const RTM_NEWLINK = 16
/** struct ifinfomsg: of all families. */
export const LINKS_ASKED = new Uint8Array(16)

const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  TXQLEN: 13,
  OPERSTATE: 16,
  LINKINFO: 18,
  STATS64: 23,
  NETNSID: 37,
}
const INFO = { KIND: 1, DATA: 2 }
const BRIDGE_STP = 5

const STATES = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP']
/** In the order in which `ip link` prints them. */
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x8, 'LOOPBACK'],
  [0x2, 'BROADCAST'],
  [0x10, 'POINTOPOINT'],
  [0x1000, 'MULTICAST'],
  [0x80, 'NOARP'],
  [0x200, 'ALLMULTI'],
  [0x100, 'PROMISC'],
  [0x400, 'MASTER'],
  [0x800, 'SLAVE'],
  [0x4, 'DEBUG'],
  [0x8000, 'DYNAMIC'],
  [0x4000, 'AUTOMEDIA'],
  [0x2000, 'PORTSEL'],
  [0x20, 'NOTRAILERS'],
  [0x1, 'UP'],
  [0x10000, 'LOWER_UP'],
  [0x20000, 'DORMANT'],
  [0x40000, 'ECHO'],
]
const UP = 0x1
const RUNNING = 0x40

/** One RTM_NEWLINK; null for anything else. Source: linux/if_link.h, linux/rtnetlink.h */
export function parseLinkMessage({ type, view }: Message): KernelLink | null {
  if (type !== RTM_NEWLINK || view.byteLength < 16) return null
  const attributes = attributesOf(view, 16)
  const name = textOf(attributes.get(IFLA.IFNAME))
  if (name === null) return null
  const info = attributesIn(attributes.get(IFLA.LINKINFO))
  const kind = textOf(info.get(INFO.KIND))
  const stp = kind === 'bridge' ? u32(attributesIn(info.get(INFO.DATA)).get(BRIDGE_STP)) : null
  const flags = view.getUint32(8, LITTLE_ENDIAN)
  const named = FLAGS.flatMap(([bit, flag]) => (flags & bit ? [flag] : []))
  const counters = attributes.get(IFLA.STATS64)
  return {
    index: view.getInt32(4, LITTLE_ENDIAN),
    name,
    kind,
    stp: stp === null ? null : stp !== 0,
    master: u32(attributes.get(IFLA.MASTER)),
    parent: u32(attributes.get(IFLA.LINK)),
    parentElsewhere: attributes.has(IFLA.NETNSID),
    rest: {
      mtu: u32(attributes.get(IFLA.MTU)),
      state: STATES[u8(attributes.get(IFLA.OPERSTATE)) ?? -1] ?? null,
      flags: (flags & (UP | RUNNING)) === UP ? ['NO-CARRIER', ...named] : named,
      mac: macIn(attributes.get(IFLA.ADDRESS)),
      qlen: u32(attributes.get(IFLA.TXQLEN)),
      rx: counters ? countersIn(counters, 'rx') : null,
      tx: counters ? countersIn(counters, 'tx') : null,
    },
  }
}

const attributesIn = (view: DataView | undefined): Attributes => (view ? attributesOf(view) : new Map())

/** struct rtnl_link_stats64: numbers of 64 bits, rx and tx in turns; of errors in detail first those of rx. */
function countersIn(view: DataView, way: 'rx' | 'tx'): LinkCounters {
  const first = way === 'rx' ? 0 : 8
  const number = (index: number) => u64(view, index * 8 + first)
  return {
    ...NO_COUNTERS,
    packets: number(0),
    bytes: number(2),
    errors: number(4),
    dropped: number(6),
    // `missed` in `ip -s link`: the card had no room.
    overruns: way === 'rx' ? u64(view, 15 * 8) : null,
    carrier: way === 'tx' ? u64(view, 17 * 8) : null,
  }
}

/** The interfaces as `ip link` would tell them, and the bridges among them with their ports. */
export function linksOf(found: readonly KernelLink[], origin: Origin): { links: Link[]; bridges: Bridge[] } {
  const names = new Map(found.map((one) => [one.index, one.name]))
  const peerOf = ({ index, parent, parentElsewhere }: KernelLink): string | null => {
    if (parent === null || parent === 0 || (parent === index && !parentElsewhere)) return null
    return (parentElsewhere ? null : names.get(parent)) ?? `if${parent}`
  }
  const links = found.map(
    (one): Link => ({
      ...one.rest,
      name: one.name,
      index: one.index,
      peer: peerOf(one),
      master: one.master === null ? null : (names.get(one.master) ?? `if${one.master}`),
      origin,
    }),
  )
  const bridges = found
    .filter(({ kind }) => kind === 'bridge')
    .map(
      ({ name, index, stp }): Bridge => ({
        name,
        stp,
        ports: found.flatMap((one) => (one.master === index ? [one.name] : [])),
        origin,
      }),
    )
  return { links, bridges }
}
