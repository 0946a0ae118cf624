import { describe, expect, it } from 'vitest'
import { readWith, rowsOf, transcript } from '../../../test/text/read.ts'
import type { Network } from '../../model/network.ts'
import type { Format, ReadContext } from '../format.ts'
import { netstat } from '../netstat.ts'
import { procNetTcp } from '../proc-net-lines.ts'
import { ss } from '../ss.ts'
import { lsof } from './lsof.ts'
import { netstatOther } from './netstat-other.ts'
import { procNetSnmp6 } from './proc-net-snmp6.ts'
import { procNetSoftnet } from './proc-net-softnet.ts'
import { procNetUdp } from './proc-net-udp.ts'
import { procNetUnix } from './proc-net-unix.ts'
import { ssOther } from './ss-other.ts'
import { ssSummary } from './ss-summary.ts'

const networkIn = (format: Format, text: string, context: Partial<ReadContext> = {}): Network => {
  const found = readWith(format, text, context).content.find((one) => one.question === 'network')
  if (found?.question !== 'network') throw new Error('no network was read')
  return found.network
}

// Printed by iproute2 6.1 and net-tools 2.10 of a namespace with a full UDP buffer and a full unix accept queue.
const SS_ALL = `Netid State  Recv-Q Send-Q      Local Address:Port    Peer Address:PortProcess
nl    UNCONN 4352   0                       4:32239               *
p_raw UNCONN 213760 0                       *:*                   *
u_str LISTEN 4      3      /tmp/net/full.sock 3577367            * 0    users:(("python3",pid=32033,fd=7))
u_str ESTAB  0      0                       * 3577370            * 0
u_dgr UNCONN 0      0                     @dg 3577373            * 0
u_str LISTEN 0      5             @recvq test 3577372            * 0
udp   UNCONN 212480 0            0.0.0.0:5353       0.0.0.0:*    users:(("python3",pid=32033,fd=4))
\t skmem:(r212480,rb212992,t0,tb212992,f512,w0,o0,bl0,d2834)
udp   ESTAB  0      0          10.99.0.2:45846    10.99.0.1:9999
udp   UNCONN 0      0                  *:5354             *:*
mptcp LISTEN 7      7            0.0.0.0:8099       0.0.0.0:*
tcp   LISTEN 0      2          10.99.0.2:8080       0.0.0.0:*    users:(("python3",pid=32033,fd=3))`

describe('sockets that are not TCP', () => {
  it('stand beside the TCP ones of the same ss, never among them', () => {
    const { content, refused } = readWith(ss, SS_ALL, { command: 'ss -anpm', args: ['-anpm'] })
    expect(refused).toEqual([])
    const [tcp, others] = content
    if (tcp?.question !== 'sockets' || others?.question !== 'network') throw new Error('both are expected')
    expect(rowsOf(tcp.table)).toEqual(['LISTEN 10.99.0.2:8080 0/2 process python3[32033,3]'])
    const { udp, unix, otherSockets } = others.network
    expect(udp).toMatchObject([
      { local: { address: '0.0.0.0', port: 5353 }, peer: null, recvQueueBytes: 212480, drops: 2834 },
      { local: { address: '10.99.0.2', port: 45846 }, peer: { address: '10.99.0.1', port: 9999 }, drops: null },
      { local: { address: '*', port: 5354 }, peer: null },
    ])
    expect(udp?.[0]?.processes).toEqual([{ comm: 'python3', pid: 32033, fd: 4 }])
    expect(unix).toMatchObject([
      {
        type: 'stream',
        state: 'listening',
        path: '/tmp/net/full.sock',
        acceptQueue: { length: 4, max: 3 },
        inode: 3577367,
      },
      { type: 'stream', state: 'connected', path: null, acceptQueue: null, inode: 3577370 },
      { type: 'dgram', state: 'other', path: '@dg', acceptQueue: null },
      { type: 'stream', state: 'listening', path: '@recvq test', acceptQueue: { length: 0, max: 5 } },
    ])
    expect(otherSockets?.map(({ kind, recvQueue }) => `${kind} ${recvQueue}`)).toEqual([
      'netlink 4352',
      'packet 213760',
      'mptcp 7',
    ])
  })

  it.each([
    ['ss -uan', 'UNCONN 212480 0            0.0.0.0:5353       0.0.0.0:*'],
    ['ss -wan', 'UNCONN 0      0            0.0.0.0:1         0.0.0.0:*'],
    ['ss -l -M', 'LISTEN 9      7            0.0.0.0:8099      0.0.0.0:*'],
    ['ss -lS', 'LISTEN 9      7            0.0.0.0:8098      0.0.0.0:*'],
    ['ss -l -A unix_stream', 'LISTEN 4      3      /tmp/net/full.sock 3577367            * 0'],
    ['ss -l --vsock', 'LISTEN 9      7            *:1024      *:*'],
    ['ss -xl', 'u_str LISTEN 4      3      /tmp/net/full.sock 3577367            * 0'],
    ['ss -0', 'p_raw 213760 0                  *:*                *'],
    ['ss -f netlink', '832    0            tcpdiag:kernel               *'],
    ['netstat -lnx', 'unix  2      [ ACC ]     STREAM     LISTENING     3577367  /tmp/net/full.sock'],
    ['netstat -uan', 'udp   212480      0 0.0.0.0:5353            0.0.0.0:*'],
    [
      'cat /proc/net/udp',
      ' 7499: 00000000:14E9 00000000:0000 07 00000000:00033E00 00:00000000 00000000     0        0 3577364 2 000000007db46532 2834',
    ],
    ['cat /proc/net/unix', '000000004df9fc00: 00000002 00000000 00010000 0001 01 3577367 /tmp/net/full.sock'],
  ])('%s: no accept queue of TCP comes of it', async (command, row) => {
    const read = await transcript(`\`\`\`\n$ ${command}\n${row}\n\`\`\``)
    const content = read.blocks.flatMap((block) => block.content)
    expect(content.map(({ question }) => question)).toEqual(['network'])
    expect(read.unread).toEqual([])
  })

  it('rows of UDP without Netid and without their command are told by UNCONN', () => {
    const text = `State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
UNCONN 212480 0            0.0.0.0:5353       0.0.0.0:*
ESTAB  0      0          10.99.0.2:45846    10.99.0.1:9999`
    const { content } = readWith(ss, text)
    expect(content.map(({ question }) => question)).toEqual(['network'])
  })

  it('/proc/net/udp has nearly the rows of /proc/net/tcp: neither takes the other for its own', () => {
    const udp =
      ' 7499: 00000000:14E9 00000000:0000 07 00000000:00033E00 00:00000000 00000000     0        0 3577364 2 000000007db46532 2834'
    const tcp =
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 00000000  1000        0 123456 1 0000000000000000 100 0 0 10 5'
    const wait =
      '   1: 0100007F:1F90 0100007F:D431 06 00000000:00000000 03:00001733 00000000     0        0 0 3 0000000000000000'
    expect([udp, tcp, wait].map((row) => procNetUdp.opens(row))).toEqual([true, false, false])
    expect([udp, tcp, wait].map((row) => procNetTcp.opens(row))).toEqual([false, true, true])
    expect(networkIn(procNetUdp, udp).udp).toMatchObject([
      { local: { address: '0.0.0.0', port: 5353 }, peer: null, recvQueueBytes: 212480, drops: 2834, inode: 3577364 },
    ])
    const six =
      ' 7500: 00000000000000000000000000000000:14EA 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3577365 2 00000000a15a90fa 0'
    expect(networkIn(procNetUdp, six).udp?.[0]?.local).toEqual({ address: '::', port: 5354 })
  })

  it('netstat: UDP, raw and unix rows beside TCP; unix queues are not known', () => {
    const text = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 10.99.0.2:8080          0.0.0.0:*               LISTEN      32033/python3
udp   212480      0 0.0.0.0:5353            0.0.0.0:*                           32033/python3
udp        0      0 10.99.0.2:45846         10.99.0.1:9999          ESTABLISHED 32033/python3
raw        0      0 0.0.0.0:1               0.0.0.0:*               7           -
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     3577367  32033/python3        /tmp/net/full.sock
unix  3      [ ]         STREAM     CONNECTING    0        -                    /tmp/net/full.sock
unix  2      [ ]         DGRAM                    3577373  32033/python3        @dg`
    const { content, refused } = readWith(netstat, text, { command: 'netstat -anp' })
    expect(refused).toEqual([])
    const [tcp, others] = content
    if (tcp?.question !== 'sockets' || others?.question !== 'network') throw new Error('both are expected')
    expect(rowsOf(tcp.table)).toHaveLength(1)
    expect(others.network.udp?.map(({ recvQueueBytes, processes }) => [recvQueueBytes, processes?.[0]?.comm])).toEqual([
      [212480, 'python3'],
      [0, 'python3'],
    ])
    expect(others.network.unix).toMatchObject([
      { state: 'listening', path: '/tmp/net/full.sock', acceptQueue: { length: null, max: null }, inode: 3577367 },
      { state: 'other', path: '/tmp/net/full.sock', processes: [] },
      { type: 'dgram', path: '@dg', inode: 3577373 },
    ])
  })

  it('a row that breaks off is lost, and said', () => {
    expect(readWith(ssOther, 'udp   UNCONN 212480').lost).toBe(1)
    expect(readWith(netstatOther, 'udp   212480').lost).toBe(1)
    expect(readWith(procNetUnix, '000000004df9fc00: 00000002 0000').lost).toBe(1)
    expect(readWith(procNetSoftnet, '00279d13 00000000 000').lost).toBe(1)
  })
})

describe('ss -s', () => {
  it('reads what new versions print', () => {
    const text = `Total: 21
TCP:   100018 (estab 7, closed 100015, orphaned 2, timewait 3)

Transport Total     IP        IPv6
RAW\t  1         1         0
UDP\t  5         4         1
TCP\t  3         3         0
INET\t  9         8         1
FRAG\t  0         0         0        `
    expect(networkIn(ssSummary, text).summary).toMatchObject({
      total: 21,
      tcp: 100018,
      established: 7,
      closed: 100015,
      orphaned: 2,
      timeWait: 3,
      synRecv: null,
      ports: null,
      byKind: { RAW: 1, UDP: 5, TCP: 3, INET: 9, FRAG: 0 },
    })
  })

  it('reads what versions before 5.0 print', () => {
    const text = `Total: 180 (kernel 232)
TCP:   3178 (estab 18, closed 17, orphaned 0, synrecv 4, timewait 17/0), ports 0

Transport Total     IP        IPv6
*\t  232       -         -        
TCP\t  3161      20        3141     `
    expect(networkIn(ssSummary, text).summary).toMatchObject({
      total: 180,
      synRecv: 4,
      timeWait: 17,
      ports: 0,
      byKind: { TCP: 3161 },
    })
  })
})

describe('lsof -i', () => {
  it('unites the holders of a socket and knows no queues', () => {
    const text = `COMMAND   PID USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME
nginx    1001 root    6u  IPv4   18231      0t0  TCP *:80 (LISTEN)
nginx    1002 www     6u  IPv4   18231      0t0  TCP *:http (LISTEN)
nginx\\x20w 1003 www   6u  IPv6   18232      0t0  TCP [::1]:8080->[::1]:51000 (CLOSE_WAIT)
chronyd   700 chrony  5u  IPv4   17000      0t0  UDP 127.0.0.1:323
bash     2000 root  cwd    DIR   8,1      4096    2 /root`
    const { content, refused, lost } = readWith(lsof, text, { command: 'lsof -nP' })
    expect({ refused, lost }).toEqual({ refused: [], lost: 0 })
    const [tcp, others] = content
    if (tcp?.question !== 'sockets' || others?.question !== 'network') throw new Error('both are expected')
    expect(rowsOf(tcp.table)).toEqual([
      'LISTEN 0.0.0.0:80 ?/? process nginx[1001,6] nginx[1002,6]',
      'CLOSE_WAIT ::1:8080 ::1:51000 ?/? process nginx w[1003,6]',
    ])
    expect(others.network.udp).toMatchObject([{ local: { address: '127.0.0.1', port: 323 }, recvQueueBytes: null }])
  })

  it('a row without its state is lost', () => {
    expect(readWith(lsof, 'nginx    1001 root    6u  IPv4   18231      0t0  TCP *:80').lost).toBe(1)
  })
})

describe('the machine under the sockets', () => {
  it('/proc/net/softnet_stat: columns are hexadecimal; the CPU stands in the 13th', () => {
    const row = (cpu: string) =>
      `00279d13 0000000a 000000ff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 ${cpu} 00000000 00000000`
    expect(networkIn(procNetSoftnet, `${row('00000000')}\n${row('00000003')}`).softnet).toMatchObject([
      { cpu: 0, processed: 2596115, dropped: 10, timeSqueezed: 255 },
      { cpu: 3 },
    ])
  })

  it('/proc/net/snmp6', () => {
    const { content } = readWith(
      procNetSnmp6,
      'Ip6InReceives                   \t29\nUdp6RcvbufErrors \t 99999999999999999999',
    )
    expect(content).toMatchObject([
      { question: 'counters', counters: { values: { Ip6InReceives: 29 }, kind: 'total' } },
    ])
  })
})
