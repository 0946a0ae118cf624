import type { ListedBlock } from '../../model/listing.ts'
import { LISTING_WORDS as W } from '../../words/listing.ts'
import { type Line, span } from '../style.ts'
import { counted, paragraph, type TextOptions, tell } from '../text/page.ts'
import { padTo, widthOf } from '../wrap.ts'

/** Warnings of one block before the rest is folded. */
const SHOWN_WARNINGS = 3

/** One line a block, in columns, and below it what is missing in it. */
export function blockLines(page: TextOptions, blocks: readonly ListedBlock[]): readonly Line[] {
  const several = blocks.some((block) => (block.reading ?? 1) > 1)
  const heads = [
    W.lines[page.lang],
    W.where[page.lang],
    ...(several ? [W.reading[page.lang]] : []),
    W.format[page.lang],
    W.rows[page.lang],
  ]
  const cells = blocks.map((block) => [
    rangeOf(block.lines),
    placeOf(page, block),
    ...(several ? [block.reading === null ? '' : String(block.reading)] : []),
    block.format ?? '',
    String(block.rows),
  ])
  const widths = heads.map((head, column) => Math.max(widthOf(head), ...cells.map((row) => widthOf(row[column] ?? ''))))
  const indent = 2 + widths.reduce((sum, width) => sum + width + 2, 0)
  const row = (texts: readonly string[]) => texts.map((text, column) => padTo(text, (widths[column] ?? 0) + 2)).join('')
  const head: Line = [span('  '), span(row(heads), 'dim'), span(W.command[page.lang], 'dim')]
  return [
    head,
    ...blocks.flatMap((block, index): readonly Line[] => [
      [span('  '), span(row(cells[index] ?? [])), commandOf(page, block, indent)],
      ...remarks(page, block).flatMap((text) =>
        paragraph(page, text, { prefix: [span(' '.repeat(Math.min(indent, 24)))], style: 'dim' }),
      ),
    ]),
  ]
}

/** `12–40`, `7`. */
export const rangeOf = ([first, last]: readonly [number, number]): string =>
  first === last ? String(first) : `${first}–${last}`

/** `node1`, `node1 pod 1f0c…`, `cluster`. */
function placeOf(page: TextOptions, { node, netns, reading, format }: ListedBlock): string {
  if (reading === null) return node ?? (format === 'foreign-netstat' ? '-' : W.cluster[page.lang])
  const inside = netns === null || netns === 'host' ? null : short(netns)
  return [node ?? '-', inside].filter((one) => one !== null).join(' ')
}

/** Container ids are long; their beginning tells them apart. */
const short = (key: string): string => key.replace(/\b([\da-f]{12})[\da-f]{4,}\b/, '$1…')

/** What does not fit is cut: the text has it in full. */
function commandOf(page: TextOptions, { command }: ListedBlock, indent: number) {
  if (command === null) return span(W.noCommand[page.lang], 'dim')
  const room = Math.max(24, page.width - indent)
  return span(page.all || command.length <= room ? command : `${command.slice(0, room - 1)}…`, 'code')
}

function remarks(page: TextOptions, block: ListedBlock): readonly string[] {
  const warnings = page.all ? block.warnings : block.warnings.slice(0, SHOWN_WARNINGS)
  return [
    ...(block.questions.length === 0 ? [W.lookedAt[page.lang]] : []),
    ...(block.cuts.length === 0 ? [] : [tell(page, W.notWhole, { why: block.cuts.join('; ') })]),
    ...(block.unread === 0 ? [] : [counted(page, block.unread, W.unreadInsideOne, W.unreadInside)]),
    ...warnings.map(({ line, message }) =>
      line === null ? message : tell(page, W.warning, { line: String(line), message }),
    ),
    ...(warnings.length < block.warnings.length
      ? [tell(page, W.moreWarnings, { n: block.warnings.length - warnings.length })]
      : []),
  ]
}
