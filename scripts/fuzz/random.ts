/** Numbers that look random and come again with the same seed (mulberry32). */
export interface Random {
  /** 0 to `below` − 1. */
  readonly upTo: (below: number) => number
  readonly one: <T>(of: readonly T[]) => T
}

export function startRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const upTo = (below: number) => Math.floor(next() * below)
  return {
    upTo,
    one(of) {
      const chosen = of[upTo(of.length)]
      if (chosen === undefined) throw new RangeError('nothing to choose from')
      return chosen
    },
  }
}
