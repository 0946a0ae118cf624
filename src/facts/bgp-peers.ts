import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { connectionsIn, countOf, programOf } from './connections.ts'
import { type Membership, membershipOf } from './known-cluster.ts'
import { got, missing, type Need, need, type View } from './need.ts'

/** BGP, RFC 4271. */
export const BGP_PORT = 179

/** BGP peers that a node dials without getting an answer, held against the list of nodes. */
export interface SilentBgpPeers {
  readonly groups: readonly ConnectionGroup[]
  readonly attempts: number
  readonly addresses: readonly string[]
  /** Which of them are no nodes of this cluster. */
  readonly membership: Membership
  /** The program that dials; null: not named. */
  readonly program: string | null
  /** Sessions of this node that stand, to nodes of the list: a mesh of nodes, not routers of the network around it. */
  readonly meshSessions: number
}

/**
 * BGP peers in SYN_SENT, and which of them the whole list of nodes does not have. null: none waits for an answer.
 * Gaps: missing where peers wait but no whole list of nodes was seen: in a list that was cut anybody may be missing
 */
export const silentBgpPeers: Need<SilentBgpPeers | null> = need('silent-bgp-peers', (view) => {
  const waiting = connectionsIn('SYN_SENT').get(view)
  if (!waiting.ok) return waiting
  const groups = waiting.value.groups.filter(isDialled)
  if (groups.length === 0) return got(null, waiting.incomplete)
  const addresses = [...new Set(groups.map((one) => one.peer.address))]
  const membership = view.cluster && membershipOf(view.cluster, addresses)
  if (!membership) return missing(NO_LIST)
  const names = new Set(groups.map(programOf))
  const [program = null] = names
  return got(
    {
      groups,
      attempts: countOf(groups),
      addresses,
      membership,
      program: names.size === 1 ? program : null,
      meshSessions: meshSessions(view),
    },
    waiting.incomplete,
  )
})

const isDialled = (one: ConnectionGroup): boolean =>
  one.role === 'client' && one.peer.port === BGP_PORT && one.peer.address !== '*'

/** Established BGP sessions, dialled or accepted, whose peer is a node. */
function meshSessions(view: View): number {
  const standing = connectionsIn('ESTABLISHED').get(view)
  if (!standing.ok || view.cluster === null) return 0
  const peers = standing.value.groups
    .filter((one) => (one.local.port ?? one.peer.port) === BGP_PORT)
    .map((one) => one.peer.address)
  const membership = membershipOf(view.cluster, [...new Set(peers)])
  return membership ? new Set(peers).size - membership.outside.length : 0
}

const NO_LIST: Text = {
  en: 'BGP peers wait for an answer; which of them are nodes takes the whole list of nodes with their addresses (kubectl get nodes -o wide)',
  zh: '有 BGP 对端未应答；要判断它们是不是节点，需要带地址的完整节点列表（kubectl get nodes -o wide）',
}
