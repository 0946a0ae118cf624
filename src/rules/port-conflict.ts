import { kubeProxyVersion, opensNodePorts } from '../facts/kube-proxy-version.ts'
import { maybe, type View } from '../facts/need.ts'
import { type PortConflict, portConflicts } from '../facts/port-claims.ts'
import { rulesCommand, type ServiceRules, serviceRules } from '../facts/service-rules.ts'
import type { ClusterEvent } from '../model/cluster.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  shadowed: {
    en: '{program} listens on {listener}, and rules give the same number to NodePort {service}: clients from outside get that Service’s pods, not {program}',
    zh: '{program} 监听 {listener}，而规则把同一端口号交给了 NodePort {service}：外部客户端到达的是该 Service 的 Pod，而不是 {program}',
  },
  unwritten: {
    en: '{program} listens on {listener}, which Kubernetes has given to NodePort {service}: only one of them can be reached there',
    zh: '{program} 监听 {listener}，而 Kubernetes 已把这个端口分配给 NodePort {service}：两者只有一个能被访问到',
  },
  hostPort: {
    en: 'Port {port} is given away twice by rules: to NodePort {service}, and as a hostPort to {target}; the chain that comes first wins',
    zh: '端口 {port} 被规则分配了两次：一次给 NodePort {service}，一次作为 hostPort 给 {target}；先匹配到的链生效',
  },
  services: {
    en: 'Rules forward NodePort {port} for more than one Service: {service} and {others}; the first one wins',
    zh: '规则为多个 Service 转发 NodePort {port}：{service} 和 {others}；先匹配到的生效',
  },
  unnamed: { en: '(Service not named)', zh: '（未显示 Service 名称）' },
  aPod: { en: 'a container', zh: '某个容器' },
  listener: {
    en: '{listener}: {program}, waiting in its accept queue',
    zh: '{listener}：{program}，accept 队列中等待的连接',
  },
  rule: {
    en: 'NodePort {port} by rules: {service}, endpoints',
    zh: '规则中的 NodePort {port}：{service} 的 endpoint 数',
  },
  told: { en: 'NodePort {port} by Kubernetes: {service}', zh: 'Kubernetes 中的 NodePort {port}：{service}' },
  host: { en: 'Rule for the hostPort, in chain {chain}, sends to', zh: 'hostPort 的规则，位于链 {chain}，转发到' },
  event: { en: 'Event of kube-proxy: {message}', zh: 'kube-proxy 的事件：{message}' },
  moveTitle: {
    en: 'Give {program} another port, outside of the NodePorts',
    zh: '给 {program} 换一个不在 NodePort 范围内的端口',
  },
  moveRisk: {
    en: 'Its clients must learn the new number. Within the NodePort range the next Service may get the number again.',
    zh: '它的客户端需要改用新端口。如果仍在 NodePort 范围内，以后的 Service 还可能分到同一端口号。',
  },
  serviceTitle: { en: 'Or give the Service another NodePort', zh: '或者给该 Service 换一个 NodePort' },
  serviceRisk: {
    en: 'Load balancers and clients that know the NodePort must follow; cloud controllers do so by themselves.',
    zh: '知道该 NodePort 的负载均衡和客户端都要跟着改；云厂商的控制器会自动处理。',
  },
  notFirewall: {
    en: 'A firewall rule for the program’s port: the packets are translated before any filter for local programs sees them.',
    zh: '为程序的端口加防火墙规则：报文在到达针对本机程序的过滤规则之前就已经被转换了。',
  },
  notReserve: {
    en: 'ip_local_reserved_ports: it binds outgoing connections only; a program that asks for a port by number gets it.',
    zh: 'ip_local_reserved_ports：只约束外发连接；程序指定端口号监听时不受影响。',
  },
  opens: {
    en: 'This kube-proxy ({version}) opens NodePorts itself: where another program was first, it says “can’t open nodePort, skipping it” in its log and writes no rules for it.',
    zh: '这个 kube-proxy（{version}）会自己打开 NodePort：如果端口已被别的程序占用，它会在日志里报 “can’t open nodePort, skipping it”，并且不写对应规则。',
  },
  settles: {
    en: 'Which of them answers here: curl from another host, and iptables-save | grep -- "--dport {port}"',
    zh: '要知道究竟是谁在应答：从另一台主机 curl 试一下，并执行 iptables-save | grep -- "--dport {port}"',
  },
  endpoints: {
    en: 'Where the NodePort leads was not seen whole: should the program be the Service’s own host-network pod, all is well.',
    zh: '没有看全该 NodePort 转发到哪里：如果这个程序就是该 Service 自己的 hostNetwork Pod，就没有问题。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'port-conflict',
  title: { en: 'Two parties claim the same port', zh: '同一端口被两方占用' },
  severity: 'warning',
  scope: 'netns',
  needs: { conflicts: portConflicts, rules: maybe(serviceRules) },
  words,
  page: {
    what: {
      en: 'The number of a NodePort is in use for something else on this node: a program listens on it, a container publishes it as a hostPort, or rules of a second Service name it, too. bind(2) does not notice: a rule is no socket.',
      zh: 'NodePort 的端口号在本节点另有他用：有程序在监听、有容器把它发布为 hostPort，或者另一个 Service 的规则也用了它。bind(2) 发现不了这种冲突：规则不是套接字。',
    },
    why: {
      en: 'Since 1.24 kube-proxy no longer opens the NodePorts, so nothing refuses a program that listens there; older ones skip a NodePort that they cannot open. Programs with a fixed port of 30000 and more (exporters, agents, game servers) meet Services that got the number at random.',
      zh: '从 1.24 起 kube-proxy 不再打开 NodePort，程序监听这些端口不会被拒绝；更早的版本会跳过打不开的 NodePort。固定使用 30000 以上端口的程序（exporter、agent、游戏服务器）就可能撞上随机分到同一端口号的 Service。',
    },
    confirm: {
      en: '`ss -nltp "sport = :PORT"` names the program; `iptables-save | grep -- "--dport PORT"` the rules; `kubectl get svc -A | grep PORT` the Service. From another host the rules win, from the node itself and over loopback it may be the program.',
      zh: '`ss -nltp "sport = :端口"` 看程序；`iptables-save | grep -- "--dport 端口"` 看规则；`kubectl get svc -A | grep 端口` 看 Service。从其他主机访问时规则优先，从本机或环回地址访问时可能到达程序。',
    },
    fix: {
      en: 'Move one of the two. Keep programs of your own outside of the range of --service-node-port-range, or ask for NodePorts in its lower part, which newer Kubernetes (1.27 and later) leaves for numbers chosen by hand.',
      zh: '两者之一换端口。自己的程序不要用 --service-node-port-range 范围内的端口；或者手工指定范围靠前部分的 NodePort，较新的 Kubernetes（1.27 起）会把这部分留给手工指定。',
    },
    notToConfuse: {
      en: '- kube-proxy up to 1.23, or a network plug-in, holding the NodePort for Kubernetes.\n- A host-network pod that listens on the very port its Service has as NodePort and target: it is the endpoint.\n- TCP and UDP of the same number, a listener on loopback, a port inside a pod.',
      zh: '- 1.23 及以前的 kube-proxy 或网络插件替 Kubernetes 占住 NodePort。\n- hostNetwork 的 Pod 监听的端口，恰好同时是其 Service 的 NodePort 和目标端口：它就是 endpoint。\n- 同一端口号的 TCP 与 UDP、环回地址上的监听、Pod 内部的端口。',
    },
    sources: [
      'kubernetes CHANGELOG-1.24: no listener on the node ports range is advised (#108496)',
      'KEP-3668: reserve NodePort ranges for dynamic and static allocation',
      'kubernetes/kubernetes #40920: can’t open nodePort, skipping this nodePort',
    ],
  },
  effects: [],
  check({ conflicts, rules }, view) {
    return conflicts.map((one) => draftOf(one, rules, view))
  },
})

function draftOf(conflict: PortConflict, rules: ServiceRules | null, view: View): Draft {
  const { nodePort, listener } = conflict
  const { port, service, protocol } = nodePort
  const program = programOf(conflict)
  return {
    subject: {
      kind: listener ? 'listener' : 'service',
      key: `${protocol} ${port}`,
      port,
      ...(listener ? { address: listener.local.address } : {}),
      ...(program === null ? {} : { process: program }),
      ...(service === null ? {} : { service }),
    },
    severity: 'warning',
    confidence: surest(conflict),
    when: 'now',
    summary: summaryOf(conflict, program),
    evidence: evidenceOf(conflict, program, rules, view),
    remedies: remediesOf(conflict, program, view),
    notHelpful: listener ? [words.notFirewall, words.notReserve] : [],
    unknowns: unknownsOf(conflict, view),
  }
}

function programOf({ listener }: PortConflict): string | null {
  const names = new Set((listener?.owners ?? []).map(({ comm }) => comm))
  return names.size === 0 ? null : [...names].toSorted().join(', ')
}

const forwarded = ({ nodePort }: PortConflict): boolean => nodePort.forwardings.some((one) => one.refused === null)

function surest(conflict: PortConflict): Confidence {
  const { listener, hostPort, others, whole } = conflict
  if (others.length > 0 || (hostPort !== null && forwarded(conflict))) return 'certain'
  if (listener === null) return 'likely'
  return whole || !forwarded(conflict) ? 'likely' : 'possible'
}

function summaryOf(conflict: PortConflict, program: string | null): Text {
  const { nodePort, listener, hostPort, others } = conflict
  const [port, service] = [String(nodePort.port), nodePort.service ?? words.unnamed]
  // docker-proxy listens beside its rule: the rule takes the packets
  if (listener && !hostPort) {
    const template = forwarded(conflict) ? words.shadowed : words.unwritten
    return say(template, { program: program ?? '', listener: formatEnd(listener.local), service })
  }
  if (hostPort) return say(words.hostPort, { port, service, target: targetOf(conflict) })
  return say(words.services, { port, service, others: formatList(others, 3) })
}

const targetOf = ({ hostPort }: PortConflict): Text | string => {
  const to = hostPort?.dnat ?? null
  return to === null ? words.aPod : formatEnd({ address: to.address, port: to.port ?? 0 })
}

function evidenceOf(
  conflict: PortConflict,
  program: string | null,
  rules: ServiceRules | null,
  view: View,
): readonly Evidence[] {
  const { nodePort, listener, hostPort } = conflict
  const { port, told, forwardings, origin } = nodePort
  const [number, service] = [String(port), nodePort.service ?? words.unnamed]
  const events = (view.cluster?.all.events ?? []).filter((one) => speaksOf(one, port))
  return [
    ...(listener
      ? [
          {
            label: say(words.listener, { listener: formatEnd(listener.local), program: program ?? '' }),
            value: listener.acceptQueue.length,
            unit: 'connections',
            limit: listener.acceptQueue.max,
            source: listener.origin,
            command: inNetns(view, `ss -nltp 'sport = :${port}'`),
          },
        ]
      : []),
    ...forwardings.map((one) => ({
      label: say(words.rule, { port: number, service: one.service ?? words.unnamed }),
      value: one.endpointCount,
      unit: one.endpointCount === null ? null : 'endpoints',
      limit: null,
      source: rules?.originOf(one) ?? origin,
      command: inNetns(view, rulesCommand(one.backend, port)),
    })),
    ...(forwardings.length === 0
      ? [
          {
            label: say(words.told, { port: number, service }),
            value: null,
            unit: null,
            limit: null,
            source: told?.origin ?? origin,
            command: `kubectl get svc -A | grep -w ${port}`,
          },
        ]
      : []),
    ...(hostPort
      ? [
          {
            label: say(words.host, { chain: hostPort.chain }),
            value: hostPort.dnat ? formatEnd({ address: hostPort.dnat.address, port: hostPort.dnat.port ?? 0 }) : null,
            unit: null,
            limit: null,
            source: rules?.originOf({ lines: [hostPort.line], backend: hostPort.backend }) ?? origin,
            command: inNetns(view, rulesCommand(hostPort.backend, port)),
          },
        ]
      : []),
    ...events.slice(0, 1).map((one) => ({
      label: say(words.event, { message: one.message }),
      value: one.count,
      unit: null,
      limit: null,
      source: origin,
      command: 'kubectl get events -A',
    })),
  ]
}

/** kube-proxy's own complaint that it found a port taken. */
const speaksOf = ({ message }: ClusterEvent, port: number): boolean =>
  message.length < 2000 && /can.t open .{0,40}port/i.test(message) && message.includes(`:${port}`)

function remediesOf({ nodePort, listener }: PortConflict, program: string | null, view: View): readonly Remedy[] {
  const { port, service, told } = nodePort
  const index = told?.service.ports.findIndex((one) => one.nodePort === port) ?? -1
  const named = /^([^/]+)\/([^:]+)/.exec(service ?? '')
  const [namespace, name] = [shellWord(named?.[1] ?? 'NAMESPACE'), shellWord(named?.[2] ?? 'NAME')]
  const move: readonly Remedy[] = listener
    ? [
        {
          title: say(words.moveTitle, { program: program ?? '' }),
          action: null,
          language: null,
          risk: words.moveRisk,
          verify: inNetns(view, `ss -nltp 'sport = :${port}'`),
        },
      ]
    : []
  return [
    ...move,
    {
      title: words.serviceTitle,
      action:
        index < 0
          ? `kubectl -n ${namespace} edit service ${name}`
          : `kubectl -n ${namespace} patch service ${name} --type json -p '[{"op":"remove","path":"/spec/ports/${index}/nodePort"}]'`,
      language: 'sh',
      risk: words.serviceRisk,
      verify: `kubectl -n ${namespace} get service ${name}`,
    },
  ]
}

function unknownsOf(conflict: PortConflict, view: View): readonly Text[] {
  const { listener, nodePort, whole } = conflict
  const version = kubeProxyVersion(view)
  return [
    ...(listener && version && opensNodePorts(version) && !forwarded(conflict)
      ? [say(words.opens, { version: version.text })]
      : []),
    ...(listener && !forwarded(conflict) ? [say(words.settles, { port: String(nodePort.port) })] : []),
    ...(listener && forwarded(conflict) && !whole ? [words.endpoints] : []),
  ]
}
