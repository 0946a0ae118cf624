import type { Payload } from '../model/payload.ts'
import type { DrainPlan, DrainRecord, TakenConnection, TakenPayload } from '../model/queue-drain.ts'
import { formatEnd, formatMs } from '../words/format.ts'
import { STOP_WORDS, DRAIN_WORDS as W, WAS_WORDS } from '../words/queue-drain.ts'
import { groupDigits } from '../words/say.ts'
import { renderLines, span } from './style.ts'
import { type Cell, cell, tableLines } from './table.ts'
import { BLANK, labelled, paragraph, type TextOptions, tell } from './text/page.ts'
import { visibleDeep } from './visible.ts'

const COLUMN = 16
/** Connections before the rest is folded. */
const SHOWN = 40

/** What would be done, and what to think of before. */
export function renderDrainPlan(given: DrainPlan, options: TextOptions): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const plan = visibleDeep(given)
  const { owner, listener, length, closed, alive, owned, proof, blocking, netns } = plan
  const seconds = String(proof.intervalMs / 1000)
  const line = (label: string, text: string) => labelled(page, label, text, { indent: 2, column: COLUMN })
  const caution = (text: string) => paragraph(page, text, { prefix: [span('! ', 'warning')] })
  const how = { fd: String(owner.fd), pid: String(owner.pid) }
  return renderLines(
    [
      ...paragraph(page, tell(page, W.plan, { port: String(plan.port) }), { style: 'strong' }),
      ...line(W.listener[page.lang], `${formatEnd(listener.local)}  ${length}/${listener.limit}  ${netns}`),
      ...line(W.owner[page.lang], `${owner.comm} ${owner.pid}`),
      ...line(
        W.waits[page.lang],
        tell(page, W.waitsText, {
          length,
          most: listener.limit + 1,
          closed,
          alive,
          unseen: Math.max(0, length - closed - alive),
        }),
      ),
      ...line(
        W.proof[page.lang],
        proof.oldestCookie === null
          ? W.proofUnseen[page.lang]
          : tell(page, W.proofText, { cookie: proof.oldestCookie, seconds }),
      ),
      ...line(W.way[page.lang], tell(page, blocking ? W.wayHelper : W.wayDirect, how)),
      ...line(W.takes[page.lang], takesText(page, plan)),
      BLANK,
      ...(closed > 0 ? caution(W.cautionHalf[page.lang]) : []),
      ...caution(W.cautionOwner[page.lang]),
      ...(owned > 0 ? caution(tell(page, W.cautionOwned, { n: owned })) : []),
      ...caution(W.cautionAgain[page.lang]),
    ],
    page.color,
  )
}

function takesText(page: TextOptions, { takable, alive, policy }: DrainPlan): string {
  if (policy.live === 'reset') return tell(page, W.takesLive, { n: takable, alive })
  return takable === 0 ? W.takesNone[page.lang] : tell(page, W.takesText, { n: takable })
}

/** What was done. */
export function renderDrainRecord(given: DrainRecord, file: string | null, options: TextOptions): string {
  const page = { ...options, width: Math.max(40, options.width) }
  const record = visibleDeep(given)
  const { taken, left, liveReset, stopped } = record
  const shown = page.all || taken.length <= SHOWN + 1 ? taken : taken.slice(0, SHOWN)
  const { lines } = tableLines(
    [
      { head: W.peer[page.lang] },
      { head: W.was[page.lang] },
      { head: W.age[page.lang], right: true, spare: 1 },
      { head: W.unread[page.lang], right: true },
      { head: W.bytes[page.lang] },
    ],
    shown.map((one) => cellsOf(page, one)),
    { width: page.width, fold: true },
  )
  const more = taken.length - shown.length
  const counts = { n: taken.length, left: left === null ? '?' : String(left) }
  return renderLines(
    [
      ...(taken.length > 0 ? lines : []),
      ...(more > 0 ? paragraph(page, tell(page, W.more1, { n: more }), { style: 'dim' }) : []),
      ...paragraph(page, tell(page, taken.length === 1 ? W.takenOne : W.taken, counts), { style: 'strong' }),
      ...(liveReset > 0 ? paragraph(page, tell(page, W.cost, { n: liveReset }), { style: 'warning' }) : []),
      ...paragraph(page, STOP_WORDS[stopped][page.lang]),
      ...(file === null ? [] : paragraph(page, tell(page, W.record, { file }), { style: 'dim' })),
    ],
    page.color,
  )
}

function cellsOf(page: TextOptions, { peer, was, handshakeMs, unread, payload }: TakenConnection): readonly Cell[] {
  return [
    cell(peer === null ? '?' : formatEnd(peer)),
    cell(WAS_WORDS[was][page.lang], was === 'ESTABLISHED' ? 'warning' : undefined),
    cell(handshakeMs === null ? '' : formatMs(handshakeMs)),
    cell(unread === null || unread === 0 ? '' : groupDigits(unread)),
    cell(payload === null ? '' : payloadText(payload)),
  ]
}

/** `HTTP/1 GET /prices Host: shop.example`: technical, the same in every language. */
function payloadText({ is, proxy, excerpt }: TakenPayload): string {
  const before = proxy === null ? '' : `PROXY v${proxy.version}${proxy.source ? ` ${formatEnd(proxy.source)}` : ''} · `
  return before + (excerpt ?? protocolText(is))
}

function protocolText(is: Payload): string {
  switch (is.protocol) {
    case 'http1':
      return is.kind === 'request'
        ? `HTTP/1 ${is.method} ${is.target}${is.host === null ? '' : ` Host: ${is.host}`}`
        : `HTTP/1 ${is.status}`
    case 'http2':
      return [`HTTP/2`, is.grpc ? 'gRPC' : '', ...is.frames.map(({ type }) => type)].filter((one) => one).join(' ')
    case 'tls':
      return [`TLS ${is.kind}`, is.version, is.serverName === null ? null : `SNI ${is.serverName}`, is.alpn.join(',')]
        .filter((one) => one)
        .join(' ')
    case 'redis':
      return `Redis ${is.command ?? is.kind}`
    case 'mysql':
      return `MySQL ${is.version}`
    case 'postgresql':
      return `PostgreSQL ${is.kind}`
    case 'ssh':
      return is.banner
    case 'unknown':
      return ''
  }
}
