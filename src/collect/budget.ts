/** How much a reading may cost. Asked between steps: null, or in words why it must stop. */
export interface Budget {
  spent(): string | null
  /** Milliseconds that are left; a program that is run may take no longer. */
  left(): number
}

/** The machine's clocks, exchangeable in tests. Milliseconds. */
export interface Clock {
  wall(): number
  /** CPU time of this process, all threads, since it was started. */
  cpu(): number
  sleep(ms: number): void
}

const nap = new Int32Array(new SharedArrayBuffer(4))

export const CLOCK: Clock = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  sleep: (ms) => void Atomics.wait(nap, 0, 0, ms),
}

/** CPU time that nobody grudges. */
const FREE_CPU_MS = 1000
const LONGEST_NAP_MS = 50

/** What has been used since a run began: one account for both of its readings. */
export interface Account {
  readonly clock: Clock
  readonly wallAtStart: number
  readonly cpuAtStart: number
}

export const openAccount = (clock: Clock = CLOCK): Account => ({
  clock,
  wallAtStart: clock.wall(),
  cpuAtStart: clock.cpu(),
})

/**
 * A budget of `wallMs` from now on. CPU time stays below max(1 s, half the wall time) of the account: a reading that is ahead of
 * that waits, so that a sick node is not made sicker, and stops when the wall time is up.
 */
export function createBudget(wallMs: number, { clock, wallAtStart, cpuAtStart }: Account): Budget {
  const end = clock.wall() + wallMs
  return {
    left: () => Math.max(0, end - clock.wall()),
    spent() {
      for (;;) {
        const now = clock.wall()
        const cpu = clock.cpu() - cpuAtStart
        if (now >= end) return `budget of ${Math.round(wallMs / 100) / 10} s spent (${(cpu / 1000).toFixed(1)} s CPU)`
        const ahead = cpu - Math.max(FREE_CPU_MS, (now - wallAtStart) / 2)
        if (ahead <= 0) return null
        clock.sleep(Math.min(LONGEST_NAP_MS, 2 * ahead, end - now))
      }
    },
  }
}

export const NO_LIMIT: Budget = { spent: () => null, left: () => Number.POSITIVE_INFINITY }

/** A part of a budget, from now on, for something that may use no more of it. */
export function sliceOf(budget: Budget, ms: number): Budget {
  const end = budget.left() - ms
  if (!Number.isFinite(end)) return budget
  return {
    left: () => Math.max(0, budget.left() - Math.max(0, end)),
    spent: () => (budget.left() <= end ? `its share of ${Math.round(ms)} ms spent` : budget.spent()),
  }
}
