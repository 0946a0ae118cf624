/**
 * `npm run check` (and the end of `npm test`): all that must hold, cheapest first. Every step runs, whatever became of the one
 * before. The last line counts: each test, and each other step as one. Arguments choose steps: `npm run check -- types lint`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestTally } from './check/tally-reporter.ts'

interface Step {
  readonly name: string
  readonly command: readonly string[]
}

const root = join(import.meta.dirname, '..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const reports = mkdtempSync(join(tmpdir(), 'recvq-check-'))
const CRUISER = 'tools/doors/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'
const testReport = join(reports, 'tests.json')
process.env.RECVQ_TALLY = testReport
// a log is read by people too: a thousand dots in colour are not
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1'

const STEPS: readonly Step[] = [
  { name: 'gen', command: [process.execPath, 'scripts/gen.ts', '--check'] },
  { name: 'types', command: [bin('tsc'), '--noEmit'] },
  { name: 'lint', command: [bin('biome'), 'check', '--error-on-warnings'] },
  { name: 'doors', command: [process.execPath, CRUISER, '--config', 'tools/doors/doors.ts', 'src'] },
  { name: 'dead', command: [bin('knip')] },
  { name: 'package', command: [process.execPath, 'scripts/build.ts'] },
  {
    name: 'tests',
    command: [bin('vitest'), 'run', '--coverage', '--reporter=dot', '--reporter=./scripts/check/tally-reporter.ts'],
  },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !STEPS.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}`)
  process.exit(2)
}

const tally = { passed: 0, failed: 0, skipped: 0 }
for (const step of STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name))) run(step)
rmSync(reports, { recursive: true })
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exitCode = tally.failed > 0 ? 1 : 0

function run({ name, command: [program = '', ...args] }: Step): void {
  console.log(`\n== ${name}`)
  const started = performance.now()
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) console.error(error.message)
  const ok = status === 0
  console.log(`== ${name} ${ok ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (name === 'tests') addTests(ok)
  else tally[ok ? 'passed' : 'failed'] += 1
}

/** Each test counts; a run that failed without a failed test (coverage, a crash) counts as one failure. */
function addTests(ok: boolean): void {
  const counted = readTally()
  for (const skip of counted.skipped) console.log(`skipped: ${skip}`)
  for (const name of counted.unexplained)
    console.error(`did not run and gave no reason, which counts as failed: ${name}`)
  const failed = counted.failed + counted.unexplained.length
  tally.passed += counted.passed
  tally.skipped += counted.skipped.length
  tally.failed += ok ? failed : Math.max(1, failed)
}

function readTally(): TestTally {
  try {
    return JSON.parse(readFileSync(testReport, 'utf8'))
  } catch (error) {
    console.error(`the tests left no count: ${error instanceof Error ? error.message : String(error)}`)
    return { passed: 0, failed: 1, skipped: [], unexplained: [] }
  }
}
