import { expect, test } from 'vitest'
import { fixtureLines, linesOf } from '../../test/fixture-lines.ts'
import { parseIpvs } from '../parse/ipvsadm.ts'
import { parseKubectlDescribe } from '../parse/kubectl-describe.ts'
import { parseKubectlGet } from '../parse/kubectl-get.ts'
import { parseKubeObjects } from '../parse/kubectl-yaml.ts'
import { parseNftRuleset } from '../parse/nft-ruleset.ts'
import { addressBook, nodeAddresses, sharedEndpoints, uniteClusters } from './cluster.ts'
import { forwardingsOf } from './forwarding.ts'
import { nameForwardings } from './forwarding-names.ts'
import { ipvsForwardings } from './ipvs-forwarding.ts'

const described = (name: string) =>
  parseKubectlDescribe(fixtureLines(`kubectl/${name}.txt`), { namespace: 'backend' }).value
const got = (name: string) => parseKubectlGet(fixtureLines(`kubectl/${name}.txt`), { namespace: 'backend' }).value

test('four commands about one Service make one picture', () => {
  const cluster = uniteClusters([
    described('seed-describe-svc-llspay-prod-rpc-lb'),
    got('seed-get-ep'),
    described('seed-describe-ep'),
    got('seed-get-pods-wide-grep'),
  ])
  expect(cluster.services).toHaveLength(1)
  expect(cluster.endpoints).toMatchObject([{ service: 'llspay-prod-rpc-lb', more: 0 }])
  expect(cluster.endpoints[0]?.endpoints).toHaveLength(6)
  const book = addressBook(cluster)
  for (const { address } of cluster.endpoints[0]?.endpoints ?? []) expect(book.get(address)?.kind).toBe('pod')
  expect(book.get('100.70.205.110')).toMatchObject({ kind: 'service', service: { name: 'llspay-prod-rpc-lb' } })
})

test('of a list that was cut, the rest stays unknown', () => {
  const [set] = uniteClusters([described('seed-describe-svc-llspay-prod-rpc-lb'), got('seed-get-ep')]).endpoints
  expect(set).toMatchObject({ more: 3 })
  expect(set?.endpoints).toHaveLength(3)
  const twoPorts = uniteClusters([parseKubectlDescribe(fixtureLines('kubectl/describe-svc-1.33.txt')).value])
  expect(twoPorts.endpoints.find((one) => one.service === 'cart')).toMatchObject({ more: 2 })
})

test('two Services that share their endpoints, as far as three of forty tell', () => {
  const names = ['neo-prod-ccapi-inner-lb', 'neo-prod-ccapi-inner-lb2', 'llspay-prod-rpc-lb']
  const shared = sharedEndpoints(uniteClusters(names.map((name) => described(`seed-describe-svc-${name}`))))
  expect(shared.map((one) => [one.sets.map((set) => set.service), one.whole])).toEqual([[names.slice(0, 2), false]])
})

test('nodes are known by the address in their name; six BGP peers and four others are none of them', () => {
  const cluster = got('seed-get-nodes')
  expect(cluster.nodes.map(nodeAddresses).every((addresses) => addresses.length === 1)).toBe(true)
  const book = addressBook(cluster)
  expect(book.get('10.3.32.171')).toMatchObject({ kind: 'node' })
  expect(book.get('10.3.63.151')).toMatchObject({ kind: 'node' })
  const peers =
    '10.3.45.28 10.3.33.41 10.3.55.58 10.3.37.233 10.3.39.203 10.3.63.228 10.3.39.22 10.3.53.170 10.3.0.250 10.3.48.41'
  for (const peer of peers.split(' ')) expect(book.has(peer)).toBe(false)
})

test('rules without comments get their names from the chains, IPVS from addresses and NodePorts', () => {
  const { services } = parseKubeObjects(fixtureLines('kubectl/services.yaml')).value
  const { rules } = parseNftRuleset(fixtureLines('forwarding/nft-of-iptables.txt')).value
  const named = nameForwardings(forwardingsOf(rules), services).filter((one) => one.family === 4)
  expect(named.map((one) => [one.nodePort, one.service, one.namedBy])).toEqual([
    [30080, 'shop/cart:http', 'chain'],
    [30090, 'shop/web', 'chain'],
    [null, null, null],
    [30070, null, null],
    [30071, null, null],
    [null, null, null],
  ])
  const ipvs = parseIpvs(linesOf('TCP  10.96.0.10:80 rr\nTCP  10.20.0.5:30080 rr\nTCP  10.20.0.5:31111 rr')).value
    .services
  expect(
    nameForwardings(ipvsForwardings(ipvs), services).map((one) => [one.service, one.nodePort, one.namedBy]),
  ).toEqual([
    ['shop/cart:http', null, 'address'],
    ['shop/cart:http', 30080, 'node port'],
    [null, null, null],
  ])
})
