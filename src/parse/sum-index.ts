import type { FoldedSockets, SocketTable } from '../model/socket-table.ts'
import { NONE } from '../model/socket-table.ts'
import { CLIENT, SERVER } from './service-side.ts'

const MAPPED = 0xffff
/** So many sums are told apart; what is alike none of them is from then on summed up without its peer. */
const MAX_SUMS = 120_000
/** United over peers, more than this is a text made to break us: it is counted. */
const MAX_UNITED = 2 * MAX_SUMS

/** Words of one key, everything that makes two connections alike: as many as fill a line of the processor's cache. */
export const KEY = 16
const KEY_USED = 13
/** And behind them the row of the first of them. */
export const FIRST = 13
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
/** And those of texts that tell ages or cookies. */
export const OLDEST = 1
export const YOUNGEST = 2
export const OLDEST_LOW = 3
export const OLDEST_HIGH = 4
export const COOKIES = 5
export const PRINT = 6

const START = 256

export const startFold = (): FoldedSockets => ({
  front: 0,
  listeners: 0,
  size: 0,
  keys: new Int32Array(START * KEY),
  sums: new Float64Array(START * WIDTH),
  further: new Float64Array(0),
  slots: new Int32Array(4 * START).fill(-1),
  held: new Map(),
  names: new Map(),
  programs: { ids: [], known: new Map() },
  ports: null,
  listening: new Map(),
  kinds: new Uint8Array(0x10000),
})

/** What a sum has of ages and cookies before any was told. */
const NO_AGES = [0, -1, -1, NONE, NONE, 0, 0, 0] as const

/** What is further known of a sum. */
export const furtherOf = ({ further }: FoldedSockets, sum: number, column: number): number =>
  further[sum * WIDTH + column] ?? NO_AGES[column] ?? 0

/** Make room for ages and cookies, were there none so far. */
export function openFurther(fold: FoldedSockets): void {
  if (fold.further.length > 0) return
  fold.further = new Float64Array(fold.sums.length)
  for (let sum = 0; sum < fold.size; sum++) fold.further.set(NO_AGES, sum * WIDTH)
}

export const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}

/** Both ends IPv4 and without names: then few words of the key need a look. */
const PLAIN = 1 << 16

/** Finds the sum of a row. */
export interface SumIndex {
  /**
   * Look at what the next rows will need, all at once: the places lie far apart, and one that is waited for hides the wait for the
   * others. Then each is in the cache when its row comes. `sides`: of the rows from `front` on.
   */
  prepare(from: number, to: number, sides: Uint8Array, front: number): void
  /** The number of the sum that a row of those belongs to; -1: it would be one too many. */
  find(row: number, side: number): number
  /** It has no first row yet. */
  isNew(sum: number): boolean
  begin(sum: number, row: number): void
}

/** `limited`: sums beyond the limit are united over their peers. */
export function openIndex(table: SocketTable, fold: FoldedSockets, limited: boolean): SumIndex {
  const { state, holding, process, localPort, peerPort, local, peer } = table
  const limit = limited ? MAX_SUMS : Number.POSITIVE_INFINITY
  const programs = programIds(table, fold)
  const named = table.localNames.size > 0 || table.peerNames.size > 0 || fold.names.size > 0
  const idOf = (names: Map<number, string>, row: number): number => {
    const name = names.get(row)
    if (name === undefined) return 0
    const id = fold.names.get(name) ?? fold.names.size + 1
    fold.names.set(name, id)
    return id
  }
  let { keys, slots } = fold
  let preparedFrom = 0
  const hashes = new Int32Array(1024)

  const key = new Int32Array(KEY)
  /** Fills `key` for a row, without its peer where that is not to part them; its hash. */
  const keyOf = (row: number, side: number, anyPeer: boolean): number => {
    const w = row * 4
    const mine = localPort[row] ?? 0
    const theirs = peerPort[row] ?? 0
    const l = local[w + 3] ?? 0
    const p = anyPeer ? 0 : (peer[w + 3] ?? 0)
    const same = ((state[row] ?? 0) << 9) | ((holding[row] ?? 0) << 5) | (side << 1) | (anyPeer ? 1 : 0)
    const ports = side === CLIENT ? theirs : side === SERVER ? mine : (mine << 16) | theirs
    const program = programs[process[row] ?? 0] ?? 0
    let others = (local[w] ?? 0) | (local[w + 1] ?? 0) | ((local[w + 2] ?? 0) ^ MAPPED)
    others |= (peer[w] ?? 0) | (peer[w + 1] ?? 0) | ((peer[w + 2] ?? 0) ^ MAPPED)
    const isNamed = named && (table.localNames.has(row) || table.peerNames.has(row))
    const plain = others === 0 && !isNamed && !anyPeer
    key[0] = plain ? same | PLAIN : same
    key[1] = ports
    key[2] = program
    key[3] = l
    key[7] = p
    let hash = mix(
      Math.imul(ports, 0x9e3779b1) ^
        Math.imul(same, 0xc2b2ae35) ^
        Math.imul(program, 0x27d4eb2f) ^
        Math.imul(l, 0x165667b1),
      p,
    )
    if (!plain) {
      key[4] = local[w + 2] ?? 0
      key[5] = local[w + 1] ?? 0
      key[6] = local[w] ?? 0
      key[8] = anyPeer ? 0 : (peer[w + 2] ?? 0)
      key[9] = anyPeer ? 0 : (peer[w + 1] ?? 0)
      key[10] = anyPeer ? 0 : (peer[w] ?? 0)
      key[11] = named ? idOf(table.localNames, row) : 0
      key[12] = named && !anyPeer ? idOf(table.peerNames, row) : 0
      for (const i of [4, 5, 6, 8, 9, 10, 11, 12] as const) hash = mix(hash, key[i] ?? 0)
    }
    return mix(hash, 0x2545f491)
  }
  /** Those that differ most often are compared first. */
  const isKey = (sum: number): boolean => {
    const k = sum * KEY
    if (keys[k + 7] !== key[7] || keys[k] !== key[0] || keys[k + 1] !== key[1] || keys[k + 2] !== key[2]) return false
    if (keys[k + 3] !== key[3]) return false
    if (((key[0] ?? 0) & PLAIN) === 0) for (let i = 4; i < KEY_USED; i++) if (keys[k + i] !== key[i]) return false
    return true
  }

  const grow = () => {
    const wider = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    keys = wider(keys, new Int32Array(keys.length * 2))
    const sums = wider(fold.sums, new Float64Array(fold.sums.length * 2))
    const further = wider(fold.further, new Float64Array(fold.further.length * 2))
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
  const lookUp = (hash: number, most: number): number => {
    let slot = (hash << 1) & (slots.length - 1)
    for (;;) {
      const index = slots[slot + 1] ?? -1
      if (index < 0) break
      if (slots[slot] === hash && isKey(index)) return index
      slot = (slot + 2) & (slots.length - 1)
    }
    if (fold.size >= most) return -1
    if (fold.size * 4 >= slots.length) grow()
    const index = fold.size++
    put(hash, index)
    const plain = ((key[0] ?? 0) & PLAIN) !== 0
    if (plain) key.fill(0, 4, 7).fill(0, 8)
    keys.set(key, index * KEY)
    keys[index * KEY + FIRST] = -1
    if (fold.further.length > 0) fold.further.set(NO_AGES, index * WIDTH)
    return index
  }

  return {
    prepare(from, to, sides, front) {
      preparedFrom = from
      const { sums } = fold
      const count = to - from
      for (let i = 0; i < count; i++) hashes[i] = keyOf(from + i, sides[from + i - front] ?? 0, false)
      const mask = slots.length - 1
      for (let i = 0; i < count; i++) near[i] = slots[(((hashes[i] ?? 0) << 1) & mask) | 1] ?? -1
      let seen = 0
      for (let i = 0; i < count; i++) {
        const index = near[i] ?? -1
        if (index >= 0) seen ^= (keys[index * KEY] ?? 0) ^ (sums[index * WIDTH] ?? 0)
      }
      near[0] = seen
    },
    find(row, side) {
      keyOf(row, side, false)
      const found = lookUp(hashes[row - preparedFrom] ?? 0, limit)
      return found >= 0 ? found : lookUp(keyOf(row, side, true), MAX_UNITED)
    },
    isNew: (sum) => keys[sum * KEY + FIRST] === -1,
    begin(sum, row) {
      keys[sum * KEY + FIRST] = row
    },
  }
}

const near = new Int32Array(1024)

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
