import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { collectTranscript } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import { KNOWN_BACKLOGS } from '../src/facts/known-backlogs.ts'
import type { Remedy } from '../src/model/finding.ts'
import { NO_CLUSTER } from './cluster/parts.ts'
import { type Cluster, openCluster, STANDS_WITHIN } from './cluster/real-cluster.ts'
import { manifestOf } from './remedies/manifest.ts'
import { NO_SERVERS, serverAccepts } from './remedies/servers.ts'
import { SYSCTLS_NOT_HERE, sysctlsIn } from './remedies/sysctls.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')
const TEXTS = ['transcripts/**/*.{md,txt,html}', 'captured/*/*.txt', 'forwarding/*.txt', 'cluster/*/*.txt']

/** Remedies and the commands beside findings, each once, by the rule that gives them. */
interface Advice {
  readonly rule: string
  readonly language: Remedy['language']
  readonly text: string
}

const advice = new Map<string, Advice>()
const of = (language: Remedy['language']) => [...advice.values()].filter((one) => one.language === language)

beforeAll(async () => {
  const add = (rule: string, language: Remedy['language'], text: string | null) => {
    if (text !== null) advice.set(`${rule} ${text}`, { rule, language, text })
  }
  for (const file of TEXTS.flatMap((pattern) => globSync(pattern, { cwd: FIXTURES }))) {
    const { findings } = diagnose({ ...(await collectTranscript(join(FIXTURES, file))), version: '0' })
    for (const { rule, remedies, evidence } of findings) {
      for (const { action, language, verify } of remedies) {
        add(rule, language, action)
        add(rule, 'sh', verify)
      }
      for (const { command } of evidence) add(rule, 'sh', command)
    }
  }
}, 120_000)

describe('what is advised is valid', () => {
  it('the fixtures bring out the advice of many rules', () => {
    expect(new Set([...advice.values()].map((one) => one.rule)).size).toBeGreaterThanOrEqual(20)
  })

  it('shell: bash reads it', { timeout: 120_000 }, () => {
    // those that differ in their numbers alone are one
    const shapes = new Map(of('sh').map((one) => [one.text.replace(/\d+/g, '9'), one]))
    const wrong = [...shapes.values()].flatMap(({ rule, text }) => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
      return status === 0 ? [] : [`${rule}: ${stderr}: ${text}`]
    })
    expect(wrong).toEqual([])
  })

  it('shell: what is to be filled in stands in capitals, and nothing was left unfilled', () => {
    const unfilled = of('sh').filter(({ text }) => {
      const bare = text.replaceAll('/dev/null', '').replaceAll('"<none>"', '')
      return /<[a-z][a-z -]*>|\bundefined\b|\bnull\b|\bNaN\b|\[object /.test(bare)
    })
    expect(unfilled).toEqual([])
  })

  it('sysctls exist, here or where they are meant for', () => {
    const named = [...advice.values()].flatMap(({ text }) => sysctlsIn(text))
    expect(named.length).toBeGreaterThan(5)
    const unknown = [...new Set(named)].filter(
      (name) => !existsSync(`/proc/sys/${name.replaceAll('.', '/')}`) && !SYSCTLS_NOT_HERE.has(name),
    )
    expect(unknown).toEqual([])
  })

  it('yaml parses, without an alias or a key twice', () => {
    const wrong = of('yaml').flatMap(({ rule, text }) =>
      parseAllDocuments(text, { uniqueKeys: true }).flatMap((one) =>
        one.errors.map((error) => `${rule}: ${error.message}`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

describe.skipIf(NO_CLUSTER !== null)(`yaml, by a real API server${NO_CLUSTER ?? ''}`, () => {
  let cluster: Cluster
  let folder = ''
  beforeAll(async () => {
    cluster = await openCluster()
    folder = mkdtempSync(join(tmpdir(), 'recvq-remedies-'))
  }, STANDS_WITHIN)
  afterAll(async () => {
    await cluster?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  const dryRun = async (name: string, manifest: unknown) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(manifest))
    return cluster.tryKubectl(['apply', '--dry-run=server', '--validate=true', '-f', file])
  }

  it('takes what is advised, put into the object that it belongs to', { timeout: 120_000 }, async () => {
    const wrong: string[] = []
    let taken = 0
    for (const [index, { rule, text }] of of('yaml').entries()) {
      const manifest = manifestOf(text)
      if (manifest === null) continue
      const { code, stderr } = await dryRun(`advice-${index}`, manifest)
      if (code === 0) taken++
      else wrong.push(`${rule}: ${stderr}: ${text}`)
    }
    expect(wrong).toEqual([])
    expect(taken).toBeGreaterThanOrEqual(2)
  })

  it('and would refuse what is not so', { timeout: 60_000 }, async () => {
    const refused = [
      'spec:\n  securityContext:\n    sysctl:\n      - name: net.core.somaxconn\n        value: "1"',
      'spec:\n  securityContext:\n    sysctls:\n      - name: net.core.somaxconn\n        value: 1',
    ]
    for (const [index, text] of refused.entries())
      expect((await dryRun(`wrong-${index}`, manifestOf(text))).code, text).not.toBe(0)
  })
})

describe.skipIf(NO_SERVERS !== null)(`settings, by the programs themselves${NO_SERVERS ?? ''}`, () => {
  it.each(['nginx', 'HAProxy', 'Apache', 'Redis'])('%s takes the line', (program) => {
    const known = KNOWN_BACKLOGS.find((one) => one.program === program)
    expect(serverAccepts(program, known?.setting.en ?? '')).toBe('')
  })

  it.each([
    ['nginx', 'listen 80 backlogs=4096;'],
    ['HAProxy', 'bind :80 backlogs 4096'],
    ['Apache', 'ListenBacklogs 4096'],
    ['Redis', 'tcp-backlogs 4096'],
  ])('%s would refuse %s', (program, line) => {
    expect(serverAccepts(program, line)).not.toBe('')
  })
})

/** Of the others nothing is checked here but that they are given. */
it('every program that has a setting of its own names it', () => {
  expect(KNOWN_BACKLOGS.filter((one) => one.setting.en.trim() === '' || one.setting.zh.trim() === '')).toEqual([])
})
