import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseProxyHeader } from './proxy-header.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]

describe('a PROXY header', () => {
  it('as a line', () => {
    expect(parseProxyHeader(ascii('PROXY TCP4 203.0.113.7 10.0.0.1 51000 443\r\nGET / HTTP/1.1\r\n'))).toEqual({
      version: 1,
      source: { address: '203.0.113.7', port: 51000 },
      destination: { address: '10.0.0.1', port: 443 },
      length: 43,
    })
  })
  it('of an unknown client', () => {
    expect(parseProxyHeader(ascii('PROXY UNKNOWN\r\n'))).toMatchObject({ version: 1, source: null, length: 15 })
  })
  it('as bytes', () => {
    const address = [203, 0, 113, 7, 10, 0, 0, 1, 0xc7, 0x38, 0x01, 0xbb]
    expect(parseProxyHeader(new Uint8Array([...SIGNATURE, 0x21, 0x11, 0, 12, ...address, 71]))).toEqual({
      version: 2,
      source: { address: '203.0.113.7', port: 51000 },
      destination: { address: '10.0.0.1', port: 443 },
      length: 28,
    })
  })
  it('of a load balancer’s own check, which names nobody', () => {
    expect(parseProxyHeader(new Uint8Array([...SIGNATURE, 0x20, 0, 0, 0]))).toMatchObject({ source: null, length: 16 })
  })
  it.each([
    ['a request', 'GET /PROXY HTTP/1.1\r\n'],
    ['a line that does not end', 'PROXY TCP4 203.0.113.7 10.0.0.1 51000 443'],
    ['no numbers', 'PROXY TCP4 a b c d\r\n'],
    ['another word', 'PROXYTCP4 1.1.1.1 2.2.2.2 1 2\r\n'],
  ])('is not %s', (_, text) => expect(parseProxyHeader(ascii(text))).toBeNull())
  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        parseProxyHeader(tail)
        parseProxyHeader(new Uint8Array([...SIGNATURE, ...tail]))
      }),
    )
  })
})
