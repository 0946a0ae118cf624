/** `npm run golden`: write the reports in test/golden anew, on purpose. Look at what changed before it is committed. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goldenReports } from './golden/reports.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'test/golden')

mkdirSync(folder, { recursive: true })
const made = await goldenReports(root)
const names = new Set(made.map(({ name }) => name))
for (const old of readdirSync(folder).filter((name) => !names.has(name))) rmSync(join(folder, old))
for (const { name, text } of made) writeFileSync(join(folder, name), text)
console.log(`${made.length} reports in ${folder}`)
