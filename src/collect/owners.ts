import type { ProcessRef } from '../model/socket.ts'
import { HOLDINGS, type SocketTable } from '../model/socket-table.ts'
import { internProcesses } from '../parse/socket-table.ts'

const LISTEN = 10
const LISTENER = 1
const FURTHER = 2
const PROCESS = HOLDINGS.indexOf('process')
const UNOWNED = HOLDINGS.indexOf('unowned')

/** Who holds which socket. Made of sorted numbers, not of a map: 100 000 sockets are to fit a small agent. */
export interface Owners {
  /** Inodes of the sockets that somebody may hold, sorted. */
  readonly inodes: Uint32Array
  /** By the same index: LISTENER, FURTHER (no TCP) or 0, a connection. */
  readonly listens: Uint8Array
  /** By the same index: a number in `lists`; 0: nobody yet. */
  readonly list: Uint32Array
  readonly lists: (readonly ProcessRef[])[]
  /** Key of a united list → its number. */
  readonly known: Map<string, number>
}

/** Owners, still nobody, of the sockets in these tables, and of further ones: datagrams, unix. */
export function startOwners(tables: readonly SocketTable[], further: readonly number[] = []): Owners {
  let count = further.length
  for (const table of tables) count += table.length
  const all = new Uint32Array(count)
  all.set(further)
  let n = further.length
  for (const { length, inode, holding } of tables)
    for (let row = 0; row < length; row++) if (holding[row] === PROCESS) all[n++] = inode[row] ?? 0
  const inodes = all.subarray(0, n).sort()
  const owners: Owners = { inodes, listens: new Uint8Array(n), list: new Uint32Array(n), lists: [[]], known: new Map() }
  for (const { length, inode, state } of tables)
    for (let row = 0; row < length; row++) {
      const at = state[row] === LISTEN ? find(inodes, inode[row] ?? 0) : -1
      if (at >= 0) owners.listens[at] = LISTENER
    }
  for (const inode of further) owners.listens[find(inodes, inode)] = FURTHER
  return owners
}

/** The index of an inode; −1: not wanted. */
function find(inodes: Uint32Array, inode: number): number {
  let low = 0
  let high = inodes.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = inodes[middle] ?? 0
    if (value === inode) return middle
    if (value < inode) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Is the socket of this inode a listener? */
export const isListener = (owners: Owners, inode: number): boolean =>
  owners.listens[find(owners.inodes, inode)] === LISTENER

/**
 * A process holds a socket. False where nobody wants to know.
 * Listeners and what is no TCP keep the descriptor; connections of one process share an entry without it.
 */
export function addOwner(owners: Owners, inode: number, pid: number, comm: string, fd: number): boolean {
  const at = find(owners.inodes, inode)
  if (at < 0) return false
  const before = owners.lists[owners.list[at] ?? 0] ?? []
  if (before.some((one) => one.pid === pid)) return true
  const keep = owners.listens[at] === 0 ? null : fd
  const key = `${owners.list[at]} ${pid} ${keep ?? ''}`
  let number = owners.known.get(key)
  if (number === undefined) {
    number = owners.lists.push([...before, { pid, comm, fd: keep }]) - 1
    owners.known.set(key, number)
  }
  owners.list[at] = number
  return true
}

/** Who holds the socket of this inode; null: nobody was found. */
export function ownersOf(owners: Owners, inode: number | null): readonly ProcessRef[] | null {
  const at = inode === null ? -1 : find(owners.inodes, inode)
  const list = at < 0 ? 0 : (owners.list[at] ?? 0)
  return list === 0 ? null : (owners.lists[list] ?? null)
}

/**
 * Write the owners into a table.
 * `complete`: nobody was left out, so a listener without an owner is the kernel's own (NFS), or of a process out of sight.
 */
export function putOwners(table: SocketTable, owners: Owners, complete: boolean): void {
  const numbers = new Map<number, number>()
  for (let row = 0; row < table.length; row++) {
    if (table.holding[row] !== PROCESS) continue
    const at = find(owners.inodes, table.inode[row] ?? 0)
    const list = at < 0 ? 0 : (owners.list[at] ?? 0)
    if (list === 0) {
      if (complete && table.state[row] === LISTEN) table.holding[row] = UNOWNED
      continue
    }
    const known = numbers.get(list)
    const number = known ?? internProcesses(table, owners.lists[list] ?? [])
    if (known === undefined) numbers.set(list, number)
    table.process[row] = number
  }
}
