import type { End, ProcessRef } from '../model/socket.ts'
import { type Format, type FormatReader, type ReadContext, startTrouble, withoutRemark } from './format.ts'
import { foreignNetstat } from './network/foreign-netstat.ts'
import { isOtherRow, startOtherRows } from './network/netstat-other.ts'
import { portOf } from './port-names.ts'
import type { SocketRow } from './socket-table.ts'
import { holdingOf } from './ss-row.ts'
import { startSockets } from './ss-table.ts'
import { tcpState } from './tcp-states.ts'

/**
 * Read `netstat -n*` of net-tools and busybox.
 * Shape:  rows → SocketTable; TCP; rows of other kinds apart
 * Units:  Recv-Q of LISTEN counts connections
 * Gaps:   the limit of a listener is unknown, never 0: netstat reads /proc/net/tcp, which does not carry it.
 *         net-tools cuts long IPv6 addresses without -W; such an address stays as printed
 * Errors: a row that is cut is a warning
 * Source: net-tools netstat.c, busybox networking/netstat.c
 */
export const netstat: Format = {
  name: 'netstat',
  opens: (text) => isHeading(text) || readRow(text) !== null,
  read: startNetstat,
}

/** As net-tools says "Active … connections" in other languages; the heads below it are English in all of them. */
const ACTIVE =
  /^(?:Active|激活|活[动動]|作用中的?|啟用|稼[働動]中の|Aktive|Connexions|Conexiones|Conexões|Connessioni|Активные|Aktywne)[^:]{0,24}(?:Internet|网络|網際|インターネット|интернет|internetow)/i

/** The heads above rows of TCP, UDP and the like. */
export const isInternetHead = (text: string): boolean =>
  (ACTIVE.test(text) && !foreignNetstat.opens(text)) ||
  (/^Proto\s+Recv-Q\s+Send-Q\s+Local Address/.test(text) && !text.includes('(state)'))

const isHeading = (text: string) =>
  isInternetHead(text) ||
  /^(?:Active|激活|活[动動]|作用中的?|啟用|稼[働動]中の|Aktive|Sockets|Активные|Aktywne)[^:]{0,24}(?:UNIX|Bluetooth)/i.test(
    text,
  ) ||
  /^Proto\s+RefCnt\s+Flags\s+Type\s+State/.test(text)

/** Heads and cells that a narrow terminal put below their line. */
const LAST_HEADS = /^\s{0,4}(?:State\s+)?(?:User\s+Inode\s+)?PID\/Program name(?:\s+Timer)?\s*$/
const OWNER = /^\s{0,4}(?:-|\d{1,10}\/\S.{0,100})$/

interface Row {
  readonly proto: string
  readonly recvQueue: number
  readonly sendQueue: number
  readonly local: string
  readonly peer: string
  readonly state: string
  readonly rest: string
}

function startNetstat(context: ReadContext): FormatReader {
  const sink = startSockets({ limits: false })
  const trouble = startTrouble(context)
  const others = startOtherRows(context)
  let rows = 0
  /** The last row: a narrow terminal may have put its end on the next line. */
  let pending: { readonly row: Row; readonly line: number } | null = null
  let broken: { readonly text: string; readonly line: number } | null = null
  const flush = () => {
    if (broken) trouble.lose(broken.line, `a row that breaks off: ${broken.text.slice(0, 80)}`)
    broken = null
    if (!pending) return
    const { row, line } = pending
    pending = null
    const socket = socketOf(row, line)
    if (socket) sink.push(socket)
    else trouble.lose(line, 'a row that was not understood')
  }
  const takeRow = (text: string, line: number): boolean => {
    const row = readRow(text)
    if (row === null) return false
    flush()
    if (row === 'other') return others.take(text, line)
    rows++
    pending = { row, line }
    return true
  }
  /** The end of the row above. */
  const takeEnd = (text: string): boolean => {
    if (broken) {
      const { text: start, line } = broken
      broken = null
      if (takeRow(start + text.trimStart(), line) || takeRow(`${start} ${text.trimStart()}`, line)) return true
      broken = { text: start, line }
      return false
    }
    if (pending === null || pending.row.rest !== '' || !OWNER.test(text)) return false
    pending = { ...pending, row: { ...pending.row, rest: text.trim() } }
    return true
  }
  return {
    take(text, line) {
      if (isHeading(text) || takeRow(text, line) || LAST_HEADS.test(text) || takeEnd(text)) return true
      const bare = withoutRemark(text)
      if (bare !== null && takeRow(bare, line)) return true
      if (!/^tcp6?\s+\d+(?:\s|$)/.test(text)) return false
      flush()
      broken = { text, line }
      return true
    },
    finish() {
      flush()
      const { table } = sink.finish(true)
      if (table.beyond.some((count) => count > 0))
        trouble.lose(table.line[0] ?? 0, 'more rows than are kept: the rest is only counted')
      const further = others.finish()
      // Nothing but rows of other kinds, and nobody says that TCP was asked for: it tells nothing of TCP.
      if (rows === 0 && further.length > 0 && context.command === null) return trouble.result(further)
      return trouble.result([{ question: 'sockets', table }, ...further])
    },
  }
}

/** A TCP row; `other` for UDP, raw and unix rows; null for anything else. */
function readRow(text: string): Row | 'other' | null {
  if (isOtherRow(text)) return 'other'
  const row =
    /^(tcp6?)\s+(\d{1,10})\s+(\d{1,10})\s+(\S{1,300}:\S{1,40})\s+(\S{1,300}:\S{1,40})\s+([A-ZÀ-Ý][A-ZÀ-Ý_\d]+)(?:\s+(.*))?$/.exec(
      // The blank between the first two columns was lost.
      text.startsWith('tcp0 ') ? text.replace('tcp0', 'tcp 0') : text,
    )
  if (!row) return null
  const [, proto = '', recv, send, local = '', peer = '', state = '', rest = ''] = row
  return { proto, recvQueue: Number(recv), sendQueue: Number(send), local, peer, state, rest }
}

function socketOf(row: Row, line: number): SocketRow | null {
  const state = tcpState(row.state)
  const local = endOf(row.local)
  const peer = endOf(row.peer)
  if (state === null || local === null || peer === null) return null
  const details = readDetails(row.rest)
  return {
    state,
    // toybox and busybox put brackets around it; whether it takes IPv4 as well none of them says
    family: row.proto === 'tcp' ? 4 : /^(?:::|\[::\])$/.test(local.address) ? null : 6,
    local,
    peer: state === 'LISTEN' ? null : peer,
    recvQueue: row.recvQueue,
    sendQueue: row.sendQueue,
    inode: details.inode,
    uid: details.uid,
    cookie: null,
    drops: null,
    ageMs: null,
    holding: holdingOf(state, details.processes, details.inode),
    processes: details.processes,
    line,
  }
}

function endOf(printed: string): End | null {
  const colon = printed.lastIndexOf(':')
  const port = portOf(printed.slice(colon + 1))
  return port === null ? null : { address: printed.slice(0, colon), port }
}

interface Details {
  readonly uid: number | null
  readonly inode: number | null
  /** Empty: a dash stood there. null: no such column. */
  readonly processes: readonly ProcessRef[] | null
}

/** `User Inode PID/Program Timer`, each of them there or not. */
function readDetails(rest: string): Details {
  const words = rest.trim().split(/\s+/, 12)
  const hasInode = /^\S+$/.test(words[0] ?? '') && /^\d{1,10}$/.test(words[1] ?? '') && !/[/(]/.test(words[0] ?? '')
  const uid = hasInode && /^\d{1,10}$/.test(words[0] ?? '') ? Number(words[0]) : null
  const inode = hasInode ? Number(words[1]) : null
  const holder = words.slice(hasInode ? 2 : 0).join(' ')
  if (/^-(?:\s|$)/.test(holder)) return { uid, inode, processes: [] }
  const named = /^(\d{1,10})\/(\S+)/.exec(holder)
  if (!named) return { uid, inode, processes: null }
  // `nginx: master`, `sshd: root@pts`: programs rewrite their own argv[0].
  const comm = (named[2] ?? '').replace(/:$/, '')
  return { uid, inode, processes: [{ pid: Number(named[1]), comm: comm.slice(comm.lastIndexOf('/') + 1), fd: null }] }
}
