import type { Unread } from './report.ts'

/**
 * What a line of a text is to its reader.
 * - `output`: printed by a command, and taken in
 * - `prompt`: a command as typed, or a bare prompt
 * - `comment`: a shell's comment, or words typed between outputs
 * - `elided`: `...`: lines were left out there
 * - `example`: code or configuration, no reading
 * - `prose`: words of people, headings too
 * - `mark`: opens or closes a fence
 * - `unread`: below a command or in a fence, and not understood
 */
export type LineKind = 'output' | 'prompt' | 'comment' | 'elided' | 'example' | 'prose' | 'mark' | 'blank' | 'unread'

/** Neighbouring lines of one kind; both ends are part of it. */
export interface LineRange {
  readonly kind: LineKind
  readonly lines: readonly [number, number]
}

/** Every line of a text accounted for. */
export interface LineCount {
  readonly total: number
  readonly kinds: Readonly<Record<LineKind, number>>
  /** Without gaps, in the order of the text, while they are not too many. */
  readonly ranges: readonly LineRange[]
  /** From this line on they are only counted; null: all are there. */
  readonly rangesEnd: number | null
}

/** A command's output as the list of what was read shows it. */
export interface ListedBlock {
  readonly lines: readonly [number, number]
  readonly command: string | null
  readonly format: string | null
  readonly node: string | null
  /** null: it speaks of a cluster, not of a machine. */
  readonly netns: string | null
  /** Which of the file's readings, from 1; null: of a cluster. */
  readonly reading: number | null
  /** What it tells of: `sockets`, `counters` …; empty for what is only looked at. */
  readonly questions: readonly string[]
  /** Lines of output that were taken in. */
  readonly rows: number
  /** Lines between them that were not. */
  readonly unread: number
  /** Why it is not whole. */
  readonly cuts: readonly string[]
  /** Rows that were taken in but say less than they should. */
  readonly warnings: readonly { readonly line: number | null; readonly message: string }[]
}

/** What was made of one text, line by line: what `recvq read` prints. */
export interface Listing {
  readonly apiVersion: 'recvq/v1'
  readonly kind: 'Listing'
  readonly file: string
  readonly lines: LineCount
  readonly blocks: readonly ListedBlock[]
  /** Not understood, and examples, with the reason. */
  readonly unread: readonly Unread[]
}
