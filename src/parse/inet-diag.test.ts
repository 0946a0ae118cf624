import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SocketTable } from '../model/socket-table.ts'
import { groupSockets } from './group-sockets.ts'
import { ALL_STATES, buildRequest, type DatagramBuffer, datagramBuffer, parseDatagram } from './inet-diag.ts'
import { parseProcNetTcp } from './proc-net-tcp.ts'
import { createSocketTable, MAX_ROWS } from './socket-table.ts'

interface Golden {
  readonly dumps: Record<'any' | 'v4' | 'v6', { readonly seq: number; readonly datagrams: readonly string[] }>
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
const golden: Golden = JSON.parse(fixture('inet-diag-6.18.json'))

function load(bytes: Uint8Array, room = 64 * 1024): DatagramBuffer {
  const buffer = datagramBuffer(room)
  buffer.u8.set(bytes.subarray(0, room))
  return buffer
}

function parseAll(table: SocketTable, which: keyof Golden['dumps'], seq = golden.dumps[which].seq) {
  return golden.dumps[which].datagrams.map((text) => {
    const bytes = Buffer.from(text, 'base64')
    return parseDatagram(load(bytes), bytes.length, seq, table).status
  })
}

const grouped = (table: SocketTable) => groupSockets(table, () => ({ via: 'test' }))

describe('a dump of Linux 6.18', () => {
  const table = createSocketTable(1)
  const statuses = parseAll(table, 'any')
  const { listeners, groups, census } = grouped(table)

  it('ends, and holds what ss printed at the same time', () => {
    expect(statuses.at(-1)).toBe('done')
    expect(census).toEqual({ LISTEN: 3, ESTABLISHED: 8, CLOSE_WAIT: 3, FIN_WAIT2: 3, SYN_SENT: 2 })
  })

  it('tells queue, limit, drops, family and identity of each listener', () => {
    const told = listeners.map((one) => [
      one.local.address,
      one.local.port,
      one.family,
      one.acceptQueue,
      one.drops,
      one.inode,
      one.cookie,
    ])
    expect(told).toEqual([
      ['::', 9090, 46, { length: 0, max: 100 }, 0, 380687, '1a4e3'],
      ['::', 9091, 6, { length: 0, max: 100 }, 0, 380688, '1a4e4'],
      ['127.0.0.1', 8080, 4, { length: 4, max: 3 }, 2, 380686, '1a4e5'],
    ])
    expect(listeners[0]).toMatchObject({ cgroupId: 1, uid: 0 })
  })

  it('tells the unaccepted from the owned, with ages and bytes less the FIN', () => {
    expect(groups.filter((one) => one.holding === 'unaccepted')).toMatchObject([
      {
        state: 'CLOSE_WAIT',
        local: { port: 8080 },
        count: 2,
        recvQueueBytes: 18,
        recvQueue: { zero: 0, one: 1, more: 1 },
      },
      { state: 'ESTABLISHED', local: { port: 8080 }, count: 2, recvQueueBytes: 0 },
    ])
    for (const one of groups.filter((group) => group.holding === 'unaccepted')) {
      expect(one.oldestMs).toBeGreaterThan(900)
      expect(one.oldestMs).toBeLessThan(3000)
    }
    expect(groups.find((one) => one.state === 'SYN_SENT')).toMatchObject({
      sendQueueBytes: 2,
      oldestMs: null,
      holding: 'process',
    })
    expect(groups.find((one) => one.state === 'FIN_WAIT2')).toMatchObject({ holding: 'kernel' })
  })

  it('does not take the age of one that has sent for the time since the handshake', () => {
    const sent = groups.find(
      (one) => one.state === 'ESTABLISHED' && one.holding === 'process' && one.peer.port === 8080,
    )
    expect(sent?.oldestMs).toBeGreaterThan(0)
  })

  it('is the same asked family by family', () => {
    const both = createSocketTable(1)
    parseAll(both, 'v4')
    parseAll(both, 'v6')
    expect(grouped(both).census).toEqual(census)
    expect(new Set(grouped(both).listeners.map((one) => one.cookie))).toEqual(
      new Set(listeners.map((one) => one.cookie)),
    )
  })

  it('agrees with /proc/net/tcp and tcp6 on what those tell', () => {
    const text = createSocketTable(1)
    parseProcNetTcp(fixture('proc-net-tcp-6.18.txt'), text, 1, () => ({ via: 'test' }))
    parseProcNetTcp(fixture('proc-net-tcp6-6.18.txt'), text, 1, () => ({ via: 'test' }))
    const key = (t: SocketTable) =>
      Array.from({ length: t.length }, (_, i) =>
        [
          t.state[i],
          t.local.subarray(i * 4, i * 4 + 4).join(),
          t.localPort[i],
          t.peer.subarray(i * 4, i * 4 + 4).join(),
          t.peerPort[i],
          t.recvQueue[i],
          t.inode[i],
          t.holding[i],
          t.uid[i],
        ].join(' '),
      ).sort()
    expect(key(text)).toEqual(key(table))
  })

  it('leaves alone what answers another request', () => {
    const other = createSocketTable(1)
    expect(parseAll(other, 'any', 4711).at(-1)).toBe('more')
    expect(other.length).toBe(0)
  })

  it('counts what is beyond the cap', () => {
    const full = createSocketTable(1)
    full.length = MAX_ROWS
    parseAll(full, 'any')
    expect(full.length).toBe(MAX_ROWS)
    expect(full.beyond[10]).toBe(3)
    expect(full.beyond[8]).toBe(3)
  })
})

describe('ends of a dump', () => {
  const message = (type: number, words: readonly number[], flags = 0) => {
    const bytes = new Uint8Array(16 + words.length * 4)
    const u32 = new Uint32Array(bytes.buffer)
    u32.set([bytes.length, type | (flags << 16), 5, 0, ...words.map((word) => word >>> 0)])
    return bytes
  }
  const parse = (bytes: Uint8Array, length = bytes.length) =>
    parseDatagram(load(bytes), length, 5, createSocketTable(1))

  it.each([
    ['DONE', message(3, [0]), { status: 'done', interrupted: false }],
    ['DONE without a payload', message(3, []), { status: 'done', interrupted: false }],
    ['DONE that carries an errno', message(3, [-2]), { status: 'refused', errno: 2 }],
    ['ERROR', message(2, [-1]), { status: 'refused', errno: 1 }],
    ['an interrupted dump', message(3, [0], 0x10), { status: 'done', interrupted: true }],
    [
      'a message shorter than its head',
      Uint8Array.of(4, 0, 0, 0, ...new Array<number>(12).fill(0)),
      { status: 'malformed' },
    ],
    ['a socket without its body', message(20, [1, 2, 3]), { status: 'malformed' }],
  ])('%s', (_, bytes, expected) => expect(parse(bytes)).toMatchObject(expected))

  it('a datagram that was cut', () => {
    expect(parse(message(3, [0]), 70_000)).toMatchObject({
      status: 'malformed',
      why: 'datagram of 70000 bytes was cut',
    })
  })

  it('anything at all: a result, never an exception, and no row outside the datagram', () => {
    const base = Buffer.from(golden.dumps.any.datagrams[0] ?? '', 'base64')
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 4096 }),
      fc.tuple(fc.nat(base.length - 1), fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([at, noise]) => {
        const bytes = Uint8Array.from(base)
        bytes.set(noise.subarray(0, bytes.length - at), at)
        return bytes
      }),
      fc.nat(base.length).map((n) => Uint8Array.from(base.subarray(0, n))),
    )
    fc.assert(
      fc.property(garbage, fc.constantFrom(5, 7), (bytes, seq) => {
        const table = createSocketTable(1)
        const result = parseDatagram(load(bytes), bytes.length, seq, table)
        expect(['more', 'done', 'refused', 'malformed']).toContain(result.status)
        expect(table.length).toBeLessThanOrEqual(bytes.length / 88)
        expect(() => grouped(table)).not.toThrow()
      }),
      { numRuns: 500 },
    )
  })
})

describe('the request', () => {
  const words = (bytes: Uint8Array) => new Uint32Array(bytes.slice().buffer)

  it('asks in one walk as struct inet_diag_req does', () => {
    const bytes = buildRequest({ seq: 9, states: ALL_STATES, family: 'any', drops: true, ages: true })
    expect(bytes.length).toBe(76)
    expect([...words(bytes).subarray(0, 3)]).toEqual([76, 18 | (0x301 << 16), 9])
    expect([bytes[16], bytes[19]]).toEqual([2, 0x42])
    expect(words(bytes)[17]).toBe(0xfff)
  })

  it('asks one family as struct inet_diag_req_v2 does', () => {
    const bytes = buildRequest({ seq: 9, states: 1 << 10, family: 6, drops: false, ages: false })
    expect(bytes.length).toBe(72)
    expect(words(bytes)[1]).toBe(20 | (0x301 << 16))
    expect([...bytes.subarray(16, 20)]).toEqual([10, 6, 0, 0])
    expect(words(bytes)[5]).toBe(1 << 10)
  })
})
