import type { LineCount, LineKind, LineRange } from '../../model/listing.ts'

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
