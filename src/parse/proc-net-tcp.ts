import type { Origin, Warning } from '../model/part.ts'
import { TCP_STATES } from '../model/socket.ts'
import { HOLDINGS, NONE, type SocketTable } from '../model/socket-table.ts'
import { ensureRows, MAX_ROWS } from './socket-table.ts'

/** `  12: 0100007F:1F90 00000000:0000 0A 00000000:00000005 00:00000000 00000000  1000        0 123456 1 …` */
const ROW =
  /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{2}) ([\dA-F]{8}):([\dA-F]{8}) [\dA-F]{2}:[\dA-F]+ [\dA-F]+ +(-?\d+) +\d+ +(\d+)/i

const ESTABLISHED = 1
const CLOSE_WAIT = 8
const LISTEN = 10
const holdingOf = (inode: number, state: number): number =>
  HOLDINGS.indexOf(inode > 0 ? 'process' : state === ESTABLISHED || state === CLOSE_WAIT ? 'unaccepted' : 'kernel')

/**
 * Parse `/proc/net/tcp` or `/proc/net/tcp6` (or both, one behind the other) into the table.
 * Shape:  header lines passed over, order kept, `firstLine` is the number of the text's first line (0: live, no lines)
 * Units:  LISTEN rx_queue counts connections, others bytes
 * Gaps:   a listener's limit does not stand there; neither do drops, ages, cookies, cgroups, nor whether `::` is dual-stack
 * Errors: a row that does not parse is a warning; never throws
 * Source: proc(5); get_tcp4_sock(): addresses are words in host order, little endian taken for granted
 */
export function parseProcNetTcp(
  text: string,
  table: SocketTable,
  firstLine: number,
  originOf: (line: number) => Origin,
): readonly Warning[] {
  const warnings: Warning[] = []
  let line = firstLine - 1
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf('\n', from)
    if (to < 0) to = text.length
    const raw = text.slice(from, to)
    from = to + 1
    line++
    if (raw.trim() === '' || raw.includes('local_address')) continue
    const m = ROW.exec(raw)
    const number = Number.parseInt(m?.[5] ?? '0', 16)
    const state = number === 12 ? 3 : number
    if (!m || !TCP_STATES[state]) {
      warnings.push({ origin: originOf(line), message: `not a row of /proc/net/tcp: ${raw.slice(0, 120)}` })
      continue
    }
    putRow(table, m, state, firstLine === 0 ? 0 : line)
  }
  return warnings
}

function putRow(table: SocketTable, m: RegExpExecArray, state: number, line: number): void {
  const row = table.length
  if (row >= MAX_ROWS) {
    table.beyond[state] = (table.beyond[state] ?? 0) + 1
    return
  }
  ensureRows(table, row + 1)
  table.length = row + 1
  const local = m[1] ?? ''
  const v6 = local.length === 32
  const inode = Number(m[9])
  table.state[row] = state
  putAddress(local, table.local, row * 4)
  putAddress(m[3] ?? '', table.peer, row * 4)
  table.localPort[row] = Number.parseInt(m[2] ?? '0', 16)
  table.peerPort[row] = Number.parseInt(m[4] ?? '0', 16)
  table.family[row] = !v6 ? 4 : state === LISTEN && /^0+$/.test(local) ? 0 : 6
  table.sendQueue[row] = state === LISTEN ? NONE : Number.parseInt(m[6] ?? '0', 16)
  table.recvQueue[row] = Number.parseInt(m[7] ?? '0', 16)
  table.uid[row] = Number(m[8])
  table.inode[row] = inode
  table.holding[row] = holdingOf(inode, state)
  table.drops[row] = NONE
  table.age[row] = NONE
  table.cookie[row * 2] = NONE
  table.cookie[row * 2 + 1] = NONE
  table.cgroupId[row] = Number.NaN
  table.process[row] = 0
  table.line[row] = line
}

/** Each word was printed as a little-endian number: its bytes stand in reverse. */
function putAddress(hex: string, words: Uint32Array, at: number): void {
  const word = (i: number) => {
    const x = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16)
    return (x >>> 24) | ((x >>> 8) & 0xff00) | ((x & 0xff00) << 8) | (x << 24)
  }
  if (hex.length === 8) words.set([0, 0, 0xffff, word(0)], at)
  else words.set([word(0), word(1), word(2), word(3)], at)
}
