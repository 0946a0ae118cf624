import { describe, expect, it } from 'vitest'
import { factsOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { lscpu } from './lscpu.ts'

/** util-linux 2.38, shortened. */
const NEW = `Architecture:                            x86_64
CPU op-mode(s):                          32-bit, 64-bit
CPU(s):                                  4
On-line CPU(s) list:                     0-1,3
Off-line CPU(s) list:                    2
Model name:                              AMD EPYC
L3 cache:                                32 MiB (1 instance)
NUMA node0 CPU(s):                       0,1`

const CHINESE = `架构：             x86_64
CPU:               8
在线 CPU 列表：    0-7
座：               2`

const COLUMNS = `CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE
  0    0      0    0 0:0:0:0          yes
  1    0      0    1 1:1:1:0          yes
  2    0      0    1 -                no`

const LIST = `# The following is the parsable format, which can be fed to other
# programs.
# CPU,Core,Socket,Node,,L1d,L1i,L2,L3
0,0,0,0,,0,0,0,0
1,1,0,0,,1,1,1,0`

describe('lscpu', () => {
  it.each([
    ['lscpu', NEW, 3],
    [null, NEW, 3],
    ['lscpu', NEW.replace(/On-line.*\n/, ''), 4],
    ['lscpu', CHINESE, 8],
    ['lscpu -e', COLUMNS, 2],
    ['lscpu -p', LIST, 2],
  ])('%s', (command, text, cores) => {
    const read = under(lscpu, command, text)
    expect([factsOf(read), read.refused]).toEqual([{ cores }, []])
  })

  it.each(['CPU(s): many', 'CPU(s): 0', 'On-line CPU(s) list: 7-3', 'Architecture: x86_64'])(
    '%s tells no number',
    (line) => {
      expect(under(lscpu, 'lscpu', line).content).toEqual([])
    },
  )

  it('another machine begins with the same keys', () => {
    expect(under(lscpu, 'lscpu', `${CHINESE}\n${CHINESE}`).refused).toContain('CPU:               8')
  })

  it('leaves what follows to others', () => {
    const counters = 'TcpExt: SyncookiesSent SyncookiesRecv'
    expect(under(lscpu, 'lscpu; cat /proc/net/netstat', `${NEW}\n${counters}`).refused).toEqual([counters])
    expect(under(lscpu, null, `${NEW}\nPackage: nginx`).refused).toEqual(['Package: nginx'])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => lscpu.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(lscpu, 'lscpu', [NEW, CHINESE, COLUMNS, LIST].join('\n'))
  })
})
