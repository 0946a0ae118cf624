import type { SocketTable } from '../model/socket-table.ts'
import { sumSockets } from './sum-sockets.ts'

const LISTEN = 10
/** So many sums keep their peer while more rows come; those that a report shows are fewer. */
const APART = 60_000
/** So many are told apart before the smallest of them are united. */
const MOST = 200_000
/** No machine has so many listeners: beyond them they are counted. */
const MAX_LISTENERS = 400_000

/**
 * Make room in a full table: connections that are alike stand in the row of the first of them from now on, with what they come
 * to in `sums`; listeners stay as they are.
 * Gaps: inodes, ages and queues of single connections are gone; very many peers with few connections each are one
 */
export function foldSockets(table: SocketTable): void {
  const sums = [...sumSockets(table, { apart: APART, most: MOST })].sort((a, b) => a.row - b.row)
  for (const { row, count } of sums.splice(MOST)) {
    const state = table.state[row] ?? 0
    table.beyond[state] = (table.beyond[state] ?? 0) + count
  }
  const localNames = new Map<number, string>()
  const peerNames = new Map<number, string>()
  table.sums.clear()
  let to = 0
  let next = 0
  let listeners = 0
  for (let row = 0; row < table.length; row++) {
    const sum = sums[next]
    const listens = table.state[row] === LISTEN
    if (!listens && sum?.row !== row) continue
    if (listens && ++listeners > MAX_LISTENERS) {
      table.beyond[LISTEN] = (table.beyond[LISTEN] ?? 0) + 1
      continue
    }
    const localName = table.localNames.get(row)
    const peerName = table.peerNames.get(row)
    if (localName !== undefined) localNames.set(to, localName)
    if (peerName !== undefined) peerNames.set(to, peerName)
    moveRow(table, row, to)
    if (!listens && sum) {
      sum.row = to
      table.sums.set(to, sum)
      next++
    }
    to++
  }
  table.length = to
  table.localNames = localNames
  table.peerNames = peerNames
}

const SINGLE = [
  'family',
  'state',
  'localPort',
  'peerPort',
  'recvQueue',
  'sendQueue',
  'inode',
  'uid',
  'drops',
  'age',
  'cgroupId',
  'holding',
  'process',
  'line',
] as const

function moveRow(table: SocketTable, from: number, to: number): void {
  if (from === to) return
  for (const column of SINGLE) table[column].copyWithin(to, from, from + 1)
  table.local.copyWithin(to * 4, from * 4, from * 4 + 4)
  table.peer.copyWithin(to * 4, from * 4, from * 4 + 4)
  table.cookie.copyWithin(to * 2, from * 2, from * 2 + 2)
}
