import { describe, expect, it } from 'vitest'
import { NO_OUTPUT, neverInvents, processesOf, shortly, under } from '../../test/text/machine.ts'
import { commOf } from './process-rows.ts'
import { ps } from './ps.ts'

const read = (command: string | null, text: string) => shortly(processesOf(under(ps, command, text)))

/** procps 4.0.2 and busybox 1.35, run on this shape of machine; the programs are chosen. */
const AUX = `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.0  21956  9312 ?        Ss   Feb23   0:44 /sbin/init
root           2  0.0  0.0      0     0 ?        S    Feb23   0:00 [kthreadd]
root      1448 11.2  0.9 131072 61440 ?        Ssl  Feb23 100:09 /usr/local/bin/kube-proxy --kubeconfig=/var/lib/kube-proxy/kubeconfig
www-data  2214  0.0  0.1  55280 10420 ?        D    06:07   0:01 nginx: worker process
root      2435  0.0  0.0      0     0 ?        Z    06:07   0:00 [sh] <defunct>
root      2471  0.0  0.0  12700  2072 pts/0    S+   06:07   0:00  \\_ grep --color=auto nginx`

const FULL = `UID        PID  PPID  C STIME TTY          TIME CMD
root         1     0  0 04:52 ?        00:00:30 /sbin/init
root      1448     1  2 04:52 ?        00:12:30 kube-proxy --v=2`

const WCHAN = `  PID STAT WCHAN                            COMMAND
    1 Ss   do_epoll_wait                    systemd
 2214 D    rpc_wait_bit_killable            nginx
 2215 D<   nfs_wait_on_request              nginx
 2216 S    -                                Web Content`

const LONG = `F S   UID   PID  PPID  C PRI  NI ADDR SZ WCHAN  TTY          TIME CMD
4 S     0     1     0  0  80   0 - 13408 do_epo ?        00:00:30 systemd
4 D     0  2214     1  0  80   0 - 13820 rpc_wa ?        00:00:00 nginx`

const THREADS = `UID        PID  PPID   LWP  C NLWP STIME TTY          TIME CMD
root         1     0     1  0   13 04:52 ?        00:00:30 /usr/bin/app --serve
root         1     0    59  0   13 04:52 ?        00:00:00 /usr/bin/app --serve`

const STARTED = `  PID  PPID USER     %CPU %MEM                  STARTED     ELAPSED COMMAND
    1     0 root      0.6  0.0 Sat Nov 21 04:52:20 2026    01:16:13 /sbin/init splash
    2     0 root      0.0  0.0 Sat Nov 21 04:52:20 2026    01:16:13 [kthreadd]`

const BUSYBOX = `PID   USER     VSZ STAT COMMAND
    1 root     53632 S    nginx: master process nginx -g daemon off;
   33 root         0 SW<  [kworker/0:1]
   34 root      5548 S <  {tmux: server} tmux new-session`

const BUSYBOX_SHORT = `PID   USER     TIME  COMMAND
    1 root      0:00 nginx: master process nginx -g daemon off;`

describe('ps', () => {
  it.each([
    ['ps aux', AUX, ['1 init S', '2 kthreadd S', '1448 kube-proxy S', '2214 nginx D', '2435 sh Z', '2471 grep S']],
    ['ps -ef', FULL, ['1 init ?', '1448 kube-proxy ?']],
    [
      'ps -eo pid,stat,wchan:32,comm',
      WCHAN,
      [
        '1 systemd S do_epoll_wait',
        '2214 nginx D rpc_wait_bit_killable',
        '2215 nginx D nfs_wait_on_request',
        '2216 Web Content S',
      ],
    ],
    ['ps -l', LONG, ['1 systemd S do_epo', '2214 nginx D rpc_wa']],
    ['ps -eLf', THREADS, ['1 app ?']],
    ['ps -eo pid,ppid,user,%cpu,%mem,lstart,etime,args', STARTED, ['1 init ?', '2 kthreadd ?']],
    ['ps', BUSYBOX, ['1 nginx S', '33 kworker/0:1 S', '34 tmux: server S']],
    ['ps', BUSYBOX_SHORT, ['1 nginx ?']],
    [null, AUX, ['1 init S', '2 kthreadd S', '1448 kube-proxy S', '2214 nginx D', '2435 sh Z', '2471 grep S']],
    [
      'ps -eo comm,pid,stat',
      'COMMAND           PID STAT\ntmux: server    12107 Ss\nbash            12108 D+',
      ['12107 tmux: server S', '12108 bash D'],
    ],
    ['ps -o pid,start,comm', '  PID  STARTED COMMAND\n    1   Feb 23 init\n    9 06:07:01 sh', ['1 init ?', '9 sh ?']],
  ])('%s', (command, text, expected) => {
    expect(read(command, text)).toEqual(expected)
    expect(under(ps, command, text)).toMatchObject({ refused: [], lost: 0 })
  })

  it.each([
    ['ps aux', AUX.split('\n')[4] ?? '', ['2214 nginx D']],
    ['ps -ef', FULL.split('\n')[2] ?? '', ['1448 kube-proxy ?']],
    ['ps -efww', FULL.split('\n')[2] ?? '', ['1448 kube-proxy ?']],
    [
      'ps -eo pid,stat,wchan=WAITS,comm',
      ' 2214 D    rpc_wait_bit_killable nginx',
      ['2214 nginx D rpc_wait_bit_killable'],
    ],
    ['ps axo pid=,s=,cmd=', ' 2214 D /usr/sbin/nginx -g x', ['2214 nginx D']],
    ['ps ax', ' 2214 ?        D      0:00 nginx: worker process', ['2214 nginx D']],
    ['ps -A', ' 2214 ?        00:00:00 nginx', ['2214 nginx ?']],
    ['ps -elf', LONG.split('\n')[2]?.replace(' ?', ' 06:07 ?') ?? '', ['2214 nginx D rpc_wa']],
    ['ps aux', 'these are words of somebody who has to wait, all right then, 5', []],
    [null, AUX.split('\n')[4] ?? '', ['2214 nginx D']],
    [null, FULL.split('\n')[2] ?? '', []],
  ])('without its head, as a grep leaves it: %s', (command, row, expected) => {
    expect(read(command, row)).toEqual(expected)
  })

  it('of the threads of a process a blocked one speaks for all', () => {
    const rows =
      '  PID   LWP S WCHAN  COMMAND\n    7     7 S futex_ app\n    7     8 D nfs_wa app\n    7     9 S futex_ app'
    expect(read('ps -eLo pid,lwp,s,wchan,comm', rows)).toEqual(['7 app D nfs_wa'])
  })

  it('loses a row cut short, and takes no prose under a head', () => {
    const got = under(ps, 'ps aux', `${AUX}\nroot      2437  0.2  0.0   36\n后面还有很多`)
    expect([got.lost, got.refused, got.warnings]).toMatchObject([1, ['后面还有很多'], [{ origin: { line: 8 } }]])
  })

  it.each([
    ['-bash', 'bash'],
    ['(sd-pam)', 'sd-pam'],
    ['sshd: root@pts/0', 'sshd'],
    ['/usr/bin/java -jar x.jar', 'java'],
    ['|   \\_ /pause', 'pause'],
    ['├─/usr/bin/etcd', 'etcd'],
    ['/', '/'],
  ])('%s is probably %s', (command, comm) => {
    expect(commOf(command)).toBe(comm)
  })

  it('is not opened by prose', () => {
    expect(
      [
        ...NO_OUTPUT,
        'PID',
        'PID COMMAND is what we need',
        'NAME READY STATUS RESTARTS AGE',
        'COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME',
        '        NS TYPE   NPROCS   PID USER             COMMAND',
      ].filter((one) => ps.opens(one)),
    ).toEqual([])
  })

  it.each(['ps aux', 'ps -eo pid,stat,wchan,comm', 'ps -o lstart,pid,args', null])(
    'never throws, never invents: %s',
    (command) => {
      neverInvents(ps, command, [AUX, FULL, WCHAN, LONG, THREADS, STARTED, BUSYBOX].join('\n'))
    },
  )
})
