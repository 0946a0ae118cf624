import { describe, expect, it } from 'vitest'
import { SCENARIOS } from '../../src/lab/index.ts'
import { grave, NO_LAB } from './lab-node.ts'
import { arrangeOnce, SLOW } from './stage.ts'
import type { Habit } from './transcript.ts'

for (const { id, twin, shown } of SCENARIOS) {
  if (twin === null) continue
  describe.skipIf(NO_LAB !== null)(`healthy twin of ${id}: ${twin.title.en}${NO_LAB ?? ''}`, SLOW, () => {
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
