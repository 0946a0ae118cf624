import { describe, expect, it } from 'vitest'
import { compareMoments, readClock, readMoment } from './clock.ts'

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

describe('a time without a zone', () => {
  it.each([
    ['Tue Mar  6 10:12:13 CST 2018', '2018-03-06T10:12:13'],
    ['Fri Nov 20 18:03:10 2026', '2026-11-20T18:03:10'],
    ['Fri 20 Nov 2026 06:03:10 PM CST', '2026-11-20T18:03:10'],
    ['Mon Nov  2 12:03:10 AM IST 2026', '2026-11-02T00:03:10'],
    ['2022年 11月 09日 星期三 10:21:05 CST', '2022-11-09T10:21:05'],
    ['2026-11-20 10:11:12', '2026-11-20T10:11:12'],
    ['2026/11/20 10:11:12.345', '2026-11-20T10:11:12'],
    ['Nov 20 10:11:12', '11-20T10:11:12'],
    ['10:11:12', '10:11:12'],
    ['Tue Foo  6 10:12:13 2018', null],
    ['10:12', null],
    ['2026-13-20 10:11:12', null],
    ['LISTEN 0 128', null],
  ])('%s', (text, wall) => {
    expect(readMoment(text)).toEqual(wall === null ? null : { utc: null, wall })
  })

  it('with a zone it is a time of the world', () => {
    expect(readMoment('Tue Mar  6 10:12:13 UTC 2018')).toEqual({ utc: '2018-03-06T10:12:13Z', wall: null })
  })

  it('is compared only with its like', () => {
    const compare = (a: string, b: string) => {
      const [one, other] = [readMoment(a), readMoment(b)]
      return one && other && compareMoments(one, other)
    }
    expect(compare('10:11:12', '10:11:13')).toBe(-1)
    expect(compare('10:11:12', '10:11:12')).toBe(0)
    expect(compare('2026-11-20 10:11:12', '2026-11-19 10:11:12')).toBe(1)
    expect(compare('2026-11-20T10:11:12Z', '2026-11-20T12:11:12+02:00')).toBe(0)
    expect(compare('2026-11-20T10:11:12Z', '2026-11-20 10:11:12')).toBeNull()
    expect(compare('10:11:12', '2026-11-20 10:11:12')).toBeNull()
  })
})
