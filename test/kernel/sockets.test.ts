import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Budget, NO_LIMIT } from '../../src/collect/budget.ts'
import { dumpSockets } from '../../src/collect/dump.ts'
import { readConnections, readListeners, type SocketsRead } from '../../src/collect/sockets.ts'
import type { Gap } from '../../src/model/part.ts'
import { groupSockets } from '../../src/parse/group-sockets.ts'
import { createSocketTable } from '../../src/parse/socket-table.ts'
import type { Answer } from '../../src/sys/host.ts'
import { HostError } from '../../src/sys/host-error.ts'
import { type Fate, recordedDump } from './recorded-dump.ts'

const ROWS = 19
const ok: Fate = { is: 'ok' }
const fails = (errno: string, after = 0): Fate => ({ is: 'error', after, error: new HostError('recv', 'x', errno) })

function dump(fates: readonly Fate[], budget: Budget = NO_LIMIT) {
  const table = createSocketTable(1)
  const kernel = recordedDump(fates)
  const cuts = dumpSockets(kernel, table, { budget })
  return { rows: table.length, cuts, asked: kernel.asked }
}

describe('a dump', () => {
  it('is one walk', () => expect(dump([ok])).toEqual({ rows: ROWS, cuts: [], asked: [18] }))

  it.each(['EAGAIN', 'ENOBUFS', 'EINTR', 'EBUSY'])('is asked again after %s, no row twice', (errno) => {
    expect(dump([fails(errno, 1), ok])).toEqual({ rows: ROWS, cuts: [], asked: [18, 18] })
  })

  it('is given up after three of them, and leaves no row behind', () => {
    const table = createSocketTable(1)
    const kernel = recordedDump([fails('ENOBUFS', 1), fails('ENOBUFS', 1), fails('ENOBUFS', 1), ok])
    expect(() => dumpSockets(kernel, table, { budget: NO_LIMIT })).toThrow(/ENOBUFS/)
    expect(table.length).toBe(0)
    expect(kernel.asked).toHaveLength(3)
  })

  it('is asked again when the table changed in between; three times running, it stands with a word about it', () => {
    const interrupted: Fate = { is: 'interrupted' }
    expect(dump([interrupted, ok])).toMatchObject({ rows: ROWS, cuts: [] })
    expect(dump([interrupted, interrupted, interrupted])).toMatchObject({
      rows: ROWS,
      cuts: [expect.stringMatching(/3 times/)],
    })
  })

  it.each([2, 22, 95])('errno %i: a kernel that knows the modern request only is asked family by family', (errno) => {
    expect(dump([{ is: 'errno', errno }, ok, ok])).toEqual({ rows: ROWS, cuts: [], asked: [18, 20, 20] })
  })

  it('that is refused throws with the reason', () => {
    expect(() => dump([{ is: 'errno', errno: 1 }])).toThrow(expect.objectContaining({ code: 'denied', errno: 'EPERM' }))
  })
})

const tcp = readFileSync(new URL('../../src/parse/fixtures/proc-net-tcp-6.18.txt', import.meta.url), 'utf8')
const text: Answer = { ok: true, via: 'proc', format: 'proc-net-tcp', file: '/proc/7/net/tcp', text: tcp }
const denied: Fate = { is: 'error', error: new HostError('setns', '/proc/7/ns/net', 'EPERM') }

function read(fates: readonly Fate[], otherwise: readonly Answer[] = []): SocketsRead {
  const sockets = readListeners([recordedDump(fates, otherwise)], NO_LIMIT)
  if ('ok' in sockets) throw new Error(sockets.detail)
  return sockets
}

const sockstat = (tcpInUse: number, timeWait = 0) => ({ tcpInUse, timeWait, orphans: 0, allocated: 0, memPages: 0 })

describe('the tiers', () => {
  it('without netlink: the text, and why the limits are missing', () => {
    const sockets = read([denied], [text])
    expect(sockets.listeners).toMatchObject({ via: 'proc', coverage: [{ of: 'all' }] })
    expect(sockets.listeners.cuts.join()).toMatch(/limits and drops.*setns .*EPERM \(needs CAP_SYS_ADMIN\)/)
    expect(readConnections(sockets, sockstat(99), true, NO_LIMIT)).toBe(sockets)
  })

  it('without netlink and without the text: the first reason', () => {
    const gap = readListeners([recordedDump([denied], [{ ok: false, reason: 'absent', detail: 'y' }])], NO_LIMIT)
    expect(gap).toMatchObject({
      ok: false,
      reason: 'denied',
      detail: expect.stringMatching(/CAP_SYS_ADMIN/),
    } satisfies Partial<Gap>)
  })

  it('a second dump that fails leaves what the first told', () => {
    const sockets = readConnections(read([ok, denied]), sockstat(99), true, NO_LIMIT)
    expect(sockets.connections).toMatchObject({ ok: false, reason: 'denied' })
    expect(sockets.listeners.coverage).toEqual([{ of: 'all' }])
  })

  it('a budget that is spent: connections are a gap, listeners stand', () => {
    const sockets = readConnections(read([ok]), sockstat(99), true, {
      spent: () => 'budget of 1 s spent',
      left: () => 0,
    })
    expect(sockets.connections).toEqual({ ok: false, reason: 'timeout', detail: 'budget of 1 s spent' })
  })

  it('a budget that ends during the dump: what was read stands, and is not called whole', () => {
    let asked = 0
    const sockets = readConnections(read([ok]), sockstat(99), true, {
      spent: () => (asked++ < 1 ? null : 'budget spent'),
      left: () => 1000,
    })
    expect(groupSockets(sockets.table, () => ({ via: 'x' })).listeners).toHaveLength(3)
    expect(sockets.connections).toMatchObject({
      coverage: [],
      cuts: [expect.stringMatching(/budget spent; \d+ sockets read/)],
    })
  })

  it('limits and drops of the first tier are in the second', () => {
    const sockets = readConnections(read([ok, ok]), sockstat(99), true, NO_LIMIT)
    const listening = Array.from({ length: sockets.table.length }, (_, i) => i).filter(
      (i) => sockets.table.state[i] === 10,
    )
    expect(listening.map((i) => sockets.table.drops[i])).toEqual([0, 0, 2])
  })

  it('does not walk a busy machine for a namespace that sockstat says has listeners only', () => {
    const kernel = recordedDump([])
    const quiet: SocketsRead = { ...read([ok]), table: createSocketTable(1), dump: kernel }
    const sockets = readConnections(quiet, sockstat(0), false, NO_LIMIT)
    expect(kernel.asked).toEqual([])
    expect(sockets.connections).toMatchObject({ via: 'sockstat', cuts: [expect.stringMatching(/SYN_RECV/)] })
    expect(sockets.connections).not.toMatchObject({ coverage: [{ of: 'all' }] })
    readConnections(quiet, sockstat(0, 1), false, NO_LIMIT)
    readConnections(quiet, null, false, NO_LIMIT)
    expect(kernel.asked).toEqual([18, 18])
  })
})
