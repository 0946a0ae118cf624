import { expect, it } from 'vitest'
import { parseProcNetstat } from './proc-net-netstat.ts'
import { parseSockstat } from './proc-net-sockstat.ts'

const parse = (text: string) => parseProcNetstat(text, (line) => ({ file: 'f', line, command: null }))

it('pairs names and values by position, under the names of nstat', () => {
  const { counters, warnings } = parse(
    'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 12 13\nIpExt: InOctets\nIpExt: 9007199254740991\nTcp: MaxConn CurrEstab\nTcp: -1 7\n',
  )
  expect(warnings).toEqual([])
  expect(counters.values).toEqual({
    TcpExtSyncookiesSent: 0,
    TcpExtListenOverflows: 12,
    TcpExtListenDrops: 13,
    IpExtInOctets: 9007199254740991,
    TcpMaxConn: -1,
    TcpCurrEstab: 7,
  })
  expect(counters.origins.TcpExtListenDrops).toMatchObject({ line: 2 })
  expect(counters).toMatchObject({ kind: 'total', absentIsZero: false })
})

it('leaves out what a number cannot hold, and what is none, and says so', () => {
  const { counters, warnings } = parse('IpExt: InOctets OutOctets X\nIpExt: 9007199254740993 5 y\n')
  expect(counters.values).toEqual({ IpExtOutOctets: 5 })
  expect(warnings.map((one) => one.message)).toEqual([
    'IpExtInOctets: not a whole number below 2^53: 9007199254740993',
    'IpExtX: not a whole number below 2^53: y',
  ])
})

it('keeps what stands on both lines when they differ in length, and passes over a head without a body', () => {
  const { counters, warnings } = parse('TcpExt: A B C\nTcpExt: 1 2\nUdp: A B\n')
  expect(counters.values).toEqual({ TcpExtA: 1, TcpExtB: 2 })
  expect(warnings).toHaveLength(1)
})

it('reads sockstat, both families added', () => {
  const text = 'sockets: used 291\nTCP: inuse 5 orphan 1 tw 2 alloc 7 mem 3\nUDP: inuse 2 mem 0\nTCP6: inuse 4\n'
  expect(parseSockstat(text)).toEqual({ tcpInUse: 9, orphans: 1, timeWait: 2, allocated: 7, memPages: 3 })
})

it('sockstat: what does not stand there is null', () => {
  expect(parseSockstat('TCP6: inuse 4')).toEqual({
    tcpInUse: 4,
    orphans: null,
    timeWait: null,
    allocated: null,
    memPages: null,
  })
  expect(parseSockstat('')).toMatchObject({ tcpInUse: null })
})
