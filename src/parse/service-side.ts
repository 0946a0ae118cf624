import type { FoldedSockets, SocketTable } from '../model/socket-table.ts'

const LISTEN = 10
const MAPPED = 0xffff
/** Where the kernel's default range of ephemeral ports begins: net.ipv4.ip_local_port_range, 32768 since Linux 2.4. */
const EPHEMERAL = 32768

export const UNKNOWN = 0
export const SERVER = 1
export const CLIENT = 2

/**
 * Which end of each connection is the service: SERVER (the local port), CLIENT (the peer's) or UNKNOWN, a byte a row, of the rows
 * from `from` on; what was counted of the rows before them is in `fold`.
 * In this order: a listener of this table owns the local end · one listens on the peer's port · the port number that
 * stands in more rows · the only one of the two below the ephemeral range.
 */
export function serviceSides(table: SocketTable, from = 0, fold: FoldedSockets | null = null): Uint8Array {
  const { length, state, localPort, peerPort } = table
  const sides = new Uint8Array(length - from)
  // Most namespaces have listeners only: spare them half a megabyte of counts.
  if (state.subarray(from, length).every((one) => one === LISTEN)) return sides
  const counts = fold?.ports ?? { local: new Uint32Array(0x10000), peer: new Uint32Array(0x10000) }
  if (fold) fold.ports = counts
  const listeners = new Map<number, number[]>()
  const listening = new Uint8Array(0x10000)
  for (let row = 0; row < length; row++) {
    const port = localPort[row] ?? 0
    if (state[row] === LISTEN) {
      const same = listeners.get(port)
      if (same) same.push(row)
      else listeners.set(port, [row])
      listening[port] = 1
    } else if (row >= from) {
      const peer = peerPort[row] ?? 0
      counts.local[port] = (counts.local[port] ?? 0) + 1
      counts.peer[peer] = (counts.peer[peer] ?? 0) + 1
    }
  }
  for (let row = from; row < length; row++) {
    if (state[row] === LISTEN) continue
    const local = localPort[row] ?? 0
    const peer = peerPort[row] ?? 0
    if (listening[local] === 1 && listeners.get(local)?.some((listener) => owns(table, listener, row)))
      sides[row - from] = SERVER
    else if (peer === 0) sides[row - from] = UNKNOWN
    else if (listening[peer] === 1 && listening[local] === 0) sides[row - from] = CLIENT
    else sides[row - from] = byNumbers(local, peer, counts.local[local] ?? 0, counts.peer[peer] ?? 0)
  }
  return sides
}

function byNumbers(local: number, peer: number, localRows: number, peerRows: number): number {
  if (localRows !== peerRows) return localRows > peerRows ? SERVER : CLIENT
  if (local < EPHEMERAL !== peer < EPHEMERAL) return local < EPHEMERAL ? SERVER : CLIENT
  return UNKNOWN
}

/**
 * Does the listener in row `l` accept what stands in row `r`? The same port is taken for granted. A specific address owns
 * itself; any-IPv4 owns IPv4; `::` owns IPv6, and the v4-mapped too unless it is known to be IPv6-only.
 */
export function owns(table: SocketTable, l: number, r: number): boolean {
  const { local, family, localNames } = table
  const lName = localNames.get(l)
  if (lName === '*') return true
  const rName = localNames.get(r)
  if (lName !== undefined || rName !== undefined) return lName === rName
  const [a = 0, b = 0, c = 0, d = 0] = local.subarray(l * 4, l * 4 + 4)
  const isV4 = local[r * 4] === 0 && local[r * 4 + 1] === 0 && local[r * 4 + 2] === MAPPED
  if (d === 0 && a === 0 && b === 0) {
    if (c === MAPPED) return isV4 && family[r] !== 6
    if (c === 0) return !isV4 || family[l] !== 6
  }
  return a === local[r * 4] && b === local[r * 4 + 1] && c === local[r * 4 + 2] && d === local[r * 4 + 3]
}
