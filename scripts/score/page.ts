import type { Judged } from './case.ts'
import { isHeldOut, type Miss, missesOf, type Tally, tally, tallyByRule } from './tally.ts'

/** Why a miss is one, in words, by `kind what name`; a name may end in `*`. */
export type Reasons = Readonly<Record<string, string>>

export const LAB_BEGINS = '<!-- lab -->'
const HEAD = `<!-- Made by \`npm run score\`: edit test/fixtures/expected-causes.json or scripts/score. -->

# How often the diagnosis is right

A case is a text of \`test/fixtures\` or a state of the lab on a real kernel, with the root causes that somebody wrote down without asking
the program: from the kernel's own numbers at the moment of the capture (\`scripts/score/captured.ts\`), or by reading the text
(\`test/fixtures/expected-causes.json\`). Healthy states are cases too: nothing may be blamed there.

- **precision**: of the rules at or above warning that stand without a cause of their own, how many are a root cause of their case.
  Rules that are true there, and no root cause, count neither way.
- **recall**: of the root causes written down, how many were found.
- **first**: of the cases that have a root cause, how many reports begin with it.

Where a text cannot decide between two causes (a full queue: too small a backlog, or too slow a program?), either counts.
A third of the texts, chosen by a hash of its name, is *held out*: nobody looks at what is said of these while rules are tuned.
`

export function fixturePart(cases: readonly Judged[], reasons: Reasons): string {
  const shown = cases.filter(({ name }) => !isHeldOut(name))
  const held = cases.filter(({ name }) => isHeldOut(name))
  return [
    HEAD,
    '## Texts\n',
    table({ 'looked at while tuning': tally(shown), 'held out': tally(held), all: tally(cases) }),
    '### By rule\n',
    ruleTable(cases),
    '### Misses\n',
    missList(missesOf(cases), reasons),
  ].join('\n')
}

export function labPart(cases: readonly Judged[], reasons: Reasons): string {
  return [
    LAB_BEGINS,
    '## The lab, live\n',
    table({ 'faults and their healthy twins': tally(cases) }),
    '### By rule\n',
    ruleTable(cases),
    '### Misses\n',
    missList(missesOf(cases), reasons),
  ].join('\n')
}

function table(rows: Readonly<Record<string, Tally>>): string {
  return `${[
    '| | cases | with a cause | precision | recall | first |',
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.entries(rows).map(
      ([name, one]) =>
        `| ${name} | ${one.cases} | ${one.withCause} | ${share(one.right, one.right + one.wrong)} | ${share(one.named, one.causes)} | ${share(one.first, one.withCause)} |`,
    ),
  ].join('\n')}\n`
}

function ruleTable(cases: readonly Judged[]): string {
  return `${[
    '| rule | root cause in | named | wrongly blamed | missed |',
    '| --- | --- | --- | --- | --- |',
    ...tallyByRule(cases).map(
      ({ rule, expected, right, wrong, missed }) =>
        `| [${rule}](rules/${rule}.md) | ${expected} | ${right} | ${wrong} | ${missed} |`,
    ),
  ].join('\n')}\n`
}

/** 0.983 (59 of 60). */
const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${(part / whole).toFixed(3)} (${part} of ${whole})`

function missList(misses: readonly Miss[], reasons: Reasons): string {
  if (misses.length === 0) return 'None.\n'
  return `${misses.map((one) => `- ${one.kind}: ${one.what} in \`${one.name}\`${isHeldOut(one.name) ? ' (held out)' : ''}: ${reasonOf(one, reasons)}${one.said ? ` Said: ${one.said}.` : ''}`).join('\n')}\n`
}

function reasonOf({ kind, what, name }: Miss, reasons: Reasons): string {
  if (isHeldOut(name)) return 'not looked into.'
  const key = `${kind} ${what} ${name}`
  const found = Object.entries(reasons).find(([pattern]) =>
    pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
  )
  return found?.[1] ?? 'open.'
}
