import type { LineKind, ListedBlock, Listing } from '../model/listing.ts'
import type { Lang, Text } from '../model/text.ts'
import { LINE_KIND_WORDS, LISTING_WORDS as W } from '../words/listing.ts'
import { say } from '../words/say.ts'
import { blockLines, rangeOf } from './listing/blocks.ts'
import { type Line, renderLines, span } from './style.ts'
import { BLANK, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'
import { padTo, widthOf } from './wrap.ts'

/** Of a long list the first few are shown. */
const SHOWN = 20
const SHOWN_BLOCKS = 200
/** Files that are told one by one. */
const MAX_SUMMARIES = 3

/** How much of a text was read, in one sentence; blank lines, words and examples do not count. */
export function summarise({ file, lines: { kinds }, blocks }: Listing): Text {
  const read = kinds.output + kinds.prompt + kinds.comment
  const fillings = { file, read, lines: read + kinds.unread, blocks: blocks.length }
  return say(blocks.length === 1 ? W.summaryOne : W.summary, fillings)
}

/** One sentence a text, with how to see more; one for all of them where they are many. */
export function summariseAll(listings: readonly Listing[]): readonly Text[] {
  if (listings.length > MAX_SUMMARIES) {
    const read = listings.reduce((sum, { lines: { kinds } }) => sum + kinds.output + kinds.prompt + kinds.comment, 0)
    const lines = listings.reduce((sum, one) => sum + one.lines.kinds.unread, read)
    const blocks = listings.reduce((sum, one) => sum + one.blocks.length, 0)
    return [say(W.summaryMany, { files: listings.length, read, lines, blocks })]
  }
  return listings.map((one) =>
    one.file === 'stdin' ? summarise(one) : say(W.shownBy, { summary: summarise(one), file: one.file }),
  )
}

/**
 * What was made of a text, for a terminal: the blocks, what was not understood and why, examples, elisions, and every line counted.
 * Shape: lines of at most `width` columns where words allow it; long lists folded unless `all`
 */
export function renderListing(listing: Listing, options: TextOptions): string {
  const shown = visibleDeep(listing)
  const page = { ...options, width: Math.max(40, options.width) }
  return renderLines(
    [
      ...paragraph(page, summarise(shown)[page.lang], { style: 'strong' }),
      BLANK,
      ...blocksPart(page, shown.blocks),
      ...unreadPart(page, shown, false),
      ...unreadPart(page, shown, true),
      ...rangesPart(page, shown, 'elided', W.elided),
      ...rangesPart(page, shown, 'prose', W.prose),
      ...totals(page, shown),
    ],
    page.color,
  )
}

function blocksPart(page: TextOptions, blocks: readonly ListedBlock[]): readonly Line[] {
  if (blocks.length === 0) return [[span('  '), span(W.noBlocks[page.lang], 'dim')], BLANK]
  const some = page.all ? blocks : blocks.slice(0, SHOWN_BLOCKS)
  return [
    title(page, W.blocks),
    ...blockLines(page, some),
    ...more(page, blocks.length - some.length, W.moreBlocks),
    BLANK,
  ]
}

const title = (page: TextOptions, text: Text): Line => [span(text[page.lang], 'strong')]

const more = (page: TextOptions, n: number, template: Text): readonly Line[] =>
  n <= 0 ? [] : [[span('  '), span(tell(page, template, { n }), 'dim')]]

/** Lines with the reason why nothing was made of them. */
function unreadPart(page: TextOptions, { unread, lines }: Listing, examples: boolean): readonly Line[] {
  const isExample = lines.ranges.filter(({ kind }) => kind === 'example')
  const those = unread.filter(
    ({ lines: [at] }) => isExample.some((range) => range.lines[0] <= at && at <= range.lines[1]) === examples,
  )
  if (those.length === 0) return []
  const some = page.all ? those : those.slice(0, SHOWN)
  const column = Math.max(...some.map((one) => rangeOf(one.lines).length)) + 2
  return [
    title(page, examples ? W.examples : W.notUnderstood),
    ...some.flatMap(({ lines: range, why, sample }) =>
      paragraph(page, sample === '' ? why : `${why} — ${sample}`, {
        prefix: [span('  '), span(padTo(rangeOf(range), column), 'dim')],
      }),
    ),
    ...more(page, those.length - some.length, W.moreRanges),
    BLANK,
  ]
}

/** Where lines of a kind stand. */
function rangesPart(page: TextOptions, { lines }: Listing, kind: LineKind, heading: Text): readonly Line[] {
  const those = lines.ranges.filter((range) => range.kind === kind)
  if (those.length === 0) return []
  const some = page.all ? those : those.slice(0, SHOWN * 2)
  const list = some.map((range) => rangeOf(range.lines)).join(', ')
  return [
    title(page, heading),
    ...paragraph(page, tell(page, W.ranges, { list }), { prefix: [span('  ')], hang: 2 }),
    ...more(page, those.length - some.length, W.moreRanges),
    BLANK,
  ]
}

const KINDS = Object.keys(LINE_KIND_WORDS) as readonly LineKind[]

function totals(page: TextOptions, { lines }: Listing): readonly Line[] {
  const there = KINDS.filter((kind) => lines.kinds[kind] > 0)
  const rows = [
    ...there.map((kind) => [LINE_KIND_WORDS[kind][page.lang], lines.kinds[kind]] as const),
    [W.total[page.lang], lines.total] as const,
  ]
  const column = Math.max(...rows.map(([label]) => widthOf(label))) + 2
  const digits = Math.max(...rows.map(([, n]) => count(n, page.lang).length))
  return [
    title(page, W.everyLine),
    ...rows.map(
      ([label, n]): Line => [span('  '), span(padTo(label, column), 'dim'), span(count(n, page.lang).padStart(digits))],
    ),
    ...(lines.rangesEnd === null
      ? []
      : paragraph(page, tell(page, W.onlyCounted, { line: String(lines.rangesEnd) }), { prefix: [span('  ')] })),
  ]
}

const count = (n: number, lang: Lang): string => say({ en: '{n}', zh: '{n}' }, { n })[lang]
