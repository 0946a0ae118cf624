import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

/** `recvq services` and `recvq sockets` as people run them. */

const main = join(import.meta.dirname, '../src/cli/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'recvq-tables-'))
afterAll(() => rmSync(folder, { recursive: true }))

const text = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const node = (name: string, queue: number) => `root@${name}:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN ${queue}    128    *:30080            *:*               users:(("kube-proxy",pid=9,fd=12))
LISTEN 0      128    *:22               *:*               users:(("sshd",pid=5,fd=3))
root@${name}:~#
`
const one = text('one.md', node('n1', 129))
const two = text('two.md', `${node('n1', 129)}\n## an hour later\n\n${node('n1', 130)}${node('n2', 3)}`)
const prose = text('prose.md', 'We saw drops on Tuesday.\n')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const recvq = (...args: readonly string[]): Promise<Ended> =>
  new Promise((done) => {
    const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' }
    execFile(process.execPath, [main, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })

describe('exit codes', () => {
  it.each([
    ['something is listed', ['services', '--from', one], 0],
    ['nothing that tells of Services', ['services', '--from', prose], 3],
    ['no such Service', ['services', 'nowhere', '--from', one], 2],
    ['labels without the API', ['services', '-l', 'app=web', '--from', one], 2],
    ['a kubeconfig that is not there', ['services', '--kubeconfig', '/nowhere', '--from', one], 2],
    ['a file that is not there', ['services', '--from', join(folder, 'none.md')], 2],
    ['sockets', ['sockets', '--from', one], 0],
    ['no sockets', ['sockets', '--from', prose], 3],
    ['a port that is none', ['sockets', '--port', 'http', '--from', one], 2],
  ])('%s', async (_, args, code) => {
    expect((await recvq(...args)).code).toBe(code)
  })
})

describe('readings and nodes', () => {
  it('are never merged', async () => {
    const { stdout } = await recvq('services', '--from', two, '-o', 'json')
    const { tables } = JSON.parse(stdout)
    expect(
      tables.map((table: { node: string; rows: { listeners: { length: number }[] }[] }) => [
        table.node,
        table.rows[0]?.listeners[0]?.length,
      ]),
    ).toEqual([
      ['n1', 129],
      ['n1', 130],
      ['n2', 3],
    ])
  })

  it('one of them alone: FILE#2', async () => {
    const { stdout } = await recvq('sockets', '--listening', '--port', '30080', '--from', `${two}#2`, '-o', 'json')
    expect(JSON.parse(stdout).tables).toMatchObject([
      { node: 'n1', listeners: [{ length: 130, limit: 128, over: true }] },
    ])
  })
})

it('YAML says the same as JSON', async () => {
  const [json, yaml] = await Promise.all(
    ['json', 'yaml'].map((output) => recvq('services', '--from', one, '-o', output)),
  )
  expect(parse(yaml?.stdout ?? '')).toEqual(JSON.parse(json?.stdout ?? ''))
})

it('a kubeconfig is used only where somebody asks, or in a pod that has an account', async () => {
  writeFileSync(join(folder, 'broken'), 'a: [')
  expect((await recvq('services', '--from', one)).stderr).toBe('')
  expect(
    (await recvq('services', '--kubeconfig', join(folder, 'broken'), '--lang', 'zh', '--from', one)).stderr,
  ).toContain('错误：--kube：')
})
