import { describe, expect, it } from 'vitest'
import { transcript } from '../../test/text/read.ts'
import { snapshotSchema } from '../model/schema.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { transcriptHost } from '../sys/transcript-host.ts'
import { collectSnapshot } from './collect.ts'

async function snapshotOf(...commands: readonly string[]): Promise<Snapshot> {
  const { nodes } = await transcript(`\`\`\`\n${commands.map((one) => `[root@n1 ~]# ${one}`).join('\n')}\n\`\`\``)
  const [reading] = nodes[0]?.readings ?? []
  if (!reading) throw new Error('nothing was read')
  return collectSnapshot(transcriptHost(reading))
}

const ADDR = `ip addr
6: va@if5: <BROADCAST,UP> mtu 1500 qdisc tbf state UP group default qlen 1000
    link/ether fe:2c:60:c5:d3:01 brd ff:ff:ff:ff:ff:ff
    inet 10.99.0.1/24 scope global va`
const TABLE = `netstat -i
Iface   MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
va      1500       35      1      2 3            26      4      5      6 BMRU`
const UDP = `ss -uan | grep 5353
UNCONN 212480 0            0.0.0.0:5353       0.0.0.0:*`
const UNIX = `ss -xl
Netid State  Recv-Q Send-Q      Local Address:Port    Peer Address:Port
u_str LISTEN 4      3      /tmp/net/full.sock 3577367            * 0`
const CAPTURE = `tcpdump -nn -ttt
 00:00:00.000000 IP 10.0.0.3.24568 > 172.16.1.21.80: Flags [S], seq 7, win 29200, length 0
 00:00:01.032218 IP 10.0.0.3.24568 > 172.16.1.21.80: Flags [S], seq 7, win 29200, length 0`
const DUMP = `tcpdump -X
06:11:42.716087 IP 10.99.0.1.51980 > 10.99.0.2.8000: Flags [P.], seq 1:83, ack 1, win 63, length 82
\t0x0000:  4500 0086 0363 4000 4006 2247 0a63 0001  E....c@.@."G.c..
\t0x0010:  0a63 0002 cb0c 1f40 32b8 7ff3 667c 08bb  .c.....@2...f|..
\t0x0020:  8018 003f 1541 0000 0101 080a ba22 dcea  ...?.A......."..
\t0x0030:  301b 905f 4745 5420 2f6e 6f70 6520 4854  0.._GET./nope.HT
\t0x0040:  5450 2f31 2e31 0d0a 486f 7374 3a20 3130  TP/1.1..Host:.10`
const DOCKER = `docker ps
CONTAINER ID   IMAGE     COMMAND   CREATED        STATUS        PORTS     NAMES
49b4135534da   nginx     "nginx"   2 months ago   Up 2 months             web`
const PROBE = 'nc -zv 10.99.0.2 80\nnc: connect to 10.99.0.2 port 80 (tcp) failed: Connection refused'

describe('the network of a namespace', () => {
  it('is united from several outputs; each list knows whether it is whole', async () => {
    const { netns } = await snapshotOf(ADDR, TABLE, UDP, UNIX, PROBE)
    const network = netns[0]?.network
    if (!network?.ok) throw new Error('no network')
    const { links, addresses, udp, unix, routes, probes } = network.data
    expect(links).toMatchObject([
      { name: 'va', index: 6, mtu: 1500, mac: 'fe:2c:60:c5:d3:01', rx: { dropped: 2 }, tx: { dropped: 5 } },
    ])
    expect(addresses).toHaveLength(1)
    expect(udp).toMatchObject([{ recvQueueBytes: 212480 }])
    expect(unix).toMatchObject([{ acceptQueue: { length: 4, max: 3 } }])
    expect(probes).toMatchObject([{ outcome: 'refused' }])
    expect(routes).toBeNull()
    const whole = network.coverage.flatMap((set) => (set.of === 'keys' ? set.keys : []))
    expect([...new Set(whole)].sort()).toEqual(['addresses', 'links'])
    expect(network.coverage).toContainEqual({
      of: 'and',
      sets: [
        { of: 'keys', keys: ['unix'] },
        { of: 'state', state: 'LISTEN' },
      ],
    })
    expect(network.cuts).toContain('grep 5353')
  })

  it('says nothing of TCP', async () => {
    const { netns } = await snapshotOf(UDP, UNIX)
    expect(netns[0]?.listeners).toMatchObject({ ok: false, reason: 'absent' })
  })

  it('is absent where nobody captured it', async () => {
    const { netns, captures, containers } = await snapshotOf('nstat -az\nTcpExtListenDrops 1 0.0')
    const absent = { ok: false, reason: 'absent' }
    expect([netns[0]?.network, captures, containers]).toMatchObject([absent, absent, absent])
  })

  it('captures and containers stand beside the namespaces, and all of it fits the published schema', async () => {
    const snapshot = await snapshotOf(ADDR, UNIX, CAPTURE, DUMP, DOCKER, PROBE)
    const { captures, containers } = snapshot
    if (!captures.ok || !containers.ok) throw new Error('both are expected')
    expect(captures.data.map(({ tool, packets }) => `${tool} ${packets.at(-1)?.elapsed}`)).toEqual([
      'tcpdump 1.032218',
      'tcpdump 0',
    ])
    expect(captures.data[1]?.packets[0]?.payload).toMatchObject({ protocol: 'http1' })
    expect(containers.data).toMatchObject([{ name: 'web', state: 'running' }])
    expect(snapshotSchema.parse(structuredClone(snapshot))).toEqual(snapshot)
  })
})
