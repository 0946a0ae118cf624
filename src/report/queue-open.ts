import type { OpenConnection, OpenGroup, OpenQueue, QueueOpen } from '../model/queue-open.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatMs } from '../words/format.ts'
import { QUEUE_WORDS as W } from '../words/queue.ts'
import { groupDigits } from '../words/say.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { type Line, renderLines, span } from './style.ts'
import { type Cell, type Column, cell, tableLines } from './table.ts'
import { gapLines, placeLines } from './table-place.ts'
import { aside, BLANK, counted, inParentheses, listOf, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'

export interface QueueOpenPage extends TextOptions {
  /** Every connection in a line of its own. */
  readonly each: boolean
}

/** Lines of one table before the rest is folded. */
const SHOWN = 40

/** What is in the accept queues of a port, for a terminal. */
export function renderQueueOpen(opened: QueueOpen, options: QueueOpenPage): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const { queues, denied } = visibleDeep(opened)
  return renderLines(
    [
      ...queues.flatMap((queue, index) => [...(index > 0 ? [BLANK] : []), ...queuePart(page, queue)]),
      ...(denied.length > 0 ? [BLANK, ...dim(page, tell(page, W.notLooked, { list: denied.join('; ') }))] : []),
    ],
    page.color,
  )
}

function queuePart(page: QueueOpenPage, queue: OpenQueue): readonly Line[] {
  const { listeners, length, owned, agesMayWrap, stuckSince } = queue
  const port = String(listeners[0]?.local.port ?? '')
  return [
    ...placeLines(page, queue, null),
    ...listeners.flatMap((one) => listenerLine(page, queue, one)),
    ...(listeners.length > 1 ? dim(page, tell(page, W.shared, { n: listeners.length })) : []),
    ...(length === 0 ? paragraph(page, W.empty[page.lang]) : contentLines(page, queue)),
    ...(stuckSince && agesMayWrap ? dim(page, W.mayWrap[page.lang]) : []),
    ...(owned > 0 ? dim(page, tell(page, W.ownedToo, { n: owned })) : []),
    ...rowLines(page, queue),
    ...(length > 0 ? [BLANK, ...dim(page, tell(page, W.howToFree, { port }))] : []),
    ...gapLines(page, queue.gaps),
  ]
}

function listenerLine(
  page: TextOptions,
  { program, pids, service, podName }: OpenQueue,
  { local, length, limit }: OpenQueue['listeners'][number],
): readonly Line[] {
  const who = program === null ? W.nobody[page.lang] : [program, ...pids.slice(0, 4)].join(' ')
  const text = aside([
    `${formatEnd(local)}  ${length}/${limit}${length > limit ? ` ${W.full[page.lang]}` : ''}`,
    who,
    service,
    podName,
  ])
  return paragraph(page, text, { style: length > limit ? 'warning' : 'strong' })
}

function contentLines(page: TextOptions, queue: OpenQueue): readonly Line[] {
  const { length, closed, alive, reset, unread, withData, stuckSince } = queue
  const parts = [
    ...(closed > 0 ? [tell(page, W.closed, { n: closed })] : []),
    ...(alive > 0 ? [tell(page, W.alive, { n: alive })] : []),
    ...(reset === null ? [W.resetUnknown[page.lang]] : reset > 0 ? [tell(page, W.reset, { n: reset })] : []),
  ]
  const bullet = (text: string) => paragraph(page, text, { prefix: [span('  · ', 'dim')] })
  const stuck: Text = reset === 0 ? W.stuck : W.stuckSeen
  return [
    ...paragraph(page, counted(page, length, W.inQueueOne, W.inQueue)),
    ...parts.flatMap(bullet),
    ...paragraph(page, unread === 0 ? W.noneUnread[page.lang] : tell(page, W.unread, { bytes: unread, n: withData })),
    ...(stuckSince
      ? paragraph(page, tell(page, stuck, { ago: formatMs(stuckSince.ms), at: stuckSince.at }), { style: 'strong' })
      : []),
  ]
}

function rowLines(page: QueueOpenPage, { groups, connections }: OpenQueue): readonly Line[] {
  if (connections.length === 0) return []
  const columns: readonly Column[] = [
    { head: W.peer[page.lang] },
    { head: W.state[page.lang] },
    ...(page.each ? [] : [{ head: W.count[page.lang], right: true }]),
    { head: W.unreadHead[page.lang], right: true },
    { head: W.handshake[page.lang], right: true },
    { head: W.sinceData[page.lang], right: true, spare: 2 },
    { head: W.sinceFin[page.lang], right: true, spare: 1 },
  ]
  const all = page.each ? connections.map((one) => eachCells(page, one)) : groups.map((one) => groupCells(page, one))
  const shown = page.all || all.length <= SHOWN + 1 ? all : all.slice(0, SHOWN)
  const { lines, left } = tableLines(columns, shown, page)
  const more = all.length - shown.length
  return [
    ...lines,
    ...(more > 0 ? dim(page, tell(page, W.moreRows, { n: more })) : []),
    ...(left.length > 0 ? dim(page, tell(page, S.notShown, { columns: listOf(page, left) })) : []),
  ]
}

function groupCells(page: TextOptions, group: OpenGroup): readonly Cell[] {
  const { peer, peerName, state, count, unread, oldestMs, youngestMs, dataMs, finMs } = group
  const ages = [oldestMs, youngestMs].flatMap((ms) => (ms === null ? [] : [formatMs(ms)]))
  return [
    cell(peer + nameText(page, peerName)),
    cell(state, state === 'ESTABLISHED' ? 'warning' : undefined),
    cell(groupDigits(count)),
    cell(unread === 0 ? '' : groupDigits(unread)),
    cell([...new Set(ages)].join(' – ')),
    cell(dataMs === null ? '' : formatMs(dataMs)),
    cell(finMs === null ? '' : formatMs(finMs)),
  ]
}

function eachCells(page: TextOptions, one: OpenConnection): readonly Cell[] {
  const { peer, peerName, state, unread, handshakeMs, dataMs, finMs } = one
  const age = (ms: number | null) => cell(ms === null ? '' : formatMs(ms))
  return [
    cell(formatEnd(peer) + nameText(page, peerName)),
    cell(state, state === 'ESTABLISHED' ? 'warning' : undefined),
    cell(unread === 0 ? '' : groupDigits(unread)),
    age(handshakeMs),
    age(dataMs),
    age(finMs),
  ]
}

const nameText = (page: TextOptions, name: Text | null): string => (name ? inParentheses(page, name[page.lang]) : '')

const dim = (page: TextOptions, text: string): readonly Line[] => paragraph(page, text, { style: 'dim' })
