import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { procStat } from './proc-stat.ts'

/** Linux 6.18, two CPUs. */
const STAT = `cpu  844760 142269 219055 1048035 1932 0 4010 675 0 0
cpu0 411399 70592 107952 538073 412 0 1760 322 0 0
cpu1 433361 71676 111102 509961 1520 0 2250 352 0 0
intr 14748169 0 0 0
ctxt 31457280
btime 1795236740
processes 232183
procs_running 17
procs_blocked 3
softirq 13718112 0 743101 6783 8255793 447594 0 10 942694 174 3321963`

describe('/proc/stat', () => {
  it('all CPUs, then each; what runs and is blocked belongs to all', () => {
    const { cpuTotals = [] } = machineOf(under(procStat, 'cat /proc/stat', STAT))
    expect(cpuTotals.map((one) => [one.cpu, one.user, one.iowait, one.steal, one.running, one.blocked])).toEqual([
      ['all', 844760 + 142269, 1932, 675, 17, 3],
      ['0', 411399 + 70592, 412, 322, null, null],
      ['1', 433361 + 71676, 1520, 352, null, null],
    ])
  })

  it('a kernel of old has fewer columns, and cut output no running tasks', () => {
    const { cpuTotals } = machineOf(under(procStat, null, 'cpu  10 2 30 400'))
    expect(cpuTotals).toMatchObject([{ cpu: 'all', user: 12, idle: 400, iowait: 0, steal: 0, running: null }])
  })

  it('opens for nothing else', () => {
    for (const line of [...NO_OUTPUT, 'cpu 5 is hot', 'cpu0 1 2']) expect(procStat.opens(line)).toBe(false)
    expect(STAT.split('\n').map((line) => procStat.opens(line))).toEqual([true, true, true, ...Array(7).fill(false)])
  })

  it('never throws or invents', () => neverInvents(procStat, 'cat /proc/stat', STAT))
})
