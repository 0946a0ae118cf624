import type { TcpState } from '../model/socket.ts'
import { startRowAdder } from './add-rows.ts'
import {
  type Format,
  type FormatReader,
  type ReadContext,
  startTrouble,
  type Trouble,
  withoutRemark,
} from './format.ts'
import { isSsNoise, readOther, startOtherSockets } from './network/ss-other.ts'
import { isSsDetail, isSsHeader, type Row, socketOf } from './ss-row.ts'
import { type RowSink, startSockets } from './ss-table.ts'
import { tcpState, tcpStateByFilter } from './tcp-states.ts'

/**
 * Read the output of `ss` of any iproute2 since 2.6: with and without header, Netid and State columns, `-p -e -m -i -o`.
 * Shape:  rows → SocketTable; TCP; rows of other kinds apart
 * Units:  Recv-Q and Send-Q of LISTEN count connections, of other states bytes
 * Gaps:   all LISTEN rows with Send-Q 0: ss had fallen back to /proc/net/tcp, which has no limits: they are unknown
 * Errors: a row that is cut is a warning
 * Source: iproute2 misc/ss.c; IPv6 in brackets and `*` for a dual-stack any-address since 4.x, before that `:::80` and `*:80` for IPv4
 */
export const ss: Format = {
  name: 'ss',
  opens: (text) => isSsHeader(text) || readRow(text, null) !== null,
  read: startSs,
}

const NETIDS = new Set(
  'tcp udp raw mptcp sctp dccp u_str u_dgr u_seq p_raw p_dgr nl icmp icmp6 v_str v_dgr ti_rd ti_dg ti_st xdp ???'.split(
    ' ',
  ),
)

function startSs(context: ReadContext): FormatReader {
  const sink = startSockets({ limits: true })
  const addRows = startRowAdder(sink.direct)
  const trouble = startTrouble(context)
  const others = startOtherSockets(context)
  // Without a Netid column nothing but the states tells UDP from TCP: only UDP and its like are UNCONN.
  let unnamed: 'tcp' | 'udp' | null = context.command === null ? null : 'tcp'
  let rows = 0
  // Where a filter names a single state, ss leaves the State column out.
  const only = stateFilter(context.args)
  let pending: { row: Row; line: number; details: string } | null = null
  let bracketed = false
  /** A row that a narrow terminal may have broken: the next line may have its end. */
  let broken: { readonly text: string; readonly line: number } | null = null
  const flush = () => {
    if (broken) trouble.lose(broken.line, `a row that breaks off: ${broken.text.slice(0, 80)}`)
    broken = null
    if (!pending) return
    const socket = socketOf(pending.row, pending.details, pending.line)
    if (socket) sink.push(socket)
    else trouble.lose(pending.line, 'a port printed by a name that is not known')
    pending = null
  }
  const takeRow = (text: string, line: number): boolean => {
    const row = readRow(text, only)
    if (row === null) return false
    flush()
    const isTcp = text.trimStart().startsWith('tcp')
    if (row !== 'other' && !isTcp) {
      if (row.state === 'LISTEN') unnamed ??= 'tcp'
      if (row.state === 'CLOSE') unnamed ??= 'udp'
    }
    const other = row === 'other' ? readOther(text, null) : !isTcp && unnamed === 'udp' ? readOther(text, 'udp') : null
    if (other) others.push(other, line)
    else if (row !== 'other') {
      pending = { row, line, details: row.rest }
      rows++
    }
    return true
  }
  return {
    take(text, line) {
      if (isSsHeader(text)) {
        bracketed ||= /Process/.test(text)
        return true
      }
      if (isSsNoise(text)) return true
      if (takeRow(text, line)) return true
      if (!pending && /^\s|^users:/.test(text) && isSsDetail(text)) return others.detail(text)
      if (pending && /^\s|^users:/.test(text) && isSsDetail(text)) {
        if (pending.details.length < 4096) pending = { ...pending, details: `${pending.details} ${text}` }
        return true
      }
      if (pending && isOpen(pending.details)) {
        if (pending.details.length < 4096) pending = { ...pending, details: pending.details + text.trimStart() }
        return true
      }
      if (broken) {
        const { text: start, line: begun } = broken
        broken = null
        const end = text.trimStart()
        if (takeRow(start + end, begun) || takeRow(`${start} ${end}`, begun)) return true
        broken = { text: start, line: begun }
      }
      const bare = withoutRemark(text)
      if (bare !== null && takeRow(bare, line)) return true
      // Whatever it was, details that follow are not those of the row above it.
      flush()
      if (!isCutRow(text)) return false
      broken = { text, line }
      return true
    },
    takeRows(slab, at, line) {
      if (only !== null || unnamed === 'udp') return { rows: 0, to: at }
      const first = slab.bytes[at] ?? 0
      // What is pending waits for details: these begin with a blank, or with users:( in old versions.
      if (first <= 32 || first === 117) return { rows: 0, to: at }
      const taken = addRows(slab, at, line, flush)
      rows += taken.rows
      return taken
    },
    finish() {
      flush()
      const further = others.finish()
      const table = finishTable(sink, bracketed, trouble)
      // Nothing but rows of other kinds, and nobody says that TCP was asked for: it tells nothing of TCP.
      if (rows === 0 && further.length > 0 && context.command === null) return trouble.result(further)
      return trouble.result([{ question: 'sockets', table }, ...further])
    },
  }
}

function finishTable(sink: RowSink, bracketed: boolean, trouble: Trouble) {
  const { table, limitsUnknown } = sink.finish(bracketed)
  const first = table.line[0] ?? 0
  if (limitsUnknown)
    trouble.warn(first, 'every listener shows Send-Q 0: ss read /proc/net/tcp, which does not carry the limits')
  if (table.beyond.some((count) => count > 0)) trouble.lose(first, 'more rows than are kept: the rest is only counted')
  return table
}

/** `ss state close-wait`, `ss -t state established '( … )'`: the one state it names. */
function stateFilter(args: readonly string[]): TcpState | null {
  const at = args.indexOf('state')
  const name = args[at + 1]
  return at >= 0 && name !== undefined && args.indexOf('state', at + 1) < 0 ? tcpStateByFilter(name) : null
}

/** A row; `other` for a row of another protocol; null for anything else. */
function readRow(text: string, only: TcpState | null): Row | 'other' | null {
  const words = firstWords(text, 7)
  const [first = ''] = words
  const netid = NETIDS.has(first)
  if (netid && first !== 'tcp' && words.length >= 5) return 'other'
  const at = netid ? 1 : 0
  const printed = tcpState(words[at] ?? '')
  const state = printed ?? only
  if (state === null) return null
  const from = printed === null ? at : at + 1
  const [recv = '', send = '', local = '', peer = ''] = words.slice(from, from + 4)
  if (!isQueue(recv) || !isQueue(send) || !isEnd(local) || !isEnd(peer)) return null
  return {
    state,
    recvQueue: Number(recv),
    sendQueue: Number(send),
    local,
    peer,
    rest: restAfter(text, from + 4),
  }
}

/** The list of owners does not end in these details. */
function isOpen(details: string): boolean {
  const at = details.lastIndexOf('users:(')
  if (at < 0) return false
  let depth = 0
  let quoted = false
  // A program's name may hold brackets of its own.
  for (let i = at; i < details.length; i++) {
    const char = details[i]
    if (char === '"') quoted = !quoted
    else if (!quoted) depth += char === '(' ? 1 : char === ')' ? -1 : 0
  }
  return depth > 0
}

const isQueue = (word: string) => /^\d{1,10}$/.test(word)
/** `address:port`, the port a number, `*`, or a service name. */
const isEnd = (word: string) => {
  const colon = word.lastIndexOf(':')
  return colon >= 0 && /^(?:\d{1,5}|\*|[A-Za-z][\w.-]*)$/.test(word.slice(colon + 1))
}

/** A row that lost its end: state and queues stand there, the addresses do not. */
function isCutRow(text: string): boolean {
  const words = firstWords(text, 7)
  const at = words[0] === 'tcp' ? 1 : 0
  return (
    tcpState(words[at] ?? '') !== null &&
    words.length > at + 2 &&
    (words.length < at + 5 || (words.length === at + 5 && /^[\d.:a-f[\]]{1,45}$/i.test(words[at + 4] ?? ''))) &&
    words.slice(at + 1, at + 3).every(isQueue)
  )
}

function firstWords(text: string, count: number): readonly string[] {
  return text.slice(0, 1024).trim().split(/\s+/, count)
}

function restAfter(text: string, words: number): string {
  let i = 0
  const isSpace = (at: number) => text[at] === ' ' || text[at] === '\t'
  for (let word = 0; word < words; word++) {
    while (i < text.length && isSpace(i)) i++
    while (i < text.length && !isSpace(i)) i++
  }
  return text.slice(i, i + 4096)
}
