import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_LIMIT } from '../../src/collect/budget.ts'
import { collectSnapshot } from '../../src/collect/collect.ts'
import { collectLive } from '../../src/collect/live.ts'
import { call } from '../../src/lab/command.ts'
import { findWay, type LabNetns, makeNetns } from '../../src/lab/namespace.ts'
import { type Program, startProgram } from '../../src/lab/program.ts'
import type { Netns, Snapshot } from '../../src/model/snapshot.ts'
import { parsePodCgroup } from '../../src/parse/proc-pid.ts'
import { createLiveHost } from '../../src/sys/live-host.ts'
import { withNetns } from '../../src/sys/netns.ts'
import { asNobody } from '../nobody.ts'

const { way, ...refusal } = await findWay()
const why = 'why' in refusal ? refusal.why : ''
const home = () => readlinkSync('/proc/thread-self/ns/net')
const listens = (netns: Netns | undefined, port: number) =>
  netns?.listeners.ok ? netns.listeners.data.find((one) => one.local.port === port) : undefined
const byInode = (snapshot: Snapshot | undefined, inode: number) => snapshot?.netns.find((one) => one.inode === inode)

describe.skipIf(way !== 'named')(`namespaces of this machine, as root (${why || 'can be made'})`, () => {
  let netns: LabNetns
  let holder: Program
  let inode: number

  beforeAll(async () => {
    netns = await makeNetns('named')
    holder = await startProgram(netns, 'hold-port', { name: 'kube-proxy', host: '::', port: 30720, backlog: 5 })
    inode = statSync(`/run/netns/${netns.name}`).ino
  })
  afterAll(async () => {
    await holder?.stop()
    await netns?.remove()
  })

  it('finds a listener, its limit, its owner and its settings in another namespace, and is back at home', async () => {
    const before = home()
    const series = await collectLive({ interval: 0 })
    expect(home()).toBe(before)
    const there = byInode(series.snapshots[0], inode)
    expect(there).toMatchObject({ key: `named ${netns.name}`, kind: 'named' })
    expect(listens(there, 30720)).toMatchObject({
      family: 46,
      acceptQueue: { length: 0, max: 5 },
      drops: 0,
      owners: [{ comm: expect.stringMatching(/kube-proxy|node/) }],
    })
    const somaxconn = await call(netns.inside(['cat', '/proc/sys/net/core/somaxconn']))
    expect(there?.sysctls).toMatchObject({ ok: true, data: { values: { 'net.core.somaxconn': somaxconn.trim() } } })
    expect(there?.counters).toMatchObject({ ok: true, data: { values: { TcpExtListenOverflows: 0 } } })
  })

  it('keeps the settings of namespaces apart', async () => {
    await call(netns.inside(['sh', '-c', 'echo 77 > /proc/sys/net/core/somaxconn']))
    const series = await collectLive({ interval: 0 })
    const value = (one: Netns | undefined) => (one?.sysctls.ok ? one.sysctls.data.values['net.core.somaxconn'] : null)
    expect(value(byInode(series.snapshots[0], inode))).toBe('77')
    expect(value(series.snapshots[0]?.netns[0])).not.toBe('77')
  })

  it('reads one namespace when asked for it by name, and says which there are when there is none', async () => {
    const series = await collectLive({ interval: 0, netns: netns.name ?? '' })
    expect(series.snapshots[0]?.netns.map((one) => one.inode)).toEqual([inode])
    await expect(collectLive({ interval: 0, netns: 'nowhere' })).rejects.toMatchObject({
      code: 'absent',
      message: expect.stringContaining(`named ${netns.name}`),
    })
  })

  it('reads a procfs that is mounted elsewhere, as inside a pod', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'recvq-procfs-'))
    try {
      symlinkSync('/proc', join(folder, 'proc'))
      const series = await collectLive({ interval: 0, procfs: join(folder, 'proc') })
      const there = byInode(series.snapshots[0], inode)
      expect(listens(there, 30720)).toMatchObject({ acceptQueue: { max: 5 }, owners: [{ fd: expect.any(Number) }] })
      expect(there).toMatchObject({ key: `named ${netns.name}`, sysctls: { ok: true } })
      expect(series.snapshots[0]?.node.kernel?.origin).toEqual({ via: `${folder}/proc/sys/kernel/osrelease` })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('reads twice, in order', async () => {
    const series = await collectLive({ interval: 50, netns: netns.name ?? '' })
    expect(series.order).toMatchObject([{ before: 0, after: 1, by: 'clock' }])
    const [a, b] = series.snapshots.map((one) => listens(one.netns[0], 30720)?.cookie)
    expect(a).toBeTruthy()
    expect(a).toBe(b)
  })

  it('the way over /proc tells the same but for limits and drops', async () => {
    const [diag, proc] = await Promise.all(
      (['inet-diag', 'proc'] as const).map((via) => collectLive({ interval: 0, netns: netns.name ?? '', way: via })),
    )
    const [a, b] = [diag, proc].map((series) => listens(series?.snapshots[0]?.netns[0], 30720))
    expect(b).toMatchObject({ acceptQueue: { length: 0, max: null }, drops: null, inode: a?.inode, owners: a?.owners })
  })

  it('a namespace that is gone between two steps is a gap, not a crash', async () => {
    const short = await makeNetns('named')
    const gone = statSync(`/run/netns/${short.name}`).ino
    const host = createLiveHost({ podOf: parsePodCgroup })
    await short.remove()
    const before = home()
    const snapshot = collectSnapshot(host, NO_LIMIT)
    expect(home()).toBe(before)
    expect(byInode(snapshot, gone)).toMatchObject({
      listeners: { ok: false, reason: 'absent' },
      connections: { ok: false },
      counters: { ok: false, reason: 'absent' },
      sysctls: { ok: false, reason: 'absent' },
    })
    expect(listens(byInode(snapshot, inode), 30720)).toBeDefined()
  })

  it('the one asked for that is gone by the second reading leaves the first', async () => {
    const short = await makeNetns('named')
    const reading = collectLive({ interval: 400, netns: short.name ?? '' })
    await short.remove()
    const series = await reading
    expect(series.snapshots).toHaveLength(1)
    expect(series.snapshots[0]?.netns[0]?.listeners.ok).toBe(true)
    expect(series.order).toEqual([])
  })

  it('a pid that has become another process does not lead into the wrong namespace', () => {
    const inside = (paths: readonly string[]) => withNetns({ inode, paths }, home)
    expect(inside([`/proc/${process.pid}/ns/net`, `/run/netns/${netns.name}`])).toBe(`net:[${inode}]`)
    expect(() => inside([`/proc/${process.pid}/ns/net`])).toThrow(/the namespace is gone/)
  })

  it('comes back when what it did inside throws', () => {
    const before = home()
    const act = () => {
      throw new Error('inside')
    }
    expect(() => withNetns({ inode, paths: [`/run/netns/${netns.name}`] }, act)).toThrow('inside')
    expect(home()).toBe(before)
  })

  it('a namespace without a name, which only a process keeps alive', async () => {
    const child = spawn('unshare', ['-n', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      child.stdin.write('x')
      await once(child.stdout, 'data')
      const own = statSync(`/proc/${child.pid}/ns/net`).ino
      const series = await collectLive({ interval: 0 })
      expect(byInode(series.snapshots[0], own)).toMatchObject({
        key: `net:${own}`,
        kind: 'other',
        listeners: { ok: true, data: [] },
      })
    } finally {
      child.stdin.end()
      await once(child, 'close')
    }
  })

  it('does without koffi: own and other namespaces by /proc, settings of others a gap that says why', async () => {
    const withoutKoffi = `
      import Module from 'node:module'
      const resolve = Module._resolveFilename
      Module._resolveFilename = (name, ...rest) => {
        if (name === 'koffi') throw new Error('no koffi here')
        return resolve(name, ...rest)
      }
      const { collectLive } = await import('${new URL('../../src/collect/live.ts', import.meta.url)}')
      console.log(JSON.stringify(await collectLive({ interval: 0 })))`
    const output = await call([process.execPath, '--input-type=module', '-e', withoutKoffi])
    const snapshot: Snapshot = JSON.parse(output).snapshots[0]
    const there = byInode(snapshot, inode)
    expect(there?.listeners).toMatchObject({
      via: 'proc',
      cuts: [expect.stringMatching(/limits and drops.*no koffi here/)],
    })
    expect(listens(there, 30720)).toMatchObject({
      acceptQueue: { length: 0, max: null },
      owners: [{ comm: expect.any(String) }],
    })
    expect(there?.sysctls).toMatchObject({ ok: false, reason: 'unsupported', detail: expect.stringMatching(/koffi/) })
    expect(snapshot.netns[0]?.counters.ok).toBe(true)
  })

  describe('as an ordinary user', () => {
    const snapshotOfNobody = (): Promise<Snapshot> =>
      asNobody(async ({ argv, repository }) => {
        const program = `
          import { collectLive } from '${repository}/src/collect/live.ts'
          console.log(JSON.stringify(await collectLive({ interval: 0 })))`
        return JSON.parse(await call(argv('--input-type=module', '-e', program))).snapshots[0]
      })

    it('sees its own namespace by netlink, others by /proc, and says what it lacks', async () => {
      const server = createServer().listen(0)
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0
      try {
        const snapshot = await snapshotOfNobody()
        const own = snapshot.netns.find((one) => listens(one, port))
        expect(own?.listeners).toMatchObject({ via: 'inet-diag', cuts: [] })
        expect(listens(own, port)).toMatchObject({ owners: null, acceptQueue: { max: expect.any(Number) } })
        const other = snapshot.netns.find((one) => listens(one, 30720))
        expect(other?.listeners).toMatchObject({ via: 'proc', cuts: [expect.stringMatching(/needs CAP_SYS_PTRACE/)] })
        expect(other).toMatchObject({ inode: null, counters: { ok: true }, sysctls: { ok: false, reason: 'denied' } })
        const named = byInode(snapshot, inode)
        expect(named?.listeners).toMatchObject({
          reason: 'denied',
          detail: expect.stringMatching(/EPERM \(needs CAP_SYS_ADMIN\)/),
        })
        expect(own?.nat).toMatchObject({ ok: false, reason: 'denied' })
        expect(own?.network).toMatchObject({ ok: true, data: { links: expect.any(Array) } })
        const { processes } = snapshot
        expect(processes.ok && processes.cuts.join()).toMatch(/CAP_DAC_READ_SEARCH/)
      } finally {
        server.close()
      }
    })
  })
})
