/**
 * `npm run score`: hold what is said of every fixture and of every state of the lab against what is the matter there, and write
 * docs/accuracy.md. `--no-lab`: the fixtures only; what the page says of the lab stays. `--check`: write nothing, fail where the
 * fixtures' part of the page is not what it would be.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeFixtures } from './score/fixtures.ts'
import { fixturePart, LAB_BEGINS, labPart } from './score/page.ts'
import { REASONS } from './score/reasons.ts'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/accuracy.md')
const check = process.argv.includes('--check')
const before = existsSync(page) ? readFileSync(page, 'utf8') : ''
const [oldFixtures = '', oldLab] = before.split(LAB_BEGINS)

const fixtures = `${fixturePart(await judgeFixtures(join(root, 'test/fixtures')), REASONS)}\n`
if (check) {
  if (fixtures !== oldFixtures) {
    console.error('docs/accuracy.md is not fresh: run `npm run score` and commit')
    process.exitCode = 1
  }
} else {
  const lab = process.argv.includes('--no-lab') ? `${LAB_BEGINS}${oldLab ?? '\n'}` : await scoreLab()
  writeFileSync(page, `${fixtures}${lab}`)
  console.log(page)
}

async function scoreLab(): Promise<string> {
  const { judgeLab } = await import('./score/lab.ts')
  return labPart(await judgeLab((line) => console.log(line)), REASONS)
}
