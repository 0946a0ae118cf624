import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { padTo, widthOf, wrap } from './wrap.ts'

describe('wrap', () => {
  it('breaks at blanks', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  })

  it('gives the first line less room', () => {
    expect(wrap('one two three', 8, 3)).toEqual(['one', 'two', 'three'])
  })

  it('keeps a word longer than a line whole', () => {
    expect(wrap('see /a/very/long/path now', 8)).toEqual(['see', '/a/very/long/path', 'now'])
  })

  it('counts wide characters as two columns and breaks between them', () => {
    expect(wrap('队列已满连接被丢弃', 8)).toEqual(['队列已满', '连接被丢', '弃'])
  })

  it('never begins a line with a closing mark nor ends it with an opening one', () => {
    expect(wrap('队列已满，连接', 8)).toEqual(['队列已', '满，连接'])
    expect(wrap('队列满（连接）', 8)).toEqual(['队列满', '（连接）'])
  })

  it('keeps grouped digits together', () => {
    expect(wrap('turned away 30 833 253 packets', 18)).toEqual(['turned away', '30 833 253 packets'])
  })

  it('loses nothing and keeps to the width wherever a break is possible', () => {
    const word = fc.stringMatching(/^[a-z队列，（]{1,6}$/)
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 16, max: 60 }), (words, width) => {
        const text = words.join(' ')
        const lines = wrap(text, width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('pads by columns', () => {
    expect(padTo('队列', 6)).toBe('队列  ')
    expect(padTo('queue', 3)).toBe('queue')
  })
})
