import { expect, it } from 'vitest'
import { kubeCluster } from '../../test/rules/kube-node.ts'
import { netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { viewOf } from '../../test/rules/test-rule.ts'
import { kubeProxyVersion, opensNodePorts } from './kube-proxy-version.ts'

const nodes = (rows: string) =>
  kubeCluster([{ text: `NAME   STATUS   ROLES   AGE   VERSION\n${rows}`, whole: ['nodes'] }])
const read = (rows: string) => kubeProxyVersion(viewOf({ readings: [snapshot(netns())], cluster: nodes(rows) }))

it.each([
  ['v1.8.1', true],
  ['v1.20.15', true],
  ['v1.21.13', true],
  ['v1.21.14', false],
  ['v1.22.9', true],
  ['v1.23.7', false],
  ['v1.24.0', false],
  ['v1.37.0', false],
])('%s opens NodePorts: %s', (version, opens) => {
  const found = read(`node-1   Ready   <none>   9d   ${version}`)
  expect(found && opensNodePorts(found)).toBe(opens)
})

it('reads versions as distributions write them', () => {
  expect(read('node-1   Ready   <none>   9d   v1.21.5-eks-bc4871b')).toMatchObject({ text: 'v1.21.5', by: 'kubelet' })
  expect(read('node-1.example.net   Ready   <none>   9d   v1.28.2+k3s1')?.release).toEqual([1, 28, 2])
})

it('takes no other node’s version', () => {
  expect(read('node-2   Ready   <none>   9d   v1.20.4')).toBeNull()
})
