import { describe, expect, it } from 'vitest'
import { NO_OUTPUT, neverInvents, processesOf, shortly, under } from '../../test/text/machine.ts'
import { pidstat } from './pidstat.ts'

/** sysstat 12.6. */
const CPU = `Linux 6.18.44 (n1) 	11/21/26 	_x86_64_	(2 CPU)

06:08:44      UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command
06:08:45        0         1    0.00    1.96    0.00    0.00    1.96     0  systemd
06:08:45        0        78    0.00    0.98    0.00    0.00    0.98     1  kdamond.0

Average:      UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command
Average:        0         1    0.00    1.96    0.00    0.00    1.96     -  systemd`

const THREADS = `06:08:46 AM   UID      TGID       TID    %usr %system  %guest   %wait    %CPU   CPU  Command
06:08:47 AM     0         1         -    0.97    0.00    0.00    0.00    0.97     0  nginx
06:08:47 AM     0         -        75    0.00    0.97    0.00    0.00    0.97     1  |__nginx
06:08:47 AM     0        14        14    0.00    0.97    0.00    0.00    0.97     0  (ksoftirqd/0)__ksoftirqd/0`

const WIDE = `# Time        UID       PID    %usr %system  %guest   %wait    %CPU   CPU   kB_rd/s   kB_wr/s kB_ccwr/s iodelay  Command
06:08:48        0        15    0.00    0.00    0.00    0.00    0.00     0      0.00      0.00      0.00       0  rcu_preempt`

describe('pidstat', () => {
  it.each([
    ['pidstat 1 1', CPU, ['1 systemd ?', '78 kdamond.0 ?']],
    ['pidstat -t 1 1', THREADS, ['1 nginx ?', '14 ksoftirqd/0 ?']],
    ['pidstat -h -u -d 1 1', WIDE, ['15 rcu_preempt ?']],
    [null, CPU, ['1 systemd ?', '78 kdamond.0 ?']],
  ])('%s', (command, text, expected) => {
    const read = under(pidstat, command, text)
    expect(shortly(processesOf(read))).toEqual(expected)
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it('loses a row cut short', () => {
    expect(under(pidstat, 'pidstat 1', `${CPU}\n06:08:46        0       `)).toMatchObject({ lost: 1 })
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => pidstat.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(pidstat, 'pidstat 1', [CPU, THREADS, WIDE].join('\n'))
  })
})
