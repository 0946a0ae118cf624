import { describe, expect, it } from 'vitest'
import { readWith } from '../../../test/text/read.ts'
import type { Capture } from '../../model/capture.ts'
import type { Format, ReadContext } from '../format.ts'
import { tcpdump } from './tcpdump.ts'
import { tshark } from './tshark.ts'
import { tsharkFields } from './tshark-fields.ts'
import { wiresharkDetails } from './wireshark-details.ts'

function captureIn(format: Format, text: string, context: Partial<ReadContext> = {}): Capture {
  const { content, refused } = readWith(format, text, context)
  expect(refused).toEqual([])
  const [found] = content
  if (found?.question !== 'capture') throw new Error('no capture was read')
  return found.capture
}

const times = (text: string, command: string | null): readonly (string | number | null)[][] =>
  captureIn(tcpdump, text, { command, args: command?.split(' ').slice(1) ?? [] }).packets.map(({ time, elapsed }) => [
    time?.kind ?? null,
    elapsed,
  ])

const SYN = (stamp: number) =>
  `IP 10.99.0.1.48378 > 10.99.0.2.7777: Flags [S], seq 3237521240, win 64240, options [mss 1460,sackOK,TS val ${stamp} ecr 0,nop,wscale 10], length 0`

// tcpdump 4.99 on a veth, 2026.
describe('tcpdump', () => {
  it('reads a handshake, data and a refusal', () => {
    const text = `06:11:42.716014 IP 10.99.0.1.51980 > 10.99.0.2.8000: Flags [S], seq 850952178, win 64240, options [mss 1460,sackOK,TS val 3122846954 ecr 0,nop,wscale 10], length 0
06:11:42.716036 IP 10.99.0.2.8000 > 10.99.0.1.51980: Flags [S.], seq 1719404730, ack 850952179, win 65160, options [mss 1460,sackOK,TS val 807112799 ecr 3122846954,nop,wscale 10], length 0
06:11:42.716087 IP 10.99.0.1.51980 > 10.99.0.2.8000: Flags [P.], seq 1:83, ack 1, win 63, options [nop,nop,TS val 3122846954 ecr 807112799], length 82: HTTP: GET /nope HTTP/1.1
06:11:42.743437 IP 10.99.0.2.8001 > 10.99.0.1.47986: Flags [R.], seq 0, ack 2065435414, win 0, length 0
06:11:42.748063 IP 10.99.0.1 > 10.99.0.2: ICMP echo request, id 3502, seq 1, length 64
06:11:42.760397 IP6 fd99::1.40000 > fd99::2.80: Flags [F.], seq 1, ack 1, win 63, length 0
06:11:47.966670 ARP, Request who-has 10.97.0.1 tell 10.97.0.2, length 28
06:11:48.000000 IP 10.0.0.1.5353 > 224.0.0.251.5353: 0 PTR (QM)? _ipps._tcp.local. (35)
^C8 packets captured
8 packets received by filter
2 packets dropped by kernel`
    const { packets, droppedByKernel } = captureIn(tcpdump, text, { command: 'tcpdump -nn', args: ['-nn'] })
    expect(droppedByKernel).toBe(2)
    expect(packets).toMatchObject([
      {
        protocol: 'tcp',
        family: 4,
        flags: ['SYN'],
        from: { address: '10.99.0.1', port: 51980 },
        to: { address: '10.99.0.2', port: 8000 },
        seq: 850952178,
        ack: null,
        window: 64240,
        length: 0,
        options: { mss: 1460, windowScale: 10, sackPermitted: true, timestamp: { value: 3122846954, echo: 0 } },
        elapsed: 0,
      },
      { flags: ['SYN', 'ACK'], ack: 850952179, elapsed: 0.000022 },
      { flags: ['PSH', 'ACK'], seq: 1, length: 82, options: { mss: null, sackPermitted: false } },
      { flags: ['RST', 'ACK'], window: 0, ack: 2065435414 },
      { protocol: 'icmp', from: { address: '10.99.0.1', port: null }, flags: null, length: 64 },
      {
        family: 6,
        from: { address: 'fd99::1', port: 40000 },
        to: { address: 'fd99::2', port: 80 },
        flags: ['FIN', 'ACK'],
      },
      { protocol: 'arp', from: null },
      { protocol: 'udp', to: { address: '224.0.0.251', port: 5353 } },
    ])
  })

  it.each([
    ['tcpdump -nn', `06:11:42.5 ${SYN(1000)}\n06:11:44.75 ${SYN(3250)}`, ['clock', 2.25]],
    ['tcpdump -nn', `23:59:59.5 ${SYN(1000)}\n00:00:01.5 ${SYN(3000)}`, ['clock', 2]],
    ['tcpdump -nn -t', `${SYN(1000)}\n${SYN(3250)}`, [null, null]],
    ['tcpdump -nntt', `1795241502.500000 ${SYN(1000)}\n1795241504.750000 ${SYN(3250)}`, ['epoch', 2.25]],
    ['tcpdump -ttt', ` 00:00:00.000000 ${SYN(1000)}\n 00:00:02.250000 ${SYN(3250)}`, ['delta', 2.25]],
    [
      'tcpdump -tttt',
      `2026-11-21 23:59:59.500000 ${SYN(1000)}\n2026-11-22 00:00:01.750000 ${SYN(3250)}`,
      ['date', 2.25],
    ],
    ['tcpdump -ttttt -i eth0', ` 00:00:00.000000 ${SYN(1000)}\n 00:00:02.250000 ${SYN(3250)}`, ['relative', 2.25]],
    ['tcpdump -t -t -t', `000000 ${SYN(1000)}\n2250000 ${SYN(3250)}`, ['delta', 2.25]],
  ])('%s: the time is what was asked for', (command, text, second) => {
    expect(times(text, command)[1]).toEqual(second)
  })

  it('without its command tells deltas from times since the first packet by TCP timestamps', () => {
    const at = (seconds: readonly string[], stamps: readonly number[]) =>
      seconds.map((second, i) => `00:00:${second} ${SYN(stamps[i] ?? 0)}`).join('\n')
    const stamps = [3000206334, 3000207366, 3000209378, 3000213506]
    expect(times(at(['00.000000', '01.032218', '02.011962', '04.127943'], stamps), null)).toEqual([
      ['delta', 0],
      ['delta', 1.032218],
      ['delta', 3.04418],
      ['delta', 7.172123],
    ])
    expect(times(at(['00.000000', '01.032218', '03.044180', '07.172123'], stamps), null).at(-1)).toEqual([
      'relative',
      7.172123,
    ])
    expect(times(at(['00.000000', '05.000000', '01.000000'], [0, 0, 0]), null).at(-1)).toEqual(['delta', 6])
  })

  it('says that it does not know where nothing tells', () => {
    const plain = (second: string) => `00:00:${second} IP 10.0.0.1.1 > 10.0.0.2.80: Flags [S], seq 1, win 1, length 0`
    expect(times([plain('00.000000'), plain('01.000000'), plain('03.000000')].join('\n'), null).at(-1)).toEqual([
      'unknown',
      null,
    ])
  })

  it('sums no deltas behind a filter', () => {
    const text = ` 00:00:00.000000 ${SYN(1000)}\n 00:00:02.250000 ${SYN(3250)}`
    const { packets } = captureIn(tcpdump, text, { command: 'tcpdump -ttt', args: ['-ttt'], filtered: true })
    expect(packets.map(({ elapsed }) => elapsed)).toEqual([null, null])
  })

  it('reads -v: two lines of IPv4, one of IPv6, checksums', () => {
    const text = `06:11:42.716014 IP (tos 0x0, ttl 64, id 865, offset 0, flags [DF], proto TCP (6), length 60)
    10.99.0.1.51980 > 10.99.0.2.8000: Flags [S], cksum 0x14f7 (incorrect -> 0x043f), seq 850952178, win 64240, options [mss 1460], length 0
06:11:42.743437 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40)
    10.99.0.2.8001 > 10.99.0.1.47986: Flags [R.], cksum 0x3a22 (correct), seq 0, ack 2065435414, win 0, length 0
06:11:42.760397 IP6 (flowlabel 0x5d88f, hlim 64, next-header TCP (6) payload length: 40) fd99::1.40000 > fd99::2.80: Flags [S], cksum 0x1 (correct), seq 5, win 1, length 0`
    expect(captureIn(tcpdump, text, { command: 'tcpdump -v', args: ['-v'] }).packets).toMatchObject([
      { flags: ['SYN'], badChecksum: true, seq: 850952178, to: { port: 8000 } },
      { flags: ['RST', 'ACK'], badChecksum: false },
      { family: 6, flags: ['SYN'], to: { address: 'fd99::2', port: 80 } },
    ])
  })

  it('reads VXLAN: the inner packet inside the outer one, plain, -e and -v', () => {
    const inner = '10.97.0.1.52584 > 10.97.0.2.7001: Flags [S], seq 2981145667, win 64860, options [mss 1410], length 0'
    const texts = [
      `06:11:42.7 IP 10.99.0.1.43762 > 10.99.0.2.8472: OTV, flags [I] (0x08), overlay 0, instance 100\nIP ${inner}`,
      `06:11:42.7 IP 10.99.0.1.43762 > 10.99.0.2.4789: VXLAN, flags [I] (0x08), vni 100\nIP ${inner}`,
      `06:11:42.7 fe:2c:60:c5:d3:01 > 96:81:b8:95:45:b4, ethertype IPv4 (0x0800), length 124: 10.99.0.1.43762 > 10.99.0.2.8472: OTV, flags [I] (0x08), overlay 0, instance 100
56:3e:4c:b1:ca:e6 > 0e:c7:c3:4a:16:96, ethertype IPv4 (0x0800), length 74: ${inner}`,
      `06:11:42.7 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 110)
    10.99.0.1.43762 > 10.99.0.2.8472: OTV, flags [I] (0x08), overlay 0, instance 100
IP (tos 0x0, ttl 64, id 16546, offset 0, flags [DF], proto TCP (6), length 60)
    ${inner}`,
      `06:11:42.7 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 110)
    10.99.0.1.43762 > 10.99.0.2.8472: [bad udp cksum 0x68db -> 0x07ae!] OTV, flags [I] (0x08), overlay 0, instance 100
IP (tos 0x0, ttl 64, id 16546, offset 0, flags [DF], proto TCP (6), length 60)
    ${inner}`,
    ]
    for (const text of texts) {
      const { packets } = captureIn(tcpdump, text)
      expect(packets).toMatchObject([
        {
          protocol: 'udp',
          vni: 100,
          inner: { protocol: 'tcp', flags: ['SYN'], to: { address: '10.97.0.2', port: 7001 } },
        },
      ])
      expect(packets[0]?.flags).toBeNull()
    }
  })

  it('reads `-i any`, names, old flags, -q', () => {
    const text = `06:11:57.855290 va    In  IP 10.0.0.1.1234 > 10.0.0.2.80: Flags [.], ack 1, win 63, length 0
06:11:58.0 IP client.example.com.52584 > web-0.http: Flags [SEW], seq 1, win 1, length 0
06:11:59.0 IP 10.0.0.1.1234 > 10.0.0.2.80: S 416500297:416500297(0) win 5840 <mss 1460,sackOK,timestamp 1 0,nop,wscale 7>
06:11:59.1 IP 10.0.0.2.80 > 10.0.0.1.1234: S 7:7(0) ack 416500298 win 5792 <mss 1460>
06:11:59.2 IP 10.0.0.1.1234 > 10.0.0.2.80: . ack 1 win 46
06:11:59.3 IP 10.0.0.1.1234 > 10.0.0.2.80: P 1:83(82) ack 1 win 46
06:12:00.0 IP 10.0.0.1.1234 > 10.0.0.2.80: tcp 82`
    expect(captureIn(tcpdump, text).packets).toMatchObject([
      { link: 'va', flags: ['ACK'] },
      {
        from: { address: 'client.example.com', port: 52584 },
        to: { address: 'web-0', port: 80 },
        flags: ['SYN', 'ECE', 'CWR'],
      },
      { flags: ['SYN'], seq: 416500297, length: 0, options: { windowScale: 7, timestamp: { value: 1, echo: 0 } } },
      { flags: ['SYN', 'ACK'], ack: 416500298 },
      { flags: ['ACK'], seq: null },
      { flags: ['PSH', 'ACK'], length: 82 },
      { protocol: 'tcp', flags: null, length: 82 },
    ])
  })

  const DUMP = `\t0x0000:  4500 0086 0363 4000 4006 2247 0a63 0001  E....c@.@."G.c..
\t0x0010:  0a63 0002 cb0c 1f40 32b8 7ff3 667c 08bb  .c.....@2...f|..
\t0x0020:  8018 003f 1541 0000 0101 080a ba22 dcea  ...?.A......."..
\t0x0030:  301b 905f 4745 5420 2f6e 6f70 6520 4854  0.._GET./nope.HT
\t0x0040:  5450 2f31 2e31 0d0a 486f 7374 3a20 3130  TP/1.1..Host:.10
\t0x0050:  2e39 392e 302e 323a 3830 3030 0d0a 5573  .99.0.2:8000..Us`

  const LINKED = `\t0x0000:  9681 b895 45b4 fe2c 60c5 d301 0800 4500  ....E..,......E.
\t0x0010:  0086 0363 4000 4006 2247 0a63 0001 0a63  ...c@.@."G.c...c
\t0x0020:  0002 cb0c 1f40 32b8 7ff3 667c 08bb 8018  .....@2...f|....
\t0x0030:  003f 1541 0000 0101 080a ba22 dcea 301b  .?.A......."..0.
\t0x0040:  905f 4745 5420 2f6e 6f70 6520 4854 5450  ._GET./nope.HTTP
\t0x0050:  2f31 2e31 0d0a 486f 7374 3a20 3130 2e39  /1.1..Host:.10.9
\t0x0060:  392e 302e 323a 3830 3030 0d0a 5573 6572  9.0.2:8000..User`

  it('decodes the payload of -X and -XX; -A has none', () => {
    const head = '06:11:42.716087 IP 10.99.0.1.51980 > 10.99.0.2.8000: Flags [P.], seq 1:83, ack 1, win 63, length 82'
    const expected = { protocol: 'http1', kind: 'request', method: 'GET', target: '/nope' }
    expect(captureIn(tcpdump, `${head}\n${DUMP}`).packets[0]?.payload).toMatchObject(expected)
    expect(captureIn(tcpdump, `${head}\n${LINKED}`).packets[0]?.payload).toMatchObject(expected)
    const ascii = `${head}\nE....c@.@."G.c..\n.c.....@2...f|..GET /nope HTTP/1.1\nHost: 10.99.0.2`
    const read = captureIn(tcpdump, ascii, { command: 'tcpdump -A', args: ['-A'] })
    expect(read.packets).toHaveLength(1)
    expect(read.packets[0]?.payload).toBeNull()
  })

  it('a packet that breaks off is lost', () => {
    expect(readWith(tcpdump, '06:11:42.716014 IP 10.99.0.1.519').lost).toBe(1)
  })

  it.each([
    'at 06:11:42 the node went away',
    '06:11:42 INFO a > b: done',
    'IP address > none',
    '10:00:00.5 kubelet[1]: started',
    '3 packets',
  ])('does not take for a packet: %s', (text) => {
    expect(tcpdump.opens(text)).toBe(false)
  })
})

describe('tshark', () => {
  it('reads the packet list, with retransmissions marked', () => {
    const text = `    1   0.000000    10.99.0.1 → 10.99.0.2    TCP 74 51980 → 8000 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=3122846954 TSecr=0 WS=1024
    2   0.000022    10.99.0.2 -> 10.99.0.1    TCP 74 8000 > 51980 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM=1 WS=1024
    3   1.090609    10.99.0.1 → 10.99.0.2    TCP 74 [TCP Retransmission] 48378 → 7777 [SYN] Seq=0 Win=64240 Len=0
    4   1.1    10.99.0.1 → 10.99.0.2    HTTP 148 GET /nope HTTP/1.1
   19   1.2      fd99::1 → fd99::2      ICMPv6 118 Echo (ping) request id=0x0db0, seq=1, hop limit=64`
    expect(captureIn(tshark, text, { command: 'tshark -r x', args: ['-r', 'x'] }).packets).toMatchObject([
      {
        elapsed: 0,
        flags: ['SYN'],
        from: { address: '10.99.0.1', port: 51980 },
        options: { mss: 1460, windowScale: 10, sackPermitted: true, timestamp: { value: 3122846954, echo: 0 } },
      },
      { flags: ['SYN', 'ACK'], ack: 1, to: { port: 51980 } },
      { elapsed: 1.090609, note: 'TCP Retransmission', to: { address: '10.99.0.2', port: 7777 } },
      { protocol: 'tcp', flags: null },
      { protocol: 'icmp', family: 6 },
    ])
  })

  it('reads -t ad and -t d', () => {
    const row = (time: string) => `    1 ${time}    10.0.0.1 → 10.0.0.2    TCP 74 1 → 80 [SYN] Seq=0 Win=1 Len=0`
    const dated = captureIn(tshark, `${row('2026-11-21 06:11:42.5')}\n${row('2026-11-21 06:11:44.5')}`)
    expect(dated.packets.map(({ elapsed }) => elapsed)).toEqual([0, 2])
    const deltas = captureIn(tshark, [row('0.000000'), row('1.5'), row('2.0')].join('\n'), {
      command: 'tshark -t d',
      args: ['-t', 'd'],
    })
    expect(deltas.packets.map(({ elapsed }) => elapsed)).toEqual([0, 1.5, 3.5])
  })
})

describe('tshark -T fields', () => {
  it.each([
    ['by the command', '', '0x0002', '0x0012'],
    [
      'by the head',
      'frame.time_relative\tip.src\ttcp.srcport\tip.dst\ttcp.dstport\ttcp.flags\ttcp.len\n',
      '0x0002',
      '0x0012',
    ],
    ['flags as letters', '', '··········S·', '·······A··S·'],
  ])('tells the columns %s', (_, head, syn, ack) => {
    const rows = `${head}0.000000000\t10.99.0.1\t51980\t10.99.0.2\t8000\t${syn}\t0
0.000022000\t10.99.0.2,10.97.0.2\t8000\t10.99.0.1,10.97.0.1\t51980\t${ack}\t0`
    const asked =
      '-T fields -e frame.time_relative -e ip.src -e tcp.srcport -e ip.dst -e tcp.dstport -e tcp.flags -e tcp.len'
    const { packets } = captureIn(tsharkFields, rows, head === '' ? { command: 'tshark', args: asked.split(' ') } : {})
    expect(packets).toMatchObject([
      { protocol: 'tcp', flags: ['SYN'], from: { address: '10.99.0.1', port: 51980 }, length: 0, elapsed: 0 },
      { flags: ['SYN', 'ACK'], to: { address: '10.99.0.1', port: 51980 }, elapsed: 0.000022 },
    ])
  })

  it('a row with more columns is lost; without columns nothing is read', () => {
    expect(readWith(tsharkFields, '1\t2\t3', { command: 'tshark', args: ['-e', 'ip.src', '-e', 'ip.dst'] }).lost).toBe(
      1,
    )
    expect(readWith(tsharkFields, '1\t2\t3').content).toEqual([])
  })
})

describe('Wireshark’s packet details', () => {
  const HEAD = `Frame 4: 131 bytes on wire (1048 bits), 131 bytes captured (1048 bits)
Linux cooked capture
Internet Protocol Version 4, Src: 172.1.57.200, Dst: 172.1.41.207
Transmission Control Protocol, Src Port: 31425, Dst Port: 33581, Seq: 1, Ack: 1, Len: 63
Data (63 bytes)
    Data: 000018040000000000000400400000000500400000000600...
    [Length: 63]`
  const BYTES =
    '00:00:18:04:00:00:00:00:00:00:04:00:40:00:00:00:05:00:40:00:00:00:06:00:00:20:00:fe:03:00:00:00:01:00:00:04:08:00:00:00:00:00:00:3f:00:01:00:00:08:06:00:00:00:00:00:00:00:00:00:00:00:00:00'
  const GREETING = {
    protocol: 'http2',
    from: 'server',
    grpc: true,
    frames: [
      { type: 'SETTINGS', settings: { '0xfe03': 1, MAX_HEADER_LIST_SIZE: 8192 } },
      { type: 'WINDOW_UPDATE', increment: 4128769 },
      { type: 'PING' },
    ],
  }

  it.each([
    ['colons below a remark', `${HEAD}\n--- 具体为\n${BYTES}`],
    ['colons at once', `${HEAD}\n${BYTES}`],
    ['a whole plain row', HEAD.replace(/Data: \S+/, `Data: ${BYTES.replaceAll(':', '')}`)],
  ])('decodes the bytes: %s', (_, text) => {
    const [packet] = captureIn(wiresharkDetails, text).packets
    expect(packet).toMatchObject({
      protocol: 'tcp',
      from: { address: '172.1.57.200', port: 31425 },
      to: { address: '172.1.41.207', port: 33581 },
      seq: 1,
      ack: 1,
      length: 63,
      payload: GREETING,
    })
  })

  it('reads several frames of tshark -V, their times, flags and options', () => {
    const frame = (
      number: number,
      seconds: string,
    ) => `Frame ${number}: 74 bytes on wire (592 bits), 74 bytes captured (592 bits)
    Arrival Time: Nov 21, 2026 06:11:42.716014000 UTC
    [Time since reference or first frame: ${seconds} seconds]
Ethernet II, Src: fe:2c:60:c5:d3:01 (fe:2c:60:c5:d3:01), Dst: 96:81:b8:95:45:b4 (96:81:b8:95:45:b4)
Internet Protocol Version 4, Src: 10.99.0.1, Dst: 10.99.0.2
Transmission Control Protocol, Src Port: 51980, Dst Port: http-alt (8080), Seq: 0, Len: 0
    Flags: 0x002 (SYN)
    Window: 64240
        TCP Option - Maximum segment size: 1460 bytes
        TCP Option - Timestamps: TSval 3122846954, TSecr 0
`
    const { packets } = captureIn(wiresharkDetails, frame(1, '0.000000000') + frame(2, '1.027782000'))
    expect(packets).toMatchObject([
      { flags: ['SYN'], window: 64240, options: { mss: 1460, timestamp: { value: 3122846954 } }, to: { port: 8080 } },
      { elapsed: 1.027782 },
    ])
  })
})
