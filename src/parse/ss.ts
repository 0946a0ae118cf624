import type { End, ProcessRef, TcpState } from '../model/socket.ts'
import {
  type Format,
  type FormatReader,
  type ReadContext,
  startTrouble,
  type Trouble,
  withoutRemark,
} from './format.ts'
import { portOf } from './port-names.ts'
import type { SocketRow } from './socket-table.ts'
import { type RowSink, startSockets } from './ss-table.ts'
import { tcpState, tcpStateByFilter } from './tcp-states.ts'

/**
 * Read the output of `ss` of any iproute2 since 2.6: with and without header, Netid and State columns, `-p -e -m -i -o`.
 * Shape:  rows → SocketTable; TCP only, rows of other kinds are passed over
 * Units:  Recv-Q and Send-Q of LISTEN count connections, of other states bytes
 * Gaps:   all LISTEN rows with Send-Q 0: ss had fallen back to /proc/net/tcp, which has no limits: they are unknown
 * Errors: a row that is cut is a warning
 * Source: iproute2 misc/ss.c; IPv6 in brackets and `*` for a dual-stack any-address since 4.x, before that `:::80` and `*:80` for IPv4
 */
export const ss: Format = {
  name: 'ss',
  opens: (text) => isHeader(text) || readRow(text, null) !== null,
  read: startSs,
}

const NETIDS = new Set(
  'tcp udp raw mptcp sctp dccp u_str u_dgr u_seq p_raw p_dgr nl icmp icmp6 v_str v_dgr ti_rd ti_dg ti_st xdp ???'.split(
    ' ',
  ),
)

const isHeader = (text: string) => /^\s*(?:Netid\s+)?(?:State\s+)?Recv-Q\s+Send-Q\s+Local Address/.test(text)

/** Words that only ss prints on the lines it adds below a row. */
const DETAIL =
  /(?:^|[\s,(])(?:users:\(|skmem:\(|mem:\(|timer:\(|uid:\d|ino:\d|sk:[\da-f]|cgroup:|rto:\d|cwnd:\d|mss:\d|bytes_acked:|segs_(?:in|out):|lastsnd:\d|rcv_space:\d)/

interface Row {
  readonly state: TcpState
  readonly recvQueue: number
  readonly sendQueue: number
  readonly local: string
  readonly peer: string
  readonly rest: string
}

function startSs(context: ReadContext): FormatReader {
  const sink = startSockets({ limits: true })
  const trouble = startTrouble(context)
  // Where a filter names a single state, ss leaves the State column out.
  const only = stateFilter(context.args)
  let pending: { row: Row; line: number; details: string } | null = null
  let bracketed = false
  const flush = () => {
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
    if (row !== 'other') pending = { row, line, details: row.rest }
    return true
  }
  return {
    take(text, line) {
      if (isHeader(text)) {
        bracketed ||= /Process/.test(text)
        return true
      }
      if (takeRow(text, line)) return true
      if (pending && /^\s|^users:/.test(text) && DETAIL.test(text)) {
        if (pending.details.length < 4096) pending = { ...pending, details: `${pending.details} ${text}` }
        return true
      }
      const bare = withoutRemark(text)
      if (bare !== null && takeRow(bare, line)) return true
      if (!isCutRow(text)) return false
      trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
      return true
    },
    finish() {
      flush()
      return trouble.result([{ question: 'sockets', table: finishTable(sink, bracketed, trouble) }])
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

const isQueue = (word: string) => /^\d{1,10}$/.test(word)
/** `address:port`, the port a number, `*`, or a service name. */
const isEnd = (word: string) => {
  const colon = word.lastIndexOf(':')
  return colon > 0 && /^(?:\d{1,5}|\*|[A-Za-z][\w.-]*)$/.test(word.slice(colon + 1))
}

/** A row that lost its end: state and queues stand there, the addresses do not. */
function isCutRow(text: string): boolean {
  const words = firstWords(text, 7)
  const at = words[0] === 'tcp' ? 1 : 0
  return (
    tcpState(words[at] ?? '') !== null &&
    words.length > at + 2 &&
    words.length < at + 5 &&
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

function socketOf(row: Row, details: string, line: number): SocketRow | null {
  const local = endOf(row.local)
  const peer = endOf(row.peer)
  if (local === null || peer === null) return null
  const { state } = row
  const processes = readUsers(details)
  const inode = numberAfter(details, 'ino:')
  return {
    state,
    family: familyOf(row.local),
    local,
    peer: state === 'LISTEN' ? null : peer,
    recvQueue: row.recvQueue,
    sendQueue: row.sendQueue,
    inode,
    uid: numberAfter(details, 'uid:') ?? (inode === null ? null : 0),
    cookie: /(?:^|[\s(,])sk:([\da-f]{1,16})/.exec(details)?.[1] ?? null,
    drops: wholeOrNull(/skmem:\([^)]*,d(\d{1,10})\)/.exec(details)?.[1]),
    ageMs: ageOf(details),
    holding: holdingOf(state, processes, inode),
    processes,
    line,
  }
}

/** TIME_WAIT and SYN_RECV have no user socket at all; inode 0 in ESTABLISHED and CLOSE_WAIT means: not accepted yet. */
export function holdingOf(state: TcpState, processes: readonly ProcessRef[] | null, inode: number | null) {
  if (processes && processes.length > 0) return 'process' as const
  if (state === 'TIME_WAIT' || state === 'SYN_RECV') return 'kernel' as const
  if (inode === null) return 'unknown' as const
  if (inode > 0) return 'process' as const
  return state === 'ESTABLISHED' || state === 'CLOSE_WAIT' ? ('unaccepted' as const) : ('kernel' as const)
}

function endOf(printed: string): End | null {
  const colon = printed.lastIndexOf(':')
  const port = portOf(printed.slice(colon + 1))
  if (port === null) return null
  const address = printed.slice(0, colon)
  // `[fe80::1]%eth0` and `127.0.0.53%lo` are one address with its scope.
  return { address: address.replace(/^\[([^\]]*)\](%\S+)?$/, '$1$2'), port }
}

/** Old versions print `:::80` for any IPv6 socket: whether it takes IPv4 too is not told. */
function familyOf(local: string): 4 | 6 | null {
  const address = local.slice(0, local.lastIndexOf(':'))
  if (address === '*' || address === '::') return null
  if (address.includes(':')) return 6
  return /^\d+\.\d+\.\d+\.\d+/.test(address) ? 4 : null
}

/** `users:(("sshd",pid=1,fd=3),("sshd",pid=2,fd=3))`, before 4.0 `users:(("sshd",1,3))`; null where there is none. */
function readUsers(details: string): readonly ProcessRef[] | null {
  const at = details.indexOf('users:(')
  if (at < 0) return null
  const found: ProcessRef[] = []
  for (const match of details.slice(at).matchAll(/\("([^"]{0,64})",(?:pid=)?(\d{1,10}),(?:fd=)?(\d{1,10})\)/g))
    found.push({ comm: match[1] ?? '', pid: Number(match[2]), fd: Number(match[3]) })
  return found
}

/**
 * Milliseconds since the handshake, for a connection that never sent: its `lastsnd` counts from there.
 * Gaps: null where this version does not print what was sent (before 4.6)
 */
function ageOf(details: string): number | null {
  const lastsnd = numberAfter(details, 'lastsnd:')
  if (lastsnd === null || !details.includes('segs_out:')) return null
  return /data_segs_out:|bytes_sent:/.test(details) ? null : lastsnd
}

function numberAfter(details: string, label: string): number | null {
  let at = details.indexOf(label)
  while (at > 0 && !' \t,('.includes(details[at - 1] ?? '')) at = details.indexOf(label, at + 1)
  return at < 0 ? null : wholeOrNull(/^\d{1,10}/.exec(details.slice(at + label.length, at + label.length + 10))?.[0])
}

const wholeOrNull = (digits: string | undefined) => (digits === undefined ? null : Number(digits))
