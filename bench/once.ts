/** One whole reading of the namespace that this runs in. Prints a line of JSON: {sockets, groups, ms, cpuMs, rssMb}. */
import { collectLive } from '../src/collect/live.ts'

const from = performance.now()
const { snapshots } = await collectLive({ interval: 0, netns: 'self' })
const took = performance.now() - from
const [netns] = snapshots.flatMap((one) => one.netns)
const groups = netns?.connections.ok ? netns.connections.data : []
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    sockets: groups.reduce((sum, one) => sum + one.count, 0),
    groups: groups.length,
    ms: took,
    cpuMs: (user + system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
  }),
)
