import fc from 'fast-check'
import { expect, test } from 'vitest'
import { damaged, fixtureLines, linesOf } from '../../test/fixture-lines.ts'
import { parseIpsetList } from './ipset-list.ts'
import { parseIpvs } from './ipvsadm.ts'

const LIST = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:443 rr persistent 10800
  -> 10.20.0.5:6443               Masq    1      4          0
TCP  10.20.0.5:30080 rr
  -> 10.44.0.11:8080              Masq    1      2          7
  -> 10.44.0.12:8080              Masq    0      1          0
UDP  10.96.0.2:53 rr
  -> 10.44.0.2:53                 Masq    1      0          118
TCP  [fd96::a]:80 wlc
  -> [fd44::b]:8080               Masq    1      0          0
FWM  3 wlc
  -> 10.44.0.30:0                 Route   1      0          0
`

test('ipvsadm -ln', () => {
  const { value, notUnderstood } = parseIpvs(linesOf(LIST))
  expect(notUnderstood).toEqual([])
  expect(
    value.services.map((one) => [
      one.protocol,
      one.address,
      one.port,
      one.scheduler,
      one.persistentSeconds,
      one.servers.length,
    ]),
  ).toEqual([
    ['tcp', '10.96.0.1', 443, 'rr', 10800, 1],
    ['tcp', '10.20.0.5', 30080, 'rr', null, 2],
    ['udp', '10.96.0.2', 53, 'rr', null, 1],
    ['tcp', 'fd96::a', 80, 'wlc', null, 1],
    ['fwmark', 'fwmark 3', null, 'wlc', null, 1],
  ])
  expect(value.services[1]?.servers[1]).toMatchObject({
    address: '10.44.0.12',
    port: 8080,
    forward: 'Masq',
    weight: 0,
    activeConnections: 1,
    inactiveConnections: 0,
  })
})

test('squeezed columns and a grep without heads read alike', () => {
  const squeezed = parseIpvs(linesOf(LIST.replace(/ +/g, ' ')))
  const bare = parseIpvs(linesOf(LIST.split('\n').slice(3).join('\n')))
  const told = (read: typeof bare) =>
    read.value.services.map((one) => ({ ...one, line: 0, servers: one.servers.map((to) => ({ ...to, line: 0 })) }))
  expect(told(squeezed)).toEqual(told(parseIpvs(linesOf(LIST))))
  expect(told(bare)).toEqual(told(squeezed))
})

test('--stats has counters in the place of weights', () => {
  const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes
  -> RemoteAddress:Port
TCP  10.20.0.5:30080                     9       63       45     4212     3890
  -> 10.44.0.11:8080                     9       63       45     4212     3890`
  const { value, notUnderstood } = parseIpvs(linesOf(text))
  expect(notUnderstood).toEqual([])
  expect(value.services).toMatchObject([
    {
      address: '10.20.0.5',
      scheduler: null,
      servers: [{ address: '10.44.0.11', weight: null, activeConnections: null }],
    },
  ])
})

test('connections, timeouts, saved rules', () => {
  const text = `IPVS connection entries
pro expire state       source             virtual            destination
TCP 01:58  TIME_WAIT   10.44.0.9:40318    10.96.0.1:443      10.20.0.5:6443
TCP 14:59  ESTABLISHED 10.44.0.9:40320    10.96.0.1:443      10.20.0.5:6443
Timeout (tcp tcpfin udp): 900 120 300
-A -t 10.96.0.10:80 -s rr -p 600
-a -t 10.96.0.10:80 -r 10.44.0.11:8080 -m -w 1`
  const { value, notUnderstood } = parseIpvs(linesOf(text))
  expect(notUnderstood).toEqual([])
  expect(value.timeouts).toEqual({ tcp: 900, tcpFin: 120, udp: 300 })
  expect(value.connections).toMatchObject([
    { state: 'TIME_WAIT', expiresSeconds: 118, destination: { address: '10.20.0.5', port: 6443 } },
    { state: 'ESTABLISHED', expiresSeconds: 899 },
  ])
  expect(value.services).toMatchObject([
    { scheduler: 'rr', persistentSeconds: 600, servers: [{ forward: 'Masq', weight: 1 }] },
  ])
})

test('/proc/net/ip_vs and ip_vs_conn are in hexadecimal', () => {
  const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A600001:01BB rr persistent 10800000 FFFFFFFF
  -> 0A140005:192B      Masq    1      4          0
TCP  [fd96:0000:0000:0000:0000:0000:0000:000a]:0050 rr
Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
TCP 0A2C0009 9D7E 0A600001 01BB 0A140005 192B ESTABLISHED     899`
  const { value, notUnderstood } = parseIpvs(linesOf(text))
  expect(notUnderstood).toEqual([])
  expect(value.services).toMatchObject([
    { address: '10.96.0.1', port: 443, servers: [{ address: '10.20.0.5', port: 6443 }] },
    { address: 'fd96::a', port: 80 },
  ])
  expect(value.connections).toMatchObject([
    { state: 'ESTABLISHED', expiresSeconds: 899, source: { address: '10.44.0.9', port: 40318 } },
  ])
})

test('a server above any service, an error, an elision', () => {
  const read = parseIpvs(linesOf("  -> 10.44.0.11:8080 Masq 1 0 0\nCan't initialize ipvs: Protocol not available\n..."))
  expect(read).toMatchObject({ value: { services: [] }, notUnderstood: [1, 2], elided: [3] })
})

test('ipset list and ipset save name the same members', () => {
  const [listed, saved] = ['ipset-list.txt', 'ipset-save.txt'].map((name) =>
    parseIpsetList(fixtureLines(`forwarding/${name}`)),
  )
  expect(listed?.notUnderstood).toEqual([])
  expect(saved?.notUnderstood).toEqual([])
  expect(listed?.value.map((one) => [one.name, one.type, one.family, one.count])).toEqual([
    ['KUBE-CLUSTER-IP', 'hash:ip,port', 4, 1],
    ['KUBE-NODE-PORT-TCP', 'bitmap:port', null, 1],
    ['KUBE-LOOP-BACK', 'hash:ip,port,ip', 4, 1],
    ['KUBE-6-NODES', 'hash:ip', 6, 1],
  ])
  expect(saved?.value.map((one) => one.members)).toEqual(listed?.value.map((one) => one.members))
})

test('damaged texts never throw', () => {
  fc.assert(
    fc.property(damaged(LIST), (text) => {
      const { value, notUnderstood, elided } = parseIpvs(linesOf(text))
      const rows =
        value.services.length +
        value.services.reduce((sum, one) => sum + one.servers.length, 0) +
        value.connections.length
      expect(rows + notUnderstood.length + elided.length).toBeLessThanOrEqual(text.split('\n').length)
      parseIpsetList(linesOf(text))
    }),
  )
})
