import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What check.ts wants to know of a test run. */
export interface TestTally {
  readonly passed: number
  readonly failed: number
  /** Name and reason of each test that did not run. */
  readonly skipped: readonly string[]
  /** Skipped without saying why: as bad as failed. */
  readonly unexplained: readonly string[]
}

/** A vitest reporter: counts, and the reason of every skip, written to the file that RECVQ_TALLY names. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.RECVQ_TALLY
    if (file) writeFileSync(file, JSON.stringify(tallyOf(modules.flatMap((module) => [...module.children.allTests()]))))
  }
}

function tallyOf(tests: readonly TestCase[]): TestTally {
  const skips = tests.filter((test) => test.result().state === 'skipped')
  const reasons = skips.map((test) => ({ test, reason: reasonOf(test) }))
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: tests.filter((test) => ['failed', 'pending'].includes(test.result().state)).length,
    skipped: reasons.filter(({ reason }) => reason !== null).map(({ test, reason }) => `${nameOf(test)}: ${reason}`),
    unexplained: reasons.filter(({ reason }) => reason === null).map(({ test }) => nameOf(test)),
  }
}

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`

/** `ctx.skip('needs root')`, or words in brackets in the name of the test or of a group around it. */
function reasonOf(test: TestCase): string | null {
  const result = test.result()
  if (result.state === 'skipped' && result.note) return result.note
  const said = /\(skipped: (.+)\)/.exec(test.fullName)?.[1] ?? /\((needs [^()]+)\)/.exec(test.fullName)?.[1]
  return said ?? /\(([^()]{8,})\)/.exec(test.fullName)?.[1] ?? null
}
