import type { View } from '../facts/need.ts'
import { type MissingRule, ruleDrift, SETTLED_SECONDS } from '../facts/rule-drift.ts'
import type { Confidence, Draft, Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { PROXY_HEALTH_WORDS, proxyHealthRemedies } from './proxy-health-remedies.ts'

/** So many Services without rules are one fault of kube-proxy, no longer faults of each. */
const MANY = 4

const words = {
  address: {
    en: 'Service {service} has endpoints ({endpoints}) and no rule on this node for {address}: nobody reaches it from here',
    zh: 'Service {service} 有 {endpoints} 个 endpoint，本节点却没有 {address} 的规则：从这里无法访问它',
  },
  nodePort: {
    en: 'Service {service} is forwarded by its ClusterIP, yet this node has no rule for its NodePort {port}',
    zh: 'Service {service} 的 ClusterIP 有规则，本节点却没有其 NodePort {port} 的规则',
  },
  many: {
    en: '{count} Services with endpoints have no rule on this node: {services}; {present} others have theirs',
    zh: '有 {count} 个带 endpoint 的 Service 在本节点没有规则：{services}；另外 {present} 个有规则',
  },
  unnamed: { en: '(namespace not told)/{name}', zh: '（未显示命名空间）/{name}' },
  service: { en: '{service} as Kubernetes has it, {age}', zh: 'Kubernetes 中的 {service}，{age}' },
  ageSeconds: { en: 'made {seconds} s ago', zh: '创建于 {seconds} 秒前' },
  ageUnknown: { en: 'age not told', zh: '未显示创建时间' },
  endpoints: { en: 'Endpoints of {service} that may get connections', zh: '{service} 可接收连接的 endpoint 数' },
  compared: {
    en: 'Addresses of Services with endpoints that do have rules here, of those compared',
    zh: '对比过的、带 endpoint 的 Service 地址中，在这里有规则的数量',
  },
  notPods: {
    en: 'Looking at the pods or their probes: Kubernetes has endpoints, the connection never gets as far.',
    zh: '检查 Pod 或探针：Kubernetes 里有 endpoint，连接根本到不了那里。',
  },
  notDns: {
    en: 'Calling the Service by name instead of by address: both end at the same rule.',
    zh: '改用域名而不是地址访问 Service：最终都要经过同一条规则。',
  },
  others: {
    en: 'A Service may belong to another proxy on purpose (label service.kubernetes.io/service-proxy-name): kubectl get svc {name} --show-labels',
    zh: 'Service 可能有意交给了别的代理（标签 service.kubernetes.io/service-proxy-name）：kubectl get svc {name} --show-labels',
  },
  backends: {
    en: 'Rules of another back end of iptables were perhaps not read: iptables-legacy-save and iptables-nft-save show both.',
    zh: '可能没有读到另一套 iptables 后端的规则：iptables-legacy-save 与 iptables-nft-save 可分别查看。',
  },
  refusals: {
    en: 'The table filter was not read: with internalTrafficPolicy Local and no pod on this node the Service is refused there on purpose. iptables-save -t filter | grep KUBE-',
    zh: '没有读到 filter 表：internalTrafficPolicy 为 Local 且本节点没有对应的 Pod 时，会在那里有意拒绝该 Service。iptables-save -t filter | grep KUBE-',
  },
  young: {
    en: 'How old the Service is was not told: within {seconds} s of its making rules may be on their way.',
    zh: '没有显示 Service 的创建时间：创建后 {seconds} 秒内规则可能还在写入。',
  },
} satisfies Record<string, Text>

// No scenario in the lab: what Kubernetes has besides is told by an API server; test/text/service-rules.test.ts has the outputs.
export default defineRule({
  id: 'missing-nat-rule',
  title: { en: 'A Service has no rule on this node', zh: '本节点缺少某个 Service 的规则' },
  severity: 'warning',
  scope: 'netns',
  needs: { drift: ruleDrift },
  words: { ...words, ...PROXY_HEALTH_WORDS },
  page: {
    what: {
      en: 'Kubernetes has a Service with endpoints; the rules of this node, read whole, do not know its address or its NodePort, while they know most other Services. Connections to it leave the node untranslated and are lost, or meet a local listener.',
      zh: 'Kubernetes 里有一个带 endpoint 的 Service；而本节点的规则在完整读取后没有它的地址或 NodePort，其他大多数 Service 却都有。发往它的连接会不经转换地离开节点而丢失，或者撞上本机的监听。',
    },
    why: {
      en: 'kube-proxy stopped writing some time ago (API server out of reach, iptables-restore failing on one bad rule and with it on all), another program flushed a table, or an older kube-proxy could not open the NodePort because something else had it and skipped its rules.',
      zh: 'kube-proxy 从某个时刻起没有再写规则（连不上 API server；iptables-restore 因一条坏规则而整体失败）、别的程序清空了表，或者较旧的 kube-proxy 因 NodePort 已被占用而打不开，于是跳过了它的规则。',
    },
    confirm: {
      en: '`iptables-save | grep -F CLUSTER_IP` on this node and on a healthy one. `curl -s localhost:10249/metrics | grep sync_proxy_rules_last` tells when rules were last written and last asked for: the two must not drift apart.',
      zh: '分别在本节点和正常节点上执行 `iptables-save | grep -F CLUSTER_IP`。`curl -s localhost:10249/metrics | grep sync_proxy_rules_last` 显示规则最近一次写入和最近一次被要求写入的时间：两者不应越差越远。',
    },
    fix: {
      en: 'Read the log of this node’s kube-proxy for the reason, then restart it. Where another program flushes the rules, stop that program: kube-proxy notices a flush by its canary chain within half a minute (1.18 and later), older ones at their next full sync.',
      zh: '先从本节点 kube-proxy 的日志里找原因，再重启它。如果是别的程序清空了规则，就停掉那个程序：kube-proxy 靠 canary 链在半分钟内发现规则被清空（1.18 起），更早的版本要等下一次全量同步。',
    },
    notToConfuse: {
      en: '- Headless and ExternalName Services, and those without endpoints: they have no DNAT rule by design.\n- IPVS and eBPF (Cilium, Calico): the rules of iptables say nothing there.\n- externalTrafficPolicy Local without a pod on this node.\n- A list that grep or `...` cut: what it lacks is not missing.',
      zh: '- headless、ExternalName 以及没有 endpoint 的 Service：本来就没有 DNAT 规则。\n- IPVS 与 eBPF（Cilium、Calico）：那里 iptables 的规则说明不了问题。\n- externalTrafficPolicy 为 Local 且本节点没有对应的 Pod。\n- 被 grep 或 `...` 截断的列表：其中没有不等于缺失。',
    },
    sources: [
      'kubernetes pkg/proxy/iptables/proxier.go: syncProxyRules, KUBE-PROXY-CANARY; monitor since 1.18',
      'Kubernetes documentation: Debug Services, “Is kube-proxy writing iptables rules?”',
    ],
  },
  thresholds: [
    {
      value: '120 s',
      reason: {
        en: 'age of a Service before its rules are missed: kube-proxy writes within seconds, 30 at most by default',
        zh: 'Service 创建多久之后才算缺规则：kube-proxy 几秒内就会写入，默认最长 30 秒',
      },
    },
    {
      value: '4',
      reason: {
        en: 'Services without rules from which on it is one fault of kube-proxy and told once',
        zh: '缺规则的 Service 达到此数，即视为 kube-proxy 的一个故障，只报一次',
      },
    },
  ],
  effects: [
    ...(['port', 'service'] as const).map((shared) => ({
      rule: 'listener-never-accepts',
      shared,
      why: {
        en: 'Without its rule the NodePort’s connections end at the listener that merely holds the number.',
        zh: '没有规则，发往该 NodePort 的连接就会停在只为占号的监听上。',
      },
    })),
  ],
  check({ drift }, view) {
    const { missing, present, expected } = drift
    const compared: Evidence = {
      label: words.compared,
      value: present,
      unit: null,
      limit: expected,
      source: missing[0]?.port.origin ?? { via: 'kubernetes' },
      command: inNetns(view, 'iptables-save -t nat | grep -c KUBE-SVC'),
    }
    return missing.length < MANY
      ? missing.map((one) => draftOf(one, compared, view))
      : [foldedDraft(missing, present, compared, view)]
  },
})

function draftOf(one: MissingRule, compared: Evidence, view: View): Draft {
  const { port, of, address } = one
  const name = nameOf(one)
  const { nodePort } = port.port
  const confidence = surest([one])
  return {
    subject: {
      kind: 'service',
      key: `${of} ${port.name ?? port.service.name} ${of === 'NodePort' ? nodePort : address}`,
      ...(of === 'NodePort' && nodePort !== null ? { port: nodePort } : {}),
      ...(port.name === null ? {} : { service: port.name }),
    },
    severity: confidence === 'possible' ? 'info' : 'warning',
    confidence,
    when: 'now',
    summary:
      of === 'NodePort'
        ? say(words.nodePort, { service: name, port: String(nodePort) })
        : say(words.address, {
            service: name,
            endpoints: countOf(one),
            address: formatEnd({ address: address ?? '', port: port.port.port ?? 0 }),
          }),
    evidence: [...evidenceOf(one), compared],
    remedies: proxyHealthRemedies(view),
    notHelpful: [words.notPods, words.notDns],
    unknowns: unknownsOf([one]),
  }
}

/** Many Services without rules: kube-proxy fell behind as a whole. */
function foldedDraft(missing: readonly MissingRule[], present: number, compared: Evidence, view: View): Draft {
  const names = [...new Set(missing.map((one) => nameOf(one)))]
  const confidence = surest(missing)
  return {
    subject: { kind: 'netns', key: 'Services without rules' },
    severity: confidence === 'possible' ? 'info' : 'warning',
    confidence,
    when: 'now',
    summary: say(words.many, {
      count: names.length,
      services: {
        en: formatList(
          names.map((one) => one.en),
          4,
        ).en,
        zh: formatList(
          names.map((one) => one.zh),
          4,
        ).zh,
      },
      present,
    }),
    evidence: [compared, ...missing.flatMap(evidenceOf)],
    remedies: proxyHealthRemedies(view),
    notHelpful: [words.notPods, words.notDns],
    unknowns: unknownsOf(missing),
  }
}

function nameOf({ port }: MissingRule): Text {
  return port.name === null ? say(words.unnamed, { name: port.service.name }) : { en: port.name, zh: port.name }
}

const countOf = ({ port }: MissingRule): number => (port.backends?.ready.length ?? 0) + (port.backends?.more ?? 0)

/** A Service that was just made has its rules within a sync; where its age is not told, it may be one. */
const surest = (missing: readonly MissingRule[]): Confidence =>
  missing.some(({ port, refusalsSeen }) => port.service.ageSeconds !== null && refusalsSeen) ? 'likely' : 'possible'

function evidenceOf(one: MissingRule): readonly Evidence[] {
  const { service, backends, origin } = one.port
  const name = nameOf(one)
  const age =
    service.ageSeconds === null ? words.ageUnknown : say(words.ageSeconds, { seconds: Math.round(service.ageSeconds) })
  return [
    {
      label: say(words.service, { service: name, age }),
      value: one.of === 'NodePort' ? one.port.port.nodePort : one.address,
      unit: null,
      limit: null,
      source: origin,
      command: `kubectl get svc${service.namespace === null ? '' : ` -n ${shellWord(service.namespace)}`} ${shellWord(service.name)}`,
    },
    {
      label: say(words.endpoints, { service: name }),
      value: countOf(one),
      unit: 'endpoints',
      limit: null,
      source: backends?.origin ?? origin,
      command: `kubectl get endpoints${service.namespace === null ? '' : ` -n ${shellWord(service.namespace)}`} ${shellWord(service.name)}`,
    },
  ]
}

function unknownsOf(missing: readonly MissingRule[]): readonly Text[] {
  const [first] = missing
  const named = first?.port.service
  return [
    ...(missing.every((one) => one.refusalsSeen) ? [] : [words.refusals]),
    ...(missing.every(({ port }) => port.service.ageSeconds === null)
      ? [say(words.young, { seconds: SETTLED_SECONDS })]
      : []),
    say(words.others, { name: `${named?.namespace ? `-n ${named.namespace} ` : ''}${named?.name ?? ''}` }),
    words.backends,
  ]
}
