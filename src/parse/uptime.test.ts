import { describe, expect, it } from 'vitest'
import { factsOf, machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { uptime } from './uptime.ts'

const W = ` 06:08:49 up 300 days,  5:07,  1 user,  load average: 4.05, 4.46, 13.38
USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT
root     pts/0    10.0.0.3         06:01    1.00s  0.02s  0.00s w`

describe('uptime', () => {
  it.each([
    ['uptime', ' 06:08:49 up  1:16,  0 user,  load average: 4.05, 4.46, 3.38', [4.05, 4.46, 3.38], 76 * 60],
    ['uptime', ' 06:08:49 up  1:16,  0 users,  load average: 4,05, 4,46, 3,38', [4.05, 4.46, 3.38], 76 * 60],
    ['uptime', ' 06:08:49 up 5 min,  2 users,  load average: 0.00, 0.01, 0.05', [0, 0.01, 0.05], 300],
    ['uptime', ' 06:08:49 up 1 day, 12 min,  2 users,  load average: 0.00, 0.01, 0.05', [0, 0.01, 0.05], 87_120],
    ['w', W, [4.05, 4.46, 13.38], 300 * 86_400 + 5 * 3600 + 7 * 60],
    [null, '4.05 4.46 3.38 3/135 31154', [4.05, 4.46, 3.38], undefined],
    ['cat /proc/loadavg', '4.05 4.46 3.38 3/135 31154', [4.05, 4.46, 3.38], undefined],
    ['cat /proc/loadavg /proc/uptime', '4.05 4.46 3.38 3/135 31154\n4588.27 6435.94', [4.05, 4.46, 3.38], 4588.27],
    [null, ' 06:08:49 up  1:16,  0 user,  load average: 4.05, 4.46, 3.38', [4.05, 4.46, 3.38], 76 * 60],
  ])('%s: %s', (command, text, averages, seconds) => {
    const read = under(uptime, command, text)
    const { load } = machineOf(read)
    expect([load?.minute1, load?.minutes5, load?.minutes15]).toEqual(averages)
    expect(factsOf(read).uptimeSeconds).toBe(seconds)
    expect(read.refused).toEqual([])
  })

  it.each([
    ' 06:08:49 up  1:16,  0 user,  load average: 4.05, 4.',
    ' 06:08:49 up  1:16,  0 user,  load average: high',
    '4.05 4.46',
    'load average: 1.00, 2.00, 3.00 was normal, she said',
  ])('takes nothing from %s', (text) => {
    expect(under(uptime, 'uptime', text).content).toEqual([])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => uptime.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(uptime, 'w', `${W}\n4.05 4.46 3.38 3/135 31154`)
  })
})
