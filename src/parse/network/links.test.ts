import { describe, expect, it } from 'vitest'
import { readWith } from '../../../test/text/read.ts'
import type { Network } from '../../model/network.ts'
import type { Format, ReadContext } from '../format.ts'
import { arp } from './arp.ts'
import { bridge } from './bridge.ts'
import { ethtool } from './ethtool.ts'
import { ifconfig } from './ifconfig.ts'
import { interfaceTable } from './interface-table.ts'
import { ipJson } from './ip-json.ts'
import { ipLink } from './ip-link.ts'
import { ipRoute } from './ip-route.ts'
import { routeTable } from './route-table.ts'
import { tcQdisc } from './tc-qdisc.ts'

function networkIn(format: Format, text: string, context: Partial<ReadContext> = {}): Network {
  const { content, refused } = readWith(format, text, context)
  expect(refused).toEqual([])
  const found = content.find((one) => one.question === 'network')
  if (found?.question !== 'network') throw new Error('no network was read')
  return found.network
}

describe('ip addr, ip link', () => {
  it('reads links with their counters and addresses (iproute2 6.1)', () => {
    const text = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
6: va@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc tbf master br0 state UP group default qlen 1000
    link/ether fe:2c:60:c5:d3:01 brd ff:ff:ff:ff:ff:ff link-netns ntb
    inet 10.99.0.1/24 scope global va
       valid_lft forever preferred_lft forever
    inet6 fd99::1/64 scope global nodad
       valid_lft forever preferred_lft forever
    RX:  bytes packets errors dropped  missed   mcast
          3086      30      1       2       3      10
    TX:  bytes packets errors dropped carrier collsns
          5054      48      4       5       6       0`
    const { links, addresses } = networkIn(ipLink, text)
    expect(links).toMatchObject([
      { name: 'lo', index: 1, peer: null, mtu: 65536, state: 'UNKNOWN', rx: null, mac: '00:00:00:00:00:00' },
      {
        name: 'va',
        index: 6,
        peer: 'if5',
        mtu: 1500,
        state: 'UP',
        master: 'br0',
        qlen: 1000,
        rx: { bytes: 3086, packets: 30, errors: 1, dropped: 2, overruns: 3, carrier: null },
        tx: { bytes: 5054, packets: 48, errors: 4, dropped: 5, overruns: null, carrier: 6 },
      },
    ])
    expect(addresses?.map((one) => `${one.link} ${one.address}/${one.prefix} ${one.scope}`)).toEqual([
      'lo 127.0.0.1/8 host',
      'va 10.99.0.1/24 global',
      'va fd99::1/64 global',
    ])
  })

  it('reads -br, -o and -d', () => {
    const brief = `lo               UNKNOWN        127.0.0.1/8 ::1/128
va@if5           UP             10.99.0.1/24 fd99::1/64
vx0              DOWN           56:3e:4c:b1:ca:e6 <BROADCAST,MULTICAST>`
    const network = networkIn(ipLink, brief)
    expect(network.links?.map(({ name, state, peer, mac }) => [name, state, peer, mac])).toEqual([
      ['lo', 'UNKNOWN', null, null],
      ['va', 'UP', 'if5', null],
      ['vx0', 'DOWN', null, '56:3e:4c:b1:ca:e6'],
    ])
    expect(network.addresses).toHaveLength(4)
    const oneLine = `6: va    inet 10.99.0.1/24 scope global va\\       valid_lft forever preferred_lft forever
3: vx0: <BROADCAST,MULTICAST,UP> mtu 1450 qdisc noqueue state DOWN qlen 1000\\    link/ether 56:3e:4c:b1:ca:e6 brd ff:ff:ff:ff:ff:ff`
    const { links, addresses } = networkIn(ipLink, oneLine)
    expect(links).toMatchObject([{ name: 'vx0', mac: '56:3e:4c:b1:ca:e6', mtu: 1450 }])
    expect(addresses).toMatchObject([{ link: 'va', address: '10.99.0.1' }])
    const detailed = `3: vx0: <BROADCAST,UP> mtu 1450 qdisc noqueue master br0 state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether 56:3e:4c:b1:ca:e6 brd ff:ff:ff:ff:ff:ff promiscuity 1  allmulti 1 minmtu 68 maxmtu 65535
    vxlan id 100 remote 10.99.0.2 dev va srcport 0 0 dstport 8472 ttl auto ageing 300
    bridge_slave state forwarding priority 32 cost 2 hairpin off`
    expect(networkIn(ipLink, detailed).links).toHaveLength(1)
  })

  it.each(['3: the third point', '1: lo', '12: see <above>', 'UP and away 10/2', 'lo DOWN'])(
    'does not take for a link: %s',
    (text) => {
      expect(ipLink.opens(text)).toBe(false)
    },
  )
})

describe('ip route, rule, neigh', () => {
  it('reads routes of all kinds', () => {
    const text = `default via 10.99.0.2 dev va proto dhcp metric 100
10.97.0.0/24 dev br0 proto kernel scope link src 10.97.0.1 linkdown
blackhole 10.98.0.0/16
local 10.97.0.1 dev br0 table local proto kernel scope host src 10.97.0.1
10.1.0.0/16 via inet6 fe80::1 dev va mtu 1400
172.16.0.0/12 proto bird metric 32
\tnexthop via 10.0.0.1 dev eth0 weight 1
\tnexthop via 10.0.0.2 dev eth1 weight 1
fe80::/64 dev va proto kernel metric 256 pref medium`
    const routes = networkIn(ipRoute, text).routes ?? []
    expect(
      routes.map(({ type, to, via, link, metric, table, mtu }) => [type, to, via, link, metric, table, mtu]),
    ).toEqual([
      ['unicast', 'default', '10.99.0.2', 'va', 100, null, null],
      ['unicast', '10.97.0.0/24', null, 'br0', null, null, null],
      ['blackhole', '10.98.0.0/16', null, null, null, null, null],
      ['local', '10.97.0.1', null, 'br0', null, 'local', null],
      ['unicast', '10.1.0.0/16', 'fe80::1', 'va', null, null, 1400],
      ['unicast', '172.16.0.0/12', null, null, 32, null, null],
      ['unicast', '172.16.0.0/12', '10.0.0.1', 'eth0', 32, null, null],
      ['unicast', '172.16.0.0/12', '10.0.0.2', 'eth1', 32, null, null],
      ['unicast', 'fe80::/64', null, 'va', 256, null, null],
    ])
  })

  it('reads rules and neighbours', () => {
    const rules = networkIn(
      ipRoute,
      '0:\tfrom all lookup local\n100:\tfrom all fwmark 0x1/0x1 lookup 100\n200:\tnot from 10.0.0.0/8 unreachable',
    ).rules
    expect(rules?.map(({ priority, match, action }) => [priority, match, action])).toEqual([
      [0, 'from all', 'lookup local'],
      [100, 'from all fwmark 0x1/0x1', 'lookup 100'],
      [200, 'not from 10.0.0.0/8', 'unreachable'],
    ])
    const text =
      '10.99.0.2 dev va lladdr 96:81:b8:95:45:b4 REACHABLE\n10.99.0.9 dev va  FAILED\nfe80::1 dev va lladdr 96:81:b8:95:45:b4 router STALE'
    expect(networkIn(ipRoute, text).neighbours).toMatchObject([
      { address: '10.99.0.2', link: 'va', mac: '96:81:b8:95:45:b4', state: 'REACHABLE' },
      { address: '10.99.0.9', mac: null, state: 'FAILED' },
      { address: 'fe80::1', state: 'STALE' },
    ])
    const asked = networkIn(ipRoute, '10.99.0.2 lladdr 96:81:b8:95:45:b4 STALE', {
      args: ['neigh', 'show', 'dev', 'va'],
    })
    expect(asked.neighbours).toMatchObject([{ link: 'va', state: 'STALE' }])
  })

  it('reads net-tools tables, old and new', () => {
    const text = `Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.99.0.2       0.0.0.0         UG    100    0        0 va
10.97.0.0       0.0.0.0         255.255.240.0   U     0      0        0 br0
10.98.0.1       -               255.255.255.255 !H    0      -        0 -
Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref  Use If
fd99::/64                      ::                         U    256 2      0 va
::/0                           fe80::1                    UG   1024 1     0 va`
    expect(networkIn(routeTable, text).routes?.map((one) => [one.to, one.via, one.link, one.metric, one.type])).toEqual(
      [
        ['default', '10.99.0.2', 'va', 100, 'unicast'],
        ['10.97.0.0/20', null, 'br0', 0, 'unicast'],
        ['10.98.0.1/32', '-', null, 0, 'unreachable'],
        ['fd99::/64', null, 'va', 256, 'unicast'],
        ['default', 'fe80::1', 'va', 1024, 'unicast'],
      ],
    )
  })

  it.each(['default values are fine', 'local time dev', 'from all of us', '10 dev meetings', 'unreachable goals'])(
    'does not take for a route: %s',
    (text) => {
      expect(ipRoute.opens(text)).toBe(false)
    },
  )
})

describe('JSON of iproute2', () => {
  it('tells what each object is by its keys', () => {
    const text = `[{"ifindex":6,"link_index":5,"ifname":"va","flags":["UP"],"mtu":1500,"operstate":"UP","address":"fe:2c:60:c5:d3:01","stats64":{"rx":{"bytes":1,"packets":2,"errors":3,"dropped":4,"over_errors":5},"tx":{"bytes":6,"packets":7,"errors":8,"dropped":9,"carrier_errors":10}},"addr_info":[{"local":"10.99.0.1","prefixlen":24,"scope":"global"}]}]
[{"dst":"default","gateway":"10.99.0.2","dev":"va","flags":[]},{"type":"blackhole","dst":"10.98.0.0/16","flags":[]}]
[{"priority":100,"src":"all","fwmark":"0x1","fwmask":"0x1","table":"100"}]
[{"dst":"10.99.0.2","dev":"va","lladdr":"96:81:b8:95:45:b4","state":["REACHABLE"]}]
[{"kind":"tbf","handle":"8001:","dev":"va","packets":44,"drops":3,"overlimits":9,"requeues":0,"backlog":10,"qlen":1}]
[{"mac":"0e:c7:c3:4a:16:96","ifname":"vx0","dst":"10.99.0.2","flags":["self"]}]`
    expect(networkIn(ipJson, text)).toMatchObject({
      links: [{ name: 'va', peer: 'if5', rx: { dropped: 4, overruns: 5 }, tx: { carrier: 10 } }],
      addresses: [{ link: 'va', address: '10.99.0.1', prefix: 24 }],
      routes: [{ to: 'default', via: '10.99.0.2' }, { type: 'blackhole' }],
      rules: [{ priority: 100, match: 'from all fwmark 0x1/0x1', action: 'lookup 100' }],
      neighbours: [{ address: '10.99.0.2', state: 'REACHABLE' }],
      qdiscs: [{ kind: 'tbf', link: 'va', drops: 3, backlogPackets: 1 }],
      fdb: [{ mac: '0e:c7:c3:4a:16:96', destination: '10.99.0.2' }],
    })
  })

  it.each(['[{"ifindex":6,"ifname":"va"', '[{"ifindex":}]'])('JSON that breaks off is lost: %s', (text) => {
    expect(readWith(ipJson, text).lost).toBe(1)
  })

  it('a count below zero is not known', () => {
    expect(networkIn(ipJson, '[{"ifindex":6,"ifname":"va","mtu":-1}]').links).toMatchObject([{ mtu: null }])
  })
})

describe('ifconfig, netstat -i, /proc/net/dev', () => {
  it('reads net-tools before 2.0 and busybox', () => {
    const text = `eth0      Link encap:Ethernet  HWaddr 02:4a:26:b7:e6:84
          inet addr:172.1.57.200  Bcast:172.1.63.255  Mask:255.255.224.0
          inet6 addr: fe80::4a:26ff:feb7:e684/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:9001  Metric:1
          RX packets:14792941937 errors:1 dropped:2 overruns:3 frame:0
          TX packets:15486409042 errors:0 dropped:4 overruns:0 carrier:5
          collisions:0 txqueuelen:1000
          RX bytes:4533717705097 (4.1 TiB)  TX bytes:4424381306029 (4.0 TiB)`
    const { links, addresses } = networkIn(ifconfig, text)
    expect(links).toMatchObject([
      {
        name: 'eth0',
        mac: '02:4a:26:b7:e6:84',
        mtu: 9001,
        qlen: 1000,
        flags: ['UP', 'BROADCAST', 'RUNNING', 'MULTICAST'],
        rx: { packets: 14792941937, errors: 1, dropped: 2, overruns: 3, bytes: 4533717705097 },
        tx: { packets: 15486409042, dropped: 4, carrier: 5, bytes: 4424381306029 },
      },
    ])
    expect(addresses?.map((one) => `${one.address}/${one.prefix}`)).toEqual([
      '172.1.57.200/19',
      'fe80::4a:26ff:feb7:e684/64',
    ])
  })

  it('reads net-tools 2.10', () => {
    const text = `vb: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.99.0.2  netmask 255.255.255.0  broadcast 0.0.0.0
        inet6 fd99::2  prefixlen 64  scopeid 0x0<global>
        ether 96:81:b8:95:45:b4  txqueuelen 1000  (Ethernet)
        RX packets 48  bytes 5054 (4.9 KiB)
        RX errors 1  dropped 2  overruns 3  frame 0
        TX packets 30  bytes 3086 (3.0 KiB)
        TX errors 4  dropped 5 overruns 6  carrier 7  collisions 0`
    expect(networkIn(ifconfig, text)).toMatchObject({
      links: [
        {
          name: 'vb',
          mtu: 1500,
          rx: { packets: 48, bytes: 5054, errors: 1, dropped: 2, overruns: 3 },
          tx: { packets: 30, bytes: 3086, errors: 4, dropped: 5, overruns: 6, carrier: 7 },
        },
      ],
      addresses: [{ prefix: 24 }, { address: 'fd99::2', prefix: 64, scope: 'global' }],
    })
  })

  it('reads the tables of counters, with Met and without', () => {
    const text = `Kernel Interface table
Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
vb               1500       35      1      2 3            26      4      5      6 BMRU`
    const rx = { packets: 35, errors: 1, dropped: 2, overruns: 3 }
    expect(networkIn(interfaceTable, text).links).toMatchObject([
      { name: 'vb', mtu: 1500, rx, tx: { packets: 26, overruns: 6 } },
    ])
    const old = `Iface   MTU Met   RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
eth0       1500 0        35      1      2 3            26      4      5      6 BMRU`
    expect(networkIn(interfaceTable, old).links).toMatchObject([{ name: 'eth0', rx }])
    const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    vb:    5054      48    1    2    3     0          0         0     3086      30    4    5    6     0       7          0
  eth0:2597650166059 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0`
    expect(networkIn(interfaceTable, dev).links).toMatchObject([
      { name: 'vb', rx: { bytes: 5054, packets: 48, dropped: 2 }, tx: { carrier: 7, overruns: 6 } },
      { name: 'eth0', rx: { bytes: 2597650166059 } },
    ])
  })

  it('a row that breaks off is lost', () => {
    const head = 'Iface   MTU Met   RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg'
    expect(readWith(interfaceTable, `${head}\neth0       1500 0        35`).lost).toBe(1)
  })
})

describe('arp, ethtool, tc, bridges', () => {
  it('reads arp in its three forms', () => {
    const table = `Address                  HWtype  HWaddress           Flags Mask            Iface
10.99.0.2                ether   96:81:b8:95:45:b4   CM                    va
10.99.0.9                        (incomplete)                              va`
    const listed = '? (10.99.0.2) at 96:81:b8:95:45:b4 [ether] on va\n? (10.99.0.9) at <incomplete> on va'
    const proc = `IP address       HW type     Flags       HW address            Mask     Device
10.99.0.2        0x1         0x6         96:81:b8:95:45:b4     *        va
10.99.0.9        0x1         0x0         00:00:00:00:00:00     *        va`
    const expected = [
      { address: '10.99.0.2', link: 'va', mac: '96:81:b8:95:45:b4' },
      { address: '10.99.0.9', link: 'va', mac: null, state: 'INCOMPLETE' },
    ]
    for (const text of [table, listed, proc]) expect(networkIn(arp, text).neighbours).toMatchObject(expected)
    expect(networkIn(arp, table).neighbours?.[0]?.state).toBe('PERMANENT')
  })

  it('reads ethtool, -S, -k and -i', () => {
    const settings =
      'Settings for eth0:\n\tSupported ports: [ FIBRE ]\n\tSupported link modes:   1000baseT/Full\n\t                        10000baseT/Full\n\tSpeed: 10000Mb/s\n\tLink detected: yes'
    expect(networkIn(ethtool, settings).nics).toMatchObject([{ name: 'eth0', speed: 10000, linkDetected: true }])
    const down = 'Settings for eth0:\n\tSpeed: Unknown!\n\tLink detected: no'
    expect(networkIn(ethtool, down).nics).toMatchObject([{ speed: null, linkDetected: false }])
    const counters =
      'NIC statistics:\n     rx_queue_0_drops: 7\n     [0]: rx_ucast_packets: 12\n     big: 99999999999999999999'
    const [nic] = networkIn(ethtool, counters, { args: ['-S', 'eth0'] }).nics ?? []
    expect(nic).toMatchObject({ name: 'eth0', counters: { rx_queue_0_drops: 7 } })
    expect(nic?.counters).not.toHaveProperty('big')
    const features =
      'Features for va:\nrx-checksumming: on\ntx-checksumming: off\n\ttx-checksum-ipv4: off [fixed]\ntcp-segmentation-offload: on [requested off]'
    expect(networkIn(ethtool, features).nics?.[0]?.features).toEqual({
      'rx-checksumming': true,
      'tx-checksumming': false,
      'tx-checksum-ipv4': false,
      'tcp-segmentation-offload': true,
    })
    expect(networkIn(ethtool, 'driver: veth\nversion: 1.0\nbus-info: ', { args: ['-i', 'va'] }).nics).toMatchObject([
      { name: 'va', driver: 'veth' },
    ])
  })

  it('reads queueing disciplines with their counters', () => {
    const text = `qdisc tbf 8001: dev va root refcnt 3 rate 1Mbit burst 4Kb lat 50ms
 Sent 4602 bytes 44 pkt (dropped 3, overlimits 9 requeues 1)
 backlog 1514b 1p requeues 1
qdisc fq_codel 0: dev eth0 root refcnt 2 limit 10240p flows 1024
 Sent 1 bytes 1 pkts (dropped 0, overlimits 0 requeues 0)
 rate 0bit 0pps backlog 3Kb 2p requeues 0
  maxpacket 1514 drop_overlimit 0 new_flow_count 3 ecn_mark 0
  new_flows_len 0 old_flows_len 0`
    expect(networkIn(tcQdisc, text).qdiscs).toMatchObject([
      {
        kind: 'tbf',
        link: 'va',
        handle: '8001:',
        sentPackets: 44,
        drops: 3,
        overlimits: 9,
        backlogBytes: 1514,
        backlogPackets: 1,
      },
      { kind: 'fq_codel', link: 'eth0', backlogBytes: null, backlogPackets: 2 },
    ])
    const asked = networkIn(tcQdisc, 'qdisc noqueue 0: root refcnt 2 ', { args: ['qdisc', 'show', 'dev', 'va'] })
    expect(asked.qdiscs).toMatchObject([{ link: 'va', drops: null }])
  })

  it('reads bridges and where they send', () => {
    const show =
      'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.563e4cb1cae6\tno\t\tvx0\n\t\t\t\t\t\t\tveth1\ndocker0\t\t8000.0242ac110001\tyes'
    expect(networkIn(bridge, show).bridges).toMatchObject([
      { name: 'br0', stp: false, ports: ['vx0', 'veth1'] },
      { name: 'docker0', stp: true, ports: [] },
    ])
    const fdb = '0e:c7:c3:4a:16:96 dev vx0 dst 10.99.0.2 self\n33:33:00:00:00:01 dev br0 self permanent'
    expect(networkIn(bridge, fdb).fdb?.map(({ mac, link, destination }) => [mac, link, destination])).toEqual([
      ['0e:c7:c3:4a:16:96', 'vx0', '10.99.0.2'],
      ['33:33:00:00:00:01', 'br0', null],
    ])
  })
})
