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

/** More than these are no text that anybody reads: they are counted, not listed. */
const MAX_RANGES = 200_000

/** Counts lines as they go by. */
export function countLines(): { add(kind: LineKind, lines: number): void; finish(): LineCount } {
  const kinds: Record<LineKind, number> = {
    output: 0,
    prompt: 0,
    comment: 0,
    elided: 0,
    example: 0,
    prose: 0,
    mark: 0,
    blank: 0,
    unread: 0,
  }
  const ranges: LineRange[] = []
  let total = 0
  let kind: LineKind | null = null
  let start = 1
  let rangesEnd: number | null = null
  const close = () => {
    if (kind === null) return
    if (ranges.length < MAX_RANGES) ranges.push({ kind, lines: [start, total] })
    else rangesEnd ??= start
  }
  return {
    add(next, lines) {
      if (next !== kind) {
        close()
        kind = next
        start = total + 1
      }
      kinds[next] += lines
      total += lines
    },
    finish() {
      close()
      kind = null
      return { total, kinds, ranges, rangesEnd }
    },
  }
}
