import { maybe, type View } from '../facts/need.ts'
import { type KnownNodePort, nodePorts } from '../facts/node-ports.ts'
import { rulesCommand, type ServiceRules, serviceRules } from '../facts/service-rules.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { NatRule } from '../model/nat.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  refused: {
    en: 'NodePort {port} ({service}) has no endpoint: a rule refuses every client{packets}',
    zh: 'NodePort {port}（{service}）没有 endpoint：规则拒绝所有客户端{packets}',
  },
  packets: { en: ', {n} packets so far', zh: '，至今 {n} 个报文' },
  noPackets: { en: '', zh: '' },
  open: {
    en: 'NodePort {port} ({service}) has no endpoint, and no rule refuses its clients: whoever comes reaches {listener} itself',
    zh: 'NodePort {port}（{service}）没有 endpoint，也没有规则拒绝客户端：来访者会直接到达 {listener}',
  },
  unready: {
    en: 'NodePort {port} ({service}) has no ready endpoint: {unready} are there and none is ready',
    zh: 'NodePort {port}（{service}）没有就绪的 endpoint：有 {unready} 个，但都未就绪',
  },
  none: {
    en: 'NodePort {port} ({service}) has no endpoint by what Kubernetes says',
    zh: '据 Kubernetes 所述，NodePort {port}（{service}）没有 endpoint',
  },
  several: {
    en: '{count} NodePorts have no endpoint and refuse their clients: {list}',
    zh: '有 {count} 个 NodePort 没有 endpoint，客户端会被拒绝：{list}',
  },
  unnamed: { en: 'Service not named', zh: '未显示 Service 名称' },
  rule: {
    en: '{port} {service}: refused for want of endpoints, packets',
    zh: '{port} {service}：因没有 endpoint 而拒绝的报文数',
  },
  ruleUncounted: {
    en: '{port} {service}: refused for want of endpoints',
    zh: '{port} {service}：因没有 endpoint 而被拒绝',
  },
  virtual: { en: '{port} {service}: real servers in IPVS', zh: '{port} {service}：IPVS 中的 real server 数' },
  ready: {
    en: '{port} {service}: ready endpoints, of those there are',
    zh: '{port} {service}：就绪的 endpoint 数（及总数）',
  },
  queue: { en: '{listener}: waiting in its accept queue', zh: '{listener}：accept 队列中等待的连接' },
  whyTitle: {
    en: 'See why no pod is ready: the selector, the pods, their probes',
    zh: '查明为什么没有就绪的 Pod：selector、Pod、探针',
  },
  whyRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  healthTitle: {
    en: 'If the Service is meant to be empty, take it out of the load balancers that check it',
    zh: '如果该 Service 本来就该是空的，把它从负载均衡的健康检查里移除',
  },
  healthRisk: {
    en: 'A NodePort that somebody does use is gone for them. The number is free for another Service afterwards.',
    zh: '仍在使用该 NodePort 的调用方会断开。之后该端口号可能被别的 Service 占用。',
  },
  notFirewall: {
    en: 'Opening the firewall: the refusal (ICMP port unreachable, “connection refused”) comes from kube-proxy’s own rule.',
    zh: '放开防火墙：拒绝（ICMP 端口不可达，“connection refused”）来自 kube-proxy 自己的规则。',
  },
  notProxy: {
    en: 'Restarting kube-proxy: it wrote what Kubernetes told it.',
    zh: '重启 kube-proxy：它只是照 Kubernetes 所说的写了规则。',
  },
  rulesMissing: {
    en: 'Whether a rule refuses the clients, or they reach whoever listens on the port, was not captured: iptables-save | grep -- "--dport {port}"',
    zh: '没有采集到是否有规则拒绝客户端，还是会到达监听该端口的程序：iptables-save | grep -- "--dport {port}"',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'nodeport-without-endpoints',
  title: { en: 'A NodePort leads to no pod', zh: 'NodePort 后面没有 Pod' },
  severity: 'warning',
  scope: 'netns',
  needs: { ports: nodePorts, rules: maybe(serviceRules) },
  words,
  page: {
    what: {
      en: 'A Service with a NodePort has no endpoint, or none that is ready. kube-proxy then writes a rule into the table `filter` that answers every client with “port unreachable”; versions before 1.6.5 wrote none.',
      zh: '带 NodePort 的 Service 没有 endpoint，或者没有就绪的 endpoint。kube-proxy 会在 `filter` 表里写一条规则，对每个客户端回复“端口不可达”；1.6.5 之前的版本不写这条规则。',
    },
    why: {
      en: 'The selector matches no pod, the pods fail their readiness probe, the deployment was scaled to zero, or the Service was forgotten when its application went. Load balancers go on checking the NodePort of every node for ever, some hundred times an hour each.',
      zh: 'selector 没有匹配到 Pod、Pod 没有通过就绪探针、Deployment 缩容到了 0，或者应用下线时忘了删 Service。而负载均衡会一直对每个节点的 NodePort 做健康检查，每个每小时上百次。',
    },
    confirm: {
      en: '`kubectl -n NAMESPACE get endpoints NAME` shows `<none>`; `iptables-save -c | grep "has no endpoints"` shows the rule with what it has refused so far.',
      zh: '`kubectl -n NAMESPACE get endpoints NAME` 显示 `<none>`；`iptables-save -c | grep "has no endpoints"` 可以看到这条规则以及至今拒绝了多少报文。',
    },
    fix: {
      en: 'Make a pod ready, correct the selector, or delete the Service. A Service that is empty on purpose does no harm as long as nobody calls it.',
      zh: '让 Pod 就绪、改正 selector，或者删除该 Service。有意留空的 Service 只要没人访问就没有危害。',
    },
    notToConfuse: {
      en: '- “has no local endpoints”: externalTrafficPolicy Local, and the pods stand on other nodes. That is how it is meant to be; load balancers leave such nodes out.\n- Rules that still send to pods which are gone (stale-nat-rule).\n- A Service without a NodePort: nobody outside the cluster can call it.',
      zh: '- “has no local endpoints”：externalTrafficPolicy 为 Local，而 Pod 在别的节点上。这正是设计的行为，负载均衡会避开这样的节点。\n- 规则仍然转发到已不存在的 Pod（stale-nat-rule）。\n- 没有 NodePort 的 Service：集群外无法访问。',
    },
    sources: [
      'kubernetes/kubernetes #43212, #43972: REJECT for NodePorts without endpoints (1.6.5)',
      'kubernetes pkg/proxy/iptables/proxier.go: KUBE-EXTERNAL-SERVICES',
    ],
  },
  effects: [
    ...(['port', 'service'] as const).map((shared) => ({
      rule: 'listener-never-accepts',
      shared,
      why: {
        en: 'Without an endpoint no rule takes the connections away before they meet the listener.',
        zh: '没有 endpoint，就没有规则在连接到达监听之前把它转走。',
      },
    })),
  ],
  check({ ports, rules }, view) {
    const refusals = (rules?.rules ?? []).filter(refuses)
    const empty = ports.flatMap((one) => judge(one, rules, refusals, view))
    const quiet = empty.filter((one) => !one.hurts)
    const loud = empty.filter((one) => one.hurts).map((one) => draftOf(one, view))
    const together = quiet.length > 1 ? [foldedDraft(quiet, view)] : quiet.map((one) => draftOf(one, view))
    return [...loud, ...together]
  },
})

/** A NodePort without an endpoint, and what its clients meet. */
interface Empty {
  readonly nodePort: KnownNodePort
  /** The rule that refuses; null: none, or not seen. */
  readonly rule: NatRule | null
  readonly packets: number
  /** No rule refuses, though those that would were seen whole; the listener that clients reach instead. */
  readonly reached: Listener | null
  readonly hurts: boolean
}

function judge(
  nodePort: KnownNodePort,
  rules: ServiceRules | null,
  refusals: readonly NatRule[],
  view: View,
): readonly Empty[] {
  const { forwardings, told, port, protocol } = nodePort
  if (forwardings.some((one) => one.refused === null && one.endpointCount !== 0)) return []
  // Pods on other nodes: as it is meant to be.
  if (forwardings.some((one) => one.refused === 'no local endpoints')) return []
  const byRules = forwardings.some((one) => one.refused === 'no endpoints' || one.endpointCount === 0)
  const backends = told?.backends ?? null
  const byKubernetes = backends !== null && backends.ready.length === 0 && backends.more === 0
  if (!byRules && !byKubernetes) return []
  if (byRules && backends !== null && backends.ready.length > 0 && rules?.carried !== false) return []
  const rule = refusingRule(nodePort, refusals)
  const packets = rule?.packets ?? 0
  const listener = protocol === 'tcp' ? listenerOn(view, port) : null
  const reached = !byRules && rules?.filterWhole(4) === true && forwardings.length === 0 ? listener : null
  const hurts = packets > 0 || reached !== null || (listener?.acceptQueue.length ?? 0) > 0
  return [{ nodePort, rule, packets, reached, hurts }]
}

/** A rule that turns a port of this node away. */
const refuses = ({ target, destination, destinationPort }: NatRule): boolean =>
  destination === null && destinationPort !== null && /^(?:REJECT|DROP|reject|drop|reject-chain)$/.test(target ?? '')

function refusingRule({ forwardings, port }: KnownNodePort, refusals: readonly NatRule[]): NatRule | null {
  const lines = new Set(forwardings.flatMap((one) => (one.refused === 'no endpoints' ? one.lines : [])))
  return refusals.find((rule) => rule.destinationPort === port && lines.has(rule.line)) ?? null
}

function listenerOn({ netns }: View, port: number): Listener | null {
  const all = netns.listeners.ok ? netns.listeners.data : []
  return all.find((one) => one.local.port === port) ?? null
}

function draftOf(one: Empty, view: View): Draft {
  const { nodePort, hurts, rule } = one
  const { port, service } = nodePort
  return {
    subject: { kind: 'service', key: `${nodePort.protocol} ${port}`, port, ...(service === null ? {} : { service }) },
    severity: hurts ? 'warning' : 'info',
    // Kubernetes and the node were asked at different moments: what only one of them says may have changed.
    confidence: rule !== null ? 'certain' : 'likely',
    when: 'now',
    summary: summaryOf(one),
    evidence: evidenceOf(one, view),
    remedies: remediesOf(nodePort, view),
    notHelpful: [words.notFirewall, words.notProxy],
    unknowns:
      rule === null && one.reached === null && nodePort.forwardings.length === 0
        ? [say(words.rulesMissing, { port: String(port) })]
        : [],
  }
}

function summaryOf({ nodePort, packets, reached, rule }: Empty): Text {
  const { port, service, told, forwardings } = nodePort
  const common = { port: String(port), service: service ?? words.unnamed }
  if (reached) return say(words.open, { ...common, listener: formatEnd(reached.local) })
  if (rule !== null || forwardings.length > 0)
    return say(words.refused, {
      ...common,
      packets: packets > 0 ? say(words.packets, { n: packets }) : words.noPackets,
    })
  const unready = told?.backends?.unready.length ?? 0
  return unready > 0 ? say(words.unready, { ...common, unready }) : say(words.none, common)
}

function evidenceOf({ nodePort, rule, reached }: Empty, view: View): readonly Evidence[] {
  const { port, service, told, origin, forwardings } = nodePort
  const common = { port: String(port), service: service ?? words.unnamed }
  const virtual = forwardings.find((one) => one.backend === 'ipvs')
  const listener = reached ?? listenerOn(view, port)
  const backends = told?.backends ?? null
  return [
    ...(rule
      ? [
          {
            label: say(rule.packets === null ? words.ruleUncounted : words.rule, common),
            value: rule.packets,
            unit: rule.packets === null ? null : 'packets',
            limit: null,
            source: 'file' in origin ? { ...origin, line: rule.line } : origin,
            command: inNetns(view, rulesCommand(rule.backend, port)),
          },
        ]
      : []),
    ...(virtual
      ? [
          {
            label: say(words.virtual, common),
            value: 0,
            unit: null,
            limit: null,
            source: origin,
            command: inNetns(view, rulesCommand('ipvs', port)),
          },
        ]
      : []),
    ...(told && backends && backends.ready.length === 0
      ? [
          {
            label: say(words.ready, common),
            value: 0,
            unit: 'endpoints',
            limit: backends.unready.length,
            source: backends.origin,
            command: `kubectl get endpoints${told.service.namespace === null ? '' : ` -n ${shellWord(told.service.namespace)}`} ${shellWord(told.service.name)}`,
          },
        ]
      : []),
    ...(listener && (listener.acceptQueue.length ?? 0) > 0
      ? [
          {
            label: say(words.queue, { listener: formatEnd(listener.local) }),
            value: listener.acceptQueue.length,
            unit: 'connections',
            limit: listener.acceptQueue.max,
            source: listener.origin,
            command: inNetns(view, `ss -nltp 'sport = :${port}'`),
          },
        ]
      : []),
    ...(!rule && !virtual && !backends
      ? [
          {
            label: say(words.ruleUncounted, common),
            value: null,
            unit: null,
            limit: null,
            source: origin,
            command: null,
          },
        ]
      : []),
  ]
}

function remediesOf({ service, port }: KnownNodePort, view: View): readonly Remedy[] {
  const named = /^([^/]+)\/([^:]+)/.exec(service ?? '')
  const [namespace, name] = [shellWord(named?.[1] ?? 'NAMESPACE'), shellWord(named?.[2] ?? 'NAME')]
  const verify = `kubectl -n ${namespace} get endpoints ${name}`
  return [
    {
      title: words.whyTitle,
      action: `kubectl -n ${namespace} describe service ${name}\nkubectl -n ${namespace} get pods -o wide`,
      language: 'sh',
      risk: words.whyRisk,
      verify,
    },
    {
      title: words.healthTitle,
      action: `kubectl -n ${namespace} patch service ${name} -p '{"spec":{"type":"ClusterIP"}}'`,
      language: 'sh',
      risk: words.healthRisk,
      verify: inNetns(view, `iptables-save | grep -w -- '--dport ${port}'`),
    },
  ]
}

/** Many that nobody was seen to call: one line. */
function foldedDraft(quiet: readonly Empty[], view: View): Draft {
  const names = quiet.map(({ nodePort }) => [nodePort.port, ...(nodePort.service ? [nodePort.service] : [])].join(' '))
  const [first] = quiet
  return {
    subject: { kind: 'netns', key: 'empty NodePorts' },
    severity: 'info',
    confidence: quiet.every(({ rule }) => rule !== null) ? 'certain' : 'likely',
    when: 'now',
    summary: say(words.several, { count: quiet.length, list: formatList(names, 4) }),
    evidence: quiet.flatMap((one) => evidenceOf(one, view)),
    remedies: first ? remediesOf(first.nodePort, view).slice(0, 1) : [],
    notHelpful: [words.notFirewall, words.notProxy],
    unknowns: [],
  }
}
