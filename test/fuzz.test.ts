import { expect, it } from 'vitest'
import { inputAt } from '../scripts/fuzz/mutate.ts'
import { readSeeds } from '../scripts/fuzz/seeds.ts'
import { tryInput } from '../scripts/fuzz/try-input.ts'

/** A sample that is the same every time; `npm run fuzz` tries as many as one has time for. */
const SAMPLE = 400
const SEED = 20

it('damaged fixtures neither crash it nor take longer than a second', { timeout: 120_000 }, async () => {
  const seeds = readSeeds()
  const failures: string[] = []
  for (let index = 0; index < SAMPLE; index++) {
    const failure = await tryInput(inputAt(seeds, SEED, index))
    if (failure !== null) failures.push(`npm run fuzz -- --seed ${SEED} --from ${index} --count 1: ${failure}`)
  }
  expect(failures).toEqual([])
})

it('the same seed and number give the same bytes, another another', () => {
  const seeds = readSeeds()
  expect(inputAt(seeds, 1, 7).equals(inputAt(seeds, 1, 7))).toBe(true)
  expect(inputAt(seeds, 1, 7).equals(inputAt(seeds, 2, 7))).toBe(false)
  const sizes = seeds.map((seed) => seed.length).sort((a, b) => a - b)
  expect(sizes[Math.floor(sizes.length / 2)]).toBeGreaterThanOrEqual(2048)
})
