import type { FoldedSockets, SocketTable } from '../model/socket-table.ts'
import { NONE } from '../model/socket-table.ts'
import { kindOf, serviceSides } from './service-side.ts'
import { OPTIONAL, shrinkRows } from './socket-room.ts'
import * as at from './sum-index.ts'

const LISTEN = 10
const CLOSE_WAIT = 8
/** No machine has so many listeners: beyond them they are counted. */
const MAX_LISTENERS = 400_000
/** More lists than these name more programs and pids than anybody is shown. */
export const MAX_HELD = 512

/** Room for rows that is kept where most of them were given up. */
const SPARE = 65_536
/** So many rows are looked ahead. */
const AHEAD = 256

/**
 * Make room in a table: connections that are alike stand in the row of the first of them from now on, with what they come to in
 * `folded`; listeners stay as they are.
 * Shape: its columns may be replaced: read them from the table afterwards
 * Gaps: inodes, ages and queues of single connections are gone; very many peers are one
 */
export function foldSockets(table: SocketTable): void {
  table.folded ??= at.startFold()
  sumRows(table, table.folded, true)
  shrinkRows(table, table.length + SPARE)
}

/**
 * Sum up the rows that are not yet. `move`: the rows that a sum or a listener does not need
 * are given up, and the others close ranks.
 */
export function sumRows(table: SocketTable, fold: FoldedSockets, move: boolean): void {
  const { length, state, process, localPort, recvQueue, sendQueue, age: ages, cookie } = table
  const { front } = fold
  const sides = serviceSides(table, front, fold)
  const index = at.openIndex(table, fold, move)
  const further = ages.length > 0 || cookie.length > 0

  const add = (sum: number, row: number) => {
    const { sums } = fold
    const s = sum * at.WIDTH
    sums[s + at.COUNT] = (sums[s + at.COUNT] ?? 0) + 1
    const recv = recvQueue[row] ?? NONE
    if (recv !== NONE) {
      sums[s + at.TOLD] = (sums[s + at.TOLD] ?? 0) + 1
      if (recv === 0) sums[s + at.ZERO] = (sums[s + at.ZERO] ?? 0) + 1
      else {
        if (recv === 1) sums[s + at.ONE] = (sums[s + at.ONE] ?? 0) + 1
        sums[s + at.BYTES] = (sums[s + at.BYTES] ?? 0) + (state[row] === CLOSE_WAIT ? recv - 1 : recv)
      }
    }
    const send = sendQueue[row] ?? NONE
    if (send !== NONE) {
      sums[s + at.SEND_TOLD] = (sums[s + at.SEND_TOLD] ?? 0) + 1
      if (send !== 0) sums[s + at.SEND_BYTES] = (sums[s + at.SEND_BYTES] ?? 0) + send
    }
    if (further) addFurther(fold, sum, ages[row] ?? NONE, cookie[row * 2] ?? NONE, cookie[row * 2 + 1] ?? NONE)
    const held = process[row] ?? 0
    const last = sums[s + at.PROCESS] ?? 0
    if (held === 0 || held === last) return
    sums[s + at.PROCESS] = held
    if (last === 0) return
    const all = fold.held.get(sum)
    if (!all) fold.held.set(sum, new Set([last, held]))
    else if (all.size < MAX_HELD) all.add(held)
  }

  let to = front
  const keep = (row: number): number => {
    if (!move) return row
    if (row !== to) moveRow(table, row, to)
    return to++
  }
  for (let row = front; row < length; row++) {
    if ((row - front) % AHEAD === 0) index.prepare(row, Math.min(length, row + AHEAD), sides, front)
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
    const sum = index.find(row, sides[row - front] ?? 0)
    if (sum < 0) {
      const number = state[row] ?? 0
      table.beyond[number] = (table.beyond[number] ?? 0) + 1
      continue
    }
    add(sum, row)
    if (index.isNew(sum)) index.begin(sum, keep(row))
  }
  if (!move) return
  forgetNames(table.localNames, to, length)
  forgetNames(table.peerNames, to, length)
  fold.front = to
  table.length = to
}

/** Ages and cookies. */
function addFurther(fold: FoldedSockets, sum: number, age: number, low: number, high: number): void {
  if (age === NONE && low === NONE && high === NONE) return
  at.openFurther(fold)
  const { further } = fold
  const s = sum * at.WIDTH
  if (age !== NONE) {
    if (age > (further[s + at.OLDEST] ?? 0)) {
      further[s + at.OLDEST] = age
      further[s + at.OLDEST_LOW] = low
      further[s + at.OLDEST_HIGH] = high
    }
    const youngest = further[s + at.YOUNGEST] ?? 0
    if (youngest < 0 || age < youngest) further[s + at.YOUNGEST] = age
  }
  if (low === NONE && high === NONE) return
  further[s + at.COOKIES] = (further[s + at.COOKIES] ?? 0) + 1
  further[s + at.PRINT] = (further[s + at.PRINT] ?? 0) ^ at.mix(at.mix(FIRST_SEED, low), high)
  further[s + at.PRINT + 1] = (further[s + at.PRINT + 1] ?? 0) ^ at.mix(at.mix(SECOND_SEED, low), high)
}

/** Two stirrings of 32 bits make a fingerprint of 64. */
const FIRST_SEED = 0x243f6a88
const SECOND_SEED = 0x85a308d3

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
  'holding',
  'process',
  'line',
  'source',
] as const

function moveRow(table: SocketTable, from: number, to: number): void {
  for (const column of SINGLE) table[column][to] = table[column][from] ?? 0
  for (const column of OPTIONAL) {
    const width = column === 'cookie' ? 2 : 1
    // A column that is empty stays empty.
    for (let i = 0; i < width; i++) table[column][to * width + i] = table[column][from * width + i] ?? NONE
  }
  table.cgroupId[to] = table.cgroupId[from] ?? Number.NaN
  for (let i = 0; i < 4; i++) {
    table.local[to * 4 + i] = table.local[from * 4 + i] ?? 0
    table.peer[to * 4 + i] = table.peer[from * 4 + i] ?? 0
  }
  for (const names of [table.localNames, table.peerNames]) {
    if (names.size === 0) continue
    const name = names.get(from)
    if (name === undefined) names.delete(to)
    else names.set(to, name)
  }
}
