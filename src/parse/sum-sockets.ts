import type { FoldedSockets, SocketTable } from '../model/socket-table.ts'
import { formatAddress } from './address.ts'
import { MAX_HELD, sumRows } from './fold-sockets.ts'
import { CLIENT } from './service-side.ts'
import * as at from './sum-index.ts'

/** So many groups keep their peer apart, the largest; the others are united without it: a public port has 100 000 clients. */
const MAX_PEERS = 10_000

/** What connections that are alike come to. */
export interface Sum {
  /** The first of them. */
  readonly row: number
  readonly side: number
  /** United over peers. */
  readonly anyPeer: boolean
  count: number
  /** How many have a Recv-Q, and what they come to: the FIN's byte taken off in CLOSE_WAIT. */
  told: number
  bytes: number
  zero: number
  one: number
  sendTold: number
  sendBytes: number
  /** Milliseconds; -1 where not told. */
  oldest: number
  youngest: number
  /** Of the oldest: two words. */
  oldestCookie: readonly [low: number, high: number]
  /** How many have a cookie, and the fingerprint of those. */
  cookies: number
  print: [number, number]
  /** Indices into the table's `processes`. */
  processes: Set<number> | null
}

/**
 * The connections of a table summed up: state, holding, program, service side and port, local and peer address alike.
 * Shape: in the order of their first rows; where there are very many, those with few connections without their peers
 */
export function sumSockets(table: SocketTable): readonly Sum[] {
  const fold = table.folded ?? at.startFold()
  sumRows(table, fold, table.folded !== null)
  return uniteSmall(table, fold)
}

/** The printed address of a row's end. */
export function addressOf(words: Uint32Array, names: Map<number, string>, row: number): string {
  const name = names.size > 0 ? names.get(row) : undefined
  if (name !== undefined) return name
  return formatAddress(words[row * 4] ?? 0, words[row * 4 + 1] ?? 0, words[row * 4 + 2] ?? 0, words[row * 4 + 3] ?? 0)
}

/** Beyond MAX_PEERS groups: those with the fewest connections, united where they differ in their peer only. */
function uniteSmall(table: SocketTable, fold: FoldedSockets): readonly Sum[] {
  const { size, sums } = fold
  const all = Array.from({ length: size }, (_, index) => index)
  if (size <= MAX_PEERS) return all.map((index) => sumOf(fold, index)).sort((a, b) => a.row - b.row)
  const number = (index: number, column: number) => sums[index * at.WIDTH + column] ?? 0
  const rowOf = (index: number) => fold.keys[index * at.KEY + at.FIRST] ?? 0
  const bySize = all.sort((a, b) => number(b, at.COUNT) - number(a, at.COUNT) || rowOf(a) - rowOf(b))
  const united = new Map<string, Sum>()
  for (const index of bySize.slice(MAX_PEERS)) {
    const sum = sumOf(fold, index)
    const { row, side } = sum
    const port = side === CLIENT ? table.peerPort[row] : table.localPort[row]
    const local = addressOf(table.local, table.localNames, row)
    const program = fold.programs.ids[table.process[row] ?? 0]
    const key = `${table.state[row]} ${table.holding[row]} ${side} ${port} ${local} ${program}`
    const into = united.get(key)
    if (into) merge(into, sum)
    else united.set(key, { ...sum, anyPeer: true })
  }
  const kept = bySize.slice(0, MAX_PEERS).map((index) => sumOf(fold, index))
  return [...kept, ...united.values()].sort((a, b) => a.row - b.row)
}

function sumOf(fold: FoldedSockets, index: number): Sum {
  const { keys, sums, held } = fold
  const number = (column: number) => sums[index * at.WIDTH + column] ?? 0
  const more = (column: number) => at.furtherOf(fold, index, column)
  const meta = keys[index * at.KEY] ?? 0
  const process = number(at.PROCESS)
  const all = held.get(index)
  return {
    row: keys[index * at.KEY + at.FIRST] ?? 0,
    side: (meta >> 1) & 3,
    anyPeer: (meta & 1) === 1,
    count: number(at.COUNT),
    told: number(at.TOLD),
    bytes: number(at.BYTES),
    zero: number(at.ZERO),
    one: number(at.ONE),
    sendTold: number(at.SEND_TOLD),
    sendBytes: number(at.SEND_BYTES),
    oldest: more(at.OLDEST),
    youngest: more(at.YOUNGEST),
    oldestCookie: [more(at.OLDEST_LOW), more(at.OLDEST_HIGH)],
    cookies: more(at.COOKIES),
    print: [more(at.PRINT), more(at.PRINT + 1)],
    processes: all ? new Set(all) : process > 0 ? new Set([process]) : null,
  }
}

function merge(into: Sum, from: Sum): void {
  for (const field of ['count', 'told', 'bytes', 'zero', 'one', 'sendTold', 'sendBytes', 'cookies'] as const)
    into[field] += from[field]
  into.print[0] ^= from.print[0]
  into.print[1] ^= from.print[1]
  if (from.oldest > into.oldest) {
    into.oldest = from.oldest
    into.oldestCookie = from.oldestCookie
  }
  if (from.youngest >= 0 && (into.youngest < 0 || from.youngest < into.youngest)) into.youngest = from.youngest
  for (const process of from.processes ?? []) {
    if (into.processes === null) into.processes = new Set([process])
    else if (into.processes.size < MAX_HELD) into.processes.add(process)
  }
}
