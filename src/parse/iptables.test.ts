import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { damaged, fixtureLines, fixtureText, linesOf } from '../../test/fixture-lines.ts'
import type { NatChain, NatRule } from '../model/nat.ts'
import { parseIptablesList } from './iptables-list.ts'
import { splitQuoted } from './iptables-rule.ts'
import { parseIptablesSave } from './iptables-save.ts'

const fixture = (name: string) => fixtureLines(`forwarding/${name}`)

/** What all forms tell alike. Lists sort their chains and word their conditions in their own way. */
const told = (rules: readonly NatRule[]) =>
  rules
    .map((rule) => ({
      chain: rule.chain,
      protocol: rule.protocol,
      source: rule.source,
      destination: rule.destination,
      destinationPort: rule.destinationPort,
      probability: rule.probability,
      conditional: rule.conditions.length > 0,
      target: rule.target,
      dnat: rule.dnat,
      comment: rule.comment,
      service: rule.service,
    }))
    .toSorted((a, b) => a.chain.localeCompare(b.chain))

describe('every form of the same rules reads alike', () => {
  const nat = { table: 'nat', family: 4 } as const
  const expected = told(parseIptablesSave(fixture('iptables-legacy-S.txt'), nat).value.rules)

  test('there are as many rules as `-A` lines', () => {
    expect(expected).toHaveLength(fixture('iptables-legacy-S.txt').filter((line) => line.text.startsWith('-A')).length)
  })

  test.each(['legacy-S-v', 'nft-S', 'nft-S-v', 'legacy-save', 'legacy-save-c', 'nft-save', 'nft-save-c'])(
    'iptables-%s',
    (name) => {
      const { value, notUnderstood } = parseIptablesSave(
        fixture(`iptables-${name}.txt`),
        name.includes('-S') ? nat : undefined,
      )
      expect(notUnderstood).toEqual([])
      expect(told(value.rules.filter((rule) => rule.table === 'nat'))).toEqual(expected)
    },
  )

  test.each(['legacy-L-n', 'nft-L-n', 'legacy-L-nvx', 'nft-L-nvx'])('iptables-%s, also squeezed', (name) => {
    for (const squeeze of [false, true]) {
      const text = fixtureText(`forwarding/iptables-${name}.txt`)
      const lines = linesOf(squeeze ? text.replace(/ +/g, ' ') : text)
      const { value, notUnderstood } = parseIptablesList(lines, nat)
      expect(notUnderstood).toEqual([])
      expect(told(value.rules)).toEqual(expected)
    }
  })

  test.each(['legacy', 'nft'])('ip6tables-%s: save and list', (how) => {
    const saved = parseIptablesSave(fixture(`ip6tables-${how}-save.txt`)).value.rules.filter(
      (rule) => rule.table === 'nat',
    )
    const listed = parseIptablesList(fixture(`ip6tables-${how}-L-nv.txt`), { table: 'nat', family: 6 })
    expect(listed.notUnderstood).toEqual([])
    expect(told(listed.value.rules)).toEqual(told(saved))
    expect(saved.every((rule) => rule.family === 6)).toBe(true)
  })
})

test('counters, chains and policies', () => {
  const { rules, chains } = parseIptablesSave(fixture('iptables-nft-save-c.txt')).value
  expect(rules.find((rule) => rule.destinationPort === 30080)).toMatchObject({ packets: 17, bytes: 1020, table: 'nat' })
  expect(chains.find((chain) => chain.name === 'FORWARD')).toMatchObject({ policy: 'DROP', table: 'filter' })
  expect(chains.find((chain) => chain.name === 'KUBE-PROXY-CANARY')?.policy).toBeNull()
  const listed = parseIptablesList(fixture('iptables-legacy-L-filter.txt')).value
  expect(listed.rules.find((rule) => rule.target === 'REJECT')).toMatchObject({
    packets: 2,
    bytes: 120,
    destinationPort: 30070,
  })
  expect(listed.chains.find((chain) => chain.name === 'FORWARD')?.policy).toBe('DROP')
})

test('names instead of numbers stay conditions', () => {
  const { value, notUnderstood } = parseIptablesList(fixture('iptables-legacy-L.txt'))
  expect(notUnderstood).toEqual([])
  expect(value.rules.find((rule) => rule.comment === 'shop/cart:http cluster IP')).toMatchObject({
    destination: '10.96.0.10',
    destinationPort: null,
    conditions: ['dpt:http'],
  })
})

test('negations, quotes and unknown matches', () => {
  const [rule] = parseIptablesSave(
    linesOf(
      '-A X ! -s 10.0.0.0/8 -d fd00::1/128 -p tcp -m multiport --dports 80,443 -m comment --comment "say \\"hi\\" -j" -g Y',
    ),
  ).value.rules
  expect(rule).toMatchObject({
    source: '!10.0.0.0/8',
    destination: 'fd00::1',
    family: 4,
    conditions: ['-m multiport --dports 80,443'],
    comment: 'say "hi" -j',
    target: 'Y',
  })
  expect(splitQuoted('a "b c" "d')).toEqual(['a', 'b c', 'd'])
})

test('elisions and strange lines are told, cut lines are not rules', () => {
  const lines = linesOf('-N A\n...\n(略)\n-A A -j B\niptables v1.4.21: hello\n')
  expect(parseIptablesSave(lines)).toMatchObject({ elided: [2, 3], notUnderstood: [5] })
  expect(parseIptablesSave([{ number: 7, text: '-A A -j B', cut: true }])).toMatchObject({ notUnderstood: [7] })
})

test('damaged texts: no line is lost, nothing is invented', () => {
  const forms = [
    ['iptables-1.9-S.txt', parseIptablesSave],
    ['iptables-nft-save-c.txt', parseIptablesSave],
    ['iptables-legacy-L-nvx.txt', parseIptablesList],
    ['ip6tables-nft-L-nv.txt', parseIptablesList],
  ] as const
  for (const [name, parse] of forms)
    fc.assert(
      fc.property(damaged(fixtureText(`forwarding/${name}`)), (text) => {
        const lines = linesOf(text)
        const { value, notUnderstood, elided } = parse(lines)
        const used = [...value.rules, ...value.chains].map((one) => one.line)
        expect(new Set([...used, ...notUnderstood, ...elided]).size).toBe(
          used.length + notUnderstood.length + elided.length,
        )
        for (const rule of value.rules) {
          const line = lines[rule.line - 1]?.text ?? ''
          if (rule.target !== null) expect(line).toContain(rule.target)
          if (rule.service !== null) expect(line).toContain(rule.service)
          if (rule.destinationPort !== null) expect(line).toContain(String(rule.destinationPort))
        }
      }),
      { numRuns: 60 },
    )
})

test('what a policy took, in all the ways that iptables prints it', () => {
  const lines = (text: string) => text.split('\n').map((one, index) => ({ number: index + 1, text: one, cut: false }))
  const told = (chains: readonly NatChain[]) =>
    chains.map(({ name, policy, packets, bytes }) => [name, policy, packets, bytes])
  const saved = parseIptablesSave(
    lines('*filter\n:INPUT DROP [12:720]\n:FORWARD ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\nCOMMIT'),
  )
  expect(told(saved.value.chains)).toEqual([
    ['INPUT', 'DROP', 12, 720],
    ['FORWARD', 'ACCEPT', 0, 0],
    ['KUBE-SERVICES', null, null, null],
  ])
  const verbose = parseIptablesSave(lines('-P INPUT DROP -c 12 720\n-P OUTPUT ACCEPT\n-N X'))
  expect(told(verbose.value.chains)).toEqual([
    ['INPUT', 'DROP', 12, 720],
    ['OUTPUT', 'ACCEPT', null, null],
    ['X', null, null, null],
  ])
  const listed = parseIptablesList(
    lines(
      'Chain INPUT (policy DROP 12 packets, 720 bytes)\nChain OUTPUT (policy ACCEPT 11M packets, 9000 bytes)\nChain FORWARD (policy DROP)\nChain X (2 references)',
    ),
  )
  expect(told(listed.value.chains)).toEqual([
    ['INPUT', 'DROP', 12, 720],
    ['OUTPUT', 'ACCEPT', null, 9000],
    ['FORWARD', 'DROP', null, null],
    ['X', null, null, null],
  ])
})
