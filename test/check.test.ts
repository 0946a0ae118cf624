import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TestTally } from '../scripts/check/tally-reporter.ts'

const root = join(import.meta.dirname, '..')

/** Count the tests of a file as `npm run check` does. */
function tally(text: string): TestTally {
  const folder = mkdtempSync(join(tmpdir(), 'recvq-tally-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'case.test.ts'), `import { describe, expect, test } from 'vitest'\n${text}`)
    const file = join(folder, 'tally.json')
    const reporter = join(root, 'scripts/check/tally-reporter.ts')
    spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', '--root', folder, `--reporter=${reporter}`], {
      cwd: folder,
      env: { ...process.env, RECVQ_TALLY: file },
    })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('counts what passed, what failed, and what gave a reason for not running', () => {
  const counted = tally(`
    test('holds', () => {})
    test('does not hold', () => expect(1).toBe(2))
    test('asks', (context) => context.skip('needs root'))
    describe.skip('a lab (skipped: no namespaces)', () => test('inside', () => {}))
    test.skip('as root (needs CAP_SYS_ADMIN)', () => {})`)
  expect(counted).toEqual({
    passed: 1,
    failed: 1,
    skipped: [
      'case.test.ts > asks: needs root',
      'case.test.ts > a lab (skipped: no namespaces) > inside: no namespaces',
      'case.test.ts > as root (needs CAP_SYS_ADMIN): needs CAP_SYS_ADMIN',
    ],
    unexplained: [],
  })
})

test('a skip without a reason does not pass unseen', () => {
  const counted = tally(`test.skip('quietly', () => {})\ntest.todo('one day')\ntest('holds', () => {})`)
  expect(counted).toMatchObject({ passed: 1, skipped: [] })
  expect(counted.unexplained).toEqual(['case.test.ts > quietly', 'case.test.ts > one day'])
})
