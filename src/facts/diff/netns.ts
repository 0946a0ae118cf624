import type { Changed, NetnsDiff } from '../../model/diff.ts'
import type { Netns, Sysctls } from '../../model/snapshot.ts'
import type { StateCensus, TcpState } from '../../model/socket.ts'
import { TCP_STATES } from '../../model/socket.ts'
import type { View } from '../need.ts'
import { diffCounters } from './counters.ts'
import { diffForwarding } from './forwarding.ts'
import { diffListeners } from './listeners.ts'
import { diffStuck } from './stuck.ts'

/** One namespace at two readings. `seconds` null: no rates. `ofOneNode`: of two nodes only what they *are* is compared, not what they count. */
export function diffNetns(before: View, after: View, seconds: number | null, ofOneNode: boolean): NetnsDiff {
  const [then, now] = [before.netns, after.netns]
  return {
    key: now.key,
    listeners: diffListeners(then.listeners, now.listeners),
    stuck: ofOneNode ? diffStuck(before, after) : null,
    census: diffCensus(then, now),
    counters: ofOneNode ? diffCounters(then, now, seconds) : null,
    settings: diffSettings(then, now),
    forwarding: diffForwarding(then.nat, now.nat),
  }
}

function diffCensus({ census: then }: Netns, { census: now }: Netns): readonly Changed<number>[] | null {
  if (!then.ok || !now.ok) return null
  const states = TCP_STATES.filter((state): state is TcpState => state !== null)
  const count = ({ counts }: StateCensus, state: TcpState) => counts[state] ?? null
  return [...new Set(states)].flatMap((name) => {
    const [before, after] = [count(then.data, name), count(now.data, name)]
    return before === after ? [] : [{ name, before, after }]
  })
}

/**
 * Settings that both sides read and that differ. Blanks between numbers are the kernel's own; a value that one side took over
 * from the other is no second reading of it.
 */
function diffSettings({ sysctls: then }: Netns, { sysctls: now }: Netns): readonly Changed<string>[] | null {
  if (!then.ok || !now.ok) return null
  const value = ({ values }: Sysctls, name: string) => values[name]?.trim().replace(/\s+/g, ' ') ?? null
  return Object.keys(now.data.values)
    .filter((name) => !CHANGES_BY_ITSELF.has(name))
    .sort()
    .flatMap((name) => {
      const [before, after] = [value(then.data, name), value(now.data, name)]
      return before === null || before === after ? [] : [{ name, before, after }]
    })
}

/** Read like settings, and are states of the moment. */
const CHANGES_BY_ITSELF: ReadonlySet<string> = new Set([
  'fs.file-nr',
  'fs.inode-nr',
  'fs.inode-state',
  'fs.dentry-state',
  'kernel.ns_last_pid',
  'kernel.random.uuid',
  'kernel.random.entropy_avail',
  'net.netfilter.nf_conntrack_count',
])
