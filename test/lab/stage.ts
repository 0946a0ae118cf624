import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Arrangement, Facts } from '../../src/lab/define-scenario.ts'
import { type Lab, openLab } from '../../src/lab/lab.ts'
import { diagnoseLive, diagnoseText, type PrintedReport } from './lab-node.ts'
import { captureTerminal, type Habit } from './transcript.ts'

/** A machine that is busy with other tests takes its time. */
export const SLOW = { timeout: 90_000 }

export interface Stage {
  readonly facts: () => Facts
  readonly live: () => Promise<PrintedReport>
  /** The verdict on what the tools print in this very state. */
  readonly printed: (habit: Habit) => Promise<PrintedReport>
}

/** One lab for the tests of a describe block: arranged before them, closed after them. `shown`: further commands of its transcripts. */
export function arrangeOnce({ arrange }: Arrangement, shown: readonly string[] = []): Stage {
  let made: { lab: Lab; facts: Facts; folder: string } | undefined
  beforeAll(async () => {
    const lab = await openLab()
    try {
      made = { lab, facts: await arrange(lab), folder: await mkdtemp(join(tmpdir(), 'recvq-lab-')) }
    } catch (error) {
      await lab.close()
      throw error
    }
  })
  afterAll(async () => {
    await made?.lab.close()
    if (made) await rm(made.folder, { recursive: true })
  })
  const stage = () => {
    if (made === undefined) throw new Error('not arranged')
    return made
  }
  return {
    facts: () => stage().facts,
    live: () => diagnoseLive(stage().lab.server),
    printed: async (habit) => {
      const file = join(stage().folder, `${habit}.txt`)
      await writeFile(file, await captureTerminal(stage().lab.server, habit, shown))
      return diagnoseText(file)
    },
  }
}
