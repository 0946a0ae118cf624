import type { FoldedSockets, SocketTable } from '../model/socket-table.ts'
import { NONE } from '../model/socket-table.ts'
import { CLIENT, kindOf, SERVER, serviceSides } from './service-side.ts'
import { shrinkRows } from './socket-room.ts'

const LISTEN = 10
const CLOSE_WAIT = 8
const MAPPED = 0xffff
/** So many sums are told apart; what is alike none of them is from then on summed up without its peer. */
const MAX_SUMS = 131_072
/** United over peers, more than this is a text made to break us: it is counted. */
const MAX_UNITED = 2 * MAX_SUMS
/** No machine has so many listeners: beyond them they are counted. */
const MAX_LISTENERS = 400_000
/** More lists than these name more programs and pids than anybody is shown. */
export const MAX_HELD = 512

/** Words of one key, everything that makes two connections alike: as many as fill a line of the processor's cache. */
export const KEY = 16
const KEY_USED = 13
/** Numbers of one sum, by their places: a line of the cache as well, since rows go to the sums in no order. */
export const WIDTH = 8
export const COUNT = 0
export const TOLD = 1
export const BYTES = 2
export const ZERO = 3
export const ONE = 4
export const SEND_TOLD = 5
export const SEND_BYTES = 6
export const PROCESS = 7
/** And those that are needed less often. */
export const ROW = 0
export const OLDEST = 1
export const YOUNGEST = 2
export const OLDEST_LOW = 3
export const OLDEST_HIGH = 4
export const COOKIES = 5
export const PRINT = 6

/** Room for rows that is kept where most of them were given up. */
const SPARE = 65_536
/** So many rows are looked ahead. */
const AHEAD = 256

const START = 256

export const startFold = (): FoldedSockets => ({
  front: 0,
  listeners: 0,
  size: 0,
  keys: new Int32Array(START * KEY),
  sums: new Float64Array(START * WIDTH),
  further: new Float64Array(START * WIDTH),
  slots: new Int32Array(4 * START).fill(-1),
  held: new Map(),
  names: new Map(),
  programs: { ids: [], known: new Map() },
  ports: null,
  listening: new Map(),
  kinds: new Uint8Array(0x10000),
})

/**
 * Make room in a table: connections that are alike stand in the row of the first of them from now on, with what they come to in
 * `folded`; listeners stay as they are.
 * Shape: its columns may be replaced: read them from the table afterwards
 * Gaps: inodes, ages and queues of single connections are gone; very many peers are one
 */
export function foldSockets(table: SocketTable): void {
  table.folded ??= startFold()
  sumRows(table, table.folded, true)
  shrinkRows(table, table.length + SPARE)
}

/**
 * Sum up the rows that are not yet. `move`: the rows that a sum or a listener does not need
 * are given up, and the others close ranks.
 */
export function sumRows(table: SocketTable, fold: FoldedSockets, move: boolean): void {
  const { length, state, holding, process, localPort, peerPort, local, peer } = table
  const { recvQueue, sendQueue, age: ages, cookie } = table
  const { front } = fold
  const sides = serviceSides(table, front, fold)
  const limit = move ? MAX_SUMS : Number.POSITIVE_INFINITY
  const programs = programIds(table, fold)
  const named = table.localNames.size > 0 || table.peerNames.size > 0 || fold.names.size > 0
  const idOf = (names: Map<number, string>, row: number): number => {
    const name = names.get(row)
    if (name === undefined) return 0
    const id = fold.names.get(name) ?? fold.names.size + 1
    fold.names.set(name, id)
    return id
  }
  let { keys, sums, further, slots } = fold

  const key = new Int32Array(KEY)
  /** Fills `key` for a row, without its peer where that is not to part them; its hash. */
  const keyOf = (row: number, side: number, anyPeer: boolean): number => {
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
    key[11] = named ? idOf(table.localNames, row) : 0
    key[12] = named && !anyPeer ? idOf(table.peerNames, row) : 0
    let hash = mix(key[0] ?? 0, key[1] ?? 0)
    hash = mix(hash, (key[2] ?? 0) ^ Math.imul(key[3] ?? 0, 0x9e3779b1))
    hash = mix(hash, key[7] ?? 0)
    // The other words are the same for nearly all connections: IPv4, no names.
    if (key[4] !== MAPPED || key[8] !== MAPPED || named)
      for (const i of [4, 5, 6, 8, 9, 10, 11, 12] as const) hash = mix(hash, key[i] ?? 0)
    return hash
  }

  const grow = () => {
    const wider = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    keys = wider(keys, new Int32Array(keys.length * 2))
    sums = wider(sums, new Float64Array(sums.length * 2))
    further = wider(further, new Float64Array(further.length * 2))
    const old = slots
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let at = 0; at < old.length; at += 2) {
      const [hash = 0, index = -1] = [old[at], old[at + 1]]
      if (index >= 0) put(hash, index)
    }
    Object.assign(fold, { keys, sums, further, slots })
  }
  const put = (hash: number, index: number) => {
    let slot = (hash << 1) & (slots.length - 1)
    while ((slots[slot + 1] ?? -1) >= 0) slot = (slot + 2) & (slots.length - 1)
    slots[slot] = hash
    slots[slot + 1] = index
  }

  /** The number of the sum that the row belongs to; -1: it would be one too many. */
  const find = (row: number, side: number, anyPeer: boolean): number => {
    const hash = keyOf(row, side, anyPeer)
    let slot = (hash << 1) & (slots.length - 1)
    for (;;) {
      const index = slots[slot + 1] ?? -1
      if (index < 0) break
      if (slots[slot] === hash) {
        if (sameKey(keys, index * KEY, key)) return index
      }
      slot = (slot + 2) & (slots.length - 1)
    }
    if (fold.size >= (anyPeer ? MAX_UNITED : limit)) return -1
    if (fold.size * 4 >= slots.length) grow()
    const index = fold.size++
    put(hash, index)
    keys.set(key, index * KEY)
    const f = index * WIDTH
    further[f + ROW] = -1
    further[f + OLDEST] = -1
    further[f + YOUNGEST] = -1
    further[f + OLDEST_LOW] = NONE
    further[f + OLDEST_HIGH] = NONE
    return index
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
      if (age > (further[s + OLDEST] ?? 0)) {
        further[s + OLDEST] = age
        further[s + OLDEST_LOW] = low
        further[s + OLDEST_HIGH] = high
      }
      const youngest = further[s + YOUNGEST] ?? 0
      if (youngest < 0 || age < youngest) further[s + YOUNGEST] = age
    }
    if (low !== NONE || high !== NONE) {
      further[s + COOKIES] = (further[s + COOKIES] ?? 0) + 1
      further[s + PRINT] = (further[s + PRINT] ?? 0) ^ mix(mix(FIRST_SEED, low), high)
      further[s + PRINT + 1] = (further[s + PRINT + 1] ?? 0) ^ mix(mix(SECOND_SEED, low), high)
    }
    const held = process[row] ?? 0
    const last = sums[s + PROCESS] ?? 0
    if (held === 0 || held === last) return
    sums[s + PROCESS] = held
    if (last === 0) return
    const all = fold.held.get(index)
    if (!all) fold.held.set(index, new Set([last, held]))
    else if (all.size < MAX_HELD) all.add(held)
  }

  let warmTo = front
  const near = new Int32Array(AHEAD)
  /**
   * Look at what the next rows will need, all at once: the places lie far apart, and one that is waited for hides the wait for the
   * others. Then each is in the cache when its row comes.
   */
  const warm = () => {
    const from = warmTo
    warmTo = Math.min(length, from + AHEAD)
    const count = warmTo - from
    for (let i = 0; i < count; i++) near[i] = keyOf(from + i, sides[from + i - front] ?? 0, false)
    const mask = slots.length - 1
    for (let i = 0; i < count; i++) near[i] = slots[(((near[i] ?? 0) << 1) & mask) | 1] ?? -1
    let seen = 0
    for (let i = 0; i < count; i++) {
      const index = near[i] ?? -1
      if (index >= 0) seen ^= (keys[index * KEY] ?? 0) ^ (sums[index * WIDTH] ?? 0)
    }
    near[0] = seen
  }

  let to = front
  const keep = (row: number): number => {
    if (!move) return row
    if (row !== to) moveRow(table, row, to)
    return to++
  }
  for (let row = front; row < length; row++) {
    if (row === warmTo) warm()
    if (state[row] === LISTEN) {
      if (!move) continue
      if (fold.listeners < MAX_LISTENERS) {
        fold.listeners++
        const port = localPort[row] ?? 0
        const kept = keep(row)
        const same = fold.listening.get(port)
        if (same) same.push(kept)
        else fold.listening.set(port, [kept])
        fold.kinds[port] = Math.max(fold.kinds[port] ?? 0, kindOf(table, kept))
      } else table.beyond[LISTEN] = (table.beyond[LISTEN] ?? 0) + 1
      continue
    }
    const side = sides[row - front] ?? 0
    let index = find(row, side, false)
    if (index < 0) index = find(row, side, true)
    if (index < 0) {
      const number = state[row] ?? 0
      table.beyond[number] = (table.beyond[number] ?? 0) + 1
      continue
    }
    addRow(index, row)
    if (further[index * WIDTH + ROW] === -1) further[index * WIDTH + ROW] = keep(row)
  }
  if (!move) return
  forgetNames(table.localNames, to, length)
  forgetNames(table.peerNames, to, length)
  fold.front = to
  table.length = to
}

/** Those that differ most often are compared first. */
function sameKey(keys: Int32Array, at: number, key: Int32Array): boolean {
  if (keys[at + 7] !== key[7] || keys[at] !== key[0] || keys[at + 1] !== key[1] || keys[at + 2] !== key[2]) return false
  for (let i = 3; i < KEY_USED; i++) if (keys[at + i] !== key[i]) return false
  return true
}

function forgetNames(names: Map<number, string>, from: number, to: number): void {
  if (names.size > 0) for (let row = from; row < to; row++) names.delete(row)
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
  'source',
] as const

function moveRow(table: SocketTable, from: number, to: number): void {
  for (const column of SINGLE) table[column][to] = table[column][from] ?? 0
  for (let i = 0; i < 4; i++) {
    table.local[to * 4 + i] = table.local[from * 4 + i] ?? 0
    table.peer[to * 4 + i] = table.peer[from * 4 + i] ?? 0
  }
  for (let i = 0; i < 2; i++) table.cookie[to * 2 + i] = table.cookie[from * 2 + i] ?? NONE
  for (const names of [table.localNames, table.peerNames]) {
    const name = names.get(from)
    if (name === undefined) names.delete(to)
    else names.set(to, name)
  }
}

const mix = (hash: number, value: number) => {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** Two stirrings of 32 bits make a fingerprint of 64. */
const FIRST_SEED = 0x243f6a88
const SECOND_SEED = 0x85a308d3

/** A number per list of processes, the same for the same programs. */
function programIds(table: SocketTable, { programs: { ids, known } }: FoldedSockets): readonly number[] {
  for (let list = ids.length; list < table.processes.length; list++) {
    const key = [...new Set((table.processes[list] ?? []).map((one) => one.comm))].sort().join('\n')
    const id = known.get(key) ?? known.size
    known.set(key, id)
    ids.push(id)
  }
  return ids
}
