import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seriesOf } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import type { Finding } from '../src/model/finding.ts'
import { transcript } from './text/read.ts'

/** What people paste when images are missing: the file server does not answer, and the web server waits for it. */
const TEXT = readFileSync(join(import.meta.dirname, 'fixtures/transcripts/slow-nfs.md'), 'utf8')

async function findingsIn(text: string): Promise<readonly Finding[]> {
  const { nodes } = await transcript(text)
  return diagnose({ series: nodes.map(seriesOf), version: '0' }).findings
}

const treeOf = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ rule, causes }) => {
    const cause = findings.find((one) => one.id === causes[0]?.id)
    return cause ? `${rule} < ${cause.rule}` : rule
  })

/** Without the blocks of these commands. */
const without = (...commands: readonly RegExp[]): string =>
  TEXT.split(/(?=root@node-7:~# )/)
    .map((block) =>
      commands.some((one) => one.test(block.split('\n')[0] ?? ''))
        ? block.slice(block.indexOf('```') >= 0 ? block.indexOf('```') : block.length)
        : block,
    )
    .join('')

describe('a file server that does not answer', () => {
  it('chain: the server → workers in D → a full queue → dropped SYNs', async () => {
    const findings = await findingsIn(TEXT)
    expect(treeOf(findings)).toEqual([
      'accept-blocked-on-io',
      'accept-queue-full < accept-blocked-on-io',
      'listen-overflows < accept-queue-full',
      'backlog-too-small < accept-blocked-on-io',
      // A setting, and nobody’s fault here.
      'netns-somaxconn-low',
    ])
    const [root] = findings
    expect(root).toMatchObject({ confidence: 'certain', severity: 'critical' })
    expect(root?.summary.en).toContain('nginx (0.0.0.0:80) is held up by an NFS server: 2 of the 2 threads')
    expect(root?.evidence.map((one) => one.value)).toEqual(expect.arrayContaining(['10.0.0.5', 80.95, 129]))
    expect(root?.remedies.map((one) => one.action).join()).toContain('rpcinfo -t 10.0.0.5 nfs')
    expect(findings.slice(-2)).toMatchObject([{ severity: 'info', confidence: 'possible' }, { severity: 'info' }])
  })

  it('without the listing of processes: possible, and the command that decides', async () => {
    const findings = await findingsIn(without(/# ps /))
    const blocked = findings.find((one) => one.rule === 'accept-blocked-on-io')
    expect(blocked).toMatchObject({ confidence: 'possible', severity: 'warning' })
    expect(blocked?.unknowns.map((one) => one.en).join()).toContain('ps -eLo pid,tid,stat,wchan:32,comm')
    expect(findings.find((one) => one.rule === 'backlog-too-small')?.severity).toBe('warning')
  })

  it('without processes, pressure and log: the chain ends where the proof does', async () => {
    const findings = await findingsIn(without(/# ps /, /# cat /, /# dmesg/))
    expect(findings.map((one) => one.rule)).not.toContain('accept-blocked-on-io')
    const full = findings.find((one) => one.rule === 'accept-queue-full')
    expect(full?.unknowns.map((one) => one.en).join()).toContain('ps -eLo pid,tid,stat,wchan:32,comm')
  })

  it('another program in state D: not this one', async () => {
    const findings = await findingsIn(
      TEXT.replaceAll(
        / (22\d\d) (?:D {4}rpc_wait_bit_killable|Ss {3}sigsuspend) +nginx/g,
        ' $1 S    ep_poll                        nginx',
      ),
    )
    expect(findings.map((one) => one.rule)).not.toContain('accept-blocked-on-io')
  })
})
