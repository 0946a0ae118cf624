import type { Confidence } from '../model/finding.ts'
import type { Process } from '../model/snapshot.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { type OwnerSeen, ownersSeen } from './late-queues.ts'
import { listeners } from './listeners.ts'
import { got, missing, type Need, need } from './need.ts'
import { byHolder, type Held, type Holder, holderOf } from './owners.ts'
import { waitsFor } from './wait-channels.ts'

export interface HeldListener {
  readonly listener: Listener
  readonly holder: Holder | null
}

/** A program that listens and whose every process is stopped. */
export interface StoppedOwner extends Held<HeldListener> {
  readonly processes: readonly Process[]
  /**
   * - `signal`: SIGSTOP, SIGTSTP, a job in the background of a terminal
   * - `tracer`: somebody traces it
   * - `freezer`: its cgroup is frozen (a paused container)
   */
  readonly by: 'signal' | 'tracer' | 'freezer'
  /** Connections that wait for it. */
  readonly queued: number
  readonly confidence: Confidence
}

/** Listening programs that are stopped. Gaps: where no listener was read, or no state of any process. */
export const stoppedOwners: Need<readonly StoppedOwner[]> = need('stopped-owners', (view) => {
  const all = listeners.get(view)
  if (!all.ok) return all
  const { processes } = view.snapshot
  if (!processes.ok || processes.data.every((one) => one.state === null)) return missing(NO_STATES)
  const held = all.value.map((listener): HeldListener => ({ listener, holder: holderOf(view, listener) }))
  const found = byHolder(held).flatMap((group): readonly StoppedOwner[] => {
    const seen = ownersSeen(view, group.holder).filter((one) => one.by === 'pid')
    const known = group.holder !== null && seen.length === group.holder.pids.length
    const how = seen.map(({ now }) => stopOf(now))
    const [first] = how
    if (!known || !first || how.includes(null)) return []
    const by = how.includes('tracer') ? 'tracer' : first
    const queued = group.items.reduce((sum, one) => sum + (one.listener.acceptQueue.length ?? 0), 0)
    return [{ ...group, processes: seen.map((one) => one.now), by, queued, confidence: surenessOf(seen, by) }]
  })
  return got(found, all.incomplete)
})

function stopOf({ state, wchan, tracer }: Process): StoppedOwner['by'] | null {
  if (waitsFor(wchan) === 'freezer') return 'freezer'
  if (state === 't') return 'tracer'
  if (state === 'T') return tracer !== null && tracer > 0 ? 'tracer' : 'signal'
  return null
}

/** strace stops a program for microseconds at each of its calls: once seen so, it may be running again. */
function surenessOf(seen: readonly OwnerSeen[], by: StoppedOwner['by']): Confidence {
  const twice = seen.every(({ before }) => before !== null && stopOf(before) !== null)
  if (by === 'tracer') return twice ? 'likely' : 'possible'
  return twice ? 'certain' : 'likely'
}

const NO_STATES: Text = {
  en: 'the states of processes were not captured (ps -eo pid,stat,wchan:32,comm)',
  zh: '没有采集到进程状态（ps -eo pid,stat,wchan:32,comm）',
}
