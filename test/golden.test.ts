import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { GOLDEN_CASES, type Golden, goldenReports } from '../scripts/golden/reports.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(import.meta.dirname, 'golden')
const kept = readdirSync(FOLDER).sort()
let made: ReadonlyMap<string, Golden>

beforeAll(async () => {
  made = new Map((await goldenReports(ROOT)).map((one) => [one.name, one]))
})

/** Meant to change? `npm run golden`, then look at the difference. */
describe('reports on real cases, word for word', () => {
  it('every case in four outputs and two languages, and nothing else', () => {
    expect(kept).toEqual([...made.keys()].sort())
    expect(kept.length).toBe(GOLDEN_CASES.length * 8)
  })

  it.each(kept)('%s', (name) => {
    expect(made.get(name)?.text).toBe(readFileSync(join(FOLDER, name), 'utf8'))
  })
})
