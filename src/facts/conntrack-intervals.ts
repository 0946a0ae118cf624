import type { Flow } from '../model/flow.ts'

/** One client that connects again and again, at even distances. */
export interface Interval {
  readonly source: string
  readonly destination: string
  readonly port: number
  readonly protocol: string
  readonly seconds: number
  /** Connections made each time. */
  readonly each: number
  /** Connections that the entries show. */
  readonly connections: number
  /** The rhythm fills the whole time that entries last (count × interval = timeout), so it has been going on for at least so long. */
  readonly steady: boolean
  readonly lines: readonly number[]
}

/** nf_conntrack_tcp_timeout_time_wait, unless the node's own value is known. */
export const TIME_WAIT_SECONDS = 120

const MIN_TIMES = 3
/** Whole seconds are printed, and a run of the tool is not atomic. */
const MAX_DEVIATION = 2
/** Below this, seconds are too coarse to tell a rhythm from mere traffic. */
const MIN_INTERVAL = 5

/**
 * Which clients connect at even intervals: TIME_WAIT entries of one source all last equally long from the connection's end, so
 * the distances between their remaining times are the distances between the connections.
 * Gaps: at least three times that deviate less than 2 s from the mean; intervals under 5 s are not told
 */
export function connectIntervals(flows: readonly Flow[], timeWaitSeconds = TIME_WAIT_SECONDS): readonly Interval[] {
  const groups = new Map<string, Flow[]>()
  for (const flow of flows) {
    if (flow.state !== 'TIME_WAIT' || flow.timeoutSeconds === null || flow.original.destinationPort === null) continue
    const { source, destination, destinationPort } = flow.original
    const key = `${flow.protocol} ${source} ${destination} ${destinationPort}`
    const known = groups.get(key)
    if (known) known.push(flow)
    else groups.set(key, [flow])
  }
  return [...groups.values()].map((group) => intervalOf(group, timeWaitSeconds)).filter((one) => one !== null)
}

function intervalOf(flows: readonly Flow[], timeWaitSeconds: number): Interval | null {
  const [first] = flows
  const times = clustersOf(flows.map((flow) => flow.timeoutSeconds ?? 0))
  if (!first || times.length < MIN_TIMES) return null
  const each = times[0]?.count ?? 1
  if (times.some((time) => time.count !== each)) return null
  const distances = times.slice(1).map((time, index) => time.at - (times[index]?.at ?? 0))
  const seconds = Math.round(((times.at(-1)?.at ?? 0) - (times[0]?.at ?? 0)) / distances.length)
  if (seconds < MIN_INTERVAL || distances.some((one) => Math.abs(one - seconds) >= MAX_DEVIATION)) return null
  return {
    source: first.original.source,
    destination: first.original.destination,
    port: first.original.destinationPort ?? 0,
    protocol: first.protocol,
    seconds,
    each,
    connections: flows.length,
    steady: Math.abs(times.length * seconds - timeWaitSeconds) < seconds,
    lines: flows.map((flow) => flow.line),
  }
}

/** Times less than 2 s apart are one: a client may open several connections at once. */
function clustersOf(times: readonly number[]): readonly { readonly at: number; readonly count: number }[] {
  const clusters: { at: number; count: number }[] = []
  for (const time of times.toSorted((a, b) => a - b)) {
    const last = clusters.at(-1)
    if (last && time - last.at < MAX_DEVIATION) last.count++
    else clusters.push({ at: time, count: 1 })
  }
  return clusters
}
