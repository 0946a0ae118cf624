import type { ServiceList, ServiceRow, ServiceTable } from '../model/service-table.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { countText, placeText } from './services/cells.ts'
import { detailLines } from './services/detail.ts'
import { type Line, renderLines } from './style.ts'
import { type Cell, cell, tableLines } from './table.ts'
import { gapLines, placeLines } from './table-place.ts'
import { BLANK, counted, inParentheses, listOf, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'

export interface ServicesPage extends TextOptions {
  /** One Service was asked for: every endpoint of it. */
  readonly detail: boolean
}

/** Services for a terminal: a table for each namespace of each reading, or one Service in full. */
export function renderServices(list: ServiceList, options: ServicesPage): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const tables = visibleDeep(list.tables)
  return renderLines(
    tables.flatMap((table, index) => [...(index > 0 ? [BLANK] : []), ...tablePart(page, table)]),
    page.color,
  )
}

function tablePart(page: ServicesPage, table: ServiceTable): readonly Line[] {
  const head = placeLines(page, table, null)
  if (page.detail)
    return [...head, ...table.rows.flatMap((row) => [BLANK, ...detailLines(page, row)]), ...gapPart(page, table)]
  const { lines, left } = tableLines(
    [
      { head: S.service[page.lang] },
      { head: S.type[page.lang], spare: 2 },
      { head: S.nodePort[page.lang], right: true },
      { head: S.queue[page.lang], right: true },
      { head: S.rules[page.lang], spare: 1 },
      { head: S.endpoints[page.lang] },
    ],
    table.rows.map((row) => cellsOf(page, row)),
    page,
  )
  return [...head, ...lines, ...belowTable(page, table, left)]
}

function cellsOf(page: ServicesPage, row: ServiceRow): readonly Cell[] {
  const { service, namedBy, type, nodePort, rules } = row
  const name = service === null ? S.unnamed[page.lang] : service + (namedBy === 'typed by hand' ? ' *' : '')
  return [
    cell(name, service === null ? 'dim' : undefined),
    cell(type ?? ''),
    cell(nodePort === null ? '' : String(nodePort)),
    queueCell(row),
    cell(rules === null ? '' : rules.backends.join(', ')),
    cell(rules?.refused ? tell(page, S.refused, { why: rules.refused }) : countText(page, row)),
  ]
}

/** `129/128 !`: a queue over its limit; `?` for what was not seen, nothing where nobody listens. */
function queueCell({ listeners, listenersWhole, nodePort }: ServiceRow): Cell {
  const [first] = listeners
  if (!first) return cell(nodePort === null || listenersWhole ? '' : '?', 'dim')
  const text = `${first.length ?? '?'}/${first.limit ?? '?'}`
  return first.over ? cell(`! ${text}`, 'warning') : cell(text)
}

function belowTable(page: ServicesPage, table: ServiceTable, left: readonly string[]): readonly Line[] {
  const { rows } = table
  const queued = rows.flatMap(({ listeners }) => listeners).filter((one) => (one.length ?? 0) > 0)
  const hand = rows.filter(({ namedBy }) => namedBy === 'typed by hand')
  const over = queued.filter((one) => one.over).length
  const waiting = tell(page, queued.every((one) => one.limit !== null) ? S.waiting : S.waitingUnlimited, {
    ports: queued.length,
    over,
    queued: queued.reduce((sum, one) => sum + (one.length ?? 0), 0),
  })
  const sums = listOf(page, [counted(page, rows.length, S.countOne, S.count), ...(queued.length > 0 ? [waiting] : [])])
  const totals = table.totals.map(({ namespace, ports, over: overLimit }) =>
    overLimit === null
      ? tell(page, S.totalUnlimited, { namespace, ports })
      : tell(page, S.total, { namespace, ports, over: overLimit }),
  )
  return [
    ...paragraph(page, sums),
    ...(totals.length > 0
      ? paragraph(page, `${S.byNamespace[page.lang]}${page.lang === 'zh' ? '：' : ': '}${listOf(page, totals)}`)
      : []),
    ...sharing(page, rows),
    ...(hand.length > 0 ? paragraph(page, handText(page, hand), { style: 'dim' }) : []),
    ...(over > 0 ? paragraph(page, S.legendOver[page.lang], { style: 'dim' }) : []),
    ...(left.length > 0
      ? paragraph(page, tell(page, S.notShown, { columns: listOf(page, left) }), { style: 'dim' })
      : []),
    ...gapLines(page, table.gaps),
  ]
}

function handText(page: ServicesPage, rows: readonly ServiceRow[]): string {
  const at = rows.find((one) => one.namedAt !== null)?.namedAt
  return S.legendHand[page.lang] + (at ? inParentheses(page, placeText(at)) : '')
}

/** Each pair of Services with the same endpoints, once. */
function sharing(page: ServicesPage, rows: readonly ServiceRow[]): readonly Line[] {
  const said = new Set<string>()
  return rows.flatMap((row) =>
    row.shares.flatMap(({ service, whole }): readonly Line[] => {
      const [a = '', b = ''] = [row.service ?? '', service].toSorted()
      if (said.has(`${a} ${b}`) || said.size >= MOST_PAIRS) return []
      said.add(`${a} ${b}`)
      return paragraph(page, tell(page, whole ? S.sharing : S.sharingShown, { a, b }))
    }),
  )
}

const MOST_PAIRS = 10

const gapPart = (page: ServicesPage, { gaps }: ServiceTable): readonly Line[] =>
  gaps.length === 0 ? [] : [BLANK, ...gapLines(page, gaps)]
