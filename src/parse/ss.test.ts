import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWith, rowsOf, tableOf } from '../../test/text/read.ts'
import { NONE } from '../model/socket-table.ts'
import { ss } from './ss.ts'

const rows = (text: string, args: readonly string[] = []) => rowsOf(tableOf(readWith(ss, text, { args })))

describe('ss', () => {
  it('reads the old columns: `*` is IPv4 beside `:::`, whose IPv4 side is not told', () => {
    const text = `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port
LISTEN     0      128                       *:22                       *:*      users:(("sshd",pid=646,fd=3))
LISTEN     129    128                      :::30720                   :::*      users:(("kube-proxy",pid=1448,fd=21))
CLOSE-WAIT 746    0       ::ffff:172.1.57.200:30720  ::ffff:172.31.3.170:39745
TIME-WAIT  0      0                 127.0.0.1:10249            127.0.0.1:4000`
    expect(rows(text)).toEqual([
      'LISTEN 0.0.0.0:22 0/128 process sshd[646,3]',
      'LISTEN :::30720 129/128 process kube-proxy[1448,21]',
      'CLOSE_WAIT 172.1.57.200:30720 172.31.3.170:39745 746/0 unowned',
      'TIME_WAIT 127.0.0.1:10249 127.0.0.1:4000 0/0 kernel',
    ])
    expect([...tableOf(readWith(ss, text)).family.subarray(0, 3)]).toEqual([4, 0, 6])
  })

  it('reads the new columns: brackets, a dual-stack `*`, scopes, Netid, other protocols passed over', () => {
    const text = `Netid State  Recv-Q Send-Q          Local Address:Port    Peer Address:PortProcess
nl    UNCONN 0      0                            0:0                  *
u_str LISTEN 0      4096      /run/docker.sock 20000              * 0
udp   UNCONN 0      0                127.0.0.53%lo:53           0.0.0.0:*
tcp   LISTEN 0      4096             127.0.0.53%lo:53           0.0.0.0:*    users:(("systemd-resolve",pid=600,fd=14))
tcp   LISTEN 0      511                          *:80                 *:*    users:(("nginx",pid=8,fd=6),("nginx",pid=7,fd=6))
tcp   LISTEN 0      128                       [::]:22              [::]:*    users:(("sshd",pid=700,fd=4))
tcp   ESTAB  0      36     [fe80::1]%eth0:22    [fe80::2]%eth0:51000         users:(("sshd",pid=900,fd=4))`
    expect(rows(text)).toEqual([
      'LISTEN 127.0.0.53%lo:53 0/4096 process systemd-resolve[600,14]',
      'LISTEN :::80 0/511 process nginx[8,6] nginx[7,6]',
      'LISTEN :::22 0/128 process sshd[700,4]',
      'ESTABLISHED fe80::1%eth0:22 fe80::2%eth0:51000 0/36 process sshd[900,4]',
    ])
    expect([...tableOf(readWith(ss, text)).family.subarray(0, 3)]).toEqual([4, 46, 6])
  })

  it('leaves `*` as it is where nothing tells the version', () => {
    expect(rows('LISTEN 129 128 *:80 *:*')).toEqual(['LISTEN *:80 129/128 unknown'])
  })

  it('reads users of versions before 4.0', () => {
    expect(rows('LISTEN 0 128 *:22 *:* users:(("sshd",1165,3))')).toEqual(['LISTEN *:22 0/128 process sshd[1165,3]'])
  })

  it('reads -e -m -i -o, on the row and on lines below it', () => {
    const text = `State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 5      4            0.0.0.0:8080      0.0.0.0:*    uid:1000 ino:1620 sk:1f cgroup:/a <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d7) cubic cwnd:10
CLOSE-WAIT 43 0 10.0.0.1:8080 10.0.0.2:5000 timer:(keepalive,59min,0) ino:0 sk:ffffffff00000020 -->
\t cubic wscale:7,7 rto:204 mss:1448 cwnd:10 segs_in:3 segs_out:1 lastsnd:61000 lastrcv:60990
ESTAB 0 0 10.0.0.1:8080 10.0.0.3:5001 ino:99 sk:21
\t cubic segs_out:9 data_segs_out:4 lastsnd:7`
    const table = tableOf(readWith(ss, text))
    expect(rowsOf(table)).toEqual([
      'LISTEN 0.0.0.0:8080 5/4 process',
      'CLOSE_WAIT 10.0.0.1:8080 10.0.0.2:5000 43/0 unaccepted',
      'ESTABLISHED 10.0.0.1:8080 10.0.0.3:5001 0/0 process',
    ])
    expect([...table.drops.subarray(0, 2)]).toEqual([7, NONE])
    expect([...table.inode.subarray(0, 3)]).toEqual([1620, 0, 99])
    expect([...table.age.subarray(0, 3)]).toEqual([NONE, 61000, NONE])
    expect([...table.cookie.subarray(2, 4)]).toEqual([0x20, 0xffffffff])
    expect(table.uid[0]).toBe(1000)
  })

  it('reads rows without a State column where the filter names the state', () => {
    const text = `Recv-Q Send-Q Local Address:Port Peer Address:Port
0      1      10.0.0.1:40036     10.0.0.9:179   users:(("bird",pid=2,fd=8))`
    expect(rows(text, ['-tnp', 'state', 'syn-sent'])).toEqual([
      'SYN_SENT 10.0.0.1:40036 10.0.0.9:179 0/1 process bird[2,8]',
    ])
  })

  it('an empty answer is an answer', () => {
    expect(tableOf(readWith(ss, 'State Recv-Q Send-Q Local Address:Port Peer Address:Port')).length).toBe(0)
  })

  it('limits that are all 0 are not limits', () => {
    const read = readWith(ss, 'LISTEN 3 0 *:80 *:*\nLISTEN 0 0 *:81 *:*')
    expect(rowsOf(tableOf(read))).toEqual(['LISTEN *:80 3/? unknown', 'LISTEN *:81 0/? unknown'])
    expect(read.warnings[0]?.message).toContain('/proc/net/tcp')
  })

  it('knows common ports by name; a row with another name is lost, and said', () => {
    const read = readWith(ss, 'LISTEN 0 128 *:ssh *:*\nESTAB 0 0 localhost:http 10.0.0.1:weird-port')
    expect(rowsOf(tableOf(read))).toEqual(['LISTEN *:22 0/128 unknown'])
    expect([read.lost, read.warnings.length]).toEqual([1, 1])
  })

  it('takes what people wrote behind a row for a remark', () => {
    expect(rows('LISTEN 129 128 *:80 *:*   <-- full!')).toEqual(['LISTEN *:80 129/128 unknown'])
    expect(rows('LISTEN 129 128 *:80 *:*  # 满了')).toEqual(['LISTEN *:80 129/128 unknown'])
  })

  it.each(['LISTEN 129', 'LISTEN 129 128 *:80', 'CLOSE-WAIT 1 0 10.0.0.1:80'])(
    'a row that breaks off is lost: %s',
    (text) => {
      const read = readWith(ss, text)
      expect([tableOf(read).length, read.lost, read.refused]).toEqual([
        0,
        text === 'LISTEN 129' ? 0 : 1,
        text === 'LISTEN 129' ? [text] : [],
      ])
    },
  )

  it.each([
    'tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN',
    'LISTEN to what they say',
    'LISTEN 74',
    ' 1  0        0   194884   384088  1892160    0    0    49   495    2    1 14  3 70  1 12',
    'tcp      6 66 TIME_WAIT src=172.1.41.234 dst=172.1.57.200 sport=14532 dport=31425',
    'root      2431  0.0  0.0    744     4 ?        Ss   Feb23   0:00 runsv bird6',
    'LISTEN 1e3 128 *:80 *:*',
    'LISTEN -1 128 *:80 *:*',
    'LISTEN 0 128 *:99999 *:*',
  ])('does not take for a row: %s', (text) => {
    const read = readWith(ss, text)
    expect(tableOf(read).length).toBe(0)
  })

  it('never throws and never makes a row out of less than one line', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'LISTEN',
        'ESTAB',
        'CLOSE-WAIT',
        'tcp',
        'udp',
        '0',
        '128',
        '*:80',
        ':::80',
        '*:*',
        'users:((',
        '"x",pid=1',
        '))',
        '...',
        '\t',
        '[::]:1',
      ),
      fc.string({ maxLength: 12 }),
      fc.nat().map(String),
    )
    const line = fc.array(word, { maxLength: 9 }).map((words) => words.join(' ').replaceAll('\n', ''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const read = readWith(ss, lines.join('\n'), { command: 'ss -ant' })
        // Rows of other kinds alone tell nothing of TCP.
        if (!read.content.some((content) => content.question === 'sockets')) return
        const table = tableOf(read)
        expect(table.length + read.lost).toBeLessThanOrEqual(lines.length)
        for (let row = 0; row < table.length; row++) expect(lines[(table.line[row] ?? 0) - 1]).toMatch(/[A-Z]/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('rows that a narrow terminal broke', () => {
  const read = (text: string) => {
    const out = readWith(ss, text, { command: 'ss -antp' })
    return [rowsOf(tableOf(out)), out.lost, out.refused]
  }

  it('owners on the next line, and further ones on the one after', () => {
    expect(
      read(
        'State    Recv-Q    Send-Q        Local Address:Port        Peer Address:Port\nLISTEN   129       128                 0.0.0.0:8443             0.0.0.0:*\n users:(("envoy",pid=2210,fd=33),("envoy",pid=2210,fd=34),("envoy",pid=2210,\nfd=35))\nESTAB 0 0 10.0.0.9:8443 10.0.0.7:5001\n users:(("envoy",pid=2210,fd=40))\nESTAB 5 0 10.0.0.9:8443 10.0.0.7:5002',
      ),
    ).toEqual([
      [
        'LISTEN 0.0.0.0:8443 129/128 process envoy[2210,33] envoy[2210,34] envoy[2210,35]',
        'ESTABLISHED 10.0.0.9:8443 10.0.0.7:5001 0/0 process envoy[2210,40]',
        'ESTABLISHED 10.0.0.9:8443 10.0.0.7:5002 5/0 unowned',
      ],
      0,
      [],
    ])
  })

  it("a bracket in a program's name breaks nothing", () => {
    expect(read('LISTEN 3 9 *:3000 *:* users:(("puma 5.6 (tcp",pid=8,fd=6))\nand so on')).toEqual([
      ['LISTEN *:3000 3/9 process puma 5.6 (tcp[8,6]'],
      0,
      ['and so on'],
    ])
  })

  it('the peer on the next line, or its second half', () => {
    expect(
      read(
        'LISTEN 0 128 0.0.0.0:22\n0.0.0.0:* users:(("sshd",pid=8,fd=3))\nESTAB 0 0 10.0.0.9:8443 10.0.\n0.7:5002\nLISTEN 0 9 *:80 *:*',
      ),
    ).toEqual([
      [
        'LISTEN 0.0.0.0:22 0/128 process sshd[8,3]',
        'ESTABLISHED 10.0.0.9:8443 10.0.0.7:5002 0/0 unowned',
        'LISTEN :::80 0/9 unowned',
      ],
      0,
      [],
    ])
  })

  it('a row that only breaks off is lost, not joined with the next', () => {
    expect(read('LISTEN 0 128 0.0.0.0:22\nLISTEN 0 9 *:80 *:*\nLISTEN 0 128 0.0.')[1]).toBe(2)
  })
})
