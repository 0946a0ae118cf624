import type { Gap } from '../model/part.ts'
import type { Netns, Snapshot } from '../model/snapshot.ts'
import type { KnownCluster } from './known-cluster.ts'
import type { View } from './need.ts'

const absent: Gap = { ok: false, reason: 'absent', detail: 'no machine of this cluster was read' }

/** A view in which nothing of a machine was seen, only its cluster. */
export function viewOfNoMachine(cluster: KnownCluster): View {
  const origin = cluster.listings[0]?.origin
  const netns: Netns = {
    key: 'unplaced',
    kind: 'unplaced',
    inode: null,
    pod: null,
    listeners: absent,
    connections: absent,
    census: absent,
    counters: absent,
    sockstat: absent,
    sysctls: absent,
    network: absent,
    nat: absent,
    flows: absent,
  }
  const snapshot: Snapshot = {
    apiVersion: 'recvq/v1',
    kind: 'Snapshot',
    source: origin && 'file' in origin ? origin.file : (origin?.via ?? ''),
    way: origin && 'file' in origin ? 'transcript' : 'live',
    takenAt: null,
    lines: null,
    node: { name: null, kernel: null, os: null, bootId: null, cores: null, uptimeSeconds: null },
    processes: absent,
    containers: absent,
    captures: absent,
    machine: absent,
    netns: [netns],
    hints: [],
  }
  return { snapshot, netns, before: null, order: null, cluster, peers: [], memo: new Map() }
}
