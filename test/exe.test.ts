import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillQueue } from '../src/lab/parts.ts'
import { NO_LAB, type Run, readReport, recvq, run, withLab } from './lab/lab-node.ts'

const root = join(import.meta.dirname, '..')

/** The queue of a NodePort that nobody accepts, and the proof that it overflowed. */
const INCIDENT = `root@node-7:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 129    128    :::30720           :::*              users:(("kube-proxy",pid=1448,fd=12))
LISTEN 0      128    *:22               *:*               users:(("sshd",pid=812,fd=3))
root@node-7:~# nstat -az TcpExtListenOverflows TcpExtListenDrops
#kernel
TcpExtListenOverflows           30833253           0.0
TcpExtListenDrops               30833253           0.0
`

/** A folder with the executable in it and nothing else: no node_modules, no Node on PATH, a place for temporary files. */
let alone = ''
let exe = ''

const runExe = (...args: readonly string[]): Promise<Run> =>
  run([exe, ...args], { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: join(alone, 'tmp'), NODE_OPTIONS: '--no-such' })

beforeAll(() => {
  alone = mkdtempSync(join(tmpdir(), 'recvq-alone-'))
  mkdirSync(join(alone, 'tmp'))
  const built = join(alone, 'tmp', 'built')
  execFileSync('sh', [join(root, 'scripts/build-exe'), built], { stdio: ['ignore', 'ignore', 'inherit'] })
  exe = join(alone, 'recvq')
  copyFileSync(built, exe)
  rmSync(built)
}, 300_000)

afterAll(() => rmSync(alone, { recursive: true, force: true }))

/** What every machine with glibc and a C++ program on it has. libatomic is not among them. */
const STOCK = /^(linux-vdso|lib(c|m|dl|pthread|stdc\+\+|gcc_s)|ld-linux-(x86-64|aarch64))\.so(\.\d+)?$/

/** The shared libraries that the loader finds for the executable: name → file, null for what is no file. */
function libraries(): ReadonlyMap<string, string | null> {
  const lines = execFileSync('ldd', [exe], { encoding: 'utf8' }).trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [first = '', arrow, file] = line.trim().split(/\s+/)
      const path = arrow === '=>' ? (file ?? null) : first.startsWith('/') ? first : null
      return [first.slice(first.lastIndexOf('/') + 1), path]
    }),
  )
}

/** A machine with nothing on it but the executable, its libraries where the loader looks for them, and an empty /tmp. */
function bareRoot(): string {
  const bare = join(alone, 'root')
  for (const folder of ['proc', 'tmp']) mkdirSync(join(bare, folder), { recursive: true })
  for (const file of libraries().values()) {
    if (file === null) continue
    mkdirSync(join(bare, dirname(file)), { recursive: true })
    copyFileSync(file, join(bare, file))
  }
  copyFileSync(exe, join(bare, 'recvq'))
  return bare
}

describe('the single executable, alone in a folder', () => {
  it('says its version, whatever NODE_OPTIONS say', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await runExe('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each(['json', 'text'])('gives the report that the source gives, as %s', async (format) => {
    const file = join(alone, 'incident.md')
    writeFileSync(file, INCIDENT)
    const args = ['diagnose', file, '-o', format, '--lang', 'zh']
    const ofSource = await run(recvq(...args))
    expect(ofSource).toMatchObject({ code: 1, stderr: '' })
    expect(ofSource.stdout).toContain('30720')
    expect(await runExe(...args)).toEqual(ofSource)
  })

  it('reads this machine through the koffi inside it, and leaves no file behind', async () => {
    const report = await runExe('diagnose', '--netns', 'self', '-o', 'json', '--interval', '0s')
    expect(report.stdout).toContain('"kind": "Report"')
    expect(report.stdout).not.toContain('koffi')
    expect(readdirSync(join(alone, 'tmp'))).toEqual([])
  })

  it('needs no library and no glibc that a stock node does not have', () => {
    expect([...libraries().keys()].filter((name) => !STOCK.test(name))).toEqual([])
    // symbol versions, of the module inside it too
    const versions = execFileSync('grep', ['-aoE', 'GLIBC_2\\.[0-9]+', exe], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    const minors = versions
      .trim()
      .split('\n')
      .map((version) => Number(version.slice('GLIBC_2.'.length)))
    expect(Math.max(...minors)).toBe(28)
  })

  it.skipIf(NO_LAB !== null)(`starts and reads the machine where there is nothing else${NO_LAB ?? ''}`, async () => {
    const bare = bareRoot()
    // a process namespace of its own, so that its /proc may be mounted by whoever runs the tests
    const chroot = [
      'unshare',
      '--map-root-user',
      '--mount',
      '--net',
      '--pid',
      '--fork',
      '--mount-proc',
      `--root=${bare}`,
    ]
    const live = await run([...chroot, '/recvq', 'diagnose', '-o', 'json', '--interval', '0s'])
    expect(live.stderr).toBe('')
    const report = readReport(live)
    expect(live.stdout).toContain('"via": "inet-diag"')
    expect(report.outcomes.find(({ rule }) => rule === 'accept-queue-full')?.outcome).toBe('clear')
    expect(readdirSync(join(bare, 'tmp'))).toEqual([])

    writeFileSync(join(bare, 'incident.md'), INCIDENT)
    const text = await run([...chroot, '/recvq', 'diagnose', '/incident.md', '--lang', 'zh'])
    expect(text).toMatchObject({ code: 1, stderr: '' })
    expect(text.stdout).toContain('accept 队列')
  })

  it.skipIf(NO_LAB !== null)(`finds live what the source finds${NO_LAB ?? ''}`, async () => {
    await withLab(async (lab) => {
      await fillQueue(lab, 3)
      const args = (which: string) => ['diagnose', '--netns', which, '-o', 'json', '--interval', '1s']
      const { name } = lab.server
      const commands = [recvq(...args(name ?? 'self')), [exe, ...args(name ?? 'self')]]
      const [ofSource, ofExe] = await Promise.all(
        commands.map(async (command) => findings(await run(name === null ? lab.server.inside(command) : command))),
      )
      expect(ofSource?.map(({ rule }) => rule)).toContain('accept-queue-full')
      expect(ofExe).toEqual(ofSource)
    })
  })
})

/** What of a live report does not depend on the second at which it was taken. */
const findings = (of: Run) =>
  readReport(of).findings.map(({ rule, severity, confidence, when, subject }) => ({
    rule,
    severity,
    confidence,
    when,
    subject,
  }))
