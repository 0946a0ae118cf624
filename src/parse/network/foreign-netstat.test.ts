import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outline, readWith, transcript } from '../../../test/text/read.ts'
import { foreignNetstat } from './foreign-netstat.ts'

const MACOS = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  192.168.1.17.51733     34.120.8.1.443         SYN_SENT
tcp6     131      0  fe80::1c2a%en0.8443    *.*                    LISTEN
tcp46      0      0  *.8080                 *.*                    LISTEN
udp4       0      0  *.*                    *.*`
const QUEUES = `Current listen queue sizes (qlen/incqlen/maxqlen)
Listen         Local Address
193/0/128      *.8080`
const COUNTERS = `tcp:
\t18723917 packets sent
\t\t1203844 data packets (828193004 bytes)
\t31 listen queue overflows`
const WINDOWS = `Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       900
  TCP    [::]:445               [::]:0                 LISTENING       4
  TCP    10.8.0.14:61022        10.20.0.5:8443         SYN_SENT        9120
  UDP    0.0.0.0:500            *:*                                    3312`

describe('netstat of other systems', () => {
  it.each([
    ['macOS', MACOS],
    ['its listen queues', QUEUES],
    ['its counters', COUNTERS],
    ['Windows', WINDOWS],
    [
      'Windows, Chinese',
      '活动连接\n\n  协议  本地地址          外部地址        状态\n  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING',
    ],
    [
      'Windows, counters',
      'TCP Statistics for IPv4\n\n  Active Opens                        = 2312\n  Failed Connection Attempts          = 12',
    ],
    [
      'who it is',
      'Darwin Alices-MBP.local 22.6.0 Darwin Kernel Version 22.6.0: Wed Jul  5 22:22:05 PDT 2023; root:xnu',
    ],
  ])('%s: understood, and nothing of a node is told', (_, text) => {
    const read = readWith(foreignNetstat, text)
    expect([read.refused, read.content, read.lost]).toEqual([[], [], 0])
    expect(read.warnings[0]?.message).toContain('not judged as a Linux node')
  })

  it.each([
    'Active Internet connections (servers and established)',
    'Active Internet connections (w/o servers)',
    'Active Internet connections (only servers)',
    'Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name',
    'tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN',
    'tcp6       0      0 :::22                   :::*                    LISTEN',
    'Tcp:',
    'TcpExt:',
    'udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*',
    '12/20/2026 10:00',
    '\t31 listen queue overflows',
  ])('not %s', (line) => {
    expect(foreignNetstat.opens(line)).toBe(false)
  })

  it('a text of both: the laptop is no node, its rows are none of the node', async () => {
    const text = await transcript(
      `alice@mbp ~ % netstat -an\n${MACOS}\nalice@mbp ~ % netstat -s -p tcp\n${COUNTERS}\n[root@web-4 ~]# netstat -lnt\nActive Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State\ntcp        3      0 0.0.0.0:443             0.0.0.0:*               LISTEN\n[root@web-4 ~]#`,
    )
    expect(outline(text)).toEqual(['web-4#1 13-16 host netstat: 1 sockets'])
    expect(text.blocks.map(({ node, format }) => [node, format])).toEqual([
      ['mbp', 'foreign-netstat'],
      ['mbp', 'foreign-netstat'],
      ['web-4', 'netstat'],
    ])
    expect(text.unread).toEqual([])
  })

  it('never throws, and takes no time', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.constantFrom(...`${MACOS}\n${WINDOWS}\n${COUNTERS}`.split('\n')), fc.string({ unit: 'binary' })),
        ),
        (lines) => {
          readWith(foreignNetstat, lines.join('\n'))
        },
      ),
    )
    const hostile = [
      `tcp4 0 0 ${'a.'.repeat(190)}`,
      `  TCP    ${'1'.repeat(380)}`,
      `  ${'a '.repeat(190)}`,
      '1/'.repeat(190),
    ]
    const start = performance.now()
    for (const line of hostile) for (let i = 0; i < 200; i++) foreignNetstat.opens(line)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
