import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { reportSchema } from '../src/model/schema.ts'
import { type JsonSchema, violations } from './cli/json-schema.ts'

/** The program as people run it: a process of its own, its streams and its exit code. */

const root = join(import.meta.dirname, '..')
const main = join(root, 'src/cli/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'recvq-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const folderOf = (name: string, files: Readonly<Record<string, string>>): string => {
  mkdirSync(join(folder, name))
  for (const [inside, content] of Object.entries(files)) file(join(name, inside), content)
  return join(folder, name)
}

const FULL = `root@node-7:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 129    128    0.0.0.0:8080       0.0.0.0:*         users:(("shop",pid=1448,fd=12))
LISTEN 0      128    0.0.0.0:22         0.0.0.0:*         users:(("sshd",pid=812,fd=3))
`
const HEALTHY = FULL.replace('129 ', '0   ')
const full = file('full.md', FULL)
const healthy = file('healthy.md', HEALTHY)
const PROSE = 'We saw drops on Tuesday.\nThen they were gone.\n'
const prose = file('prose.md', PROSE)

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface How {
  readonly stdin?: string | Buffer
  readonly env?: NodeJS.ProcessEnv
  /** Close standard output after the first piece. */
  readonly impatient?: boolean
}

const ENV = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' }

function recvq(args: readonly string[], { stdin = '', env = {}, impatient = false }: How = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...ENV, ...env } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => {
      out.push(piece)
      if (impatient) child.stdout.destroy()
    })
    child.stderr.on('data', (piece: Buffer) => err.push(piece))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
  })
}

describe('exit codes', () => {
  it.each([
    ['0: accept queues judged, nothing found', [healthy], 0],
    ['1: something found', [full], 1],
    ['1: by the file named with --from', ['diagnose', '--from', full], 1],
    ['3: nothing that could be judged', [prose], 3],
    ['2: a file that is not there', [join(folder, 'none.md')], 2],
    ['1: a folder that holds something found', [folderOf('folder', { 'a.md': FULL, 'b.md': HEALTHY })], 1],
    ['0: a folder that holds nothing bad', [folderOf('healthy folder', { 'b.md': HEALTHY })], 0],
    ['3: an empty folder', [folderOf('empty folder', {})], 3],
    ['3: packed prose', [file('prose.gz', gzipSync(PROSE))], 3],
    ['2: an unknown option', ['--bogus'], 2],
    ['2: an unknown value', ['-o', 'pdf', healthy], 2],
    ['2: an interval of nonsense', ['--interval', 'soon'], 2],
    ['2: a reading that is not there', [`${full}#2`], 2],
    ['2: a namespace that is not there', ['--netns', 'nowhere', full], 2],
    ['2: this machine has no such namespace', ['--netns', 'no-such-namespace', '--interval', '0'], 2],
    ['2: a procfs that is none', ['--path.procfs', folder, '--interval', '0'], 2],
    ['2: collect without a file', ['collect'], 2],
    ['0: help', ['--help'], 0],
    ['0: the version', ['--version'], 0],
  ])('%s', async (_, args, code) => {
    const ended = await recvq(args)
    expect([ended.code, ended.stderr]).toEqual([code, code === 2 ? expect.stringMatching(/^error: /) : ''])
    if (code === 2) expect(ended.stdout).toBe('')
  })

  it('1 or 0 as --fail-on draws the line', async () => {
    const { findings } = JSON.parse((await recvq(['-o', 'json', full])).stdout)
    const worst = findings.some((one: { severity: string }) => one.severity === 'critical') ? 1 : 0
    expect((await recvq(['--fail-on', 'critical', full])).code).toBe(worst)
  })
})

describe('output', () => {
  it('is a report that the published schema describes, with nothing else on standard output', async () => {
    for (const input of [full, healthy, prose]) {
      const { stdout, stderr } = await recvq(['-o', 'json', input])
      const printed: unknown = JSON.parse(stdout)
      const schema: JsonSchema = JSON.parse(readFileSync(join(root, 'schema/report.json'), 'utf8'))
      expect(violations(printed, schema)).toEqual([])
      expect(reportSchema.strict().parse(printed)).toEqual(printed)
      expect(stderr).toBe('')
    }
  })

  it('speaks the language asked for, or that of the locale', async () => {
    expect((await recvq(['--lang', 'zh', full])).stdout).toMatch(/^(严重|警告)/)
    expect((await recvq([full], { env: { LC_ALL: 'zh_CN.UTF-8' } })).stdout).toMatch(/^(严重|警告)/)
    expect((await recvq(['--lang', 'en', full], { env: { LANG: 'zh_CN.UTF-8' } })).stdout).toMatch(
      /^(CRITICAL|WARNING)/,
    )
    expect((await recvq(['--help', '--lang', 'zh'])).stdout).toContain('退出码')
    expect((await recvq(['--bogus', '--lang', 'zh'])).stderr).toContain('未知选项')
  })

  it('has no colour in a pipe, unless told', async () => {
    expect((await recvq([full])).stdout).not.toContain('\u001b')
    expect((await recvq(['--color', 'always', full])).stdout).toContain('\u001b[')
    expect((await recvq(['--color', 'always', full], { env: { NO_COLOR: '1' } })).stdout).toContain('\u001b[')
  })

  it('keeps to the columns told', async () => {
    const { stdout } = await recvq([healthy], { env: { COLUMNS: '60' } })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  it('ends quietly when nobody reads on', async () => {
    const long = file(
      'long.md',
      FULL + Array.from({ length: 3000 }, (_, i) => `LISTEN 129 128 0.0.0.0:${10000 + i} 0.0.0.0:*`).join('\n'),
    )
    const ended = await recvq(['--all', '-v', '-o', 'json', long], { impatient: true })
    expect([ended.code, ended.stderr]).toEqual([1, ''])
  })
})

describe('input', () => {
  it('may come by standard input, as text or as readings', async () => {
    expect((await recvq(['-'], { stdin: FULL })).code).toBe(1)
    expect((await recvq(['diagnose', '-'], { stdin: HEALTHY })).code).toBe(0)
    expect((await recvq(['-'], { stdin: '' })).code).toBe(3)
    expect((await recvq(['-', '-'], { stdin: FULL })).code).toBe(2)
    const { stdout } = await recvq(['collect', '-o', join(folder, 'stdin.recvq'), '--interval', '0'])
    expect(stdout).toBe('')
    const again = await recvq(['-o', 'json', '-'], { stdin: readFileSync(join(folder, 'stdin.recvq')) })
    expect(JSON.parse(again.stdout).snapshots).toMatchObject([{ way: 'file' }])
  })

  it('may be several files of several nodes', async () => {
    const other = file('other.md', HEALTHY.replaceAll('node-7', 'node-8'))
    const { stdout } = await recvq(['-o', 'json', full, other])
    expect(JSON.parse(stdout).snapshots.map((one: { node: { name: string } }) => one.node.name)).toEqual([
      'node-7',
      'node-8',
    ])
  })

  it.each([
    ['binary', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)), /wanted text, found binary data/],
    ['an archive cut short', gzipSync('{"apiVersion":"recvq/v1"').subarray(0, 24), /wanted gzip data, found damage/],
    ['readings without an end', gzipSync('{"apiVersion":"recvq/v1"'), /no readings could be taken/],
    ['a later version', '{"apiVersion":"recvq/v9","kind":"Series"} "recvq/v1"', /no readings could be taken/],
  ])('%s is refused with what was found and what to do', async (name, content, message) => {
    const { code, stderr } = await recvq([file(`${name}.bin`, content)])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('is never passed on to the terminal raw, whatever it is called and holds', async () => {
    const named = file('\u001b[31mred\u0007\u202e.md', FULL.replaceAll('shop', 'sh\u009bop\u001b]0;x\u0007'))
    for (const args of [[named, '-v', '--all'], [`${named}none`], [`--${named}`], ['-o', 'json', named]]) {
      const { stdout, stderr } = await recvq(args)
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  it('that is empty says that nothing was read', async () => {
    const { code, stdout } = await recvq([file('empty', '')])
    expect([code, stdout.startsWith('NOT JUDGED')]).toEqual([3, true])
  })
})

describe('this machine', () => {
  it('is read twice and judged, JSON as the schema says', async () => {
    const { stdout, code } = await recvq(['-o', 'json', '--interval', '50ms', '--netns', 'self'])
    const printed = reportSchema.strict().parse(JSON.parse(stdout))
    expect(printed.snapshots.map(({ way }) => way)).toEqual(['live', 'live'])
    expect([0, 1]).toContain(code)
  })

  it('is kept by collect, which diagnose then reads', async () => {
    const path = join(folder, 'kept.recvq')
    const kept = await recvq(['collect', '-o', path, '--interval', '50ms'])
    expect(kept.stderr).toMatch(/^wrote .*kept\.recvq: 2 readings of /)
    expect((await recvq(['collect', '-o', path, '--interval', '0'])).code).toBe(0)
    const { stdout } = await recvq(['-o', 'json', path])
    expect(JSON.parse(stdout).snapshots).toMatchObject([{ way: 'file', source: path }])
  })

  it('is never written over what somebody else wrote, nor to nowhere', async () => {
    const notes = file('notes.txt', 'do not lose this')
    const refused = await recvq(['collect', '-o', notes, '--interval', '0'])
    expect([refused.code, readFileSync(notes, 'utf8')]).toEqual([2, 'do not lose this'])
    expect((await recvq(['collect', '-o', join(folder, 'no/such'), '--interval', '0'])).code).toBe(2)
    expect((await recvq(['collect', '-o', folder, '--interval', '0'])).code).toBe(2)
    expect((await recvq(['collect', '--force', '-o', notes, '--interval', '0'])).code).toBe(0)
  })
})

/** `script` gives a program a terminal; what it then prints comes back through a pipe. */
function onTerminal(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...ENV, TERM: 'xterm', ...env },
      cwd: folder,
    })
    const out: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => out.push(piece))
    child.on('error', reject)
    child.on('close', () => resolve(Buffer.concat(out).toString()))
  })
}

describe('on a terminal', () => {
  const command = (args: string) => `'${process.execPath}' '${main}' ${args}`

  it('says at once what is going on, on one line that does not stay', async () => {
    const seen = await onTerminal(command('--interval 50ms --netns self'))
    expect(seen.startsWith('\r\u001b[2Kreading this machine, 1 of 2')).toBe(true)
    expect(seen).toContain('2 of 2')
    expect(seen.indexOf('Looked at')).toBeGreaterThan(seen.lastIndexOf('\u001b[2K'))
  })

  it('is in colour, unless NO_COLOR says otherwise', async () => {
    expect(await onTerminal(command(`'${full}'`))).toContain('\u001b[1m')
    expect(await onTerminal(command(`'${full}'`), { NO_COLOR: '1' })).not.toContain('\u001b[1m')
  })

  it('ends with 130 at Ctrl-C', async () => {
    const child = spawn('script', ['-qec', command('--interval 30s --netns self'), '/dev/null'], {
      env: { ...ENV, TERM: 'xterm' },
      cwd: folder,
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    // as typed, once it says that it is at work
    child.stdout.once('data', () => child.stdin.write('\u0003'))
    expect(await ended).toBe(130)
  })
})
