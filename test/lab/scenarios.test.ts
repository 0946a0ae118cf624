import { describe, expect, it } from 'vitest'
import type { Facts, Scenario } from '../../src/lab/define-scenario.ts'
import { SCENARIOS } from '../../src/lab/index.ts'
import { grave, noLabFor, type PrintedReport, rulesFound } from './lab-node.ts'
import { arrangeOnce, SLOW } from './stage.ts'
import type { Habit } from './transcript.ts'

/** Rules that one look at a text cannot support: they take two readings of the same namespace, or what no tool prints. */
const TAKES_MORE_THAN_TEXT = [
  'listener-never-accepts',
  'accept-queue-growing',
  'accept-starved-of-cpu',
  'fd-limit-reached',
  'syn-recv-stuck',
  'fin-wait2-leak',
  'receive-queue-pruned',
]

for (const scenario of SCENARIOS) {
  describe.skipIf(noLabFor(scenario) !== null)(
    `${scenario.id}: ${scenario.title.en}${noLabFor(scenario) ?? ''}`,
    SLOW,
    () => {
      const stage = arrangeOnce(scenario, scenario.shown)

      it.concurrent('live: what was made is found, with its numbers', async () => {
        keepsPromise(await stage.live(), scenario, Object.keys(scenario.expects), stage.facts())
      })

      it.concurrent.each<Habit>(['ss', 'netstat'])('and in what %s prints', async (habit) => {
        const provable = Object.keys(scenario.expects).filter((rule) => !TAKES_MORE_THAN_TEXT.includes(rule))
        keepsPromise(await stage.printed(habit), scenario, provable, stage.facts())
      })
    },
  )
}

/**
 * Every expected rule found something, at the right port and program, with the numbers that the kernel showed in its evidence;
 * the others left alone what is not theirs. A healthy scenario finds nothing grave at all, nor does a text that cannot
 * show the fault.
 */
function keepsPromise(
  report: PrintedReport,
  { expects, silent, mild = false }: Scenario,
  rules: readonly string[],
  facts: Facts,
): void {
  expect(rulesFound(report)).toEqual(expect.arrayContaining([...rules]))
  for (const rule of rules) {
    const finding = report.findings.find((one) => one.rule === rule)
    if (finding?.subject.port !== undefined) expect(finding.subject.port, rule).toBe(facts.port)
    if (finding?.subject.process !== undefined) expect(finding.subject.process, rule).toBe(facts.process)
    const numbers = finding?.evidence.flatMap(({ value, limit }) => [value, limit])
    for (const name of expects[rule] ?? []) expect(numbers, `${rule}: ${name}`).toContain(facts[name])
  }
  expect(silent.filter((rule) => report.findings.some((f) => f.rule === rule && f.severity !== 'info'))).toEqual([])
  const isHealthy = rules.length === 0
  if (isHealthy || mild) expect(grave(report)).toEqual([])
  expect(report.exitCode).toBe(isHealthy || mild ? 0 : 1)
}
