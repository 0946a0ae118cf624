import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Expected } from '../scripts/capture-cluster/expect.ts'
import { collectTranscript } from '../src/collect/transcript.ts'
import { clusterHeldAgainst } from './captured/held-against-cluster.ts'

const FOLDER = fileURLToPath(new URL('fixtures/cluster/', import.meta.url))
const NAMES = globSync('*/*.expect.json', { cwd: FOLDER })
  .map((name) => name.replace('.expect.json', ''))
  .sort()

interface Fixture extends Expected {
  readonly commands: readonly string[]
  readonly prompt: string
}

const fixtureOf = (name: string): Fixture => JSON.parse(readFileSync(`${FOLDER}${name}.expect.json`, 'utf8'))

/** Made by scripts/capture-cluster.ts, which says of which parts. */
describe('what a real Kubernetes, its rules and its runtime printed, against what they held', () => {
  it('forty of them at least, no command twice with the same outcome', () => {
    const keys = NAMES.map((name) =>
      JSON.stringify([name.split('/')[0], fixtureOf(name).commands, fixtureOf(name).nothing]),
    )
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
    expect(NAMES.length).toBeGreaterThanOrEqual(40)
  })

  it.each(NAMES)('%s', async (name) => {
    expect(clusterHeldAgainst(fixtureOf(name), await collectTranscript(`${FOLDER}${name}.txt`))).toEqual([])
  })
})
