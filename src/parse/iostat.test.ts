import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { iostat } from './iostat.ts'

/** sysstat 12.6 on Linux 6.18, narrowed. */
const EXTENDED = `Linux 6.18.44 (n1) 	11/21/26 	_x86_64_	(2 CPU)

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
          20.47    0.08    8.88    0.11    0.03   70.42

Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz     f/s f_await  aqu-sz  %util
vda             52.64    963.37     7.92  13.08    0.54    18.30    8.26   1800.97    25.47  75.51    1.61   218.01    0.52    0.03    0.04   0.48


avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           0.50    0.00    0.00   12.00    1.00   86.50

Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz     f/s f_await  aqu-sz  %util
vda              1.00      4.00     0.00   0.00   80.25     4.00    0.00      0.00     0.00   0.00    0.00     0.00    0.00    0.00    7.50  99.20`

const PLAIN = `11/21/26 06:08:39
avg-cpu:  %user   %nice %system %iowait  %steal   %idle
          20.48    0.08    8.89    0.11    0.03   70.42

Device             tps    kB_read/s    kB_wrtn/s    kB_dscd/s    kB_read    kB_wrtn    kB_dscd
vda              72.06       963.59      1801.36      1189.42    4410361    8244896    5444032`

/** sysstat 10.1 of CentOS 7. */
const CENTOS7 = `Device:         rrqm/s   wrqm/s     r/s     w/s    rkB/s    wkB/s avgrq-sz avgqu-sz   await r_await w_await  svctm  %util
sda               0,00     0,72    0,05    1,32     1,54    15,12    24,21     0,00    1,51    3,02    1,45   0,53   0,07
dm-0              0,00     0,00    0,04    1,90     1,40    14,01    15,88     0,00    1,66    3,20    1,62   0,38   0,07`

const of = (command: string | null, text: string) => machineOf(under(iostat, command, text))

describe('iostat', () => {
  it('tells reports from the average since boot', () => {
    const { cpu, disks } = of('iostat -x 1 2', EXTENDED)
    expect(cpu).toMatchObject([
      { span: 'since-boot', user: 20.55, system: 8.88, idle: 70.42, steal: 0.03 },
      { span: 'interval', iowait: 12, idle: 86.5, steal: 1, origin: { line: 11 } },
    ])
    expect(disks?.map((one) => one.span)).toEqual(['since-boot', 'interval'])
    expect(disks?.[1]).toEqual({
      span: 'interval',
      device: 'vda',
      readsPerSecond: 1,
      writesPerSecond: 0,
      readAwaitMs: 80.25,
      writeAwaitMs: 0,
      awaitMs: null,
      queueLength: 7.5,
      utilisation: 99.2,
      origin: { file: 'x', line: 14, command: 'iostat -x 1 2' },
    })
  })

  it('reads the plain form, which tells no times', () => {
    expect(of('iostat -t', PLAIN).disks).toMatchObject([{ device: 'vda', awaitMs: null, utilisation: null }])
    expect(under(iostat, 'iostat -t', PLAIN).refused).toEqual([])
  })

  it('reads old columns, and decimal commas', () => {
    expect(of('iostat -xk', CENTOS7).disks).toMatchObject([
      { device: 'sda', awaitMs: 1.51, queueLength: 0, utilisation: 0.07 },
      { device: 'dm-0', awaitMs: 1.66, readAwaitMs: 3.2 },
    ])
  })

  it('all are samples with -y', () => {
    expect(of('iostat -xy 1 2', EXTENDED).disks?.map((one) => one.span)).toEqual(['interval', 'interval'])
  })

  it('loses a row cut short and refuses what is none', () => {
    const read = under(iostat, 'iostat -x', `${CENTOS7}\nsdb  0,00  0,72\nsome words`)
    expect([read.lost, read.refused]).toEqual([1, ['some words']])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => iostat.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(iostat, 'iostat -x 1', `${EXTENDED}\n${CENTOS7}\n${PLAIN}`)
  })
})
