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
