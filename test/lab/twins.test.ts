import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../src/lab/index.ts'
import { grave, noLabFor } from './lab-node.ts'
import { arrangeOnce, SLOW } from './stage.ts'
import type { Habit } from './transcript.ts'

for (const scenario of SCENARIOS) {
  const { id, twin, shown } = scenario
  if (twin === null) continue
  const why = noLabFor(scenario)
  describe.skipIf(why !== null)(`healthy twin of ${id}: ${twin.title.en}${why ?? ''}`, SLOW, () => {
    const stage = arrangeOnce(twin, shown)

    it.concurrent('live: nothing at or above warning', async () => {
      const report = await stage.live()
      expect(grave(report)).toEqual([])
      expect(report.exitCode).toBe(0)
    })

    it.concurrent.each<Habit>(['ss', 'netstat'])('nor in what %s prints', async (habit) => {
      const report = await stage.printed(habit)
      expect(grave(report)).toEqual([])
      expect(report.exitCode).toBe(0)
    })
  })
}
