import type { Origin } from '../../model/part.ts'
import type { ServiceRow } from '../../model/service-table.ts'
import { SERVICE_WORDS as S } from '../../words/services.ts'
import { type TextOptions, tell } from '../text/page.ts'

/** How many endpoints, and each one's share where all get the same; empty: nothing tells. */
export function countText(page: TextOptions, row: ServiceRow): string {
  const { endpointCount, countIsAtLeast, share } = row
  if (endpointCount === null) return ''
  const count = String(endpointCount)
  if (countIsAtLeast) return tell(page, S.atLeast, { n: count })
  if (share === null || endpointCount === 0) return tell(page, S.some, { n: count })
  return tell(page, S.each, { n: count, share: percent(share) })
}

/** 0.025 → `2.5 %`. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

/** `incident.md:112`, or the way it was read. */
export const placeText = (origin: Origin): string =>
  'via' in origin ? origin.via : `${origin.file.slice(origin.file.lastIndexOf('/') + 1)}:${origin.line}`

const STEPS = [
  [86_400 * 365, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
] as const

/** As kubectl prints ages: `27d`, `5h`. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return ''
  const step = STEPS.find(([size], index) => seconds >= size * (index === 0 ? 2 : 1))
  return step ? `${Math.floor(seconds / step[0])}${step[1]}` : `${Math.floor(seconds)}s`
}
