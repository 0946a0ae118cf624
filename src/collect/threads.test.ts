import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openProc } from '../sys/proc.ts'
import { readThreads, readTracer, readWchan, threadAllowance } from './threads.ts'

const root = mkdtempSync(join(tmpdir(), 'recvq-threads-'))
afterAll(() => rmSync(root, { recursive: true }))
const proc = openProc(root)

function thread(pid: number, tid: number, state: string, wchan: string): void {
  const folder = join(root, String(pid), 'task', String(tid))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'stat'), `${tid} (wor ) ker) ${state} 1 7 7 0 -1 4194560 ${'0 '.repeat(40)}`)
  writeFileSync(join(folder, 'wchan'), wchan)
  writeFileSync(join(folder, 'schedstat'), `${tid}000000 500000 9\n`)
}

thread(7, 7, 'S', 'ep_poll')
thread(7, 8, 'D', 'rpc_wait_bit_killable')
thread(7, 9, 'D', 'rpc_wait_bit_killable')
thread(7, 10, 'D', '0')
for (let tid = 100; tid < 400; tid++) thread(100, tid, 'R', '0')

describe('threads of a process', () => {
  it('states, where the blocked wait, and how long they waited for a CPU', () => {
    expect(readThreads(proc, 7, threadAllowance())).toEqual({
      threads: {
        total: 4,
        looked: 4,
        states: { S: 1, D: 3 },
        blocked: expect.arrayContaining([
          { wchan: 'rpc_wait_bit_killable', count: 2 },
          { wchan: null, count: 1 },
        ]),
      },
      cpuTime: { ranUs: 34_000, waitedUs: 2000 },
    })
  })

  it('of very many only some, within what is allowed in all', () => {
    const allowance = { left: 150 }
    expect(readThreads(proc, 100, allowance).threads).toMatchObject({ total: 300, looked: 128 })
    expect(readThreads(proc, 100, allowance).threads).toMatchObject({ total: 300, looked: 22 })
    expect(readThreads(proc, 100, allowance)).toEqual({ threads: null, cpuTime: null })
  })

  it('of a process that is gone: nothing', () => {
    expect(readThreads(proc, 8, threadAllowance())).toEqual({ threads: null, cpuTime: null })
    expect(readWchan(proc, '8')).toBeNull()
    expect(readTracer(proc, 8)).toBeNull()
  })
})

it('on this kernel: a process that sleeps, traced by nobody', async () => {
  const child = spawn('sleep', ['20'])
  try {
    const live = openProc()
    const pid = child.pid ?? 0
    await expect.poll(() => readThreads(live, pid, threadAllowance()).threads?.states).toEqual({ S: 1 })
    expect(readThreads(live, pid, threadAllowance()).cpuTime?.ranUs).toBeGreaterThan(0)
    expect(readTracer(live, pid)).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})
