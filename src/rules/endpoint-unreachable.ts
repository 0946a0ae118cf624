import type { View } from '../facts/need.ts'
import { type SilentEndpoint, type SilentService, silentEndpoints } from '../facts/silent-endpoints.ts'
import type { Obstacle } from '../facts/way-to.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** An attempt under way stands unanswered for one round trip: three of one endpoint, and no answered one, are no chance. */
const FEW = 3
/** So many at one glance take no second reading. */
const MANY = 8

const words = {
  silent: {
    en: '{service}: {silent} of its endpoints do not answer: {endpoints}; {waiting} connections sent there wait{why}',
    zh: '{service}：有 {silent} 个端点没有应答：{endpoints}；转给它们的 {waiting} 条连接在等待{why}',
  },
  silentOf: {
    en: '{service}: {silent} of {all} endpoints do not answer: {endpoints}; {waiting} connections sent there wait{why}',
    zh: '{service}：{all} 个端点中有 {silent} 个没有应答：{endpoints}；转给它们的 {waiting} 条连接在等待{why}',
  },
  blocked: {
    en: '{service}: rules send connections to {endpoints}, where no packet gets to{why}',
    zh: '{service}：规则把连接转给 {endpoints}，而报文到不了那里{why}',
  },
  blackhole: { en: ': the route there is "{what}"', zh: '：去往那里的路由是 “{what}”' },
  noRoute: { en: ': there is no route, or its interface is down ({what})', zh: '：没有路由，或其接口已关闭（{what}）' },
  noNeighbour: { en: ': {what} does not answer on the link (ARP)', zh: '：{what} 在链路上没有应答（ARP）' },
  noWhy: { en: '', zh: '' },
  waiting: {
    en: '{endpoint}: connections that wait for its answer, of {sources} clients; none was answered',
    zh: '{endpoint}：等待应答的连接，来自 {sources} 个客户端；没有一条得到应答',
  },
  persisting: {
    en: '{endpoint}: of these already at the reading before',
    zh: '{endpoint}：其中前一次读数时就在等待的',
  },
  route: { en: '{endpoint}: route', zh: '{endpoint}：路由' },
  neighbour: { en: '{endpoint}: nobody answers on the link for', zh: '{endpoint}：链路上无人应答的地址' },
  probe: { en: '{endpoint}: {said}', zh: '{endpoint}：{said}' },
  reasons: {
    en: 'Why it is silent: the pod or its node is gone and the rule stayed, a firewall or network policy on its node drops the SYN, the overlay between the nodes is broken, or its accept queue is full. On the node of the endpoint: tcpdump -ni any tcp port {port}: if the SYN arrives there, it is the last or a policy.',
    zh: '没有应答的原因：Pod 或其节点已不存在而规则仍在、对端节点的防火墙或网络策略丢弃了 SYN、节点间的隧道网络中断，或者它的 accept 队列已满。在端点所在节点执行 tcpdump -ni any tcp port {port}：如果 SYN 到达了，就是最后一种或策略所致。',
  },
  oneReading: {
    en: 'One reading cannot tell a long wait from a short one: conntrack -L twice, three seconds apart; the same client ports are the same attempts.',
    zh: '一次读数无法区分等待的长短：隔三秒执行两次 conntrack -L；客户端端口相同的就是同一次尝试。',
  },
  lookTitle: {
    en: 'See whether the endpoint is still a pod, and try it from this node',
    zh: '确认该端点是否仍是 Pod，并从本节点尝试连接',
  },
  lookRisk: { en: 'none, one connection attempt each', zh: '无，每个端点只尝试连接一次' },
  evictTitle: {
    en: 'Take the endpoint out of the Service until it answers: delete its pod, or make its readiness probe fail',
    zh: '在恢复之前把该端点移出 Service：删除它的 Pod，或让就绪探针失败',
  },
  evictRisk: {
    en: 'The pod is started anew elsewhere; connections that it serves by another way end.',
    zh: 'Pod 会在别处重建；它正通过其他途径服务的连接会中断。',
  },
  notScale: {
    en: 'More replicas: every new connection is still dealt to the silent endpoint with its share.',
    zh: '增加副本：新连接仍会按比例分到没有应答的端点。',
  },
  notTimeout: {
    en: 'Longer client timeouts: conntrack keeps sending the repeated SYN of one connection to the same endpoint.',
    zh: '加长客户端超时：conntrack 会把同一连接重发的 SYN 一直送往同一个端点。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'endpoint-unreachable',
  title: { en: 'Endpoints of a Service do not answer', zh: 'Service 的端点没有应答' },
  severity: 'critical',
  scope: 'netns',
  needs: { silent: silentEndpoints },
  words,
  page: {
    what: {
      en: 'DNAT has chosen an endpoint for a connection, and the SYN that was sent there gets no answer. conntrack shows it as SYN_SENT [UNREPLIED] with the endpoint as the source of the reply. Clients of the Service time out with the share that this endpoint has of it: one of three dead endpoints fails every third connection.',
      zh: 'DNAT 已为连接选定端点，但发往那里的 SYN 没有应答。在 conntrack 中表现为 SYN_SENT [UNREPLIED]，应答方向的源地址就是该端点。Service 的客户端会按该端点所占比例超时：三个端点死掉一个，就有三分之一的连接失败。',
    },
    why: {
      en: 'The rule points to a pod that is gone or to a node that is cut off; a route is missing or says blackhole (calico keeps one for the addresses of its own that no pod has); the neighbour does not answer ARP; forwarding is off; a policy at the other end drops; the pod does not accept.',
      zh: '规则指向已不存在的 Pod 或失联的节点；缺少路由，或路由是 blackhole（calico 为自己地址段中没有 Pod 使用的地址保留这种路由）；邻居不应答 ARP；转发被关闭；对端的策略丢弃；Pod 没有 accept。',
    },
    confirm: {
      en: '`conntrack -L -p tcp --state SYN_SENT` twice; `ip route get ADDRESS`; `ip neigh show ADDRESS`; `nc -vz ADDRESS PORT` from the node. Compare with `kubectl get endpointslices`.',
      zh: '执行两次 `conntrack -L -p tcp --state SYN_SENT`；再看 `ip route get 地址`、`ip neigh show 地址`；从节点上 `nc -vz 地址 端口`。并与 `kubectl get endpointslices` 对照。',
    },
    fix: {
      en: 'If the endpoint is no pod any more: the rules are stale, see why kube-proxy does not write them. If it is one: repair the path to its node, or take the pod out of service.',
      zh: '如果端点已不是 Pod：规则过期，应查 kube-proxy 为何没有更新。如果仍是：修复到其节点的路径，或把该 Pod 移出服务。',
    },
    notToConfuse: {
      en: '- One or two SYN_SENT entries: connects under way.\n- An endpoint that answers others: it is reachable, and slow or full.\n- UDP entries without reply: one-way traffic is normal there.\n- SYN_SENT without translation: that is no Service, see `syn-sent-stuck`.\n- "Connection refused": the endpoint is reached, nobody listens; see `port-not-listening`.',
      zh: '- 一两条 SYN_SENT 条目：正在建立的连接。\n- 对别的连接有应答的端点：可以到达，只是慢或已满。\n- 没有应答的 UDP 条目：单向流量很正常。\n- 未经转换的 SYN_SENT：不属于 Service，见 `syn-sent-stuck`。\n- “Connection refused”：已到达端点但没有监听，见 `port-not-listening`。',
    },
    sources: [
      'Linux net/netfilter/nf_conntrack_proto_tcp.c (states), Documentation/networking/nf_conntrack-sysctl.rst (timeout_syn_sent)',
      'ip-route(8), ip-neighbour(8), conntrack(8)',
      'Calico documentation: IP pools, blackhole routes of a block',
    ],
  },
  thresholds: [
    {
      value: '3',
      reason: {
        en: 'attempts at one endpoint, none of them answered: each stands unanswered for one round trip, so three are no chance',
        zh: '对同一端点的未应答尝试数，且没有任何成功：每次只会停留一个往返时间，三个不是巧合',
      },
    },
    {
      value: '8',
      reason: {
        en: 'at a single reading: so many take no second one',
        zh: '单次读数中的个数：这么多就不必再读第二次',
      },
    },
  ],
  effects: [],
  check({ silent }, view) {
    return silent.flatMap((one) => {
      const draft = judge(one, view)
      return draft ? [draft] : []
    })
  },
})

function judge(group: SilentService, view: View): Draft | null {
  const endpoints = group.endpoints.filter((one) => confidenceOf(one) !== null)
  const [first] = endpoints
  if (!first) return null
  const grades = endpoints.map(confidenceOf)
  const confidence = GRADES.find((one) => grades.includes(one)) ?? 'possible'
  const waiting = endpoints.reduce((sum, one) => sum + one.waiting, 0)
  const names = formatList(endpoints.map(nameOf), 4)
  const fillings = {
    service: group.service ?? group.place,
    silent: endpoints.length,
    all: group.all ?? 0,
    endpoints: names,
    waiting,
    why: whyOf(endpoints.find((one) => one.obstacle)?.obstacle ?? null),
  }
  const template = waiting === 0 ? words.blocked : group.all === null ? words.silent : words.silentOf
  return {
    subject: {
      kind: 'service',
      key: group.place,
      ...(group.service === null ? {} : { service: group.service }),
      ...(group.port === null ? {} : { port: group.port }),
    },
    severity: confidence === 'possible' ? 'info' : waiting > 0 ? 'critical' : 'warning',
    confidence,
    when: 'now',
    summary: say(template, fillings),
    evidence: endpoints.slice(0, SHOWN).flatMap((one) => evidenceOf(one, view)),
    remedies: remedies(endpoints.slice(0, SHOWN), view),
    notHelpful: [words.notScale, words.notTimeout],
    unknowns: [
      ...(endpoints.some((one) => one.obstacle) ? [] : [say(words.reasons, { port: String(first.port ?? '') })]),
      ...(endpoints.every((one) => one.persisting === null) ? [words.oneReading] : []),
    ],
  }
}

const GRADES: readonly Confidence[] = ['certain', 'likely', 'possible']
const SHOWN = 8

/** null: not enough to be more than an attempt under way. */
function confidenceOf({ waiting, persisting, obstacle, probes }: SilentEndpoint): Confidence | null {
  const isStuck = waiting >= FEW || (persisting ?? 0) > 0 || probes.length > 0
  if (obstacle && isStuck) return 'certain'
  if ((persisting ?? 0) >= FEW || waiting >= MANY) return 'likely'
  if (obstacle?.lasting) return 'likely'
  return isStuck ? 'possible' : null
}

const nameOf = ({ address, port }: SilentEndpoint): string => (port === null ? address : formatEnd({ address, port }))

function whyOf(obstacle: Obstacle | null): Text {
  if (!obstacle) return words.noWhy
  const { kind, what } = obstacle
  return say(kind === 'blackhole' ? words.blackhole : kind === 'no route' ? words.noRoute : words.noNeighbour, { what })
}

function evidenceOf(one: SilentEndpoint, view: View): readonly Evidence[] {
  const endpoint = nameOf(one)
  const plain = { unit: null, limit: null, command: null }
  const table = inNetns(view, `conntrack -L -p tcp --state SYN_SENT --reply-src ${one.address}`)
  const isNeighbour = one.obstacle?.kind === 'no neighbour'
  return [
    ...(one.waiting > 0
      ? [
          {
            label: say(words.waiting, { endpoint, sources: one.sources }),
            value: one.waiting,
            unit: 'connections',
            limit: null,
            source: one.origin,
            command: table,
          },
        ]
      : []),
    ...(one.persisting !== null && one.waiting > 0
      ? [{ ...plain, label: say(words.persisting, { endpoint }), value: one.persisting, source: one.origin }]
      : []),
    ...one.probes.slice(0, 2).map((probe) => ({
      ...plain,
      label: say(words.probe, { endpoint, said: probe.said.slice(0, 120) }),
      value: probe.outcome,
      source: probe.origin,
    })),
    ...(one.obstacle
      ? [
          {
            ...plain,
            label: say(isNeighbour ? words.neighbour : words.route, { endpoint }),
            value: one.obstacle.what,
            source: one.obstacle.origin,
            command: inNetns(view, isNeighbour ? `ip neigh show ${one.obstacle.what}` : `ip route get ${one.address}`),
          },
        ]
      : []),
  ]
}

function remedies(endpoints: readonly SilentEndpoint[], view: View): readonly Remedy[] {
  const places = endpoints.map(({ address, port }) => `${address} ${port ?? ''}`.trim())
  const tried = places.map((place) => inNetns(view, `nc -vz -w 3 ${place}`)).join('\n')
  const listed = `kubectl get pods -A -o wide | grep -wF ${endpoints.map((one) => `-e ${one.address}`).join(' ')}`
  const verify = inNetns(view, 'conntrack -L -p tcp --state SYN_SENT | grep -c UNREPLIED')
  return [
    {
      title: words.lookTitle,
      action: `${listed}\n${endpoints.map((one) => inNetns(view, `ip route get ${one.address}`)).join('\n')}\n${tried}`,
      language: 'sh',
      risk: words.lookRisk,
      verify,
    },
    {
      title: words.evictTitle,
      action: 'kubectl -n NAMESPACE delete pod POD',
      language: 'sh',
      risk: words.evictRisk,
      verify,
    },
  ]
}
