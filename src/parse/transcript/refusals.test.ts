import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outline, transcript } from '../../../test/text/read.ts'
import { isNotice, readRefusal } from './refusals.ts'

describe('a tool that says it has no answer', () => {
  it.each<[string, string, string, string | null]>([
    ['bash', '-bash: conntrack: command not found', 'absent', 'conntrack'],
    ['bash of a script', 'bash: line 1: ss: command not found', 'absent', 'ss'],
    ['bash, German', '-bash: conntrack: Kommando nicht gefunden.', 'absent', 'conntrack'],
    ['bash, Chinese', 'bash: ss: 未找到命令', 'absent', 'ss'],
    ['bash, Spanish', 'bash: ss: orden no encontrada', 'absent', 'ss'],
    ['dash', 'sh: 1: ss: not found', 'absent', 'ss'],
    ['busybox', '/bin/sh: ss: not found', 'absent', 'ss'],
    ['zsh', 'zsh: command not found: ss', 'absent', 'ss'],
    ['fish', 'fish: Unknown command: ss', 'absent', 'ss'],
    ['Ubuntu', "Command 'ss' not found, but can be installed with:", 'absent', 'ss'],
    ['cmd', "'ss' is not recognized as an internal or external command,", 'absent', 'ss'],
    [
      'a container',
      'exec failed: unable to start container process: exec: "ss": executable file not found in $PATH',
      'absent',
      'ss',
    ],
    ['ansible', "[Errno 2] No such file or directory: b'ss'", 'absent', 'ss'],
    ['cat', 'cat: /proc/net/nf_conntrack: No such file or directory', 'absent', 'cat'],
    ['cat, denied', 'cat: /proc/net/nf_conntrack: Permission denied', 'denied', 'cat'],
    ['cat, Russian', 'cat: /proc/net/nf_conntrack: Отказано в доступе', 'denied', 'cat'],
    ['iptables', 'iptables: No chain/target/match by that name.', 'absent', 'iptables'],
    [
      'iptables 1.8',
      'iptables v1.8.7 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)',
      'denied',
      'iptables',
    ],
    [
      'conntrack',
      'conntrack v1.4.6 (conntrack-tools): Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this',
      'denied',
      'conntrack',
    ],
    ['sysctl', 'sysctl: cannot stat /proc/sys/net/ipv4/tcp_tw_recycle: No such file or directory', 'absent', 'sysctl'],
    ['kubectl', 'Error from server (NotFound): pods "web-1" not found', 'absent', null],
    [
      'kubectl, forbidden',
      'Error from server (Forbidden): nodes is forbidden: User "dev" cannot list resource "nodes"',
      'denied',
      null,
    ],
    ['kubectl, none', 'No resources found in shop namespace.', 'absent', null],
    [
      'no API',
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
      'absent',
      null,
    ],
    ['no API in time', 'Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout', 'timeout', null],
    ['ssh', 'ssh: connect to host node-3 port 22: Connection timed out', 'timeout', null],
    ['netlink', 'RTNETLINK answers: Operation not permitted', 'denied', null],
    ['an old ss', "ss: invalid option -- 'H'", 'unsupported', 'ss'],
    ['sudo', 'ops is not in the sudoers file.  This incident will be reported.', 'denied', null],
  ])('%s: %s', (_, line, reason, program) => {
    const programs = new Set(['cat', 'iptables', 'conntrack', 'sysctl', 'ss'])
    expect(readRefusal(line, programs)).toEqual({ reason, program })
  })

  it.each([
    'LISTEN 0 128 *:22 *:*',
    'net.core.somaxconn = 128',
    'kernel: nf_conntrack: table full, dropping packet',
    'Tcp: 1 200 120000 -1 120 99120',
    'node-1: the queue is full',
    'dmesg: what it says about it below',
    'TcpExt:',
  ])('%s is none', (line) => {
    expect(readRefusal(line, new Set(['ss', 'netstat', 'cat']))).toBeNull()
  })

  it('never throws, and takes no time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        readRefusal(line, new Set(['ss']))
        isNotice(line)
      }),
    )
    const hostile = [
      `exec: "${'a/'.repeat(400)}`,
      `${'a.'.repeat(490)}: `,
      `iptables ${'('.repeat(900)}`,
      `-bash: ${'a'.repeat(990)}`,
    ]
    const start = performance.now()
    for (const line of hostile) for (let i = 0; i < 200; i++) readRefusal(line, new Set(['ss']))
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('in a transcript', () => {
  const HEAD = 'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port'
  const gapsOf = async (text: string) => {
    const { blocks, unread } = await transcript(text)
    const gaps = blocks.flatMap(({ node, netns, content }) =>
      content.flatMap((one) => (one.question === 'refused' ? [[node, netns, one.of, one.gap.reason]] : [])),
    )
    return [gaps, unread]
  }

  it('is a gap of what was asked for, with its reason', async () => {
    expect(
      await gapsOf(
        '[root@n1 ~]# ss -lnt\n-bash: ss: command not found\n[root@n1 ~]# nstat -az\n-bash: nstat: command not found\n[root@n1 ~]# cat /proc/net/nf_conntrack\ncat: /proc/net/nf_conntrack: Permission denied\n[root@n1 ~]# iptables -t nat -S KUBE-NODEPORTS\niptables: No chain/target/match by that name.\n[root@n1 ~]# kubectl get nodes\nThe connection to the server localhost:8080 was refused - did you specify the right host or port?\n[root@n1 ~]#',
      ),
    ).toEqual([
      [
        ['n1', 'host', 'sockets', 'absent'],
        ['n1', 'host', 'counters', 'absent'],
        ['n1', 'host', 'flows', 'denied'],
        ['n1', 'host', 'nat', 'absent'],
        [null, 'host', 'cluster', 'absent'],
      ],
      [],
    ])
  })

  it('keeps the others of one command line whole, and what it broke off not', async () => {
    const { blocks } = await transcript(
      `[root@n1 ~]# ss -lnt; nstat -az\n${HEAD}\nLISTEN 0 128 *:22 *:*\n-bash: nstat: command not found\n[root@n1 ~]# netstat -lnt\nProto Recv-Q Send-Q Local Address           Foreign Address         State\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\nnetstat: no support for \`AF INET6 (tcp)' on this system.\n[root@n1 ~]#`,
    )
    expect(blocks.map(({ format, coverage }) => [format, coverage.length])).toEqual([
      ['ss', 1],
      ['refused', 0],
      ['netstat', 0],
    ])
  })

  it('a count of what was refused is none', async () => {
    expect(
      await gapsOf('[root@n1 ~]# ss -ant | wc -l\n-bash: ss: command not found\n0\n[root@n1 ~]# uptime\n'),
    ).toEqual([[['n1', 'host', 'sockets', 'absent']], []])
  })

  it('a number of lines of something else is understood and tells nothing of sockets', async () => {
    const read = await transcript(
      '[root@n1 ~]# lsof -i :80 | wc -l\n412\n[root@n1 ~]# cat /proc/net/nf_conntrack | wc -l\n65123\n[root@n1 ~]#',
    )
    expect(outline(read)).toEqual(['n1#1 1-2 host count: ', 'n1#1 3-4 host conntrack-count: flows'])
    expect(read.unread).toEqual([])
  })

  it('notices take nothing from what follows', async () => {
    const { blocks, unread } = await transcript(
      `$ kubectl exec web-1 -- ss -lnt\nDefaulted container "web" out of: web, envoy\n${HEAD}\nLISTEN 0 128 *:80 *:*\n$ sudo ss -lnt\n[sudo] password for ops:\n${HEAD}\nLISTEN 0 128 *:22 *:*\n$ exit`,
    )
    expect(blocks.map(({ format, coverage }) => [format, coverage.length])).toEqual([
      ['ss', 1],
      ['ss', 1],
    ])
    expect(unread).toEqual([])
  })
})
