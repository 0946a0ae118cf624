import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FIXTURES = fileURLToPath(new URL('../../test/fixtures', import.meta.url))
/** A mutation of a longer text finds nothing more, and takes its time. */
const LONGEST = 8_000

/** Every fixture's text, in the order of their names; of long ones the beginning. */
export function readSeeds(): readonly Buffer[] {
  return globSync('**/*.{txt,md,yaml,json}', { cwd: FIXTURES })
    .filter((name) => !/expect\.json$|README/.test(name))
    .sort()
    .map((name) => readFileSync(`${FIXTURES}/${name}`).subarray(0, LONGEST))
}
