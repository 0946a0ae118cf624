import fc from 'fast-check'
import { expect, test } from 'vitest'
import { damaged, fixtureLines, fixtureText, linesOf } from '../../test/fixture-lines.ts'
import type { NatRule } from '../model/nat.ts'
import { parseNftJson } from './nft-json.ts'
import { parseNftRuleset } from './nft-ruleset.ts'

const fixture = (name: string) => fixtureLines(`forwarding/${name}`)

/** Rules as both forms tell them: lines differ, conditions are worded differently, maps stand first in JSON. */
const told = (rules: readonly NatRule[]) =>
  rules.map((rule) => JSON.stringify({ ...rule, line: 0, conditions: rule.conditions.length > 0 })).toSorted()

test('text and JSON of kube-proxy’s table tell the same rules', () => {
  const text = parseNftRuleset(fixture('nft-kube-proxy.txt'))
  const json = parseNftJson(fixture('nft-kube-proxy.json'))
  expect(text.notUnderstood).toEqual([])
  expect(told(text.value.rules)).toEqual(told(json.value.rules))
  expect(told(parseNftRuleset(fixture('nft-kube-proxy-a.txt')).value.rules)).toEqual(told(text.value.rules))
  expect(text.value.chains.map((one) => one.name).toSorted()).toEqual(
    json.value.chains.map((one) => one.name).toSorted(),
  )
  expect(text.value.chains.find((one) => one.name === 'filter-input')?.policy).toBe('ACCEPT')
})

test('elements of maps are rules of the map', () => {
  const { rules } = parseNftRuleset(fixture('nft-kube-proxy.txt')).value
  expect(rules.filter((rule) => rule.chain === 'no-endpoint-nodeports')).toMatchObject([
    {
      protocol: 'tcp',
      destinationPort: 30070,
      target: 'reject-chain',
      comment: 'shop/empty:http',
      service: 'shop/empty:http',
    },
    { protocol: 'tcp', destinationPort: 30071, target: 'drop', comment: 'shop/far:http' },
  ])
  expect(rules.find((rule) => rule.chain === 'service-ips' && rule.protocol === 'udp')).toMatchObject({
    destination: '10.96.0.2',
    destinationPort: 53,
    service: 'kube-system/kube-dns:dns',
  })
})

test('iptables-nft in nft’s words: counters, negations, random bits', () => {
  const { value, notUnderstood } = parseNftRuleset(fixture('nft-of-iptables.txt'))
  expect(notUnderstood).toEqual([])
  const rules = value.rules.filter((rule) => rule.family === 4)
  expect(rules.find((rule) => rule.destinationPort === 30080)).toMatchObject({
    packets: 17,
    bytes: 1020,
    target: 'KUBE-EXT-I5LIAMPLWKMBJ54B',
  })
  const [masquerade, first] = rules.filter((rule) => rule.chain === 'KUBE-SVC-I5LIAMPLWKMBJ54B')
  expect(masquerade).toMatchObject({ source: '!10.44.0.0/16', destination: '10.96.0.10', conditions: [] })
  expect(first?.probability).toBeCloseTo(1 / 3, 8)
})

test('what is no ruleset is counted', () => {
  expect(parseNftRuleset(linesOf('bash: nft: command not found\n\tdrop'))).toMatchObject({ notUnderstood: [1, 2] })
  expect(parseNftRuleset(linesOf('table ip nat {\n\tchain X {\n\t\t...\n\t}\n}'))).toMatchObject({
    elided: [3],
    notUnderstood: [],
  })
  for (const text of ['', '{}', '{"nftables": 3}', '{"nftables": [', '[]', 'null'])
    expect(parseNftJson(linesOf(text)).value.rules).toEqual([])
  expect(
    parseNftJson(linesOf('{"nftables": [3, null, {"rule": null}, {"map": {"elem": [[1]]}}]}')).value.rules,
  ).toHaveLength(1)
})

test('damaged texts: never thrown over, nothing invented', () => {
  for (const name of ['nft-kube-proxy-a.txt', 'nft-of-iptables.txt'])
    fc.assert(
      fc.property(damaged(fixtureText(`forwarding/${name}`)), (text) => {
        for (const rule of parseNftRuleset(linesOf(text)).value.rules)
          if (rule.destinationPort !== null) expect(text).toContain(String(rule.destinationPort))
      }),
      { numRuns: 60 },
    )
  fc.assert(
    fc.property(
      fc.json(),
      (json) => parseNftJson(linesOf(`{"nftables": [{"rule": ${json}}, {"map": ${json}}, ${json}]}`)) !== null,
    ),
  )
})
