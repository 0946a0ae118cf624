import type { Listener } from '../model/socket.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read a table that a person wrote, with pipes between its cells and heads that say what they hold, in English or Chinese.
 * Shape:  a port and a queue length or a limit → Listener, address `*`; a Service or program beside it → its `service`
 * Gaps:   what has no column is null; owners are never told
 * Errors: a row whose port or number cannot be read is a warning
 */
export const handTable: Format = {
  name: 'hand-table',
  opens: (text) => columnsOf(text) !== null,
  read: startHandTable,
}

type Column = 'port' | 'length' | 'max' | 'service'

const HEADS: readonly (readonly [Column, RegExp])[] = [
  ['port', /^(?:(?:listen(?:ing)?|local|node|service)?ports?|端口号?|监听端口号?|服务端口|节点端口|本地端口)$/],
  ['length', /^(?:recv-?q(?:ueue)?|accept ?queue|queue(?: ?length)?|queued|队列长度|全连接队列|当前队列|队列|积压)$/],
  ['max', /^(?:send-?q|backlog|max|limit|max ?backlog|队列上限|上限|队列大小|最大队列)$/],
  ['service', /^(?:services?|svc|service ?name|program|process|name|应用|服务名?称?|进程名?|程序|名称)$/],
]

export function cellsOf(text: string): readonly string[] | null {
  if (text.length > 2000 || !text.includes('|')) return null
  const inner = text.trim().replace(/^\|/, '').replace(/\|$/, '')
  return inner.split('|').map((cell) => cell.trim().replace(/^[*`]+|[*`]+$/g, ''))
}

function columnsOf(text: string): readonly (Column | null)[] | null {
  const cells = cellsOf(text)
  if (!cells || cells.length < 2 || cells.length > 40) return null
  const columns = cells.map((cell) => {
    const head = cell.toLowerCase().replaceAll('_', '-')
    return HEADS.find(([, pattern]) => pattern.test(head) || pattern.test(head.replaceAll(' ', '')))?.[0] ?? null
  })
  return columns.includes('port') && (columns.includes('length') || columns.includes('max')) ? columns : null
}

function startHandTable(context: ReadContext): FormatReader {
  const listeners: Listener[] = []
  const trouble = startTrouble(context)
  let columns: readonly (Column | null)[] | null = null
  return {
    take(text, line) {
      if (columns === null) {
        columns = columnsOf(text)
        return columns !== null
      }
      const cells = cellsOf(text)
      if (!cells) return false
      if (cells.every((cell) => /^:?-{1,}:?$/.test(cell) || cell === '')) return true
      const row = readRow(cells, columns)
      if (typeof row === 'string') {
        trouble.lose(line, `${row}: ${text.slice(0, 80)}`)
        return true
      }
      for (const port of row.ports) {
        if (listeners.length >= MAX_ENTRIES) break
        listeners.push({
          ...NOTHING_TOLD,
          local: { address: '*', port },
          acceptQueue: { length: row.length, max: row.max },
          service: row.service === '' ? null : row.service,
          origin: originAt(context, line),
        })
      }
      return true
    },
    finish: () => trouble.result([{ question: 'listeners', listeners }]),
  }
}

const NOTHING_TOLD = {
  family: null,
  drops: null,
  inode: null,
  cookie: null,
  uid: null,
  cgroupId: null,
  owners: null,
} as const

interface Row {
  readonly ports: readonly number[]
  readonly length: number | null
  readonly max: number | null
  readonly service: string
}

/** The row, or what is wrong with it. One cell may name several ports: `8080/443`, `80, 443`. */
function readRow(cells: readonly string[], columns: readonly (Column | null)[]): Row | string {
  const cell = (column: Column) => cells[columns.indexOf(column)] ?? ''
  const words = cell('port')
    .split(/[/,、，\s]+/)
    .filter((word) => word !== '')
  const ports = words.map((word) => (/^:?\d{1,5}$/.test(word) ? Number(word.replace(':', '')) : Number.NaN))
  if (ports.length === 0 || !ports.every((port) => port > 0 && port <= 65535)) return 'no port'
  const length = columns.includes('length') ? numberOf(cell('length')) : null
  const max = columns.includes('max') ? numberOf(cell('max')) : null
  if (Number.isNaN(length) || Number.isNaN(max)) return 'no number'
  return { ports, length, max, service: columns.includes('service') ? nameOf(cell('service')) : '' }
}

/** null for an empty cell, NaN for words. */
const numberOf = (cell: string): number | null =>
  /^[-—]?$/.test(cell) ? null : /^\d{1,9}$/.test(cell) ? Number(cell) : Number.NaN

/** A name less the quotes that pasting left at its ends. */
const nameOf = (cell: string): string => cell.replace(/^["'“”]+|["'“”]+$/g, '')
