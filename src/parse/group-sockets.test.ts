import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Holding, TcpState } from '../model/socket.ts'
import { foldSockets } from './fold-sockets.ts'
import { groupSockets } from './group-sockets.ts'
import { createSocketTable, MAX_ROWS, pushSocket, type SocketRow } from './socket-table.ts'
import { unite } from './unite-sockets.ts'

const row = (given: Partial<SocketRow>): SocketRow => ({
  state: 'ESTABLISHED',
  family: 4,
  local: { address: '10.0.0.1', port: 80 },
  peer: { address: '10.0.0.2', port: 40000 },
  recvQueue: 0,
  sendQueue: 0,
  inode: null,
  uid: null,
  cookie: null,
  drops: null,
  ageMs: null,
  holding: 'unknown',
  processes: null,
  line: 1,
  ...given,
})

const listener = (address: string, port: number, given: Partial<SocketRow> = {}) =>
  row({ state: 'LISTEN', local: { address, port }, peer: null, sendQueue: 128, ...given })

const tableOf = (rows: readonly SocketRow[]) => {
  const table = createSocketTable(1)
  for (const one of rows) pushSocket(table, one)
  return table
}

const group = (rows: readonly SocketRow[]) =>
  groupSockets(tableOf(rows), (index) => ({ file: 'x', line: rows[index]?.line ?? 0, command: null }))

describe('groupSockets', () => {
  it('unites what is alike and takes the FIN off in CLOSE_WAIT', () => {
    const { listeners, groups, census } = group([
      listener('0.0.0.0', 80, { recvQueue: 3, drops: 7, cookie: '1f', inode: 12 }),
      ...[1, 1, 20].map((recvQueue, i) =>
        row({ state: 'CLOSE_WAIT', recvQueue, holding: 'unaccepted', ageMs: 100 * i, cookie: `a${i}`, line: 2 + i }),
      ),
      row({ recvQueue: null, sendQueue: null, holding: 'process', processes: [{ pid: 7, comm: 'nginx', fd: 3 }] }),
    ])
    expect(listeners).toMatchObject([
      { acceptQueue: { length: 3, max: 128 }, drops: 7, cookie: '1f', inode: 12, owners: null, family: 4 },
    ])
    expect(groups).toHaveLength(2)
    expect(groups[0]).toMatchObject({
      state: 'CLOSE_WAIT',
      holding: 'unaccepted',
      processes: [],
      role: 'server',
      local: { address: '10.0.0.1', port: 80 },
      peer: { address: '10.0.0.2', port: null },
      count: 3,
      recvQueueBytes: 19,
      recvQueue: { zero: 0, one: 2, more: 1 },
      oldestMs: 200,
      youngestMs: 0,
      oldestCookie: 'a2',
      origin: { line: 2 },
    })
    expect(groups[1]).toMatchObject({
      recvQueueBytes: null,
      recvQueue: null,
      sendQueueBytes: null,
      oldestMs: null,
      oldestCookie: null,
      processes: [{ pid: 7, comm: 'nginx', fd: 3 }],
    })
    expect(census).toEqual({ LISTEN: 1, CLOSE_WAIT: 3, ESTABLISHED: 1 })
  })

  it('gives the same fingerprint to the same sockets, in whatever order and age they come', () => {
    const print = (cookies: readonly (string | null)[]) =>
      group(cookies.map((cookie, i) => row({ cookie, ageMs: i }))).groups.map((one) => one.fingerprint)
    expect(print(['a1', 'a2', 'b0000000a3'])).toEqual(print(['b0000000a3', 'a2', 'a1']))
    expect(print(['a1', 'a2'])).not.toEqual(print(['a1', 'a3']))
    expect(print(['a1'])).not.toEqual(print(['100000000a1']))
    expect(print(['a1', null])).toEqual([null])
  })

  const own = (local: SocketRow, child: Partial<SocketRow>) => group([local, row(child)]).groups[0]?.role
  const v6 = { local: { address: '2001:db8::1', port: 80 }, family: 6 } as const
  const peer = (port: number) => ({ peer: { address: '10.0.0.2', port } })

  it.each([
    ['any IPv4 owns IPv4', listener('0.0.0.0', 80), peer(8080), 'server'],
    ['the same address', listener('10.0.0.1', 80), peer(8080), 'server'],
    ['dual-stack owns v4-mapped', listener('::', 80, { family: 46 }), { ...peer(8080), family: 6 as const }, 'server'],
    ['`::` of unknown kind owns v4-mapped', listener('::', 80, { family: null }), peer(8080), 'server'],
    ['IPv6-only does not own IPv4', listener('::', 80, { family: 6 }), peer(8080), 'unknown'],
    ['any IPv4 does not own IPv6', listener('0.0.0.0', 80), { ...v6, ...peer(8080) }, 'unknown'],
    ['`*` owns all', listener('*', 80, { family: null }), { ...v6, ...peer(8080) }, 'server'],
    ['another address', listener('127.0.0.1', 80), peer(8080), 'unknown'],
    ['a listener on the peer port', listener('0.0.0.0', 8080), peer(8080), 'client'],
    ['no listener: the port below the ephemeral range', listener('0.0.0.0', 1), peer(40000), 'server'],
    [
      'no listener: the peer port below it',
      listener('0.0.0.0', 1),
      { local: { address: 'a', port: 40000 }, ...peer(179) },
      'client',
    ],
  ])('service side: %s', (_, local, child, role) => expect(own(local, child)).toBe(role))

  it('takes the port that repeats for the service', () => {
    const { groups } = group(
      [40001, 40002, 40003].map((port) => row({ local: { address: '10.0.0.1', port }, ...peer(50000) })),
    )
    expect(groups).toMatchObject([{ role: 'client', count: 3, local: { port: null }, peer: { port: 50000 } }])
  })

  it('unites pids away where there are many', () => {
    const many = Array.from({ length: 9 }, (_, i) => row({ processes: [{ pid: i, comm: 'worker', fd: 5 }] }))
    expect(group(many).groups[0]?.processes).toEqual([{ pid: null, comm: 'worker', fd: null }])
  })

  it('keeps names of hosts and scopes apart', () => {
    const { groups } = group(
      ['fe80::1%eth0', 'fe80::1%eth1', 'db'].map((address) => row({ peer: { address, port: 1 } })),
    )
    expect(groups.map((one) => one.peer.address)).toEqual(['fe80::1%eth0', 'fe80::1%eth1', 'db'])
  })

  it('finds each of very many groups again', () => {
    const peers = Array.from({ length: 5000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`)
    const rows = [...peers, ...peers].map((address, i) => row({ peer: { address, port: 1 + i } }))
    const { groups } = group([listener('0.0.0.0', 80), ...rows])
    expect(groups.map((one) => one.peer.address)).toEqual(peers)
    expect(groups.every((one) => one.count === 2)).toBe(true)
  })

  it('keeps the largest of very many groups apart and unites the rest', () => {
    const peers = Array.from({ length: 12_000 }, (_, i) => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`)
    const aged = (address: string, i: number) =>
      row({ peer: { address, port: 1 }, recvQueue: 1, ageMs: i, cookie: i.toString(16) })
    const large = row({ peer: { address: '192.0.2.1', port: 1 } })
    const { groups } = group([listener('0.0.0.0', 80), ...peers.map(aged), large, large])
    expect(groups).toHaveLength(10_001)
    expect(groups.reduce((sum, one) => sum + one.count, 0)).toBe(12_002)
    expect(groups.find((one) => one.peer.address === '192.0.2.1')?.count).toBe(2)
    expect(groups.filter((one) => one.peer.address === '*')).toMatchObject([
      {
        count: 2001,
        role: 'server',
        local: { port: 80 },
        recvQueueBytes: 2001,
        recvQueue: { zero: 0, one: 2001, more: 0 },
        oldestMs: 11_999,
        youngestMs: 9999,
        oldestCookie: (11_999).toString(16),
      },
    ])
  })

  it('puts alike ones together beyond the cap, and loses none', () => {
    const table = tableOf([listener('0.0.0.0', 80)])
    const socket = row({ recvQueue: 1, processes: [{ pid: 7, comm: 'nginx', fd: 3 }], holding: 'process' })
    for (let i = 0; i < MAX_ROWS + 5; i++) pushSocket(table, socket)
    pushSocket(table, listener('0.0.0.0', 81))
    expect(table.length).toBeLessThan(20)
    expect(table.beyond.every((count) => count === 0)).toBe(true)
    const { groups, census, listeners } = groupSockets(table, () => ({ via: 'x' }))
    expect(census).toEqual({ LISTEN: 2, ESTABLISHED: MAX_ROWS + 5 })
    expect(listeners.map((one) => one.local.port)).toEqual([80, 81])
    expect(groups).toMatchObject([
      { count: MAX_ROWS + 5, recvQueueBytes: MAX_ROWS + 5, processes: [{ pid: 7, comm: 'nginx', fd: null }] },
    ])
  })
})

describe('groupSockets beside the plain way', () => {
  const few = fc.constantFrom(80, 443, 40_000, 40_001, 50_000)
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '127.0.0.1', '::1', 'fe80::1%eth0', 'db')
  const one = fc.record({
    state: fc.constantFrom<TcpState>('ESTABLISHED', 'CLOSE_WAIT', 'TIME_WAIT', 'LISTEN'),
    local: fc.record({ address, port: few }),
    peer: fc.record({ address, port: few }),
    recvQueue: fc.constantFrom(null, 0, 1, 9),
    holding: fc.constantFrom<Holding>('unaccepted', 'process', 'unknown'),
    processes: fc.constantFrom(
      null,
      [{ pid: 1, comm: 'a', fd: 1 }],
      [{ pid: 2, comm: 'a', fd: 2 }],
      [{ pid: 3, comm: 'b', fd: 3 }],
    ),
  })

  it('loses no row, mixes none, and keeps alike ones together', () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (given) => {
        const rows = given.map(row)
        const { groups, listeners, census } = group(rows)
        const connections = rows.filter((socket) => socket.state !== 'LISTEN')
        expect(listeners).toHaveLength(rows.length - connections.length)
        expect(Object.values(census).reduce((sum, count) => sum + count, 0)).toBe(rows.length)
        const keys = groups.map(({ state, holding, role, local, peer, processes }) =>
          [state, holding, role, local.address, local.port, peer.address, peer.port, processes?.[0]?.comm].join(' '),
        )
        expect(new Set(keys).size).toBe(keys.length)
        for (const [index, each] of groups.entries()) {
          const [state, holding] = (keys[index] ?? '').split(' ')
          const mine = connections.filter(
            (socket) =>
              socket.state === state &&
              socket.holding === holding &&
              socket.local.address === each.local.address &&
              socket.peer?.address === each.peer.address &&
              (each.local.port === null || socket.local.port === each.local.port) &&
              (each.peer.port === null || socket.peer?.port === each.peer.port) &&
              (socket.processes?.[0]?.comm ?? undefined) === each.processes?.[0]?.comm,
          )
          expect(each.count).toBeLessThanOrEqual(mine.length)
        }
        expect(groups.reduce((sum, each) => sum + each.count, 0)).toBe(connections.length)
      }),
    )
  })
})

describe('foldSockets', () => {
  const servers = [80, 443].map((port) => listener('0.0.0.0', port))
  const one = fc.record({
    state: fc.constantFrom<TcpState>('ESTABLISHED', 'CLOSE_WAIT', 'TIME_WAIT'),
    local: fc.record({ address: fc.constantFrom('10.0.0.1', '10.0.0.2'), port: fc.constantFrom(80, 443) }),
    peer: fc.record({ address: fc.constantFrom('10.0.0.9', 'db', '::1'), port: fc.nat(65_535) }),
    recvQueue: fc.constantFrom(null, 0, 1, 9),
    sendQueue: fc.constantFrom(null, 0, 7),
    ageMs: fc.option(fc.nat(5000)),
    cookie: fc.option(fc.nat(1000).map((n) => n.toString(16))),
    line: fc.nat(100),
    processes: fc.constantFrom(null, [{ pid: 1, comm: 'a', fd: 1 }], [{ pid: 2, comm: 'b', fd: 2 }]),
  })

  it('gives the same groups as without, wherever it comes in between', () => {
    const origin = (table: ReturnType<typeof tableOf>) => (index: number) => ({
      file: 'x',
      line: table.line[index] ?? 0,
      command: null,
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 4 }), (given, folds) => {
        const rows = [...servers, ...given.map(row)]
        const plain = tableOf(rows)
        const folded = tableOf([])
        for (const [index, socket] of rows.entries()) {
          pushSocket(folded, socket)
          if (folds.includes(index)) foldSockets(folded)
        }
        expect(groupSockets(folded, origin(folded))).toEqual(groupSockets(plain, origin(plain)))
      }),
    )
  })

  it('connections stay alike where the first name comes after they were summed up', () => {
    const alike = row({ local: { address: '10.0.0.1', port: 443 }, peer: { address: '10.0.0.9', port: 5 } })
    const rows = [...servers, alike, row({ peer: { address: 'db', port: 6 } }), alike]
    const table = tableOf(rows.slice(0, 3))
    foldSockets(table)
    for (const socket of rows.slice(3)) pushSocket(table, socket)
    const { groups } = groupSockets(table, () => ({ via: 'x' }))
    expect(groups.map((each) => [each.peer.address, each.count])).toEqual([
      ['10.0.0.9', 2],
      ['db', 1],
    ])
  })
})

describe('unite', () => {
  it('removes what two outputs both show, and keeps the more telling', () => {
    const withOwner = [{ pid: 1, comm: 'nginx', fd: 6 }]
    const a = tableOf([listener('0.0.0.0', 80), row({}), row({ peer: { address: '10.0.0.3', port: 1 } })])
    const b = tableOf([
      row({ processes: withOwner, holding: 'process' }),
      listener('0.0.0.0', 80, { inode: 5 }),
      row({ state: 'SYN_SENT', peer: { address: '10.0.0.4', port: 1 } }),
    ])
    const all = unite([a, b])
    expect(all.length).toBe(4)
    const { listeners, groups } = groupSockets(all, () => ({ via: 'x' }))
    expect(listeners).toMatchObject([{ inode: 5 }])
    expect(groups[0]?.processes).toEqual(withOwner)
  })

  it('keeps SO_REUSEPORT listeners that only look alike', () => {
    const workers = [listener('0.0.0.0', 80, { recvQueue: 1 }), listener('0.0.0.0', 80, { recvQueue: 2 })]
    expect(unite([tableOf(workers), tableOf(workers)]).length).toBe(2)
    const one = tableOf([listener('0.0.0.0', 80, { inode: 1 })])
    expect(unite([one, tableOf([listener('0.0.0.0', 80, { inode: 2 })])]).length).toBe(2)
  })
})
