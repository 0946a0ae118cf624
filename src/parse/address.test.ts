import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress, formatAddress, parseAddress } from './address.ts'

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['[::]', '::'],
    ['::1', '::1'],
    ['::ffff:100.96.179.196', '100.96.179.196'],
    ['[::ffff:a00:1]', '10.0.0.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['fe80::0001%eth0', 'fe80::1%eth0'],
    ['127.0.0.53%lo', '127.0.0.53%lo'],
    ['*', '*'],
    ['localhost', 'localhost'],
    ['256.0.0.1', '256.0.0.1'],
    ['1.2.3', '1.2.3'],
    ['1::2::3', '1::2::3'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
    ['12345::', '12345::'],
  ])('%s is %s', (text, canonical) => expect(canonicalAddress(text)).toBe(canonical))

  it('gives back every address that it prints', () => {
    const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0xffff))
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (words) => {
        const text = formatAddress(...words)
        expect(parseAddress(text)).toMatchObject({ words, name: null })
        expect(parseAddress(text).words).toEqual(words)
      }),
    )
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof canonicalAddress(text) === 'string'))
  })
})
