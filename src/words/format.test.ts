import { expect, it } from 'vitest'
import { formatEnd, formatList, formatMs, shellWord } from './format.ts'

it('puts IPv6 addresses into brackets', () => {
  expect(formatEnd({ address: '10.0.0.1', port: 80 })).toBe('10.0.0.1:80')
  expect(formatEnd({ address: '::', port: 30720 })).toBe('[::]:30720')
  expect(formatEnd({ address: '*', port: 80 })).toBe('*:80')
})

it('cuts lists and says how many are left out', () => {
  expect(formatList(['a', 'b'])).toEqual({ en: 'a, b', zh: 'a、b' })
  expect(formatList(['a', 'b', 'c'], 2)).toEqual({ en: 'a, b and 1 more', zh: 'a、b 等共 3 项' })
  expect(formatList([])).toEqual({ en: '', zh: '' })
})

it.each([
  [12, '12 ms'],
  [3210, '3.2 s'],
  [65000, '1 min 5 s'],
  [4_000_000, '1 h 6 min'],
  [260_000_000, '3 d 0 h'],
])('%i ms reads %s', (ms, said) => expect(formatMs(ms)).toBe(said))

it('puts in quotes what a shell would act on', () => {
  expect(shellWord('ip-172-1-57-200')).toBe('ip-172-1-57-200')
  expect(shellWord('x; reboot')).toBe("'x; reboot'")
  expect(shellWord("$(id)'`")).toBe("'$(id)'\\''`'")
})
