import type { Block } from '../model/block.ts'
import type { ClusterListing, ClusterSeen } from '../model/cluster.ts'

/**
 * What kubectl told in a text, one cluster for each `--context`, `--kubeconfig` or `--cluster` that was named; commands that name
 * none speak of one cluster.
 */
export function clustersIn(blocks: readonly Block[]): readonly ClusterSeen[] {
  const byContext = new Map<string, ClusterListing[]>()
  for (const { content, command, coverage, cuts, file, lines } of blocks)
    for (const one of content) {
      if (one.question !== 'cluster') continue
      const listing = { cluster: one.cluster, origin: { file, line: lines[0], command }, coverage, cuts }
      const key = contextOf(command ?? '')
      byContext.set(key, [...(byContext.get(key) ?? []), listing])
    }
  return [...byContext.values()].map((listings) => ({ listings }))
}

function contextOf(command: string): string {
  const named = command.slice(0, 2000).matchAll(/--(?:context|kubeconfig|cluster)[= ](\S{1,200})/g)
  return [...named].map((one) => one[1]).join(' ')
}
