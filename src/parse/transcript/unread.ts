import type { Unread } from '../../model/report.ts'
import { visible } from './clean-line.ts'

/** More ranges than this are counted, not listed. */
const MAX_RANGES = 500

export interface UnreadLines {
  add(line: number, why: string, text: string): void
  finish(): readonly Unread[]
}

/** Gathers lines that nobody understood into ranges: neighbours with the same reason are one. */
export function gatherUnread(file: string): UnreadLines {
  const ranges: Unread[] = []
  let more = 0
  let last: { range: Unread; index: number } | null = null
  return {
    add(line, why, text) {
      if (text.trim() === '') return
      // An empty line or two between them does not part them.
      if (last && last.range.why === why && line > last.range.lines[1] && line - last.range.lines[1] <= 3) {
        const grown: Unread = { ...last.range, lines: [last.range.lines[0], line] }
        ranges[last.index] = grown
        last = { range: grown, index: last.index }
        return
      }
      if (ranges.length >= MAX_RANGES) {
        more++
        last = null
        return
      }
      const range: Unread = { file, lines: [line, line], why, sample: visible(text) }
      last = { range, index: ranges.push(range) - 1 }
    },
    finish() {
      const [tail] = ranges.slice(-1)
      if (more === 0 || !tail) return ranges
      return [...ranges.slice(0, -1), { ...tail, why: `${tail.why}; and ${more} more lines like these are not listed` }]
    },
  }
}
