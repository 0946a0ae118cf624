import { describe, expect, it } from 'vitest'
import { Failure } from './failure.ts'
import { parseInterval } from './interval.ts'

describe('parseInterval', () => {
  it.each([
    ['3s', 3000],
    ['500ms', 500],
    ['1m', 60_000],
    ['2', 2000],
    ['1.5s', 1500],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseInterval(text)).toBe(ms)
  })

  it.each(['', 's', '-1s', '3h', '11m', '1e3', 'NaN', '٣s', '3 s'])('refuses %j', (text) => {
    expect(() => parseInterval(text)).toThrow(Failure)
  })
})
