// No lab scenario of its own: the list of nodes is that of a cluster. syn-sent-stuck makes the silent peers, at port 179.
import { BGP_PORT, type SilentBgpPeers, silentBgpPeers } from '../facts/bgp-peers.ts'
import type { View } from '../facts/need.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** A node peers with one or two routers of the network around it, seldom with three: so many strangers were nodes once. */
const MORE_THAN_ROUTERS = 3

const words = {
  stale: {
    en: '{program} dials {count} BGP peers that are not among the {nodes} nodes of the cluster: {addresses}',
    zh: '{program} 在连接 {count} 个 BGP 对端，而它们都不在集群的 {nodes} 个节点之中：{addresses}',
  },
  staleOne: {
    en: '{program} dials the BGP peer {addresses}, which is not among the {nodes} nodes of the cluster',
    zh: '{program} 在连接 BGP 对端 {addresses}，而它不在集群的 {nodes} 个节点之中',
  },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  group: {
    en: 'in SYN_SENT towards port 179 of these peers',
    zh: '停在 SYN_SENT，目标为这些对端的 179 端口',
  },
  outside: {
    en: 'silent BGP peers that the list of nodes does not have, of {count}',
    zh: '不应答的 {count} 个 BGP 对端中，节点列表里没有的个数',
  },
  inside: {
    en: 'silent BGP peers that are nodes: {addresses}',
    zh: '不应答但确是节点的 BGP 对端：{addresses}',
  },
  mesh: {
    en: 'BGP sessions that stand, with nodes of the list: this node takes part in a mesh of nodes',
    zh: '与列表中节点已建立的 BGP 会话数：该节点属于节点间全互联（mesh）',
  },
  whichPeers: {
    en: 'Whether these are former nodes or routers outside the cluster: calicoctl node status (type "node-to-node mesh" is a node, "global" and "node specific" are peers that somebody configured); for kube-router, FRR or MetalLB the configuration of their peers.',
    zh: '这些对端是以前的节点还是集群外的路由器：执行 calicoctl node status（类型为 “node-to-node mesh” 的是节点，“global”“node specific” 是人工配置的对端）；kube-router、FRR、MetalLB 则看它们的对端配置。',
  },
  since: {
    en: 'Since when: the age of the Node objects in the data store (calicoctl get nodes -o yaml), held against the day the machines were removed.',
    zh: '从何时开始：把数据存储中 Node 对象的创建时间（calicoctl get nodes -o yaml）与机器下线的日期对照。',
  },
  deleteTitle: {
    en: "Find the peers' entries in Calico's data and delete those of nodes that are gone",
    zh: '在 Calico 的数据中找到这些对端，删除已下线节点的条目',
  },
  deleteRisk: {
    en: 'Deleting the entry of a machine that still runs withdraws the routes to its pods. Be sure that each one is gone.',
    zh: '如果误删仍在运行的机器的条目，到它上面 Pod 的路由会被撤销。务必逐个确认已下线。',
  },
  controllerTitle: {
    en: 'Let the node controller of calico-kube-controllers do it from now on',
    zh: '今后让 calico-kube-controllers 的 node 控制器自动清理',
  },
  controllerRisk: {
    en: 'It deletes the entry of every node that Kubernetes no longer lists; hosts that run Calico without a kubelet must be exempt.',
    zh: '它会删除 Kubernetes 不再列出的所有节点的条目；只运行 Calico 而没有 kubelet 的主机要排除在外。',
  },
  otherTitle: {
    en: 'With another BGP speaker: look at its list of neighbours',
    zh: '使用其他 BGP 程序时：查看它的邻居列表',
  },
  otherRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  notRestart: {
    en: 'Restarting bird or the calico-node pod: its configuration is generated anew from the same data.',
    zh: '重启 bird 或 calico-node：配置会根据同样的数据重新生成。',
  },
  notFirewall: {
    en: 'Opening port 179 in firewalls: nobody is there to answer.',
    zh: '在防火墙上放行 179 端口：对面已经没有主机可以应答。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'stale-bgp-peer',
  title: { en: 'BGP peers that are no nodes any more', zh: 'BGP 对端已不是集群节点' },
  severity: 'warning',
  scope: 'netns',
  needs: { peers: silentBgpPeers },
  words,
  page: {
    what: {
      en: 'A BGP speaker of this node (bird in Calico, kube-router, FRR) dials port 179 of addresses that do not answer and that the cluster does not list as nodes. It dials each of them for ever: after every failed attempt the next one begins, so the number of SYN_SENT stays the same.',
      zh: '本节点上的 BGP 程序（Calico 的 bird、kube-router、FRR）在连接一些地址的 179 端口，这些地址既不应答，也不在集群的节点列表中。它会一直重试：每次失败后立即开始下一次，因此 SYN_SENT 的数量保持不变。',
    },
    why: {
      en: "Machines were removed and their entries stayed. Calico keeps Node objects of its own in its data store; each node takes every other one for a neighbour, and bird's configuration is written from that list. Deleting a node from Kubernetes does not delete it there unless the node controller runs. The harm is small: CPU, log lines, a readiness check of calico-node that fails, and real outages that drown in the noise.",
      zh: '机器下线了，条目却留了下来。Calico 在自己的数据存储里维护 Node 对象；每个节点都把其余所有节点当作邻居，bird 的配置就由这份列表生成。从 Kubernetes 删除节点时，除非运行了 node 控制器，否则那里不会同步删除。危害不大：消耗一些 CPU，产生日志，calico-node 的就绪检查失败，真正的故障也会淹没在噪声里。',
    },
    confirm: {
      en: '`ss -tanp state syn-sent dport = :179` and `kubectl get nodes -o wide`: addresses of the first that the second does not have. `calicoctl node status` shows them as Connect or Active, never Established; `birdcl show protocols` inside calico-node names them Mesh_….',
      zh: '对比 `ss -tanp state syn-sent dport = :179` 与 `kubectl get nodes -o wide`：前者有而后者没有的地址。`calicoctl node status` 中它们停在 Connect 或 Active，从不进入 Established；在 calico-node 里执行 `birdcl show protocols`，名字为 Mesh_…。',
    },
    fix: {
      en: 'Delete the entries: `calicoctl delete node NAME` for each one that is really gone. Run calico-kube-controllers with its node controller so that it does not happen again.',
      zh: '删除条目：对每个确已下线的节点执行 `calicoctl delete node NAME`。运行带 node 控制器的 calico-kube-controllers，避免再次发生。',
    },
    notToConfuse: {
      en: '- Silent peers that are nodes: they are down, or something drops port 179 between the nodes.\n- Peers outside the cluster that somebody configured (top-of-rack routers, route reflectors): no nodes by design; when they are silent, the network is at fault.\n- Other ports with stale members (gossip, etcd): the same mistake in another list, see `syn-sent-stuck`.\n- A node that has just joined: the list may be older than the sockets.',
      zh: '- 不应答的对端确是节点：它已宕机，或者节点之间有设备丢弃 179 端口的报文。\n- 人工配置的集群外对端（机架交换机、路由反射器）：本来就不是节点；它们不应答时是网络的问题。\n- 其他端口的过期成员（gossip、etcd）：同样的错误出在别的列表里，见 `syn-sent-stuck`。\n- 刚加入的节点：节点列表可能比套接字更旧。',
    },
    sources: [
      'Calico documentation: Decommission a node; Configure BGP peering',
      'projectcalico/calico#2561, projectcalico/calico#8804',
      'RFC 4271, section 8 (states of a BGP session)',
    ],
  },
  thresholds: [
    {
      value: '3',
      reason: {
        en: 'peers that are no nodes: a node may have one or two routers of its network, seldom three, so more were nodes once',
        zh: '不是节点的对端数：节点可能有一两台网络路由器作对端，很少到三台，更多则曾经是节点',
      },
    },
    {
      value: '179',
      reason: {
        en: 'the port of BGP (RFC 4271)',
        zh: 'BGP 的端口（RFC 4271）',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-sent-stuck',
      shared: 'port',
      why: {
        en: 'The peers that do not answer on port 179 are the ones that are gone: as long as they stand in the list of peers, they are dialled.',
        zh: '179 端口上不应答的正是这些已下线的对端：只要还在对端列表里，就会一直被连接。',
      },
    },
  ],
  check({ peers }, view) {
    return peers && peers.membership.outside.length > 0 ? [draftOf(peers, view)] : []
  },
})

function draftOf(peers: SilentBgpPeers, view: View): Draft {
  const { membership, program } = peers
  const { outside, nodes } = membership
  const confidence = confidenceOf(peers)
  const name = program === null ? words.unknownProgram : { en: program, zh: program }
  const fillings = { program: name, count: outside.length, nodes, addresses: formatList(outside, SHOWN) }
  return {
    subject: {
      kind: 'process',
      key: `${program ?? 'unknown'} BGP peers`,
      port: BGP_PORT,
      ...(program === null ? {} : { process: program }),
    },
    severity: confidence === 'possible' ? 'info' : 'warning',
    confidence,
    when: 'now',
    summary: say(outside.length === 1 ? words.staleOne : words.stale, fillings),
    evidence: evidenceOf(peers, view),
    remedies: remedies(outside, view),
    notHelpful: [words.notRestart, words.notFirewall],
    unknowns: [words.whichPeers, words.since],
  }
}

const SHOWN = 12

/** Routers around the cluster are no nodes either: one or two strangers take a mesh of nodes beside them to be former nodes. */
const confidenceOf = ({ membership, meshSessions }: SilentBgpPeers): Confidence =>
  membership.outside.length >= MORE_THAN_ROUTERS || meshSessions >= MORE_THAN_ROUTERS ? 'likely' : 'possible'

function evidenceOf({ groups, addresses, membership, meshSessions }: SilentBgpPeers, view: View): readonly Evidence[] {
  const { outside, nodes, list } = membership
  const stale = groups.filter((one) => outside.includes(one.peer.address))
  const inside = addresses.filter((one) => !outside.includes(one))
  const [first] = stale
  const source = first?.origin ?? list.origin
  const command = inNetns(view, `ss -tanp state syn-sent 'dport = :${BGP_PORT}'`)
  const plain = { unit: null, limit: null, source, command: null }
  return [
    {
      label: words.group,
      value: stale.reduce((sum, one) => sum + one.count, 0),
      unit: 'connections',
      limit: null,
      source,
      command,
    },
    {
      label: say(words.outside, { count: addresses.length }),
      value: outside.length,
      unit: 'peers',
      limit: nodes,
      source: list.origin,
      command: 'kubectl get nodes -o wide',
    },
    ...(inside.length > 0
      ? [{ ...plain, label: say(words.inside, { addresses: formatList(inside, SHOWN) }), value: inside.length }]
      : []),
    ...(meshSessions > 0 ? [{ ...plain, label: words.mesh, value: meshSessions }] : []),
  ]
}

function remedies(outside: readonly string[], view: View): readonly Remedy[] {
  const some = outside.slice(0, SHOWN)
  const verify = inNetns(view, `ss -Htan state syn-sent 'dport = :${BGP_PORT}' | wc -l`)
  return [
    {
      title: words.deleteTitle,
      action: `calicoctl get nodes -o wide | grep -wF ${some.map((one) => `-e ${one}`).join(' ')}\ncalicoctl delete node NAME`,
      language: 'sh',
      risk: words.deleteRisk,
      verify,
    },
    {
      title: words.controllerTitle,
      action:
        'apiVersion: projectcalico.org/v3\nkind: KubeControllersConfiguration\nmetadata:\n  name: default\nspec:\n  controllers:\n    node:\n      reconcilerPeriod: 5m',
      language: 'yaml',
      risk: words.controllerRisk,
      verify: 'kubectl -n kube-system get deploy calico-kube-controllers',
    },
    {
      title: words.otherTitle,
      action: 'birdcl show protocols\nvtysh -c "show bgp summary"\ngobgp neighbor',
      language: 'sh',
      risk: words.otherRisk,
      verify,
    },
  ]
}
