import { writeSync } from 'node:fs'
import { inputAt } from './mutate.ts'
import { readSeeds } from './seeds.ts'
import { tryInput } from './try-input.ts'

/** Usage: worker.ts SEED FROM TO STEP. Writes a line for each input it begins to descriptor 3, and for each failure, as JSON. */
const [seed = 0, from = 0, to = 0, step = 1] = process.argv.slice(2).map(Number)
const seeds = readSeeds()

for (let index = from; index < to; index += step) {
  writeSync(3, `${index}\n`)
  const failure = await tryInput(inputAt(seeds, seed, index))
  if (failure !== null) writeSync(3, `${JSON.stringify({ index, failure })}\n`)
}
writeSync(3, `${JSON.stringify({ peakMB: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`)
