import { QUEUE_VERDICTS, type QueueLine, type QueueList, type QueueTable } from '../model/queue-list.ts'
import { formatEnd, formatMs } from '../words/format.ts'
import { VERDICT_WORDS, QUEUE_WORDS as W } from '../words/queue.ts'
import { CONFIDENCE_WORDS } from '../words/report.ts'
import { groupDigits } from '../words/say.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { type Line, renderLines } from './style.ts'
import { type Cell, cell, tableLines } from './table.ts'
import { gapLines, placeLines } from './table-place.ts'
import { BLANK, inParentheses, listOf, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'

/** Lines of one table before the rest is folded. */
const SHOWN = 40

/** Accept queues for a terminal: a table for each namespace of each reading. */
export function renderQueueList(list: QueueList, options: TextOptions): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const tables = visibleDeep(list.tables)
  return renderLines(
    tables.flatMap((table, index) => [...(index > 0 ? [BLANK] : []), ...tablePart(page, table)]),
    page.color,
  )
}

function tablePart(page: TextOptions, table: QueueTable): readonly Line[] {
  const { queues } = table
  const shown = page.all || queues.length <= SHOWN + 1 ? queues : queues.slice(0, SHOWN)
  const { lines, left } = tableLines(
    [
      { head: W.address[page.lang] },
      { head: W.queue[page.lang], right: true },
      { head: W.drops[page.lang], right: true, spare: 3 },
      { head: W.oldest[page.lang], right: true, spare: 1 },
      { head: W.verdict[page.lang] },
      { head: W.program[page.lang], spare: 1 },
      { head: W.service[page.lang], spare: 2 },
      { head: W.pod[page.lang], spare: 4 },
    ],
    shown.map((one) => cellsOf(page, one)),
    { width: page.width, fold: true },
  )
  const dim = (text: string) => paragraph(page, text, { style: 'dim' })
  const more = queues.length - shown.length
  const has = (verdict: QueueLine['verdict']) => queues.some((one) => one.verdict === verdict)
  return [
    ...placeLines(page, table, null),
    ...lines,
    ...(more > 0 ? dim(tell(page, W.moreListeners, { n: more })) : []),
    ...(queues.length > 0 ? paragraph(page, sumsOf(page, queues)) : []),
    ...(has('never-accepts') ? dim(W.legendNever[page.lang]) : []),
    ...(has('unknown') ? dim(W.legendUnknown[page.lang]) : []),
    ...(left.length > 0 ? dim(tell(page, S.notShown, { columns: listOf(page, left) })) : []),
    ...gapLines(page, table.gaps),
  ]
}

function cellsOf(page: TextOptions, line: QueueLine): readonly Cell[] {
  const { length, limit, over, drops, oldestMs, verdict, program, pids, service, pod } = line
  const queue = `${length ?? '?'}/${limit ?? '?'}`
  return [
    cell(formatEnd(line)),
    over ? cell(`! ${queue}`, 'warning') : cell(queue),
    cell(drops === null ? '' : groupDigits(drops)),
    cell(oldestMs === null ? '' : formatMs(oldestMs)),
    verdictCell(page, line),
    cell(
      program === null ? '' : program + (pids.length === 1 ? ` ${pids[0]}` : ''),
      verdict === 'unknown' ? 'dim' : undefined,
    ),
    cell(service ?? ''),
    cell(pod ?? ''),
  ]
}

function verdictCell(page: TextOptions, { verdict, confidence }: QueueLine): Cell {
  const word = VERDICT_WORDS[verdict][page.lang]
  const text =
    confidence === null || confidence === 'certain'
      ? word
      : word + inParentheses(page, CONFIDENCE_WORDS[confidence][page.lang])
  if (verdict === 'keeping-up') return cell(text)
  return cell(text, verdict === 'unknown' ? 'dim' : 'warning')
}

/** `3 never accepts, 40 keeping up`. */
function sumsOf(page: TextOptions, queues: readonly QueueLine[]): string {
  const parts = QUEUE_VERDICTS.flatMap((verdict) => {
    const n = queues.filter((one) => one.verdict === verdict).length
    return n === 0 ? [] : [`${groupDigits(n)} ${VERDICT_WORDS[verdict][page.lang]}`]
  })
  return tell(page, queues.length === 1 ? W.sumsOne : W.sums, { n: queues.length, list: listOf(page, parts) })
}
