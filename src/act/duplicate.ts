import { fstatSync } from 'node:fs'
import type { QueueOwner, RefusalCode } from '../model/queue-drain.ts'
import { HostError } from '../sys/host-error.ts'
import type { Proc } from '../sys/proc.ts'
import type { Calls } from './calls.ts'
import { identityOf } from './owners.ts'
import { Refused } from './refused.ts'

const IPPROTO_TCP = 6

/**
 * A duplicate of the owner's listening descriptor. It is the same open file description: no flag of it may be changed.
 * Errors: Refused: no such call, no rights, the process or the descriptor is another one by now, or no plain TCP
 */
export function duplicate(calls: Calls, proc: Proc, owner: QueueOwner, inode: number): number {
  const fd = take(calls, proc, owner)
  try {
    if (isAnother(proc, owner))
      throw new Refused('pid-reused', `process ${owner.pid} is not the one that was looked at`)
    if (fstatSync(fd).ino !== inode)
      throw new Refused('pid-reused', `descriptor ${owner.fd} of process ${owner.pid} is not socket ${inode}`)
    const protocol = calls.option(fd, 'SO_PROTOCOL')
    if (protocol !== IPPROTO_TCP) throw new Refused('mptcp', `protocol ${protocol}`)
    const pending = calls.option(fd, 'TCP_FASTOPEN')
    if (pending > 0) throw new Refused('fast-open', `TCP_FASTOPEN ${pending}`)
    return fd
  } catch (error) {
    calls.close(fd)
    throw error
  }
}

function take(calls: Calls, proc: Proc, { pid, fd }: QueueOwner): number {
  try {
    const pidfd = calls.pidfdOpen(pid)
    try {
      return calls.pidfdGetfd(pidfd, fd)
    } finally {
      calls.close(pidfd)
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    throw new Refused(reasonOf(proc, error.errno), error.message)
  }
}

function reasonOf(proc: Proc, errno: string | null): RefusalCode {
  switch (errno) {
    case 'ENOSYS':
      return 'old-kernel'
    case 'ESRCH':
      return 'gone'
    case 'EBADF':
      return 'pid-reused'
    default:
      return ptraceScope(proc) >= 2 ? 'yama' : 'no-rights'
  }
}

/** 2: only with CAP_SYS_PTRACE; 3: nobody, root included. 0 where there is no Yama. */
function ptraceScope(proc: Proc): number {
  try {
    return Number(proc.readShort('sys/kernel/yama/ptrace_scope').trim())
  } catch {
    return 0
  }
}

function isAnother(proc: Proc, { pid, startTicks }: QueueOwner): boolean {
  try {
    return identityOf(proc, pid).startTicks !== startTicks
  } catch {
    return true
  }
}
