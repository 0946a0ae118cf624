import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { mpstat } from './mpstat.ts'

/** sysstat 12.6. */
const ALL = `Linux 6.18.44 (n1) 	11/21/26 	_x86_64_	(2 CPU)

06:08:39     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
06:08:40     all   28.36    0.10   26.87    0.50    0.20    0.30    0.00    0.00    0.00   43.67
06:08:40       0   26.00    0.00   25.00    0.00    0.00    0.00    0.00    0.00    0.00   49.00
06:08:40       1   30.69    0.00   28.71    0.99    0.00   99.00    0.00    0.00    0.00   39.60

06:08:40     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
06:08:41     all    0.51    0.00    6.60    0.00    0.00    0.00    3.00    0.00    0.00   89.89

Average:     CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
Average:     all   14.57    0.00   16.83    0.25    0.00    0.00    0.00    0.00    0.00   68.34`

const ONCE = `Linux 6.18.44 (n1) 	2026-11-21 	_x86_64_	(2 CPU)

06:08:39 AM  CPU    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
06:08:39 AM  all   20.47    0.08    8.70    0.11    0.00    0.18    0.03    0.00    0.00   70.43`

const OTHER = `06:08:41    NODE    %usr   %nice    %sys %iowait    %irq   %soft  %steal  %guest  %gnice   %idle
06:08:42     all   14.93    0.00   16.42    0.00    0.00    0.00    0.00    0.00    0.00   68.66
06:08:41     CPU    intr/s
06:08:42     all    648.00
06:08:41     CPU       HI/s    TIMER/s   NET_TX/s   NET_RX/s
06:08:42       0       0.00      49.00       0.00       0.00`

const of = (command: string | null, text: string) => machineOf(under(mpstat, command, text)).cpu

describe('mpstat', () => {
  it('reads each CPU and leaves the average at the end out', () => {
    const cpu = of('mpstat -P ALL 1 2', ALL)
    expect(cpu?.map((one) => `${one.cpu} ${one.span} ${one.idle}`)).toEqual([
      'all interval 43.67',
      '0 interval 49',
      '1 interval 39.6',
      'all interval 89.89',
    ])
    expect(cpu?.[0]).toMatchObject({ user: 28.46, system: 27.07, softirq: 0.3, iowait: 0.5, steal: 0, runQueue: null })
    expect(under(mpstat, 'mpstat -P ALL 1 2', ALL).refused).toEqual([])
  })

  it('once is the average since boot; with AM and PM', () => {
    expect(of('mpstat', ONCE)).toMatchObject([{ span: 'since-boot', idle: 70.43 }])
    expect(of(null, ONCE)).toMatchObject([{ span: 'unknown' }])
  })

  it('passes over interrupts and nodes', () => {
    const read = under(mpstat, 'mpstat -A 1 1', OTHER)
    expect([machineOf(read), read.refused, read.lost]).toEqual([{}, [], 0])
  })

  it('loses a row cut short', () => {
    expect(under(mpstat, 'mpstat 1 1', `${ONCE}\n06:08:40 AM  all   20.47`)).toMatchObject({ lost: 1 })
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => mpstat.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(mpstat, 'mpstat -P ALL 1', `${ALL}\n${ONCE}\n${OTHER}`)
  })
})
