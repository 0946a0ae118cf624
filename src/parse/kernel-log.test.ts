import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { kernelLog } from './kernel-log.ts'

const eventsOf = (command: string | null, text: string) => machineOf(under(kernelLog, command, text)).kernelLog ?? []

/** Messages as the kernel's sources print them, of 3.10 to 6.18. */
const MESSAGES: readonly (readonly [string, object])[] = [
  [
    'TCP: TCP: Possible SYN flooding on port 80. Sending cookies.  Check SNMP counters.',
    { kind: 'syn-flooding', port: 80, answer: 'cookies' },
  ],
  [
    'TCP: request_sock_TCP: Possible SYN flooding on port 8080. Dropping request.  Check SNMP counters.',
    { kind: 'syn-flooding', port: 8080, answer: 'dropping' },
  ],
  [
    'TCP: request_sock_TCPv6: Possible SYN flooding on port [::]:443. Sending cookies.',
    { kind: 'syn-flooding', port: 443, answer: 'cookies' },
  ],
  [
    'TCP: request_sock_TCP: Possible SYN flooding on port 10.0.0.9:80. Dropping request.',
    { kind: 'syn-flooding', port: 80, answer: 'dropping' },
  ],
  ['possible SYN flooding on port 25. Sending cookies.', { kind: 'syn-flooding', port: 25, answer: 'cookies' }],
  ['nf_conntrack: table full, dropping packet', { kind: 'conntrack-full' }],
  ['nf_conntrack: nf_conntrack: table full, dropping packet', { kind: 'conntrack-full' }],
  ['ip_conntrack: table full, dropping packet.', { kind: 'conntrack-full' }],
  ['neighbour: arp_cache: neighbor table overflow!', { kind: 'neighbour-overflow', who: 'arp_cache' }],
  ['neighbour: ndisc_cache: neighbor table overflow!', { kind: 'neighbour-overflow', who: 'ndisc_cache' }],
  ['Neighbour table overflow.', { kind: 'neighbour-overflow', who: null }],
  ['TCP: out of memory -- consider tuning tcp_mem', { kind: 'tcp-out-of-memory' }],
  ['TCP: too many orphaned sockets', { kind: 'too-many-orphans' }],
  ['TCP: too many of orphaned sockets', { kind: 'too-many-orphans' }],
  ['TCP: time wait bucket table overflow', { kind: 'time-wait-overflow' }],
  ['IPv4: martian source 10.0.0.9 from 127.0.0.1, on dev eth0', { kind: 'martian' }],
  ['INFO: task nginx:2214 blocked for more than 120 seconds.', { kind: 'hung-task', who: 'nginx', pid: 2214 }],
  [
    'INFO: task nginx:2214 blocked in I/O wait for more than 120 seconds.',
    { kind: 'hung-task', who: 'nginx', pid: 2214 },
  ],
  [
    'UDP: bad checksum. From 172.16.9.99:27503 to 172.16.80.252:8472 ulen 75',
    { kind: 'bad-checksum', who: '172.16.9.99', port: 8472 },
  ],
  ['eth0: hw csum failure', { kind: 'bad-checksum', who: 'eth0', port: null }],
  ['VFS: file-max limit 98304 reached', { kind: 'file-table-full' }],
  [
    'INFO: task kworker/u8:3:77 blocked for more than 122 seconds.',
    { kind: 'hung-task', who: 'kworker/u8:3', pid: 77 },
  ],
  ['nfs: server 10.0.0.5 not responding, still trying', { kind: 'nfs-not-responding', who: '10.0.0.5' }],
  ['nfs: server nas.example not responding, timed out', { kind: 'nfs-not-responding', who: 'nas.example' }],
  ['nfs: server 10.0.0.5 OK', { kind: 'nfs-ok', who: '10.0.0.5' }],
  [
    'Out of memory: Kill process 2214 (nginx) score 900 or sacrifice child',
    { kind: 'oom-kill', who: 'nginx', pid: 2214 },
  ],
  [
    'Out of memory: Killed process 2214 (nginx) total-vm:55280kB, anon-rss:1kB',
    { kind: 'oom-kill', who: 'nginx', pid: 2214 },
  ],
  [
    'Memory cgroup out of memory: Killed process 2214 (java) total-vm:1kB',
    { kind: 'oom-kill', who: 'java', pid: 2214 },
  ],
  ['watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [etcd:99]', { kind: 'other' }],
  ['blk_update_request: I/O error, dev sda, sector 1', { kind: 'other' }],
]

describe('kernel log', () => {
  it.each(MESSAGES)('%s', (message, expected) => {
    expect(eventsOf('dmesg', `[12345.678901] ${message}`)).toMatchObject([
      { port: null, answer: null, who: null, pid: null, ...expected, text: message, sinceBootSeconds: 12345.678901 },
    ])
  })

  const full = 'nf_conntrack: table full, dropping packet'

  it.each([
    ['dmesg', `[ 9345.678901] ${full}`, null, 9345.678901],
    ['dmesg -T', `[Fri Feb 23 06:07:01 2018] ${full}`, 'Fri Feb 23 06:07:01 2018', null],
    ['dmesg -x', `kern  :warn  : [    9.000001] ${full}`, null, 9.000001],
    ['dmesg -r', `<4>[    9.000001] ${full}`, null, 9.000001],
    ['dmesg -H', `[Nov21 04:52] ${full}`, 'Nov21 04:52', null],
    ['dmesg -H', `[  +0.000012] ${full}`, null, null],
    ['dmesg -t', full, null, null],
    ['dmesg --time-format iso', `2026-11-21T06:08:49,141217+00:00 ${full}`, '2026-11-21T06:08:49,141217+00:00', null],
    ['journalctl -k', `Feb 23 06:07:01 n1 kernel: ${full}`, 'Feb 23 06:07:01', null],
    ['journalctl -k -o short-iso', `2018-02-23T06:07:01+0000 n1 kernel: ${full}`, '2018-02-23T06:07:01+0000', null],
    ['journalctl -k -o short-monotonic', `[ 9345.678901] n1 kernel: ${full}`, null, 9345.678901],
    ['cat /var/log/messages', `Feb  3 06:07:01 n1 kernel: [ 9345.678901] ${full}`, 'Feb  3 06:07:01', 9345.678901],
    [null, `Feb  3 06:07:01 n1 kernel: [ 9345.678901] ${full}`, 'Feb  3 06:07:01', 9345.678901],
  ])('%s: %s', (command, line, when, sinceBootSeconds) => {
    expect(eventsOf(command, line)).toMatchObject([
      { kind: 'conntrack-full', when, sinceBootSeconds, origin: { line: 1 } },
    ])
    if (command !== 'dmesg -t') expect(kernelLog.opens(line)).toBe(true)
  })

  it('reads the rest of the log and keeps nothing of it', () => {
    const read = under(
      kernelLog,
      'dmesg',
      '[    0.000000] Linux version 6.18.44\n[    0.000000] BIOS-e820: [mem 0x0-0x9fbff] usable\n[Fri Feb 23 06:07:01 2018] eth0: renamed',
    )
    expect(read).toMatchObject({ content: [{ machine: { kernelLog: [] } }], refused: [], lost: 0 })
  })

  it('does not take the parts of the kernel for a host and its daemon', () => {
    const line =
      '2026-11-21T09:27:02,384707+00:00 TCP: request_sock_TCP: Possible SYN flooding on port 10.20.0.5:18080. Sending cookies.'
    expect(eventsOf('dmesg --time-format iso', line)).toMatchObject([{ kind: 'syn-flooding', port: 18080 }])
  })

  it('does not take what a daemon says for the kernel', () => {
    const said = `Feb 23 06:07:01 n1 app[77]: ${full}`
    expect(under(kernelLog, 'journalctl -u app', said)).toMatchObject({
      refused: [],
      content: [{ machine: { kernelLog: [] } }],
    })
    expect(under(kernelLog, null, said)).toMatchObject({ refused: [said], content: [] })
    expect(kernelLog.opens(said)).toBe(false)
    expect(kernelLog.opens(full)).toBe(false)
    expect(kernelLog.opens('[Fri Feb 23 06:07:01 2018] [error] child pid 7 exit signal')).toBe(false)
  })

  it('keeps a bounded number, and says that there were more', () => {
    const read = under(kernelLog, 'dmesg', `[1.000000] ${full}\n`.repeat(20_010))
    expect([machineOf(read).kernelLog?.length, read.lost]).toEqual([20_000, 1])
  })

  it('a long line costs no time', () => {
    const before = performance.now()
    eventsOf('dmesg', `[1.000000] ${'INFO: task '.repeat(100_000)}`)
    eventsOf('dmesg', `[1.000000] ${'possible SYN flooding on port '.repeat(50_000)}`)
    expect(performance.now() - before).toBeLessThan(500)
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => kernelLog.opens(line))).toEqual([])
  })

  it.each(['dmesg', null])('never throws, never invents: %s', (command) => {
    neverInvents(kernelLog, command, MESSAGES.map(([text], index) => `[${index}.000001] ${text}`).join('\n'))
  })
})
