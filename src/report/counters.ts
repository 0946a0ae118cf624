import type { CounterList, CounterRow, CounterTable } from '../model/counter-table.ts'
import { DIFF_WORDS as D } from '../words/diff.ts'
import { groupDigits } from '../words/say.ts'
import { headOf } from './diff/head.ts'
import { formatRate } from './diff/rate.ts'
import { ALWAYS_MOVING } from './diff/sections.ts'
import { type Line, renderLines, span } from './style.ts'
import { netnsName } from './text/names.ts'
import { BLANK, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'
import { padTo, widthOf } from './wrap.ts'

/** Counters for a terminal: name, gain and rate (or the total), and what it means. */
export function renderCounters(list: CounterList, page: TextOptions): string {
  const { tables } = visibleDeep(list)
  const lines = tables.flatMap((table, index) => [...(index > 0 ? [BLANK] : []), ...tableLines(page, table)])
  return renderLines(lines, page.color)
}

function tableLines(page: TextOptions, table: CounterTable): readonly Line[] {
  const shown = table.rows.filter(({ name }) => page.all || table.before === null || !ALWAYS_MOVING.test(name))
  const left = table.rows.length - shown.length
  const name = netnsName(page, table.netns)
  const { title, remarks } = headOf(page, {
    ...table,
    before: table.before ?? table.after,
    relation: table.before === null ? 'single' : 'time',
    notes: [],
  })
  return [
    ...paragraph(page, name === null ? title : `${title} · ${name}`, { style: 'strong' }),
    ...remarks.flatMap((remark) => paragraph(page, remark, { style: 'dim' })),
    BLANK,
    ...rowLines(page, shown),
    ...(shown.length === 0 ? paragraph(page, D.noneMoved[page.lang]) : []),
    ...(left > 0 ? paragraph(page, tell(page, D.traffic, { n: left }), { style: 'dim' }) : []),
  ]
}

function rowLines(page: TextOptions, rows: readonly CounterRow[]): readonly Line[] {
  const cells = rows.map((row) => ({ row, value: gainOf(row), rate: rateOf(page, row) }))
  const width = (pick: (one: (typeof cells)[number]) => string) =>
    Math.max(0, ...cells.map((one) => widthOf(pick(one))))
  const columns = [width(({ row }) => row.name), width(({ value }) => value), width(({ rate }) => rate)] as const
  return cells.flatMap(({ row, value, rate }) =>
    paragraph(page, row.meaning?.[page.lang] ?? '', {
      prefix: [
        span(`  ${padTo(row.name, columns[0])}  `, 'code'),
        span(`${' '.repeat(columns[1] - widthOf(value))}${value}  `),
        span(columns[2] === 0 ? '' : `${' '.repeat(columns[2] - widthOf(rate))}${rate}  `, 'dim'),
      ],
      style: 'dim',
    }),
  )
}

const gainOf = ({ before, after }: CounterRow): string =>
  before === null ? groupDigits(after) : `+${groupDigits(after - before)}`

const rateOf = (page: TextOptions, { perSecond }: CounterRow): string =>
  perSecond === null ? '' : tell(page, D.perSecond, { rate: formatRate(perSecond) })
