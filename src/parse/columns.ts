/** What tables of system tools have in common: words under heads, decimals of any locale, sizes with units. */

/** Longer lines are no rows of such a table. */
export const MAX_ROW = 8000

export const wordsOf = (text: string): readonly string[] => text.trim().split(/\s+/)

/** A decimal as tools print it, `12`, `0.3`, `0,3` (other locales), `12%`; null for everything else. */
export function decimal(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(?:[.,]\d{1,9})?%?$/.test(text)
    ? Number(text.replace(',', '.').replace('%', ''))
    : null
}

const UNITS: Readonly<Record<string, number>> = { '': 0, B: 0, K: 1, M: 2, G: 3, T: 4, P: 5 }

/**
 * A size with its unit as bytes: `7.6Gi`, `512M`, `0B`, `1024` (in `unit`s).
 * Units: powers of 1024, also of `7.6G`; only free --si counts in thousands, and says so nowhere
 */
export function bytesOf(text: string | undefined, unit = 1): number | null {
  const parts = /^(\d{1,18}(?:[.,]\d{1,3})?)([BbkKmMgGtTpP]?)i?[Bb]?$/.exec(text ?? '')
  const value = Number(parts?.[1]?.replace(',', '.'))
  const power = UNITS[(parts?.[2] ?? '').toUpperCase()]
  if (!parts || power === undefined) return null
  const bytes = Math.round(value * (parts[2] === '' ? unit : 1024 ** power))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** Cells by their head's name. */
export interface Row {
  number(name: string): number | null
  text(name: string): string | undefined
}

/** The row under `heads`; null where it has fewer cells. */
export function rowUnder(heads: readonly string[], cells: readonly string[]): Row | null {
  if (cells.length < heads.length) return null
  const cell = (name: string) => {
    const at = heads.indexOf(name)
    return at < 0 ? undefined : cells[at]
  }
  return { number: (name) => decimal(cell(name)), text: cell }
}

/** The sum of what is told; null where nothing is. */
export function total(...numbers: readonly (number | null)[]): number | null {
  const told = numbers.filter((one) => one !== null)
  return told.length === 0 ? null : Math.round(told.reduce((sum, one) => sum + one, 0) * 1000) / 1000
}
