import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../src/lab/index.ts'
import { findWay, type LabNetns } from '../../src/lab/namespace.ts'
import { NO_LAB, type Run, readReport, run, withLab } from './lab-node.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NOBODY = 65534

const way = await findWay()
const why = way.way === 'named' ? null : (NO_LAB ?? ' (skipped: only root can become another user)')

/**
 * Run the program as an ordinary user. Both it and Node may stand where only root may look, so they are mounted where
 * everybody may: `ip netns exec` has a mount namespace of its own, which ends with the command.
 */
async function asNobody(netns: LabNetns, ...args: readonly string[]): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'recvq-nobody-'))
  try {
    await mkdir(join(folder, 'recvq'))
    await writeFile(join(folder, 'node'), '')
    const mountAndRun = `chmod 755 "$0" && mount --bind "$1" "$0/node" && mount --bind "$2" "$0/recvq" && cd / && shift 2 &&
      exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups "$0/node" "$0/recvq/src/cli/main.ts" "$@"`
    const command = ['sh', '-c', mountAndRun, folder, process.execPath, ROOT, ...args]
    return await run(netns.inside(command), { HOME: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe.skipIf(why !== null)(`as an ordinary user${why ?? ''}`, () => {
  it('finds what it may see, and names what it could not', async () => {
    await withLab(async (lab) => {
      await SCENARIOS.find(({ id }) => id === 'queue-of-reset')?.arrange(lab)
      const ran = await asNobody(lab.server, 'diagnose', '--netns', 'self', '-o', 'json', '--interval', '1s')
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
