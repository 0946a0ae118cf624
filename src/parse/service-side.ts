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
  const { length, state, family, localPort, peerPort, localNames } = table
  const sides = new Uint8Array(length - from)
  // Most namespaces have listeners only: spare them half a megabyte of counts.
  if (state.subarray(from, length).every((one) => one === LISTEN)) return sides
  const counts = fold?.ports ?? { local: new Uint32Array(0x10000), peer: new Uint32Array(0x10000) }
  if (fold) fold.ports = counts
  const { local: localRows, peer: peerRows } = counts
  let listeners = 0
  for (let row = from; row < length; row++) {
    if (state[row] === LISTEN) {
      listeners++
      continue
    }
    const port = localPort[row] ?? 0
    const peer = peerPort[row] ?? 0
    localRows[port] = (localRows[port] ?? 0) + 1
    peerRows[peer] = (peerRows[peer] ?? 0) + 1
  }
  const { listening, kinds } = listenersOf(table, from, fold, listeners > 0)
  const named = localNames.size > 0
  for (let row = from; row < length; row++) {
    if (state[row] === LISTEN) continue
    const local = localPort[row] ?? 0
    const peer = peerPort[row] ?? 0
    const kind = kinds[local] ?? 0
    if (kind === ANY_V4 && family[row] === 4 && !(named && localNames.has(row))) sides[row - from] = SERVER
    else if (kind !== 0 && listening.get(local)?.some((listener) => owns(table, listener, row)))
      sides[row - from] = SERVER
    else if (peer === 0) sides[row - from] = UNKNOWN
    else if (kinds[peer] !== 0 && kind === 0) sides[row - from] = CLIENT
    else sides[row - from] = byNumbers(local, peer, localRows[local] ?? 0, peerRows[peer] ?? 0)
  }
  return sides
}

/** Somebody listens on the port; he takes every IPv4 connection to it. */
const SOME = 1
const ANY_V4 = 2

/** Rows of listeners by port, and for each port whether there are any. */
function listenersOf(table: SocketTable, from: number, fold: FoldedSockets | null, added: boolean) {
  const before: ReadonlyMap<number, readonly number[]> = fold?.listening ?? new Map()
  const kinds = fold?.kinds ?? new Uint8Array(0x10000)
  if (!added) return { listening: before, kinds }
  const fresh = new Map<number, number[]>()
  for (let row = from; row < table.length; row++) {
    if (table.state[row] !== LISTEN) continue
    const port = table.localPort[row] ?? 0
    const same = fresh.get(port)
    if (same) same.push(row)
    else fresh.set(port, [row])
  }
  const listening = new Map(before)
  const all = kinds.slice()
  for (const [port, rows] of fresh) {
    listening.set(port, [...(before.get(port) ?? []), ...rows])
    for (const row of rows) all[port] = Math.max(all[port] ?? 0, kindOf(table, row))
  }
  return { listening, kinds: all }
}

/** What the listener in this row does to the connections of its port. */
export function kindOf({ local, localNames }: SocketTable, row: number): number {
  const w = row * 4
  const zero = local[w] === 0 && local[w + 1] === 0 && local[w + 3] === 0
  return zero && local[w + 2] === MAPPED && !localNames.has(row) ? ANY_V4 : SOME
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
