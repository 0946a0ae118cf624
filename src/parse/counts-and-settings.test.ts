import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWith } from '../../test/text/read.ts'
import { handTable } from './hand-table.ts'
import { countersNamedBy, netstatS } from './netstat-s.ts'
import { NETSTAT_S_NAMES } from './netstat-s-names.ts'
import { nodeFacts } from './node-facts.ts'
import { nstat } from './nstat.ts'
import { procNetNetstat, procNetSockstat, procNetTcp } from './proc-net-lines.ts'
import { rowCount } from './row-count.ts'
import { stateCounts } from './state-counts.ts'
import { askedSysctls, sysctl } from './sysctl.ts'

describe('state counts', () => {
  const counts = (text: string) => {
    const [content] = readWith(stateCounts, text).content
    return content?.question === 'census' ? content.census.counts : null
  }
  it.each([
    ['CLOSE-WAIT 46\nESTAB 705', { CLOSE_WAIT: 46, ESTABLISHED: 705 }],
    ['     46 CLOSE_WAIT\n      3 LISTEN', { CLOSE_WAIT: 46, LISTEN: 3 }],
    ['LISTEN: 3\nTIME_WAIT=7', { LISTEN: 3, TIME_WAIT: 7 }],
    ['CLOSE_WAIT 2996    -- 这个值很长一段时间内不会变', { CLOSE_WAIT: 2996 }],
    ['CLOSE_WAIT 2996  # stable', { CLOSE_WAIT: 2996 }],
    ['CLOSE_WAIT 2996   一直如此', { CLOSE_WAIT: 2996 }],
    ['      1 established)\n      9 LISTEN\n      1 State\n      2 SYN_SENT', { LISTEN: 9, SYN_SENT: 2 }],
    ['LISTEN 74\nLISTEN 75', { LISTEN: 74 }],
    ['LISTEN 99999999999999999999', {}],
    ['LISTEN many', {}],
    ['listen 5', {}],
    ['12 13', {}],
  ])('%j', (text, expected) => {
    expect(counts(text)).toEqual(expected)
  })
})

describe('netstat -s', () => {
  const counters = (text: string, filtered = false) => {
    const [content] = readWith(netstatS, text, { filtered }).content
    if (content?.question !== 'counters') throw new Error('no counters')
    return content.counters
  }

  it('knows every wording of every counter, in its section', () => {
    for (const [section, names] of Object.entries(NETSTAT_S_NAMES)) {
      for (const [name, wordings] of Object.entries(names)) {
        const lines = [`${name}: {n}`, ...wordings.map((one) => (one.includes('{n}') ? one : `{n} ${one}`))]
        for (const line of lines.filter((one) => !one.includes('%s'))) {
          const histogram = /^(In|Out)/.exec(name)?.[1] === 'In' ? 'input' : 'output'
          const head = section === 'Icmp' ? `${section}:\n    ICMP ${histogram} histogram:` : `${section}:`
          expect(counters(`${head}\n    ${line.replace('{n}', '4711')}`).values, line).toEqual({
            [`${section}${name}`]: 4711,
          })
        }
      }
    }
  })

  it.each([
    ['    12178939 times the listen queue of a socket overflowed', { TcpExtListenOverflows: 12178939 }],
    ['    5 SYNs to LISTEN sockets ignored', { TcpExtListenDrops: 5 }],
    ['    7 passive connections rejected because of time stamp', { TcpExtPAWSPassive: 7 }],
    ['    TCPTimeouts: 10', { TcpExtTCPTimeouts: 10 }],
    ['    10 other TCP timeouts', { TcpExtTCPTimeouts: 10 }],
    ['    9 segments send out', { TcpOutSegs: 9 }],
    ['    Quick ack mode was activated 3 times', { TcpExtDelayedACKLost: 3 }],
    ['    12 times the listen queue of a socket overflowed   <- !', { TcpExtListenOverflows: 12 }],
    ['    InCsumErrors: 5', {}],
    ['    5 something nobody prints', {}],
  ])('behind a grep, without sections: %s', (line, expected) => {
    expect(counters(line, true)).toMatchObject({ values: expected, absentIsZero: false })
  })

  it('keeps unknown raw names of a section, and knows that zeros were left out', () => {
    const read = counters('TcpExt:\n    TCPNewThing: 5\n    3 delayed acks sent\nMPTcpExt:\n    MPCapableSYNRX: 2')
    expect(read).toMatchObject({
      values: { TcpExtTCPNewThing: 5, TcpExtDelayedACKs: 3, MPTcpExtMPCapableSYNRX: 2 },
      absentIsZero: true,
      kind: 'total',
    })
    expect(read.origins.TcpExtDelayedACKs).toMatchObject({ line: 3 })
  })

  it('tells the ICMP histograms apart', () => {
    const text =
      'Icmp:\n    ICMP input histogram:\n        destination unreachable: 3\n    ICMP output histogram:\n        destination unreachable: 9'
    expect(counters(text).values).toEqual({ IcmpInDestUnreachs: 3, IcmpOutDestUnreachs: 9 })
  })

  it('an unknown wording is a warning, a number beyond 2^53 too', () => {
    const read = readWith(netstatS, 'TcpExt:\n    5 things of a kernel to come\n    TCPTimeouts: 99999999999999999999')
    expect(read.warnings.map((one) => one.message)).toEqual([
      'not understood: 5 things of a kernel to come',
      'TcpExtTCPTimeouts: beyond 2^53: 99999999999999999999',
    ])
  })

  it('which names a grep would have shown', () => {
    expect(countersNamedBy(['listen'], true, false)).toEqual([
      'TcpExtListenOverflows',
      'TcpExtListenDrops',
      'TcpExtTCPFastOpenListenOverflow',
    ])
    expect(countersNamedBy(['ListenDrops'], false, true)).toEqual(['TcpExtListenDrops'])
    expect(countersNamedBy(['drop'], false, false)).not.toContain('TcpExtListenDrops')
  })
})

describe('nstat', () => {
  const counters = (text: string, args: readonly string[], filtered = false) => {
    const [content] = readWith(nstat, text, { command: 'nstat', args, filtered }).content
    if (content?.question !== 'counters') throw new Error('no counters')
    return content.counters
  }
  const text = '#kernel\nTcpExtListenDrops               12247395              0.0\nIpExtInOctets 5 0.0'

  it.each([
    [['-az'], false, 'total', false],
    [['-a'], false, 'total', true],
    [['-a'], true, 'total', false],
    [['-a', 'TcpExtListenDrops'], false, 'total', false],
    [[], false, 'delta', false],
  ])('%j', (args, filtered, kind, absentIsZero) => {
    expect(counters(text, args, filtered)).toMatchObject({
      values: { TcpExtListenDrops: 12247395, IpExtInOctets: 5 },
      kind,
      absentIsZero,
    })
  })

  it('reads JSON, on one line or several', () => {
    const json = '{"kernel":{"TcpExtListenDrops":12,"TcpInSegs":3}}'
    expect(counters(json, ['-aj']).values).toEqual({ TcpExtListenDrops: 12, TcpInSegs: 3 })
    expect(counters('{ "kernel": {\n  "TcpInSegs": 3,\n  "TcpOutSegs": 4\n} }', ['-aj']).values).toEqual({
      TcpInSegs: 3,
      TcpOutSegs: 4,
    })
  })

  it('refuses what is none', () => {
    expect(readWith(nstat, 'TcpExt is a prefix\nFoo 5 0.0\nTcpInSegs x 0.0').refused).toHaveLength(3)
  })
})

describe('/proc/net', () => {
  it('reads netstat and snmp pair by pair', () => {
    const read = readWith(
      procNetNetstat,
      'TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1 2\nTcp: RtoAlgorithm MaxConn InSegs\nTcp: 1 -1 77\nIpExt: 5',
    )
    const [content] = read.content
    expect(content?.question === 'counters' && content.counters.values).toMatchObject({
      TcpExtSyncookiesSent: 1,
      TcpExtListenDrops: 2,
      TcpInSegs: 77,
    })
    expect(read.lost).toBe(1)
  })

  it('reads sockstat', () => {
    const [content] = readWith(
      procNetSockstat,
      'sockets: used 16\nTCP: inuse 5 orphan 1 tw 2 alloc 7 mem 3\nUDP: inuse 0 mem 0',
    ).content
    expect(content).toEqual({
      question: 'sockstat',
      sockstat: { tcpInUse: 5, orphans: 1, timeWait: 2, allocated: 7, memPages: 3 },
    })
  })

  it('reads tcp with the lines of the text', () => {
    const read = readWith(
      procNetTcp,
      `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0200007F:9C40 08 00000000:00000001 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 0 10 -1`,
    )
    const [content] = read.content
    if (content?.question !== 'sockets') throw new Error('no sockets')
    expect([content.table.length, content.table.line[0], content.table.line[1], content.table.recvQueue[0]]).toEqual([
      2, 2, 3, 6,
    ])
  })
})

describe('sysctl', () => {
  const values = (text: string, args: readonly string[] = []) => {
    const [content] = readWith(sysctl, text, { args }).content
    return content?.question === 'sysctls' ? content.sysctls.values : null
  }
  it.each<[string, readonly string[], Record<string, string>]>([
    [
      'net.core.somaxconn = 128\nnet.ipv4.tcp_rmem = 4096\t131072\t6291456',
      [],
      { 'net.core.somaxconn': '128', 'net.ipv4.tcp_rmem': '4096 131072 6291456' },
    ],
    ['net.core.somaxconn=128', [], { 'net.core.somaxconn': '128' }],
    ['net.core.somaxconn: 128', [], { 'net.core.somaxconn': '128' }],
    ['net/core/somaxconn = 128', [], {}],
    ['/proc/sys/net/ipv4/tcp_syncookies:1', [], { 'net.ipv4.tcp_syncookies': '1' }],
    [
      '128\n1',
      ['/proc/sys/net/core/somaxconn', '/proc/sys/net/ipv4/tcp_syncookies'],
      { 'net.core.somaxconn': '128', 'net.ipv4.tcp_syncookies': '1' },
    ],
    ['32768\t60999', ['/proc/sys/net/ipv4/ip_local_port_range'], { 'net.ipv4.ip_local_port_range': '32768 60999' }],
    ['128', ['-n', 'net.core.somaxconn'], { 'net.core.somaxconn': '128' }],
    ['==> /proc/sys/net/core/somaxconn <==\n128', [], { 'net.core.somaxconn': '128' }],
    ['net.core.somaxconn = 128   # small', [], { 'net.core.somaxconn': '128' }],
    ['net.ipv4.tcp_congestion_control = bbr', [], { 'net.ipv4.tcp_congestion_control': 'bbr' }],
    ['128', [], {}],
    ['net.core.somaxconn = 128\nnet.core.somaxconn = 4096', [], { 'net.core.somaxconn': '128' }],
    [
      'cat: /proc/sys/net/core/x: No such file or directory\n1',
      ['/proc/sys/net/core/x', '/proc/sys/net/ipv4/tcp_syncookies'],
      { 'net.ipv4.tcp_syncookies': '1' },
    ],
    ['foo.bar = 1\nnet.core.somaxconn should be = 5 or more, they say, in every case that we know of', [], {}],
  ])('%j below %j', (text, args, expected) => {
    expect(values(text, args)).toEqual(expected)
  })

  it('knows what a command asks for', () => {
    expect(
      askedSysctls(['-n', 'net.core.somaxconn', '/proc/sys/net/ipv4/tcp_syncookies', '/proc/sys/net/ipv4/tcp_*']),
    ).toEqual(['net.core.somaxconn', 'net.ipv4.tcp_syncookies'])
  })
})

describe('facts about the node', () => {
  const facts = (text: string, command: string) => {
    const [content] = readWith(nodeFacts, text, { command }).content
    return content?.question === 'node' ? content.facts : null
  }
  it.each([
    [
      'Linux node1 4.4.41-k8s #1 SMP Mon Jan 9 15:34:39 UTC 2017 x86_64 GNU/Linux',
      'uname -a',
      { name: 'node1', kernel: { value: '4.4.41-k8s' } },
    ],
    ['3.10.0-693.el7.x86_64', 'uname -r', { kernel: { value: '3.10.0-693.el7.x86_64' } }],
    ['worker-1', 'hostname', { name: 'worker-1' }],
    [
      'Description:   Debian GNU/Linux 8.7 (jessie)\nRelease:  8.7',
      'lsb_release -rd',
      { os: { value: 'Debian GNU/Linux 8.7 (jessie)' } },
    ],
    ['NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 22.04.4 LTS"', 'cat /etc/os-release', { os: { value: 'Ubuntu 22.04.4 LTS' } }],
    ['8', 'nproc', { cores: 8 }],
  ])('%j below %s', (text, command, expected) => {
    expect(facts(text, command)).toMatchObject(expected)
  })
  it('takes a bare word only behind its command', () => {
    expect(readWith(nodeFacts, 'worker-1', { command: 'ls' }).refused).toEqual(['worker-1'])
  })
})

describe('tables by hand', () => {
  const listeners = (text: string) => {
    const read = readWith(handTable, text)
    const [content] = read.content
    if (content?.question !== 'listeners') throw new Error('no listeners')
    return {
      ...read,
      rows: content.listeners.map((one) => [one.local.port, one.acceptQueue.length, one.acceptQueue.max, one.service]),
    }
  }
  it.each([
    [
      '| 端口号 | Service | Recv-Q |\n| ------ | ------- | ---- |\n| 31425 | backend/rpc:grpc" | 129 |',
      [[31425, 129, null, 'backend/rpc:grpc']],
    ],
    [
      '端口 | 服务 | backlog |\n---|---|---|\n2380/2381 | etcd | 32768 |',
      [
        [2380, null, 32768, 'etcd'],
        [2381, null, 32768, 'etcd'],
      ],
    ],
    [
      '| Port | Recv-Q | Send-Q |\n|:--:|--:|--:|\n| **80** | 129 | 128 |\n| :443 | - | 128 |',
      [
        [80, 129, 128, null],
        [443, null, 128, null],
      ],
    ],
    ['| NodePort | queue length |\n|---|---|\n| 30000 | 7 |', [[30000, 7, null, null]]],
  ])('%j', (text, expected) => {
    expect(listeners(text).rows).toEqual(expected)
  })
  it('a row without a port or with words for a number is lost', () => {
    const read = listeners('| port | Recv-Q |\n|---|---|\n| many | 3 |\n| 80 | full |\n| 99999 | 3 |')
    expect([read.rows, read.lost]).toEqual([[], 3])
  })
  it.each([
    '| Namespace | Num of Services | Recv-Q overflow |',
    '参数 | 默认状态 | 作用 |',
    '| port | owner |',
    'no table',
    '|||',
  ])('%s opens none', (text) => {
    expect(handTable.opens(text)).toBe(false)
  })
})

describe('every format', () => {
  const formats = [
    stateCounts,
    netstatS,
    nstat,
    procNetNetstat,
    procNetSockstat,
    procNetTcp,
    sysctl,
    nodeFacts,
    handTable,
    rowCount,
  ]
  const word = fc.oneof(
    fc.constantFrom(
      'LISTEN',
      'TcpExt:',
      'Tcp:',
      '128',
      'net.core.somaxconn',
      '=',
      ':',
      '|',
      'port',
      'Recv-Q',
      '---',
      'TcpExtListenDrops',
      '0.0',
      '{"kernel"',
      '}',
      'Linux',
      '4.4.1',
      '/proc/sys/net/a',
      '#',
      '--',
    ),
    fc.string({ maxLength: 10 }),
    fc.nat().map(String),
  )
  const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(' ').replaceAll('\n', ''))
  it.each(formats.map((format) => [format.name, format] as const))(
    '%s never throws and never makes up a number',
    (_, format) => {
      fc.assert(
        fc.property(fc.array(line, { maxLength: 15 }), fc.boolean(), (lines, filtered) => {
          const { content } = readWith(format, lines.join('\n'), { filtered })
          for (const one of content) {
            const numbers =
              one.question === 'counters'
                ? Object.values(one.counters.values)
                : one.question === 'census'
                  ? Object.values(one.census.counts)
                  : one.question === 'count'
                    ? [one.count]
                    : []
            for (const number of numbers) expect(lines.join('\n')).toMatch(new RegExp(`0*${number}`))
          }
        }),
        { numRuns: 200 },
      )
    },
  )
})
