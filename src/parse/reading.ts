import type { Line } from '../model/line.ts'

/**
 * What a parser made of some lines, with an account of the lines it could not use: nothing is lost silently.
 */
export interface Reading<T> {
  readonly value: T
  /** Lines that are neither rows of this format, nor its decoration, nor elisions. */
  readonly notUnderstood: readonly number[]
  /** Lines on which somebody left rows out: `...`, `(略)`. */
  readonly elided: readonly number[]
}

/** Lines sorted out while parsing: call one of the two for each line that is no row. */
export class Account {
  readonly notUnderstood: number[] = []
  readonly elided: number[] = []

  /** Blank lines and comments pass; elisions and the rest are noted. */
  strange(line: Line): void {
    if (isElision(line.text)) this.elided.push(line.number)
    else if (line.text.trim() !== '') this.notUnderstood.push(line.number)
  }

  reading<T>(value: T): Reading<T> {
    return { value, notUnderstood: this.notUnderstood, elided: this.elided }
  }
}

const OMITTED = /^(?:[.…⋯·]{1,}|\(?略\)?|（略）|省略|<snip>|\[?(?:snip|truncated|omitted)\]?|-+ ?8< ?-+)$/i

/** Whether a line says that others were left out: `...`, `…`, `(略)`, `...(N 天后)...`, `[snip]`. */
export function isElision(text: string): boolean {
  const bare = text.trim()
  if (bare === '') return false
  if (OMITTED.test(bare)) return true
  // Dots on both ends, with a remark between them.
  return bare.length < 60 && /^(?:\.{3}|…)/.test(bare) && /(?:\.{3}|…)$/.test(bare)
}
