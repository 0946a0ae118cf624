import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FIXTURES = fileURLToPath(new URL('../../test/fixtures', import.meta.url))
/** A mutation of a longer text finds nothing more, and takes its time. */
const LONGEST = 8_000
/** A few lines give a mutation little to break: short ones of a folder make one seed, as outputs follow one another in a case. */
const SHORTEST = 2_048

/** Every fixture's text, in the order of their names; of long ones the beginning. */
export function readSeeds(): readonly Buffer[] {
  const names = globSync('**/*.{txt,md,yaml,json}', { cwd: FIXTURES })
    .filter((name) => !/expect\.json$|README/.test(name))
    .sort()
  return [...Map.groupBy(names, (name) => dirname(name)).values()].flatMap((folder) =>
    joined(folder.map((name) => readFileSync(`${FIXTURES}/${name}`).subarray(0, LONGEST))),
  )
}

function joined(texts: readonly Buffer[]): readonly Buffer[] {
  const seeds: Buffer[] = []
  let short = Buffer.alloc(0)
  for (const text of texts) {
    // Two bytes a character, which stands alone: behind another text it would be noise.
    if (text.length >= SHORTEST || text.includes(0)) seeds.push(text)
    else {
      short = Buffer.concat([short, text, Buffer.from('\n')])
      if (short.length < SHORTEST) continue
      seeds.push(short)
      short = Buffer.alloc(0)
    }
  }
  return short.length > 0 ? [...seeds, short] : seeds
}
