import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import config, { ROOMS } from '../tools/doors/doors.ts'

const root = join(import.meta.dirname, '..')
const CRUISER = join(root, 'tools/doors/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
const BIOME = join(root, 'node_modules/.bin/biome')

interface Violation {
  readonly rule: { readonly name: string }
  readonly from: string
  readonly to: string
}

let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'recvq-doors-'))
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true })
  for (const name of ['node_modules', 'package.json', 'tsconfig.json']) symlinkSync(join(root, name), join(copy, name))
  for (const name of ['biome.json', 'tools/lint']) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, '.gitignore'), join(copy, '.gitignore'))
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** Write a file into the copy of the tree. */
function plant(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
}

function cruise(folder: string): { readonly seen: number; readonly violations: readonly Violation[] } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [CRUISER, '--config', join(root, 'tools/doors/doors.ts'), '--output-type', 'json', 'src'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  if (stdout === '') throw new Error(stderr)
  const { summary } = JSON.parse(stdout)
  return { seen: summary.totalCruised, violations: summary.violations }
}

/** For each rule: a file that breaks it, and only looks like what somebody in a hurry would write. */
const PLANTS: Record<string, { readonly path: string; readonly text: string }> = {
  ...Object.fromEntries(
    Object.entries(ROOMS).map(([room, { may }]) => {
      const other = Object.keys(ROOMS).find((name) => name !== room && !may.includes(name))
      return [
        `door-${room}`,
        {
          path: `src/${room}/planted-door.ts`,
          text: `import type { Planted } from '../${other}/planted.ts'\nexport type P = Planted\n`,
        },
      ]
    }),
  ),
  ...Object.fromEntries(
    Object.keys(ROOMS).map((room) => [
      `packages-${room}`,
      {
        path: `src/${room}/planted-package.ts`,
        text: `import { Command } from 'commander'\nexport const p = Command\n`,
      },
    ]),
  ),
  'pure-rooms-do-no-io': {
    path: 'src/rules/planted-io.ts',
    text: `import { readFileSync } from 'node:fs'\nexport const p = readFileSync\n`,
  },
  'zod-only-in-schema': { path: 'src/model/planted-zod.ts', text: `import { z } from 'zod'\nexport const p = z\n` },
  'koffi-only-through-its-door': {
    path: 'src/sys/planted-koffi.ts',
    text: `import koffi from 'koffi'\nexport const p = koffi\n`,
  },
  'act-only-from-its-command': {
    path: 'src/cli/planted-act.ts',
    text: `import type { Planted } from '../act/planted.ts'\nexport type P = Planted\n`,
  },
  'nobody-imports-cli': {
    path: 'src/collect/planted-cli.ts',
    text: `import type { Planted } from '../cli/planted.ts'\nexport type P = Planted\n`,
  },
  'no-tests-in-the-program': {
    path: 'src/facts/planted-test.ts',
    text: `import { p } from './planted.test.ts'\nexport const q = p\n`,
  },
  'no-cycles': {
    path: 'src/parse/planted-cycle.ts',
    text: `import { q } from './planted-cycle-too.ts'\nexport const p: unknown = () => q\n`,
  },
  'no-unresolvable': {
    path: 'src/words/planted-nowhere.ts',
    text: `import { p } from './planted-not-there.ts'\nexport const q = p\n`,
  },
}

describe('the doors between rooms', () => {
  test('the tree keeps them, and all of it was looked at', () => {
    const { seen, violations } = cruise(root)
    expect(violations).toEqual([])
    const files = execFileSync('git', ['ls-files', 'src'], { cwd: root, encoding: 'utf8' }).split('\n')
    expect(seen).toBeGreaterThanOrEqual(files.filter((file) => file.endsWith('.ts')).length)
  })

  test('every rule says why, and every rule has a plant', () => {
    for (const rule of config.forbidden) expect(rule.comment.length, rule.name).toBeGreaterThan(30)
    expect(Object.keys(PLANTS).sort()).toEqual(config.forbidden.map((rule) => rule.name).sort())
  })

  test('each planted import is reported by its rule', () => {
    for (const room of [...Object.keys(ROOMS), 'cli']) plant(`src/${room}/planted.ts`, 'export type Planted = string\n')
    plant('src/facts/planted.test.ts', 'export const p = 1\n')
    plant(
      'src/parse/planted-cycle-too.ts',
      `import { p } from './planted-cycle.ts'\nexport const q: unknown = () => p\n`,
    )
    for (const { path, text } of Object.values(PLANTS)) plant(path, text)
    const { violations } = cruise(copy)
    for (const [rule, { path }] of Object.entries(PLANTS)) {
      // a circle is reported once, from either of its ends
      const reported = violations.filter((v) => v.from === path || (rule === 'no-cycles' && v.to === path))
      expect(
        reported.map((v) => v.rule.name),
        path,
      ).toContain(rule)
    }
  })
})

describe('pure rooms', () => {
  const IMPURE: Record<string, string> = {
    clock: 'export const p = Date.now()',
    'clock by new': 'export const p = new Date()',
    randomness: 'export const p = Math.random()',
    console: 'console.log(1)',
    process: 'export const p = process.env',
    timers: 'setTimeout(() => {}, 1)',
    fetch: `export const p = () => fetch('')`,
  }
  const pure = Object.entries(ROOMS).flatMap(([room, { pure }]) => (pure ? [room] : []))

  test.each(Object.entries(IMPURE))('%s is refused in each of them, and allowed elsewhere', (_, text) => {
    for (const room of [...pure, 'cli']) plant(`src/${room}/planted-impure.ts`, `${text}\n`)
    const { stdout } = spawnSync(BIOME, ['lint', '--reporter=json', '--max-diagnostics=none', 'src'], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    const complaints: readonly { category: string; location: { path: string } }[] = JSON.parse(stdout).diagnostics
    const refused = complaints.filter(({ category }) => ['plugin', 'lint/style/noRestrictedGlobals'].includes(category))
    const rooms = refused.map(({ location }) => /^src\/(\w+)\/planted-impure\.ts$/.exec(location.path)?.[1])
    expect(rooms.filter((room) => room !== undefined).sort()).toEqual([...pure].sort())
  })
})
