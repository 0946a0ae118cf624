import type { Snapshot } from '../model/snapshot.ts'
import type { Listener } from '../model/socket.ts'
import { servicePortName } from './forwarding-names.ts'
import type { KnownCluster } from './known-cluster.ts'
import { isServedByKubeProxy } from './never-accepted.ts'
import { nodeForwardings } from './node-forwardings.ts'

/**
 * The readings of one node with the Services of kube-proxy's listeners named, by whatever reading of that node or its cluster
 * names the NodePort: rules and kubectl first, then tables written by hand.
 * Gaps: a port that two sources name differently keeps no name; other programs' listeners are left alone
 */
export function nameNodePorts(snapshots: readonly Snapshot[], cluster: KnownCluster | null): readonly Snapshot[] {
  const tools = namesOf(toldByTools(snapshots, cluster))
  const byHand = namesOf(toldByHand(snapshots))
  if (tools.size === 0 && byHand.size === 0) return snapshots
  const nameOf = (port: number) => (tools.has(port) ? tools.get(port) : byHand.get(port)) ?? null
  return snapshots.map((snapshot) => ({
    ...snapshot,
    netns: snapshot.netns.map((netns) => {
      const { listeners } = netns
      if (!listeners.ok) return netns
      const data = listeners.data.map((one) =>
        one.service === null && isOfKubeProxy(one) ? { ...one, service: nameOf(one.local.port) } : one,
      )
      return { ...netns, listeners: { ...listeners, data } }
    }),
  }))
}

const isOfKubeProxy = ({ owners, local }: Listener): boolean =>
  (owners ?? []).some(({ comm }) => comm === 'kube-proxy') && !isServedByKubeProxy(local)

type Told = readonly [port: number, name: string]

function toldByTools(snapshots: readonly Snapshot[], cluster: KnownCluster | null): readonly Told[] {
  const services = cluster?.all.services ?? []
  const ofRules = snapshots.flatMap((snapshot) =>
    snapshot.netns.flatMap(({ nat }) =>
      (nat.ok ? nodeForwardings(nat.data, services) : []).flatMap(({ nodePort, service, protocol }): Told[] =>
        nodePort !== null && service !== null && protocol !== 'udp' ? [[nodePort, service]] : [],
      ),
    ),
  )
  const ofCluster = services.flatMap((service) =>
    service.ports.flatMap((port): Told[] => {
      const name = servicePortName(service, port)
      return port.nodePort !== null && name !== null && port.protocol.toLowerCase() === 'tcp'
        ? [[port.nodePort, name]]
        : []
    }),
  )
  return [...ofRules, ...ofCluster]
}

const toldByHand = (snapshots: readonly Snapshot[]): readonly Told[] =>
  snapshots.flatMap((snapshot) =>
    snapshot.netns.flatMap(({ listeners }) =>
      (listeners.ok ? listeners.data : []).flatMap(({ local, service }): Told[] =>
        service?.includes('/') ? [[local.port, service]] : [],
      ),
    ),
  )

/** null: named differently by two. A table of kubectl knows no port names: `shop/web` is no other name than `shop/web:http`. */
function namesOf(told: readonly Told[]): ReadonlyMap<number, string | null> {
  const names = new Map<number, string | null>()
  for (const [port, name] of told) {
    const known = names.get(port)
    names.set(port, known === undefined ? name : known === null ? null : fuller(known, name))
  }
  return names
}

function fuller(a: string, b: string): string | null {
  if (a === b || a.startsWith(`${b}:`)) return a
  return b.startsWith(`${a}:`) ? b : null
}
