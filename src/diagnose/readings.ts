import { clusterOf, joinClusters, type KnownCluster } from '../facts/known-cluster.ts'
import type { View } from '../facts/need.ts'
import { nameNodePorts } from '../facts/node-port-names.ts'
import { inferOrder } from '../facts/order.ts'
import type { ClusterSeen } from '../model/cluster.ts'
import type { Precedence, Series, Snapshot } from '../model/snapshot.ts'
import { viewsOf } from './views.ts'

/** One machine with its readings in order, its Services named, and its cluster. */
export interface NodeReadings {
  readonly series: Series
  readonly order: readonly Precedence[]
  readonly cluster: KnownCluster | null
  /** By reading: a view of each namespace. */
  readonly views: readonly (readonly View[])[]
  /** As they were read, before Services of other readings lent their names. */
  readonly snapshots: readonly Snapshot[]
}

/** Everything that an input shows, made ready for rules and tables. */
export function prepare(
  series: readonly Series[],
  seen: readonly ClusterSeen[],
): { readonly nodes: readonly NodeReadings[]; readonly clusters: readonly KnownCluster[] } {
  const clusters = joinClusters(seen)
  const ordered = series.map((one) => ({ one, order: inferOrder(one) }))
  const newest = ordered.map(({ one, order }) => newestOf(one, order))
  const nodes = ordered.map(({ one, order }, at): NodeReadings => {
    const cluster = clusterOf(one.node, one.snapshots, clusters)
    const peers = newest.flatMap((other, index) => (index === at || other === null ? [] : [other]))
    const views = viewsOf(nameNodePorts(one.snapshots, cluster), order, { cluster, peers })
    return { series: one, order, cluster, views, snapshots: one.snapshots }
  })
  return { nodes, clusters }
}

/** The latest reading of a node that has a name: one without may be any of the others. Where the order is not known, the last. */
function newestOf({ node, snapshots }: Series, order: readonly Precedence[]): Snapshot | null {
  if (node === null) return null
  return snapshots.findLast((_, index) => !order.some(({ before }) => before === index)) ?? snapshots.at(-1) ?? null
}
