import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** A checkout with the real scripts, whose program needs no package and only tells how it was called. */
let checkout = ''

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const base = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: join(checkout, 'home') }
  const child = spawn('sh', [join(checkout, 'scripts/start'), ...args], { cwd: checkout, env: { ...base, ...env } })
  const ended: { stdout: string; stderr: string } = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (ended.stdout += data))
  child.stderr.on('data', (data) => (ended.stderr += data))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...ended })))
}

/** The lock of a package that needs these packages; no registry is asked where there are none. */
function lock(dependencies: Readonly<Record<string, string>>): void {
  const manifest = { name: 'checkout', version: '1.0.0', type: 'module', dependencies }
  const packages = Object.entries(dependencies).map(([name, version]) => [`node_modules/${name}`, { version }])
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(checkout, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest, ...Object.fromEntries(packages) } }),
  )
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'recvq-checkout-'))
  for (const path of ['scripts/setup.sh', 'scripts/start', '.npmrc', 'tools/node24'])
    cpSync(join(root, path), join(checkout, path), { recursive: true })
  mkdirSync(join(checkout, 'src/cli'), { recursive: true })
  mkdirSync(join(checkout, 'home'))
  writeFileSync(
    join(checkout, 'src/cli/main.ts'),
    'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))\nprocess.exitCode = 3\n',
  )
  lock({})
})

afterEach(() => rmSync(checkout, { recursive: true, force: true }))

const INSTALLING = 'recvq: installing what the program needs (once) ...\n'

describe('npm start', () => {
  test('sets up once, and hands over arguments, folder and exit code as they are', async () => {
    const said = { args: ['diagnose', 'a file.md', '--', '*'], cwd: checkout }
    const first = await start(said.args)
    expect(first).toEqual({ code: 3, stdout: `${JSON.stringify(said)}\n`, stderr: INSTALLING })
    expect(await start(said.args)).toEqual({ ...first, stderr: '' })
  })

  test('speaks Chinese where the locale does', async () => {
    expect((await start([], { LANG: 'zh_CN.UTF-8' })).stderr).toBe('recvq: 正在安装程序所需的软件包（仅此一次）…\n')
  })

  test('when all is there, npm is not even asked', async () => {
    await start()
    const shims = join(checkout, 'shims')
    mkdirSync(shims)
    writeFileSync(join(shims, 'npm'), '#!/bin/sh\necho asked >&2\nexit 1\n')
    chmodSync(join(shims, 'npm'), 0o755)
    const PATH = `${shims}:${dirname(process.execPath)}:${process.env.PATH}`
    expect(await start([], { PATH })).toMatchObject({ code: 3, stderr: '' })
  })

  test('installs again when the lock has changed', async () => {
    await start()
    writeFileSync(join(checkout, 'package-lock.json'), `${JSON.stringify({ name: 'checkout', lockfileVersion: 3 })}\n`)
    expect(await start()).toMatchObject({ code: 3, stderr: INSTALLING })
  })

  test('several at once: one sets up, the others wait for it', async () => {
    const all = await Promise.all([start(), start(), start()])
    expect(all.map(({ code }) => code)).toEqual([3, 3, 3])
    expect(all.filter(({ stderr }) => stderr.includes(INSTALLING))).toHaveLength(1)
  })

  test('a registry out of reach: says so, prints nothing on stdout, leaves nothing behind', async () => {
    lock({ 'left-out': '1.0.0' })
    const registry = 'http://127.0.0.1:9/'
    const env = { npm_config_registry: registry, npm_config_fetch_retry_mintimeout: '10' }
    const { code, stdout, stderr } = await start([], env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('ECONNREFUSED')
    expect(stderr).toContain(`Is its registry (${registry}) within reach?`)
    expect(existsSync(join(checkout, 'node_modules'))).toBe(false)
    expect(readdirSync(join(checkout, '.recvq'))).toEqual(['lock'])
  })

  test('without a home the cache stands in the checkout', async () => {
    expect(await start([], { HOME: '' })).toMatchObject({ code: 3 })
    expect(existsSync(join(checkout, '.recvq/cache'))).toBe(true)
  })

  test('under npm, file names count from where npm was called', async () => {
    const under = { npm_lifecycle_event: 'start', INIT_CWD: join(checkout, 'src') }
    expect(JSON.parse((await start([], under)).stdout)).toMatchObject({ cwd: join(checkout, 'src') })
    expect(JSON.parse((await start([], { INIT_CWD: '/' })).stdout)).toMatchObject({ cwd: checkout })
  })
})
