import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Batch } from '../src/model/line.ts'
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
