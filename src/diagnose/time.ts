import type { Precedence } from '../model/snapshot.ts'

/** Is reading a known to be earlier than reading b, directly or by way of others? */
export function isEarlier(order: readonly Precedence[], a: number, b: number): boolean {
  const reached = new Set([a])
  const queue = [a]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const step of order) {
      if (step.before !== at || reached.has(step.after)) continue
      if (step.after === b) return true
      reached.add(step.after)
      queue.push(step.after)
    }
  }
  return false
}

/** How many of `among` are known to be earlier: a number that grows with time where the order is known. */
export function rank(order: readonly Precedence[], index: number, among: readonly number[]): number {
  return among.filter((other) => other !== index && isEarlier(order, other, index)).length
}
