import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helperAccepter } from '../../src/act/accepter.ts'
import { type Calls, loadCalls } from '../../src/act/calls.ts'
import { duplicate } from '../../src/act/duplicate.ts'
import { ownersOf } from '../../src/act/owners.ts'
import { preparePlan } from '../../src/act/plan.ts'
import { Refused } from '../../src/act/refused.ts'
import { type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { HostError } from '../../src/sys/host-error.ts'
import { openProc } from '../../src/sys/proc.ts'
import { type Played, play } from './stage.ts'

/** What keeps a queue from being touched, where this machine's kernel would allow it: the call that fails is put in. */

const PORT = 4100
let netns: LabNetns
let owner: Played
let clients: Played
const folder = mkdtempSync(join(tmpdir(), 'recvq-refusals-'))
beforeAll(async () => {
  netns = await makeNetns('named')
  owner = await play(netns, 'listen', { port: PORT, backlog: 128, blocking: true })
  clients = await play(netns, 'clients', [{ count: 2, host: '127.0.0.1', port: PORT, end: 'close' }])
})
afterAll(async () => {
  await clients.stop()
  await owner.stop()
  await netns.remove()
  rmSync(folder, { recursive: true })
})

const fails = (op: 'pidfd_open' | 'pidfd_getfd', errno: string): Calls => {
  const fail = () => {
    throw new HostError(op, 'x', errno)
  }
  return { ...loadCalls(), ...(op === 'pidfd_open' ? { pidfdOpen: fail } : { pidfdGetfd: fail }) }
}

async function refusalOf(calls: Calls, proc = openProc()): Promise<string> {
  const policy = { live: 'keep', most: null, payload: false } as const
  const asked = { port: PORT, netns: netns.name ?? '', address: null, pid: null, unseen: false, intervalMs: 20, policy }
  try {
    const prepared = await preparePlan({ ...asked, proc, calls })
    prepared?.close()
    return 'none'
  } catch (error) {
    if (error instanceof Refused) return error.code
    throw error
  }
}

/** This machine's procfs, with another file in the place of one of its own. */
function procWith(path: string, text: string): ReturnType<typeof openProc> {
  const proc = openProc()
  return { ...proc, readShort: (asked) => (asked === path ? text : proc.readShort(asked)) }
}

describe('a queue is left alone', () => {
  it('not, where every call is allowed', async () => expect(await refusalOf(loadCalls())).toBe('none'))
  it('before Linux 5.3, without pidfd_open', async () =>
    expect(await refusalOf(fails('pidfd_open', 'ENOSYS'))).toBe('old-kernel'))
  it('before Linux 5.6, without pidfd_getfd', async () =>
    expect(await refusalOf(fails('pidfd_getfd', 'ENOSYS'))).toBe('old-kernel'))
  it('where the owner may not be traced', async () =>
    expect(await refusalOf(fails('pidfd_getfd', 'EPERM'), procWith('sys/kernel/yama/ptrace_scope', '1\n'))).toBe(
      'no-rights',
    ))
  it('where Yama lets nobody trace', async () =>
    expect(await refusalOf(fails('pidfd_getfd', 'EPERM'), procWith('sys/kernel/yama/ptrace_scope', '3\n'))).toBe(
      'yama',
    ))
  it('where the owner has ended in the meantime', async () =>
    expect(await refusalOf(fails('pidfd_open', 'ESRCH'))).toBe('gone'))
})

describe('a process that is another one by now', () => {
  const held = () => {
    const proc = openProc()
    const inode = Number(/\d+/.exec(proc.link(`${owner.pid}/fd/${fdOf()}`))?.[0])
    return { proc, inode, found: ownersOf(proc, inode).owners[0] }
  }
  const fdOf = () => {
    const proc = openProc()
    const isListening = (fd: string) => {
      const link = proc.link(`${owner.pid}/fd/${fd}`)
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1]
      return inode !== undefined && proc.read(`${owner.pid}/net/tcp`).includes(` ${inode} `)
    }
    return proc.fds(owner.pid).find(isListening) ?? ''
  }

  it('by its start', () => {
    const { proc, inode, found } = held()
    if (!found) throw new Error('no owner')
    const later = { ...found, startTicks: found.startTicks + 1 }
    expect(() => duplicate(loadCalls(), proc, later, inode)).toThrow(expect.objectContaining({ code: 'pid-reused' }))
  })
  it('by its descriptor', () => {
    const { proc, inode, found } = held()
    if (!found) throw new Error('no owner')
    const calls = loadCalls()
    expect(() => duplicate(calls, proc, { ...found, fd: 0 }, inode)).toThrow(
      expect.objectContaining({ code: 'pid-reused' }),
    )
    expect(() => duplicate(calls, proc, { ...found, fd: 9999 }, inode)).toThrow(
      expect.objectContaining({ code: 'pid-reused' }),
    )
    const fd = duplicate(calls, proc, found, inode)
    expect(calls.isBlocking(fd)).toBe(true)
    calls.close(fd)
  })
})

describe('the process that accepts from a blocking socket', () => {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const program = [process.execPath, main, 'queue', 'accept-as-told']

  it('never waits for long, though the owner takes what it was about to', { timeout: 60_000 }, async () => {
    const port = 4101
    const rival = await play(netns, 'listen', { port, backlog: 128, blocking: true })
    const proc = openProc()
    const row = proc
      .read(`${rival.pid}/net/tcp`)
      .split('\n')
      .find((line) => line.includes(`:${port.toString(16).toUpperCase()} `))
    const inode = Number(row?.trim().split(/ +/)[9])
    const [found] = ownersOf(proc, inode).owners
    if (!found) throw new Error('no owner')
    const calls = loadCalls()
    const fd = duplicate(calls, proc, found, inode)
    const accepter = helperAccepter(program, fd)
    try {
      expect(await accepter.take({ end: 'close', bytes: 0 })).toBeNull()
      rival.tell('serve')
      const busy = play(netns, 'clients', [{ count: 200, host: '127.0.0.1', port, end: 'close' }])
      let longest = 0
      let done = false
      void busy.then(() => {
        done = true
      })
      while (!done) {
        const from = performance.now()
        await accepter.take({ end: 'close', bytes: 0 })
        longest = Math.max(longest, performance.now() - from)
      }
      expect(longest).toBeLessThan(5000)
      await (await busy).stop()
    } finally {
      await accepter.close()
      calls.close(fd)
      await rival.stop()
    }
  })

  it('that cannot be started is a failure, not a wait', async () => {
    const accepter = helperAccepter([join(folder, 'nothing')], 0)
    await expect(accepter.take({ end: 'close', bytes: 0 })).rejects.toThrow(/could not be started|has ended/)
    await accepter.close()
  })
})
