import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectTranscript } from '../src/collect/transcript.ts'
import { diagnose } from '../src/diagnose.ts'
import { KNOWN_BACKLOGS } from '../src/facts/known-backlogs.ts'
import type { Remedy } from '../src/model/finding.ts'
import { NO_CLUSTER } from './cluster/parts.ts'
import { type Cluster, openCluster, STANDS_WITHIN } from './cluster/real-cluster.ts'
import { manifestOf } from './remedies/manifest.ts'
import { objectionsTo } from './remedies/objections.ts'
import { NO_SERVERS, serverAccepts } from './remedies/servers.ts'

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

  it('bash reads the commands, yaml parses, sysctls exist, nothing is left unfilled', { timeout: 120_000 }, () => {
    expect([...advice.values()].flatMap(({ language, text }) => objectionsTo(language, text))).toEqual([])
  })

  it('what is wrong would be told', () => {
    const told = [
      objectionsTo('sh', "ss -lnt 'sport = :80"),
      objectionsTo('sh', 'kill <pid>'),
      objectionsTo('sh', 'sysctl -w net.core.somaxcon=1'),
      objectionsTo('yaml', 'a: 1\na: 2'),
    ]
    expect(told.map((one) => one.length > 0)).toEqual([true, true, true, true])
    expect(objectionsTo('sh', 'sysctl -w net.core.somaxconn=1')).toEqual([])
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
