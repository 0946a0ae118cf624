import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const WRITES: Readonly<Record<string, readonly string[]>> = {
  rule: ['src/rules/brand-new.ts', 'src/rules/brand-new.test.ts'],
  format: ['src/parse/brand-new.ts', 'src/parse/brand-new.test.ts'],
  source: ['src/collect/brand-new.ts', 'src/collect/brand-new.test.ts'],
  output: ['src/report/brand-new.ts', 'src/report/brand-new.test.ts'],
  scenario: ['src/lab/scenarios/brand-new.ts'],
}

let copy = ''

const make = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'scripts/new.ts'), ...args], {
    env: { ...process.env, RECVQ_NEW_ROOT: copy },
    encoding: 'utf8',
  })

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'recvq-new-'))
  for (const folder of ['src', 'test']) cpSync(join(root, folder), join(copy, folder), { recursive: true })
  for (const name of ['package.json', 'tsconfig.json', 'biome.json', 'node_modules', '.gitignore', 'tools'])
    symlinkSync(join(root, name), join(copy, name))
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('npm run new', () => {
  test.each(Object.entries(WRITES))('%s writes its files', (kind, paths) => {
    expect(make(kind, 'brand-new').stderr).toBe('')
    for (const path of paths) expect(existsSync(join(copy, path)), path).toBe(true)
  })

  test('what it wrote keeps the types and the style', () => {
    const wrote = Object.values(WRITES).flat()
    execFileSync(bin('biome'), ['check', '--error-on-warnings', ...wrote], { cwd: copy })
    const { stdout } = spawnSync(bin('tsc'), ['--noEmit'], { cwd: copy, encoding: 'utf8' })
    expect(stdout.split('\n').filter((line) => line.includes('brand-new'))).toEqual([])
  })

  test('the tests that it wrote pass', () => {
    const tests = Object.values(WRITES)
      .flat()
      .filter((path) => path.endsWith('.test.ts'))
    const { status, stdout, stderr } = spawnSync(bin('vitest'), ['run', '--root', copy, ...tests], {
      cwd: copy,
      encoding: 'utf8',
    })
    expect(stdout + stderr).toContain(`${tests.length} passed`)
    expect(status).toBe(0)
  })

  test('nothing is overwritten, and a bad name or kind is refused', () => {
    expect(make('rule', 'brand-new')).toMatchObject({ status: 2, stderr: 'src/rules/brand-new.ts exists already\n' })
    expect(make('rule', '../evil').status).toBe(2)
    expect(make('thing', 'brand-new').status).toBe(2)
    expect(make().stderr).toContain('usage: npm run new')
  })
})
