import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RULES } from '../src/rules/index.ts'

const root = join(import.meta.dirname, '..')
let copy = ''

function gen(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'scripts/gen.ts'), ...args], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'recvq-gen-'))
  for (const path of ['src', 'scripts', 'test/fixtures', 'README.md', 'README.zh.md', 'package-lock.json'])
    cpSync(join(root, path), join(copy, path), { recursive: true })
  for (const name of ['package.json', 'biome.json', 'node_modules', '.gitignore', 'tools'])
    symlinkSync(join(root, name), join(copy, name))
  expect(gen()).toMatchObject({ status: 0, stderr: '' })
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('what it wrote is fresh, and a second run writes nothing', () => {
  expect(gen('--check')).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(gen()).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('a page that was edited, and one that no rule asks for, are named; the next run puts both right', () => {
  appendFileSync(join(copy, 'docs/rules/listen-overflows.md'), 'by hand\n')
  writeFileSync(join(copy, 'docs/rules/gone.md'), '')
  const { status, stderr } = gen('--check')
  expect(status).toBe(1)
  expect(stderr.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    '  docs/rules/listen-overflows.md',
    '  docs/rules/gone.md',
  ])
  expect(gen().status).toBe(0)
  expect(gen('--check').status).toBe(0)
})

test('a new rule comes into the list and gets its pages, by nothing but its file', () => {
  const rule = readFileSync(join(root, 'src/rules/listen-overflows.ts'), 'utf8')
  writeFileSync(join(copy, 'src/rules/a-new-one.ts'), rule.replace("id: 'listen-overflows'", "id: 'a-new-one'"))
  expect(gen().stdout.split('\n')).toEqual(
    expect.arrayContaining(['src/rules/index.ts', 'docs/rules/a-new-one.md', 'docs/rules/a-new-one.zh.md']),
  )
  expect(readFileSync(join(copy, 'src/rules/index.ts'), 'utf8')).toContain("import aNewOne from './a-new-one.ts'")
})

test('every rule has both pages, each in its own language', () => {
  for (const { id, title } of RULES) {
    expect(readFileSync(join(copy, `docs/rules/${id}.md`), 'utf8')).toContain(`# ${title.en}\n`)
    expect(readFileSync(join(copy, `docs/rules/${id}.zh.md`), 'utf8')).toContain(`# ${title.zh}\n`)
  }
})

test('a lock without the binaries of other platforms gets them back, as npm writes them', () => {
  const file = join(copy, 'package-lock.json')
  const whole = readFileSync(file, 'utf8')
  const lock = JSON.parse(whole)
  const foreign = Object.keys(lock.packages).filter((path) => /biome.*(darwin|musl)/.test(path))
  expect(foreign.length).toBeGreaterThan(3)
  for (const path of foreign) delete lock.packages[path]
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  expect(gen()).toMatchObject({ status: 0, stdout: 'package-lock.json\n' })
  expect(readFileSync(file, 'utf8')).toBe(whole)
})
