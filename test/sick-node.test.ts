import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, type Talker, talk } from '../bench/parts.ts'
import { call } from '../src/lab/command.ts'
import { findWay, type LabNetns, makeNetns } from '../src/lab/namespace.ts'

/** A node with very many sockets must not be made sicker by looking at it: the budget holds, and what it cut is said. */
const SOCKETS = 200_000
const { way } = await findWay()
const hasCompiler = spawnSync('gcc', ['--version']).status === 0
const possible = way === 'named' && hasCompiler

interface Run {
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssMb: number
  readonly sockets: number
  readonly listeners: { readonly ok: boolean; readonly count: number }
  readonly connections: { readonly ok: boolean; readonly reason: string | null; readonly cuts: readonly string[] }
}

const program = `
  import { collectLive } from '${new URL('../src/collect/live.ts', import.meta.url)}'
  const [netns, budgetMs] = process.argv.slice(1)
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()]
  const { snapshots } = await collectLive({ interval: 0, netns, budgetMs: Number(budgetMs) })
  const cpu = process.cpuUsage(cpuFrom)
  const { listeners, connections } = snapshots[0].netns[0]
  console.log(JSON.stringify({
    wallMs: performance.now() - from,
    cpuMs: (cpu.user + cpu.system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
    sockets: connections.ok ? connections.data.reduce((sum, one) => sum + one.count, 0) : 0,
    listeners: { ok: listeners.ok, count: listeners.ok ? listeners.data.length : 0 },
    connections: { ok: connections.ok, reason: connections.reason ?? null, cuts: connections.cuts ?? [] },
  }))`

describe.skipIf(!possible)(`${SOCKETS} sockets in one namespace (root, gcc)`, () => {
  let netns: LabNetns
  let maker: Talker

  beforeAll(async () => {
    netns = await makeNetns('named')
    const [command = '', ...args] = netns.inside([compile('make-sockets'), String(SOCKETS)])
    maker = talk(command, args)
    expect(await maker.next()).toBe('ready')
  })
  afterAll(async () => {
    await maker?.end()
    await netns?.remove()
  })

  const read = async (budgetMs: number): Promise<Run> => {
    const argv = ['--input-type=module', '-e', program, netns.name ?? '', String(budgetMs)]
    return JSON.parse(await call([process.execPath, ...argv]))
  }
  const allowed = (run: Run) => Math.max(1000, run.wallMs / 2) + 300

  it('reads them all within the default budget', async () => {
    const run = await read(10_000)
    expect(run).toMatchObject({ listeners: { ok: true }, connections: { ok: true, cuts: [] } })
    expect(run.sockets).toBeGreaterThanOrEqual(SOCKETS)
    expect(run.wallMs).toBeLessThan(10_000)
    expect(run.cpuMs).toBeLessThan(allowed(run))
  })

  it('ends in time where the budget is too small for them, with the listeners whole and the rest said to be cut', async () => {
    const run = await read(100)
    expect(run.listeners.ok).toBe(true)
    expect(run.listeners.count).toBeGreaterThan(20)
    expect(run.sockets).toBeLessThan(SOCKETS)
    expect([run.connections.reason ?? '', ...run.connections.cuts].join()).toMatch(/budget|timeout/)
    expect(run.cpuMs).toBeLessThan(allowed(run))
    expect(run.wallMs).toBeLessThan(1500)
  })
})
