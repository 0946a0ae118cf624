import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectLive } from '../src/collect/live.ts'
import { readSnapshotFile, writeSnapshotFile } from '../src/collect/snapshot-file.ts'
import { collectTranscript } from '../src/collect/transcript.ts'
import { call, until } from '../src/lab/command.ts'
import { findWay, type LabNetns, makeNetns } from '../src/lab/namespace.ts'
import { type Program, startProgram } from '../src/lab/program.ts'
import type { Part } from '../src/model/part.ts'
import type { Netns, Series } from '../src/model/snapshot.ts'
import type { ConnectionGroup } from '../src/model/socket.ts'

/**
 * One scene, every way of reading it, the same answers: netlink, /proc/net/tcp, and the text of ss, of netstat and of
 * /proc/net/tcp as a person would paste it. Each is held to what it can know.
 */
const { way, ...refusal } = await findWay()
const why = 'why' in refusal ? refusal.why : ''
const hasNetstat = await call(['netstat', '--version']).then(
  () => true,
  (error: Error) => !/ENOENT/.test(error.message),
)

const folder = mkdtempSync(join(tmpdir(), 'recvq-ways-'))
const programs: Program[] = []
let netns: LabNetns

/** A queue over its limit with closed, open and refused clients in it; a server that leaks; one listener on each family. */
async function arrange(): Promise<void> {
  netns = await makeNetns('named')
  const start = async (...args: Parameters<typeof startProgram> extends [unknown, ...infer R] ? R : never) => {
    const program = await startProgram(netns, ...args)
    programs.push(program)
    return program
  }
  await start('hold-port', { name: 'kube-proxy', host: '::', port: 30720, backlog: 5 })
  await start('hold-port', { name: 'held-v4', host: '127.0.0.1', port: 4000, backlog: 7 })
  await start('serve', { name: 'leaky', host: '::', port: 8080, backlog: 64, workMs: 0, leak: true })
  const queued = await start('hold-connections', { name: 'queued', hosts: ['127.0.0.1'], port: 30720, count: 8 })
  const v6 = await start('hold-connections', { name: 'v6', hosts: ['::1'], port: 8080, count: 2 })
  const leaked = await start('hold-connections', { name: 'leaked', hosts: ['127.0.0.1'], port: 8080, count: 4 })
  await queued.tell('send 10')
  await queued.tell('close 2')
  await v6.tell('send 3')
  await leaked.tell('close 3')
  // The kernel puts off an ACK for up to 200 ms: until then a FIN is on its way.
  const inFlight = () => / 04 /.test(readFileSync(`/proc/${netns.pid}/net/tcp`, 'utf8'))
  await until('every FIN to be acknowledged', 5000, () => !inFlight())
}

interface Seen {
  readonly listeners: Readonly<
    Record<string, { length: number | null; max: number | null; inode: number | null; owner: string | undefined }>
  >
  readonly groups: Readonly<Record<string, { count: number; bytes: number | null }>>
  readonly census: unknown
}

const data = <T>(part: Part<T>): T => {
  if (!part.ok) throw new Error(part.detail)
  return part.data
}

/** The scene in terms that all ways share. */
function seen(one: Netns | undefined): Seen {
  if (!one) throw new Error('no namespace')
  const groups: Record<string, { count: number; bytes: number | null }> = {}
  for (const group of data(one.connections)) {
    const key = keyOf(group)
    const sum = groups[key] ?? { count: 0, bytes: 0 }
    groups[key] = { count: sum.count + group.count, bytes: (sum.bytes ?? 0) + (group.recvQueueBytes ?? 0) }
  }
  const listeners = data(one.listeners).map((l) => [
    `${l.local.address} ${l.local.port}`,
    { ...l.acceptQueue, inode: l.inode, owner: l.owners?.[0]?.comm },
  ])
  return { listeners: Object.fromEntries(listeners), groups, census: data(one.census).counts }
}

function keyOf({ state, holding, role, local, peer }: ConnectionGroup): string {
  const service = role === 'server' ? local.port : role === 'client' ? peer.port : '?'
  return [state, holding, role, local.address, peer.address, service].join(' ')
}

const withoutLimits = (scene: Seen): Seen => ({
  ...scene,
  listeners: Object.fromEntries(Object.entries(scene.listeners).map(([key, one]) => [key, { ...one, max: null }])),
})
const withoutOwners = (scene: Seen): Seen => ({
  ...scene,
  listeners: Object.fromEntries(
    Object.entries(scene.listeners).map(([key, one]) => [key, { ...one, owner: undefined }]),
  ),
})

async function pasted(name: string, command: string): Promise<Series> {
  const output = await call(netns.inside(['sh', '-c', `${command} 2>/dev/null`]))
  const path = join(folder, name)
  writeFileSync(path, `root@n1:~# ${command}\n${output}root@n1:~# \n`)
  const { series, unread } = await collectTranscript(path)
  expect(unread).toEqual([])
  const [only] = series
  if (!only) throw new Error('nothing was read')
  return only
}

describe.skipIf(way !== 'named')(`the ways to read sockets (${why || 'root'})`, () => {
  let truth: Seen

  beforeAll(async () => {
    await arrange()
    const live = await collectLive({ interval: 0, netns: netns.name ?? '' })
    truth = seen(live.snapshots[0]?.netns[0])
  })
  afterAll(async () => {
    for (const program of programs) await program.stop()
    await netns?.remove()
    rmSync(folder, { recursive: true })
  })

  it('netlink sees the scene as it was made', () => {
    expect(truth.listeners).toMatchObject({
      ':: 30720': { length: 6, max: 5 },
      '127.0.0.1 4000': { length: 0, max: 7 },
      ':: 8080': { length: 0, max: 64 },
    })
    expect(truth.groups).toMatchObject({
      'CLOSE_WAIT unaccepted server 127.0.0.1 127.0.0.1 30720': { count: 2, bytes: 20 },
      'ESTABLISHED unaccepted server 127.0.0.1 127.0.0.1 30720': { count: 4, bytes: 40 },
      'SYN_SENT process client 127.0.0.1 127.0.0.1 30720': { count: 2, bytes: 0 },
      'CLOSE_WAIT process server 127.0.0.1 127.0.0.1 8080': { count: 3 },
      'ESTABLISHED process server ::1 ::1 8080': { count: 2 },
      'ESTABLISHED process client ::1 ::1 8080': { count: 2 },
    })
  })

  it('/proc/net/tcp, live', async () => {
    const live = await collectLive({ interval: 0, netns: netns.name ?? '', way: 'proc' })
    expect(seen(live.snapshots[0]?.netns[0])).toEqual(withoutLimits(truth))
  })

  it('ss -antpem, pasted', async () => {
    const series = await pasted('ss.txt', 'ss -antpem')
    expect(seen(series.snapshots[0]?.netns[0])).toEqual(truth)
  })

  it.skipIf(!hasNetstat)('netstat -antpe, pasted', async () => {
    const series = await pasted('netstat.txt', 'netstat -antpe')
    expect(seen(series.snapshots[0]?.netns[0])).toEqual(withoutLimits(truth))
  })

  it('/proc/net/tcp and tcp6, pasted', async () => {
    const series = await pasted('tcp.txt', 'cat /proc/net/tcp /proc/net/tcp6')
    expect(seen(series.snapshots[0]?.netns[0])).toEqual(withoutOwners(withoutLimits(truth)))
  })

  it('kept in a file and read again', async () => {
    const live = await collectLive({ interval: 0, netns: netns.name ?? '' })
    const path = join(folder, 'kept.recvq')
    writeSnapshotFile(path, live)
    const back = await readSnapshotFile(path)
    expect(back.snapshots[0]?.netns).toEqual(live.snapshots[0]?.netns)
    expect(seen(back.snapshots[0]?.netns[0])).toEqual(truth)
  })
})
