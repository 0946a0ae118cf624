import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recvq } from './cli/recvq.ts'

/** `recvq diff` as people run it. */

const CASE = fileURLToPath(new URL('fixtures/transcripts/nodeport.md', import.meta.url))

const diff = (...args: readonly string[]) => recvq('diff', '--lang', 'en', ...args)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recvq-diff-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, host: string, somaxconn: number): Promise<string> {
  const path = join(folder, name)
  const prompt = `[root@${host} ~]#`
  await writeFile(
    path,
    `${prompt} sysctl net.core.somaxconn net.ipv4.tcp_tw_recycle
net.core.somaxconn = ${somaxconn}
net.ipv4.tcp_tw_recycle = 0
${prompt} ss -nlt
State   Recv-Q  Send-Q   Local Address:Port   Peer Address:Port
LISTEN  0       ${somaxconn}      0.0.0.0:80           0.0.0.0:*
`,
  )
  return path
}

describe('the readings inside one file', () => {
  test('are found, put in order, and held against each other', async () => {
    const { code, stdout } = await diff(CASE, '-o', 'json')
    const { diffs } = JSON.parse(stdout)
    expect(code).toBe(1)
    const listed = diffs[0].netns.find((one: { readonly key: string }) => one.key === 'host').listeners
    expect(diffs[0].order.by).toBe('inferred')
    expect(listed.grown.length).toBeGreaterThan(0)
    expect(listed.drained).toEqual([])
    expect(listed.still.length).toBeGreaterThan(20)
  })

  test.each(['text', 'markdown', 'yaml'])('as %s, in both languages', async (output) => {
    const [en, zh] = [await diff(CASE, '-o', output), await diff(CASE, '-o', output, '--lang', 'zh')]
    expect(en.stdout.length).toBeGreaterThan(200)
    expect(zh.stdout).not.toBe(en.stdout)
    expect(zh.stdout).toMatch(/[\u4e00-\u9fff]/)
  })
})

describe('two files', () => {
  test('of one node: what changed, and 1', async () => {
    const { code, stdout } = await diff(await file('a.txt', 'n1', 128), await file('b.txt', 'n1', 4096))
    expect(code).toBe(1)
    expect(stdout).toMatch(/net\.core\.somaxconn +128 → 4096/)
    expect(stdout).toMatch(/limit +0\.0\.0\.0:80 128 → 4096/)
  })

  test('of two nodes that are alike: nothing, and 0', async () => {
    const { code, stdout } = await diff(await file('c.txt', 'n1', 128), await file('d.txt', 'n2', 128))
    expect(stdout).toContain('do not differ')
    expect(code).toBe(0)
  })
})

test('a file with a single reading is an error that says so', async () => {
  const { code, stderr } = await diff(await file('e.txt', 'n1', 128))
  expect(code).toBe(2)
  expect(stderr).toContain('holds 1 reading')
})
