import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Line } from '../model/line.ts'
import { parseHexBytes } from './hex-bytes.ts'
import { parsePayload } from './payload.ts'

const lines = (text: string): Line[] =>
  text.split('\n').map((one, index) => ({ number: index + 1, text: one, cut: false }))
const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const hex = (text: string) => Uint8Array.from(text.match(/[\da-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))

/** The first segment that a gRPC server of 2018 sent, as Wireshark copies it. */
const GREETING =
  '00:00:18:04:00:00:00:00:00:00:04:00:40:00:00:00:05:00:40:00:00:00:06:00:00:20:00:fe:03:00:00:00:01:' +
  '00:00:04:08:00:00:00:00:00:00:3f:00:01:00:00:08:06:00:00:00:00:00:00:00:00:00:00:00:00:00'

test("a gRPC server's greeting", () => {
  const read = parseHexBytes(lines(GREETING))
  expect(read?.bytes.length).toBe(63)
  expect(parsePayload(read?.bytes ?? new Uint8Array())).toEqual({
    protocol: 'http2',
    from: 'server',
    grpc: true,
    frames: [
      {
        type: 'SETTINGS',
        stream: 0,
        length: 24,
        ack: false,
        cut: false,
        settings: {
          INITIAL_WINDOW_SIZE: 4194304,
          MAX_FRAME_SIZE: 4194304,
          MAX_HEADER_LIST_SIZE: 8192,
          '0xfe03': 1,
        },
      },
      { type: 'WINDOW_UPDATE', stream: 0, length: 4, ack: false, cut: false, increment: 4128769 },
      { type: 'PING', stream: 0, length: 8, ack: false, cut: false, data: '0000000000000000' },
    ],
  })
})

test.each([
  ['plain', '000018040000000000'],
  ['colons', '00:00:18:04:00:00:00:00:00'],
  ['spaces', '00 00 18 04 00 00 00 00 00'],
  ['tcpdump -x', '\t0x0000:  0000 1804 0000 0000 00'],
  ['tcpdump -X', '\t0x0000:  0000 1804 0000 0000 00                   .........'],
  ['hexdump -C', '00000000  00 00 18 04 00 00 00 00  00                       |.........|\n00000009'],
  ['Wireshark', '0000   00 00 18 04 00 00 00 00 00                        .........'],
  ['xxd', '00000000: 0000 1804 0000 0000 00                   .........'],
  ['behind a label', '    Data: 000018040000000000'],
  ['escapes', '\\x00\\x00\\x18\\x04\\x00\\x00\\x00\\x00\\x00'],
])('bytes as %s', (_, text) => {
  expect(Array.from(parseHexBytes(lines(text))?.bytes ?? [])).toEqual([0, 0, 0x18, 4, 0, 0, 0, 0, 0])
})

test('rows of a dump are joined by their offsets; a gap or a cut is told', () => {
  const row = (offset: string) => `\t0x${offset}:  6162 6364 6566 6768 696a 6b6c 6d6e 6f70  abcdefghijklmnop`
  const whole = parseHexBytes(lines(`${row('0000')}\n${row('0010')}`))
  expect(String.fromCharCode(...(whole?.bytes ?? []))).toBe('abcdefghijklmnopabcdefghijklmnop')
  expect(whole?.cut).toBe(false)
  expect(parseHexBytes(lines(`${row('0000')}\n${row('0020')}`))).toMatchObject({ cut: true })
  expect(parseHexBytes(lines('Data: 000018040000000000000400400000000500400000000600...'))).toMatchObject({ cut: true })
})

test('what is no dump is none', () => {
  for (const text of ['', 'hello', 'deadbeat', 'LISTEN 0 128 :::80', '2024-01-01 10:00:00', '10:20:30', 'abc'])
    expect(parseHexBytes(lines(text))).toBeNull()
})

test('requests, answers and greetings', () => {
  expect(parsePayload(ascii('GET /x HTTP/1.1\r\nHost: a.example:80\r\n\r\n'))).toEqual({
    protocol: 'http1',
    kind: 'request',
    method: 'GET',
    target: '/x',
    host: 'a.example:80',
  })
  expect(parsePayload(ascii('HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\nHost: no'))).toMatchObject({
    status: 502,
    server: 'nginx',
  })
  expect(parsePayload(ascii('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'))).toEqual({
    protocol: 'ssh',
    banner: 'SSH-2.0-OpenSSH_9.2p1 Debian-2',
  })
  expect(parsePayload(ascii('*2\r\n$3\r\nget\r\n$1\r\nk\r\n'))).toMatchObject({ protocol: 'redis', command: 'GET' })
  expect(parsePayload(ascii('-NOAUTH Authentication required.\r\n'))).toMatchObject({
    protocol: 'redis',
    kind: 'reply',
  })
  expect(parsePayload(ascii('J\0\0\0\n8.0.36\0aaaaaaaaaaaaaaaaaaaaaaaa'))).toMatchObject({
    protocol: 'mysql',
    version: '8.0.36',
  })
  expect(parsePayload(hex('00000008 04d2162f'))).toEqual({ protocol: 'postgresql', kind: 'ssl request' })
  expect(parsePayload(hex('52 00000008 00000005 00'))).toEqual({ protocol: 'postgresql', kind: 'authentication' })
  expect(parsePayload(ascii('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toMatchObject({
    protocol: 'http2',
    from: 'client',
    grpc: false,
  })
})

test('TLS: name, versions and ALPN of a ClientHello', () => {
  const sni = '0000 000e 000c 00 0009 6c6f63616c686f7374'.replaceAll(' ', '')
  const alpn = '0010 0005 0003 02 6832'.replaceAll(' ', '')
  const versions = '002b 0005 04 0304 0303'.replaceAll(' ', '')
  const extensions = sni + alpn + versions
  const body = `0303${'11'.repeat(32)}00${'0002'}1301${'0100'}${(extensions.length / 2).toString(16).padStart(4, '0')}${extensions}`
  const message = `01${(body.length / 2).toString(16).padStart(6, '0')}${body}`
  const record = `160301${(message.length / 2).toString(16).padStart(4, '0')}${message}`
  const whole = hex(record)
  expect(parsePayload(whole)).toEqual({
    protocol: 'tls',
    kind: 'ClientHello',
    version: 'TLS 1.3',
    serverName: 'localhost',
    alpn: ['h2'],
  })
  for (let length = 6; length < whole.length; length++)
    expect(parsePayload(whole.subarray(0, length)).protocol).toBe('tls')
  expect(parsePayload(hex('15 0303 0002 0228'))).toMatchObject({ kind: 'alert', version: 'TLS 1.2' })
})

test('any bytes have an answer; noise is unknown', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => parsePayload(bytes).protocol.length > 0))
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      (text) => (parseHexBytes(lines(text))?.bytes.length ?? 0) <= text.length / 2,
    ),
  )
  expect(parsePayload(new Uint8Array())).toEqual({ protocol: 'unknown' })
  expect(parsePayload(new Uint8Array(64))).toEqual({ protocol: 'unknown' })
  expect(parsePayload(ascii('GETTING STARTED'))).toEqual({ protocol: 'unknown' })
})
