import type { Part, Warning } from '../model/part.ts'
import type { Process } from '../model/snapshot.ts'
import type { ProcessRef } from '../model/socket.ts'
import { parseFileLimit, parsePodCgroup, parseProcStat } from '../parse/proc-pid.ts'
import { asGap, HostError } from '../sys/host-error.ts'
import { netnsOf } from '../sys/netns.ts'
import { readBootTime } from '../sys/node-facts.ts'
import type { Proc } from '../sys/proc.ts'
import { ok, wholly } from './answers.ts'
import type { Budget } from './budget.ts'

export interface ProcessScan {
  readonly processes: Part<readonly Process[]>
  /** Socket inode → who holds it. */
  readonly owners: ReadonlyMap<number, readonly ProcessRef[]>
  /** Every process was looked into: a socket without an owner here has none. */
  readonly complete: boolean
}

/** Clock ticks a second in /proc/PID/stat: USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICKS = 100

/**
 * All processes but kernel threads, and which of them hold the wanted sockets.
 * Shape:  /proc/PID/fd is listed for each, links are read while there are sockets without an owner or it is cheap
 * Gaps:   fds null where they may not be listed (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH); a process that ends meanwhile is left out
 * Errors: none; a budget that is spent shows in `cuts`
 */
export function scanProcesses(proc: Proc, wanted: ReadonlySet<number>, budget: Budget): ProcessScan {
  const owners = new Map<number, ProcessRef[]>()
  const processes: Process[] = []
  const denied: HostError[] = []
  const boot = readBootTime(proc)
  let pids: readonly number[]
  try {
    pids = proc.pids()
  } catch (error) {
    return { processes: asGap(error), owners, complete: false }
  }
  let cut: string | null = null
  for (const pid of pids) {
    cut ??= budget.spent()
    try {
      const stat = parseProcStat(proc.read(`${pid}/stat`))
      if (!stat || stat.kernelThread) continue
      let fds: Process['fds'] = null
      if (cut === null) fds = readFds(proc, pid, stat.comm, wanted, owners, denied)
      processes.push({
        pid,
        comm: stat.comm,
        state: stat.state,
        startedAt: boot === null ? null : new Date((boot + stat.startTicks / TICKS) * 1000).toISOString(),
        fds,
        netns: netnsOf(proc, pid),
        pod: podOf(proc, pid),
      })
    } catch {
      // It has ended since it was listed.
    }
  }
  const warnings: Warning[] = []
  if (denied[0]) warnings.push({ origin: { via: 'proc' }, message: `${denied.length} processes: ${denied[0].message}` })
  const from = { ...wholly('proc', warnings), cuts: cut === null ? [] : [`descriptors: ${cut}`] }
  return { processes: ok(processes, from), owners, complete: cut === null && denied.length === 0 }
}

/** The descriptors of one process; its sockets among the wanted are added to `owners`. */
function readFds(
  proc: Proc,
  pid: number,
  comm: string,
  wanted: ReadonlySet<number>,
  owners: Map<number, ProcessRef[]>,
  denied: HostError[],
): Process['fds'] {
  let names: readonly string[]
  try {
    names = proc.fds(pid)
  } catch (error) {
    if (error instanceof HostError && error.code === 'denied') denied.push(error)
    return null
  }
  let holds = false
  for (const name of wanted.size > 0 ? names : []) {
    const inode = socketInode(proc, pid, name)
    if (inode === 0 || !wanted.has(inode)) continue
    holds = true
    const ref = { pid, comm, fd: Number(name) }
    const list = owners.get(inode)
    if (!list) owners.set(inode, [ref])
    else if (!list.some((one) => one.pid === pid)) list.push(ref)
  }
  return { open: names.length, limit: holds ? limitOf(proc, pid) : null }
}

/** 0: no socket, or closed meanwhile. */
function socketInode(proc: Proc, pid: number, fd: string): number {
  try {
    const link = proc.link(`${pid}/fd/${fd}`)
    return link.startsWith('socket:[') ? Number(link.slice(8, -1)) : 0
  } catch {
    return 0
  }
}

function limitOf(proc: Proc, pid: number): number | null {
  try {
    return parseFileLimit(proc.read(`${pid}/limits`))
  } catch {
    return null
  }
}

function podOf(proc: Proc, pid: number): Process['pod'] {
  try {
    return parsePodCgroup(proc.read(`${pid}/cgroup`))
  } catch {
    return null
  }
}
