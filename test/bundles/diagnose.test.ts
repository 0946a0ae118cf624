import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { collectBundle } from '../../src/collect/bundle.ts'
import { diagnose } from '../../src/diagnose.ts'
import { tarOf } from './hand-made.ts'

const dir = mkdtempSync(join(tmpdir(), 'recvq-bundles-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name, path)), { recursive: true })
    writeFileSync(join(dir, name, path), text)
  }
  return join(dir, name)
}

const listener = (length: number, port = 80) =>
  `State   Recv-Q  Send-Q  Local Address:Port  Peer Address:Port  Process
LISTEN  ${length}     128     0.0.0.0:${port}          0.0.0.0:*          users:(("nginx",pid=7,fd=6))
`
const counters = (overflows: number) =>
  `TcpExt:\n    ${overflows} times the listen queue of a socket overflowed\n    ${overflows} SYNs to LISTEN sockets dropped\n`

const SOS = {
  'sosreport-web-7-2024-05-01-abcdefg/hostname': 'web-7.example.com\n',
  'sosreport-web-7-2024-05-01-abcdefg/sos_commands/networking/ss_-peaonmi': listener(129),
  'sosreport-web-7-2024-05-01-abcdefg/sos_commands/networking/netstat_-s': counters(4711),
  'sosreport-web-7-2024-05-01-abcdefg/sos_commands/date/date': 'Wed May  1 10:00:00 UTC 2024\n',
  'sosreport-web-7-2024-05-01-abcdefg/proc/sys/net/core/somaxconn': '128\n',
  'sosreport-web-7-2024-05-01-abcdefg/etc/shadow': 'root:$6$x:1::::::\n',
}

describe('a sosreport', () => {
  const path = folder('sos', SOS)
  execFileSync('tar', ['-czf', join(dir, 'sos.tar.gz'), '-C', path, '.'])
  execFileSync('zip', ['-q', '-r', join(dir, 'sos.zip'), '.'], { cwd: path })

  it.each([
    ['a folder', path],
    ['tar.gz', join(dir, 'sos.tar.gz')],
    ['zip', join(dir, 'sos.zip')],
  ])('as %s is one reading of its machine, each value with its file', async (_, bundle) => {
    const { series, unread, notes } = await collectBundle(bundle)
    expect(series.map((one) => [one.node, one.snapshots.length])).toEqual([['web-7', 1]])
    expect(series[0]?.snapshots[0]).toMatchObject({ takenAt: '2024-05-01T10:00:00Z', lines: null, source: bundle })
    expect([unread, notes]).toEqual([[], []])
    const { findings } = diagnose({ series, version: 'x' })
    const full = findings.find((one) => one.rule === 'accept-queue-full')
    expect(full?.node).toBe('web-7')
    expect(
      full?.evidence.map((one) => ('file' in one.source ? [one.source.file, one.source.line] : null)),
    ).toContainEqual([`${bundle}/sosreport-web-7-2024-05-01-abcdefg/sos_commands/networking/ss_-peaonmi`, 2])
    const host = series[0]?.snapshots[0]?.netns.find((one) => one.key === 'host')
    expect(host?.sysctls).toMatchObject({ data: { values: { 'net.core.somaxconn': '128' } } })
    expect(host?.counters).toMatchObject({ data: { values: { TcpExtListenOverflows: 4711 } } })
  })

  it('redacted, holds no name and nothing else than what is read, and gives the same findings', async () => {
    const out = join(dir, 'redacted')
    execFileSync(process.execPath, [
      join(import.meta.dirname, '../../src/cli/main.ts'),
      'redact',
      join(dir, 'sos.zip'),
      '-o',
      out,
    ])
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    expect(files).toHaveLength(5)
    for (const one of files) {
      const text = `${one.parentPath.slice(out.length)}/${one.name} ${readFileSync(join(one.parentPath, one.name), 'utf8')}`
      expect(text).not.toMatch(/web-7|shadow/)
    }
    const shape = async (bundle: string) =>
      diagnose({ series: (await collectBundle(bundle)).series, version: 'x' }).findings.map(
        ({ rule, severity, confidence, evidence }) => ({
          rule,
          severity,
          confidence,
          values: evidence.map((one) => one.value),
        }),
      )
    expect(await shape(out)).toEqual(await shape(path))
  })
})

describe('folders that people make', () => {
  it('one for each machine: machines by the folders’ names', async () => {
    const path = folder('nodes', {
      'wrk-1/ss-lntp.txt': listener(0),
      'wrk-2/ss-lntp.txt': listener(129),
      'wrk-2/networking/netstat-s.txt': counters(5),
    })
    const { series } = await collectBundle(path)
    expect(series.map((one) => [one.node, one.snapshots.length])).toEqual([
      ['wrk-1', 1],
      ['wrk-2', 1],
    ])
  })

  it('times in the files’ names: readings of one machine, in their order', async () => {
    const path = folder('times', {
      hostname: 'wrk-1\n',
      'ss-lntp_20240501-1000.txt': listener(3),
      'ss-lntp_20240501-1005.txt': listener(90),
      'netstat-s_20240501-1000.txt': counters(5),
    })
    const { series } = await collectBundle(path)
    const [node] = series
    const dated = node?.snapshots.filter((one) => one.netns.some((netns) => netns.listeners.ok)) ?? []
    expect([node?.node, series.length, dated.length]).toEqual(['wrk-1', 1, 2])
    expect(node?.order).toContainEqual(expect.objectContaining({ by: 'clock' }))
  })

  it('before and after', async () => {
    const path = folder('around', { 'before/ss-lntp.txt': listener(129), 'after/ss-lntp.txt': listener(0) })
    const { series } = await collectBundle(path)
    expect(series.map((one) => [one.node, one.snapshots.length])).toEqual([[null, 2]])
    expect(series[0]?.order).toMatchObject([{ before: 1, after: 0, by: 'hint' }])
  })

  it('a name without options is read by its shape and never known to be whole', async () => {
    const { series } = await collectBundle(folder('bare', { 'ss.txt': listener(0), 'netstat.txt': counters(7) }))
    const host = series[0]?.snapshots[0]?.netns.find((one) => one.key === 'host')
    expect(host?.listeners).toMatchObject({ ok: true, coverage: [] })
    expect(host?.counters).toMatchObject({ data: { values: { TcpExtListenOverflows: 7 } } })
  })

  it('a file that shows its own commands is read as a log', async () => {
    const log = `[root@wrk-3 ~]# ss -lntp\n${listener(129)}[root@wrk-3 ~]# netstat -s\n${counters(9)}`
    const { series } = await collectBundle(folder('logs', { 'ss.txt': log, 'notes.txt': 'nothing of interest\n' }))
    expect(series.map((one) => one.node)).toEqual(['wrk-3'])
  })

  it('two commands that contradict each other: the one that tells more counts, the other is said to be unread', async () => {
    const { unread, series } = await collectBundle(
      folder('clash', { 'nstat-az.txt': '#kernel\nTcpExtListenOverflows 7 0.0\n', 'netstat-s.txt': counters(9) }),
    )
    expect(unread).toMatchObject([
      { file: expect.stringContaining('netstat-s.txt'), why: expect.stringContaining('differently') },
    ])
    expect(series[0]?.snapshots[0]?.netns[0]?.counters).toMatchObject({
      data: { values: { TcpExtListenOverflows: 7 } },
    })
  })

  it('an archive that breaks off: what stood before counts, the rest is said to be missing', async () => {
    const noise = Array.from(
      { length: 40_000 },
      (_, i) => `ESTAB 0 0 10.0.0.1:${i % 65_536} 10.0.${(i * 7919) % 251}.1:9`,
    )
    const tar = tarOf([
      { name: 'ss-lntp.txt', data: listener(129) },
      { name: 'ss-tn.txt', data: noise.join('\n') },
      { name: 'netstat-s.txt', data: counters(3) },
    ])
    const path = join(dir, 'cut.tar.gz')
    const packed = gzipSync(tar)
    writeFileSync(path, packed.subarray(0, packed.length >> 1))
    const { series, unread } = await collectBundle(path)
    const host = series[0]?.snapshots[0]?.netns[0]
    expect(host?.listeners).toMatchObject({ ok: true, data: [{ acceptQueue: { length: 129 } }] })
    expect(host?.connections.ok).toBe(false)
    expect(unread.map((one) => one.file)).toContain(`${path}/ss-tn.txt`)
  })

  it('binary members and nothing of use are said', async () => {
    const path = join(dir, 'odd.tar.gz')
    const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3])
    writeFileSync(
      path,
      gzipSync(
        tarOf([
          { name: 'ss.txt', data: image },
          { name: '../x', data: 'x' },
        ]),
      ),
    )
    const { unread, notes } = await collectBundle(path)
    expect(unread.map((one) => [one.file, one.why])).toEqual([
      [`${path}/ss.txt`, 'a PNG image'],
      [`${path}/../x`, 'its path leads out of the archive'],
    ])
    expect(notes).toHaveLength(1)
  })
})
