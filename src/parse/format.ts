import type { Content } from '../model/block.ts'
import type { Slab } from '../model/line.ts'
import type { Origin, Warning } from '../model/part.ts'

/** What a reader of a format is told about the output it reads. */
export interface ReadContext {
  readonly file: string
  /** The command as typed; null where none stands there. */
  readonly command: string | null
  /** Its program and arguments, wrappers and filters taken off. */
  readonly args: readonly string[]
  /** A filter stands behind it: what is absent here may have been filtered out. */
  readonly filtered: boolean
}

export interface ReadResult {
  readonly content: readonly Content[]
  readonly warnings: readonly Warning[]
  /** How many rows stood there but could not be read: then the output is not whole. */
  readonly lost: number
  /** What else keeps it from being whole: it was longer than what is kept. */
  readonly cuts?: readonly string[]
}

/** How many rows were taken, and where the first byte stands that was not. */
export interface RowsTaken {
  readonly rows: number
  readonly to: number
}

/**
 * Reads one output line by line, so that a dump of any size needs no copy of its text.
 * Errors: never throws; a row that is broken is a warning, a line that is none of its own is refused.
 */
export interface FormatReader {
  /** true: the line belongs to this output. */
  take(text: string, line: number): boolean
  /**
   * The quick way for outputs of millions of rows: rows in their plainest form, as many as stand at `at`, straight from bytes.
   * What they come to is the same as by `take`. Only asked where the line before was taken, or is the command's own.
   */
  takeRows?(slab: Slab, at: number, line: number): RowsTaken
  /** Somebody left rows out on this line. */
  elide?(line: number): void
  finish(): ReadResult
}

/** One text format. `opens`: could this line be the first of such an output? Cheap, and strict enough for prose. */
export interface Format {
  readonly name: string
  opens(text: string): boolean
  read(context: ReadContext): FormatReader
}

/** No kernel has so many counters or settings, no table by hand so many rows: what comes beyond is hostile, and is dropped. */
export const MAX_ENTRIES = 20_000

/** Enough to see what is wrong with an output. */
const MAX_WARNINGS = 50

export const originAt = (context: ReadContext, line: number): Origin => ({
  file: context.file,
  line,
  command: context.command,
})

/**
 * A whole number as printed; null with a warning where a double cannot hold it exactly (beyond 2^53 − 1).
 * Hex and signs are not read here.
 */
export function wholeNumber(text: string): number | null {
  if (!/^\d{1,20}$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}

/** What people type behind a value: `-- note`, `# note`, `// note`, `<- note`. The line without it, or null where there is none. */
export function withoutRemark(text: string): string | null {
  const at = /\s(?:--+>?|=+>|#|\/\/|<[-=]+|←|⬅|⇐|→|➡|⇒|【|（)(?:\s|(?=[^\x20-\x7e])).*$/.exec(text)?.index
  const remark = at ?? text.search(/(?<!\s)\s{2,}(?=[^\x20-\x7e])/)
  return remark > 0 ? text.slice(0, remark).trimEnd() : null
}

/** What goes wrong while an output is read. The first few are told one by one. */
export interface Trouble {
  /** Odd, but nothing is missing for it. */
  warn(line: number, message: string): void
  /** A row could not be read. */
  lose(line: number, message: string): void
  result(content: readonly Content[]): ReadResult
}

export function startTrouble(context: ReadContext): Trouble {
  const warnings: Warning[] = []
  let lost = 0
  const warn = (line: number, message: string) => {
    if (warnings.length < MAX_WARNINGS) warnings.push({ origin: originAt(context, line), message })
  }
  return {
    warn,
    lose(line, message) {
      lost++
      warn(line, message)
    },
    result: (content) => ({ content, warnings, lost }),
  }
}
