import type { Process } from '../model/snapshot.ts'
import { parseProcStat, parseSchedstat } from '../parse/proc-pid.ts'
import type { Proc } from '../sys/proc.ts'

/** A program with more threads than that is looked at in part: its first ones serve as well as its last. */
const MOST_OF_ONE = 128

/** How many threads may still be looked at in this reading, all programs together. A thread costs three reads. */
export interface ThreadAllowance {
  left: number
}

export const threadAllowance = (): ThreadAllowance => ({ left: 2048 })

/**
 * What the threads of one process are doing, and how long they waited for a CPU.
 * Gaps:   wchan null where it may not be seen (CAP_SYS_PTRACE) or the kernel has no symbols; cpuTime null without CONFIG_SCHED_INFO
 *         both null where the process is gone, or too many were looked at already
 * Errors: none. Nothing is read that waits for a process: a thread in D state that holds mmap_lock would block cmdline, environ, maps
 */
export function readThreads(proc: Proc, pid: number, allowance: ThreadAllowance): Pick<Process, 'threads' | 'cpuTime'> {
  const tids = tryRead(() => proc.list(`${pid}/task`))
  if (tids === null || allowance.left <= 0) return { threads: null, cpuTime: null }
  const states: Record<string, number> = {}
  const blocked = new Map<string | null, number>()
  let looked = 0
  let ran: number | null = null
  let waited = 0
  for (const tid of tids.slice(0, Math.min(MOST_OF_ONE, allowance.left))) {
    const stat = parseProcStat(tryRead(() => proc.read(`${pid}/task/${tid}/stat`)) ?? '')
    if (!stat) continue
    looked++
    states[stat.state] = (states[stat.state] ?? 0) + 1
    if (stat.state === 'D') {
      const wchan = readWchan(proc, `${pid}/task/${tid}`)
      blocked.set(wchan, (blocked.get(wchan) ?? 0) + 1)
    }
    const times = parseSchedstat(tryRead(() => proc.read(`${pid}/task/${tid}/schedstat`)) ?? '')
    if (times) {
      ran = (ran ?? 0) + times.ranUs
      waited += times.waitedUs
    }
  }
  allowance.left -= looked
  return {
    threads: {
      total: tids.length,
      looked,
      states,
      blocked: [...blocked].map(([wchan, count]) => ({ wchan, count })),
    },
    cpuTime: ran === null ? null : { ranUs: ran, waitedUs: waited },
  }
}

/** The kernel function that `PID` or `PID/task/TID` sleeps in; null: it does not sleep, or it is not told. */
export function readWchan(proc: Proc, path: string): string | null {
  const name = tryRead(() => proc.read(`${path}/wchan`))?.trim() ?? ''
  return name === '' || name === '0' ? null : name
}

/** Who traces a process; 0: nobody; null: not told. */
export function readTracer(proc: Proc, pid: number): number | null {
  const tracer = /^TracerPid:\s{1,8}(\d{1,10})$/m.exec(tryRead(() => proc.read(`${pid}/status`)) ?? '')?.[1]
  return tracer === undefined ? null : Number(tracer)
}

function tryRead<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
