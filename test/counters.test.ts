import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recvq } from './cli/recvq.ts'

/** `recvq counters` as people run it. */

const CASE = fileURLToPath(new URL('fixtures/transcripts/nodeport.md', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recvq-counters-'))
})
afterAll(() => rm(folder, { recursive: true }))

const reading = (time: string, overflows: number, segments: number) => `[root@n1 ~]# date
${time}
[root@n1 ~]# nstat -az TcpExtListenOverflows TcpExtListenDrops TcpOutSegs
#kernel
TcpExtListenOverflows           ${overflows}                  0.0
TcpExtListenDrops               ${overflows}                  0.0
TcpOutSegs                      ${segments}                  0.0
`

test('what moved between two dated readings, with its rate; traffic only on request', async () => {
  const file = join(folder, 'two.txt')
  await writeFile(
    file,
    reading('Sat Nov 21 08:00:00 UTC 2026', 100, 5000) + reading('Sat Nov 21 08:00:10 UTC 2026', 150, 9000),
  )
  const { code, stdout } = await recvq('counters', '--lang', 'en', '--from', file)
  expect(code).toBe(0)
  expect(stdout).toMatch(/TcpExtListenOverflows +\+50 +5\/s/)
  expect(stdout).not.toContain('TcpOutSegs')
  expect((await recvq('counters', '--from', file, '--all')).stdout).toMatch(/TcpOutSegs +\+4000 +400\//)
})

test('a single reading gives its totals, and says that they are', async () => {
  const { stdout } = await recvq('counters', '--lang', 'en', '--from', CASE, '-o', 'json')
  const { tables } = JSON.parse(stdout)
  expect(tables[0].before).toBeNull()
  expect(
    tables[0].rows.find(({ name }: { readonly name: string }) => name === 'TcpExtListenOverflows').after,
  ).toBeGreaterThan(0)
})

test('no counters at all is not "nothing moved"', async () => {
  const file = join(folder, 'none.txt')
  await writeFile(file, 'nothing here\n')
  const { code, stderr } = await recvq('counters', '--lang', 'en', '--from', file)
  expect(code).toBe(3)
  expect(stderr).toContain('No counters were read')
})
