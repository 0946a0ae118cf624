import { describe, expect, it } from 'vitest'
import { outline, transcript } from './text/read.ts'

const HEAD = 'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port'
const row = (length: number, max = 128, port = 8443) => `LISTEN     ${length}    ${max}          *:${port}        *:*`
const read = async (text: string) => outline(await transcript(text))

/** Blocks that may be taken for whole. */
const whole = async (text: string) => {
  const { blocks } = await transcript(text)
  return blocks.map(({ coverage }) => coverage.length > 0)
}

describe('prompts', () => {
  it.each<[string, string, string]>([
    ['two lines, oh-my-zsh', `╭─ops@edge-4 ~\n╰─# ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 2-4 host ss: 1 sockets'],
    ['two lines, boxes', `┌──(ops㉿edge-4)-[~]\n└─$ ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 2-4 host ss: 1 sockets'],
    ['fish', `ops@edge-4 ~> ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['arrows', `(⎈ |prod:shop) ➜  ~ ssh edge-4 ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['an arrow alone', `❯ ssh edge-4 ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    [
      'a stage and the time',
      `[prod][12:00:01 ops@edge-4 ~]$ ss -lnt\n${HEAD}\n${row(3)}`,
      'edge-4#1 1-3 host ss: 1 sockets',
    ],
    [
      'boxes with brackets',
      `┌─[ops@edge-4] - [~]\n└─[$] <> ss -lnt\n${HEAD}\n${row(3)}`,
      'edge-4#1 2-4 host ss: 1 sockets',
    ],
    ['cPanel', `root@edge-4 [~]# ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['twice', `root@edge-4:~# root@edge-4:~# ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['alone on its line', `root@edge-4:~#\nss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 2-4 host ss: 1 sockets'],
    ['Windows', `D:\\tmp>ssh edge-4 ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['PowerShell', `PS C:\\> ssh edge-4 ss -lnt\n${HEAD}\n${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['indented', `    [ops@edge-4 ~]$ ss -lnt\n    ${HEAD}\n    ${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    ['numbered lines', `1  [ops@edge-4 ~]$ ss -lnt\n2  ${HEAD}\n3  ${row(3)}`, 'edge-4#1 1-3 host ss: 1 sockets'],
    [
      'the time in front',
      `12:00:01 ops@edge-4:~$ ss -lnt\n12:00:01 ${HEAD}\n12:00:01 ${row(3)}`,
      'edge-4#1 1-3 host ss: 1 sockets',
    ],
    [
      'a quotation in a quotation',
      `> see:\n>> ops@edge-4:~$ ss -lnt\n>> ${HEAD}\n>> ${row(3)}`,
      'edge-4#1 2-4 host ss: 1 sockets',
    ],
  ])('%s', async (_, text, block) => {
    expect(await read(text)).toEqual([block])
  })

  it('in a fence: a greater-than sign, no blank', async () => {
    expect(await read(`\`\`\`\n> ss -lnt\n${HEAD}\n${row(3)}\n#ss -lnt\n${HEAD}\n${row(3)}\n\`\`\``)).toEqual([
      '-#1 2-4 host ss: 1 sockets',
      '-#1 5-7 host ss: 1 sockets',
    ])
  })
})

describe('commands without a prompt, among words', () => {
  it('is one where its output stands below it', async () => {
    expect(
      await read(
        `First the kernel.\n\nuname -r\n4.19.91\n\nThen:\n\nnetstat -s | grep -i listen\n    61 SYNs to LISTEN sockets dropped\n\nDone.`,
      ),
    ).toEqual(['-#1 3-4 host node-facts: node', expect.stringContaining('8-9 host netstat-s')])
  })

  it('is none where words follow', async () => {
    const { blocks, unread } = await transcript('Run this:\n\nss -lnt\n\nand look at the second column.\nss -lnt\n')
    expect([blocks, unread]).toEqual([[], []])
  })

  it('remarks may stand before and between the rows', async () => {
    expect(await whole(`ss -lnt\n当前长度 上限\n${HEAD}\n${row(0)}\n↑ 正常\n${row(2, 128, 22)}`)).toEqual([true])
  })

  it.each([
    ['quotes of a word processor', 'netstat -s | egrep “listen|LISTEN”'],
    ['a dash for a hyphen', 'netstat –s | egrep "listen|LISTEN"'],
    ['a remark behind an arrow', "netstat -s | egrep 'listen|LISTEN' ==> how often"],
    ['a remark in Chinese', "netstat -s | egrep 'listen|LISTEN'   查看溢出次数"],
  ])('with %s', async (_, command) => {
    const { blocks } = await transcript(
      `[ops@edge-4 ~]$ ${command}\n   815 times the listen queue of a socket overflowed ==> 815 次\n`,
    )
    expect(blocks.map(({ format, cuts }) => [format, cuts])).toEqual([['netstat-s', ['egrep listen|LISTEN']]])
  })
})

describe('several machines', () => {
  it('ansible: each label begins another machine, all ran the same', async () => {
    expect(
      await read(
        `$ ansible edge -m shell -a "ss -lnt; sysctl net.core.somaxconn"\nedge-1 | CHANGED | rc=0 >>\n${HEAD}\n${row(129)}\nnet.core.somaxconn = 128\nedge-2 | CHANGED | rc=0 >>\n${HEAD}\n${row(0)}\nnet.core.somaxconn = 512`,
      ),
    ).toEqual([
      'edge-1#1 2-4 host ss: 1 sockets',
      'edge-1#1 5-5 host sysctl: {"net.core.somaxconn":"128"}',
      'edge-2#1 6-8 host ss: 1 sockets',
      'edge-2#1 9-9 host sysctl: {"net.core.somaxconn":"512"}',
    ])
  })

  it('pdsh: lines of machines in any order, each with its own', async () => {
    const text = `# pdsh -w edge-[1-2] ss -lnt\nedge-1: ${HEAD}\nedge-2: ${HEAD}\nedge-2: ${row(0)}\nedge-1: ${row(129)}\nedge-2: ${row(0, 128, 22)}`
    expect(await read(text)).toEqual(['edge-1#1 2-5 host ss: 1 sockets', 'edge-2#1 3-6 host ss: 2 sockets'])
    expect(await whole(text)).toEqual([true, true])
  })

  it('clush -b: machines that answered alike', async () => {
    expect(
      await read(
        `# clush -b -w @edge 'sysctl net.core.somaxconn'\n---------------\nedge[1-3] (3)\n---------------\nnet.core.somaxconn = 128`,
      ),
    ).toEqual(['edge[1-3]#1 3-5 host sysctl: {"net.core.somaxconn":"128"}'])
  })

  it('names with a colon above what was pasted', async () => {
    expect(await read(`edge-1:\n${HEAD}\n${row(129)}\n\n10.9.8.7:\n${HEAD}\n${row(0)}`)).toEqual([
      'edge-1#1 2-3 host ss: 1 sockets',
      '10.9.8.7#1 6-7 host ss: 1 sockets',
    ])
  })

  it('a sentence that introduces a machine by its quoted name', async () => {
    expect(await read(`Node \`edge-1\`: what listens\n${HEAD}\n${row(129)}`)).toEqual([
      'edge-1#1 2-3 host ss: 1 sockets',
    ])
  })

  it.each(['Step1:', 'case-2:', 'Note:', 'v1.2.3:', 'eth0:', 'collect-1.txt:'])('%s is no machine', async (words) => {
    expect(await read(`${words}\n${HEAD}\n${row(1)}`)).toEqual(['-#1 2-3 host ss: 1 sockets'])
  })

  it('a loop that names each turn: pods apart, machines apart', async () => {
    expect(
      await read(
        `$ for p in a-1 a-2; do echo $p; kubectl exec $p -- ss -lnt; done\na-1\n${HEAD}\n${row(129)}\na-2\n${HEAD}\n${row(0)}\n$ for h in m1 m2; do echo "== $h"; ssh $h sysctl net.core.somaxconn; done\n== m1\nnet.core.somaxconn = 128\n== m2\nnet.core.somaxconn = 256`,
      ),
    ).toEqual([
      '-#1 2-4 pod a-1 ss: 1 sockets',
      '-#1 5-7 pod a-2 ss: 1 sockets',
      'm1#1 9-10 host sysctl: {"net.core.somaxconn":"128"}',
      'm2#1 11-12 host sysctl: {"net.core.somaxconn":"256"}',
    ])
  })
})

describe('several looks', () => {
  it('heads that come again are another look, also under one command', async () => {
    const { nodes } = await transcript(`$ ss -lnt\n${HEAD}\n${row(129)}\n${HEAD}\n${row(7)}`)
    expect(nodes[0]?.readings.map(({ lines }) => lines)).toEqual([
      [1, 3],
      [4, 5],
    ])
  })

  it('two commands on one line: each has its own rows', async () => {
    const { blocks } = await transcript(
      `$ ss -lnt; ss -lnt | head -2\n${HEAD}\n${row(1)}\n${row(0, 64, 25)}\n${HEAD}\n${row(1)}`,
    )
    expect(blocks.map(({ lines, cuts }) => [lines, cuts])).toEqual([
      [[1, 4], []],
      [[5, 6], ['head -2']],
    ])
  })

  it('watch names machine and command', async () => {
    expect(
      await read(
        `Every 2.0s: ss -lnt            edge-4: Mon Aug  7 10:00:01 2023\n\n${HEAD}\n${row(129)}\n\nEvery 2.0s: ss -lnt            edge-4: Mon Aug  7 10:00:03 2023\n\n${HEAD}\n${row(90)}`,
      ),
    ).toEqual(['edge-4#1 1-4 host ss: 1 sockets', 'edge-4#2 6-9 host ss: 1 sockets'])
  })

  it.each([
    ['a container log', '2026-11-20T10:11:12.345678901Z stdout F ', '2026-11-20T10:12:12.345678901Z stdout F ', true],
    ['ts(1)', 'Nov 20 10:11:12 ', 'Nov 20 10:12:12 ', false],
    ['a recorder', '[10:11:12] ', '[10:12:12] ', false],
    ['a recorder, past midnight', '[23:59:58] ', '[00:00:12] ', null],
  ])('the time in front of each line, by %s: two looks, in order', async (_, first, second, dated) => {
    const look = (time: string) =>
      ['root@edge-4:/# ss -lnt', HEAD, row(129), row(0, 128, 22)].map((line) => `${time}${line}`).join('\n')
    const { nodes, unread } = await transcript(`${look(first)}\n${look(second)}`)
    const [node] = nodes
    expect(node?.readings.map(({ takenAt, blocks }) => [takenAt !== null, blocks.length])).toEqual([
      [dated === true, 1],
      [dated === true, 1],
    ])
    expect(node?.order.map(({ before, after }) => [before, after])).toEqual(dated === null ? [] : [[0, 1]])
    expect(unread).toEqual([])
  })

  it('watch: two looks at the same, without a zone', async () => {
    const look = (time: string) =>
      `Every 5.0s: ss -lnt            edge-4: Fri Nov 20 ${time} 2026\n\n${HEAD}\n${row(129)}\n`
    const { nodes } = await transcript(`${look('18:03:10')}\n${look('18:03:15')}`)
    expect(nodes[0]?.readings.map(({ blocks, takenAt }) => [blocks.length, takenAt])).toEqual([
      [1, null],
      [1, null],
    ])
    expect(nodes[0]?.order).toMatchObject([{ before: 0, after: 1 }])
  })

  it('a kernel log keeps the times of its lines', async () => {
    const text =
      'Nov 20 10:11:12 edge-4 kernel: TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.'
    expect(await read(text)).toEqual([expect.stringContaining('kernel-log')])
  })

  it('a loop that prints the time dates each look', async () => {
    const { nodes } = await transcript(
      `$ while true; do date; ss -lnt | grep 8443; sleep 9; done\nMon Aug  7 10:00:01 UTC 2023\n${row(3)}\nMon Aug  7 10:00:10 UTC 2023\n${row(3)}`,
    )
    expect(nodes[0]?.readings.map(({ takenAt }) => takenAt)).toEqual(['2023-08-07T10:00:01Z', '2023-08-07T10:00:10Z'])
  })

  it.each(['After raising somaxconn', '## After the restart', '调整 somaxconn 之后：', '修改后'])(
    '%s: another reading',
    async (words) => {
      const text = `$ sysctl net.core.somaxconn\nnet.core.somaxconn = 128\n\n${words}\n\n$ ss -lnt\n${HEAD}\n${row(0, 128)}`
      const { nodes } = await transcript(text)
      expect(nodes[0]?.readings).toHaveLength(2)
    },
  )
})

describe('what was done to the text', () => {
  it.each([
    ['HTML', `<p>see</p>\n<pre><code>$ ss -lnt\n${HEAD}\n${row(9)}\n</code></pre>`],
    [
      'entities',
      `$ ss -lnt\nState&nbsp;Recv-Q&nbsp;Send-Q&nbsp;Local Address:Port&nbsp;Peer Address:Port\nLISTEN&#32;9&nbsp;128&#x20;*:8443&nbsp;*:*`,
    ],
    [
      'wide blanks and colons',
      '$ ss -lnt\nState　Recv-Q　Send-Q　Local Address：Port　Peer Address：Port\nLISTEN　9　128　*：8443　*：*',
    ],
    ['characters without width', `$ ss -lnt\n\u200b${HEAD}\n\u200bLISTEN 9 128 \u200b*:8443 *:*`],
    [
      'a table',
      '| State | Recv-Q | Send-Q | Local Address:Port | Peer Address:Port |\n|---|---|---|---|---|\n| LISTEN | 9 | 128 | *:8443 | *:* |',
    ],
    ['Jira', `{code:bash}\n$ ss -lnt\n${HEAD}\n${row(9)}\n{code}\nwords`],
    ['Org', `#+BEGIN_SRC sh\n$ ss -lnt\n${HEAD}\n${row(9)}\n#+END_SRC\nwords`],
    ['stars that Markdown ate', `$ ss -lnt\n${HEAD}\nLISTEN 9 128 :8443 *:*`],
  ])('%s', async (_, text) => {
    const { blocks, unread } = await transcript(text)
    const [table] = blocks.flatMap(({ content }) =>
      content.flatMap((one) => (one.question === 'sockets' ? [one.table] : [])),
    )
    expect([table?.length, table?.recvQueue[0], table?.localPort[0], unread]).toEqual([1, 9, 8443, []])
  })

  it('netstat of another language', async () => {
    expect(
      await read(
        '$ netstat -ant\n激活Internet连接 (服务器和已建立连接的)\nProto Recv-Q Send-Q Local Address           Foreign Address         State\ntcp        0      0 10.9.8.7:52       10.9.8.6:99             VERBUNDEN\n',
      ),
    ).toEqual(['-#1 1-4 host netstat: 1 sockets'])
  })

  it('a row that nobody understands takes the wholeness, a remark does not', async () => {
    expect(await whole(`$ ss -lnt\n${HEAD}\n${row(0)}\nLISTEN ~ 129 128 *;80`)).toEqual([false])
    expect(await whole(`$ ss -lnt\n${HEAD}\n${row(0)}\n以上都正常\n${row(0, 128, 22)}`)).toEqual([true])
  })

  it('more ways to leave rows out', async () => {
    for (const words of [
      '......（省略若干行）',
      '[rest omitted]',
      '（以下省略）',
      '-- output truncated for brevity --',
    ])
      expect(await whole(`$ ss -lnt\n${HEAD}\n${row(0)}\n${words}\n${row(0, 128, 22)}`)).toEqual([false])
  })
})

describe('nothing is an answer', () => {
  const asked = (command: string, after = 'root@edge-4:~# uptime') =>
    transcript(`root@edge-4:~# ${command}\n${after}\n`)

  it.each([
    [
      'ss -lnt | grep 8443',
      [
        {
          of: 'and',
          sets: [
            { of: 'state', state: 'LISTEN' },
            { of: 'port', port: 8443 },
          ],
        },
      ],
    ],
    ['netstat -ant | grep CLOSE_WAIT', [{ of: 'state', state: 'CLOSE_WAIT' }]],
  ])('%s', async (command, coverage) => {
    const { blocks } = await asked(command)
    expect(blocks).toMatchObject([{ lines: [1, 1], coverage }])
  })

  it.each([
    ['no filter: heads would stand there', 'ss -lnt'],
    ['a filter that may hide anything', "ss -lnt | sed -n '/80/p'"],
    ['it went into a file', 'ss -lnt | grep 8443 > out'],
  ])('but %s', async (_, command) => {
    expect((await asked(command)).blocks).toEqual([])
  })

  it('but a list of commands is none: no machine answered', async () => {
    const { blocks } = await transcript('```\n$ ss -lnt | grep 8443\n$ netstat -ant | grep CLOSE_WAIT\n$ uptime\n```\n')
    expect(blocks).toEqual([])
  })

  it('but the text may end there', async () => {
    expect((await asked('ss -lnt | grep 8443', '')).blocks).toEqual([])
  })
})

it('a shell in a pod ends where another machine prompts, though nobody typed exit', async () => {
  expect(
    await read(
      '```\nkubectl exec -it web-0 -- sh\n/app # cat /proc/sys/net/core/somaxconn\n128\n```\nOn the node:\n```\n[ops@edge-4 ~]$ cat /proc/sys/net/core/somaxconn\n4096\n```\n',
    ),
  ).toEqual([
    '-#1 3-4 pod web-0 sysctl: {"net.core.somaxconn":"128"}',
    'edge-4#1 8-9 host sysctl: {"net.core.somaxconn":"4096"}',
  ])
})

describe('what chats and wikis make of a terminal', () => {
  it('a fence whose first and last line stand beside its marks', async () => {
    const { blocks, unread, lines } = await transcript(
      `alice  10:02 AM\n\`\`\`[root@edge-3 ~]# ss -lnt\n${HEAD}\n${row(129)}\`\`\`\nbob  10:05 AM\nlooks full\n\`\`\`[root@edge-3 ~]# sysctl net.core.somaxconn\nnet.core.somaxconn = 128\n\`\`\`\n`,
    )
    expect(blocks.map(({ node, format, lines: at }) => [node, format, at])).toEqual([
      ['edge-3', 'ss', [2, 4]],
      ['edge-3', 'sysctl', [7, 8]],
    ])
    expect([unread, lines.kinds.prose]).toEqual([[], 3])
  })

  it('a language behind the mark is none', async () => {
    expect(await read(`\`\`\`shell\n[root@edge-3 ~]# ss -lnt\n${HEAD}\n${row(129)}\n\`\`\``)).toEqual([
      'edge-3#1 2-4 host ss: 1 sockets',
    ])
  })

  it('Confluence: character data, quoted lines with entities, items of a list', async () => {
    const { blocks, unread } = await transcript(
      `<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[[root@app-3 ~]# ss -lnt\n${HEAD}\n${row(129)}\n]]></ac:plain-text-body></ac:structured-macro>\n<blockquote>\n&gt; [root@app-4 ~]# ss -lnt<br/>\n&gt; ${HEAD}<br/>\n&gt; ${row(0)}<br/>\n</blockquote>\n• \`[root@app-5 ~]# sysctl net.core.somaxconn\`\n• net.core.somaxconn = 1024\n`,
    )
    expect(blocks.map(({ node, format, lines }) => [node, format, lines])).toEqual([
      ['app-3', 'ss', [1, 3]],
      ['app-4', 'ss', [6, 8]],
      ['app-5', 'sysctl', [10, 11]],
    ])
    expect(unread).toEqual([])
  })

  it('a list of words stays one', async () => {
    const { blocks, lines } = await transcript('- raise somaxconn\n- LISTEN queue 129 of 128\n* restart nginx\n')
    expect([blocks, lines.kinds.prose]).toEqual([[], 3])
  })
})

describe('recorded terminals and notebooks', () => {
  it('script(1): a long command that the shell wrapped, titles, backspaces', async () => {
    const long = `root@db-2:~# ss -lnt | awk 'NR>1 && $2 > 0' | grep -v 127.0.0.1 | gre \rp 5432`
    const text = `Script started on 2026-11-20 18:22:01+01:00\n\u001b]0;root@db-2: ~\u0007\u001b[?2004h${long}\r\n\u001b[?2004l\r${row(201, 200, 5432)}\r\nroot@db-2:~# sss\b\u001b[K -s\b\u001b[Klnt\r\n${HEAD}\r\n${row(3)}\r\nroot@db-2:~# exit\r\nexit\r\n\r\nScript done on 2026-11-20 18:23:40+01:00\r\n`
    const { blocks, unread } = await transcript(text)
    expect(blocks.map(({ node, command }) => [node, command])).toEqual([
      ['db-2', "ss -lnt | awk 'NR>1 && $2 > 0' | grep -v 127.0.0.1 | grep 5432"],
      ['db-2', 'ss -lnt'],
    ])
    expect(unread).toEqual([])
  })

  it('a notebook', async () => {
    const text = `In [3]: !ss -lnt\n${HEAD}\n${row(9)}\n\nIn [4]: !cat /proc/sys/net/core/somaxconn\n128\n\nIn [5]: frame = read()\nIn [6]: frame.head()\nOut[6]:\n   port  queue\n0    22      0\n`
    expect(await read(text)).toEqual([
      '-#1 1-3 host ss: 1 sockets',
      '-#1 5-6 host sysctl: {"net.core.somaxconn":"128"}',
    ])
  })

  it('Jira: panels and quotations end what was pasted', async () => {
    const { blocks, unread } = await transcript(
      `h2. On edge-3\n{panel:title=edge-3}\n[root@edge-3 ~]# ss -lnt\n${HEAD}\n${row(9)}\n{panel}\n{quote}\n> [root@edge-4 ~]# ss -lnt\n> ${HEAD}\n> ${row(1)}\n{quote}\n`,
    )
    expect(blocks.map(({ node }) => node)).toEqual(['edge-3', 'edge-4'])
    expect(unread).toEqual([])
  })
})
