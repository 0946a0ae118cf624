import { NONE, type SocketSum, type SocketTable } from '../model/socket-table.ts'
import { formatAddress } from './address.ts'
import { CLIENT, SERVER, serviceSides } from './service-side.ts'

const LISTEN = 10
const CLOSE_WAIT = 8
/** So many groups keep their peer apart, the largest; the others are united without it: a public port has 100 000 clients. */
const MAX_PEERS = 10_000

/** What is summed up while the rows go by, with the first of them. */
export interface Sum extends SocketSum {
  row: number
}

/**
 * The connections of a table summed up: state, holding, program, service side and port, local and peer address alike.
 * Shape: in the order of their first rows; where there are more than `apart`, those with few connections without their peers.
 *        Once `most` are found, what is alike none of them is summed up without its peer: memory stays bounded
 */
export function sumSockets(
  table: SocketTable,
  { apart = MAX_PEERS, most = Number.POSITIVE_INFINITY } = {},
): readonly Sum[] {
  return uniteSmall(table, sumUp(table, most), apart)
}

/** The printed address of a row's end. */
export function addressOf(words: Uint32Array, names: Map<number, string>, row: number): string {
  const name = names.size > 0 ? names.get(row) : undefined
  if (name !== undefined) return name
  return formatAddress(words[row * 4] ?? 0, words[row * 4 + 1] ?? 0, words[row * 4 + 2] ?? 0, words[row * 4 + 3] ?? 0)
}

/** One pass with an open hash table over row numbers: no string and no object but one per group. */
function sumUp(table: SocketTable, most: number): readonly Sum[] {
  const { length, state, holding, process, localPort, peerPort, local, peer } = table
  const sides = serviceSides(table)
  const programs = programIds(table)
  const localIds = nameIds(table.localNames)
  const peerIds = nameIds(table.peerNames)
  const named = localIds.size > 0 || peerIds.size > 0
  const localName = (row: number) => (named ? (localIds.get(row) ?? 0) : 0)
  const peerName = (row: number) => (named ? (peerIds.get(row) ?? 0) : 0)
  const portOf = (row: number, side: number) =>
    side === CLIENT ? (peerPort[row] ?? 0) : side === SERVER ? (localPort[row] ?? 0) : 0

  const alike = (a: number, b: number, side: number) =>
    state[a] === state[b] &&
    sides[a] === side &&
    portOf(a, side) === portOf(b, side) &&
    (side !== 0 || (localPort[a] === localPort[b] && peerPort[a] === peerPort[b])) &&
    holding[a] === holding[b] &&
    local[a * 4 + 3] === local[b * 4 + 3] &&
    local[a * 4] === local[b * 4] &&
    local[a * 4 + 1] === local[b * 4 + 1] &&
    local[a * 4 + 2] === local[b * 4 + 2] &&
    programs[process[a] ?? 0] === programs[process[b] ?? 0] &&
    localName(a) === localName(b)

  const samePeer = (a: number, b: number) =>
    peer[a * 4 + 3] === peer[b * 4 + 3] &&
    peer[a * 4] === peer[b * 4] &&
    peer[a * 4 + 1] === peer[b * 4 + 1] &&
    peer[a * 4 + 2] === peer[b * 4 + 2] &&
    peerName(a) === peerName(b)

  const sums: Sum[] = []
  let slots = new Int32Array(1024).fill(-1)
  let hashes = new Int32Array(1024)
  const place = (hash: number, index: number) => {
    let slot = hash & (slots.length - 1)
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = index
  }
  const grow = () => {
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let index = 0; index < sums.length; index++) place(hashes[index] ?? 0, index)
    const wider = new Int32Array(slots.length)
    wider.set(hashes)
    hashes = wider
  }

  const find = (row: number, side: number, anyPeer: boolean): Sum | null => {
    const w = row * 4
    let hash = Math.imul(((state[row] ?? 0) << 8) | ((holding[row] ?? 0) << 4) | side, 0x9e3779b1)
    hash = mix(hash, portOf(row, side))
    if (!anyPeer) {
      hash = mix(hash, (peer[w] ?? 0) ^ Math.imul(peer[w + 1] ?? 0, 31) ^ Math.imul(peer[w + 2] ?? 0, 131))
      hash = mix(hash, peer[w + 3] ?? 0)
    }
    hash = mix(hash, (local[w] ?? 0) ^ Math.imul(local[w + 1] ?? 0, 31) ^ Math.imul(local[w + 2] ?? 0, 131))
    hash = mix(hash, local[w + 3] ?? 0)
    hash = mix(hash, programs[process[row] ?? 0] ?? 0)
    let slot = hash & (slots.length - 1)
    for (;;) {
      const index = slots[slot] ?? -1
      if (index < 0) break
      const candidate = sums[index]
      if (
        candidate &&
        hashes[index] === hash &&
        candidate.anyPeer === anyPeer &&
        alike(candidate.row, row, side) &&
        (anyPeer || samePeer(candidate.row, row))
      )
        return candidate
      slot = (slot + 1) & (slots.length - 1)
    }
    if (sums.length >= most && !anyPeer) return null
    const sum = newSum(row, side, anyPeer)
    hashes[sums.length] = hash
    slots[slot] = sums.length
    sums.push(sum)
    if (sums.length * 2 > slots.length) grow()
    return sum
  }

  for (let row = 0; row < length; row++) {
    if (state[row] === LISTEN) continue
    const side = sides[row] ?? 0
    const many = table.sums.size > 0 ? table.sums.get(row) : undefined
    const sum = find(row, side, many?.anyPeer === true) ?? find(row, side, true)
    if (!sum) continue
    if (many) merge(sum, many)
    else add(sum, table, row)
  }
  return sums
}

const mix = (hash: number, value: number) => {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** Two stirrings of 32 bits make a fingerprint of 64. */
const FIRST_SEED = 0x243f6a88
const SECOND_SEED = 0x85a308d3

const NO_COOKIE: readonly [number, number] = [NONE, NONE]

const newSum = (row: number, side: number, anyPeer: boolean): Sum => ({
  row,
  side,
  anyPeer,
  count: 0,
  told: 0,
  bytes: 0,
  zero: 0,
  one: 0,
  sendTold: 0,
  sendBytes: 0,
  oldest: -1,
  youngest: -1,
  oldestCookie: NO_COOKIE,
  cookies: 0,
  print: [0, 0],
  processes: null,
})

function add(sum: Sum, table: SocketTable, row: number): void {
  sum.count++
  const recv = table.recvQueue[row] ?? NONE
  if (recv !== NONE) {
    sum.told++
    if (recv === 0) sum.zero++
    else if (recv === 1) sum.one++
    sum.bytes += table.state[row] === CLOSE_WAIT && recv > 0 ? recv - 1 : recv
  }
  const send = table.sendQueue[row] ?? NONE
  if (send !== NONE) {
    sum.sendTold++
    sum.sendBytes += send
  }
  const low = table.cookie[row * 2] ?? NONE
  const high = table.cookie[row * 2 + 1] ?? NONE
  const age = table.age[row] ?? NONE
  if (age !== NONE) {
    if (age > sum.oldest) {
      sum.oldest = age
      sum.oldestCookie = low === NONE && high === NONE ? NO_COOKIE : [low, high]
    }
    if (sum.youngest < 0 || age < sum.youngest) sum.youngest = age
  }
  if (low !== NONE || high !== NONE) {
    sum.cookies++
    sum.print[0] ^= mix(mix(FIRST_SEED, low), high)
    sum.print[1] ^= mix(mix(SECOND_SEED, low), high)
  }
  hold(sum, table.process[row] ?? 0)
}

/** Beyond `apart` groups: those with the fewest connections, united where they differ in their peer only. */
function uniteSmall(table: SocketTable, sums: readonly Sum[], apart: number): readonly Sum[] {
  if (sums.length <= apart) return sums
  const bySize = [...sums].sort((a, b) => b.count - a.count || a.row - b.row)
  const programs = programIds(table)
  const united = new Map<string, Sum>()
  const kept = bySize.slice(0, apart)
  for (const sum of bySize.slice(apart)) {
    const { row, side } = sum
    const port = side === CLIENT ? table.peerPort[row] : table.localPort[row]
    const local = addressOf(table.local, table.localNames, row)
    const key = `${table.state[row]} ${table.holding[row]} ${side} ${port} ${local} ${programs[table.process[row] ?? 0]}`
    let into = united.get(key)
    if (!into) {
      into = newSum(row, side, true)
      united.set(key, into)
    }
    merge(into, sum)
  }
  return [...kept, ...united.values()].sort((a, b) => a.row - b.row)
}

function merge(into: SocketSum, from: SocketSum): void {
  for (const field of ['count', 'told', 'bytes', 'zero', 'one', 'sendTold', 'sendBytes', 'cookies'] as const)
    into[field] += from[field]
  into.print[0] ^= from.print[0]
  into.print[1] ^= from.print[1]
  if (from.oldest > into.oldest) {
    into.oldest = from.oldest
    into.oldestCookie = from.oldestCookie
  }
  if (from.youngest >= 0 && (into.youngest < 0 || from.youngest < into.youngest)) into.youngest = from.youngest
  for (const process of from.processes ?? []) hold(into, process)
}

/** More lists than these name more programs and pids than anybody is shown. */
const MAX_HELD = 512

function hold(sum: SocketSum, process: number): void {
  if (process === 0) return
  if (sum.processes === null) sum.processes = new Set([process])
  else if (sum.processes.size < MAX_HELD) sum.processes.add(process)
}

/** A number per list of processes, the same for the same programs. */
function programIds(table: SocketTable): Uint32Array {
  const ids = new Map<string, number>()
  return Uint32Array.from(table.processes, (list) => {
    const key = [...new Set(list.map((one) => one.comm))].sort().join('\n')
    const id = ids.get(key) ?? ids.size
    ids.set(key, id)
    return id
  })
}

/** Row → a number that is the same for the same name, from 1 on. */
function nameIds(names: Map<number, string>): Map<number, number> {
  const ids = new Map<string, number>()
  return new Map(
    [...names].map(([row, name]) => {
      const id = ids.get(name) ?? ids.size + 1
      ids.set(name, id)
      return [row, id]
    }),
  )
}
