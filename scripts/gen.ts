/**
 * `npm run gen`: write everything that is made out of other files: the barrels of rules and scenarios, the rules' pages, the
 * JSON Schemas, the samples in README, what npm left out of the lock. With `--check` nothing is written; it fails where a file
 * is not what it would be, or should not be there.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ruleBarrel, scenarioBarrel } from './gen/barrels.ts'
import { lock } from './gen/lock.ts'
import { rulePages } from './gen/rule-pages.ts'
import { samples } from './gen/samples.ts'
import { schemas } from './gen/schemas.ts'

/** A generated file: its path from the root, and its text. */
export interface Made {
  readonly path: string
  readonly text: string
}

/** Folders in which nothing stands that was not made here. */
const OWNED = ['docs/rules', 'schema']

const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')

// barrels first: what follows imports the rules
const stale = settle([ruleBarrel(root), scenarioBarrel(root)].filter((made) => made !== null))
const made = [...(await rulePages(root)), ...(await schemas(root)), ...(await samples(root)), lock(root)]
stale.push(...settle(made), ...settleOwned(made))

if (check && stale.length > 0) {
  console.error(`not fresh, run \`npm run gen\` and commit:\n${stale.map((path) => `  ${path}`).join('\n')}`)
  process.exitCode = 1
} else {
  for (const path of stale) console.log(path)
}

/** Write what differs (or only tell, with --check). Returns the paths that did. */
function settle(files: readonly Made[]): string[] {
  const differing = files.filter(({ path, text }) => readIfThere(join(root, path)) !== text)
  if (!check) {
    for (const { path, text } of differing) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
  return differing.map(({ path }) => path)
}

/** Remove what no source asks for any more. */
function settleOwned(files: readonly Made[]): string[] {
  const wanted = new Set(files.map(({ path }) => path))
  const left = OWNED.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !wanted.has(path))
  if (!check) for (const path of left) rmSync(join(root, path))
  return left
}

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
