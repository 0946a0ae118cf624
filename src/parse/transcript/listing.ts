import type { Block } from '../../model/block.ts'
import type { LineCount, LineKind, ListedBlock, Listing } from '../../model/listing.ts'
import type { Transcript } from './index.ts'

/** What was made of a text, block by block and line by line. */
export function listingOf({ nodes, blocks, unread, lines }: Transcript, file: string): Listing {
  const numbers = readingNumbers(nodes.flatMap((node) => node.readings))
  const count = counterOf(lines)
  return {
    apiVersion: 'recvq/v1',
    kind: 'Listing',
    file,
    lines,
    blocks: blocks.map((block): ListedBlock => {
      const reading = numbers.get(block) ?? null
      return {
        lines: block.lines,
        command: block.command,
        format: block.format,
        node: block.node,
        netns: reading === null ? null : block.netns,
        reading,
        questions: [...new Set(block.content.map((one) => one.question))],
        rows: count(block.lines, 'output'),
        unread: count(block.lines, 'unread'),
        cuts: block.cuts,
        warnings: block.warnings.map(({ origin, message }) => ({
          line: 'line' in origin ? origin.line : null,
          message,
        })),
      }
    }),
    unread,
  }
}

/** The file's readings counted from 1 in the order of their first lines, as `FILE#2` picks them. */
function readingNumbers(
  readings: readonly { readonly lines: readonly [number, number]; readonly blocks: readonly Block[] }[],
): ReadonlyMap<Block, number> {
  const inOrder = [...readings].sort((a, b) => a.lines[0] - b.lines[0])
  return new Map(inOrder.flatMap(({ blocks }, index) => blocks.map((block) => [block, index + 1] as const)))
}

/** How many lines of a kind stand between two lines. */
function counterOf({ ranges }: LineCount): (lines: readonly [number, number], kind: LineKind) => number {
  const firstWithin = (line: number) => {
    let [low, high] = [0, ranges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle]?.lines[1] ?? 0) < line) low = middle + 1
      else high = middle
    }
    return low
  }
  return ([first, last], kind) => {
    let sum = 0
    for (let i = firstWithin(first); i < ranges.length; i++) {
      const range = ranges[i]
      if (!range || range.lines[0] > last) break
      if (range.kind === kind) sum += Math.min(last, range.lines[1]) - Math.max(first, range.lines[0]) + 1
    }
    return sum
  }
}
