import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { diskstats } from './diskstats.ts'

/** Linux 6.18; sda and its partition as 4.4 prints them, eleven numbers. */
const TEXT = `   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 254       0 vda 483514 45662 14996154 398559 84732 327245 61857336 189078 4 53960 605634 179388 197 44185160 17890 3075 106
   8       0 sda 100 0 800 40 50 0 400 60 0 90 100
   8       1 sda1 100 0 800 40 50 0 400 60 0 90 100
 259       3 nvme0n1p1 7 0 8 4 5 0 4 6 0 9 10`

describe('/proc/diskstats', () => {
  it('devices that were used; no partition beside its disk', () => {
    const { diskTotals = [] } = machineOf(under(diskstats, 'cat /proc/diskstats', TEXT))
    expect(diskTotals.map((one) => one.device)).toEqual(['vda', 'sda', 'nvme0n1p1'])
    expect(diskTotals[0]).toEqual({
      device: 'vda',
      reads: 483514,
      writes: 84732,
      readMs: 398559,
      writeMs: 189078,
      inFlight: 4,
      busyMs: 53960,
      origin: { file: 'x', line: 2, command: 'cat /proc/diskstats' },
    })
  })

  it('a disk that hangs with its first request counts as used', () => {
    const { diskTotals } = machineOf(under(diskstats, null, '   8       0 sdb 0 0 0 0 0 0 0 0 1 0 0'))
    expect(diskTotals).toMatchObject([{ device: 'sdb', inFlight: 1 }])
  })

  it('opens for nothing else', () => {
    for (const line of [...NO_OUTPUT, '   8       1 sda1 1 2 3 4', '8 0 sda is broken'])
      expect(diskstats.opens(line)).toBe(false)
  })

  it('never throws or invents', () => neverInvents(diskstats, 'cat /proc/diskstats', TEXT))
})
