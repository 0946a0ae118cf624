import { groupDigits } from '../../words/say.ts'

/** A number per second with as many digits as tell something: 0.03, 4.2, 1200. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 100) return groupDigits(Math.round(perSecond))
  return groupDigits(Number(perSecond.toPrecision(2)))
}
