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
import { TOGETHER, together } from './score/together.ts'

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
} else if (process.argv.includes('--no-lab')) {
  write(`${LAB_BEGINS}${oldLab ?? '\n'}`)
} else {
  const { judgeLab } = await import('./score/lab.ts')
  // the lab takes minutes: what has been judged is not lost when it is broken off
  await judgeLab((soFar) => {
    console.log(soFar.at(-1)?.name)
    write(labPart(soFar, REASONS))
  })
}

function write(lab: string): void {
  const text = `${fixtures}${lab}`
  const [apart = ''] = text.split(TOGETHER)
  writeFileSync(page, `${apart.trimEnd()}\n\n${TOGETHER}\n\n${together(apart)}\n`)
}
