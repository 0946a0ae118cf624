import type { Listener, ProcessRef } from '../model/socket.ts'
import { earlierSelf } from './listeners.ts'
import type { View } from './need.ts'

/** The program behind a listener. */
export interface Holder {
  /** Command name; several that share the socket are joined. */
  readonly program: string
  readonly pids: readonly number[]
  /** Known from an earlier reading of the same socket, not from this one. */
  readonly inferred: boolean
}

/** Who listens there; null: not known. */
export function holderOf(view: View, listener: Listener): Holder | null {
  const own = asHolder(listener.owners, false)
  if (own) return own
  const earlier = earlierSelf(view, listener, (self) => asHolder(self.listener.owners, true) !== null)
  return earlier ? asHolder(earlier.listener.owners, true) : null
}

function asHolder(owners: readonly ProcessRef[] | null, inferred: boolean): Holder | null {
  if (owners === null || owners.length === 0) return null
  const program = [...new Set(owners.map((one) => one.comm))].sort().join(', ')
  const pids = [...new Set(owners.flatMap((one) => (one.pid === null ? [] : [one.pid])))].sort((a, b) => a - b)
  return { program, pids, inferred }
}

/** Things that share a holder; those whose holder is not known stand alone. In the order of the first of each. */
export interface Held<T> {
  readonly holder: Holder | null
  readonly items: readonly T[]
}

export function byHolder<T extends { readonly holder: Holder | null }>(items: readonly T[]): readonly Held<T>[] {
  const named = new Map<string, T[]>()
  const groups: { holder: Holder | null; items: T[] }[] = []
  for (const item of items) {
    const known = item.holder && named.get(item.holder.program)
    if (known) {
      known.push(item)
      continue
    }
    const group = { holder: item.holder, items: [item] }
    if (item.holder) named.set(item.holder.program, group.items)
    groups.push(group)
  }
  return groups.map(({ holder, items }) => ({
    holder: holder && { ...holder, pids: [...new Set(items.flatMap((one) => one.holder?.pids ?? []))] },
    items,
  }))
}
