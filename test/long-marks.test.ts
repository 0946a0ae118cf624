import { describe, expect, test } from 'vitest'
import { tryInput } from '../scripts/fuzz/try-input.ts'

/** A line that is one mark thirty thousand times over, where a row is expected: whatever backtracks takes seconds for it. */

const LENGTH = 30_000
const MARKS = [
  ':',
  '.',
  '/',
  '-',
  '=',
  '(',
  '[',
  '"',
  ',',
  ' ',
  '\t',
  '0',
  'a',
  '#',
  '$',
  '*',
  '|',
  '{',
  ': ',
  '1.',
  'a=',
]
const BEGINNINGS: readonly (readonly [command: string, row: string])[] = [
  ['ss -antp', 'ESTAB 0 0 1'],
  ['ss -antp', 'LISTEN 0 128 *:80 *:* users:(("'],
  ['netstat -antup', 'tcp 0 0 1'],
  ['netstat -antup', 'udp 0 0 1'],
  ['netstat -s', '    12 times the listen queue '],
  ['nstat -az', 'TcpExtListenOverflows '],
  ['sysctl -a', 'net.core.somaxconn = '],
  ['iptables-save', '-A KUBE-SERVICES -m comment --comment "'],
  ['iptables -L -n -v', '  0 0 ACCEPT tcp -- '],
  ['nft list ruleset', 'tcp dport { '],
  ['conntrack -L', 'tcp 6 118 TIME_WAIT src='],
  ['kubectl get pods -o wide', 'web-0 1/1 Running '],
  ['ip addr', '2: eth0: <'],
  ['ps aux', 'root 1 0.0 0.1 '],
  ['top -b', '  1 root 20 0 '],
  ['dmesg', '[12.345678] '],
  ['tcpdump -nn', '10:00:00.000000 IP 1'],
  ['lsof -i', 'nginx 1 root 3u IPv4 '],
  ['curl -v http://x', '* '],
  ['cat /proc/net/tcp', '  0: '],
]

describe.each(BEGINNINGS)('%s, below it: %s', (command, row) => {
  test.each(MARKS)('and then %j', async (mark) => {
    const line = row + mark.repeat(LENGTH / mark.length)
    expect(await tryInput(Buffer.from(`[root@n1 ~]# ${command}\n${line}\n[root@n1 ~]#\n\n${line}\n`))).toBeNull()
  })
})
