/**
 * An input that cannot be read at all: missing, a directory, binary.
 * Callers print the four fields in their own words; `message` is plain English for logs.
 */
export class InputError extends Error {
  /** What was asked for, e.g. `text`. */
  readonly wanted: string
  /** What was met, e.g. `a directory`, `gzip data`. */
  readonly found: string
  /** The path or `standard input`. */
  readonly where: string
  /** What to do next; null where nothing is known to help. */
  readonly hint: string | null

  constructor(fields: { wanted: string; found: string; where: string; hint?: string | null; cause?: unknown }) {
    super(`${fields.where}: wanted ${fields.wanted}, found ${fields.found}`, { cause: fields.cause })
    this.name = 'InputError'
    this.wanted = fields.wanted
    this.found = fields.found
    this.where = fields.where
    this.hint = fields.hint ?? null
  }
}
