import type { PodRef } from '../model/pod-ref.ts'

export interface ProcStat {
  readonly pid: number
  readonly comm: string
  readonly state: string
  /** Clock ticks from boot to its start. */
  readonly startTicks: number
  /** PF_KTHREAD: a kernel thread, which has no descriptors. */
  readonly kernelThread: boolean
}

const PF_KTHREAD = 0x00200000

/** Parse `/proc/PID/stat`. The name stands in parentheses and may hold anything, parentheses too. null: not that format. */
export function parseProcStat(text: string): ProcStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const rest = text.slice(close + 2).split(' ')
  const pid = Number(text.slice(0, open))
  const startTicks = Number(rest[19])
  if (!Number.isInteger(pid) || !Number.isFinite(startTicks) || !rest[0]) return null
  const flags = Number(rest[6])
  return {
    pid,
    comm: text.slice(open + 1, close),
    state: rest[0],
    startTicks,
    kernelThread: (flags & PF_KTHREAD) !== 0,
  }
}

/** Soft limit of open files from `/proc/PID/limits`; null where it is not told or unlimited. */
export function parseFileLimit(text: string): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1]
  return soft === undefined ? null : Number(soft)
}

/** Parse `/proc/PID/schedstat` or that of one task: ns on a CPU, ns ready and waiting for one, turns. null: the kernel does not count. */
export function parseSchedstat(text: string): { readonly ranUs: number; readonly waitedUs: number } | null {
  const [ran, waited, turns] = text.trim().split(' ').map(Number)
  if (ran === undefined || waited === undefined || !Number.isInteger(turns)) return null
  return { ranUs: Math.round(ran / 1000), waitedUs: Math.round(waited / 1000) }
}

/**
 * The path under which a process' CPU limits stand, from `/proc/PID/cgroup`: of v1's cpu controller where there is one, else of v2.
 * Gaps: null where neither is named
 */
export function parseCgroupPath(text: string): string | null {
  let unified: string | null = null
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d{1,4}:([^:]*):(\/.*)$/.exec(line.slice(0, 4200)) ?? []
    if (path === undefined) continue
    if (controllers?.split(',').includes('cpu')) return path
    if (controllers === '') unified = path
  }
  return unified
}

const UID = /pod([\da-f]{8}[-_][\da-f]{4}[-_][\da-f]{4}[-_][\da-f]{4}[-_][\da-f]{12}|[\da-f]{32})(?![\da-f])/i
const CONTAINER = /(?:^|[/:-])([\da-f]{64})(?:\.scope)?(?:\/|$)/i
/** Of another container of the pod that we are in ourselves: its place is told from ours on. */
const SIBLING = /^\/\.\.\/(?:cri-containerd|crio|docker)-[\da-f]{64}\.scope(?:\/|$)/i

/**
 * The pod and container that `/proc/PID/cgroup` tells of; null where it tells of none.
 * Shape: systemd driver `kubepods-burstable-pod<uid with _>.slice/cri-containerd-<64 hex>.scope` (also `crio-`, `docker-`), with
 *        a driver that does not fit the runtime's `…pod<uid>.slice:cri-containerd:<64 hex>`; cgroupfs driver
 *        `/kubepods/burstable/pod<uid>/<64 hex>`. Static pods have a uid of 32 hex digits. A node that is itself a container
 *        (kind) has its own id in front, a container that a pod's container starts has its id behind: neither is the pod's
 */
export function parsePodCgroup(text: string): PodRef | null {
  for (const line of text.split('\n')) {
    const path = line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1)
    const pods = path.indexOf('kubepods')
    // Seen from another pod's cgroup namespace the path begins at that pod's place: `/../../pod<uid>/<64 hex>`.
    if (pods < 0 && !path.startsWith('/../')) continue
    const found = UID.exec(path)
    const uid = found?.[1]?.replaceAll('_', '-').toLowerCase() ?? null
    const behind = path.slice(found ? found.index + found[0].length : Math.max(0, pods))
    const containerId = CONTAINER.exec(behind)?.[1]?.toLowerCase() ?? null
    if (uid !== null || (containerId !== null && (pods >= 0 || SIBLING.test(path))))
      return { uid, containerId, namespace: null, name: null }
  }
  return null
}
