import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWith, rowsOf, tableOf } from '../../test/text/read.ts'
import { netstat } from './netstat.ts'

const rows = (text: string) => rowsOf(tableOf(readWith(netstat, text)))

describe('netstat', () => {
  it('reads net-tools with programs; a limit is unknown, never 0', () => {
    expect(
      rows(`Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      1234/sshd
tcp      129      0 0.0.0.0:80              0.0.0.0:*               LISTEN      77/nginx: master pr
tcp      101      0 10.0.0.1:80             10.0.0.2:51234          CLOSE_WAIT  -
tcp        0      0 10.0.0.1:80             10.0.0.2:51235          TIME_WAIT   -
tcp6       0      0 :::31425                :::*                    LISTEN      1448/kube-proxy
udp        0      0 0.0.0.0:68              0.0.0.0:*                           900/dhclient
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     20000    1/systemd            /run/x`),
    ).toEqual([
      'LISTEN 0.0.0.0:22 0/? process sshd[1234,null]',
      'LISTEN 0.0.0.0:80 129/? process nginx[77,null]',
      'CLOSE_WAIT 10.0.0.1:80 10.0.0.2:51234 101/0 unowned',
      'TIME_WAIT 10.0.0.1:80 10.0.0.2:51235 0/0 kernel',
      'LISTEN :::31425 0/? process kube-proxy[1448,null]',
    ])
  })

  it('reads -e and -o: inode 0 is not accepted yet', () => {
    expect(
      rows(`Proto Recv-Q Send-Q Local Address  Foreign Address  State  User  Inode  PID/Program name  Timer
tcp        0      0 10.0.0.1:80   10.0.0.2:1   ESTABLISHED 0    0    -   off (0.00/0/0)
tcp        0      0 10.0.0.1:80   10.0.0.2:2   ESTABLISHED 33   4711 8/java  keepalive (7186.46/0/0)`),
    ).toEqual([
      'ESTABLISHED 10.0.0.1:80 10.0.0.2:1 0/0 unaccepted',
      'ESTABLISHED 10.0.0.1:80 10.0.0.2:2 0/0 process java[8,null]',
    ])
  })

  it('reads busybox', () => {
    expect(
      rows(`Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 :::80                   :::*                    LISTEN
tcp        0      0 ::ffff:10.244.1.5:80    ::ffff:10.244.0.1:39000 SYN_RECV`),
    ).toEqual(['LISTEN :::80 0/? unknown', 'SYN_RECV 10.244.1.5:80 10.244.0.1:39000 0/0 kernel'])
  })

  it.each([':::80', '[::]:80'])('does not know whether %s takes IPv4 as well', (local) => {
    const table = tableOf(readWith(netstat, `tcp6  0  0 ${local}  :::*  LISTEN`))
    expect([table.length, table.family[0]]).toEqual([1, 0])
  })

  it.each([
    'tcp4       0      0  10.0.0.5.443           10.0.0.1.52000         ESTABLISHED',
    'tcp      6 66 TIME_WAIT src=172.1.41.234 dst=172.1.57.200 sport=14532 dport=31425 [ASSURED] mark=0 use=2',
    'LISTEN 0 128 *:22 *:*',
    'tcpdump: listening on eth0',
  ])('does not take for a row: %s', (text) => {
    const read = readWith(netstat, text)
    expect(tableOf(read).length).toBe(0)
  })

  it('a row that breaks off is lost', () => {
    const read = readWith(netstat, 'tcp        0      0 10.0.0.1:80   10.0.\ntcp 0')
    expect([tableOf(read).length, read.lost]).toEqual([0, 2])
  })

  it('never throws and never makes a row out of less than one line', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'tcp',
        'tcp6',
        'udp',
        'unix',
        '0',
        '1',
        '1.2.3.4:5',
        ':::80',
        ':::*',
        'LISTEN',
        'CLOSE_WAIT',
        '-',
        '1/x',
        'off',
      ),
      fc.string({ maxLength: 10 }),
    )
    const line = fc.array(word, { maxLength: 10 }).map((words) => words.join(' ').replaceAll('\n', ''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const read = readWith(netstat, lines.join('\n'))
        expect(tableOf(read).length + read.lost).toBeLessThanOrEqual(lines.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('rows that a narrow terminal broke', () => {
  const read = (text: string) => {
    const out = readWith(netstat, text, { command: 'netstat -antp' })
    return [rowsOf(tableOf(out)), out.lost, out.refused]
  }

  it('the owner on the next line', () => {
    expect(
      read(
        'Proto Recv-Q Send-Q Local Address           Foreign Address         State\n PID/Program name\ntcp      129      0 0.0.0.0:8443            0.0.0.0:*               LISTEN\n 2210/envoy\ntcp       32      0 10.1.0.9:8443           10.1.0.77:51230         CLOSE_WAIT\n -\ntcp 0 0 10.1.0.9:8443\n10.1.0.77:51231 ESTABLISHED 2210/envoy',
      ),
    ).toEqual([
      [
        'LISTEN 0.0.0.0:8443 129/? process envoy[2210,null]',
        'CLOSE_WAIT 10.1.0.9:8443 10.1.0.77:51230 32/0 unowned',
        'ESTABLISHED 10.1.0.9:8443 10.1.0.77:51231 0/0 process envoy[2210,null]',
      ],
      0,
      [],
    ])
  })

  it('a row that only breaks off is lost', () => {
    expect(read('tcp 0 0 10.1.0.9:8443\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\ntcp 0 0').slice(1)).toEqual([2, []])
  })
})
