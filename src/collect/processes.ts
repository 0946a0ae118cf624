import type { Part } from '../model/part.ts'
import type { Process } from '../model/snapshot.ts'
import { parseFileLimit, parsePodCgroup, parseProcStat } from '../parse/proc-pid.ts'
import { listSockets } from '../sys/descriptors.ts'
import { asGap, HostError } from '../sys/host-error.ts'
import { tryLibc } from '../sys/libc.ts'
import { netnsOf } from '../sys/netns.ts'
import { readBootTime } from '../sys/node-facts.ts'
import type { Proc } from '../sys/proc.ts'
import { ok, wholly } from './answers.ts'
import type { Budget } from './budget.ts'
import { addOwner, type Owners } from './owners.ts'

export interface ProcessScan {
  readonly processes: Part<readonly Process[]>
  /** Every process was looked into: a socket without an owner here has none. */
  readonly complete: boolean
}

/** Clock ticks a second in /proc/PID/stat: USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICKS = 100

/**
 * All processes but kernel threads and this one, and which of them hold the sockets that `owners` asks for.
 * Shape:  the open descriptors of each are counted; a limit is read of those that hold such a socket
 * Gaps:   fds null where they may not be listed (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH); a process that ends meanwhile is left out
 * Errors: none; a budget that is spent and what is denied show in `cuts`
 */
export function scanProcesses(proc: Proc, owners: Owners, budget: Budget): ProcessScan {
  const processes: Process[] = []
  const denied: HostError[] = []
  const boot = readBootTime(proc)
  let pids: readonly number[]
  try {
    pids = proc.pids()
  } catch (error) {
    return { processes: asGap(error), complete: false }
  }
  const self = selfIn(proc)
  let cut: string | null = null
  for (const pid of pids) {
    cut ??= budget.spent()
    try {
      const stat = parseProcStat(proc.read(`${pid}/stat`))
      if (!stat || stat.kernelThread || pid === self) continue
      let fds: Process['fds'] = null
      if (cut === null) fds = readFds(proc, pid, stat.comm, owners, denied)
      processes.push({
        pid,
        comm: stat.comm,
        state: stat.state,
        wchan: null,
        startedAt: boot === null ? null : new Date((boot + stat.startTicks / TICKS) * 1000).toISOString(),
        fds,
        netns: netnsOf(proc, pid),
        pod: podOf(proc, pid),
        threads: null,
        cpuTime: null,
        cgroup: null,
        tracer: null,
      })
    } catch {
      // It has ended since it was listed.
    }
  }
  const cuts = cut === null ? [] : [`descriptors: ${cut}`]
  if (denied[0]) cuts.push(`descriptors of ${denied.length} processes, so who holds which socket: ${denied[0].message}`)
  const from = { ...wholly('proc'), cuts }
  return { processes: ok(processes, from), complete: cut === null && denied.length === 0 }
}

/** The descriptors of one process; its sockets among the wanted are put down to it. */
function readFds(proc: Proc, pid: number, comm: string, owners: Owners, denied: HostError[]): Process['fds'] {
  let holds = false
  try {
    const open = listSockets(proc, tryLibc(), pid, (fd, inode) => {
      if (addOwner(owners, inode, pid, comm, fd)) holds = true
    })
    return { open, limit: holds ? limitOf(proc, pid) : null }
  } catch (error) {
    if (error instanceof HostError && error.code === 'denied') denied.push(error)
    return null
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

/** This program's own number in that procfs: it is none of the node's; null where it does not stand there. */
function selfIn(proc: Proc): number | null {
  try {
    return Number(proc.link('self'))
  } catch {
    return null
  }
}
