import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../src/lab/index.ts'
import { findWay, type LabNetns } from '../../src/lab/namespace.ts'
import { asNobody } from '../nobody.ts'
import { NO_LAB, type Run, readReport, run, withLab } from './lab-node.ts'

const way = await findWay()
const why = way.way === 'named' ? null : (NO_LAB ?? ' (skipped: only root can become another user)')

const diagnoseAsNobody = (netns: LabNetns, ...args: readonly string[]): Promise<Run> =>
  asNobody(({ argv, repository, home }) =>
    run(netns.inside(argv(`${repository}/src/cli/main.ts`, 'diagnose', ...args)), { HOME: home }),
  )

describe.skipIf(why !== null)(`as an ordinary user${why ?? ''}`, () => {
  it('finds what it may see, and names what it could not', async () => {
    await withLab(async (lab) => {
      await SCENARIOS.find(({ id }) => id === 'queue-of-reset')?.arrange(lab)
      const ran = await diagnoseAsNobody(lab.server, '--netns', 'self', '-o', 'json', '--interval', '1s')
      const report = readReport(ran)
      const full = report.findings.find(({ rule }) => rule === 'accept-queue-full')
      expect(full?.evidence.map(({ value, limit }) => [value, limit])).toContainEqual([129, 128])
      expect(full?.subject.process).toBeUndefined()
      expect(report.gaps.map(({ part, reason }) => `${part} ${reason}`)).toContainEqual(
        expect.stringMatching(/^processes/),
      )
      expect(ran.stderr).not.toMatch(/at .*\.ts:\d+/)
      expect(report.exitCode).toBe(1)
    })
  })
})
