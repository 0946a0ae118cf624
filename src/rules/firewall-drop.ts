import { isRecent } from '../facts/counters.ts'
import {
  type DroppingRule,
  droppingRules,
  hookOf,
  otherConditions,
  portMatch,
  spellDropping,
  takesAddress,
} from '../facts/dropping-rules.ts'
import { type FailedAttempt, failedAttempts } from '../facts/failed-attempts.ts'
import { maybe, type View } from '../facts/need.ts'
import { isLoopback } from '../facts/own-addresses.ts'
import { serviceRules } from '../facts/service-rules.ts'
import type { Confidence, Draft, Evidence, Remedy, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  takes: {
    en: 'A filter rule {does} connections to port {port}{keeper}: {rule}{grown}; {said}',
    zh: '过滤规则{does}发往 {port} 端口的连接{keeper}：{rule}{grown}；{said}',
  },
  grows: {
    en: 'A filter rule {does} connections to port {port}, which is served here{keeper}: {rule}{grown}',
    zh: '过滤规则{does}发往 {port} 端口的连接，而该端口在本机有服务{keeper}：{rule}{grown}',
  },
  policy: {
    en: 'Connections end at {keeper}{grown}: {rule}',
    zh: '有连接被{keeper}拦下{grown}：{rule}',
  },
  chainPolicy: {
    en: 'The policy of chain {chain} drops what no rule lets through{grown}: {rule}',
    zh: '链 {chain} 的默认策略丢弃所有未被规则放行的报文{grown}：{rule}',
  },
  forwardPolicy: {
    en: 'Nothing lets these packets through this machine: policy DROP of FORWARD took them. docker sets it at its start; pods and Services then work only as far as kube-proxy and the network plugin write rules in front of it: iptables -S FORWARD.',
    zh: '没有规则允许这些报文经过本机：它们被 FORWARD 的 DROP 策略拿走。docker 启动时会设置该策略；此后 Pod 和 Service 能通到什么程度，取决于 kube-proxy 和网络插件在它之前写的规则：iptables -S FORWARD。',
  },
  strays: {
    en: 'Which packets: a policy also takes scans and late packets of closed connections. iptables -A {chain} -m limit --limit 1/s -j LOG shows them in dmesg.',
    zh: '是哪些报文：默认策略也会拿走扫描和已关闭连接的迟到报文。iptables -A {chain} -m limit --limit 1/s -j LOG 可在 dmesg 中看到。',
  },
  forwardTitle: {
    en: 'If this machine forwards for pods: let forwarding pass, and keep it so after docker starts',
    zh: '如果本机要为 Pod 转发：放行转发，并保证 docker 启动后仍然如此',
  },
  forwardRisk: {
    en: 'Everything that is routed to this machine passes then, unless a rule forbids it.',
    zh: '此后凡路由到本机的流量都会放行，除非另有规则禁止。',
  },
  drops: { en: 'drops', zh: '丢弃' },
  rejects: { en: 'refuses', zh: '拒绝' },
  keptBy: { en: ' ({keeper})', zh: '（{keeper}）' },
  nobody: { en: '', zh: '' },
  someone: { en: 'a filter rule', zh: '过滤规则' },
  byGrown: { en: ' ({count} packets between the two readings)', zh: '（两次读数之间 {count} 个报文）' },
  byTotal: { en: ' ({count} packets so far)', zh: '（累计 {count} 个报文）' },
  ruleLabel: { en: 'packets taken by {rule}', zh: '命中 {rule} 的报文' },
  ruleGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  attempt: { en: 'tried: {said}', zh: '尝试：{said}' },
  order: {
    en: 'The rule has no counter here, or more conditions than its port: whether it took this very packet shows iptables -L -nvx (nft: add `counter`, or nft monitor trace) before and after one more try.',
    zh: '这里看不到该规则的计数，或者除端口外还有其他条件：它是否真的命中这个报文，可在再试一次前后用 iptables -L -nvx 对比（nft 可加 `counter`，或用 nft monitor trace）。',
  },
  isMeant: {
    en: 'Whether the rule is meant so: ports that only some may reach (etcd, kubelet, databases) are closed on purpose, and scanners make such a counter grow.',
    zh: '该规则是否有意为之：只允许部分来源访问的端口（etcd、kubelet、数据库）本就应当关闭，扫描也会使计数增长。',
  },
  policies: {
    en: 'Which policy: kubectl get networkpolicy -A; for Calico also calicoctl get networkpolicy,globalnetworkpolicy -A. A pod that any policy selects is closed to all that no policy allows.',
    zh: '是哪条策略：kubectl get networkpolicy -A；Calico 还要看 calicoctl get networkpolicy,globalnetworkpolicy -A。Pod 只要被任一策略选中，未被放行的流量就全部拒绝。',
  },
  lookTitle: {
    en: 'Try once more and see whether the counter of this rule moves',
    zh: '再试一次，看这条规则的计数是否变化',
  },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  openTitle: {
    en: 'If the port is meant to be open: let it in before this rule',
    zh: '如果该端口本应开放：在这条规则之前放行',
  },
  openRisk: {
    en: 'Opens the port to all sources that reach this machine; add -s NETWORK. Write it where the firewall is configured, or it is gone at its next start.',
    zh: '会对所有能到达本机的来源开放该端口；建议加上 -s 网段。要写进防火墙的配置，否则下次启动就会丢失。',
  },
  policyTitle: {
    en: 'Allow it by policy, not in its chains: they are written anew',
    zh: '通过策略放行，不要改它的链：链会被重新生成',
  },
  policyRisk: {
    en: 'Read it before you apply it: the selectors decide which pods are opened to whom.',
    zh: '应用前请核对：选择器决定哪些 Pod 对谁开放。',
  },
  notFlush: {
    en: 'iptables -F: with policy DROP it locks everybody out, and kube-proxy and the network plugin lose their rules until the next sync.',
    zh: '执行 iptables -F：策略为 DROP 时会把所有人拒之门外，kube-proxy 和网络插件的规则也要等下次同步才恢复。',
  },
  notTimeouts: {
    en: 'Longer timeouts or retries in the client: a rule drops the last try like the first.',
    zh: '在客户端加长超时或增加重试：规则对最后一次和第一次一视同仁。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'firewall-drop',
  title: { en: 'A firewall rule takes the connections', zh: '防火墙规则拦下了连接' },
  severity: 'critical',
  scope: 'netns',
  needs: { rules: droppingRules, attempts: maybe(failedAttempts), services: maybe(serviceRules) },
  words,
  page: {
    what: {
      en: 'A rule of iptables or nftables on this machine drops the SYN (the client waits and times out) or refuses it (the client is told at once, "connection refused" or "no route to host"). The rule counts what it takes. It acts before the listener: no TCP counter moves, and the socket looks healthy.',
      zh: '本机的 iptables 或 nftables 规则丢弃了 SYN（客户端一直等到超时），或者拒绝它（客户端立即得知：“connection refused” 或 “no route to host”）。规则会统计命中的报文。它在监听套接字之前起作用：TCP 计数器不变，套接字看上去一切正常。',
    },
    why: {
      en: 'A port that the firewall of the distribution (firewalld, ufw) does not know, a network policy that selects the pod and does not name this client, loadBalancerSourceRanges without it, docker setting the FORWARD policy to DROP, a hardening job. After DNAT filter rules see the port of the pod, not the NodePort.',
      zh: '发行版的防火墙（firewalld、ufw）不认识该端口；网络策略选中了 Pod 却没有放行这个客户端；loadBalancerSourceRanges 中没有它；docker 把 FORWARD 策略设为 DROP；安全加固任务。DNAT 之后，过滤规则看到的是 Pod 的端口，而不是 NodePort。',
    },
    confirm: {
      en: '`iptables -L -nvx` (and `iptables-legacy`, `ip6tables`), or `nft list ruleset`, before and after one try of the client: the rule whose counter grows is the one. tcpdump shows the SYN coming in and no answer, since it looks before the filter.',
      zh: '在客户端尝试一次前后各执行 `iptables -L -nvx`（以及 `iptables-legacy`、`ip6tables`）或 `nft list ruleset`：计数增长的那条就是。tcpdump 能看到 SYN 进来却没有应答，因为它在过滤之前抓包。',
    },
    fix: {
      en: 'Allow the port where the firewall is configured (firewall-cmd, ufw, the network policy, the Service), not by hand in chains that a program writes.',
      zh: '在防火墙的配置处放行（firewall-cmd、ufw、网络策略、Service），不要手工修改由程序生成的链。',
    },
    notToConfuse: {
      en: '- A drop rule that counts scanners of ports nobody serves: as meant.\n- Packets in state INVALID that are dropped: late ones of closed connections.\n- REJECT with the comment "has no endpoints": the Service has none.\n- "Connection refused" without a rule for the port: nobody listens, see `port-not-listening`.\n- A timeout while no rule counts: the packet is lost before this machine, or after it.',
      zh: '- 只统计到扫描无服务端口的丢弃规则：本应如此。\n- 丢弃 INVALID 状态的报文：已关闭连接的迟到报文。\n- 注释为 “has no endpoints” 的 REJECT：Service 没有端点。\n- 没有对应规则却 “Connection refused”：没有监听，见 `port-not-listening`。\n- 超时而没有规则计数增长：报文丢失在到达本机之前或离开之后。',
    },
    sources: [
      'iptables(8), iptables-extensions(8): REJECT; nft(8)',
      'Kubernetes documentation: Network Policies; Service, spec.loadBalancerSourceRanges',
      'Calico documentation: Felix chains (cali-fw-, cali-tw-); kube-router documentation: KUBE-NWPLCY, KUBE-POD-FW',
    ],
  },
  thresholds: [
    {
      value: '1',
      reason: {
        en: 'packet between two readings: a rule’s counter moves only when the rule takes one, so one is proof for a rule that names the port',
        zh: '两次读数之间 1 个报文：规则计数只在命中时才变，对写明端口的规则来说，一个就是证据',
      },
    },
    {
      value: '3',
      reason: {
        en: 'packets that policy DROP of FORWARD takes between two readings: a client sends its SYN at 0, 1 and 3 s, strays come one by one',
        zh: 'FORWARD 的 DROP 策略在两次读数之间拿走的报文数：客户端在 0、1、3 秒各发一次 SYN，零星报文则是单个出现',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-unanswered',
      shared: 'port',
      why: {
        en: 'A rule of this machine drops the SYN after the capture has seen it.',
        zh: '抓包看到 SYN 之后，本机的规则把它丢弃了。',
      },
    },
    {
      rule: 'syn-sent-stuck',
      shared: 'port',
      why: {
        en: 'The SYN to this port is dropped by a rule of this very machine, so it stays without an answer.',
        zh: '发往该端口的 SYN 被本机的规则丢弃，因此一直没有应答。',
      },
    },
    {
      rule: 'endpoint-unreachable',
      shared: 'port',
      why: {
        en: 'What is sent to the endpoint ends at this rule.',
        zh: '发往端点的报文止步于这条规则。',
      },
    },
  ],
  check({ rules, attempts, services }, view) {
    return rules.flatMap((one) => {
      const draft = judge(one, attempts ?? [], servedPorts(view, services), view)
      return draft ? [draft] : []
    })
  },
})

/** Ports that something here serves to others: listeners, and what rules forward, as filter rules see it. */
function servedPorts(
  { netns }: View,
  services: { readonly forwardings: readonly Served[] } | null,
): ReadonlySet<number> {
  const ports = new Set<number>()
  if (netns.listeners.ok)
    for (const { local } of netns.listeners.data) if (!isLoopback(local.address)) ports.add(local.port)
  for (const { endpoints, nodePort } of services?.forwardings ?? []) {
    if (nodePort !== null) ports.add(nodePort)
    for (const { port } of endpoints) if (port !== null) ports.add(port)
  }
  return ports
}

interface Served {
  readonly nodePort: number | null
  readonly endpoints: readonly { readonly port: number | null }[]
}

/** An attempt that this rule may have taken. `isNamed`: the rule names its port. */
interface Hit {
  readonly attempt: FailedAttempt
  readonly port: number
  readonly isNamed: boolean
}

/** A client that tries sends its SYN three times in seven seconds; strays come one by one. */
const TRIES = 3

/** A policy names no port: what it took is told by where it stands, and by what was tried meanwhile. */
function judgePolicy(one: DroppingRule, attempts: readonly FailedAttempt[], view: View): Draft | null {
  const grown = isRecent(one.seconds) ? (one.grown ?? 0) : 0
  const hook = hookOf(one.rule)
  if (grown === 0 || hook === null) return null
  const hit = attempts.flatMap((attempt) => hitOf(one, attempt)).find((each) => !isAccepted(each, view))
  const isForwarding = hook === 'through' && grown >= TRIES
  return draftOf(one, view, {
    port: hit?.port ?? null,
    severity: hit ? 'critical' : isForwarding ? 'warning' : 'info',
    confidence: hit || isForwarding ? 'likely' : 'possible',
    summary: hit ? words.takes : words.chainPolicy,
    attempt: hit?.attempt ?? null,
    unknowns: [
      ...(hook === 'through' ? [words.forwardPolicy] : []),
      say(words.strays, { chain: one.rule.chain }),
      words.isMeant,
    ],
  })
}

function judge(
  one: DroppingRule,
  attempts: readonly FailedAttempt[],
  served: ReadonlySet<number>,
  view: View,
): Draft | null {
  if (one.isChainPolicy) return judgePolicy(one, attempts, view)
  const grown = isRecent(one.seconds) ? (one.grown ?? 0) : 0
  const hits = attempts.flatMap((attempt) => hitOf(one, attempt))
  const named = hits.find((hit) => hit.isNamed)
  const sure = otherConditions(one.rule).length === 0
  if (named) {
    const taken = one.grown ?? one.packets ?? 0
    const confidence: Confidence = grown > 0 && sure ? 'certain' : taken > 0 ? 'likely' : 'possible'
    // It was read, and has never taken a packet: another one did.
    if (one.packets === 0) return null
    return draftOf(one, view, {
      port: named.port,
      severity: confidence === 'possible' ? 'info' : 'critical',
      confidence,
      summary: words.takes,
      attempt: named.attempt,
      unknowns: [...(confidence === 'certain' ? [] : [words.order]), ...(one.isPolicy ? [words.policies] : [])],
    })
  }
  if (grown === 0) return null
  const [hit] = hits
  if (hit)
    return draftOf(one, view, {
      port: hit.port,
      severity: 'info',
      confidence: 'possible',
      summary: words.takes,
      attempt: hit.attempt,
      unknowns: [words.order, words.isMeant],
    })
  const port = [...served].find((each) => portMatch(one.rule, each) === 'named')
  if (port !== undefined) {
    const isShut = sure && one.rule.source === null && one.rule.destination === null && !isLetIn(port, view)
    return draftOf(one, view, {
      port,
      severity: isShut ? 'warning' : 'info',
      confidence: isShut ? 'likely' : 'possible',
      summary: words.grows,
      attempt: null,
      unknowns: [words.isMeant, ...(one.isPolicy ? [words.policies] : [])],
    })
  }
  if (!one.isPolicy) return null
  return draftOf(one, view, {
    port: null,
    severity: 'info',
    confidence: 'likely',
    summary: words.policy,
    attempt: null,
    unknowns: [words.isMeant, words.policies],
  })
}

/** A rule beside it lets some in: the rest is shut out on purpose. */
const isLetIn = (port: number, { netns }: View): boolean =>
  netns.nat.ok &&
  netns.nat.data.listings.some((one) =>
    one.rules.some(
      (rule) => /^(?:ACCEPT|accept|RETURN|return)$/.test(rule.target ?? '') && portMatch(rule, port) === 'named',
    ),
  )

/** A rule takes it before the policy can: it names the port, or takes everything to that address. */
const isAccepted = ({ attempt, port }: Hit, view: View): boolean =>
  isLetIn(port, view) ||
  (view.netns.nat.ok &&
    view.netns.nat.data.listings.some(({ rules }) =>
      rules.some(
        (rule) =>
          /^accept$/i.test(rule.target ?? '') &&
          otherConditions(rule).length === 0 &&
          takesAddress(rule, attempt.address) &&
          portMatch(rule, port) !== 'no',
      ),
    ))

/** What was met must be what the rule does, and the packet must have come by. */
function hitOf(one: DroppingRule, attempt: FailedAttempt): readonly Hit[] {
  const fits = one.kind === 'drop' ? attempt.how === 'silent' : attempt.how !== 'silent'
  if (!fits) return []
  const hook = hookOf(one.rule)
  if (hook === 'in' && !attempt.isOwn) return []
  // From here nothing is forwarded: what a probe of this namespace sends goes out by OUTPUT.
  if (hook === 'through') return []
  const seen = [{ address: attempt.address, port: attempt.port }, ...attempt.translated]
  return seen.flatMap(({ address, port }) => {
    const match = takesAddress(one.rule, address) ? portMatch(one.rule, port) : 'no'
    return match === 'no' ? [] : [{ attempt, port, isNamed: match === 'named' }]
  })
}

interface Told {
  readonly port: number | null
  readonly severity: Severity
  readonly confidence: Confidence
  readonly summary: Text
  readonly attempt: FailedAttempt | null
  readonly unknowns: readonly Text[]
}

function draftOf(one: DroppingRule, view: View, told: Told): Draft {
  const { rule, keeper, kind } = one
  const spelled = spellDropping(one)
  const grown = isRecent(one.seconds) ? (one.grown ?? 0) : 0
  return {
    subject: {
      kind: 'netns',
      key: `${rule.family ?? ''} ${spelled}`.trim(),
      ...(told.port === null ? {} : { port: told.port }),
    },
    severity: told.severity,
    confidence: told.confidence,
    when: 'now',
    summary: say(told.summary, {
      does: kind === 'drop' ? words.drops : words.rejects,
      port: String(told.port ?? ''),
      rule: spelled,
      chain: rule.chain,
      keeper:
        told.summary === words.policy
          ? (keeper ?? words.someone)
          : keeper
            ? say(words.keptBy, { keeper })
            : words.nobody,
      grown:
        grown > 0
          ? say(words.byGrown, { count: grown })
          : (one.packets ?? 0) > 0
            ? say(words.byTotal, { count: one.packets ?? 0 })
            : words.nobody,
      said: told.attempt?.said.slice(0, 120) ?? '',
    }),
    evidence: evidenceOf(one, told, view),
    remedies: remedies(one, told.port, view),
    notHelpful: [words.notFlush, words.notTimeouts],
    unknowns: told.unknowns,
  }
}

const listCommand = ({ rule }: DroppingRule): string =>
  rule.backend === 'nftables'
    ? `nft list chain ${rule.family === 6 ? 'ip6' : rule.family === 4 ? 'ip' : 'inet'} ${shellWord(rule.table ?? 'filter')} ${shellWord(rule.chain)}`
    : `${rule.family === 6 ? 'ip6tables' : 'iptables'} -t ${shellWord(rule.table ?? 'filter')} -L ${shellWord(rule.chain)} -nvx`

function evidenceOf(one: DroppingRule, { attempt }: Told, view: View): readonly Evidence[] {
  const plain = { limit: null, source: one.origin, command: null }
  const command = inNetns(view, listCommand(one))
  return [
    {
      ...plain,
      label: say(words.ruleLabel, { rule: spellDropping(one) }),
      value: one.packets,
      unit: 'packets',
      command,
    },
    ...(one.grown === null ? [] : [{ ...plain, label: words.ruleGrown, value: one.grown, unit: 'packets' }]),
    ...(attempt
      ? [
          {
            ...plain,
            label: say(words.attempt, { said: attempt.said.slice(0, 120) }),
            value: attempt.how,
            unit: null,
            source: attempt.origin,
          },
        ]
      : []),
  ]
}

function remedies(one: DroppingRule, port: number | null, view: View): readonly Remedy[] {
  const verify = inNetns(view, listCommand(one))
  const look: Remedy = { title: words.lookTitle, action: verify, language: 'sh', risk: words.lookRisk, verify }
  if (one.isPolicy)
    return [
      look,
      {
        title: words.policyTitle,
        action: `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-client\n  namespace: NAMESPACE\nspec:\n  podSelector:\n    matchLabels: { app: SERVER }\n  policyTypes: [Ingress]\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels: { app: CLIENT }${port === null ? '' : `\n      ports:\n        - port: ${port}`}`,
        language: 'yaml',
        risk: words.policyRisk,
        verify,
      },
    ]
  const program = one.rule.family === 6 ? 'ip6tables' : 'iptables'
  if (one.isChainPolicy && hookOf(one.rule) === 'through') {
    const action = inNetns(view, `${program} -P FORWARD ACCEPT`)
    const risk = words.forwardRisk
    return [look, { title: words.forwardTitle, action, language: 'sh', risk, verify }]
  }
  if (port === null || one.rule.backend === 'nftables') return [look]
  return [
    look,
    {
      title: words.openTitle,
      action: inNetns(view, `${program} -I ${shellWord(one.rule.chain)} 1 -p tcp --dport ${port} -j ACCEPT`),
      language: 'sh',
      risk: words.openRisk,
      verify,
    },
  ]
}
