import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/rules/index.ts'

const HAN = /\p{Script=Han}/u
/** They say how much is shown, and decide nothing. */
const OF_THE_PRINT = /^(?:(?:MOST_)?SHOWN|NAMED)$/

/** Numbers that a file names in capitals. */
function numbersIn(source: string): readonly string[] {
  return [...source.matchAll(/^(?:export )?const ([A-Z][A-Z_0-9]{1,60})(?:: number)? = -?[\d.]/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !OF_THE_PRINT.test(name))
}

it('tells numbers that decide from those of the print', () => {
  const source =
    'const MANY = 20\nconst SHOWN = 8\nexport const STAYS_MS = 60_000\nconst NAMES = "a"\n  const INNER = 3\n'
  expect(numbersIn(source)).toEqual(['MANY', 'STAYS_MS'])
})

describe.each(RULES)('$id', ({ id, thresholds = [] }) => {
  it('says why its numbers are what they are', () => {
    const source = readFileSync(new URL(`../../src/rules/${id}.ts`, import.meta.url), 'utf8')
    if (numbersIn(source).length > 0) expect(thresholds).not.toEqual([])
    for (const { value, reason } of thresholds) {
      expect(value.trim()).not.toBe('')
      expect(value).not.toMatch(HAN)
      expect(reason.en.length, value).toBeGreaterThan(12)
      expect(reason.en).not.toMatch(HAN)
      expect(reason.zh, value).toMatch(HAN)
    }
  })
})

it('gives no reason twice: each rule has its own', () => {
  const reasons = RULES.flatMap(({ thresholds = [] }) => thresholds.flatMap(({ reason }) => [reason.en, reason.zh]))
  expect(reasons.filter((one, index) => reasons.indexOf(one) !== index)).toEqual([])
})
