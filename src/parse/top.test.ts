import { describe, expect, it } from 'vitest'
import { factsOf, machineOf, NO_OUTPUT, neverInvents, processesOf, shortly, under } from '../../test/text/machine.ts'
import { top } from './top.ts'

/** procps 4.0.2. */
const NEW = `top - 06:08:37 up 12 days,  1:16,  0 user,  load average: 4.79, 4.61, 3.42
Tasks:  97 total,   1 running,  96 sleeping,   0 stopped,   0 zombie
%Cpu(s):  0.0 us, 48.0 sy,  1.0 ni, 40.0 id,  5.0 wa,  1.0 hi,  2.0 si,  3.0 st 
MiB Mem :  24105.6 total,  21684.4 free,    825.1 used,   1906.3 buff/cache     
MiB Swap:    100.0 total,     90.0 free,     10.0 used.  23280.5 avail Mem 

  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
    1 root      20   0   53632  22316   6296 S   0.0   0.1   0:30.24 systemd
    4 root       0 -20       0      0      0 I   0.0   0.0   0:00.00 kworker/R+
 2214 www-data  20   0   55280  10420   6000 D   0.0   0.1   0:01.24 nginx`

/** procps 3.2 of CentOS 6. */
const OLD = `top - 06:08:37 up 5 min,  1 user,  load average: 0.79, 0.61, 0.42
Tasks: 97 total,   1 running,  96 sleeping,   0 stopped,   0 zombie
Cpu0  : 14.5%us,  0.7%sy,  0.0%ni, 80.0%id,  0.2%wa,  0.0%hi,  0.1%si,  4.5%st
Cpu1  :  1.0%us,100.0%sy,  0.0%ni,  0.0%id,  0.2%wa,  0.0%hi,  0.1%si,  0.0%st
Mem:   1020176k total,   822768k used,   197408k free,    12312k buffers
Swap:        0k total,        0k used,        0k free,   384108k cached`

const BUSYBOX = `Mem: 2479272K used, 22204824K free, 8788K shrd, 59408K buff, 1680796K cached
CPU:   3% usr   1% sys   0% nic  90% idle   5% io   0% irq   1% sirq
Load average: 4.79 4.61 3.42 2/113 30472
  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND
    1     0 root     S    53632   0%   0% nginx: master process nginx
12107     1 root     S <   5888   0%   0% {tmux: server} tmux -L x`

const HTOP = `  PID USER      PRI  NI  VIRT   RES   SHR S CPU% MEM%   TIME+  Command
 2214 www-data   20   0 55280 10420  6000 D  0.0  0.1  0:01.24 nginx: worker process`

const MIB = 1024 ** 2

describe('top', () => {
  it('reads load, CPU, memory and processes', () => {
    const read = under(top, 'top -b -n1', NEW)
    expect([read.refused, read.lost]).toEqual([[], 0])
    expect(machineOf(read)).toEqual({
      load: { minute1: 4.79, minutes5: 4.61, minutes15: 3.42, origin: { file: 'x', line: 1, command: 'top -b -n1' } },
      cpu: [
        {
          span: 'unknown',
          cpu: 'all',
          user: 1,
          system: 49,
          idle: 40,
          iowait: 5,
          steal: 3,
          softirq: 2,
          runQueue: null,
          blocked: null,
          origin: { file: 'x', line: 3, command: 'top -b -n1' },
        },
      ],
      memory: {
        totalBytes: Math.round(24105.6 * MIB),
        usedBytes: Math.round(825.1 * MIB),
        freeBytes: Math.round(21684.4 * MIB),
        availableBytes: Math.round(23280.5 * MIB),
        swapTotalBytes: 100 * MIB,
        swapUsedBytes: 10 * MIB,
        origin: { file: 'x', line: 4, command: 'top -b -n1' },
      },
    })
    expect(shortly(processesOf(read))).toEqual(['1 systemd S', '4 kworker/R+ I', '2214 nginx D'])
    expect(factsOf(read)).toEqual({ uptimeSeconds: 12 * 86_400 + 3600 + 16 * 60 })
  })

  it('a second frame is a sample', () => {
    const read = under(top, 'top -b -n2', `${NEW}\n\n${NEW}`)
    expect(machineOf(read).cpu?.map((one) => one.span)).toEqual(['unknown', 'interval'])
    expect(processesOf(read)).toHaveLength(3)
  })

  it('reads the CPUs one by one, and old sizes', () => {
    const { cpu, memory } = machineOf(under(top, 'top -b -n1', OLD))
    expect(cpu?.map((one) => [one.cpu, one.user, one.system, one.idle, one.steal])).toEqual([
      ['0', 14.5, 0.7, 80, 4.5],
      ['1', 1, 100, 0, 0],
    ])
    expect(memory).toMatchObject({
      totalBytes: 1020176 * 1024,
      usedBytes: 822768 * 1024,
      availableBytes: null,
      swapTotalBytes: 0,
    })
  })

  it('reads busybox', () => {
    const read = under(top, 'top -b -n1', BUSYBOX)
    expect(machineOf(read)).toMatchObject({
      cpu: [{ user: 3, idle: 90, iowait: 5, softirq: 1, steal: null }],
      load: { minute1: 4.79 },
      memory: { usedBytes: 2479272 * 1024, totalBytes: null },
    })
    expect(shortly(processesOf(read))).toEqual(['1 nginx S', '12107 tmux: server S'])
    expect(read.refused).toEqual([])
  })

  it('reads heads in other languages; the Chinese one leaves the state out', () => {
    const rows = NEW.split('\n').slice(-3)
    const heads = [
      ' 进程号 USER      PR  NI    VIRT    RES    SHR    %CPU  %MEM     TIME+ COMMAND',
      '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     ZEIT+ BEFEHL',
    ]
    for (const head of heads)
      expect(processesOf(under(top, 'top -b -n 1', [head, ...rows].join('\n')))).toMatchObject([
        { pid: 1, comm: 'systemd', state: 'S' },
        { pid: 4, state: 'I' },
        { pid: 2214, comm: 'nginx', state: 'D' },
      ])
  })

  it('reads the table of htop', () => {
    expect(shortly(processesOf(under(top, 'htop', HTOP)))).toEqual(['2214 nginx D'])
  })

  it('loses a row cut short and refuses prose', () => {
    const read = under(top, 'top -b', `${NEW}\n  999 root  20\n后面略`)
    expect([read.lost, read.refused]).toEqual([1, ['后面略']])
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => top.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(top, 'top -b', [NEW, OLD, BUSYBOX, HTOP].join('\n'))
  })
})
