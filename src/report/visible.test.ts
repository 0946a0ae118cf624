import { describe, expect, it } from 'vitest'
import { visible, visibleDeep } from './visible.ts'

describe('visible', () => {
  it.each([
    ['an escape', '\u001b[31mred', '\\x1b[31mred'],
    ['an eight-bit escape', '\u009b31m', '\\x9b31m'],
    ['a bell and a backspace', 'a\u0007\b', 'a\\x07\\x08'],
    ['a carriage return', 'NOTHING FOUND\rx', 'NOTHING FOUND\\x0dx'],
    ['text turned around', 'a\u202egnp.exe', 'a\\u{202e}gnp.exe'],
    ['isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a blank of no width', 'ng\u200binx', 'ng\\u{200b}inx'],
    ['a filler that looks like a blank', 'a\u3164b', 'a\\u{3164}b'],
    ['a tag character', '\u{e0041}', '\\u{e0041}'],
    ['half a pair', 'x\ud800', 'x\\u{d800}'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a character that is not assigned', '\u{10ffff}', '\\u{10ffff}'],
  ])('spells out %s', (_, raw, shown) => {
    expect(visible(raw)).toBe(shown)
  })

  it('leaves what can be read', () => {
    for (const text of ['内核 4.4 “accept” 队列，129 > 128', 'naïve café — ✓ 🙂', '4096\n128'])
      expect(visible(text)).toBe(text)
    expect(visible('4096\t87380')).toBe('4096 87380')
  })

  it('reaches every string of a value, keys too', () => {
    expect(visibleDeep({ a: ['\u001b'], 'k\u0007': { n: 1, t: null } })).toEqual({
      a: ['\\x1b'],
      'k\\x07': { n: 1, t: null },
    })
  })
})
