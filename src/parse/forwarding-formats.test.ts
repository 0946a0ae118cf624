import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conntrack, conntrackCount } from './flow-formats.ts'
import type { Format } from './format.ts'
import { iptablesSave, nftRuleset } from './forwarding-formats.ts'
import { FORWARDING_BY_SHAPE } from './forwarding-shapes.ts'
import { kubectlGet, kubeObjects } from './kube-formats.ts'
import { wholeText } from './whole-text.ts'

const CONTEXT = { file: 'x', command: null, args: [], filtered: false }
const FORMATS: readonly Format[] = [...FORWARDING_BY_SHAPE, conntrackCount, kubectlGet(undefined, true), kubeObjects]

const FOLDERS = ['forwarding', 'kubectl'].map((name) => join(import.meta.dirname, '../../test/fixtures', name))
const LINES = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(?:txt|json|yaml)$/.test(name) && !name.startsWith('seed'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, 40)),
).map((line) => line.slice(0, 300))

const mutated = fc
  .tuple(fc.constantFrom(...LINES), fc.nat(300), fc.nat(20), fc.string({ maxLength: 8 }))
  .map(([line, at, cut, put]) => line.slice(0, at) + put + line.slice(at + cut))

describe('readers of forwarding and kubectl', () => {
  it('never throw, whatever lines they are offered', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.array(mutated, { maxLength: 12 }), (format, lines) => {
        const reader = format.read(CONTEXT)
        lines.forEach((line, index) => {
          format.opens(line)
          reader.take(line, index + 1)
          if (index % 3 === 0) reader.elide?.(index + 1)
        })
        const { content, lost } = reader.finish()
        expect(content.length).toBeLessThanOrEqual(1)
        expect(lost).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 1500, seed: 7 },
    )
  })

  it.each([
    'The chain of events: INPUT was dropped (policy aside).',
    'NAME IT WHAT YOU LIKE',
    'Name: the service is slow',
    '- A list item',
    '-A is an option of iptables',
    '* nat',
    'table of contents {',
    'tcp 6 is the protocol',
    'cpu=0 was idle',
    'NAME         NAMESPACE   REVISION   UPDATED   STATUS     CHART      APP VERSION',
    'CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES',
  ])('are not opened by: %s', (line) => {
    expect(FORWARDING_BY_SHAPE.filter((format) => format.opens(line)).map((one) => one.name)).toEqual([])
  })

  it('tell the lines on which rules were left out', () => {
    const reader = iptablesSave().read(CONTEXT)
    reader.take('-N KUBE-SERVICES', 4)
    reader.elide?.(5)
    reader.take('-A KUBE-SERVICES -j KUBE-NODEPORTS', 6)
    const [content] = reader.finish().content
    expect(content).toMatchObject({
      question: 'nat',
      nat: { elided: [5], origin: { line: 4 }, rules: [{ chain: 'KUBE-SERVICES', line: 6 }] },
    })
  })

  it('keep so many entries of connection tracking, and count the rest', () => {
    const reader = conntrack.read(CONTEXT)
    const row =
      'tcp      6 66 TIME_WAIT src=10.0.0.9 dst=10.0.0.1 sport=1 dport=80 src=10.1.0.1 dst=10.0.0.9 sport=80 dport=1'
    for (let line = 1; line <= 50_003; line++) reader.take(row, line)
    const { content, cuts } = reader.finish()
    const [told] = content
    if (told?.question !== 'flows') throw new Error('no flows')
    expect([told.flows.listings[0]?.flows.length, told.flows.listings[0]?.more]).toEqual([50_000, 3])
    expect(cuts).toEqual(['3 entries beyond the first 50000'])
  })

  it('say where a text was longer than what is kept', () => {
    const parsed: number[] = []
    const short = wholeText({
      name: 'short',
      opens: () => true,
      follow: () => () => true,
      maxChars: 1_000_000,
      parse: (lines) => {
        parsed.push(lines.length)
        return { content: [], notUnderstood: [] }
      },
    })
    const reader = short.read(CONTEXT)
    for (let line = 1; line <= 12; line++) reader.take('x'.repeat(99_999), line)
    expect(reader.finish().cuts).toEqual(['2 lines beyond the first 1 MB'])
    expect(parsed).toEqual([10])
  })

  it('leave the words after a ruleset alone', () => {
    const reader = nftRuleset.read(CONTEXT)
    const taken = ['table ip nat {', '\tchain x {', '\t}', '}', 'And that was all of it.'].map((line, index) =>
      reader.take(line, index + 1),
    )
    expect(taken).toEqual([true, true, true, true, false])
  })
})
