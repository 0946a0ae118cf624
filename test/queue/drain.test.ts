import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { until } from '../../src/lab/command.ts'
import { type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { recvq } from '../cli/recvq.ts'
import { leakOn, type Played, play } from './stage.ts'

/** Queues that nobody accepts from, on this machine's own kernel, in a network namespace of the test's own. */

vi.setConfig({ testTimeout: 90_000 })

let netns: LabNetns
const folder = mkdtempSync(join(tmpdir(), 'recvq-drain-'))
beforeAll(async () => {
  netns = await makeNetns('named')
})
afterAll(async () => {
  await netns.remove()
  rmSync(folder, { recursive: true })
})

let records = 0
const newRecord = () => join(folder, `record-${++records}.json`)
const queue = (...args: readonly string[]) => recvq('queue', ...args, '--netns', netns.name ?? '')
const opened = async (port: number) => JSON.parse((await queue('open', String(port), '-o', 'json')).stdout).queues[0]
const drain = (port: number, ...args: readonly string[]) =>
  queue('drain', String(port), '--interval', '1s', '--record', newRecord(), ...args)

/** What the owner would notice: its descriptors, and the flags of each. */
const descriptors = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`)
    .toSorted()
    .map((fd) => {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]
      return `${fd} ${flags}`
    })

async function staged(
  port: number,
  owner: object,
  groups: readonly object[],
  act: (owner: Played, clients: Played) => Promise<void>,
  how: readonly string[] = [],
): Promise<void> {
  const listening = await play(netns, 'listen', { port, backlog: 128, blocking: true, ...owner }, how)
  try {
    const clients = await play(
      netns,
      'clients',
      groups.map((one) => ({ host: '127.0.0.1', port, ...one })),
    )
    try {
      await act(listening, clients)
    } finally {
      await clients.stop()
    }
  } finally {
    await listening.stop()
  }
}

describe.each([
  ['blocks', true, 4001],
  ['does not block', false, 4002],
])('a full queue of a socket that %s', (_, blocking, port) => {
  it('is shown as it is, freed to the last, and still its owner’s', async () => {
    await staged(port, { blocking }, leakOn(port), async (owner) => {
      const before = await opened(port)
      expect(before).toMatchObject({ length: 129, closed: 100, alive: 0, reset: 29, withData: 50, owned: 0 })
      expect(before.unread).toBe(40 * 72 + 10 * 39)
      expect(before.groups.map((one: { peer: string; count: number }) => [one.peer, one.count])).toEqual([
        ['127.0.0.1', 90],
        ['127.0.0.3', 10],
      ])
      expect(before.stuckSince.ms).toBeLessThan(60_000)

      const held = descriptors(owner.pid)
      const plan = await drain(port)
      expect(plan.code).toBe(0)
      expect(plan.stdout).toMatch(
        /129 connections of at most 129: 100 closed by their peers, 0 alive, 29 in no\s+listing/,
      )
      expect((await opened(port)).length).toBe(129)

      const done = await drain(port, '--yes', '--payload', '-o', 'json')
      const record = JSON.parse(done.stdout)
      expect(record).toMatchObject({ stopped: 'empty', left: 0, liveReset: 0, plan: { blocking } })
      const was = (state: string) => record.taken.filter((one: { was: string }) => one.was === state).length
      expect([was('CLOSE_WAIT'), was('reset'), was('ESTABLISHED')]).toEqual([100, 29, 0])
      expect(record.taken[0].payload).toMatchObject({ is: { protocol: 'http1', host: 'shop.example' } })
      expect(record.taken[69].payload).toMatchObject({ is: { protocol: 'http2', grpc: true } })
      expect(record.taken[40]).toMatchObject({ was: 'reset', peer: { address: '127.0.0.2' }, payload: null })
      expect(JSON.parse(readFileSync(join(folder, `record-${records}.json`), 'utf8'))).toEqual(record)

      expect(descriptors(owner.pid)).toEqual(held)
      const after = await play(netns, 'clients', [{ count: 3, host: '127.0.0.1', port, end: 'wait' }])
      expect((await opened(port)).alive).toBe(3)
      owner.tell('serve')
      await until('three to be served', 5000, () => after.lines.length === 3)
      expect(after.lines.every((line) => line.includes('data'))).toBe(true)
      await after.stop()
    })
  })
})

const MIXED = [
  { count: 5, end: 'close', pauseMs: 5 },
  { count: 1, end: 'reset', pauseMs: 200 },
  { count: 2, end: 'wait', pauseMs: 200 },
  { count: 3, end: 'close' },
]

describe('somebody alive in the queue', () => {
  it('is not taken, and nobody behind', async () => {
    await staged(4010, {}, MIXED, async (_, clients) => {
      const record = JSON.parse((await drain(4010, '--yes', '-o', 'json')).stdout)
      expect(record).toMatchObject({ stopped: 'live-at-head', liveReset: 0 })
      // the one that was reset stands right before them: nothing shows that
      expect(record.taken.length).toBe(5)
      expect(await opened(4010)).toMatchObject({ alive: 2, closed: 3 })
      expect(clients.lines).toEqual([])
    })
  })

  it('is reset where that is asked for, and the price is told', async () => {
    await staged(4011, { blocking: false }, MIXED, async (_, clients) => {
      const done = await drain(4011, '--yes', '--live', 'reset')
      expect(done.stdout).toMatch(/11 connections taken, 0 left/)
      expect(done.stdout).toMatch(/2 of them were alive and were reset/)
      await until('both to be told', 5000, () => clients.lines.length === 2)
      expect(clients.lines.every((line) => line.includes('reset'))).toBe(true)
    })
  })

  it('open --accept takes as many as were asked for', async () => {
    await staged(4012, {}, MIXED, async () => {
      const done = await queue('open', '4012', '--accept', '2', '--yes', '--interval', '1s', '--record', newRecord())
      expect(done.stdout).toMatch(/2 connections taken, 9 left/)
    })
  })
})

describe('an owner in a pid namespace of its own', () => {
  it('is no obstacle', async () => {
    await staged(
      4020,
      {},
      [{ count: 4, end: 'close' }],
      async () => {
        expect((await drain(4020, '--yes')).stdout).toMatch(/4 connections taken, 0 left/)
      },
      ['unshare', '-pf', '--kill-child'],
    )
  })
})

const CLOSED = [{ count: 2, end: 'close' }]

describe('a queue is left alone, with exit code 5', () => {
  it.each([
    ['two processes that hold it', 4030, { share: true }, CLOSED, [], /several processes hold the socket/],
    ['TCP_FASTOPEN', 4031, { fastOpen: true }, CLOSED, [], /TCP_FASTOPEN/],
    ['MPTCP', 4032, { mptcp: true }, CLOSED, [], /MPTCP/],
    ['a process that does not hold it', 4033, {}, CLOSED, ['--pid', '1'], /does not hold this socket/],
    ['nothing but reset ones', 4034, {}, [{ count: 2, end: 'reset' }], [], /--unseen/],
    ['no listener of that address', 4035, {}, CLOSED, ['--address', '10.9.9.9'], /--address names one/],
  ])('%s', async (_, port, owner, groups, args, why) => {
    await staged(port, owner, groups, async () => {
      const refused = await drain(port, '--yes', ...args)
      expect(refused).toMatchObject({ code: 5, stdout: '' })
      expect(refused.stderr).toMatch(why)
      expect((await opened(port)).length).toBe(2)
    })
  })

  it('sockets that share the port', async () => {
    const other = await play(netns, 'listen', { port: 4040, backlog: 9, blocking: true, reusePort: true })
    await staged(4040, { reusePort: true }, CLOSED, async () => {
      const refused = await drain(4040, '--yes')
      expect(refused.code).toBe(5)
      expect(refused.stderr).toMatch(/SO_REUSEPORT/)
      expect(refused.stderr).toMatch(/Restarting the owner/)
    })
    await other.stop()
  })

  it('an owner that accepts, and it is told that nothing is needed', async () => {
    await staged(4041, {}, [{ count: 100, end: 'close' }], async (owner) => {
      const refusing = drain(4041, '--yes')
      const steps = setInterval(() => owner.tell('serve 1'), 100)
      const refused = await refusing
      clearInterval(steps)
      expect(refused.code).toBe(5)
      expect(refused.stderr).toMatch(/the queue moved/)
    })
  })

  it('in Chinese as well', async () => {
    await staged(4042, { share: true }, CLOSED, async () => {
      expect((await drain(4042, '--yes', '--lang', 'zh')).stderr).toMatch(/多个进程持有该套接字.*\n.*重启属主进程/)
    })
  })

  it('of two, the process that is named is gone by', async () => {
    await staged(4043, { share: true }, CLOSED, async (owner) => {
      expect((await drain(4043, '--yes', '--pid', String(owner.pid))).stdout).toMatch(/2 connections taken/)
    })
  })

  it('reset ones are taken on the word of who asks', async () => {
    await staged(4044, {}, [{ count: 2, end: 'reset' }], async () => {
      expect((await drain(4044, '--yes', '--unseen')).stdout).toMatch(/2 connections taken, 0 left/)
    })
  })
})

describe('wrong usage', () => {
  it.each([
    ['no port', ['queue', 'drain', 'http']],
    ['nobody listens', ['queue', 'drain', '4999', '--interval', '1s', '--netns', 'self']],
    ['no count', ['queue', 'open', '4999', '--accept', '0']],
    ['no time', ['queue', 'drain', '4999', '--interval', '0']],
  ])('%s: exit code 2', async (_, args) => {
    expect((await recvq(...args)).code).toBe(2)
  })

  it('a record that cannot be written keeps everything as it is', async () => {
    await staged(4050, {}, CLOSED, async () => {
      const failed = await queue('drain', '4050', '--yes', '--interval', '1s', '--record', '/nowhere/record.json')
      expect(failed.code).toBe(2)
      expect((await opened(4050)).length).toBe(2)
    })
  })
})
