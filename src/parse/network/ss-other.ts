import type { Content } from '../../model/block.ts'
import type { OtherSocket, UdpSocket, UnixSocket } from '../../model/network.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { portOf } from '../port-names.ts'
import { isSsDetail, isSsHeader, numberAfter, readUsers } from '../ss-row.ts'
import { keep, networkOf, numberOf, wordsOf } from './network-of.ts'

/**
 * Read what `ss` prints of sockets that are not TCP: `ss -u`, `-x`, `-w`, `-0`, `-S`, `-M`, `-f netlink`.
 * Shape:  rows → UDP sockets, unix sockets, the rest. Where only one kind is asked for, the columns Netid and State may be missing
 * Units:  Recv-Q of UDP and raw in bytes with the kernel's overhead; of listening unix sockets in connections, Send-Q their limit
 * Gaps:   drops only with -m
 * Errors: a row without addresses is lost
 * Source: iproute2 misc/ss.c
 */
export const ssOther: Format = {
  name: 'ss-other',
  opens: (text) => isSsHeader(text) || readOther(text, null) !== null,
  read: startSsOther,
}

const KINDS: Readonly<Record<string, string>> = {
  udp: 'udp',
  u_str: 'u_str',
  u_dgr: 'u_dgr',
  u_seq: 'u_seq',
  raw: 'raw',
  icmp: 'icmp',
  icmp6: 'icmp',
  p_raw: 'packet',
  p_dgr: 'packet',
  nl: 'netlink',
  sctp: 'sctp',
  dccp: 'dccp',
  mptcp: 'mptcp',
  v_str: 'vsock',
  v_dgr: 'vsock',
  ti_rd: 'tipc',
  ti_dg: 'tipc',
  ti_st: 'tipc',
  ti_sq: 'tipc',
  xdp: 'xdp',
  '???': 'unknown',
}

export interface OtherRow {
  readonly kind: string
  readonly state: string | null
  readonly recvQueue: number
  readonly sendQueue: number
  /** The words of both addresses and what follows. */
  readonly rest: readonly string[]
}

/** A row of another protocol than TCP; `only`: the kind that the command asked for alone. null for anything else. */
export function readOther(text: string, only: string | null): OtherRow | null {
  const words = wordsOf(text, 64)
  const [first = ''] = words
  const kind = Object.hasOwn(KINDS, first) ? KINDS[first] : only
  if (kind === undefined || kind === null) return null
  const from = Object.hasOwn(KINDS, first) ? 1 : 0
  const named = /^[A-Z][A-Z\d-]{3,11}$/.test(words[from] ?? '')
  const [recv, send] = words.slice(from + (named ? 1 : 0))
  const recvQueue = numberOf(recv)
  const sendQueue = numberOf(send)
  const rest = words.slice(from + (named ? 3 : 2))
  if (recvQueue === null || sendQueue === null || rest.length < 2) return null
  if (from === 0 && !named && kind !== 'netlink' && kind !== 'packet') return null
  return { kind, state: named ? (words[from] ?? null) : null, recvQueue, sendQueue, rest }
}

/** The only kind that these arguments ask for; null where there are several or none. */
export function kindAskedFor(args: readonly string[]): string | null {
  const text = ` ${args.join(' ')} `
  const named = /\s(?:-A|--query|--socket|-f|--family)[ =]?(\w+)\s/.exec(text)?.[1]
  const byName: Readonly<Record<string, string>> = {
    unix_stream: 'u_str',
    unix_dgram: 'u_dgr',
    unix_seqpacket: 'u_seq',
    netlink: 'netlink',
    link: 'packet',
    packet: 'packet',
    packet_raw: 'packet',
    packet_dgram: 'packet',
    udp: 'udp',
    raw: 'raw',
    vsock: 'vsock',
    tipc: 'tipc',
    xdp: 'xdp',
    sctp: 'sctp',
    mptcp: 'mptcp',
    dccp: 'dccp',
  }
  if (named !== undefined) return Object.hasOwn(byName, named) ? (byName[named] ?? null) : null
  const long = /\s--(udp|raw|packet|vsock|tipc|xdp|sctp|mptcp|dccp)\s/.exec(text)?.[1]
  if (long) return byName[long] ?? null
  const flags = args.flatMap((arg) => (/^-[A-Za-z\d]+$/.test(arg) ? [...arg.slice(1)] : []))
  const byFlag: Readonly<Record<string, string>> = {
    u: 'udp',
    w: 'raw',
    '0': 'packet',
    S: 'sctp',
    M: 'mptcp',
    d: 'dccp',
    x: 'unix',
    t: 'tcp',
  }
  const kinds = flags.flatMap((flag) => (Object.hasOwn(byFlag, flag) ? [byFlag[flag] ?? ''] : []))
  return kinds.length === 1 && !['unix', 'tcp'].includes(kinds[0] ?? '') ? (kinds[0] ?? null) : null
}

export interface OtherSockets {
  push(row: OtherRow, line: number): void
  /** A line below the last row adds to it. false: there is none. */
  detail(text: string): boolean
  finish(): readonly Content[]
}

/** Collects rows that are not TCP. */
export function startOtherSockets(context: ReadContext): OtherSockets {
  const udp: UdpSocket[] = []
  const unix: UnixSocket[] = []
  const other: OtherSocket[] = []
  let pending: { readonly row: OtherRow; readonly line: number; details: string } | null = null
  const flush = () => {
    if (!pending) return
    const { row, line, details } = pending
    pending = null
    const origin = originAt(context, line)
    const processes = readUsers(details)
    const drops = numberOf(/skmem:\([^)]{0,200},d(\d{1,10})\)/.exec(details)?.[1])
    const inode = numberAfter(details, 'ino:')
    const { kind, state, recvQueue, sendQueue } = row
    if (kind === 'udp') {
      const [local = '', peer = ''] = row.rest
      keep(udp, {
        local: endOf(local),
        peer: /^(?:\*|0\.0\.0\.0|\[?::\]?):\*$/.test(peer) ? null : endOf(peer),
        recvQueueBytes: recvQueue,
        sendQueueBytes: sendQueue,
        drops,
        inode,
        processes,
        origin,
      })
    } else if (kind.startsWith('u_')) {
      const { path, inode: number } = readUnixEnds(row.rest)
      const listening = state === 'LISTEN'
      keep(unix, {
        type: kind === 'u_str' ? 'stream' : kind === 'u_dgr' ? 'dgram' : 'seqpacket',
        state: listening ? 'listening' : state === 'ESTAB' ? 'connected' : 'other',
        path,
        acceptQueue: listening ? { length: recvQueue, max: sendQueue } : null,
        recvQueueBytes: listening ? null : recvQueue,
        inode: number,
        processes,
        origin,
      })
    } else keep(other, { kind, state, local: row.rest[0] ?? '', recvQueue, sendQueue, drops, processes, origin })
  }
  return {
    push(row, line) {
      flush()
      pending = { row, line, details: row.rest.join(' ').slice(0, 4096) }
    },
    detail(text) {
      if (!pending) return false
      if (pending.details.length < 4096) pending.details += ` ${text.slice(0, 4096)}`
      return true
    },
    finish() {
      flush()
      if (udp.length + unix.length + other.length === 0) return []
      const some = <T>(rows: readonly T[]) => (rows.length > 0 ? rows : null)
      return [networkOf({ udp: some(udp), unix: some(unix), otherSockets: some(other) })]
    },
  }
}

function startSsOther(context: ReadContext): FormatReader {
  const only = kindAskedFor(context.args)
  const sockets = startOtherSockets(context)
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      if (isSsHeader(text) || isSsNoise(text)) return true
      const row = readOther(text, only)
      if (row) {
        sockets.push(row, line)
        return true
      }
      if (/^\s|^users:/.test(text) && isSsDetail(text)) return sockets.detail(text)
      if (!/^(?:udp|u_str|u_dgr|u_seq|raw|nl|p_raw)\s+[A-Z]/.test(text)) return false
      trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
      return true
    },
    finish: () => trouble.result(sockets.finish()),
  }
}

/** What ss says about itself on the way. */
export const isSsNoise = (text: string): boolean => /^(?:RTNETLINK answers:|Failed to find cgroup2 mount)/.test(text)

function endOf(printed: string): { address: string; port: number | null } {
  const colon = printed.lastIndexOf(':')
  const port = portOf(printed.slice(colon + 1))
  return { address: printed.slice(0, Math.max(0, colon)).replace(/^\[([^\]]*)\](%\S+)?$/, '$1$2'), port }
}

/** `PATH INODE PEER-PATH PEER-INODE`, where paths may hold blanks and `*` stands for none. */
function readUnixEnds(rest: readonly string[]): { path: string | null; inode: number | null } {
  const at = rest.findIndex((word, index) => index > 0 && /^\d{1,10}$/.test(word))
  if (at < 0) return { path: null, inode: null }
  const path = rest.slice(0, at).join(' ')
  return { path: path === '*' ? null : path, inode: numberOf(rest[at]) }
}
