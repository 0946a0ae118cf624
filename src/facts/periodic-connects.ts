import type { Origin } from '../model/part.ts'
import { connectAttempts } from './capture-flows.ts'
import { connectIntervals } from './conntrack-intervals.ts'
import { coversAll } from './coverage.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import { sysctl } from './sysctls.ts'

/** A client that connects to one port at even distances. */
export interface PeriodicConnect {
  readonly source: string
  readonly destination: string
  readonly port: number
  readonly seconds: number
  /** How often it was seen to begin. */
  readonly times: number
  readonly connections: number
  /** `conntrack`: by the remaining times of entries in TIME_WAIT, whole seconds. `capture`: by its SYNs. */
  readonly by: 'conntrack' | 'capture'
  readonly origin: Origin
}

/** Four beginnings make three distances: two that are equal happen by chance. */
export const MIN_BEGINNINGS = 4
/** Two percent, or a twentieth of a second: timers of programs drift by less, people and random traffic by more. */
export const JITTER = 0.02
const JITTER_SECONDS = 0.05
/** Several connections opened within this time belong to one beginning. */
const TOGETHER_SECONDS = 0.2
/** Below this a loop without a pause looks periodic, too. */
const MIN_SECONDS = 1

/** Clients that connect at even distances, of what the namespace's conntrack and the node's captures show. */
export const periodicConnects: Need<readonly PeriodicConnect[]> = need('periodic-connects', (view) => {
  const { flows } = view.netns
  const { captures, netns } = view.snapshot
  const isFirst = view.netns === netns[0]
  const captured = isFirst && captures.ok ? fromCaptures(view) : []
  if (!flows.ok) return isFirst && captures.ok ? got(captured, NO_TABLE) : missing(NO_TABLE)
  const timeWait = sysctl('net.netfilter.nf_conntrack_tcp_timeout_time_wait').get(view)
  const seconds = timeWait.ok && timeWait.value.number !== null ? timeWait.value.number : undefined
  const tracked = flows.data.listings.flatMap(({ flows: rows, origin }): readonly PeriodicConnect[] =>
    connectIntervals(rows, seconds)
      .filter((one) => one.protocol === 'tcp')
      .map(({ source, destination, port, seconds: distance, each, connections, lines }) => ({
        source,
        destination,
        port,
        seconds: distance,
        times: Math.round(connections / each),
        connections,
        by: 'conntrack',
        origin: 'file' in origin ? { ...origin, line: lines[0] ?? origin.line } : origin,
      })),
  )
  const isWhole = coversAll(flows.coverage) && flows.data.listings.some((one) => one.more === 0)
  return got([...tracked, ...captured], isWhole ? null : NO_TABLE)
})

function fromCaptures({ snapshot: { captures } }: View): readonly PeriodicConnect[] {
  return (captures.ok ? captures.data : []).flatMap((capture) => {
    const byWay = new Map<string, { source: string; destination: string; port: number; origin: Origin; at: number[] }>()
    for (const { client, server, startedAt, syns } of connectAttempts(capture)) {
      const origin = syns[0]?.origin
      if (startedAt === null || server.port === null || !origin) continue
      const key = `${client.address} ${server.address} ${server.port}`
      const known = byWay.get(key)
      if (known) known.at.push(startedAt)
      else
        byWay.set(key, {
          source: client.address,
          destination: server.address,
          port: server.port,
          origin,
          at: [startedAt],
        })
    }
    return [...byWay.values()].flatMap(({ at, ...way }): readonly PeriodicConnect[] => {
      const rhythm = rhythmOf(at)
      return rhythm ? [{ ...way, ...rhythm, connections: at.length, by: 'capture' }] : []
    })
  })
}

/** The distance between beginnings, where it is the same each time; null: it is not, or there are too few. */
export function rhythmOf(starts: readonly number[]): Pick<PeriodicConnect, 'seconds' | 'times'> | null {
  const times = starts
    .toSorted((a, b) => a - b)
    .filter((at, index, all) => index === 0 || at - (all[index - 1] ?? 0) > TOGETHER_SECONDS)
  if (times.length < MIN_BEGINNINGS) return null
  const distances = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  const mean = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / distances.length
  const allowed = Math.max(JITTER * mean, JITTER_SECONDS)
  if (mean < MIN_SECONDS || distances.some((one) => Math.abs(one - mean) > allowed)) return null
  return { seconds: Math.round(mean * 10) / 10, times: times.length }
}

const NO_TABLE = {
  en: 'neither the whole conntrack table nor a capture tells when clients connect (conntrack -L -p tcp)',
  zh: '没有采集到完整的 conntrack 表，也没有抓包，看不出客户端何时连接（conntrack -L -p tcp）',
}
