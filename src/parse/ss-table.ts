import { HOLDINGS, NONE, type SocketTable } from '../model/socket-table.ts'
import type { ByteSink } from './add-rows.ts'
import { foldSockets } from './fold-sockets.ts'
import { startHolders } from './holders.ts'
import { createSocketTable, pushSocket, type SocketRow } from './socket-table.ts'

export interface RowSink {
  push(row: SocketRow): void
  /** For those who put rows into the table themselves. */
  readonly direct: ByteSink
  /** `modern`: the version writes IPv6 in brackets, so that `*` means a dual-stack any-address. */
  finish(modern: boolean): { readonly table: SocketTable; readonly limitsUnknown: boolean }
}

const LISTEN = 10
const TIME_WAIT = 6
const SYN_RECV = 3
const ANY_V4 = [0, 0, 0xffff, 0]

/**
 * Collects the rows of one ss or netstat output, and settles at its end what only the whole output tells: what `*` means,
 * who is without an owner, whether limits were carried. `limits`: this tool can print them.
 */
export function startSockets({ limits }: { readonly limits: boolean }): RowSink {
  const table = createSocketTable(64, true)
  const holders = startHolders(table)
  let owners = false
  let modern = false
  let old = false
  let anyLimit = false
  let listeners = 0
  return {
    direct: {
      table,
      holders,
      owned() {
        owners = true
      },
    },
    push(row) {
      const told = { ...row, processes: null, sendQueue: limits || row.state !== 'LISTEN' ? row.sendQueue : null }
      pushSocket(table, told)
      if (row.processes && row.processes.length > 0) table.process[table.length - 1] = holders.of(row.processes)
      owners ||= row.processes !== null && row.processes.length > 0
      if (row.state === 'LISTEN') {
        listeners++
        anyLimit ||= (row.sendQueue ?? 0) > 0
      }
      const { address } = row.local
      // Only newer ones print it; `[::]` beside it is a socket for IPv6 alone
      if (address === '0.0.0.0') modern = true
      else if (address === '::') old = true
    },
    finish(headerIsModern) {
      // What is settled now must find all rows in their places.
      if (table.folded !== null) foldSockets(table)
      settleStars(table, headerIsModern || modern ? 'modern' : old ? 'old' : null)
      if (owners) markUnowned(table)
      const limitsUnknown = limits && listeners > 0 && !anyLimit
      if (limitsUnknown) forgetLimits(table)
      return { table, limitsUnknown }
    },
  }
}

/** In old versions `*:80` is IPv4 only, in newer ones it is a dual-stack socket. Where the output does not tell, it stays `*`. */
function settleStars(table: SocketTable, version: 'modern' | 'old' | null): void {
  if (version === null) return
  const stars = [...table.localNames].filter(([, name]) => name === '*')
  for (const [row] of stars) {
    table.localNames.delete(row)
    table.local.set(version === 'old' ? ANY_V4 : [0, 0, 0, 0], row * 4)
    table.family[row] = version === 'old' ? 4 : 46
  }
}

/** The output names owners, but not for these rows. */
function markUnowned(table: SocketTable): void {
  const unknown = HOLDINGS.indexOf('unknown')
  const unowned = HOLDINGS.indexOf('unowned')
  for (let row = 0; row < table.length; row++) {
    const state = table.state[row]
    if (table.holding[row] === unknown && state !== TIME_WAIT && state !== SYN_RECV) table.holding[row] = unowned
  }
}

function forgetLimits(table: SocketTable): void {
  for (let row = 0; row < table.length; row++) if (table.state[row] === LISTEN) table.sendQueue[row] = NONE
}
