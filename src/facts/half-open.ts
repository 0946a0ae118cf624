import type { ConnectionGroup, Listener } from '../model/socket.ts'
import { acceptQueues } from './accept-queues.ts'
import { connectionsIn, countOf } from './connections.ts'
import { secondsBetween } from './counters.ts'
import { isKernelAtLeast } from './kernel-release.ts'
import { limitsTold } from './listeners.ts'
import { got, type Need, need, type View } from './need.ts'

/** The handshakes at one port of this namespace that wait for their last ACK. */
export interface HalfOpen {
  readonly port: number
  readonly count: number
  /** Addresses they come from, the most first. Where `more`, further ones were united. */
  readonly sources: readonly { readonly address: string; readonly count: number }[]
  readonly more: boolean
  /** The one listener of this port; null: none was seen, or several share it. */
  readonly listener: Listener | null
  /** How many a listener holds before it drops or sends cookies: its limit, since Linux 4.4. null: not known. */
  readonly limit: number | null
  /** The accept queue of this port is full now, or was at the reading before: older kernels then leave handshakes half-open. */
  readonly acceptQueueFull: boolean
  /** Connections in ESTABLISHED at the same port, accepted or not; null: not captured. */
  readonly established: number | null
  /** Addresses that have one of these. */
  readonly completing: ReadonlySet<string>
  /** Those that stood there at the reading before, too; null: there is none, or it came too soon. */
  readonly staying: Staying | null
  readonly groups: readonly ConnectionGroup[]
}

/** Handshakes that were half-open at both of two readings. */
export interface Staying {
  readonly count: number
  /** By address; `*` where very many were united. */
  readonly sources: readonly { readonly address: string; readonly count: number }[]
  readonly seconds: number
  /** `socket`: the very same ones, by their cookies. `address`: some of the same address, which may be others. */
  readonly by: 'socket' | 'address'
}

/**
 * The SYN-ACK is sent again after one second (TCP_TIMEOUT_INIT, RFC 6298): who is half-open at two readings so far apart has not
 * answered the first one.
 */
export const STAYS_SECONDS = 1

/** Half-open handshakes by port, the most first. Gaps: incomplete unless every row in SYN_RECV was seen */
export const halfOpen: Need<readonly HalfOpen[]> = need('half-open', (view) => {
  const all = connectionsIn('SYN_RECV').get(view)
  if (!all.ok) return all
  const byPort = portsOf(all.value.groups)
  const ports = [...byPort].map(([port, groups]) => asHalfOpen(view, port, groups))
  return got(
    ports.toSorted((a, b) => b.count - a.count || a.port - b.port),
    all.incomplete,
  )
})

function asHalfOpen(view: View, port: number, groups: readonly ConnectionGroup[]): HalfOpen {
  const all = byAddress(groups)
  const rows = view.netns.listeners.ok ? view.netns.listeners.data : []
  const only = theirListener(
    rows.filter((one) => one.local.port === port),
    groups,
  )
  return {
    port,
    count: countOf(groups),
    sources: all.filter((one) => one.address !== '*'),
    more: all.some((one) => one.address === '*'),
    listener: only,
    limit: only && limitsTold(view) && isKernelAtLeast(view, 4, 4) !== false ? only.acceptQueue.max : null,
    acceptQueueFull: isQueueFull(view, port) || (view.before !== null && isQueueFull(view.before, port)),
    ...establishedAt(view, port),
    staying: stayingFrom(view, port, groups),
    groups,
  }
}

/** IPv4 and IPv6 of one port often have a listener each; then those of one family have the one that takes it. */
function theirListener(rows: readonly Listener[], groups: readonly ConnectionGroup[]): Listener | null {
  const locals = [...new Set(groups.map((one) => one.local.address))]
  const isV6 = locals.every((one) => one.includes(':'))
  if (rows.length > 1 && !isV6 && locals.some((one) => one.includes(':'))) return null
  const fits = (one: Listener) => rows.length === 1 || one.local.address.includes(':') === isV6
  const [listener = null, ...others] = rows.filter(fits)
  return others.length === 0 ? listener : null
}

function portsOf(groups: readonly ConnectionGroup[]): ReadonlyMap<number, readonly ConnectionGroup[]> {
  const byPort = new Map<number, ConnectionGroup[]>()
  for (const group of groups) {
    // A simultaneous open aside, SYN_RECV is the server's: without a listener at hand the reader may not have told its side.
    const { port } = group.local
    if (port !== null) byPort.set(port, [...(byPort.get(port) ?? []), group])
  }
  return byPort
}

function isQueueFull(view: View, port: number): boolean {
  const queues = acceptQueues.get(view)
  return queues.ok && queues.value.some((one) => one.full && one.listener.local.port === port)
}

function establishedAt(view: View, port: number): Pick<HalfOpen, 'established' | 'completing'> {
  const all = connectionsIn('ESTABLISHED').get(view)
  const those = all.ok ? all.value.groups.filter((one) => one.local.port === port) : []
  return {
    established: all.ok && all.incomplete === null ? countOf(those) : null,
    completing: new Set(those.map((one) => one.peer.address)),
  }
}

function stayingFrom(view: View, port: number, now: readonly ConnectionGroup[]): Staying | null {
  const { before, order } = view
  const earlier = before ? connectionsIn('SYN_RECV').get(before) : null
  const seconds = before && secondsBetween(before.snapshot.takenAt, view.snapshot.takenAt)
  if (!earlier?.ok || seconds === null || seconds < STAYS_SECONDS || order?.by !== 'clock') return null
  const those = new Map(
    earlier.value.groups.flatMap((one) => (one.local.port === port ? [[endsOf(one), one] as const] : [])),
  )
  const pairs = now.flatMap((group) => {
    const then = those.get(endsOf(group))
    return then ? [{ then, group }] : []
  })
  const told = now.every((one) => one.fingerprint !== null)
  const same = told ? pairs.filter(({ then, group }) => then.fingerprint === group.fingerprint) : pairs
  const sources = byAddress(same.map(({ then, group }) => ({ ...group, count: Math.min(then.count, group.count) })))
  const count = sources.reduce((sum, one) => sum + one.count, 0)
  return { count, sources, seconds, by: told ? 'socket' : 'address' }
}

function byAddress(groups: readonly Pick<ConnectionGroup, 'peer' | 'count'>[]): Staying['sources'] {
  const counts = new Map<string, number>()
  for (const { peer, count } of groups) counts.set(peer.address, (counts.get(peer.address) ?? 0) + count)
  return [...counts]
    .map(([address, count]) => ({ address, count }))
    .toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1))
}

const endsOf = ({ peer, local }: ConnectionGroup): string => `${local.address} ${peer.address}`
