import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectTranscript } from '../../src/collect/transcript.ts'
import { diagnose } from '../../src/diagnose.ts'
import { InputError } from '../../src/sys/input-error.ts'

/** What an input did to the program; null: it was read, or refused with a reason. */
export async function tryInput(text: Buffer): Promise<string | null> {
  const file = join(tmpdir(), `recvq-fuzz-${process.pid}.txt`)
  writeFileSync(file, text)
  const before = process.cpuUsage()
  try {
    const read = await collectTranscript(file)
    const report = diagnose({ ...read, version: 'fuzz' })
    const broken = report.outcomes.find(({ outcome }) => outcome === 'broken')
    if (broken) return `the rule ${broken.rule} broke: ${JSON.stringify(broken)}`
    JSON.stringify(report)
  } catch (error) {
    if (!(error instanceof InputError)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    rmSync(file, { force: true })
  }
  const { user, system } = process.cpuUsage(before)
  const ms = (user + system) / 1000
  return ms > DEADLINE_MS ? `it took ${Math.round(ms)} ms of CPU time` : null
}

/** Of CPU time: what else the machine does is no fault of an input. */
export const DEADLINE_MS = 1000
