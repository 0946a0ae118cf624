import type { ProcessRef } from '../model/socket.ts'
import { HOLDINGS, type SocketTable } from '../model/socket-table.ts'
import { internProcesses } from '../parse/socket-table.ts'

const LISTEN = 10
const PROCESS = HOLDINGS.indexOf('process')
const UNOWNED = HOLDINGS.indexOf('unowned')

/** Add the inodes of a table's sockets that somebody may hold. */
export function addInodes(table: SocketTable, wanted: Set<number>): void {
  const { length, inode, holding } = table
  for (let row = 0; row < length; row++)
    if (holding[row] === PROCESS && (inode[row] ?? 0) > 0) wanted.add(inode[row] ?? 0)
}

/**
 * Write the owners into a table: with descriptors for listeners; connections share an entry per process, which keeps 100 000 small.
 * `complete`: nobody was left out, so a listener without an owner is the kernel's own (NFS), or of a process that may not be seen.
 */
export function putOwners(
  table: SocketTable,
  owners: ReadonlyMap<number, readonly ProcessRef[]>,
  complete: boolean,
): void {
  const shared = new Map<string, number>()
  for (let row = 0; row < table.length; row++) {
    if (table.holding[row] !== PROCESS) continue
    const listens = table.state[row] === LISTEN
    const refs = owners.get(table.inode[row] ?? 0)
    if (!refs) {
      if (listens && complete) table.holding[row] = UNOWNED
    } else if (listens) table.process[row] = internProcesses(table, refs)
    else {
      const key = refs.length === 1 ? String(refs[0]?.pid) : refs.map((one) => one.pid).join(' ')
      const known = shared.get(key)
      const index = known ?? table.processes.push(refs.map((one) => ({ ...one, fd: null }))) - 1
      if (known === undefined) shared.set(key, index)
      table.process[row] = index
    }
  }
}
