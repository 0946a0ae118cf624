import type { KnownCluster } from '../facts/known-cluster.ts'
import type { View } from '../facts/need.ts'
import type { Netns, Precedence, Snapshot } from '../model/snapshot.ts'

/** What a node is part of. */
export interface Surroundings {
  readonly cluster?: KnownCluster | null
  readonly peers?: readonly Snapshot[]
}

/**
 * The views of one node's readings: a list per snapshot, one view per namespace, each knowing the same namespace at the
 * reading before. A reading counts as *the* one before when it is known to be earlier and nothing known lies between.
 */
export function viewsOf(
  snapshots: readonly Snapshot[],
  order: readonly Precedence[],
  { cluster = null, peers = [] }: Surroundings = {},
): readonly (readonly View[])[] {
  const built = new Map<number, readonly View[]>()
  const build = (index: number, path: ReadonlySet<number>): readonly View[] => {
    const known = built.get(index)
    if (known) return known
    const snapshot = snapshots[index]
    if (!snapshot) return []
    const step = latestBefore(index, order, path)
    const earlier = step ? build(step.before, new Set([...path, index])) : []
    const views = snapshot.netns.map((netns): View => {
      const before = earlier.find((view) => comparable(view, snapshot, netns)) ?? null
      return { snapshot, netns, before, order: before ? step : null, cluster, peers, memo: new Map() }
    })
    built.set(index, views)
    return views
  }
  return snapshots.map((_, index) => build(index, new Set()))
}

/** The direct predecessor: one that no other known predecessor comes after. A circle in the order yields none. */
function latestBefore(index: number, order: readonly Precedence[], path: ReadonlySet<number>): Precedence | null {
  const earlier = order.filter((p) => p.after === index && !path.has(p.before))
  return (
    earlier.find((p) => !earlier.some((q) => order.some((r) => r.before === p.before && r.after === q.before))) ?? null
  )
}

/** Only readings of one boot and one namespace may be subtracted from each other. */
function comparable(view: View, snapshot: Snapshot, netns: Netns): boolean {
  if (view.netns.key !== netns.key) return false
  const [bootA, bootB] = [view.snapshot.node.bootId, snapshot.node.bootId]
  if (bootA !== null && bootB !== null && bootA !== bootB) return false
  return view.netns.inode === null || netns.inode === null || view.netns.inode === netns.inode
}
