import type { Cluster, ClusterNode, Pod } from '../model/cluster.ts'
import type { Text } from '../model/text.ts'
import { nodeAddresses } from './cluster.ts'

/** What has an address in a cluster. */
export interface Member {
  readonly kind: 'node' | 'pod' | 'service'
  /** `node-7`, `shop/web-0`. */
  readonly name: string
  readonly text: Text
}

/**
 * Who has which address in a cluster: nodes first, then pods, then Services.
 * Gaps: an address that several pods share is their node's; pods that have ended have none any more
 */
export function peerBook(cluster: Cluster): ReadonlyMap<string, Member> {
  const book = new Map<string, Member>()
  const add = (address: string, member: Member) => {
    if (!book.has(address)) book.set(address, member)
  }
  for (const node of cluster.nodes) for (const address of nodeAddresses(node)) add(address, nodeMember(node))
  for (const [ip, pods] of podsByIp(cluster.pods)) {
    const member = podMember(pods)
    if (member) add(ip, member)
  }
  for (const { namespace, endpoints } of cluster.endpoints)
    for (const { address, pod } of endpoints) if (pod !== null) add(address, ofPod(inNamespace(namespace, pod)))
  for (const { namespace, name, clusterIps, externalIps } of cluster.services) {
    const full = inNamespace(namespace, name)
    const text = { en: `Service ${full}`, zh: `Service ${full}` }
    for (const address of [...(clusterIps ?? []), ...(externalIps ?? [])])
      add(address, { kind: 'service', name: full, text })
  }
  return book
}

const MASTERS = new Set(['master', 'control-plane', 'controlplane'])

function nodeMember({ name, roles }: ClusterNode): Member {
  const isMaster = roles?.some((role) => MASTERS.has(role)) === true
  const text = isMaster
    ? { en: `master ${name}`, zh: `master 节点 ${name}` }
    : { en: `node ${name}`, zh: `节点 ${name}` }
  return { kind: 'node', name, text }
}

const ENDED = new Set(['Succeeded', 'Failed', 'Completed', 'Evicted', 'Error'])

function podsByIp(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const byIp = new Map<string, Pod[]>()
  for (const pod of pods) {
    if (pod.ip === null || ENDED.has(pod.status ?? '')) continue
    const known = byIp.get(pod.ip)
    if (known) known.push(pod)
    else byIp.set(pod.ip, [pod])
  }
  return byIp
}

/** One pod is itself, unless it uses its node's network; several with one address show that it is the node's. */
function podMember([first, ...others]: readonly Pod[]): Member | null {
  if (!first) return null
  if (others.length === 0 && first.hostNetwork !== true) return ofPod(inNamespace(first.namespace, first.name))
  const { node } = first
  if (node === null || others.some((one) => one.node !== node)) return null
  return { kind: 'node', name: node, text: { en: `node ${node}`, zh: `节点 ${node}` } }
}

const ofPod = (name: string): Member => ({ kind: 'pod', name, text: { en: `pod ${name}`, zh: `Pod ${name}` } })

const inNamespace = (namespace: string | null, name: string): string =>
  namespace === null ? name : `${namespace}/${name}`
