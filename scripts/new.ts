/**
 * `npm run new rule|format|source|output|scenario ID`: write the file and its test from a template that compiles and passes,
 * so that the work begins at the first line that matters. Nothing that exists is overwritten.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { camel } from './gen/barrels.ts'

/** Template → where it goes, and what is left to do by hand. */
const KINDS: Readonly<Record<string, { readonly files: Readonly<Record<string, string>>; readonly next: string }>> = {
  rule: {
    files: { 'rule.ts': 'src/rules/ID.ts', 'rule.test.ts': 'src/rules/ID.test.ts' },
    next: 'npm run gen puts it into the list of rules and writes its page',
  },
  format: {
    files: { 'format.ts': 'src/parse/ID.ts', 'format.test.ts': 'src/parse/ID.test.ts' },
    next: 'add it to the formats in src/parse/transcript/plan.ts',
  },
  source: {
    files: { 'source.ts': 'src/collect/ID.ts', 'source.test.ts': 'src/collect/ID.test.ts' },
    next: 'give it a question in src/model/block.ts and a part in src/model/snapshot.ts, and call it in src/collect/collect.ts',
  },
  output: {
    files: { 'output.ts': 'src/report/ID.ts', 'output.test.ts': 'src/report/ID.test.ts' },
    next: 'offer it as a value of -o in src/cli/program.ts, and call it in src/cli/diagnose.ts',
  },
  scenario: {
    files: { 'scenario.ts': 'src/lab/scenarios/ID.ts' },
    next: 'npm run gen puts it into the list that test/lab/scenarios.test.ts runs, twin and all',
  },
}

const root = process.env.RECVQ_NEW_ROOT ?? join(import.meta.dirname, '..')
const [kind = '', id = ''] = process.argv.slice(2)
const chosen = KINDS[kind]
if (!chosen || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
  fail(`usage: npm run new ${Object.keys(KINDS).join('|')} ID\nID in lower case with dashes, e.g. accept-queue-full`)
} else {
  write(chosen.files, id)
  console.log(`next: ${chosen.next}`)
}

function write(files: Readonly<Record<string, string>>, name: string): void {
  const targets = Object.entries(files).map(([template, path]) => ({ template, path: path.replace('ID', name) }))
  const there = targets.find(({ path }) => existsSync(join(root, path)))
  if (there) {
    fail(`${there.path} exists already`)
    return
  }
  for (const { template, path } of targets) {
    const text = readFileSync(join(import.meta.dirname, 'new', `${template}.txt`), 'utf8')
    const words = { ID: name, CAMEL: camel(name), PASCAL: camel(`-${name}`) }
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(
      join(root, path),
      text.replace(/__(ID|CAMEL|PASCAL)__/g, (_, word: keyof typeof words) => words[word]),
    )
    console.log(path)
  }
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 2
}
