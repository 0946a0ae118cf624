const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 }

/**
 * Seconds of an age as kubectl prints it: `27d`, `5h30m`, `2y34d`, `3m2s (x5 over 10m)`; null: `<unknown>`, or none.
 * Units: kubectl rounds down to the units it prints
 */
export function parseAge(text: string): number | null {
  const word = text.trim().split(' ', 1)[0] ?? ''
  if (!/^(?:\d{1,6}[smhdy]){1,5}$/.test(word)) return null
  let seconds = 0
  for (const part of word.matchAll(/(\d{1,6})([smhdy])/g)) seconds += Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0)
  return seconds
}

/** `a=b,c=d` → labels; null: not printed. `<none>` are no labels. */
export function parseLabels(text: string | undefined): Readonly<Record<string, string>> | null {
  if (text === undefined || text === '') return null
  const labels: Record<string, string> = {}
  if (text === '<none>') return labels
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=')
    if (equals > 0) labels[pair.slice(0, equals).trim()] = pair.slice(equals + 1)
  }
  return labels
}

/** A cell's value; null for kubectl's ways to say that there is none. */
export function told(cell: string | undefined): string | null {
  return cell === undefined || cell === '' || /^<(?:none|unset|unknown|nil|no value|nodes|pending|invalid)>$/.test(cell)
    ? null
    : cell
}
