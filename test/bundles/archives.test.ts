import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBundle } from '../../src/sys/bundle/index.ts'
import { InputError } from '../../src/sys/input-error.ts'
import { tarOf, zipOf } from './hand-made.ts'

const dir = mkdtempSync(join(tmpdir(), 'recvq-bundles-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const LONG = `${'a-very-long-folder-name/'.repeat(8)}ss_-peaonmi`
const FILES: Readonly<Record<string, string>> = {
  'ss-antp.txt': 'State Recv-Q Send-Q\n'.repeat(5000),
  'empty.txt': '',
  'proc/net/netstat': 'TcpExt: a b\nTcpExt: 1 2\n',
  [LONG]: 'deep\n',
  'unicode/节点.txt': '中文\n',
}

function write(name: string, bytes: Buffer): string {
  writeFileSync(join(dir, name), bytes)
  return join(dir, name)
}

/** What is in it: path → text, or why it was refused. */
async function contents(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const entry of readBundle(path)) {
    if (entry.kind === 'refused') {
      found[entry.path] = `refused: ${entry.why}`
      continue
    }
    const pieces: Uint8Array[] = []
    for await (const piece of entry.bytes) pieces.push(piece)
    found[entry.path] = Buffer.concat(pieces).toString('utf8')
  }
  return found
}

async function failure(path: string): Promise<InputError> {
  const error = await contents(path).then(
    () => null,
    (one: unknown) => one,
  )
  if (!(error instanceof InputError)) throw new Error(`wanted an InputError, got ${String(error)}`)
  return error
}

describe('archives that the usual tools make', () => {
  const tree = join(dir, 'tree')
  beforeAll(() => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    symlinkSync('/etc/passwd', join(tree, 'link.txt'))
    symlinkSync('.', join(tree, 'circle'))
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(tree, 'pipe')])
  })

  it('a folder: links are not followed, pipes not opened', async () => {
    expect(await contents(tree)).toEqual({ ...FILES, pipe: 'refused: a device, a pipe or a socket' })
  })

  it.each([
    ['gnu.tar', ['--format=gnu', '-cf']],
    ['pax.tar', ['--format=pax', '-cf']],
    ['ustar.tar', ['--format=ustar', '-cf']],
    ['gnu.tar.gz', ['-czf']],
    ['gnu.tar.xz', ['-cJf']],
    ['gnu.tar.bz2', ['-cjf']],
  ])('%s', async (name, args) => {
    execFileSync('tar', [...args, join(dir, name), '--exclude=pipe', '-C', tree, '.'])
    expect(await contents(join(dir, name))).toEqual(FILES)
  })

  it('zip, stored and deflated', async () => {
    for (const level of ['-0', '-6']) {
      const path = join(dir, `z${level}.zip`)
      execFileSync('zip', ['-q', '-r', '-y', level, path, '.', '-x', 'pipe'], { cwd: tree })
      const found = await contents(path)
      expect(found).toMatchObject(FILES)
      expect(found['link.txt']).toBe('refused: a link')
    }
  })

  it('a packed file by itself, and archives in archives, two deep', async () => {
    expect(await contents(write('ss.txt.gz', gzipSync('one\n')))).toEqual({ 'ss.txt': 'one\n' })
    const innermost = gzipSync(tarOf([{ name: 'd.txt', data: 'four' }]))
    const inner = gzipSync(
      tarOf([
        { name: 'c.txt', data: 'three' },
        { name: 'deep.tgz', data: innermost },
      ]),
    )
    const outer = tarOf([
      { name: 'a.txt', data: 'one' },
      { name: 'x/node-1.tar.gz', data: inner },
      { name: 'b.txt.gz', data: gzipSync('two') },
      { name: 'z.zip', data: 'PK' },
    ])
    expect(await contents(write('nested.tar', outer))).toEqual({
      'a.txt': 'one',
      'x/node-1/c.txt': 'three',
      'x/node-1/deep/d.txt': 'four',
      'b.txt': 'two',
      'z.zip': expect.stringMatching(/^refused: a zip archive inside/),
    })
  })
})

describe('archives that nobody makes by accident', () => {
  it('paths that lead out are refused, links and devices not followed', async () => {
    const found = await contents(
      write(
        'tricks.tar',
        tarOf([
          { name: '../../etc/cron.d/x', data: 'evil' },
          { name: '/etc/shadow', data: 'evil' },
          { name: 'a/../../b', data: 'evil' },
          { name: 'C:\\x', data: 'evil' },
          { name: 'link', type: '2', link: '/etc/passwd' },
          { name: 'hard', type: '1', link: '../x' },
          { name: 'dev', type: '3' },
          { name: './ok/./x.txt', data: 'good' },
        ]),
      ),
    )
    expect(found).toEqual({
      '../../etc/cron.d/x': 'refused: its path leads out of the archive',
      '/etc/shadow': 'refused: its path leads out of the archive',
      'a/../../b': 'refused: its path leads out of the archive',
      'C:\\x': 'refused: its path leads out of the archive',
      dev: 'refused: a character device',
      'ok/x.txt': 'good',
    })
    const zip = zipOf([
      { name: '../x', data: Buffer.from('evil') },
      { name: 'l', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'secret', data: Buffer.from('x'), flags: 1 },
      { name: 'ok', data: Buffer.from('good') },
    ])
    expect(await contents(write('tricks.zip', zip))).toEqual({
      '../x': 'refused: its path leads out of the archive',
      l: 'refused: a link',
      secret: 'refused: it is encrypted',
      ok: 'good',
    })
  })

  it('bombs end it: packed thousandfold, overlapping, more than was said', async () => {
    const zeros = Buffer.alloc(120 * 2 ** 20)
    expect((await failure(write('bomb.tar.gz', gzipSync(tarOf([{ name: 'x', data: zeros }]))))).found).toContain('bomb')
    expect((await failure(write('bomb.zip', zipOf([{ name: 'x', data: zeros }])))).found).toContain('bomb')
    const twice = await contents(write('bomb.gz', gzipSync(gzipSync(zeros))))
    expect(twice.bomb?.length).toBeLessThan(1_000_000)
    const lies = zipOf([{ name: 'x', data: Buffer.from('four'.repeat(9)), size: 4 }])
    expect((await failure(write('lies.zip', lies))).found).toBe('a member that holds more than it says')
    const shared = Buffer.from(Array.from({ length: 4000 }, (_, i) => String((i * 7919) % 1013)).join(' '))
    const overlapping = zipOf(Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, data: shared, overlap: true })))
    expect((await failure(write('overlap.zip', overlapping))).found).toContain('over each other')
  }, 60_000)

  it('what breaks off gives what was there before, and says so', async () => {
    const tar = tarOf([
      { name: 'a.txt', data: 'one' },
      { name: 'b.txt', data: 'x'.repeat(2000) },
    ])
    expect(await contents(write('cut.tar', tar.subarray(0, 1800)))).toMatchObject({
      'a.txt': 'one',
      '': expect.stringContaining('breaks off inside a member'),
    })
    expect(await contents(write('liar.tar', tarOf([{ name: 'a', data: 'x', size: 8 ** 11 - 1 }])))).toMatchObject({
      '': expect.stringContaining('breaks off'),
    })
    const damaged = Buffer.from(tar)
    damaged[1030] = 7
    expect(await contents(write('damaged.tar', damaged))).toEqual({
      'a.txt': 'one',
      '': 'refused: the tar archive is not whole: a header is damaged',
    })
    const cut = gzipSync(Buffer.from(Array.from({ length: 9000 }, (_, i) => i ** 3).join('\n'))).subarray(0, 9000)
    expect((await failure(write('cut.gz', cut))).found).toContain('damage')
    expect((await failure(write('cut.zip', zipOf([{ name: 'a', data: tar }]).subarray(0, 100)))).found).toContain(
      'no directory',
    )
  })

  it('any damage ends in entries or an InputError', async () => {
    const whole = [
      tarOf([
        { name: 'a.txt', data: 'one' },
        { name: 'b/c.txt', data: 'x'.repeat(700) },
      ]),
      zipOf([
        { name: 'a.txt', data: Buffer.from('one') },
        { name: 'b', data: Buffer.from('x'.repeat(700)) },
      ]),
      gzipSync(tarOf([{ name: 'a.txt', data: 'one' }])),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 8 }),
        async (bytes, hurts) => {
          const hurt = Buffer.from(bytes)
          for (const [at, value] of hurts) hurt[at % hurt.length] = value
          await contents(write('hurt', hurt)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(InputError)
          })
        },
      ),
      { numRuns: 150 },
    )
  }, 60_000)
})
