import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Expected } from '../scripts/capture-fixtures/expect.ts'
import { collectTranscript } from '../src/collect/transcript.ts'
import { heldAgainst } from './captured/held-against.ts'

const FOLDER = fileURLToPath(new URL('fixtures/captured/', import.meta.url))
const NAMES = globSync('*/*.expect.json', { cwd: FOLDER })
  .map((name) => name.replace('.expect.json', ''))
  .sort()

interface Fixture extends Expected {
  readonly tool: string
  readonly version: string
  readonly state: string
  readonly commands: readonly string[]
  readonly prompt: string
  /** Why it cannot be read yet. */
  readonly pending?: string
}

const fixtureOf = (name: string): Fixture => JSON.parse(readFileSync(`${FOLDER}${name}.expect.json`, 'utf8'))

describe('what real tools printed, against what the kernel held', () => {
  it('no two are alike but for the prompt', () => {
    const keys = NAMES.map(fixtureOf).map(({ commands, version, state }) => JSON.stringify([commands, version, state]))
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
    expect(new Set(NAMES.map((name) => fixtureOf(name).prompt)).size).toBeGreaterThanOrEqual(6)
  })

  it.each(NAMES)('%s', async (name) => {
    const { series } = await collectTranscript(`${FOLDER}${name}.txt`)
    expect(heldAgainst(fixtureOf(name), series)).toEqual([])
  })
})
