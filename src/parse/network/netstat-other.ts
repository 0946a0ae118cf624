import type { Content } from '../../model/block.ts'
import type { OtherSocket, UdpSocket, UnixSocket } from '../../model/network.ts'
import type { ProcessRef } from '../../model/socket.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { portOf } from '../port-names.ts'
import { keep, networkOf, numberOf, wordsOf } from './network-of.ts'

/**
 * Read what netstat prints of sockets that are not TCP: `netstat -u`, `-x`, `-w`.
 * Shape:  rows → UDP sockets (Recv-Q in bytes), unix sockets without queues, raw ones
 * Gaps:   netstat reads /proc/net/unix, which has no queues: a full one cannot be told; UDP drops do not stand there either.
 *         Abstract paths are cut at their first blank
 * Source: net-tools netstat.c, busybox networking/netstat.c
 */
export const netstatOther: Format = {
  name: 'netstat-other',
  opens: (text) => isHeading(text) || isOtherRow(text),
  read: startNetstatOther,
}

const isHeading = (text: string) =>
  /^Active (?:Internet|UNIX domain) (?:connections|sockets)/.test(text) ||
  /^Proto\s+Recv-Q\s+Send-Q\s+Local Address/.test(text) ||
  /^Proto\s+RefCnt\s+Flags\s+Type\s+State/.test(text)

export const isOtherRow = (text: string): boolean =>
  /^(?:udp|udp6|udplite|udplite6|raw|raw6|sctp|sctp6)\s+\d+\s+\d+\s+\S{0,100}:\S{1,100}\s+\S/.test(text) ||
  /^(?:unix|l2cap)\s+\d+\s+(?:\[|\d)/.test(text)

export interface OtherRows {
  /** true: it is such a row. */
  take(text: string, line: number): boolean
  finish(): readonly Content[]
}

export function startOtherRows(context: ReadContext): OtherRows {
  const udp: UdpSocket[] = []
  const unix: UnixSocket[] = []
  const other: OtherSocket[] = []
  return {
    take(text, line) {
      if (!isOtherRow(text)) return false
      const origin = originAt(context, line)
      const words = wordsOf(text, 24)
      const [proto = '', recv, send, local = '', peer = '', ...rest] = words
      if (proto === 'unix' || proto === 'l2cap') {
        const socket = unixOf(text, origin)
        if (socket) keep(unix, socket)
        return true
      }
      const recvQueueBytes = numberOf(recv)
      const sendQueueBytes = numberOf(send)
      if (proto.startsWith('udp')) {
        const details = rest[0] === 'ESTABLISHED' ? rest.slice(1) : rest
        keep(udp, {
          local: endOf(local),
          peer: peer.endsWith(':*') ? null : endOf(peer),
          recvQueueBytes,
          sendQueueBytes,
          drops: null,
          inode: /^\d+$/.test(details[1] ?? '') && !(details[0] ?? '').includes('/') ? numberOf(details[1]) : null,
          processes: holderIn(details),
          origin,
        })
        return true
      }
      const kind = proto.replace(/6$/, '')
      const state = /^[A-Z_]{4,12}$|^\d{1,2}$/.test(rest[0] ?? '') ? (rest[0] ?? null) : null
      keep(other, {
        kind,
        state,
        local,
        recvQueue: recvQueueBytes,
        sendQueue: sendQueueBytes,
        drops: null,
        processes: holderIn(rest),
        origin,
      })
      return true
    },
    finish() {
      if (udp.length + unix.length + other.length === 0) return []
      const some = <T>(rows: readonly T[]) => (rows.length > 0 ? rows : null)
      return [networkOf({ udp: some(udp), unix: some(unix), otherSockets: some(other) })]
    },
  }
}

function startNetstatOther(context: ReadContext): FormatReader {
  const rows = startOtherRows(context)
  const trouble = startTrouble(context)
  return {
    take(text, line) {
      if (isHeading(text) || rows.take(text, line)) return true
      if (!/^(?:udp6?|raw6?|unix)\s+\d+(?:\s|$)/.test(text)) return false
      trouble.lose(line, `a row that breaks off: ${text.slice(0, 80)}`)
      return true
    },
    finish: () => trouble.result(rows.finish()),
  }
}

const TYPES: Readonly<Record<string, UnixSocket['type']>> = {
  STREAM: 'stream',
  DGRAM: 'dgram',
  SEQPACKET: 'seqpacket',
}

/** `unix  2      [ ACC ]     STREAM     LISTENING     3577367  32033/python3        /tmp/full.sock` */
function unixOf(text: string, origin: UnixSocket['origin']): UnixSocket | null {
  const close = text.indexOf(']')
  const words = wordsOf(text.slice(close + 1), 24)
  const type = Object.hasOwn(TYPES, words[0] ?? '') ? TYPES[words[0] ?? ''] : undefined
  if (close < 0 || type === undefined) return null
  const named = /^[A-Z]{5,}$/.test(words[1] ?? '')
  const state = named ? (words[1] ?? '') : ''
  const rest = words.slice(named ? 2 : 1)
  const held = /^(?:\d{1,10}\/\S|-$)/.test(rest[1] ?? '')
  const path = rest.slice(1).find((word) => /^[/@]/.test(word)) ?? null
  return {
    type,
    state: state === 'LISTENING' ? 'listening' : state === 'CONNECTED' ? 'connected' : 'other',
    path,
    acceptQueue: state === 'LISTENING' ? { length: null, max: null } : null,
    recvQueueBytes: null,
    inode: numberOf(rest[0]),
    processes: held ? holderIn(rest.slice(1, 2)) : null,
    origin,
  }
}

function holderIn(words: readonly string[]): readonly ProcessRef[] | null {
  for (const word of words) {
    const named = /^(\d{1,10})\/(\S+)$/.exec(word)
    if (named) return [{ pid: Number(named[1]), comm: (named[2] ?? '').replace(/:$/, ''), fd: null }]
    if (word === '-') return []
  }
  return null
}

function endOf(printed: string): { address: string; port: number | null } {
  const colon = printed.lastIndexOf(':')
  return { address: printed.slice(0, Math.max(0, colon)), port: portOf(printed.slice(colon + 1)) }
}
