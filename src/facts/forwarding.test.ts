import { describe, expect, test } from 'vitest'
import { fixtureLines, linesOf } from '../../test/fixture-lines.ts'
import type { Forwarding } from '../model/nat.ts'
import { parseIptablesList } from '../parse/iptables-list.ts'
import { parseIptablesSave } from '../parse/iptables-save.ts'
import { parseIpvs } from '../parse/ipvsadm.ts'
import { parseNftJson } from '../parse/nft-json.ts'
import { parseNftRuleset } from '../parse/nft-ruleset.ts'
import { forwardingsOf } from './forwarding.ts'
import { ipvsForwardings } from './ipvs-forwarding.ts'

const fixture = (name: string) => fixtureLines(`forwarding/${name}`)
const saved = (name: string) => forwardingsOf(parseIptablesSave(fixture(name)).value.rules)

/** The row that a person would write. */
const row = (one: Forwarding) =>
  [
    one.service ?? '?',
    one.nodePort ?? '-',
    one.addresses
      .map((place) => `${place.kind} ${place.address}:${place.port}`)
      .toSorted()
      .join(' ') || '-',
    one.refused ??
      `${one.endpoints.map((to) => `${to.address}:${to.port}=${to.share?.toFixed(3)}`).join(' ')} of ${one.endpointCount}`,
    one.localOnly ? 'local' : 'cluster',
  ].join(' | ')
const table = (all: readonly Forwarding[]) => all.map(row).toSorted()

const CART = '10.44.0.11:8080=0.333 10.44.0.12:8080=0.333 10.44.0.13:8080=0.333 of 3'
const DNS = 'kube-system/kube-dns:dns | - | cluster 10.96.0.2:53 | 10.44.0.2:53=0.500 10.44.0.3:53=0.500 of 2 | cluster'

describe('kube-proxy 1.32', () => {
  const expected = [
    DNS,
    `shop/cart:http | 30080 | cluster 10.96.0.10:80 external 198.51.100.8:80 | ${CART} | cluster`,
    'shop/empty:http | 30070 | unknown 10.96.0.30:80 | no endpoints | cluster',
    'shop/far:http | 30071 | - | no local endpoints | cluster',
    'shop/web | 30090 | cluster 10.96.0.20:80 load balancer 198.51.100.7:80 | 10.44.0.21:80=1.000 of 1 | local',
  ]

  test.each(['iptables-legacy-save.txt', 'iptables-nft-save-c.txt'])('%s', (name) => {
    expect(table(saved(name))).toEqual(expected)
  })

  test('iptables -t nat -L -n -v -x --line-numbers', () => {
    const { rules } = parseIptablesList(fixture('iptables-legacy-L-nvx.txt'), { table: 'nat', family: 4 }).value
    expect(table(forwardingsOf(rules))).toEqual(expected.filter((one) => !one.includes('no ')))
  })

  test('IPv6', () => {
    const all = saved('ip6tables-nft-save.txt')
    expect(all.every((one) => one.family === 6)).toBe(true)
    expect(all.find((one) => one.nodePort === 30080)?.endpoints.map((to) => to.address)).toEqual([
      'fd44::b',
      'fd44::c',
      'fd44::d',
    ])
  })

  test('both families in one input stay apart', () => {
    const rules = ['iptables-legacy-save.txt', 'ip6tables-legacy-save.txt'].flatMap(
      (name) => parseIptablesSave(fixture(name)).value.rules,
    )
    const carts = forwardingsOf(rules).filter((one) => one.nodePort === 30080)
    expect(carts.map((one) => [one.family, one.endpointCount])).toEqual([
      [4, 3],
      [6, 3],
    ])
  })

  test('nftables mode: text, with handles, and JSON tell the same', () => {
    const texts = ['nft-kube-proxy.txt', 'nft-kube-proxy-a.txt'].map((name) => parseNftRuleset(fixture(name)))
    expect(texts.map((one) => one.notUnderstood)).toEqual([[], []])
    const json = parseNftJson(fixture('nft-kube-proxy.json'))
    for (const one of [...texts, json])
      expect(table(forwardingsOf(one.value.rules))).toEqual([
        DNS,
        `shop/cart:http | 30080 | cluster 10.96.0.10:80 | ${CART} | cluster`,
        'shop/empty:http | 30070 | unknown 10.96.0.30:80 | no endpoints | cluster',
        'shop/far:http | 30071 | - | no local endpoints | cluster',
        'shop/web:http | 30090 | cluster 10.96.0.20:80 unknown 198.51.100.7:80 | 10.44.0.21:80=1.000 of 1 | local',
      ])
  })

  test("nft's view of iptables-nft: no comments, in JSON no probabilities", () => {
    const cart = (all: readonly Forwarding[]) => all.find((one) => one.nodePort === 30080 && one.family === 4)
    const text = cart(forwardingsOf(parseNftRuleset(fixture('nft-of-iptables.txt')).value.rules))
    expect(text).toMatchObject({ backend: 'iptables', service: null, endpointCount: 3 })
    expect(text?.endpoints.map((to) => [to.address, to.share?.toFixed(3)])).toEqual([
      ['10.44.0.11', '0.333'],
      ['10.44.0.12', '0.333'],
      ['10.44.0.13', '0.333'],
    ])
    const json = cart(forwardingsOf(parseNftJson(fixture('nft-of-iptables.json')).value.rules))
    expect(json?.endpoints.map((to) => to.share)).toEqual([null, null, null])
  })
})

test('kube-proxy 1.9: five digits, KUBE-XLB, KUBE-FW, the colon of a port without a name', () => {
  const all = saved('iptables-1.9-save.txt')
  const orders = all.find((one) => one.nodePort === 31100)
  expect(orders).toMatchObject({ service: 'shop/orders:http', endpointCount: 12, countIsAtLeast: false })
  for (const endpoint of orders?.endpoints ?? []) expect(endpoint.share).toBeCloseTo(1 / 12, 4)
  expect(all.find((one) => one.nodePort === 31443)).toMatchObject({ localOnly: true, endpointCount: 1 })
  expect(all.find((one) => one.service === 'shop/gone')).toMatchObject({ refused: 'no endpoints' })
})

describe('the pasted rules of a production node', () => {
  const read = parseIptablesSave(fixture('seed-iptables-S-30720.txt'), { table: 'nat', family: 4 })
  const [one, ...others] = forwardingsOf(read.value.rules, read.elided)

  test('40 equal endpoints, of which 38 are not seen', () => {
    expect(others).toEqual([])
    expect(one).toMatchObject({
      service: 'backend/neo-prod-ccapi-inner-lb:http',
      nodePort: 30720,
      chain: 'KUBE-SVC-RK4J2BHJ4QTMGP2E',
      addresses: [{ address: '100.71.52.243', port: 80, kind: 'cluster' }],
      endpointCount: 40,
      refused: null,
      chainNotSeen: false,
    })
    expect(one?.endpoints).toHaveLength(40)
    for (const endpoint of one?.endpoints ?? []) expect(endpoint.share).toBeCloseTo(0.025, 4)
    const shares = one?.endpoints.reduce((sum, endpoint) => sum + (endpoint.share ?? 0), 0)
    expect(shares).toBeCloseTo(1, 9)
    expect(
      one?.endpoints.filter((endpoint) => endpoint.address !== null).map((to) => `${to.address}:${to.port}`),
    ).toEqual(['100.96.179.196:8080', '100.97.100.231:8080'])
  })

  test('what was left out is said: every line is accounted for', () => {
    expect(read.notUnderstood).toEqual([])
    expect(read.elided).toHaveLength(13)
    // `...` stands right in front of the first branch.
    expect(one?.countIsAtLeast).toBe(true)
  })

  test('a grep for the port: the chain is not seen, which is not "no endpoints"', () => {
    const grep = parseIptablesSave(fixture('seed-iptables-S-31425.txt'))
    expect(forwardingsOf(grep.value.rules)).toMatchObject([
      {
        service: 'backend/llspay-prod-rpc-lb:grpc',
        nodePort: 31425,
        chain: 'KUBE-SVC-J5WKZTVXLKWSTUZM',
        endpoints: [],
        endpointCount: null,
        refused: null,
        chainNotSeen: true,
      },
    ])
  })

  test('branches missing in the middle or at the end', () => {
    const without = (drop: (index: number) => boolean) => {
      let branch = 0
      const kept = read.value.rules.filter((rule) => !rule.chain.startsWith('KUBE-SVC-') || !drop(branch++))
      return forwardingsOf(kept)[0]
    }
    const middle = without((index) => index >= 10 && index < 20)
    expect(middle).toMatchObject({ endpointCount: 40 })
    expect(middle?.endpoints).toHaveLength(30)
    expect(middle?.endpoints.filter((endpoint) => endpoint.share === null)).toHaveLength(20)
    expect(without((index) => index >= 35)).toMatchObject({ endpointCount: 40 })
  })
})

test('chains that lead in a circle end', () => {
  const rules = parseIptablesSave(
    linesOf(
      [
        '-A KUBE-NODEPORTS -p tcp -m tcp --dport 30001 -j KUBE-EXT-AAAAAAAAAAAAAAAA',
        '-A KUBE-EXT-AAAAAAAAAAAAAAAA -j KUBE-SVC-AAAAAAAAAAAAAAAA',
        '-A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-EXT-AAAAAAAAAAAAAAAA',
      ].join('\n'),
    ),
  ).value.rules
  expect(forwardingsOf(rules)).toMatchObject([{ nodePort: 30001, endpoints: [], chainNotSeen: true }])
})

test('IPVS: shares by weight; what an address is, the kernel does not know', () => {
  const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.20.0.5:30080 rr
  -> 10.44.0.11:8080              Masq    3      2          0
  -> 10.44.0.12:8080              Masq    1      0          9
TCP  10.96.0.30:80 rr`
  const [one, two] = ipvsForwardings(parseIpvs(linesOf(text)).value.services)
  expect(one).toMatchObject({
    backend: 'ipvs',
    nodePort: null,
    addresses: [{ address: '10.20.0.5', port: 30080, kind: 'unknown' }],
  })
  expect(one?.endpoints.map((to) => to.share)).toEqual([0.75, 0.25])
  expect(two).toMatchObject({ endpoints: [], endpointCount: 0 })
})
