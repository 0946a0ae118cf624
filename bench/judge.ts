/**
 * Reads a text, then judges it once, in a process of its own. Arguments: the text. Prints a line of JSON: {parse, judge} in
 * milliseconds, {rules, sockets, parseMb, rssMb}, the memory's peaks after each.
 */
import { collectTranscript } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import { RULES } from '../src/rules/index.ts'

const [path = ''] = process.argv.slice(2)
const peak = () => process.resourceUsage().maxRSS / 1024

const start = performance.now()
const text = await collectTranscript(path)
const parsed = performance.now()
const parseMb = peak()
const report = diagnose({ ...text, version: '', rules: RULES })
const judged = performance.now()

const parts = text.series.flatMap((one) => one.snapshots.flatMap((snapshot) => snapshot.netns))
const rules = parts.flatMap(({ nat }) => (nat.ok ? nat.data.listings.map((one) => one.rules.length) : []))
const sockets = parts.flatMap(({ connections }) => (connections.ok ? connections.data.map((one) => one.count) : []))
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
console.log(
  JSON.stringify({
    parse: parsed - start,
    judge: judged - parsed,
    rules: sum(rules),
    sockets: sum(sockets),
    findings: report.findings.length,
    parseMb,
    rssMb: peak(),
  }),
)
