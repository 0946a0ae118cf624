import { setTimeout as sleep } from 'node:timers/promises'
import type { Series, Snapshot } from '../model/snapshot.ts'
import { HostError } from '../sys/host-error.ts'
import { findHostRoot } from '../sys/host-root.ts'
import { createLiveHost } from '../sys/live-host.ts'
import { CLOCK, createBudget, openAccount } from './budget.ts'
import { collectSnapshot } from './collect.ts'
import { readRuntime } from './runtime.ts'

export interface LiveOptions {
  /** Milliseconds between the two readings; 0: one reading. */
  readonly interval?: number
  /** all · self · host · a namespace's key, pod uid or mount name. */
  readonly netns?: string
  /** Where this node's procfs is mounted. */
  readonly procfs?: string
  /** Wall time that reading may take, the interval not counted. */
  readonly budgetMs?: number
  /** `proc`: do without netlink. */
  readonly way?: 'inet-diag' | 'proc'
  /** Called before each reading, counted from 1. */
  readonly onReading?: (nth: number) => void
}

export const DEFAULT_INTERVAL_MS = 3000
export const DEFAULT_BUDGET_MS = 10_000
/** The rest is for what reading cannot stop in the middle of, for judging and for printing. */
const READING_SHARE = 0.9
/** A container runtime that is slower than this, or than its share, is done without. */
const RUNTIME_MS = 1000
const RUNTIME_SHARE = 0.2

/**
 * Read this machine: twice, so that what happens now can be told from what once happened.
 * Gaps:   what the budget cut short has reason `timeout`
 *         a namespace that is gone by the second reading leaves one
 * Errors: HostError `absent` when the namespace asked for is not there
 */
export async function collectLive(options: LiveOptions = {}): Promise<Series> {
  const { interval = DEFAULT_INTERVAL_MS, budgetMs = DEFAULT_BUDGET_MS } = options
  const account = openAccount()
  let used = 0
  const readOnce = async (share: number, before: Snapshot | null = null): Promise<Snapshot> => {
    const from = CLOCK.wall()
    const { podOf, answers } = await readRuntime({
      root: findHostRoot(options.procfs),
      timeoutMs: Math.min(RUNTIME_MS, share * RUNTIME_SHARE),
    })
    const host = createLiveHost({ ...options, podOf, containers: answers })
    const budget = createBudget(share * READING_SHARE - (CLOCK.wall() - from), account)
    const snapshot = collectSnapshot(host, budget, before)
    used += CLOCK.wall() - from
    return snapshot
  }
  options.onReading?.(1)
  if (interval === 0) {
    const only = await readOnce(budgetMs)
    return { node: only.node.name, snapshots: [only], order: [] }
  }
  const first = await readOnce(budgetMs / 2)
  await sleep(interval)
  options.onReading?.(2)
  const second = await unlessGone(() => readOnce(budgetMs - used, first))
  if (!second) return { node: first.node.name, snapshots: [first], order: [] }
  return {
    node: second.node.name,
    snapshots: [first, second],
    order: [{ before: 0, after: 1, by: 'clock', because: `${first.takenAt} < ${second.takenAt}` }],
  }
}

/** The one namespace that was asked for may end between the readings: then there is one reading, and it still counts. */
async function unlessGone(read: () => Promise<Snapshot>): Promise<Snapshot | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof HostError && error.code === 'absent') return null
    throw error
  }
}
