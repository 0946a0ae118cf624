import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { InputError } from './input-error.ts'
import { MAX_LINE } from './line-cutter.ts'
import { decodeLines, readTextLines } from './text-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'recvq-text-'))
afterAll(() => rmSync(dir, { recursive: true }))

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function lines(bytes: Uint8Array, size = 7): Promise<readonly string[]> {
  const all: string[] = []
  for await (const batch of decodeLines(inPieces(bytes, size), 'x')) all.push(...batch.map((line) => line.text))
  return all
}

async function failure(path: string): Promise<InputError> {
  try {
    for await (const _ of readTextLines(path));
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('it could be read')
}

const file = (name: string, bytes: string | Uint8Array) => {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return path
}

const utf16 = (text: string, mark: boolean) => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le')
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16()

describe('encodings', () => {
  const text = 'LISTEN 0 128 *:22 *:*\n节点 CLOSE_WAIT 46\n'
  const expected = ['LISTEN 0 128 *:22 *:*', '节点 CLOSE_WAIT 46']
  // 节点 in GBK
  const gbk = Buffer.concat([
    Buffer.from('LISTEN 0 128 *:22 *:*\n'),
    Buffer.from([0xbd, 0xda, 0xb5, 0xe3]),
    Buffer.from(' CLOSE_WAIT 46\n'),
  ])

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first, with a mark', utf16(text, true)],
    ['UTF-16, big end first, with a mark', swapped(utf16(text, true))],
    ['UTF-16 without a mark', utf16(text, false)],
    ['GBK', gbk],
  ])('%s', async (_, bytes) => {
    expect(await lines(bytes, 1 << 16)).toEqual(expected)
  })

  it('UTF-8 cut anywhere between two reads', async () => {
    for (const size of [1, 2, 3, 5]) expect(await lines(Buffer.from(text), size)).toEqual(expected)
  })

  it('Latin-1', async () => {
    expect(await lines(Buffer.from('r\xe9seau coup\xe9 apr\xe8s red\xe9marrage\n', 'latin1'), 1 << 16)).toEqual([
      'réseau coupé après redémarrage',
    ])
  })

  it('GBK that begins long after the first ASCII', async () => {
    expect((await lines(Buffer.concat([Buffer.from('a\n'.repeat(5000)), gbk]), 4096)).at(-1)).toBe('节点 CLOSE_WAIT 46')
  })
})

describe('lines', () => {
  it('keeps the last one without its end, and empty ones', async () => {
    expect(await lines(Buffer.from('a\n\nb'))).toEqual(['a', '', 'b'])
    expect(await lines(Buffer.from(''))).toEqual([])
  })

  it('cuts a line of 10 MB, marks it, and counts on', async () => {
    const all = []
    const bytes = Buffer.from(`a\n${'x'.repeat(10_000_000)}\nb\n`)
    for await (const batch of decodeLines(inPieces(bytes, 1 << 16), 'x')) all.push(...batch)
    expect(all.map((line) => [line.number, line.text.length, line.cut])).toEqual([
      [1, 1, false],
      [2, MAX_LINE, true],
      [3, 1, false],
    ])
  })

  it('lets NULs and escapes in a text pass', async () => {
    expect(await lines(Buffer.from('LISTEN\0 0 128\n\u001b[31mred\u001b[0m\n'), 64)).toHaveLength(2)
  })
})

describe('what is no text', () => {
  it.each([
    ['missing', () => join(dir, 'missing'), 'no such file', 'check the path'],
    ['a directory', () => dir, 'a directory', 'name the files in it'],
    ['gzip', () => file('a.gz', Uint8Array.of(0x1f, 0x8b, 8, 0)), 'gzip data', 'unpack it first'],
    [
      'a capture',
      () => file('a.pcap', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1)),
      'a packet capture',
      'print it first: tcpdump -nn -r FILE',
    ],
    ['an executable', () => file('a.out', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2)), 'an executable', null],
    [
      'random bytes',
      () =>
        file(
          'noise',
          Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3)) % 32),
        ),
      'binary data',
      null,
    ],
    [
      'a path through a file',
      () => join(file('plain', 'x'), 'below'),
      'a path through something that is no directory',
      null,
    ],
  ])('%s', async (_, make, found, hint) => {
    const path = make()
    expect(await failure(path)).toMatchObject({ found, hint, where: path })
  })
})
