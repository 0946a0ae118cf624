import type { Netns, Process, Snapshot } from '../model/snapshot.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { byName, countOf, programOf } from './connections.ts'
import { type Counter, secondsBetween } from './counters.ts'
import { machineSockstat } from './machine-sockets.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** Sockets that are allocated and stand in no table: never connected, reset while nobody read, or forgotten by the kernel. */
export interface Unlisted {
  readonly allocated: Counter
  /** In use over all namespaces. */
  readonly listed: number
  /** Reset while they waited in an accept queue: allocated, not listed, and explained. */
  readonly queued: number
  readonly count: number
  /** The same at the reading before; null: not known. */
  readonly before: number | null
}

/** A process whose descriptors grow, and not by connections that are listed. */
export interface GrowingProcess {
  readonly process: Process & { readonly fds: NonNullable<Process['fds']> }
  readonly grown: number
  readonly seconds: number
  /** By so many its listed connections grew meanwhile. */
  readonly connections: number
}

/** Sockets in CLOSE that a program holds, as far as a tool lists such. */
export interface ClosedHeld {
  readonly program: string | null
  readonly count: number
  readonly groups: readonly ConnectionGroup[]
}

export interface LeakedSockets {
  readonly unlisted: Unlisted | null
  readonly growing: readonly GrowingProcess[]
  readonly closed: readonly ClosedHeld[]
}

/**
 * Sockets that are open and lead nowhere.
 * Gaps: `allocated` counts the whole machine, so it says something only where every namespace was read; missing where neither that
 *       nor the descriptors of processes at two readings were captured
 */
export const leakedSockets: Need<LeakedSockets> = need('leaked-sockets', (view) => {
  const unlisted = unlistedIn(view)
  const growing = growingIn(view)
  const closed = closedIn(view.snapshot)
  if (unlisted === null && growing === null && closed.length === 0) return missing(NOT_EVERYWHERE)
  return got({ unlisted, growing: growing ?? [], closed }, unlisted ? null : NOT_EVERYWHERE)
})

function unlistedIn(view: View): Unlisted | null {
  const allocated = machineSockstat(view, 'allocated')
  const now = allocated && unlistedOf(view.snapshot, allocated.value)
  if (!allocated || !now) return null
  const then = view.before && machineSockstat(view.before, 'allocated')
  const before = view.before && then ? unlistedOf(view.before.snapshot, then.value) : null
  return { allocated, ...now, before: before?.count ?? null }
}

function unlistedOf(snapshot: Snapshot, allocated: number): Pick<Unlisted, 'listed' | 'queued' | 'count'> | null {
  if (!isEverywhere(snapshot)) return null
  let [listed, queued] = [0, 0]
  for (const netns of snapshot.netns) {
    const inUse = netns.sockstat.ok ? netns.sockstat.data.tcpInUse : null
    if (inUse === null) return null
    listed += inUse
    queued += resetWhileQueued(netns)
  }
  return { listed, queued, count: Math.max(0, allocated - listed - queued) }
}

/** Is every namespace here in which a process lives? */
function isEverywhere({ netns, processes }: Snapshot): boolean {
  if (!processes.ok || !netns.some((one) => one.kind === 'host')) return false
  const known = new Set(netns.flatMap((one) => one.inode ?? []))
  const lived = new Set(processes.data.flatMap((one) => one.netns ?? []))
  return lived.size > 0 && [...lived].every((inode) => known.has(inode))
}

function resetWhileQueued({ listeners, connections }: Netns): number {
  const waiting = (listeners.ok ? listeners.data : []).reduce((sum, one) => sum + (one.acceptQueue.length ?? 0), 0)
  const visible = (connections.ok ? connections.data : []).filter((one) => one.holding === 'unaccepted')
  return Math.max(0, waiting - countOf(visible))
}

function growingIn(view: View): readonly GrowingProcess[] | null {
  const { before, snapshot } = view
  const seconds = before && secondsBetween(before.snapshot.takenAt, snapshot.takenAt)
  if (!before?.snapshot.processes.ok || !snapshot.processes.ok || !seconds) return null
  const old = new Map(before.snapshot.processes.data.map((one) => [`${one.pid} ${one.comm} ${one.startedAt}`, one]))
  return snapshot.processes.data
    .flatMap((process): readonly GrowingProcess[] => {
      const { fds, pid } = process
      const then = old.get(`${pid} ${process.comm} ${process.startedAt}`)?.fds
      if (!fds || !then || fds.open <= then.open) return []
      const connections = connectionsOf(snapshot, pid) - connectionsOf(before.snapshot, pid)
      return [{ process: { ...process, fds }, grown: fds.open - then.open, seconds, connections }]
    })
    .toSorted((a, b) => b.grown - b.connections - a.grown + a.connections)
}

const connectionsOf = ({ netns }: Snapshot, pid: number): number =>
  netns.reduce((sum, { connections }) => sum + (connections.ok ? countOf(connections.data.filter(heldBy(pid))) : 0), 0)

const heldBy = (pid: number) => (group: ConnectionGroup) =>
  (group.processes ?? []).some((process) => process.pid === pid)

function closedIn({ netns }: Snapshot): readonly ClosedHeld[] {
  const groups = netns
    .flatMap(({ connections }) => (connections.ok ? connections.data : []))
    .filter((one) => one.state === 'CLOSE' && one.holding === 'process')
  return [...byName(groups, (one) => programOf(one) ?? '')].map(([program, rows]) => ({
    program: program === '' ? null : program,
    count: countOf(rows),
    groups: rows,
  }))
}

const NOT_EVERYWHERE: Text = {
  en: 'allocated sockets count for the whole machine, and not every network namespace was read with its sockstat (recvq diagnose as root on the node does)',
  zh: 'sockstat 的 alloc 是整机数量，而没有读到每个网络命名空间的 sockstat（以 root 在节点上执行 recvq diagnose 可以）',
}
