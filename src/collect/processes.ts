import type { Part } from '../model/part.ts'
import type { Process } from '../model/snapshot.ts'
import { parseCgroupPath, parseFileLimit, parseProcStat } from '../parse/proc-pid.ts'
import { listSockets } from '../sys/descriptors.ts'
import { asGap, HostError } from '../sys/host-error.ts'
import { tryLibc } from '../sys/libc.ts'
import { netnsOf } from '../sys/netns.ts'
import type { PodOf } from '../sys/netns-refs.ts'
import { readBootTime } from '../sys/node-facts.ts'
import type { Proc } from '../sys/proc.ts'
import { ok, wholly } from './answers.ts'
import type { Budget } from './budget.ts'
import { addOwner, isListener, type Owners } from './owners.ts'
import { readThreads, readTracer, readWchan, threadAllowance } from './threads.ts'

export interface ProcessScan {
  readonly processes: Part<readonly Process[]>
  /** Every process was looked into: a socket without an owner here has none. */
  readonly complete: boolean
  /** Cgroups of those that listen. */
  readonly cgroups: readonly string[]
}

/** Clock ticks a second in /proc/PID/stat: USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICKS = 100

/**
 * All processes but kernel threads and this one, and which of them hold the sockets that `owners` asks for.
 * Shape:  the open descriptors of each are counted; a limit is read of those that hold such a socket, threads of those that listen
 * Gaps:   fds null where they may not be listed (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH); a process that ends meanwhile is left out
 * Errors: none; a budget that is spent and what is denied show in `cuts`
 */
export function scanProcesses(proc: Proc, podOf: PodOf, owners: Owners, budget: Budget): ProcessScan {
  const processes: Process[] = []
  const denied: HostError[] = []
  const boot = readBootTime(proc)
  let pids: readonly number[]
  try {
    pids = proc.pids()
  } catch (error) {
    return { processes: asGap(error), complete: false, cgroups: [] }
  }
  const self = selfIn(proc)
  const allowance = threadAllowance()
  const cgroups = new Set<string>()
  let cut: string | null = null
  for (const pid of pids) {
    cut ??= budget.spent()
    try {
      const stat = parseProcStat(proc.read(`${pid}/stat`))
      if (!stat || stat.kernelThread || pid === self) continue
      const { fds, listens } = cut === null ? readFds(proc, pid, stat.comm, owners, denied) : NOTHING_READ
      const inside = cgroupText(proc, pid)
      const cgroup = parseCgroupPath(inside)
      if (listens && cgroup !== null) cgroups.add(cgroup)
      processes.push({
        pid,
        comm: stat.comm,
        state: stat.state,
        // Only of the blocked: a name costs a walk up its stack.
        wchan: stat.state === 'D' ? readWchan(proc, String(pid)) : null,
        startedAt: boot === null ? null : new Date((boot + stat.startTicks / TICKS) * 1000).toISOString(),
        fds,
        netns: netnsOf(proc, pid),
        pod: podOf(inside),
        ...(listens ? readThreads(proc, pid, allowance) : NO_THREADS),
        cgroup,
        tracer: /[Tt]/.test(stat.state) ? readTracer(proc, pid) : null,
      })
    } catch {
      // It has ended since it was listed.
    }
  }
  const cuts = cut === null ? [] : [`descriptors: ${cut}`]
  if (denied[0]) cuts.push(`descriptors of ${denied.length} processes, so who holds which socket: ${denied[0].message}`)
  const from = { ...wholly('proc'), cuts }
  return { processes: ok(processes, from), complete: cut === null && denied.length === 0, cgroups: [...cgroups] }
}

interface FdsRead {
  readonly fds: Process['fds']
  /** One of them is a listener that was asked for. */
  readonly listens: boolean
}

const NOTHING_READ: FdsRead = { fds: null, listens: false }
const NO_THREADS = { threads: null, cpuTime: null }

/** The descriptors of one process; its sockets among the wanted are put down to it. */
function readFds(proc: Proc, pid: number, comm: string, owners: Owners, denied: HostError[]): FdsRead {
  let holds = false
  let listens = false
  try {
    const open = listSockets(proc, tryLibc(), pid, (fd, inode) => {
      if (!addOwner(owners, inode, pid, comm, fd)) return
      holds = true
      listens ||= isListener(owners, inode)
    })
    return { fds: { open, limit: holds ? limitOf(proc, pid) : null }, listens }
  } catch (error) {
    if (error instanceof HostError && error.code === 'denied') denied.push(error)
    return NOTHING_READ
  }
}

function limitOf(proc: Proc, pid: number): number | null {
  try {
    return parseFileLimit(proc.read(`${pid}/limits`))
  } catch {
    return null
  }
}

function cgroupText(proc: Proc, pid: number): string {
  try {
    return proc.read(`${pid}/cgroup`)
  } catch {
    return ''
  }
}

/** This program's own number in that procfs: it is none of the node's; null where it does not stand there. */
function selfIn(proc: Proc): number | null {
  try {
    return Number(proc.link('self'))
  } catch {
    return null
  }
}
