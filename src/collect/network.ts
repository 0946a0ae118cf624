import type { Capture } from '../model/capture.ts'
import type { Link, Network, Nic, UnixSocket } from '../model/network.ts'
import type { Coverage, Part } from '../model/part.ts'
import type { Container } from '../model/snapshot.ts'
import type { Answer } from '../sys/host.ts'
import { contentsOf, ok, uniteProvenance, whyNothing } from './answers.ts'
import { type NetworkDepth, readNetwork } from './network-live.ts'
import { type Owners, ownersOf } from './owners.ts'

/** Somebody who pastes more than this wants another tool. */
const MAX_CAPTURES = 64

/** Interfaces, routes, sockets that are not TCP and probes of one namespace: every output's lists, put together. */
export function collectNetwork(answers: readonly Answer[], depth: NetworkDepth): Part<Network> {
  const isLive = answers.some((one) => one.ok && 'talk' in one)
  const read = isLive ? readNetwork(answers, depth) : answers
  const told = contentsOf(read, 'network')
  if (told.length === 0) return whyNothing(read, 'network')
  const network = told.map((one) => one.content.network).reduce(unite)
  // What is whole is a list: the whole `ip route` says nothing of UDP sockets.
  const keyed = told.map((one) => ({ ...one, coverage: listsOf(one.content.network, one.coverage) }))
  const missed = isLive ? read.flatMap((one) => (one.ok ? [] : [`${one.reason}: ${one.detail}`])) : []
  return ok(network, { ...uniteProvenance(keyed), cuts: [...new Set([...told.flatMap((one) => one.cuts), ...missed])] })
}

/** Inodes of the sockets in a namespace's lists, whose owners are looked for together with those of TCP. */
export const inodesIn = ({ udp, unix }: Network): readonly number[] =>
  [...(udp ?? []), ...(unix ?? [])].flatMap(({ inode, processes }) => (inode && processes === null ? [inode] : []))

/** The same lists with who holds each socket. */
export function withHolders(network: Network, owners: Owners): Network {
  const held = <T extends { readonly inode: number | null; readonly processes: UnixSocket['processes'] }>(
    one: T,
  ): T => ({
    ...one,
    processes: one.processes ?? ownersOf(owners, one.inode),
  })
  return { ...network, udp: network.udp?.map(held) ?? null, unix: network.unix?.map(held) ?? null }
}

/** The lists that were seen whole; of sockets, those in one state where only these were asked for. */
function listsOf(network: Network, coverage: readonly Coverage[]): readonly Coverage[] {
  const keys = Object.entries(network).flatMap(([key, value]) => (value === null ? [] : [key]))
  if (coverage.some((set) => set.of === 'all')) return [{ of: 'keys', keys }]
  const sockets = keys.filter((key) => key === 'unix')
  if (sockets.length === 0) return []
  return coverage.flatMap((set): Coverage[] =>
    set.of === 'state' ? [{ of: 'and', sets: [{ of: 'keys', keys: sockets }, set] }] : [],
  )
}

function unite(a: Network, b: Network): Network {
  return {
    links: join(a.links, b.links, ({ name }) => name, uniteLinks),
    addresses: join(a.addresses, b.addresses, (one) => `${one.link} ${one.address}/${one.prefix}`),
    routes: join(
      a.routes,
      b.routes,
      (one) => `${one.table} ${one.type} ${one.to} ${one.via} ${one.link} ${one.metric}`,
    ),
    rules: join(a.rules, b.rules, (one) => `${one.priority} ${one.match} ${one.action}`),
    neighbours: join(a.neighbours, b.neighbours, (one) => `${one.link} ${one.address}`),
    qdiscs: join(a.qdiscs, b.qdiscs, (one) => `${one.link} ${one.kind} ${one.handle}`),
    bridges: join(a.bridges, b.bridges, ({ name }) => name),
    fdb: join(a.fdb, b.fdb, (one) => `${one.link} ${one.mac} ${one.destination}`),
    nics: join(a.nics, b.nics, ({ name }) => name, uniteNics),
    softnet: join(a.softnet, b.softnet, ({ cpu }) => String(cpu)),
    udp: join(a.udp, b.udp, (one) => `${JSON.stringify([one.local, one.peer])} ${one.inode}`),
    unix: join(a.unix, b.unix, (one) => `${one.path} ${one.inode} ${one.type}`),
    otherSockets: join(a.otherSockets, b.otherSockets, (one) => `${one.kind} ${one.local}`),
    summary: b.summary ?? a.summary,
    probes: a.probes && b.probes ? [...a.probes, ...b.probes] : (a.probes ?? b.probes),
  }
}

/** One listing's rows are all kept; of a second listing those that the first does not have. */
function join<T>(
  a: readonly T[] | null,
  b: readonly T[] | null,
  key: (one: T) => string,
  merge: (a: T, b: T) => T = (_, later) => later,
): readonly T[] | null {
  if (a === null || b === null) return a ?? b
  const again = new Map(b.map((one) => [key(one), one]))
  const known = new Set(a.map(key))
  const first = a.map((one) => {
    const later = again.get(key(one))
    return later === undefined ? one : merge(one, later)
  })
  return [...first, ...b.filter((one) => !known.has(key(one)))]
}

/** `ip addr` tells the MTU, `ip -s link` the counters: what the later one does not print stays. */
const uniteLinks = (a: Link, b: Link): Link => ({
  name: a.name,
  index: b.index ?? a.index,
  peer: b.peer ?? a.peer,
  mtu: b.mtu ?? a.mtu,
  state: b.state ?? a.state,
  flags: b.flags ?? a.flags,
  master: b.master ?? a.master,
  mac: b.mac ?? a.mac,
  qlen: b.qlen ?? a.qlen,
  rx: b.rx ?? a.rx,
  tx: b.tx ?? a.tx,
  origin: b.rx === null && a.rx !== null ? a.origin : b.origin,
})

const uniteNics = (a: Nic, b: Nic): Nic => ({
  name: a.name,
  driver: b.driver ?? a.driver,
  speed: b.speed ?? a.speed,
  linkDetected: b.linkDetected ?? a.linkDetected,
  counters: { ...a.counters, ...b.counters },
  features: { ...a.features, ...b.features },
  origin: b.origin,
})

export function collectCaptures(answers: readonly Answer[]): Part<readonly Capture[]> {
  const told = contentsOf(answers, 'capture').slice(0, MAX_CAPTURES)
  if (told.length === 0) return whyNothing(answers, 'captures')
  return ok(
    told.map((one) => one.content.capture),
    uniteProvenance(told),
  )
}

/** Containers by id: `docker ps` names them, `docker inspect` adds the pid. */
export function collectContainers(answers: readonly Answer[]): Part<readonly Container[]> {
  const told = contentsOf(answers, 'containers')
  if (told.length === 0) return whyNothing(answers, 'containers')
  const containers: Container[] = []
  for (const one of told.flatMap((answer) => answer.content.containers)) {
    const at = containers.findIndex((known) => known.id.startsWith(one.id) || one.id.startsWith(known.id))
    const known = containers[at]
    if (known) containers[at] = uniteContainers(known, one)
    else containers.push(one)
  }
  return ok(containers, uniteProvenance(told))
}

const uniteContainers = (a: Container, b: Container): Container => ({
  id: a.id.length >= b.id.length ? a.id : b.id,
  name: b.name ?? a.name,
  image: b.image ?? a.image,
  state: b.state ?? a.state,
  pid: b.pid ?? a.pid,
  pod: b.pod ?? a.pod,
  restarts: b.restarts ?? a.restarts,
  origin: b.origin,
})
