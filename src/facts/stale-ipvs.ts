import type { IpvsConnection, IpvsServer, IpvsService, NatListing, Place } from '../model/nat.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { got, missing, type Need, need } from './need.ts'

/** Connections that IPVS still sends to a real server which takes none, or is not there any more. */
export interface StaleServer {
  readonly virtual: Place
  readonly protocol: string
  readonly server: Place
  /** `gone`: no virtual service has it. `quiet`: weight 0, it is being drained. */
  readonly why: 'gone' | 'quiet'
  /** Entries whose packets still go there. */
  readonly connections: readonly IpvsConnection[]
  /** Of these, ones that have just been made: their clients wait for an answer. */
  readonly opening: number
  /** Clients that are bound to it by persistence (templates, state NONE and port 0). */
  readonly templates: number
  /** Servers of the same virtual service that take connections. */
  readonly others: number
  readonly origin: Origin
}

/**
 * Entries of IPVS's own connection table, held against its virtual services.
 * Gaps: missing where one of the two was not captured. That a server is gone takes the whole list of virtual services
 */
export const staleIpvs: Need<readonly StaleServer[]> = need('stale-ipvs', (view) => {
  const { nat } = view.netns
  // Entries are of their moment: held against virtual services of another reading they prove nothing.
  if (!nat.ok || nat.via.includes('carried')) return missing(NOT_SEEN)
  const { listings } = nat.data
  const services = listings.flatMap((one) => one.ipvs)
  const entries = listings.flatMap((listing) => listing.ipvsConnections.map((one) => ({ one, listing })))
  if (services.length === 0 && entries.length === 0) return missing(NO_IPVS)
  if (entries.length === 0) return missing(NO_ENTRIES)
  if (services.length === 0) return missing(NO_SERVICES)
  const isWhole = nat.coverage.some((set) => set.of === 'all' || (set.of === 'keys' && set.keys.includes('ipvs')))
  const isCut = !isWhole || listings.some((one) => one.ipvs.length > 0 && one.elided.length > 0)
  const byPlace = new Map(services.map((one) => [placeKey(one.protocol, one), one]))
  const groups = new Map<string, { readonly listing: NatListing; readonly rows: IpvsConnection[] }>()
  for (const { one, listing } of entries) {
    const key = `${placeKey(one.protocol, one.virtual)} ${one.destination.address} ${one.destination.port}`
    const group = groups.get(key) ?? { listing, rows: [] }
    group.rows.push(one)
    groups.set(key, group)
  }
  const found = [...groups.values()].flatMap(({ listing, rows }): StaleServer[] => {
    const [first] = rows
    const service = first && byPlace.get(placeKey(first.protocol, first.virtual))
    if (!first || (service === undefined && isCut)) return []
    const server = service?.servers.find((one) => isServer(one, first.destination))
    if (server ? server.weight !== 0 : isCut || isOfMark(first, services)) return []
    const living = rows.filter((one) => isLiving(one))
    const templates = rows.filter((one) => one.state === 'NONE').length
    if (living.length === 0 && templates === 0) return []
    const [shown = first] = living
    return [
      {
        virtual: first.virtual,
        protocol: first.protocol.toLowerCase(),
        server: first.destination,
        why: server ? 'quiet' : 'gone',
        connections: living,
        opening: living.filter((one) => OPENING.has(one.state)).length,
        templates,
        others: (service?.servers ?? []).filter((one) => (one.weight ?? 0) > 0).length,
        origin: 'file' in listing.origin ? { ...listing.origin, line: shown.line } : listing.origin,
      },
    ]
  })
  return got(found, isCut ? NO_SERVICES : null)
})

const OPENING = new Set(['SYN_RECV', 'SYN_SENT', 'SYNACK'])
/** Packets of these connections are still to be carried; what is closing needs nobody any more. */
const LIVING = new Set([...OPENING, 'ESTABLISHED', 'UDP'])

const isLiving = ({ state }: IpvsConnection): boolean => LIVING.has(state)

const placeKey = (protocol: string, { address, port }: Place): string => `${protocol.toLowerCase()} ${address} ${port}`

const isServer = ({ address, port }: IpvsServer, to: Place): boolean =>
  address === to.address && (port === to.port || !port || !to.port)

/** Where a mark selects the packets, entries name the address that was called, which no virtual service has. */
const isOfMark = ({ destination }: IpvsConnection, services: readonly IpvsService[]): boolean =>
  services.some(
    (one) => one.address.startsWith('fwmark') && one.servers.some((server) => server.address === destination.address),
  )

const NOT_SEEN: Text = {
  en: 'IPVS was not captured (ipvsadm -Ln; ipvsadm -Lnc)',
  zh: '没有采集到 IPVS（ipvsadm -Ln；ipvsadm -Lnc）',
}
const NO_IPVS: Text = { en: 'no virtual service of IPVS was seen', zh: '没有看到 IPVS 虚拟服务' }
const NO_ENTRIES: Text = {
  en: "IPVS's connection table was not captured (ipvsadm -Lnc)",
  zh: '没有采集到 IPVS 的连接表（ipvsadm -Lnc）',
}
const NO_SERVICES: Text = {
  en: 'not all virtual services of IPVS were seen (ipvsadm -Ln)',
  zh: '没有看到全部 IPVS 虚拟服务（ipvsadm -Ln）',
}
