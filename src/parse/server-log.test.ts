import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { serverLog } from './server-log.ts'

const WARNING =
  '19:M 21 Nov 2026 09:24:13.386 # WARNING: The TCP backlog setting of 511 cannot be enforced because /proc/sys/net/core/somaxconn is set to the lower value of 128.'
const CRIT = '2026/11/21 09:26:48 [crit] 209#209: accept4() failed (24: Too many open files)'

describe('logs of servers', () => {
  it('tell the backlog that redis could not have', () => {
    const { backlogs } = machineOf(under(serverLog, 'cat /var/log/redis/redis.log', WARNING))
    expect(backlogs).toMatchObject([{ program: 'redis', setting: 'tcp-backlog', port: null, value: 511 }])
  })

  it('tell who could not accept, among everything else', () => {
    const text = `2026/11/21 09:26:40 [notice] 20#20: start worker processes\n${CRIT}\n${CRIT}`
    const { acceptErrors, backlogs } = machineOf(under(serverLog, 'tail /var/log/nginx/error.log', text))
    expect(acceptErrors).toMatchObject([{ program: 'nginx', error: 'EMFILE', pid: 209 }, { error: 'EMFILE' }])
    expect(backlogs).toBeUndefined()
  })

  it('take nothing but what is sure where no command stands above', () => {
    expect(serverLog.opens(WARNING)).toBe(true)
    expect(serverLog.opens(CRIT)).toBe(false)
    expect(machineOf(under(serverLog, null, `${WARNING}\nso much for redis`)).backlogs).toHaveLength(1)
  })

  it.each(NO_OUTPUT)('is not begun by %s', (line) => expect(serverLog.opens(line)).toBe(false))

  it('never invents', () => neverInvents(serverLog, 'cat /var/log/redis/redis.log', WARNING))
})
