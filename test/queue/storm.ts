import { join } from 'node:path'
import { drainQueue } from '../../src/act/drain.ts'
import { preparePlan } from '../../src/act/plan.ts'
import { Refused } from '../../src/act/refused.ts'
import { call, until } from '../../src/lab/command.ts'
import { makeNetns } from '../../src/lab/namespace.ts'
import type { StopReason } from '../../src/model/queue-drain.ts'
import { openProc } from '../../src/sys/proc.ts'
import { play } from './stage.ts'

export interface Storm {
  /** Runs in which at least one connection was taken. */
  readonly runs: number
  /** Runs that began before somebody alive, or at an empty queue, and took nothing. */
  readonly idle: number
  /** Runs that were refused, by their reason: when the oldest is reset between two looks, it looks as if somebody had accepted. */
  readonly refused: Readonly<Record<string, number>>
  readonly taken: number
  /** By the kernel, in the moment of accept. */
  readonly takenAlive: number
  /** Counted at the clients: connections that ended before their client had ended them. */
  readonly lost: number
  readonly begun: number
  readonly connected: number
  readonly seconds: number
  readonly longestRunMs: number
  readonly stopped: Readonly<Partial<Record<StopReason, number>>>
}

const SOURCES = Array.from({ length: 8 }, (_, at) => `127.0.0.${at + 2}`)
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const HELPER = [process.execPath, MAIN, 'queue', 'accept-as-told']
/** A second and more for people; here the same head at two looks is enough, since it is known that nobody accepts. */
const LOOK_MS = 20

/** Drain a queue again and again while clients come from eight addresses, in a network namespace of its own. */
export async function runStorm(options: {
  readonly runs: number
  readonly perSecond: number
  readonly blocking: boolean
  readonly onRun?: (sums: Pick<Storm, 'runs' | 'idle' | 'taken' | 'takenAlive'>) => void
}): Promise<Storm> {
  const { runs, perSecond, blocking } = options
  const port = 30_720
  const netns = await makeNetns('named')
  try {
    await call(netns.inside(['sysctl', '-qw', 'net.ipv4.ip_local_port_range=1024 65000']))
    const owner = await play(netns, 'listen', { port, backlog: 128, blocking })
    const clients = await play(netns, 'storm-clients', { port, perSecond, sources: SOURCES, waitMs: 400 })
    const refused: Record<string, number> = {}
    const stopped: Partial<Record<StopReason, number>> = {}
    const sums = { runs: 0, idle: 0, taken: 0, takenAlive: 0, longestRunMs: 0 }
    const from = performance.now()
    const policy = { live: 'keep', most: null, payload: false } as const
    try {
      for (let nth = 1; sums.runs < runs; nth++) {
        const began = performance.now()
        try {
          const asked = { proc: openProc(), port, netns: netns.name ?? '', address: null, pid: owner.pid, unseen: true }
          const prepared = await preparePlan({ ...asked, intervalMs: LOOK_MS, policy })
          if (!prepared) throw new Error('nobody listens')
          try {
            const record = await drainQueue(prepared, { helper: HELPER })
            if (record.taken.length > 0) sums.runs++
            else sums.idle++
            sums.taken += record.taken.length
            sums.takenAlive += record.liveReset
            stopped[record.stopped] = (stopped[record.stopped] ?? 0) + 1
          } finally {
            prepared.close()
          }
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          refused[error.code] = (refused[error.code] ?? 0) + 1
        }
        sums.longestRunMs = Math.max(sums.longestRunMs, performance.now() - began)
        options.onRun?.(sums)
        if (nth > 50 * runs + 200) throw new Error(`too little to take: ${JSON.stringify({ sums, refused, stopped })}`)
      }
      clients.tell('count')
      await until('the clients to have counted', 10_000, () => clients.lines.length > 0)
      const { lost, begun, connected } = JSON.parse(clients.lines.at(-1) ?? '{}')
      const seconds = (performance.now() - from) / 1000
      return { ...sums, refused, stopped, lost, begun, connected, seconds }
    } finally {
      await clients.stop()
      await owner.stop()
    }
  } finally {
    await netns.remove()
  }
}
