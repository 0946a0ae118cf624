import { isUntranslated } from '../facts/flow-nat.ts'
import { maybe, type View } from '../facts/need.ts'
import { BRIDGE_NETFILTER, type PodBridge, podBridges } from '../facts/pod-bridges.ts'
import { matchLength } from '../facts/prefix.ts'
import { serviceRules } from '../facts/service-rules.ts'
import { type Sysctl, sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence } from '../model/finding.ts'
import type { Flow } from '../model/flow.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const KEY = BRIDGE_NETFILTER
/** A SYN is answered within milliseconds; so many at one glance that were not are no chance. */
const MANY = 3

const words = {
  off: {
    en: '{key} = 0: pods on bridge {bridge} cannot reach a Service whose endpoint is on the same bridge ({ports} pods there, {services} Services by rule)',
    zh: '{key} = 0：网桥 {bridge} 上的 Pod 访问不了端点在同一网桥上的 Service（网桥上有 {ports} 个 Pod，规则转发 {services} 个 Service）',
  },
  seen: {
    en: '{key} = 0: {count} connections between pods on bridge {bridge} through a Service go without an answer, since the reply takes the bridge and misses NAT',
    zh: '{key} = 0：网桥 {bridge} 上的 Pod 之间经 Service 的 {count} 条连接没有应答，因为回程直接走网桥，绕过了 NAT',
  },
  setting: { en: 'bridged packets pass iptables (0: no)', zh: '桥接报文是否经过 iptables（0 为否）' },
  ports: { en: 'ports of bridge {bridge}: {names}', zh: '网桥 {bridge} 的端口：{names}' },
  services: { en: 'Service ports that rules of this node forward', zh: '本节点规则转发的 Service 端口数' },
  inside: { en: 'endpoints of Services on this bridge: {names}', zh: '位于该网桥上的 Service 端点：{names}' },
  flows: {
    en: 'connections from pods of {bridge} that NAT sent to pods of {bridge}, never answered',
    zh: '从 {bridge} 的 Pod 发出、又被 NAT 转给 {bridge} 的 Pod、从未得到应答的连接',
  },
  howMany: {
    en: 'How many connections meet it: only those whose chosen endpoint is on the node of the client. With n endpoints spread over the nodes it looks random: conntrack -L | grep UNREPLIED shows source and endpoint.',
    zh: '受影响的有多少：只有选中的端点与客户端在同一节点时才会失败。端点分散在多个节点时，现象显得随机：conntrack -L | grep UNREPLIED 可看到源与端点。',
  },
  carried: {
    en: 'The setting was read at another place of this input and may have been changed since.',
    zh: '该参数是在输入的另一处读到的，之后可能改过。',
  },
  onTitle: { en: 'Load br_netfilter and turn it on, now and at boot', zh: '加载 br_netfilter 并打开，开机同样生效' },
  onRisk: {
    en: 'Bridged traffic then passes all rules of this machine, that of virtual machines on other bridges too: a FORWARD chain that drops drops it as well.',
    zh: '之后桥接流量会经过本机的全部规则，其他网桥上的虚拟机也不例外：FORWARD 链若有丢弃规则，也会作用于它们。',
  },
  notMasquerade: {
    en: 'masqueradeAll in kube-proxy: it hides the fault behind the address of the node, costs every pod its source address, and leaves network policies blind.',
    zh: '打开 kube-proxy 的 masqueradeAll：只是用节点地址掩盖了问题，还会让 Pod 丢失源地址，网络策略也无从判断。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'bridge-netfilter-off',
  title: { en: 'Bridged packets bypass the rules for Services', zh: '桥接报文绕过了 Service 规则' },
  severity: 'critical',
  scope: 'netns',
  needs: { setting: sysctl(KEY), bridges: podBridges, rules: maybe(serviceRules) },
  words,
  page: {
    what: {
      en: 'Pods of a node hang on one bridge. A pod that calls a Service sends to the gateway, there DNAT picks an endpoint; if that endpoint is on the same bridge, its answer goes straight over the bridge to the caller. Only with bridge-nf-call-iptables = 1 does such a bridged packet pass netfilter, where the translation is undone. With 0 the caller gets an answer from an address it never called, and resets it.',
      zh: '节点上的 Pod 挂在同一个网桥上。Pod 访问 Service 时把报文发给网关，由 DNAT 选出端点；如果端点就在同一网桥上，它的应答会直接经网桥回到调用者。只有 bridge-nf-call-iptables = 1 时，这种桥接报文才会经过 netfilter、把地址转换还原。设为 0 时，调用者收到来自陌生地址的应答，于是以 RST 回绝。',
    },
    why: {
      en: 'The module br_netfilter is loaded, but something set the switch to 0: distributions for virtual machines do, and `sysctl --system` with their file does it again at every update. The switch belongs to one network namespace since Linux 5.3; before, it was one for the machine. Pods of other nodes reach the same Service without trouble.',
      zh: '模块 br_netfilter 已加载，但开关被设为 0：面向虚拟机的发行版会这样做，每次更新时 `sysctl --system` 又会按它们的文件再设一遍。Linux 5.3 起该开关按网络命名空间区分，之前整机只有一个。其他节点上的 Pod 访问同一个 Service 却一切正常。',
    },
    confirm: {
      en: '`sysctl net.bridge.bridge-nf-call-iptables`; from a pod call a ClusterIP whose only endpoint runs on the same node: it times out, the endpoint called directly answers. `conntrack -L | grep UNREPLIED` shows pod to pod.',
      zh: '执行 `sysctl net.bridge.bridge-nf-call-iptables`；从 Pod 访问一个唯一端点就在本节点的 ClusterIP：超时，而直接访问该端点则有应答。`conntrack -L | grep UNREPLIED` 可看到 Pod 到 Pod 的条目。',
    },
    fix: {
      en: 'Set bridge-nf-call-iptables (and -ip6tables) to 1, load br_netfilter at boot through /etc/modules-load.d, and take the line that says 0 out of /etc/sysctl.d.',
      zh: '把 bridge-nf-call-iptables（以及 -ip6tables）设为 1，通过 /etc/modules-load.d 开机加载 br_netfilter，并删除 /etc/sysctl.d 中设为 0 的行。',
    },
    notToConfuse: {
      en: '- The key does not exist: the module is not loaded; then bridged packets bypass the rules too, but that is read elsewhere (lsmod).\n- Pods that are routed (calico, cilium, cloud plugins): there is no bridge between them, and 0 harms nobody.\n- A pod that calls itself through its Service: that is hairpin mode of its port.\n- All pods fail, from every node: see `endpoint-unreachable`, `ip-forward-off`.',
      zh: '- 没有这个参数：模块未加载；桥接报文同样绕过规则，但要从别处（lsmod）判断。\n- 路由方式连接的 Pod（calico、cilium、云厂商插件）：之间没有网桥，设为 0 也没有影响。\n- Pod 通过 Service 访问自己：那是端口的 hairpin 模式问题。\n- 从任何节点访问所有 Pod 都失败：见 `endpoint-unreachable`、`ip-forward-off`。',
    },
    sources: [
      'Linux net/bridge/br_netfilter_hooks.c; commit ff6d090d0db4, "netfilter: bridge: make sysctls per-netns" (5.3)',
      'Linux Documentation/networking/ip-sysctl.rst: bridge-nf-call-iptables',
      'Kubernetes documentation: Network Plugins, network plugin requirements',
    ],
  },
  thresholds: [
    {
      value: '3',
      reason: {
        en: 'untranslated answers at one glance: a SYN is answered within milliseconds, one or two may be on their way',
        zh: '一次读数中未经转换的应答数：SYN 几毫秒内就有应答，一两个可能只是在途',
      },
    },
  ],
  effects: [
    {
      rule: 'endpoint-unreachable',
      shared: 'netns',
      why: {
        en: 'Replies of an endpoint on the same bridge never meet connection tracking, so to this node the connection stays unanswered.',
        zh: '同一网桥上端点的应答从不经过连接跟踪，因此在本节点看来这条连接一直没有应答。',
      },
    },
  ],
  check({ setting, bridges, rules }, view) {
    const services = rules?.forwardings.length ?? 0
    if (setting.number !== 0 || services === 0) return []
    const origin = rules?.forwardings[0] ? rules.originOf(rules.forwardings[0]) : setting.origin
    return bridges.map((bridge) => draftOf(bridge, { setting, services, origin }, view))
  },
})

interface Told {
  readonly setting: Sysctl
  readonly services: number
  readonly origin: Origin
}

function draftOf(bridge: PodBridge, { setting, services, origin }: Told, view: View): Draft {
  const stuck = flowsWithin(bridge, view)
  const isSeen = stuck.length >= MANY
  const [first] = stuck
  const plain = { unit: null, limit: null, command: null }
  const evidence: Evidence[] = [
    {
      label: words.setting,
      value: setting.number,
      unit: null,
      limit: 1,
      source: setting.origin,
      command: inNetns(view, `sysctl ${KEY}`),
    },
    {
      ...plain,
      label: say(words.ports, { bridge: bridge.name, names: formatList(bridge.ports) }),
      value: bridge.ports.length,
      source: bridge.origin,
      command: inNetns(view, `ip -br link show master ${bridge.name}`),
    },
    { ...plain, label: words.services, value: services, source: origin },
  ]
  if (bridge.endpoints.length > 0)
    evidence.push({
      ...plain,
      label: say(words.inside, { names: formatList(bridge.endpoints) }),
      value: bridge.endpoints.length,
      source: origin,
    })
  if (first)
    evidence.push({
      label: say(words.flows, { bridge: bridge.name }),
      value: stuck.length,
      unit: 'connections',
      limit: null,
      source: first.origin,
      command: inNetns(view, 'conntrack -L -p tcp | grep UNREPLIED'),
    })
  return {
    subject: { kind: 'interface', key: bridge.name, interface: bridge.name, sysctl: KEY },
    severity: isSeen ? 'critical' : 'warning',
    // one endpoint that is silent may be dead; several at once are not
    confidence: isSeen && new Set(stuck.map((one) => one.reply?.source)).size > 1 ? 'certain' : 'likely',
    when: isSeen ? 'now' : 'setting',
    summary: say(isSeen ? words.seen : words.off, {
      key: KEY,
      bridge: bridge.name,
      ports: bridge.ports.length,
      services,
      count: stuck.length,
    }),
    evidence,
    remedies: [
      {
        title: words.onTitle,
        action: `modprobe br_netfilter\nsysctl -w ${KEY}=1 net.bridge.bridge-nf-call-ip6tables=1\necho br_netfilter > /etc/modules-load.d/k8s.conf\nprintf '%s = 1\\n' ${KEY} net.bridge.bridge-nf-call-ip6tables > /etc/sysctl.d/99-k8s.conf`,
        language: 'sh',
        risk: words.onRisk,
        verify: inNetns(view, `sysctl ${KEY}`),
      },
    ],
    notHelpful: [words.notMasquerade],
    unknowns: [...(setting.carried ? [words.carried] : []), ...(isSeen ? [] : [words.howMany])],
  }
}

/** Attempts whose source and whose chosen endpoint are both on the bridge: what should have come back over it never did. */
function flowsWithin({ networks }: PodBridge, view: View): readonly (Flow & { readonly origin: Origin })[] {
  const { flows } = view.netns
  if (!flows.ok) return []
  const isOn = (address: string) => networks.some((one) => matchLength(one, address) !== null)
  return flows.data.listings.flatMap(({ flows: listed, origin }) =>
    listed
      .filter(
        (one) =>
          one.protocol === 'tcp' &&
          one.state === 'SYN_SENT' &&
          one.unreplied &&
          one.reply !== null &&
          isUntranslated(one) === false &&
          isOn(one.original.source) &&
          isOn(one.reply.source),
      )
      .map((one) => ({ ...one, origin: 'file' in origin ? { ...origin, line: one.line } : origin })),
  )
}
