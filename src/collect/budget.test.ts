import { expect, it } from 'vitest'
import { type Clock, createBudget, NO_LIMIT, openAccount, sliceOf } from './budget.ts'

/** A machine on which work takes `cpuPerMs` of CPU, and sleeping none. */
function machine() {
  const state = { wall: 0, cpu: 0, slept: 0 }
  const clock: Clock = {
    wall: () => state.wall,
    cpu: () => state.cpu,
    sleep(ms) {
      state.wall += ms
      state.slept += ms
    },
  }
  const work = (ms: number) => {
    state.wall += ms
    state.cpu += ms
  }
  return { state, clock, work }
}

it('lets a short reading run without a pause', () => {
  const { state, clock, work } = machine()
  const budget = createBudget(10_000, openAccount(clock))
  for (let i = 0; i < 9; i++) {
    work(100)
    expect(budget.spent()).toBeNull()
  }
  expect(state.slept).toBe(0)
})

it('keeps CPU time below half the wall time from the first second on, and ends in time', () => {
  const { state, clock, work } = machine()
  const budget = createBudget(10_000, openAccount(clock))
  let why: string | null = null
  while (why === null) {
    work(20)
    why = budget.spent()
    expect(state.cpu).toBeLessThanOrEqual(Math.max(1000, state.wall / 2) + 20)
  }
  expect(state.wall).toBeGreaterThanOrEqual(10_000)
  expect(state.wall).toBeLessThan(10_100)
  expect(state.cpu).toBeGreaterThan(4800)
  expect(why).toBe(`budget of 10 s spent (${(state.cpu / 1000).toFixed(1)} s CPU)`)
})

it('a second reading goes on with the account of the first', () => {
  const { state, clock, work } = machine()
  const account = openAccount(clock)
  work(1500)
  const budget = createBudget(5000, account)
  expect(budget.spent()).toBeNull()
  expect(state.cpu).toBeLessThanOrEqual(state.wall / 2)
})

it('a share of a budget ends before it, never after it', () => {
  const { clock, work } = machine()
  const budget = createBudget(2000, openAccount(clock))
  const share = sliceOf(budget, 500)
  work(400)
  expect(share.spent()).toBeNull()
  expect(share.left()).toBe(100)
  work(100)
  expect(share.spent()).toBe('its share of 500 ms spent')
  expect(budget.spent()).toBeNull()
  const more = sliceOf(budget, 5000)
  expect(more.left()).toBe(budget.left())
  work(2000)
  expect(more.spent()).toMatch(/^budget of 2 s spent/)
  expect(sliceOf(NO_LIMIT, 5).left()).toBe(Number.POSITIVE_INFINITY)
})
