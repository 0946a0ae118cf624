import type { UdpSocket } from '../../model/network.ts'
import type { End, ProcessRef } from '../../model/socket.ts'
import { type Format, type FormatReader, originAt, type ReadContext, startTrouble } from '../format.ts'
import { portOf } from '../port-names.ts'
import type { SocketRow } from '../socket-table.ts'
import { startSockets } from '../ss-table.ts'
import { tcpState } from '../tcp-states.ts'
import { keep, networkOf, numberOf, wordsOf } from './network-of.ts'

/**
 * Read `lsof -i`: sockets with those who hold them.
 * Shape:  one row per descriptor; rows of one socket (the DEVICE column is its inode) become one with several holders
 * Gaps:   no queue lengths and no limits: unknown, never 0. What nobody holds (queued, TIME_WAIT) is not listed at all
 * Errors: a row of TCP without a state or with a port by an unknown name is lost
 * Source: lsof 4.x print.c
 */
export const lsof: Format = {
  name: 'lsof',
  opens: (text) => isHeader(text) || readRow(text) !== null,
  read: startLsof,
}

const isHeader = (text: string) => /^COMMAND\s+PID\s+(?:TID\s+)?(?:\S+\s+)?USER\s+FD\s+TYPE\s+DEVICE/.test(text)

interface Row {
  readonly holder: ProcessRef
  readonly inode: number | null
  readonly family: 4 | 6
  readonly protocol: 'TCP' | 'UDP'
  readonly local: string
  readonly peer: string | null
  readonly state: string | null
}

function startLsof(context: ReadContext): FormatReader {
  const trouble = startTrouble(context)
  const sockets = new Map<number, { readonly row: SocketRow; readonly holders: ProcessRef[] }>()
  const udp: UdpSocket[] = []
  let headed = false
  return {
    take(text, line) {
      if (isHeader(text)) {
        headed = true
        return true
      }
      const row = readRow(text)
      // Without -i it lists files too: they are no sockets of ours.
      if (row === null) return headed && isFileRow(text)
      const local = endOf(row.local)
      const peer = row.peer === null ? null : endOf(row.peer)
      if (row.protocol === 'UDP') {
        const end = (one: End | null) => (one === null ? null : { address: one.address, port: one.port })
        if (local)
          keep(udp, {
            local,
            peer: end(peer),
            recvQueueBytes: null,
            sendQueueBytes: null,
            drops: null,
            inode: row.inode,
            processes: [row.holder],
            origin: originAt(context, line),
          })
        return true
      }
      const state = tcpState(row.state ?? '')
      if (state === null || local === null || (row.peer !== null && peer === null)) {
        trouble.lose(line, `a row that was not understood: ${text.slice(0, 80)}`)
        return true
      }
      const key = row.inode ?? -line
      const known = sockets.get(key)
      if (known) {
        if (known.holders.length < 1000) known.holders.push(row.holder)
      } else if (sockets.size < MAX_SOCKETS)
        sockets.set(key, { row: socketRow(row, state, local, peer, line), holders: [row.holder] })
      else trouble.lose(line, 'more rows than are kept')
      return true
    },
    finish() {
      const sink = startSockets({ limits: false })
      for (const { row, holders } of sockets.values()) sink.push({ ...row, processes: holders })
      const { table } = sink.finish(true)
      return trouble.result([{ question: 'sockets', table }, ...(udp.length > 0 ? [networkOf({ udp })] : [])])
    },
  }
}

const MAX_SOCKETS = 200_000

const socketRow = (row: Row, state: SocketRow['state'], local: End, peer: End | null, line: number): SocketRow => ({
  state,
  family: row.family === 6 && local.address === '*' ? null : row.family,
  local: {
    ...local,
    address: local.address === '*' && row.family === 4 ? '0.0.0.0' : local.address === '*' ? '::' : local.address,
  },
  peer: state === 'LISTEN' ? null : peer,
  recvQueue: null,
  sendQueue: null,
  inode: row.inode,
  uid: null,
  cookie: null,
  drops: null,
  ageMs: null,
  holding: 'process',
  processes: null,
  line,
})

/** Programs of every node whose names lsof cuts to nine characters, unless told otherwise (+c); no other one begins like these. */
const CUT_NAMES: Readonly<Record<string, string>> = {
  'kube-prox': 'kube-proxy',
  'kube-apis': 'kube-apiserver',
  'kube-cont': 'kube-controller',
  'kube-sche': 'kube-scheduler',
}

const wholeName = (comm: string): string => CUT_NAMES[comm] ?? comm

/** Blanks in COMMAND are escaped (`\x20`), so a row is told by the word IPv4 or IPv6 behind its descriptor. */
function readRow(text: string): Row | null {
  const words = wordsOf(text, 24)
  const at = words.findIndex((word, index) => index >= 4 && (word === 'IPv4' || word === 'IPv6'))
  if (at < 0) return null
  const [comm = '', pid = ''] = words
  const protocol = words[at + 3]
  const name = words[at + 4] ?? ''
  if (!/^\d{1,10}$/.test(pid) || (protocol !== 'TCP' && protocol !== 'UDP') || !name.includes(':')) return null
  const fd = /^(\d{1,10})[a-zA-Z-]*$/.exec(words[at - 1] ?? '')?.[1]
  const arrow = name.indexOf('->')
  const state = words.slice(at + 5).find((word) => /^\([A-Z][A-Z_\d]+\)$/.test(word))
  return {
    holder: {
      pid: Number(pid),
      comm: wholeName(comm.replaceAll('\\x20', ' ')),
      fd: fd === undefined ? null : Number(fd),
    },
    inode: numberOf(words[at + 1]),
    family: words[at] === 'IPv4' ? 4 : 6,
    protocol,
    local: arrow < 0 ? name : name.slice(0, arrow),
    peer: arrow < 0 ? null : name.slice(arrow + 2),
    state: state?.slice(1, -1) ?? null,
  }
}

const isFileRow = (text: string) =>
  /^\S+\s+\d{1,10}\s+(?:\d{1,10}\s+)?\S+\s+\S+\s+(?:REG|DIR|CHR|FIFO|unix|sock|a_inode|raw6?|netlink|pack|unknown|LINK|BLK|IPv[46])\s/.test(
    text,
  )

function endOf(printed: string): End | null {
  const colon = printed.lastIndexOf(':')
  const port = portOf(printed.slice(colon + 1))
  if (port === null || colon < 0) return null
  return { address: printed.slice(0, colon).replace(/^\[([^\]]*)\]$/, '$1'), port }
}
