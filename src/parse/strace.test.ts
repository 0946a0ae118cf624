import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { strace } from './strace.ts'

/** strace 6.1. */
const TABLE = `strace: Process 2214 attached
^Cstrace: Process 2214 detached
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 83.21    0.120345         120      1002           read
 16.79    0.024280          24       998       496 accept4
  0.00    0.000000           0         2         2 ioctl
------ ----------- ----------- --------- --------- ----------------
100.00    0.144625          72      2002       498 total`

const LINES = `strace: Process 2214 attached with 2 threads
[pid  2214] 06:08:49.141217 accept4(6, {sa_family=AF_INET, sin_port=htons(40000), sin_addr=inet_addr("10.0.0.3")}, [112 => 16], SOCK_NONBLOCK) = 9 <0.000024>
[pid  2214] 06:08:49.141378 accept4(6, NULL, NULL, SOCK_NONBLOCK) = -1 EAGAIN (Resource temporarily unavailable) <0.000011>
[pid  2215] 06:08:49.141586 read(12,  <unfinished ...>
[pid  2214] 06:08:49.142000 accept4(6, NULL, NULL, SOCK_NONBLOCK) = -1 EMFILE (Too many open files) <0.000012>
[pid  2215] 06:08:52.141586 <... read resumed>"GIF89a) = 7"..., 4096) = 4096 <3.000000>
[pid  2215] 06:08:52.200000 openat(AT_FDCWD, "/usr/share/nginx/images/a.gif", O_RDONLY|O_NONBLOCK <unfinished ...>
[pid  2214] 06:08:52.300000 --- SIGCHLD {si_signo=SIGCHLD} ---
[pid  2214] 06:08:52.400000 +++ exited with 0 +++`

const sums = (command: string | null, text: string) =>
  (machineOf(under(strace, command, text)).syscalls ?? []).map((one) => [
    one.pid,
    one.syscall,
    one.calls,
    one.errors,
    one.seconds,
    one.longestSeconds,
    one.unfinished,
  ])

describe('strace', () => {
  it('reads the table of -c', () => {
    expect(sums('strace -c -p 2214', TABLE)).toEqual([
      [null, 'read', 1002, 0, 0.120345, null, 0],
      [null, 'accept4', 998, 496, 0.02428, null, 0],
      [null, 'ioctl', 2, 2, 0, null, 0],
    ])
  })

  it('adds single calls up, by thread; one that does not return is told apart', () => {
    const read = under(strace, 'strace -f -T -tt -p 2214', LINES)
    expect(sums('strace -f -T -tt -p 2214', LINES)).toEqual([
      [2214, 'accept4', 3, 2, 0.000047, 0.000024, 0],
      [2215, 'read', 1, 0, 3, 3, 0],
      [2215, 'openat', 0, 0, null, null, 1],
    ])
    expect(machineOf(read).syscalls?.[0]).toMatchObject({ errorNames: { EAGAIN: 1, EMFILE: 1 }, origin: { line: 2 } })
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it.each([
    ['accept(3, 0x7ffd, [16])                 = 4', [[null, 'accept', 1, 0, null, null, 0]]],
    [
      '2214  accept4(3, NULL, NULL, 0) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      [[2214, 'accept4', 1, 0, null, null, 0]],
    ],
    [
      '2214 1519366021.123456 epoll_wait(8, [], 512, 500) = 0 <0.500123>',
      [[2214, 'epoll_wait', 1, 0, 0.500123, 0.500123, 0]],
    ],
    ['mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, -1, 0) = 0x7f0000000000', [[null, 'mmap', 1, 0, null, null, 0]]],
    ['exit_group(0) = ?', [[null, 'exit_group', 1, 0, null, null, 0]]],
  ])('%s', (line, expected) => {
    expect(strace.opens(line)).toBe(true)
    expect(sums('strace -p 1', line)).toEqual(expected)
  })

  it('loses a call without its result, a row cut short', () => {
    expect(under(strace, 'strace', `${LINES}\naccept4(6, {sa_family=AF_`)).toMatchObject({ lost: 1 })
    expect(under(strace, 'strace -c', TABLE.split('\n').slice(0, 5).join('\n').slice(0, -14))).toMatchObject({
      lost: 1,
    })
  })

  it('is not opened by prose or code', () => {
    const code = [
      'accept4(fd)',
      'fd = accept4(fd, NULL, NULL, 0);',
      'x = f(a) = 3 by definition',
      'accept4() returned EAGAIN',
    ]
    expect([...NO_OUTPUT, ...code].filter((line) => strace.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(strace, 'strace -f', `${TABLE}\n${LINES}`)
  })
})
