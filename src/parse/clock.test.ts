import { describe, expect, it } from 'vitest'
import { readClock } from './clock.ts'

describe('the time that date printed', () => {
  it.each([
    ['Tue Mar  6 10:12:13 UTC 2018', '2018-03-06T10:12:13Z'],
    ['Tue Mar  6 10:12:13 +0800 2018', '2018-03-06T02:12:13Z'],
    ['Tue, 06 Mar 2018 10:12:13 +0000', '2018-03-06T10:12:13Z'],
    ['2018-03-06T10:12:13+08:00', '2018-03-06T02:12:13Z'],
    ['2018-03-06 10:12:13 +0800', '2018-03-06T02:12:13Z'],
    ['1520331133', '2018-03-06T10:12:13Z'],
    // CST is three zones.
    ['Tue Mar  6 10:12:13 CST 2018', null],
    ['Tue Mar  6 10:12:13 2018', null],
    ['Tue Foo  6 10:12:13 UTC 2018', null],
    ['2018-13-06T10:12:13Z', null],
    ['10:12', null],
    ['x'.repeat(100), null],
  ])('%s', (text, time) => {
    expect(readClock(text)).toBe(time)
  })
})
