import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWith } from '../../../test/text/read.ts'
import type { Content } from '../../model/block.ts'
import { NETWORK_BY_SHAPE, NETWORK_FILES } from './formats.ts'
import { netstatOther } from './netstat-other.ts'

const FORMATS = [...new Set([...NETWORK_BY_SHAPE, ...Object.values(NETWORK_FILES).flat(), netstatOther])]

/** A row or two of every format, as really printed. */
const ROWS: readonly string[] = `Total: 21
TCP:   100018 (estab 0, closed 100015, orphaned 0, timewait 0/0), ports 0
udp   UNCONN 212480 0            0.0.0.0:5353       0.0.0.0:*    users:(("python3",pid=32033,fd=4))
u_str LISTEN 4      3      /tmp/net/full.sock 3577367            * 0
udp        0      0 10.99.0.2:45846         10.99.0.1:9999          ESTABLISHED 32033/python3
unix  2      [ ACC ]     STREAM     LISTENING     3577367  32033/python3        /tmp/net/full.sock
 7499: 00000000:14E9 00000000:0000 07 00000000:00033E00 00:00000000 00000000     0        0 3577364 2 000000007db46532 2834
000000004df9fc00: 00000002 00000000 00010000 0001 01 3577367 /tmp/net/full.sock
00279d13 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
python3 32033 root    3u  IPv4 3577361      0t0  TCP 10.99.0.2:8080 (LISTEN)
6: va@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc tbf state UP group default qlen 1000
    inet 10.99.0.1/24 scope global va
    RX:  bytes packets errors dropped  missed   mcast
va@if5           UP             10.99.0.1/24 fd99::1/64
default via 10.99.0.2 dev va proto dhcp metric 100
100:	from all fwmark 0x1/0x1 lookup 100
10.99.0.2 dev va lladdr 96:81:b8:95:45:b4 REACHABLE
[{"ifindex":6,"ifname":"va","mtu":1500,"addr_info":[{"local":"10.99.0.1","prefixlen":24}]}]
eth0      Link encap:Ethernet  HWaddr 02:4a:26:b7:e6:84
          inet addr:172.1.57.200  Bcast:172.1.63.255  Mask:255.255.224.0
vb: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        RX packets 48  bytes 5054 (4.9 KiB)
Iface   MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
vb               1500       35      1      2 3            26      4      5      6 BMRU
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
10.97.0.0       0.0.0.0         255.255.240.0   U     0      0        0 br0
? (10.99.0.2) at 96:81:b8:95:45:b4 [ether] on va
Features for va:
rx-checksumming: on
qdisc tbf 8001: dev va root refcnt 3 rate 1Mbit burst 4Kb lat 50ms
 Sent 4602 bytes 44 pkt (dropped 3, overlimits 9 requeues 1)
br0		8000.563e4cb1cae6	no		vx0
06:11:42.716014 IP 10.99.0.1.51980 > 10.99.0.2.8000: Flags [S], seq 850952178, win 64240, options [mss 1460,sackOK,TS val 3122846954 ecr 0,nop,wscale 10], length 0
06:11:42.716014 IP (tos 0x0, ttl 64, id 865, offset 0, flags [DF], proto TCP (6), length 60)
	0x0000:  4500 0086 0363 4000 4006 2247 0a63 0001  E....c@.@."G.c..
    1   0.000000    10.99.0.1 → 10.99.0.2    TCP 74 51980 → 8000 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
Frame 4: 131 bytes on wire (1048 bits), 131 bytes captured (1048 bits)
Transmission Control Protocol, Src Port: 31425, Dst Port: 33581, Seq: 1, Ack: 1, Len: 63
00:00:18:04:00:00:00:00:00:00:04:00:40:00:00:00:05:00:40:00:00
* Connected to 10.99.0.2 (10.99.0.2) port 8080 (#0)
curl: (28) Operation timed out after 2001 milliseconds with 0 bytes received
nc: connect to 10.99.0.2 port 8001 (tcp) failed: Connection refused
PING 10.99.0.2 (10.99.0.2) 56(84) bytes of data.
2 packets transmitted, 2 received, 0% packet loss, time 1021ms
Complete requests:      200
Running 1s test @ http://10.99.0.2:8000/nope
CONTAINER ID   IMAGE     COMMAND   CREATED        STATUS        PORTS     NAMES
49b4135534da   nginx     "nginx"   2 months ago   Up 2 months             web`.split('\n')

/** Real rows, cut, glued, shuffled, with foreign words between. */
const row = fc.constantFrom(...ROWS)
const mutated = fc.oneof(
  { weight: 3, arbitrary: row },
  fc.tuple(row, fc.nat({ max: 120 })).map(([text, at]) => text.slice(0, at)),
  fc.tuple(row, fc.nat({ max: 120 })).map(([text, at]) => text.slice(at)),
  fc
    .tuple(row, fc.nat({ max: 80 }), fc.string({ maxLength: 6 }))
    .map(([text, at, s]) => text.slice(0, at) + s + text.slice(at)),
  fc
    .tuple(row, fc.nat({ max: 20 }), fc.constantFrom('-1', '99999999999999999999', 'NaN', '', '*', '::', '__proto__'))
    .map(([text, at, word]) =>
      text
        .split(' ')
        .with(Math.min(at, text.split(' ').length - 1), word)
        .join(' '),
    ),
  fc.tuple(row, row).map(([a, b]) => `${a} ${b}`),
  fc.string({ maxLength: 60 }),
)
const text = fc
  .array(mutated, { maxLength: 14 })
  .map((lines) => lines.map((line) => line.replaceAll(/[\r\n]/g, ' ')).join('\n'))

/** Every number in it that is no count of ours is a number that can be; every address stands in the text. */
function checkSane(content: readonly Content[], lines: number): void {
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'number') {
      expect(Number.isFinite(value) && value >= 0, `${key} = ${value}`).toBe(true)
      if (key === 'line') expect(value).toBeLessThanOrEqual(lines)
    } else if (Array.isArray(value)) for (const one of value) walk(one, key)
    else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof Map))
      for (const [name, one] of Object.entries(value)) walk(one, name)
  }
  for (const one of content) if (one.question !== 'sockets') walk(one, '')
}

/** What the text names; canonical spelling aside, since `::` and decimal ports of hexadecimal rows are computed. */
function namesIn(content: readonly Content[]): readonly string[] {
  return content.flatMap((one) => {
    if (one.question !== 'network') return []
    const { links, routes, nics, bridges, probes } = one.network
    return [
      ...(links ?? []).map(({ name }) => name),
      ...(routes ?? []).flatMap(({ via }) => via ?? []),
      ...(nics ?? []).map(({ name }) => name).filter((name) => name !== '?'),
      ...(bridges ?? []).flatMap(({ name, ports }) => [name, ...ports]),
      ...(probes ?? []).map(({ target }) => target.address).filter((name) => name !== '?'),
    ]
  })
}

describe.each(FORMATS.map((format) => [format.name, format] as const))('%s', (_, format) => {
  it('never throws, never invents', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (input, commanded) => {
        const read = readWith(format, input, commanded ? { command: 'x' } : {})
        checkSane(read.content, input.split('\n').length)
        for (const name of namesIn(read.content)) expect(input).toContain(name)
      }),
      { numRuns: 150 },
    )
  })

  it('looks at a line of any length once', () => {
    const units = [
      ' ',
      '\t',
      'a',
      '0',
      '0 ',
      'a:',
      '1.',
      '::',
      '((',
      '[',
      '"',
      ',',
      '> ',
      '- ',
      '00:',
      'ff ',
      'x=1 ',
      '(a',
      '→ ',
      '\\',
    ]
    const before = performance.now()
    for (const unit of units) {
      readWith(format, unit.repeat(200_000 / unit.length))
      for (const head of ROWS) readWith(format, head + unit.repeat(20_000 / unit.length))
    }
    expect(performance.now() - before).toBeLessThan(8000)
  }, 30_000)
})
