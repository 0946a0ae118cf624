import { describe, expect, it } from 'vitest'
import { outline, transcript } from '../../test/text/read.ts'
import type { Host } from '../sys/host.ts'
import { transcriptHost } from '../sys/transcript-host.ts'
import { collectSnapshot } from './collect.ts'
import { collectMachine } from './machine.ts'

const SESSION = `root@n1:~# uptime
 06:08:49 up 12 days,  1:16,  1 user,  load average: 24.05, 21.46, 13.38
root@n1:~# vmstat 1 2
procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
 1  0      0 194884 384088 1892160    0    0    49   495    2    1 14  3 70  1 12
 0  9      0 197968 384088 1892228    0    0     0  1044 2743 6308 14  7  3 74  2
root@n1:~# ps -eo pid,stat,wchan:30,comm | grep D
 2214 D    rpc_wait_bit_killable          nginx
 2215 D    rpc_wait_bit_killable          nginx
root@n1:~# dmesg -T | tail -2
[Fri Feb 23 06:07:01 2018] nfs: server 10.0.0.5 not responding, still trying
[Fri Feb 23 06:07:09 2018] nfs: server 10.0.0.5 OK
root@n1:~# mount
10.0.0.5:/export/images on /usr/share/nginx/images type nfs4 (rw,relatime,hard,proto=tcp)
root@n1:~# cat /proc/pressure/io; cat /proc/2214/limits
some avg10=91.28 avg60=0.88 avg300=0.31 total=10624155
full avg10=80.95 avg60=0.64 avg300=0.16 total=7218454
Limit                     Soft Limit           Hard Limit           Units     
Max open files            1024                 524288               files     
root@n1:~# grep -rn backlog /etc/nginx/
/etc/nginx/nginx.conf:12:    listen 80 backlog=511;
root@n1:~# strace -c -p 2214
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
100.00    0.120345         120      1002           read
------ ----------- ----------- --------- --------- ----------------
100.00    0.120345         120      1002           total
root@n1:~# free -m
               total        used        free      shared  buff/cache   available
Mem:           24105         830       21696           8        1888       23274
root@n1:~# lsb_release -d
Description:	Debian GNU/Linux 12 (bookworm)
root@n1:~# lscpu | grep '^CPU(s)'
CPU(s):                                  2`

const hostOf = async (text: string): Promise<Host> => {
  const read = await transcript(text)
  const [reading] = read.nodes.flatMap((node) => node.readings)
  if (!reading) throw new Error('no reading')
  return transcriptHost(reading)
}

describe('the machine of a transcript', () => {
  it('every command is read by its own format', async () => {
    const read = await transcript(SESSION)
    expect(read.unread).toEqual([])
    expect(outline(read).map((line) => line.split(' ')[3])).toEqual([
      'uptime:',
      'vmstat:',
      'ps:',
      'kernel-log:',
      'mounts:',
      'pressure:',
      'limits:',
      'backlog-config:',
      'strace:',
      'free:',
      'node-facts:',
      'lscpu:',
    ])
  })

  it('stands in one part, each value with its line', async () => {
    const { machine, processes, node } = collectSnapshot(await hostOf(SESSION))
    if (!machine.ok || !processes.ok) throw new Error('not read')
    const { data } = machine
    expect(data.load).toMatchObject({ minute1: 24.05, origin: { file: 't.md', line: 2, command: 'uptime' } })
    expect(data.cpu.map((one) => [one.span, one.iowait, one.blocked])).toEqual([
      ['since-boot', 1, 0],
      ['interval', 74, 9],
    ])
    expect(data.kernelLog.map((one) => one.kind)).toEqual(['nfs-not-responding', 'nfs-ok'])
    expect(data.mounts).toMatchObject([{ type: 'nfs4', path: '/usr/share/nginx/images' }])
    expect(data.pressure).toMatchObject([
      { resource: 'io', kind: 'some', avg10: 91.28 },
      { resource: 'io', kind: 'full' },
    ])
    expect(data.limits).toMatchObject([{ name: 'nofile', soft: 1024, pid: 2214 }])
    expect(data.backlogs).toMatchObject([{ program: 'nginx', port: 80, value: 511 }])
    expect(data.syscalls).toMatchObject([{ syscall: 'read', calls: 1002 }])
    expect(data.memory?.totalBytes).toBe(24105 * 1024 ** 2)
    expect(processes.data.map((one) => [one.comm, one.state, one.wchan])).toEqual([
      ['nginx', 'D', 'rpc_wait_bit_killable'],
      ['nginx', 'D', 'rpc_wait_bit_killable'],
    ])
    expect([node.cores, node.uptimeSeconds, node.os?.value]).toEqual([2, 1_041_360, 'Debian GNU/Linux 12 (bookworm)'])
  })

  it('is whole only in the topics that were not filtered', async () => {
    const { machine } = collectSnapshot(await hostOf(SESSION))
    expect(machine).toMatchObject({
      coverage: [{ of: 'keys', keys: ['load', 'cpu', 'mounts', 'pressure', 'limits', 'syscalls', 'memory'] }],
      cuts: ['tail -2', 'grep -rn backlog /etc/nginx/'],
    })
  })

  it('absent where nobody looked, denied where it was', () => {
    expect(collectMachine([])).toMatchObject({ ok: false, reason: 'absent' })
    expect(collectMachine([{ ok: false, reason: 'denied', detail: 'EACCES' }])).toMatchObject({ reason: 'denied' })
  })

  it('reads the files of a live machine', () => {
    const text = (format: string, file: string, content: string) => ({
      ok: true as const,
      via: 'proc',
      format,
      file,
      text: content,
    })
    const machine = collectMachine([
      text('proc-loadavg', '/proc/loadavg', '4.05 4.46 3.38 3/135 31154\n'),
      text('proc-pressure/io', '/proc/pressure/io', 'some avg10=1.28 avg60=0.88 avg300=0.31 total=1\n'),
      text('proc-other', '/proc/other', 'x\n'),
    ])
    expect(machine).toMatchObject({
      data: {
        load: { minute1: 4.05, origin: { file: '/proc/loadavg', line: 1 } },
        pressure: [{ resource: 'io', avg10: 1.28 }],
      },
      coverage: [{ of: 'keys', keys: ['load', 'pressure'] }],
    })
  })

  it('two runs of a tool stand side by side', async () => {
    const again = `${SESSION}\nroot@n1:~# vmstat\n${SESSION.split('\n').slice(3, 6).join('\n')}`
    const { machine } = collectSnapshot(await hostOf(again))
    expect(machine.ok && machine.data.cpu.map((one) => one.span)).toEqual(['since-boot', 'interval', 'since-boot'])
  })
})
