import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectTranscript } from '../src/collect/transcript.ts'
import { outline, transcript } from './text/read.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures/transcripts')
const HEADER = 'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port'
const listening = (length: number, max = 128, port = 80) =>
  `LISTEN     ${length}    ${max}          *:${port}        *:*`

/** How readings stand in time: which is before which, and how that is known. */
const orderOf = (text: Awaited<ReturnType<typeof transcript>>) =>
  text.nodes.flatMap((node) => node.order.map((one) => `${one.before} < ${one.after} ${one.by}: ${one.because}`))

describe('the fixtures of real cases', () => {
  it('nodeport.md: three readings of one node', async () => {
    const { series } = await collectTranscript(join(FIXTURES, 'nodeport.md'))
    const [node] = series
    expect(series).toHaveLength(1)
    const seen = node?.snapshots.map(({ netns: [host] }) => ({
      closeWait: host?.census.ok && host.census.data.counts.CLOSE_WAIT,
      listeners: host?.listeners.ok && host.listeners.data.length,
      queued: host?.listeners.ok && host.listeners.data.reduce((sum, one) => sum + (one.acceptQueue.length ?? 0), 0),
      overflows: host?.counters.ok && host.counters.data.values.TcpExtListenOverflows,
      somaxconn: host?.sysctls.ok && host.sysctls.data.values['net.core.somaxconn'],
    }))
    expect(seen).toEqual([
      { closeWait: 3068, listeners: 32, queued: 3218, overflows: 30833253, somaxconn: '128' },
      { closeWait: 2996, listeners: 58, queued: 3146, overflows: false, somaxconn: '128' },
      { closeWait: 3083, listeners: false, queued: false, overflows: false, somaxconn: '128' },
    ])
    expect(node?.order).toHaveLength(1)
  })

  it('pod.md: a namespace by nsenter, two values of one setting, two limits', async () => {
    const { series } = await collectTranscript(join(FIXTURES, 'pod.md'))
    const parts = series[0]?.snapshots.map(({ netns }) =>
      Object.fromEntries(
        netns.map(({ key, listeners, sysctls }) => [
          key,
          [
            listeners.ok && listeners.data.map((one) => one.acceptQueue.max),
            sysctls.ok && sysctls.data.values['net.core.somaxconn'],
          ],
        ]),
      ),
    )
    const pod = 'pod tcpbench-6484d4b457-847gl'
    expect(parts).toEqual([
      { host: [false, '32768'], [pod]: [[128], '128'] },
      { host: [false, '32768'], [pod]: [[511], undefined] },
    ])
  })

  it('two-nodes.md: machines apart, cut and whole told apart', async () => {
    const { series } = await collectTranscript(join(FIXTURES, 'two-nodes.md'))
    const seen = series.map(({ node, snapshots: [only] }) => {
      const listeners = only?.netns[0]?.listeners
      return [node, listeners?.ok && [listeners.data.length, listeners.coverage.length]]
    })
    expect(seen).toEqual([
      [null, [15, 0]],
      ['ip-10-3-32-171', [11, 0]],
      ['ip-10-3-33-109', [0, 1]],
    ])
  })

  it('tw-recycle: hints without output, and the same with output of two nodes', async () => {
    const suspected = await collectTranscript(join(FIXTURES, 'tw-recycle-suspected.md'))
    const [snapshot] = suspected.series[0]?.snapshots ?? []
    expect(snapshot?.hints.map((hint) => hint.value)).toContain('net.ipv4.tcp_tw_recycle')
    expect(snapshot?.netns[0]?.sysctls.ok).toBe(false)
    const proven = await collectTranscript(join(FIXTURES, 'tw-recycle-proven.md'))
    const seen = proven.series.map(({ node, snapshots: [only] }) => {
      const host = only?.netns[0]
      return [
        node,
        host?.sysctls.ok && host.sysctls.data.values['net.ipv4.tcp_tw_recycle'],
        host?.counters.ok && host.counters.data.values.TcpExtPAWSPassive,
      ]
    })
    expect(seen).toEqual([
      ['worker-1', '1', 48213],
      ['worker-2', '0', 0],
    ])
  })
})

describe('terminal logs', () => {
  const log = `Last login: Tue Mar  6 10:00:01 2018 from 10.0.0.9
[root@node-a ~]# date -u
Tue Mar  6 10:12:13 UTC 2018
[root@node-a ~]# ss -lnt
${HEADER}
${listening(129)}

[root@node-a ~]# netstat -s | grep -i listen
    100 times the listen queue of a socket overflowed
[root@node-a ~]# ls /tmp
a  b  c
[root@node-a ~]# nstat -az TcpExtListenOverflows
#kernel
TcpExtListenOverflows           140                0.0
[root@node-a ~]# date -u
Tue Mar  6 10:13:13 UTC 2018
[root@node-a ~]# ssh node-b ss -lnt
${HEADER}
${listening(0, 128, 22)}
[root@node-a ~]#`

  it('splits by prompts, dates by clocks, follows ssh', async () => {
    const read = await transcript(log)
    expect(outline(read)).toEqual([
      'node-a#1 4-6 host ss: 1 sockets',
      'node-a#1 8-9 host netstat-s: 1 counters',
      'node-a#2 12-14 host nstat: 1 counters',
      'node-b#1 17-19 host ss: 1 sockets',
    ])
    expect(read.nodes[0]?.readings.map((one) => [one.source, one.takenAt])).toEqual([
      ['t.md', '2018-03-06T10:12:13Z'],
      ['t.md#2', '2018-03-06T10:13:13Z'],
    ])
    expect(orderOf(read)).toEqual([
      '0 < 1 hint: one sitting at a terminal: TcpExtListenOverflows was 100 above line 12 and is 140 there',
      '0 < 1 clock: date printed 2018-03-06T10:12:13Z and 2018-03-06T10:13:13Z',
    ])
    expect(read.unread).toEqual([{ file: 't.md', lines: [11, 11], why: 'no parser for `ls` yet', sample: 'a  b  c' }])
  })

  it('reads the same with colours, carriage returns and a title in every prompt', async () => {
    const prompt = '\u001b]0;root@node-a\u0007\u001b[01;32m[root@node-a ~]#\u001b[0m'
    const coloured = log
      .split('\n')
      .map((line) => `${line.replace('[root@node-a ~]#', prompt)}\r`)
      .join('\n')
    expect(outline(await transcript(coloured))).toEqual(outline(await transcript(log)))
  })

  it('a log that ends before the next prompt is not whole', async () => {
    const read = await transcript(log.slice(0, log.lastIndexOf('\n')))
    expect(read.nodes[1]?.readings[0]?.blocks[0]).toMatchObject({
      coverage: [],
      cuts: ['the text ends before the next prompt'],
    })
  })

  it('follows shells into containers and pods, and out again', async () => {
    const read = await transcript(`me@laptop:~$ kubectl exec -it web-1 -n shop -- bash
root@web-1:/# ss -lnt
${listening(6, 5)}
root@web-1:/# exit
me@laptop:~$ ssh admin@node-a
admin@node-a:~$ docker exec -it 0a1b2c3d4e5f bash
root@0a1b2c3d4e5f:/# ss -lnt
${listening(7, 5)}
admin@node-a:~$ ss -lnt
${listening(0)}
admin@node-a:~$ cat /proc/4711/net/netstat
TcpExt: ListenOverflows ListenDrops
TcpExt: 5 6
admin@node-a:~$ nsenter -t 4711 -n
admin@node-a:~$ sysctl net.core.somaxconn
net.core.somaxconn = 77
admin@node-a:~$ exit
admin@node-a:~$ sysctl net.core.somaxconn
net.core.somaxconn = 4096
admin@node-a:~$ exit
me@laptop:~$ kubectl debug node/node-b -it --image=busybox
/ # cat /proc/net/sockstat
TCP: inuse 5 orphan 1 tw 2 alloc 7 mem 3
/ # exit
me@laptop:~$`)
    expect(outline(read)).toEqual([
      '-#1 2-3 pod shop/web-1 ss: 1 sockets',
      'node-a#1 7-8 pod 0a1b2c3d4e5f ss: 1 sockets',
      'node-a#1 9-10 host ss: 1 sockets',
      'node-a#1 11-13 pid 4711 proc-net-netstat: 2 counters',
      'node-a#1 15-16 pid 4711 sysctl: {"net.core.somaxconn":"77"}',
      'node-a#1 18-19 host sysctl: {"net.core.somaxconn":"4096"}',
      'node-b#1 22-23 host proc-net-sockstat: sockstat',
    ])
  })

  it('several commands on one line', async () => {
    const read = await transcript(`root@n:~# uname -r; ss -lnt | head -5; netstat -s | grep overflow
5.10.0-8-amd64
${HEADER}
${listening(1)}
    7 times the listen queue of a socket overflowed
root@n:~#`)
    expect(outline(read)).toEqual([
      'n#1 1-2 host node-facts: node',
      'n#1 3-4 host ss: 1 sockets',
      'n#1 5-5 host netstat-s: 1 counters',
    ])
    expect(read.nodes[0]?.readings[0]?.blocks.map((block) => block.coverage.length)).toEqual([1, 1, 1])
  })
})

describe('files without prompts', () => {
  it('a dump alone is read by its shape, and is not known to be whole', async () => {
    const read = await transcript(`${HEADER}\n${listening(129)}\nESTAB 0 0 10.0.0.1:80 10.0.0.2:555`)
    expect(outline(read)).toEqual(['-#1 1-3 host ss: 2 sockets'])
    expect(read.nodes[0]?.readings[0]?.blocks[0]).toMatchObject({
      command: null,
      coverage: [],
      cuts: ['the command is not shown'],
    })
  })

  it('labels of a collecting script are commands', async () => {
    const read = await transcript(`===== uname -a =====
Linux n1 5.10.0 #1 SMP x86_64 GNU/Linux
===== ss -lnt =====
${HEADER}
${listening(0)}
===== dig -x 10.0.0.1 =====
;; Got answer:
===== sysctl -a =====
net.core.somaxconn = 128
==> /proc/net/sockstat <==
TCP: inuse 5 orphan 1 tw 2 alloc 7 mem 3`)
    expect(outline(read)).toEqual([
      'n1#1 1-2 host node-facts: node',
      'n1#1 3-5 host ss: 1 sockets',
      'n1#1 8-9 host sysctl: {"net.core.somaxconn":"128"}',
      'n1#1 10-11 host proc-net-sockstat: sockstat',
    ])
    expect(read.unread.map((one) => [one.lines, one.why])).toEqual([[[7, 7], 'no parser for `dig` yet']])
  })
})

describe('pages', () => {
  it('what is set by hand, edited, or shown as code is no reading', async () => {
    const read = await transcript(`Set these in /etc/sysctl.conf:

\`\`\`
net.core.somaxconn = 4096
\`\`\`

\`\`\`
# cat >> /etc/sysctl.conf <<END
net.core.somaxconn = 4096
END
# sysctl -p
net.core.somaxconn = 4096
$ vim /etc/sysctl.conf
net.core.somaxconn = 4096
$ echo 4096 > /proc/sys/net/core/somaxconn
\`\`\`

\`\`\`yaml
net.core.somaxconn: 4096
\`\`\`
`)
    expect(outline(read)).toEqual([])
    expect(read.unread.map((one) => one.lines[0])).toEqual([4, 9, 12, 14, 19])
  })

  it('what is set now is one, and holds for the other readings of the node; sockets do not', async () => {
    const read = await transcript(`Currently:

\`\`\`
net.core.somaxconn = 128
\`\`\`

\`\`\`
$ ss -lnt
${listening(1)}
\`\`\`

3 days later

\`\`\`
$ ss -lnt
${listening(9)}
\`\`\`
`)
    expect(outline(read)).toEqual([
      '-#1 4-4 host sysctl: {"net.core.somaxconn":"128"}',
      '-#1 8-9 host ss: 1 sockets',
      '-#2 15-16 host ss: 1 sockets',
    ])
    expect(read.nodes[0]?.readings[1]?.carried.map((block) => block.format)).toEqual(['sysctl'])
    expect(orderOf(read)).toEqual(['0 < 1 hint: line 12 says: 3 days later'])
  })

  it('a different answer is another reading; the same answer again is not', async () => {
    const fence = (length: number) => `\`\`\`\n$ ss -lnt\n${listening(length)}\n\`\`\`\n`
    const read = await transcript([fence(3), fence(3), fence(4)].join('\ntext\n'))
    expect(outline(read).map((line) => line.slice(0, 3))).toEqual(['-#1', '-#1', '-#2'])
    expect(orderOf(read)).toEqual([])
  })

  it('a setting that a command changed in between gives the order', async () => {
    const read = await transcript(`root@n:~# sysctl net.core.somaxconn
net.core.somaxconn = 128
root@n:~# ss -lnt
${listening(5, 128)}
root@n:~# sysctl -w net.core.somaxconn=1024
net.core.somaxconn = 1024
root@n:~# systemctl restart app
root@n:~# ss -lnt
${listening(0, 1024)}
root@n:~#`)
    expect(orderOf(read)).toEqual(['0 < 1 hint: line 5 ran: sysctl -w net.core.somaxconn=1024'])
  })

  it('a date in a heading begins a reading, a date in a sentence does not', async () => {
    const fence = '```\n$ sysctl net.core.somaxconn\nnet.core.somaxconn = 128\n```\n'
    const dated = await transcript(`## 2018-03-06\n${fence}\n## 2018-03-09\n${fence}`)
    const days = dated.nodes[0]?.readings.map((one) => one.hints.map((hint) => `${hint.kind} ${hint.value}`))
    expect(days).toEqual([['date 2018-03-06'], ['date 2018-03-09']])
    const long = 'In the release notes of 2018-03-09 there is a long story about this very thing.'
    expect((await transcript(`${fence}\n${long}\n${fence}`)).nodes[0]?.readings).toHaveLength(1)
  })

  it('headings name machines; short and long names are one', async () => {
    const show = (name: string) => `\`\`\`\nroot@${name}:~# ss -lnt\n${listening(1)}\nroot@${name}:~#\n\`\`\`\n`
    const read = await transcript(`## ip-10-0-0-1.eu.compute.internal

\`\`\`
net.core.somaxconn = 128
\`\`\`
${show('ip-10-0-0-1')}
## node: worker-2
\`\`\`
$ ss -lnt
${listening(2)}
\`\`\`
## nginx.conf
${show('worker-3')}`)
    expect(read.nodes.map((node) => [node.node, node.readings.map((one) => one.blocks.length)])).toEqual([
      ['ip-10-0-0-1', [2]],
      ['worker-2', [1]],
      ['worker-3', [1]],
    ])
  })

  it('two values of somaxconn without a word about where: the listener tells', async () => {
    const read = await transcript(`\`\`\`
$ cat /proc/sys/net/core/somaxconn
32768
$ ss -lnt
${listening(129, 128)}
$ cat /proc/sys/net/core/somaxconn
128
\`\`\`
`)
    expect(outline(read)).toEqual([
      '-#1 2-3 unplaced sysctl: {"net.core.somaxconn":"32768"}',
      '-#1 4-5 host ss: 1 sockets',
      '-#1 6-7 host sysctl: {"net.core.somaxconn":"128"}',
    ])
  })

  it('remarks, elisions and continued commands', async () => {
    const read = await transcript(`\`\`\`
$ ss -ant | \\
>   grep 8080 | grep CLOSE-WAIT
CLOSE-WAIT 1 0 10.0.0.1:8080 10.0.0.2:5   <- stays for ever
...
CLOSE-WAIT 1 0 10.0.0.1:8080 10.0.0.2:6
$ sysctl net.core.somaxconn   # small
net.core.somaxconn = 128      -- 太小
(略)
\`\`\`
`)
    expect(outline(read)).toEqual([
      '-#1 2-6 host ss: 2 sockets',
      '-#1 7-9 host sysctl: {"net.core.somaxconn":"128"}'.replace('7-9', '7-8'),
    ])
    const [sockets, settings] = read.nodes[0]?.readings[0]?.blocks ?? []
    expect(sockets).toMatchObject({ coverage: [], cuts: ['grep 8080', 'grep CLOSE-WAIT', '... at line 5'] })
    expect(settings).toMatchObject({ coverage: [], cuts: ['(略) at line 9'] })
  })

  it('fences inside of lists and quotations, quoted mail, watch, quoted commands', async () => {
    const read = await transcript(`1. first
   \`\`\`
   kubectl exec web-0 -- ss -lnt
   ${HEADER}
   ${listening(1, 511)}
   \`\`\`

> \`\`\`
> root@n:~# watch -d "netstat -s | grep -i listen"
> Every 2.0s: netstat -s | grep -i listen
>
>     12 times the listen queue of a socket overflowed
> \`\`\`

> root@n:~# sh -c 'ss -lnt | grep 80'
> ${listening(3)}
> root@n:~#
`)
    expect(outline(read)).toEqual([
      '-#1 3-5 pod web-0 ss: 1 sockets',
      'n#1 10-12 host netstat-s: 1 counters',
      'n#1 15-16 host ss: 1 sockets',
    ])
    expect(read.nodes[1]?.readings[0]?.blocks.map((block) => block.cuts)).toEqual([['grep -i listen'], ['grep 80']])
    expect(read.unread).toEqual([])
  })

  it('a fence that never ends, a head that was reached, a row that broke off: not whole', async () => {
    const first = async (text: string) => (await transcript(text)).nodes[0]?.readings[0]?.blocks[0]
    expect((await first(`\`\`\`\n$ ss -lnt\n${listening(1)}`))?.cuts).toEqual(['the fence of line 1 never ends'])
    expect((await first(`\`\`\`\n$ ss -lnt | head -2\n${HEADER}\n${listening(1)}\n\`\`\``))?.coverage).toEqual([])
    expect((await first(`\`\`\`\n$ ss -lnt | head -5\n${HEADER}\n${listening(1)}\n\`\`\``))?.coverage).toHaveLength(1)
    expect(await first(`\`\`\`\n$ ss -lnt\n${listening(1)}\nLISTEN 129 128\n\`\`\``)).toMatchObject({
      coverage: [],
      cuts: ['1 rows that could not be read'],
    })
  })
})

describe('hostile texts', () => {
  it.each([
    ['nothing', ''],
    ['blank lines', '\n\n\n'],
    ['prose', 'A long story.\nAnd more of it.'],
    ['a lone fence', '```'],
    ['only kubectl', 'me@l:~$ kubectl get nodes\nNAME STATUS\nn1 Ready\nme@l:~$'],
  ])('%s is one unnamed machine with nothing read', async (_, text) => {
    const { nodes } = await transcript(text)
    expect(nodes.map((node) => [node.node, node.readings.map((one) => one.blocks)])).toEqual([[null, [[]]]])
  })

  it('no escape sequence gets into what people are shown', async () => {
    const { unread } = await transcript('```\n$ foo\n\u001b[2J\u001b]0;owned\u0007boo\u009b31m\n```')
    expect(unread.map((one) => one.sample)).toEqual(['boo'])
  })

  it('never throws, whatever is shuffled together; ranges stay inside the text', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        '```',
        '```go',
        '# heading',
        '## ip-10-0-0-1.eu.internal',
        '...',
        '...(3 days later)...',
        'root@n:~# ss -lnt',
        '$ netstat -s | grep listen',
        '$ nsenter -t 1 -n',
        '$ nsenter -t 77 -n',
        'root@n:~# exit',
        'root@n:~# kubectl get pods',
        "root@n:~# ss -na | awk '/^tcp/ {++S[$2]} END {for(a in S) print a, S[a]}'",
        HEADER,
        listening(129),
        listening(3),
        'CLOSE-WAIT 46',
        'net.core.somaxconn = 128',
        '128',
        'TcpExt:',
        '    7 times the listen queue of a socket overflowed',
        '| port | Recv-Q |',
        '|---|---|',
        '| 80 | 129 |',
        '2018-03-06',
        'root@n:~# date -u',
        'Tue Mar  6 10:12:13 UTC 2018',
        '',
      ),
      fc.string({ maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
        const read = await transcript(lines.join('\n'))
        const last = Math.max(1, lines.length)
        for (const { lines: range } of [
          ...read.unread,
          ...read.blocks,
          ...read.nodes.flatMap((node) => node.readings),
        ]) {
          expect(range[0]).toBeGreaterThan(0)
          expect(range[0]).toBeLessThanOrEqual(range[1])
          expect(range[1]).toBeLessThanOrEqual(last)
        }
        for (const { order, readings } of read.nodes)
          for (const { before, after } of order) expect([readings[before], readings[after]]).not.toContain(undefined)
      }),
      { numRuns: 400 },
    )
  })
})
