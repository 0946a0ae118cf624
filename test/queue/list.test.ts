import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { makeNetns } from '../../src/lab/namespace.ts'
import type { QueueLine, QueueList } from '../../src/model/queue-list.ts'
import { recvq } from '../cli/recvq.ts'
import { leakOn, play } from './stage.ts'

vi.setConfig({ testTimeout: 60_000 })

/** `recvq queue list`: the verdicts, from text and from this machine. */

const folder = mkdtempSync(join(tmpdir(), 'recvq-queues-'))
afterAll(() => rmSync(folder, { recursive: true }))

const listing = (rows: readonly string[]): string => `root@n1:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
${rows.join('\n')}
root@n1:~#
`
const row = (queue: number, port: number, program: string) =>
  `LISTEN ${queue}    128    0.0.0.0:${port}            0.0.0.0:*               users:(("${program}",pid=9,fd=12))`

async function listed(text: string): Promise<readonly QueueLine[]> {
  const file = join(folder, 'captured.md')
  writeFileSync(file, text)
  const done = await recvq('queue', 'list', '--from', file, '-o', 'json')
  const list: QueueList = JSON.parse(done.stdout)
  return list.tables.flatMap(({ queues }) => queues)
}

describe('verdicts from text', () => {
  it('the gravest first: never accepts, full, not known, keeping up', async () => {
    const lines = await listed(
      listing([row(0, 22, 'sshd'), row(7, 8080, 'java'), row(129, 9090, 'nginx'), row(129, 30080, 'kube-proxy')]),
    )
    expect(lines.map(({ port, verdict, confidence }) => [port, verdict, confidence])).toEqual([
      [30080, 'never-accepts', 'likely'],
      [9090, 'full', 'certain'],
      [8080, 'unknown', null],
      [22, 'keeping-up', 'certain'],
    ])
  })
  it('a queue at its limit is not yet full', async () => {
    expect(await listed(listing([row(128, 9090, 'nginx')]))).toMatchObject([{ verdict: 'unknown', over: false }])
  })
  it('nothing that listens: exit code 3', async () => {
    const file = join(folder, 'prose.md')
    writeFileSync(file, 'We saw drops on Tuesday.\n')
    expect((await recvq('queue', 'list', '--from', file)).code).toBe(3)
  })
  it('names reach the terminal with nothing hidden in them', async () => {
    const file = join(folder, 'hostile.md')
    writeFileSync(file, listing([row(129, 9090, 'ng\u001b[31minx')]))
    expect((await recvq('queue', 'list', '--from', file)).stdout).not.toContain('\u001b')
  })
})

describe('verdicts of this machine', () => {
  it('tell the queue that nobody accepts from, with the age of its oldest', { timeout: 90_000 }, async () => {
    const netns = await makeNetns('named')
    const owner = await play(netns, 'listen', { port: 4300, backlog: 128, blocking: true })
    const clients = await play(netns, 'clients', leakOn(4300))
    try {
      const args = ['--netns', netns.name ?? '', '--interval', '1s']
      const done = await recvq('queue', 'list', ...args, '-o', 'json')
      const [line] = (JSON.parse(done.stdout) as QueueList).tables.flatMap(({ queues }) => queues)
      expect(line).toMatchObject({ port: 4300, length: 129, limit: 128, verdict: 'never-accepts', pids: [owner.pid] })
      expect(line?.oldestMs).toBeGreaterThan(1000)
      const zh = await recvq('queue', 'list', ...args, '--lang', 'zh')
      expect(zh.stdout).toMatch(/129\/128.*从不 accept/)
    } finally {
      await clients.stop()
      await owner.stop()
      await netns.remove()
    }
  })
})
