import { servicesOf } from '../src/cli/services.ts'
import { collectKube } from '../src/collect/kube.ts'

/** Reads a cluster as any command would, in a process of its own, and tells what that took. */
const from = performance.now()
const { seen, gaps } = await collectKube({ file: process.argv[2], env: {}, timeoutMs: 120_000 })
const tables = servicesOf({ series: [], clusters: [seen] })
const count = (key: 'nodes' | 'pods' | 'services' | 'endpoints') =>
  seen.listings.reduce((sum, { cluster }) => sum + cluster[key].length, 0)
console.log(
  JSON.stringify({
    nodes: count('nodes'),
    pods: count('pods'),
    endpoints: count('endpoints'),
    tables: tables.length,
    gaps: gaps.length,
    rssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    seconds: Number(((performance.now() - from) / 1000).toFixed(1)),
  }),
)
