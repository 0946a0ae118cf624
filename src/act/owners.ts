import type { QueueOwner } from '../model/queue-drain.ts'
import { parseProcStat } from '../parse/proc-pid.ts'
import { listSockets } from '../sys/descriptors.ts'
import { HostError } from '../sys/host-error.ts'
import { tryLibc } from '../sys/libc.ts'
import type { Proc } from '../sys/proc.ts'

/** Clock ticks a second: USER_HZ, 100 on every architecture that Kubernetes runs on. */
const TICK_MS = 10

/**
 * Every process that holds a socket.
 * Shape: a process with several descriptors of it stands once; `denied`: how many could not be looked into
 */
export function ownersOf(
  proc: Proc,
  inode: number,
): { readonly owners: readonly QueueOwner[]; readonly denied: number } {
  const owners: QueueOwner[] = []
  let denied = 0
  const c = tryLibc()
  for (const pid of proc.pids()) {
    let fd = -1
    try {
      listSockets(proc, c, pid, (number, met) => {
        if (met === inode && fd < 0) fd = number
      })
      if (fd >= 0) owners.push({ pid, fd, ...identityOf(proc, pid) })
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      if (error.code === 'denied') denied++
    }
  }
  return { owners, denied }
}

/** What tells a process from a later one with its pid. Errors: HostError where it is gone */
export function identityOf(proc: Proc, pid: number): Pick<QueueOwner, 'comm' | 'startTicks' | 'ageMs'> {
  const stat = parseProcStat(proc.read(`${pid}/stat`))
  if (!stat) throw new HostError('read', `${pid}/stat`, null)
  const uptimeMs = 1000 * Number(proc.read('uptime').split(' ')[0])
  return { comm: stat.comm, startTicks: stat.startTicks, ageMs: uptimeMs - stat.startTicks * TICK_MS }
}
