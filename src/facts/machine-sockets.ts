import type { Origin } from '../model/part.ts'
import type { Netns } from '../model/snapshot.ts'
import { type Counter, compareCounters, deltas, isRecent, readCounter, totalCounters } from './counters.ts'
import type { View } from './need.ts'
import { everySysctl, type Sysctl } from './sysctls.ts'

/**
 * What the kernel counts once for the whole machine, though every namespace's sockstat prints it: orphans, allocated sockets,
 * pages of TCP memory. null: nobody captured it.
 */
export function machineSockstat(view: View, key: 'orphans' | 'allocated' | 'memPages'): Counter | null {
  for (const netns of hostFirst(view.snapshot.netns)) {
    const part = netns.sockstat
    const value = part.ok ? part.data[key] : null
    if (part.ok && value !== null) return { value, origin: { via: part.via } }
    const summary = netns.network.ok ? netns.network.data.summary : null
    if (key === 'orphans' && summary?.orphaned != null) return { value: summary.orphaned, origin: summary.origin }
  }
  return null
}

/** A setting of the machine, from whichever namespace shows it. */
export const machineSysctl = (view: View, key: string): Sysctl | null => everySysctl(view, key)[0] ?? null

/** A counter since boot, over all namespaces that were read; null: in none of them. */
export function totalEverywhere(view: View, name: string): Counter | null {
  return sum(
    view.snapshot.netns.map((netns) => {
      const counters = totalCounters(netns)
      return counters && readCounter(counters, name)
    }),
  )
}

/**
 * What a counter gained over all namespaces that were read twice.
 * Gaps: null where none was, where the readings lie far apart, or where one of them was made anew
 */
export function gainedEverywhere(view: View, name: string): Counter | null {
  const { before } = view
  const own = deltas.get(view)
  if (!before || (own.ok && !isRecent(own.value.seconds))) return null
  return sum(view.snapshot.netns.map((netns) => gainedIn(netns, before.snapshot.netns, name)))
}

function gainedIn(netns: Netns, earlier: readonly Netns[], name: string): Counter | null {
  const old = earlier.find(({ key, inode }) => key === netns.key && inode === netns.inode)
  const [then, now] = [old ? totalCounters(old) : null, totalCounters(netns)]
  if (!then || !now || compareCounters(then, now).fell.length > 0) return null
  const [a, b] = [readCounter(then, name), readCounter(now, name)]
  return a && b ? { value: b.value - a.value, origin: b.origin } : null
}

function sum(counters: readonly (Counter | null)[]): Counter | null {
  const told = counters.filter((one) => one !== null)
  const [first] = told
  if (!first) return null
  const origin: Origin = (told.find((one) => one.value > 0) ?? first).origin
  return { value: told.reduce((all, one) => all + one.value, 0), origin }
}

export const hostFirst = (spaces: readonly Netns[]): readonly Netns[] =>
  spaces.toSorted((a, b) => Number(b.kind === 'host') - Number(a.kind === 'host'))
