import type { Text } from '../model/text.ts'
import { type KnownCluster, membershipOf } from './known-cluster.ts'
import type { View } from './need.ts'
import { type Member, peerBook } from './peer-book.ts'

/**
 * What stands behind an address.
 * - `self`: an address of this machine or pod. `loopback`, `metadata`: the same everywhere
 * - `node`, `pod`, `service`: of the cluster that this machine is a node of
 * - `no-node`: every node of the cluster was listed, and none has it; it may still be a pod or a Service
 * - `outside`: nodes, pods and Services were all listed whole, and none of them has it
 */
export interface PeerName {
  readonly kind: 'self' | 'loopback' | 'metadata' | 'node' | 'pod' | 'service' | 'no-node' | 'outside'
  /** As Kubernetes calls it: `node-7`, `shop/web-0`; null where the kind says all. */
  readonly name: string | null
  readonly text: Text
}

/** Whose address this is; null: nothing that was seen tells. A list that is not whole proves presence, never absence. */
export function peerName(view: View, address: string): PeerName | null {
  const fixed = fixedName(address)
  if (fixed) return fixed
  const { cluster } = view
  const member = cluster ? bookOf(cluster).get(address) : undefined
  const isOwn = ownOf(view).has(address)
  if (member && !(isOwn && member.kind === 'node')) return member
  if (isOwn) return SELF
  if (!cluster || !IP.test(address)) return null
  if (!membershipOf(cluster, [])) return null
  return wholeKinds(cluster) ? OUTSIDE : NO_NODE
}

const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)(?:%\S{1,32})?$/i

const named = (kind: PeerName['kind'], en: string, zh: string): PeerName => ({ kind, name: null, text: { en, zh } })

const SELF = named('self', 'this machine', '本机')
const LOOPBACK = named('loopback', 'loopback', '本机回环')
const METADATA = named('metadata', 'cloud metadata service', '云元数据服务')
const NO_NODE = named('no-node', 'no node of the cluster', '不是集群节点')
const OUTSIDE = named('outside', 'unknown, not in this cluster', '未知，不在该集群中')

/** Link-local addresses at which clouds answer, and Alibaba's. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set(['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'])

function fixedName(address: string): PeerName | null {
  if (METADATA_ADDRESSES.has(address)) return METADATA
  return address === '::1' || address.startsWith('127.') ? LOOPBACK : null
}

/** Every node, every pod of every namespace and every Service was listed. */
function wholeKinds({ listings }: KnownCluster): boolean {
  const whole = new Set(
    listings.flatMap((one) =>
      one.cuts.length > 0 ? [] : one.coverage.flatMap((set) => (set.of === 'keys' ? set.keys : [])),
    ),
  )
  return whole.has('nodes') && whole.has('pods') && whole.has('services')
}

/** Worked out once for each cluster and namespace, however many peers are asked for. */
const books = new WeakMap<KnownCluster, ReadonlyMap<string, Member>>()
const own = new WeakMap<View, ReadonlySet<string>>()

function bookOf(cluster: KnownCluster): ReadonlyMap<string, Member> {
  const known = books.get(cluster) ?? peerBook(cluster.all)
  books.set(cluster, known)
  return known
}

/** Addresses of this namespace, and of the machine it is on. */
function ownOf(view: View): ReadonlySet<string> {
  const known = own.get(view) ?? new Set(view.snapshot.netns.filter((one) => isHere(view, one)).flatMap(addressesOf))
  own.set(view, known)
  return known
}

const isHere = ({ netns }: View, one: View['netns']): boolean => one === netns || one.kind === 'host'

function addressesOf({ network, connections }: View['netns']): readonly string[] {
  const shown = network.ok ? (network.data.addresses ?? []).map((one) => one.address) : []
  const used = connections.ok ? connections.data.map((one) => one.local.address) : []
  return [...shown, ...used].filter((one) => one !== '*' && one !== '0.0.0.0' && one !== '::')
}
