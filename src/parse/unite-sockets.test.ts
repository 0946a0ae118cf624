import { describe, expect, it } from 'vitest'
import { readWith, rowsOf, tableOf } from '../../test/text/read.ts'
import type { SocketTable } from '../model/socket-table.ts'
import { foldSockets } from './fold-sockets.ts'
import { groupSockets } from './group-sockets.ts'
import { lsof } from './network/lsof.ts'
import { ss } from './ss.ts'
import { unite } from './unite-sockets.ts'

const HEAD = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port'
const tableOfRows = (...rows: readonly string[]): SocketTable => tableOf(readWith(ss, [HEAD, ...rows].join('\n')))

const LISTENER = 'LISTEN 129 128 0.0.0.0:80 0.0.0.0:*'
const HELD = `${LISTENER} users:(("shop",pid=7,fd=3))`
const SSHD = 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=8,fd=3))'
const waiting = (count: number, from = 20_000) =>
  Array.from({ length: count }, (_, i) => `CLOSE-WAIT 1 0 10.0.0.1:80 10.0.0.9:${from + i}`)

function folded(...rows: readonly string[]): SocketTable {
  const table = tableOfRows(...rows)
  foldSockets(table)
  return table
}

/** Listeners and counts by state, as whatever judges them sees them. */
function counted(table: SocketTable): readonly string[] {
  const { listeners, groups } = groupSockets(table, () => ({ file: 'x', line: 1, command: null }))
  return [
    ...listeners.map(({ local, owners }) => `${local.port} ${(owners ?? []).map((one) => one.comm).join() || '?'}`),
    ...groups.map(({ state, count }) => `${count} ${state}`),
  ]
}

describe('several outputs about the same sockets', () => {
  it('a row of two outputs stands once, with what either told', () => {
    const all = unite([tableOfRows(LISTENER, ...waiting(2)), tableOfRows(HELD, ...waiting(2, 20_001))])
    expect(rowsOf(all)).toEqual([
      'LISTEN 0.0.0.0:80 129/128 process shop[7,3]',
      'CLOSE_WAIT 10.0.0.1:80 10.0.0.9:20000 1/0 unknown',
      'CLOSE_WAIT 10.0.0.1:80 10.0.0.9:20001 1/0 unowned',
      'CLOSE_WAIT 10.0.0.1:80 10.0.0.9:20002 1/0 unowned',
    ])
  })

  it('rows that look alike inside one output are several sockets', () => {
    expect(rowsOf(unite([tableOfRows(LISTENER, LISTENER), tableOfRows(LISTENER)]))).toHaveLength(2)
  })

  it('inodes that differ are two sockets', () => {
    const one = tableOfRows(`${LISTENER} ino:1 sk:1`)
    expect(rowsOf(unite([one, tableOfRows(`${LISTENER} ino:2 sk:2`)]))).toHaveLength(2)
    expect(rowsOf(unite([one, tableOfRows(`${LISTENER} ino:1 sk:1`)]))).toHaveLength(1)
  })
})

describe('outputs of which one has its rows summed up', () => {
  it.each([
    ['the larger first', [folded(SSHD, ...waiting(50)), tableOfRows(LISTENER, ...waiting(3))]],
    ['the larger last', [tableOfRows(LISTENER, ...waiting(3)), folded(SSHD, ...waiting(50))]],
    ['the smaller summed up', [folded(LISTENER, ...waiting(3)), tableOfRows(SSHD, ...waiting(50))]],
    ['both', [folded(SSHD, ...waiting(50)), folded(LISTENER, ...waiting(3))]],
  ])('%s: the connections of the larger, the listeners of both', (_, tables) => {
    expect(counted(unite(tables))).toEqual(['22 sshd', '80 ?', '50 CLOSE_WAIT'])
  })

  it('leaves the tables as they were', () => {
    const [large, small] = [folded(SSHD, ...waiting(50)), tableOfRows(LISTENER)]
    const before = [counted(large), counted(small)]
    unite([large, small])
    expect([counted(large), counted(small)]).toEqual(before)
  })

  it('a listener of both is one', () => {
    expect(counted(unite([folded(HELD, ...waiting(50)), tableOfRows(LISTENER)]))).toEqual(['80 shop', '50 CLOSE_WAIT'])
  })

  it('a listener that only the smaller tells the owner of has one', () => {
    expect(counted(unite([folded(LISTENER, ...waiting(50)), tableOfRows(HELD)]))).toEqual(['80 shop', '50 CLOSE_WAIT'])
  })
})

describe('a listener of which one output tells the queue and the other the owner', () => {
  const queue = (address: string) =>
    tableOf(readWith(ss, `State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 129 128 ${address}:80 *:*`))
  const owner = (port = 80) =>
    tableOf(
      readWith(
        lsof,
        `COMMAND    PID USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME\nkube-prox 2231 root 11u IPv6 30211 0t0 TCP *:${port} (LISTEN)`,
      ),
    )

  it.each([
    ['ss first', (): SocketTable => unite([queue('*'), owner()])],
    ['lsof first', (): SocketTable => unite([owner(), queue('*')])],
  ])('is one: %s', (_, united) => {
    const table = united()
    expect(table.length).toBe(1)
    expect([table.recvQueue[0], table.sendQueue[0]]).toEqual([129, 128])
    expect(table.processes[table.process[0] ?? 0]).toEqual([{ pid: 2231, comm: 'kube-proxy', fd: 11 }])
  })

  it('is two where the address was printed, or the port is another', () => {
    expect(unite([queue('10.0.0.1'), owner()]).length).toBe(2)
    expect(unite([queue('*'), owner(81)]).length).toBe(2)
  })
})
