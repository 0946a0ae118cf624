import type { KernelEvent } from '../model/machine.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { byName, programOf } from './connections.ts'
import type { Counter } from './counters.ts'
import { logged } from './kernel-log.ts'
import { gainedEverywhere, machineSockstat, machineSysctl, totalEverywhere } from './machine-sockets.ts'
import { got, missing, type Need, need, type View } from './need.ts'
import type { Sysctl } from './sysctls.ts'

/** Memory of all TCP sockets of the machine, against the three limits of tcp_mem. */
export interface TcpMemory {
  readonly pages: Counter | null
  readonly setting: Sysctl | null
  /** In pages: below `low` nothing is held back, from `pressure` on windows are, at `high` memory is refused. */
  readonly limits: { readonly low: number; readonly pressure: number; readonly high: number } | null
  /** How often pressure began, since boot, and between the readings. */
  readonly entered: Counter | null
  readonly enteredNow: Counter | null
  readonly log: readonly KernelEvent[]
  readonly logSecondsAgo: number | null
  /** Who has most bytes in queues, the most first. */
  readonly holders: readonly QueueHolder[]
}

export interface QueueHolder {
  readonly program: string
  readonly received: number
  readonly sent: number
  readonly connections: number
  readonly origin: Origin
}

const ENTERED = 'TcpExtTCPMemoryPressures'

/** Gaps: missing where neither pages with their limits, counter nor log was captured; incomplete without pages and limits */
export const tcpMemory: Need<TcpMemory> = need('tcp-memory', (view) => {
  const pages = machineSockstat(view, 'memPages')
  const setting = machineSysctl(view, 'net.ipv4.tcp_mem')
  const limits = setting && limitsOf(setting.value)
  const events = logged('tcp-out-of-memory').get(view)
  const entered = totalEverywhere(view, ENTERED)
  const log = events.ok ? events.value.events : []
  if ((pages === null || limits === null) && entered === null && log.length === 0) return missing(NO_MEMORY)
  const value: TcpMemory = {
    pages,
    setting,
    limits,
    entered,
    enteredNow: gainedEverywhere(view, ENTERED),
    log,
    logSecondsAgo: events.ok ? events.value.secondsAgo : null,
    holders: holdersIn(view),
  }
  return got(value, pages && limits ? null : NO_MEMORY)
})

function limitsOf(value: string): TcpMemory['limits'] {
  const [low = Number.NaN, pressure = Number.NaN, high = Number.NaN] = value.trim().split(/\s+/).map(Number)
  return [low, pressure, high].every(Number.isFinite) && high > 0 ? { low, pressure, high } : null
}

function holdersIn({ snapshot }: View): readonly QueueHolder[] {
  const groups = snapshot.netns.flatMap(({ connections }) => (connections.ok ? connections.data : []))
  const queued = groups.filter((one) => (one.recvQueueBytes ?? 0) + (one.sendQueueBytes ?? 0) > 0)
  return [...byName(queued, (one) => programOf(one) ?? '')]
    .flatMap(([program, rows]): readonly QueueHolder[] => {
      const [first] = rows
      if (!first || program === '') return []
      return [
        {
          program,
          received: rows.reduce((all, one) => all + (one.recvQueueBytes ?? 0), 0),
          sent: rows.reduce((all, one) => all + (one.sendQueueBytes ?? 0), 0),
          connections: rows.reduce((all, one) => all + one.count, 0),
          origin: first.origin,
        },
      ]
    })
    .toSorted((a, b) => b.received + b.sent - a.received - a.sent)
}

const NO_MEMORY: Text = {
  en: 'TCP memory and its limits were not captured (cat /proc/net/sockstat; sysctl net.ipv4.tcp_mem)',
  zh: '没有采集到 TCP 内存及其上限（cat /proc/net/sockstat；sysctl net.ipv4.tcp_mem）',
}
