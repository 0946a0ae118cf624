import { describe, expect, it } from 'vitest'
import frozenDisk from '../../src/lab/scenarios/frozen-disk.ts'
import stoppedServer from '../../src/lab/scenarios/stopped-server.ts'
import { noLabFor } from './lab-node.ts'
import { arrangeOnce, SLOW } from './stage.ts'

/** The causes of a full queue stand first, and what they bring about hangs on them link by link. */
describe.each([
  [frozenDisk, 'accept-blocked-on-io'],
  [stoppedServer, 'process-stopped'],
] as const)('$id: the chain from the cause to the clients', (scenario, root) => {
  const why = noLabFor(scenario)
  const stage = why === null ? arrangeOnce(scenario, scenario.shown) : null

  it.skipIf(why !== null)(`live${why ?? ''}`, SLOW, async () => {
    const { findings } = (await stage?.live()) ?? { findings: [] }
    const of = (rule: string) => findings.find((one) => one.rule === rule)
    expect(findings[0]).toMatchObject({ rule: root, confidence: 'certain', causes: [] })
    expect(of('accept-queue-full')?.causes[0]).toEqual(expect.objectContaining({ id: of(root)?.id }))
    expect(of('listen-overflows')?.causes[0]).toEqual(expect.objectContaining({ id: of('accept-queue-full')?.id }))
    // The limit is met, too; that is a condition, no cause.
    const limit = of('backlog-too-small')
    if (limit) expect(limit).toMatchObject({ severity: 'info', confidence: 'possible' })
  })
})
