import { describe, expect, it } from 'vitest'
import { sameOldest, uniteFingerprints } from './same-sockets.ts'

const marked = (oldestCookie: string | null, fingerprint: string | null) => ({ oldestCookie, fingerprint })

describe('sameOldest', () => {
  it.each([
    ['the same cookie', marked('a', '01'), marked('a', '02'), true],
    ['another one of the same burst', marked('a', '01'), marked('b', '01'), true],
    ['another one, and others have come', marked('a', '01'), marked('b', '02'), false],
    ['another one, and nothing else is known', marked('a', null), marked('b', null), false],
    ['no cookies', marked(null, null), marked(null, null), null],
    ['cookies at one reading only', marked('a', '01'), marked(null, null), null],
  ])('%s', (_, then, now, same) => {
    expect(sameOldest(then, now)).toBe(same)
  })
})

describe('uniteFingerprints', () => {
  const of = (...prints: (string | null)[]) => uniteFingerprints(prints.map((one) => marked(null, one)))

  it('does not care which group a socket stands in', () => {
    expect(of('00000000000000f0', '000000000000000f')).toBe(of('00000000000000ff'))
    expect(of('ffffffffffffffff')).toBe('ffffffffffffffff')
  })

  it('is null when one is not known, and for nothing', () => {
    expect(of('01', null)).toBeNull()
    expect(of()).toBeNull()
  })
})
