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

/** Words of one key: everything that makes two connections alike. */
const KEY = 14
/** Numbers of one sum, by their places below: side by side in memory, since rows go to the sums in no order. */
const WIDTH = 16
const ROW = 0
const COUNT = 1
const TOLD = 2
const BYTES = 3
const ZERO = 4
const ONE = 5
const SEND_TOLD = 6
const SEND_BYTES = 7
const OLDEST = 8
const YOUNGEST = 9
const OLDEST_LOW = 10
const OLDEST_HIGH = 11
const COOKIES = 12
const PRINT = 13
const PROCESS = 15

/** One pass with an open hash table: no string and no object but for the few sums that several processes share. */
function sumUp(table: SocketTable, most: number): readonly Sum[] {
  const { length, state, holding, process, localPort, peerPort, local, peer } = table
  const { recvQueue, sendQueue, age: ages, cookie } = table
  const sides = serviceSides(table)
  const programs = programIds(table)
  const localIds = nameIds(table.localNames)
  const peerIds = nameIds(table.peerNames)

  const key = new Int32Array(KEY)
  /** The key of a row; without its peer where that is not to part them. */
  const fillKey = (row: number, side: number, anyPeer: boolean): number => {
    const w = row * 4
    const mine = localPort[row] ?? 0
    const theirs = peerPort[row] ?? 0
    key[0] = ((state[row] ?? 0) << 9) | ((holding[row] ?? 0) << 5) | (side << 1) | (anyPeer ? 1 : 0)
    key[1] = side === CLIENT ? theirs : side === SERVER ? mine : (mine << 16) | theirs
    key[2] = programs[process[row] ?? 0] ?? 0
    key[3] = local[w + 3] ?? 0
    key[4] = local[w + 2] ?? 0
    key[5] = local[w + 1] ?? 0
    key[6] = local[w] ?? 0
    key[7] = anyPeer ? 0 : (peer[w + 3] ?? 0)
    key[8] = anyPeer ? 0 : (peer[w + 2] ?? 0)
    key[9] = anyPeer ? 0 : (peer[w + 1] ?? 0)
    key[10] = anyPeer ? 0 : (peer[w] ?? 0)
    key[11] = localIds.size > 0 ? (localIds.get(row) ?? 0) : 0
    key[12] = peerIds.size > 0 && !anyPeer ? (peerIds.get(row) ?? 0) : 0
    let hash = mix(key[0] ?? 0, key[1] ?? 0)
    hash = mix(hash, (key[2] ?? 0) ^ Math.imul(key[3] ?? 0, 0x9e3779b1))
    hash = mix(hash, key[7] ?? 0)
    if (key[4] !== MAPPED || key[8] !== MAPPED || named) for (const i of RARE) hash = mix(hash, key[i] ?? 0)
    return hash
  }
  const named = localIds.size > 0 || peerIds.size > 0

  let size = 0
  let keys = new Int32Array(256 * KEY)
  let sums = new Float64Array(256 * WIDTH)
  let hashes = new Int32Array(256)
  let slots = new Int32Array(1024).fill(-1)
  /** By number; only of those that more than one list of processes holds. */
  const holders = new Map<number, Set<number>>()

  const grow = () => {
    const wider = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    keys = wider(keys, new Int32Array(keys.length * 2))
    sums = wider(sums, new Float64Array(sums.length * 2))
    hashes = wider(hashes, new Int32Array(hashes.length * 2))
    if (hashes.length * 2 <= slots.length) return
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let index = 0; index < size; index++) {
      let slot = (hashes[index] ?? 0) & (slots.length - 1)
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = index
    }
  }

  /** The number of the sum that the row belongs to; -1: it would be one too many. */
  const find = (row: number, side: number, anyPeer: boolean): number => {
    const hash = fillKey(row, side, anyPeer)
    let slot = hash & (slots.length - 1)
    for (;;) {
      const index = slots[slot] ?? -1
      if (index < 0) break
      if (hashes[index] === hash) {
        const base = index * KEY
        let i = 0
        while (i < KEY && keys[base + i] === key[i]) i++
        if (i === KEY) return index
      }
      slot = (slot + 1) & (slots.length - 1)
    }
    if (size >= most && !anyPeer) return -1
    if (size >= hashes.length) {
      grow()
      slot = hash & (slots.length - 1)
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & (slots.length - 1)
    }
    const index = size++
    hashes[index] = hash
    slots[slot] = index
    keys.set(key, index * KEY)
    const s = index * WIDTH
    sums[s + ROW] = row
    sums[s + OLDEST] = -1
    sums[s + YOUNGEST] = -1
    sums[s + OLDEST_LOW] = NONE
    sums[s + OLDEST_HIGH] = NONE
    return index
  }

  const holdIn = (index: number, held: number) => {
    const at = index * WIDTH + PROCESS
    const last = sums[at] ?? 0
    if (held === 0 || held === last) return
    sums[at] = held
    if (last === 0) return
    const all = holders.get(index)
    if (!all) holders.set(index, new Set([last, held]))
    else if (all.size < MAX_HELD) all.add(held)
  }

  const addRow = (index: number, row: number) => {
    const s = index * WIDTH
    sums[s + COUNT] = (sums[s + COUNT] ?? 0) + 1
    const recv = recvQueue[row] ?? NONE
    if (recv !== NONE) {
      sums[s + TOLD] = (sums[s + TOLD] ?? 0) + 1
      if (recv === 0) sums[s + ZERO] = (sums[s + ZERO] ?? 0) + 1
      else {
        if (recv === 1) sums[s + ONE] = (sums[s + ONE] ?? 0) + 1
        sums[s + BYTES] = (sums[s + BYTES] ?? 0) + (state[row] === CLOSE_WAIT ? recv - 1 : recv)
      }
    }
    const send = sendQueue[row] ?? NONE
    if (send !== NONE) {
      sums[s + SEND_TOLD] = (sums[s + SEND_TOLD] ?? 0) + 1
      sums[s + SEND_BYTES] = (sums[s + SEND_BYTES] ?? 0) + send
    }
    const low = cookie[row * 2] ?? NONE
    const high = cookie[row * 2 + 1] ?? NONE
    const age = ages[row] ?? NONE
    if (age !== NONE) {
      if (age > (sums[s + OLDEST] ?? 0)) {
        sums[s + OLDEST] = age
        sums[s + OLDEST_LOW] = low
        sums[s + OLDEST_HIGH] = high
      }
      const youngest = sums[s + YOUNGEST] ?? 0
      if (youngest < 0 || age < youngest) sums[s + YOUNGEST] = age
    }
    if (low !== NONE || high !== NONE) {
      sums[s + COOKIES] = (sums[s + COOKIES] ?? 0) + 1
      sums[s + PRINT] = (sums[s + PRINT] ?? 0) ^ mix(mix(FIRST_SEED, low), high)
      sums[s + PRINT + 1] = (sums[s + PRINT + 1] ?? 0) ^ mix(mix(SECOND_SEED, low), high)
    }
    holdIn(index, process[row] ?? 0)
  }

  /** A row that stands for many: to be merged with whatever else is found. */
  const merged = new Map<number, SocketSum[]>()
  for (let row = 0; row < length; row++) {
    if (state[row] === LISTEN) continue
    const side = sides[row] ?? 0
    const many = table.sums.size > 0 ? table.sums.get(row) : undefined
    let index = find(row, side, many?.anyPeer === true)
    if (index < 0) index = find(row, side, true)
    if (!many) addRow(index, row)
    else {
      const those = merged.get(index)
      if (those) those.push(many)
      else merged.set(index, [many])
    }
  }

  return Array.from({ length: size }, (_, index): Sum => {
    const s = index * WIDTH
    const at = (column: number) => sums[s + column] ?? 0
    const meta = keys[index * KEY] ?? 0
    const last = at(PROCESS)
    const sum: Sum = {
      row: at(ROW),
      side: (meta >> 1) & 3,
      anyPeer: (meta & 1) === 1,
      count: at(COUNT),
      told: at(TOLD),
      bytes: at(BYTES),
      zero: at(ZERO),
      one: at(ONE),
      sendTold: at(SEND_TOLD),
      sendBytes: at(SEND_BYTES),
      oldest: at(OLDEST),
      youngest: at(YOUNGEST),
      oldestCookie: at(OLDEST) < 0 ? NO_COOKIE : [at(OLDEST_LOW), at(OLDEST_HIGH)],
      cookies: at(COOKIES),
      print: [at(PRINT), at(PRINT + 1)],
      processes: holders.get(index) ?? (last > 0 ? new Set([last]) : null),
    }
    for (const many of merged.get(index) ?? []) merge(sum, many)
    return sum
  })
}

const MAPPED = 0xffff
/** Words of a key that are the same for nearly all connections: IPv4, no names. */
const RARE = [4, 5, 6, 8, 9, 10, 11, 12] as const

const mix = (hash: number, value: number) => {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** Two stirrings of 32 bits make a fingerprint of 64. */
const FIRST_SEED = 0x243f6a88
const SECOND_SEED = 0x85a308d3

const NO_COOKIE: readonly [number, number] = [NONE, NONE]

const newSum = (row: number, side: number): Sum => ({
  row,
  side,
  anyPeer: true,
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
      into = newSum(row, side)
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
