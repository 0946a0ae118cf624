import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readFileInput } from '../src/cli/read-file.ts'
import { redactInput } from '../src/cli/redact-input.ts'
import { diagnose } from '../src/diagnose.ts'
import type { Report } from '../src/model/report.ts'
import { createRedactor } from '../src/redact.ts'
import { readTextLines } from '../src/sys/text-file.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')
/** Investigations of real nodes that lie beside the repository where this project is developed. */
const SEEDS = join(import.meta.dirname, '../../shared/seeds')

const below = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((one) => one.isFile() && /\.(?:md|txt|log)$/.test(one.name) && !/^(?:README|EXPECTED)/.test(one.name))
        .map((one) => join(one.parentPath, one.name))
    : []

const dir = mkdtempSync(join(tmpdir(), 'recvq-redact-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function redact(text: string, salt = 'pepper'): string {
  const redactor = createRedactor(salt)
  const lines = text.split('\n')
  for (const line of lines) redactor.learn(line)
  return lines.map((line) => redactor.redact(line)).join('\n')
}

/** Whatever it is encoded in. */
async function decoded(path: string): Promise<string> {
  const all: string[] = []
  for await (const lines of readTextLines(path)) all.push(...lines.map((line) => line.text))
  return all.join('\n')
}

async function report(path: string, salt: string | null = null): Promise<Report> {
  const options = { lang: 'en', color: 'never', 'path.procfs': '/proc', interval: 0, netns: 'all' } as const
  const input = await readFileInput(path, options, { show: () => {}, clear: () => {} })
  return diagnose({ ...(salt === null ? input : redactInput(input, salt)), version: 'x' })
}

/** What is to be the same: everything but names and addresses, and what is sorted or hashed by them. */
function shape({ findings, outcomes, snapshots, unread }: Report): unknown {
  const sorted = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one)).sort()
  return {
    findings: sorted(
      findings.map(({ rule, severity, confidence, when, subject, evidence, remedies, unknowns, causes }) => ({
        ...{ rule, severity, confidence, when, kind: subject.kind, port: subject.port ?? null },
        evidence: evidence.map(({ value, unit, limit, source }) => ({
          value: typeof value === 'number' ? value : null,
          ...{ unit, limit: typeof limit === 'number' ? limit : null, line: 'line' in source ? source.line : null },
        })),
        ...{ remedies: remedies.length, unknowns: unknowns.length, causes: causes.length },
      })),
    ),
    outcomes: sorted(outcomes.map(({ rule, outcome, snapshot }) => ({ rule, outcome, snapshot }))),
    snapshots: snapshots.map(({ lines, takenAt, netns }) => ({
      ...{ lines, takenAt },
      netns: sorted(
        netns.map(({ listeners, queued, connections, counters }) => ({ listeners, queued, connections, counters })),
      ),
    })),
    unread: unread.map(({ lines, why }) => ({ lines, why: why.replace(/`.*`/, '') })),
  }
}

describe('a redacted case', () => {
  const cases = [...below(FIXTURES), ...below(SEEDS)]
  it.each(cases.map((path) => [path.replace(`${FIXTURES}/`, ''), path]))(
    'gives the same findings: %s',
    async (_, path) => {
      const plain = await decoded(path)
      const text = redact(plain)
      expect(text.split('\n').length).toBe(plain.split('\n').length)
      const copy = join(dir, basename(path))
      writeFileSync(copy, text)
      const found = shape(await report(path))
      expect(shape(await report(copy))).toEqual(found)
      expect(redact(text)).toBe(text)
      // the same by way of the readings, as diagnose --redact does it
      expect(shape(await report(path, 'pepper'))).toEqual(found)
    },
  )
})
