import type { Precedence } from '../model/snapshot.ts'

/** For each reading, all those known to come later, directly or by way of others. In a circle each comes later than itself. */
export function laterThanEach(order: readonly Precedence[]): (from: number) => ReadonlySet<number> {
  const steps = new Map<number, number[]>()
  for (const { before, after } of order) {
    const list = steps.get(before)
    if (list) list.push(after)
    else steps.set(before, [after])
  }
  const reached = new Map<number, ReadonlySet<number>>()
  return (from) => {
    const known = reached.get(from)
    if (known) return known
    const seen = new Set<number>()
    const next = [...(steps.get(from) ?? [])]
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      next.push(...(steps.get(at) ?? []))
    }
    reached.set(from, seen)
    return seen
  }
}
