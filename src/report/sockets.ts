import type { ConnectionLine, ListenerLine, SocketKey, SocketList, SocketsTable } from '../model/socket-list.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { groupDigits } from '../words/say.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { KEY_WORDS, SOCKET_WORDS as W } from '../words/sockets.ts'
import { type Line, renderLines, span } from './style.ts'
import { type Cell, type Column, cell, tableLines } from './table.ts'
import { gapLines, placeLines } from './table-place.ts'
import { BLANK, counted, inParentheses, listOf, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'

/** Lines of one table before the rest is folded. */
const SHOWN = 40

/** Sockets for a terminal: a table of listeners and one of connections for each namespace of each reading. */
export function renderSockets(list: SocketList, options: TextOptions): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const tables = visibleDeep(list.tables)
  return renderLines(
    tables.flatMap((table, index) => [...(index > 0 ? [BLANK] : []), ...tablePart(page, table, list.by)]),
    page.color,
  )
}

function tablePart(page: TextOptions, table: SocketsTable, by: readonly SocketKey[]): readonly Line[] {
  const { listeners, connections } = table
  const several = listeners !== null && connections !== null
  const title = (text: Text): readonly Line[] => (several ? [[span(text[page.lang], 'strong')]] : [])
  return [
    ...placeLines(page, table, null),
    ...(listeners ? [...title(W.listeners), ...listenerPart(page, listeners)] : []),
    ...(connections ? [...title(W.connections), ...connectionPart(page, connections, by)] : []),
    ...gapLines(page, table.gaps),
  ]
}

function listenerPart(page: TextOptions, listeners: readonly ListenerLine[]): readonly Line[] {
  if (listeners.length === 0) return dim(page, W.noneFits[page.lang])
  const shown = page.all || listeners.length <= SHOWN + 1 ? listeners : listeners.slice(0, SHOWN)
  const columns: readonly Column[] = [
    { head: W.address[page.lang] },
    { head: W.queue[page.lang], right: true },
    { head: W.drops[page.lang], right: true, spare: 2 },
    { head: W.program[page.lang] },
    { head: W.service[page.lang], spare: 1 },
    { head: KEY_WORDS.pod[page.lang], spare: 3 },
  ]
  const { lines, left } = tableLines(columns, shown.map(listenerCells), page)
  const more = listeners.length - shown.length
  return [...lines, ...(more > 0 ? dim(page, tell(page, W.moreListeners, { n: more })) : []), ...leftOut(page, left)]
}

function listenerCells({
  address,
  port,
  length,
  limit,
  over,
  drops,
  program,
  pids,
  service,
  pod,
}: ListenerLine): Cell[] {
  const queue = `${length ?? '?'}/${limit ?? '?'}`
  return [
    cell(`${address.includes(':') ? `[${address}]` : address}:${port}`),
    over ? cell(`! ${queue}`, 'warning') : cell(queue),
    cell(drops === null ? '' : groupDigits(drops)),
    cell(program === null ? '' : program + (pids.length === 1 ? ` ${pids[0]}` : '')),
    cell(service ?? ''),
    cell(pod ?? ''),
  ]
}

function connectionPart(
  page: TextOptions,
  lines: readonly ConnectionLine[],
  by: readonly SocketKey[],
): readonly Line[] {
  if (lines.length === 0) return dim(page, W.noneFits[page.lang])
  const shown = page.all || lines.length <= SHOWN + 1 ? lines : lines.slice(0, SHOWN)
  const columns: readonly Column[] = [
    { head: W.count[page.lang], right: true },
    ...by.map((key) => ({ head: KEY_WORDS[key][page.lang] })),
    { head: W.unaccepted[page.lang], right: true },
    { head: W.unread[page.lang], right: true },
    { head: W.unsent[page.lang], right: true, spare: 2 },
    { head: W.oldest[page.lang], right: true, spare: 1 },
  ]
  const table = tableLines(
    columns,
    shown.map((one) => connectionCells(page, one, by)),
    page,
  )
  const more = lines.slice(shown.length)
  const sum = (those: readonly ConnectionLine[]) => those.reduce((total, one) => total + one.count, 0)
  return [
    ...table.lines,
    ...(more.length > 0 ? dim(page, tell(page, W.moreLines, { n: more.length, count: sum(more) })) : []),
    ...paragraph(page, counted(page, sum(lines), W.totalOne, W.total)),
    ...leftOut(page, table.left),
  ]
}

function connectionCells(page: TextOptions, line: ConnectionLine, by: readonly SocketKey[]): Cell[] {
  const { count, unaccepted, unread, unsent, oldestMs } = line
  const amount = (value: number | null) => cell(value === null ? '?' : value === 0 ? '' : groupDigits(value))
  return [
    cell(groupDigits(count)),
    ...by.map((key) => cell(keyText(page, line, key))),
    unaccepted !== null && unaccepted > 0 ? cell(groupDigits(unaccepted), 'warning') : amount(unaccepted),
    amount(unread),
    amount(unsent),
    cell(oldestMs === null ? '' : formatMs(oldestMs)),
  ]
}

function keyText(page: TextOptions, { key, peerName }: ConnectionLine, by: SocketKey): string {
  const { state, process, port, peer, pod } = key
  switch (by) {
    case 'state':
      return state ?? ''
    case 'process':
      return process ?? ''
    case 'port':
      return port ? (port.side === 'local' ? `:${port.number}` : `→ ${port.number}`) : ''
    case 'peer':
      return peer === '*'
        ? W.manyPeers[page.lang]
        : (peer ?? '') + (peerName ? inParentheses(page, peerName[page.lang]) : '')
    case 'pod':
      return pod ?? ''
  }
}

const dim = (page: TextOptions, text: string): readonly Line[] => paragraph(page, text, { style: 'dim' })

const leftOut = (page: TextOptions, left: readonly string[]): readonly Line[] =>
  left.length === 0 ? [] : dim(page, tell(page, S.notShown, { columns: listOf(page, left) }))
