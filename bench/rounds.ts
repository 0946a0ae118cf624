import { median } from './parts.ts'

/**
 * Take turns: every way once a round, in rotating order, so that a busy neighbour hits all alike.
 * Shape: medians of what each way returned, by name; two rounds go before to warm up
 */
export async function inTurns(
  rounds: number,
  ways: Readonly<Record<string, () => Promise<number>>>,
): Promise<Readonly<Record<string, number>>> {
  const names = Object.keys(ways)
  const taken: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -2; round < rounds; round++)
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + names.length * 2) % names.length] ?? ''
      const took = (await ways[name]?.()) ?? 0
      if (round >= 0) taken[name]?.push(took)
    }
  return Object.fromEntries(names.map((name) => [name, median(taken[name] ?? [])]))
}

/** Milliseconds that something takes. */
export async function timed(act: () => unknown): Promise<number> {
  const from = performance.now()
  await act()
  return performance.now() - from
}
