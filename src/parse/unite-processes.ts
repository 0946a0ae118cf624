import type { Process } from '../model/snapshot.ts'

/**
 * Several listings of processes as one: what one does not tell, another may.
 * Gaps: of two states the D is kept, wherever it stands: to have been seen blocked once is what matters
 */
export function uniteProcesses(listed: readonly Process[]): readonly Process[] {
  const byPid = new Map<number, Process>()
  for (const one of listed) {
    const known = byPid.get(one.pid)
    byPid.set(one.pid, known ? unite(known, one) : one)
  }
  return [...byPid.values()]
}

function unite(a: Process, b: Process): Process {
  const [first, second] = b.state === 'D' && a.state !== 'D' ? [b, a] : [a, b]
  return {
    pid: a.pid,
    comm: first.comm,
    state: first.state ?? second.state,
    wchan: first.wchan ?? (first.state === second.state ? second.wchan : null),
    startedAt: first.startedAt ?? second.startedAt,
    fds: first.fds ?? second.fds,
    netns: first.netns ?? second.netns,
    pod: first.pod ?? second.pod,
    threads: first.threads ?? second.threads,
    cpuTime: first.cpuTime ?? second.cpuTime,
    cgroup: first.cgroup ?? second.cgroup,
    tracer: first.tracer ?? second.tracer,
  }
}
