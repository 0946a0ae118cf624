import type { ClusterNode } from '../model/cluster.ts'
import type { Origin } from '../model/part.ts'
import { nodeAddresses } from './cluster.ts'
import type { View } from './need.ts'
import { ownAddresses } from './own-addresses.ts'

/** Which kube-proxy runs on a node. */
export interface KubeProxyVersion {
  /** `v1.20.2`. */
  readonly text: string
  readonly release: readonly [major: number, minor: number, patch: number]
  /** `image`: its own container's. `kubelet`: the node's kubelet, which is mostly, not always, of the same release. */
  readonly by: 'image' | 'kubelet'
  readonly origin: Origin
}

/** The version of a node's kube-proxy; null: nothing tells. */
export function kubeProxyVersion(view: View): KubeProxyVersion | null {
  return fromImage(view) ?? fromKubelet(view)
}

function fromImage({ snapshot }: View): KubeProxyVersion | null {
  if (!snapshot.containers.ok) return null
  for (const { image, name, origin } of snapshot.containers.data) {
    if (image === null || !(name?.includes('kube-proxy') || image.includes('kube-proxy'))) continue
    const read = readVersion(/[:_-](v?\d{1,2}\.\d{1,3}\.\d{1,3})/.exec(image)?.[1] ?? '')
    if (read) return { ...read, by: 'image', origin }
  }
  return null
}

function fromKubelet(view: View): KubeProxyVersion | null {
  const { cluster, snapshot } = view
  if (!cluster) return null
  const addresses = ownAddresses(view)
  const isThis = (node: ClusterNode) =>
    (snapshot.node.name !== null && shortOf(node.name) === shortOf(snapshot.node.name)) ||
    nodeAddresses(node).some((address) => addresses.has(address))
  const node = cluster.all.nodes.find(isThis)
  const read = readVersion(node?.version ?? '')
  if (!node || !read) return null
  const listing = cluster.listings.find((one) => one.cluster.nodes.some((two) => two.name === node.name))
  const origin = listing?.origin ?? { via: 'kubectl' }
  return { ...read, by: 'kubelet', origin: 'file' in origin ? { ...origin, line: node.line } : origin }
}

const shortOf = (name: string): string => name.toLowerCase().split('.', 1)[0] ?? name

function readVersion(text: string): Pick<KubeProxyVersion, 'text' | 'release'> | null {
  const found = /^v?(\d{1,2})\.(\d{1,3})\.(\d{1,3})/.exec(text)
  if (!found) return null
  const [, major, minor, patch] = found
  return { text: `v${major}.${minor}.${patch}`, release: [Number(major), Number(minor), Number(patch)] }
}

/** First patch release of a series that no longer opens NodePorts: the change of 1.24 was taken over in spring 2022. */
const FREED: ReadonlyMap<number, number> = new Map([
  [21, 14],
  [22, 10],
  [23, 7],
])

/**
 * Whether a kube-proxy of this version opens a listening socket for every NodePort and never accepts on it.
 * Up to 1.20 all do; 1.21, 1.22 and 1.23 until the patch release that took the removal over; from 1.24 on none does.
 * Since 1.37 nftables mode may listen on loopback again (KubeProxyNFTablesLocalhostNodePorts, off by default): those accept.
 * Source: kubernetes/kubernetes #108496, taken over in #108885 (1.23), #108888 (1.22) and #108896 (1.21); #138427
 */
export function opensNodePorts({ release: [major, minor, patch] }: KubeProxyVersion): boolean {
  if (major !== 1) return major < 1
  const freed = FREED.get(minor)
  return freed === undefined ? minor < 24 : patch < freed
}
