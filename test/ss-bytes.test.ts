import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withRowsAhead } from '../src/collect/rows-ahead.ts'
import type { Batch } from '../src/model/line.ts'
import { startRowAdder } from '../src/parse/add-rows.ts'
import { foldSockets } from '../src/parse/fold-sockets.ts'
import { groupSockets } from '../src/parse/group-sockets.ts'
import { socketOf } from '../src/parse/ss-row.ts'
import { type RowSink, startSockets } from '../src/parse/ss-table.ts'
import { readTranscript } from '../src/parse/transcript/index.ts'
import { decodeLines, decodeText } from '../src/sys/text-file.ts'

/** The quick way (rows straight from bytes) must come to the same as the careful one (line by line), whatever the text. */

const fixtures = join(import.meta.dirname, 'fixtures')
const originals = join(import.meta.dirname, '../../shared/seeds')
const files = [
  ...readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:md|txt|log)$/.test(name))
    .map((name) => join(fixtures, name)),
  ...(existsSync(originals) ? readdirSync(originals).map((name) => join(originals, name)) : []),
]

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const quick = async (bytes: Uint8Array, size: number) =>
  told(await readTranscript(decodeText(inPieces(bytes, size), 'x'), 'x'))
const careful = async (bytes: Uint8Array) => told(await readTranscript(decodeLines(inPieces(bytes, 1 << 16), 'x'), 'x'))

/** Everything but how much room the tables' columns have: that depends on how many rows were expected. */
function told(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(told)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map || ArrayBuffer.isView(value)) return value
  const length = 'localPort' in value && 'length' in value ? Number(value.length) : null
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (length === null || !ArrayBuffer.isView(inner) || name === 'beyond') return [name, told(inner)]
      const each = name === 'local' || name === 'peer' ? 4 : name === 'cookie' ? 2 : 1
      return [name, [...(inner as Uint32Array)].slice(0, length * each)]
    }),
  )
}

describe('rows from bytes', () => {
  it.each(files)('%s: the same as line by line', async (path) => {
    const bytes = readFileSync(path)
    expect(await quick(bytes, 1 << 16)).toEqual(await careful(bytes))
    expect(await quick(bytes, 997)).toEqual(await careful(bytes))
  })

  const few = fc.nat(99)
  const v4 = fc.tuple(few, fc.nat(260), few, fc.nat(300)).map((parts) => parts.join('.'))
  const v6 = fc.oneof(
    fc.ipV6().map((address) => `[${address}]`),
    v4.map((address) => `[::ffff:${address}]`),
    fc.constantFrom(
      '[::]',
      '[::1]',
      '[fe80::1]%eth0',
      '[1::2::3]',
      '[12345::]',
      '*',
      '::',
      '0.0.0.0',
      'localhost',
      '[::1',
    ),
  )
  const end = fc
    .tuple(fc.oneof(v4, v4, v6), fc.oneof(fc.nat(70_000).map(String), fc.constantFrom('*', 'http', '', '00080')))
    .map(([address, port]) => `${address}:${port}`)
  const comm = fc.constantFrom(
    'nginx',
    'kube-proxy',
    'a b',
    ')',
    '',
    'x'.repeat(16),
    'ü',
    'a&amp;b',
    '<b>x</b>',
    '**x**',
    '`x`',
    'a|b',
    'x\\_y',
    'rpc.statd',
    'x'.repeat(70),
  )
  const user = fc.tuple(comm, few, few).map(([name, pid, fd]) => `("${name}",pid=${pid},fd=${fd})`)
  const users = fc.array(user, { minLength: 1, maxLength: 2 }).map((list) => `users:(${list.join()})`)
  const details = fc.oneof(
    fc.constant(''),
    users,
    users,
    fc.constantFrom(
      'users:(("nginx",1165,3))',
      'timer:(keepalive,119min,0)',
      'timer:(on,2',
      'uid:5 ino:7 sk:a1',
      '<- note',
      'users:(',
    ),
    users.map((text) => `${text} timer:(on,204ms,3)`),
    users.map((text) => `timer:(on,204ms,3) ${text}`),
  )
  const states =
    'ESTAB SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSE-WAIT LAST-ACK CLOSING LISTEN UNCONN ESTABX udp'
  const gap = fc.constantFrom(' ', '   ', '\t')
  const queue = fc.oneof(few.map(String), fc.constantFrom('0', '4294967295', '99999999999', '-1'))
  const socket = fc
    .tuple(
      fc.constantFrom(...states.split(' ')),
      gap,
      queue,
      queue,
      end,
      end,
      details,
      fc.constantFrom('', ' ', '\r', ' \t'),
    )
    .map(
      ([state, space, recv, send, local, peer, more, tail]) =>
        [state, recv, send, local, peer, more].join(space) + tail,
    )
  const line = fc.oneof(
    { weight: 8, arbitrary: socket },
    { weight: 1, arbitrary: socket.map((text) => `tcp   ${text}`) },
    fc.constantFrom(
      '',
      '...',
      '\t cubic rto:204 lastsnd:12 segs_out:2',
      'users:(("nginx",pid=9,fd=9))',
      'prose',
      '```',
      '\u001b[31mESTAB 0 0 1.1.1.1:1 2.2.2.2:2',
    ),
    fc.constant('root@n1:~# ss -tan'),
  )

  it('random rows, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 400 }), async (rows, size) => {
        const bytes = Buffer.from(`root@n1:~# ss -antp\n${rows.join('\n')}\n`)
        expect(await quick(bytes, size)).toEqual(await careful(bytes))
      }),
      { numRuns: 400 },
    )
  })

  it('is really taken: a plain row makes no text', async () => {
    const rows = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 users:(("nginx",pid=1,fd=2))\n'.repeat(1000)
    let texts = 0
    const watched = async function* (): AsyncGenerator<Batch> {
      for await (const batch of decodeText(inPieces(Buffer.from(`$ ss -antp\n${rows}`), 1 << 20), 'x'))
        yield 'bytes' in batch
          ? {
              ...batch,
              text(from, to) {
                texts++
                return batch.text(from, to)
              },
            }
          : batch
    }
    const { nodes } = await readTranscript(watched(), 'x')
    const [content] = nodes[0]?.readings[0]?.blocks[0]?.content ?? []
    expect(content?.question === 'sockets' && content.table.length).toBe(1000)
    expect(texts).toBeLessThan(5)
  })
})

/** Always the same numbers for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const ROW_STATES = ['ESTAB', 'ESTAB', 'TIME-WAIT', 'CLOSE-WAIT', 'FIN-WAIT-2'] as const

function socketLine(random: (below: number) => number): string {
  const state = ROW_STATES[random(5)] ?? 'ESTAB'
  const users = state === 'ESTAB' ? `users:(("app-${random(3)}",pid=${random(9)},fd=${random(50)}))` : ''
  const port = [80, 443, 8080][random(3)]
  return `${state} ${random(3) ? 0 : random(99)} 0 10.0.0.7:${port} 10.0.${random(4)}.${random(40)}:${1024 + random(60_000)} ${users}`
}

describe('rows read ahead by a second thread', () => {
  /** Lines that only the careful way reads, or that are no rows at all: about one in `rare`. */
  function text(seed: number, rows: number, rare: number, kinds = 10): Buffer {
    const random = seeded(seed)
    const odd = [
      () => `LISTEN 3 128 0.0.0.0:${[80, 8080][random(2)]} 0.0.0.0:* users:(("app-0",pid=1,fd=2))`,
      () => 'ESTAB 0 0 10.0.0.7:80 [fe80::1]%eth0:4000',
      () => `${socketLine(random)}\n\t cubic rto:204`,
      () => `${socketLine(random)}\r`,
      () => '...',
      () => `root@n1:~# ss -tan\n${socketLine(random)}`,
      () => 'root@n2:~# date\nMon Mar  4 10:00:00 UTC 2024\nroot@n1:~# ss -antp',
      () => '',
      () => 'ESTAB 0 0 10.0.0.7:80 10.0.0.9:4000 users:(("größe",pid=7,fd=3))',
      () => 'x'.repeat(400_000),
    ] as const
    const lines = ['root@n1:~# ss -antp', 'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process']
    for (let row = 0; row < rows; row++) {
      lines.push(socketLine(random))
      if (random(rare) === 0) lines.push((odd[random(kinds)] ?? odd[0])())
    }
    return Buffer.from(`${lines.join('\n')}\n`)
  }

  /** Bit by bit until a second thread has begun, the rest in pieces of this size. */
  async function* slowly(bytes: Uint8Array, size: number, begun: () => boolean) {
    let at = 1 << 16
    yield bytes.subarray(0, at)
    for (; !begun() && at < bytes.length; at += 1000) {
      await setTimeout(20)
      yield bytes.subarray(at, at + 1000)
    }
    yield* inPieces(bytes.subarray(at), size)
  }

  it.each([
    ['plain rows only', 1, 30_000, 1e9, 1 << 18, 10, 20_000],
    ['odd lines now and then', 2, 30_000, 4000, 1 << 18, 10, 2000],
    ['odd lines often, in odd pieces', 3, 30_000, 300, 99_991, 8, 2000],
    ['odd lines very often', 4, 8000, 20, 4999, 10, 50],
  ])('%s: the same as line by line', async (_, seed, rows, rare, size, kinds, least) => {
    const bytes = text(seed, rows, rare, kinds)
    let ahead = 0
    const watched = async function* () {
      for await (const batch of withRowsAhead(
        decodeText(
          slowly(bytes, size, () => ahead > 0),
          'x',
        ),
        { long: 0 },
      )) {
        if ('bytes' in batch && batch.ahead) ahead += batch.ahead.rows.length
        yield batch
      }
    }
    expect(told(await readTranscript(watched(), 'x'))).toEqual(await careful(bytes))
    expect(ahead).toBeGreaterThan(least)
  })

  it('the lines are counted on where nobody walks through a slab', async () => {
    const bytes = text(5, 20_000, 1e9)
    let last = 0
    let ahead = false
    const pieces = slowly(bytes, 1 << 18, () => ahead)
    for await (const batch of withRowsAhead(decodeText(pieces, 'x'), { long: 0 }))
      if ('bytes' in batch) {
        ahead ||= Boolean(batch.ahead)
        expect(batch.line).toBe(last + 1)
        last += batch.text(batch.at, batch.to).split('\n').length - 1
      }
    expect(last).toBe(20_002)
    expect(ahead).toBe(true)
  })
})

describe('a table that is summed up while rows come', () => {
  it('rows in bulk come to the same as one by one', () => {
    const random = seeded(9)
    const lines = Array.from({ length: 40_000 }, () => socketLine(random))
    const bytes = Buffer.from(`${lines.join('\n')}\nend\n`)
    const [bulk, single] = [startSockets({ limits: true }), startSockets({ limits: true })]
    for (const sink of [bulk, single]) foldSockets(sink.direct.table)
    const slab = { bytes, at: 0, to: bytes.length, line: 1, lines: null, text: () => '' }
    expect(startRowAdder(bulk.direct)(slab, 0, 1, () => {}).rows).toBe(lines.length)
    lines.forEach((line, index) => {
      const [state = '', recv = '', send = '', local = '', peer = '', rest = ''] = line.split(' ')
      const known = { ESTAB: 'ESTABLISHED', 'TIME-WAIT': 'TIME_WAIT', 'CLOSE-WAIT': 'CLOSE_WAIT' } as const
      const named = known[state as keyof typeof known] ?? 'FIN_WAIT2'
      const row = { state: named, recvQueue: Number(recv), sendQueue: Number(send), local, peer, rest }
      const socket = socketOf(row, rest, index + 1)
      if (socket) single.push(socket)
    })
    const groupsOf = (sink: RowSink) => {
      const { table } = sink.finish(true)
      return groupSockets(table, (row) => ({ file: 'x', line: table.line[row] ?? 0, command: null }))
    }
    const groups = groupsOf(bulk)
    expect(groups.groups.length).toBeGreaterThan(1000)
    expect(groups).toEqual(groupsOf(single))
  })
})
