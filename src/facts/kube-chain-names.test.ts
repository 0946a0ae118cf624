import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainBelongsTo, kubeChainHash, kubeChainNames } from './kube-chain-names.ts'
import { sha256 } from './sha256.ts'

test('SHA-256 agrees with the runtime', () => {
  const theirs = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const ours = (bytes: Uint8Array) => Buffer.from(sha256(bytes)).toString('hex')
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = new Uint8Array(length).fill(0xa5)
    expect(ours(bytes)).toBe(theirs(bytes))
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => ours(bytes) === theirs(bytes)))
})

test('the chains of kube-proxy 1.7 on a real node', () => {
  expect(kubeChainHash('backend/neo-prod-ccapi-inner-lb:http', 'tcp')).toBe('RK4J2BHJ4QTMGP2E')
  expect(kubeChainHash('backend/neo-prod-ccapi-inner-lb:http', 'tcp', '100.96.179.196:8080')).toBe('HOTTGIVHNU7PF2IZ')
  expect(kubeChainHash('backend/llspay-prod-rpc-lb:grpc', 'TCP')).toBe('J5WKZTVXLKWSTUZM')
})

test('whose chain it is', () => {
  expect(chainBelongsTo('KUBE-SVC-J5WKZTVXLKWSTUZM', 'backend/llspay-prod-rpc-lb:grpc', 'tcp')).toBe(true)
  expect(chainBelongsTo('KUBE-SVC-J5WKZTVXLKWSTUZM', 'backend/llspay-prod-rpc-lb:http', 'tcp')).toBe(false)
  expect(chainBelongsTo('KUBE-SERVICES', 'a/b', 'tcp')).toBeNull()
  const names = kubeChainNames([{ name: 'shop/web', protocol: 'tcp' }])
  expect(names.get(`KUBE-EXT-${kubeChainHash('shop/web', 'tcp')}`)).toBe('shop/web')
  expect(names.get(`KUBE-SVC-${kubeChainHash('shop/web:', 'tcp')}`)).toBe('shop/web')
})
