const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * The time that `date` printed, as RFC 3339 in UTC.
 * Shape: `Tue Mar  6 10:12:13 UTC 2018`, `2018-03-06T10:12:13+08:00`, `date -R`, seconds since 1970
 * Gaps:  null where the zone is a name other than UTC: `CST` alone is three zones
 */
export function readClock(text: string): string | null {
  const line = text.trim()
  if (line.length > 60) return null
  const seconds = /^1\d{9}$/.exec(line)
  if (seconds) return toUtc(Number(line) * 1000)
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})? ?(Z|[+-]\d\d:?\d\d)$/.exec(line)
  if (iso) return toUtc(Date.parse(`${iso[1]}T${iso[2]}${zone(iso[3] ?? 'Z')}`))
  const words =
    /^[A-Z][a-z]{2},? (?:([A-Z][a-z]{2}) +(\d{1,2})|(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})) (\d\d:\d\d:\d\d)(?: ([AP]M))? ?(UTC|GMT|Z|[+-]\d{4})(?: (\d{4}))?$/.exec(
      line,
    )
  if (!words || words[7] !== undefined) return null
  const month = MONTHS.indexOf(words[1] ?? words[4] ?? '') + 1
  const day = words[2] ?? words[3] ?? ''
  const year = words[5] ?? words[9]
  if (month === 0 || year === undefined) return null
  return toUtc(Date.parse(`${year}-${pad(month)}-${pad(Number(day))}T${words[6]}${zone(words[8] ?? 'Z')}`))
}

const zone = (text: string) => (/^[+-]/.test(text) ? `${text.slice(0, 3)}:${text.slice(-2)}` : 'Z')
const pad = (value: number) => String(value).padStart(2, '0')
const toUtc = (ms: number): string | null =>
  Number.isFinite(ms) ? new Date(ms).toISOString().replace('.000Z', 'Z') : null

/** A time as a text gives it, by which readings are dated or at least put in order. */
export interface Moment {
  /** RFC 3339; null where no zone stands there. */
  readonly utc: string | null
  /** `2026-11-20T10:11:12`, `11-20T10:11:12` or `10:11:12`: of the same length they can be compared. null where utc is known. */
  readonly wall: string | null
}

/**
 * The time that `date`, `watch`, ts(1) or a container's log printed, with a zone or without.
 * Gaps: null where none stands there. A day without its year, a time without its day are kept as far as they go
 */
export function readMoment(text: string): Moment | null {
  const line = text.trim()
  if (line.length > 60) return null
  const utc = readClock(line)
  if (utc !== null) return { utc, wall: null }
  const wall = readWall(line)
  return wall === null ? null : { utc: null, wall }
}

/** Which of two came first, as far as they can be compared; 0: the same; null: nobody knows. */
export function compareMoments(a: Moment, b: Moment): number | null {
  if (a.utc !== null && b.utc !== null) return Math.sign(Date.parse(a.utc) - Date.parse(b.utc))
  if (a.wall === null || b.wall === null || a.wall.length !== b.wall.length) return null
  return a.wall === b.wall ? 0 : a.wall < b.wall ? -1 : 1
}

const TIME = '(\\d\\d:\\d\\d:\\d\\d)(?:[.,]\\d{1,9})?'
const ISO = new RegExp(`^(20\\d\\d)[-/](\\d\\d)[-/](\\d\\d)[T ]${TIME}$`)
const CHINESE = new RegExp(
  `^(20\\d\\d)年 ?(\\d{1,2})月 ?(\\d{1,2})日 ?(?:星期.|[(（].[)）])? ?${TIME}(?: ([AP]M))?(?: [A-Z]{3,5})?$`,
)
const DAY_FIRST = new RegExp(
  `^[A-Z][a-z]{2},? (\\d{1,2}) ([A-Z][a-z]{2}) (20\\d\\d) ${TIME}(?: ([AP]M))?(?: [A-Z]{3,5})?$`,
)
const MONTH_FIRST = new RegExp(
  `^(?:[A-Z][a-z]{2} +)?([A-Z][a-z]{2}) +(\\d{1,2}) ${TIME}(?: ([AP]M))?(?: [A-Z]{2,5})?(?: (20\\d\\d))?$`,
)

function readWall(line: string): string | null {
  const iso = ISO.exec(line) ?? CHINESE.exec(line)
  if (iso) return wallOf(iso[1], Number(iso[2]), Number(iso[3]), iso[4], iso[5])
  const day = DAY_FIRST.exec(line)
  if (day) return wallOf(day[3], MONTHS.indexOf(day[2] ?? '') + 1, Number(day[1]), day[4], day[5])
  const month = MONTH_FIRST.exec(line)
  if (month) return wallOf(month[5], MONTHS.indexOf(month[1] ?? '') + 1, Number(month[2]), month[3], month[4])
  return new RegExp(`^${TIME}$`).exec(line)?.[1] ?? null
}

function wallOf(year: string | undefined, month: number, day: number, time = '', half?: string): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  const hour = Number(time.slice(0, 2))
  if (hour > 23 || (half !== undefined && hour > 12)) return null
  const of24 = half === undefined ? hour : (hour % 12) + (half === 'PM' ? 12 : 0)
  const parts = [pad(month), pad(day)]
  return `${[...(year === undefined ? [] : [year]), ...parts].join('-')}T${pad(of24)}${time.slice(2)}`
}
