import { sumOf } from '../facts/accept-queues.ts'
import type { NamedForwarding } from '../facts/forwarding-names.ts'
import type { View } from '../facts/need.ts'
import { type NeverAccepting, neverAccepting } from '../facts/never-accepting.ts'
import { byHolder, type Held } from '../facts/owners.ts'
import { earlierContents } from '../facts/queue-contents.ts'
import { rulesCommand, type ServiceRules, serviceRules } from '../facts/service-rules.ts'
import { type WayPastRules, wayPastRules } from '../facts/ways-past-rules.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { longestFirst, QUEUE_WORDS, queueEvidence, subjectOf } from './queue-evidence.ts'
import { WAY_WORDS, wayEvidence } from './way-past-evidence.ts'

const words = {
  summary: {
    en: 'Rules send {ports} on to pods, yet {wait} at the listener itself, having come past the rules{how}',
    zh: '规则会把 {ports} 转发到 Pod，却有 {wait}停在监听套接字自己的队列里：绕过了规则{how}',
  },
  waitOne: { en: 'one connection waits', zh: '1 条连接' },
  waitMany: { en: '{count} connections wait', zh: '{count} 条连接' },
  portOne: { en: 'NodePort {port}', zh: 'NodePort {port}' },
  portMany: { en: '{n} NodePorts ({list})', zh: '{n} 个 NodePort（{list}）' },
  overSix: {
    en: ', {count} of them over IPv6, for which there are none',
    zh: '，其中 {count} 条走 IPv6，而 IPv6 没有规则',
  },
  overFour: {
    en: ', {count} of them over IPv4, for which there are none',
    zh: '，其中 {count} 条走 IPv4，而 IPv4 没有规则',
  },
  flows: {
    en: '; conntrack shows {count} such entries, untranslated',
    zh: '；conntrack 中有 {count} 条这样的条目，均未经转换',
  },
  earlier: {
    en: ' at an earlier time; the {count} that conntrack shows now were all translated',
    zh: '，但那是更早的事：conntrack 现在显示的 {count} 条都已被转换',
  },
  rule: {
    en: '{listener}: endpoints that rules send it to ({service})',
    zh: '{listener}：规则把它转发到的 endpoint 数（{service}）',
  },
  ruleAlone: {
    en: '{listener}: a rule sends it on ({service}); to how many endpoints was not seen',
    zh: '{listener}：有规则把它转发出去（{service}）；没有看到有多少 endpoint',
  },
  unnamed: { en: 'Service not named', zh: '未显示 Service 名称' },
  grew: {
    en: '{listener}: more than at the reading before, where there were',
    zh: '{listener}：比前一次读数增加，前一次为',
  },
  dualTitle: {
    en: 'Give the Service rules for IPv6 as well, or keep kube-proxy off IPv6',
    zh: '让该 Service 也有 IPv6 规则，或者不让 kube-proxy 监听 IPv6',
  },
  dualRisk: {
    en: 'The Service gets a second ClusterIP; the cluster must be dual-stack (GA since 1.23). Otherwise set nodePortAddresses of kube-proxy to the IPv4 networks: IPv6 clients are then refused instead of left hanging.',
    zh: 'Service 会多一个 ClusterIP，集群必须是双栈（1.23 起 GA）。否则把 kube-proxy 的 nodePortAddresses 设为 IPv4 网段：IPv6 客户端会被拒绝，而不是一直挂着。',
  },
  watchTitle: {
    en: 'Catch the moment in which the rule is gone: who writes rules then is the cause',
    zh: '抓住规则消失的那一刻：那时在改写规则的就是原因',
  },
  watchRisk: {
    en: 'none, it only reads; on a node with very many rules each look costs some CPU',
    zh: '无，只读操作；规则非常多的节点上每次查看会消耗一些 CPU',
  },
  notConntrack: {
    en: 'conntrack -D on these entries: the socket in the queue stays; only its client is cut off.',
    zh: '用 conntrack -D 删除这些条目：队列中的套接字仍在，只会切断其客户端。',
  },
  notEndpoints: {
    en: 'Restarting the pods behind the Service: no pod has ever seen these connections.',
    zh: '重启 Service 后面的 Pod：没有任何 Pod 见过这些连接。',
  },
  notRules: {
    en: 'Adding the rules by hand: they are there. A rule decides over the first packet of a connection, never over one that is already in the queue.',
    zh: '手工补规则：规则本来就在。规则只决定连接的第一个报文，对已经进入队列的连接不起作用。',
  },
  when: {
    en: 'When they came past is not in this data. Known ways: kube-proxy had the port open before its rules were written; the Service went from no endpoint to some (the refusing rule goes before the translating one comes); somebody flushed the nat table; the client came over a family without rules. The ages of the connections (ss -tnpi, lastsnd) against the start of kube-proxy and the events of the Service tell which.',
    zh: '它们是什么时候绕过去的，数据里看不出来。已知途径：kube-proxy 先打开端口、后写规则；Service 从没有 endpoint 变为有（先撤掉拒绝规则，后加转换规则）；有人清空了 nat 表；客户端走了没有规则的协议族。把连接的年龄（ss -tnpi 的 lastsnd）与 kube-proxy 的启动时间、Service 的事件对照即可判断。',
  },
  noFlows: {
    en: 'Whether it goes on: conntrack was not read. conntrack -L -p tcp --orig-port-dst {port}: an entry whose reply comes from this node itself came past the rules.',
    zh: '是否仍在发生：没有读到 conntrack。conntrack -L -p tcp --orig-port-dst {port}：回复方向来自本节点自身的条目就是绕过规则的。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'nodeport-listener-bypassed',
  title: { en: 'Connections came past the rules of a NodePort', zh: '有连接绕过了 NodePort 的转发规则' },
  severity: 'warning',
  scope: 'netns',
  needs: { unaccepted: neverAccepting, rules: serviceRules },
  words: { ...words, ...WAY_WORDS, ...QUEUE_WORDS },
  page: {
    what: {
      en: 'DNAT rules take every new connection to a NodePort away before it meets a local socket. Here connections of such a port stand in the accept queue of the program that holds the port: no rule saw their first packet. The service itself goes on; whoever came past it waits for an answer that nobody will give.',
      zh: 'DNAT 规则会在连接遇到本机套接字之前就把发往 NodePort 的新连接转走。而这里，这样的端口有连接停在占用端口的程序的 accept 队列里：它们的第一个报文没有经过任何规则。服务本身照常工作；绕过规则的客户端却在等一个永远不会来的应答。',
    },
    why: {
      en: 'A rule is asked once per connection, at its first packet; conntrack remembers the answer, also the answer "no rule". Past the rules lead: the moment between opening the port and writing the rules; the moment in which a Service gets its first endpoint, since iptables-restore commits the table that refuses before the table that translates; a flush of the nat table by another program; a client over IPv6 while only IPv4 has rules and the listener is `:::port` (kube-proxy up to 1.19; from 1.20 on each family has a listener of its own); loopback without route_localnet. An old kube-proxy makes this visible because it listens on the port; without a listener the client would have got a reset and tried again.',
      zh: '每条连接只在第一个报文时查一次规则；conntrack 会记住结果，包括“没有规则”这个结果。绕过的途径有：打开端口与写好规则之间的空档；Service 得到第一个 endpoint 的瞬间，因为 iptables-restore 先提交拒绝所在的表、后提交转换所在的表；别的程序清空了 nat 表；只有 IPv4 有规则、监听却是 `:::端口` 时的 IPv6 客户端（1.19 及以前的 kube-proxy；1.20 起每个协议族各有自己的监听）；没有 route_localnet 时的环回访问。旧的 kube-proxy 监听了端口，问题才显露出来；没有监听时，客户端会收到 RST 并重试。',
    },
    confirm: {
      en: '`conntrack -L -p tcp --orig-port-dst PORT`: where the second src= and sport= repeat the first dst= and dport=, nothing was translated. `iptables-save | grep -- "--dport PORT"` and the same with ip6tables-save: which family has the rule. Entries that merely cross this node towards another node\'s NodePort look untranslated too: their dst= is not an address of this node.',
      zh: '`conntrack -L -p tcp --orig-port-dst 端口`：后一组 src=、sport= 与前一组 dst=、dport= 相同，就是没有转换。`iptables-save | grep -- "--dport 端口"` 以及 ip6tables-save：看哪个协议族有规则。只是经过本节点、去往其他节点 NodePort 的条目看起来也没有转换：它们的 dst= 不是本节点的地址。',
    },
    fix: {
      en: 'Free the places by ending the listener (a restart of kube-proxy), and close the way: rules for both families, no second program that flushes the nat table, and for good a kube-proxy that opens no NodePorts (1.24 and later), where such a client is refused at once and can try again.',
      zh: '结束监听（重启 kube-proxy）以释放位置，并堵住途径：两个协议族都有规则，不让别的程序清空 nat 表；根治办法是使用不再打开 NodePort 的 kube-proxy（1.24 及以后），那样的客户端会立刻被拒绝，可以马上重试。',
    },
    notToConfuse: {
      en: '- A Service without endpoints: there is no rule to come past.\n- A program of your own that listens on the number of a NodePort: it accepts what reaches it (port-conflict).\n- Health-check NodePorts (externalTrafficPolicy Local): kube-proxy does answer on those, and no rule translates them.',
      zh: '- 没有 endpoint 的 Service：没有规则可绕。\n- 自己的程序恰好监听了 NodePort 的端口号：到达的连接它会 accept（port-conflict）。\n- 健康检查 NodePort（externalTrafficPolicy Local）：kube-proxy 会在上面应答，也没有规则转换它们。',
    },
    sources: [
      'kubernetes/kubernetes #106713: dangling TCP connections; #108496: kube-proxy: remove port opener',
      'kubernetes pkg/proxy/iptables/proxier.go: syncProxyRules, the order of tables given to iptables-restore',
      'Linux net/netfilter/nf_nat_core.c: nf_nat_inet_fn(): rules are asked for new connections only',
    ],
  },
  effects: [],
  check({ unaccepted, rules }, view) {
    const bypassed = unaccepted.filter(
      ({ sign, listener }) =>
        sign !== 'stopped' &&
        (rules.nodePorts.get(listener.local.port)?.forwardings ?? []).some(sendsElsewhere(listener.local.port)),
    )
    return byHolder(bypassed).map((group) => draftOf(view, group, rules))
  },
})

/** A rule that sends the port to a pod. To the same port of this node it would come back to the listener. */
const sendsElsewhere = (port: number) => (one: NamedForwarding) =>
  one.refused === null && one.endpointCount !== 0 && !one.endpoints.some((endpoint) => endpoint.port === port)

interface Bypassed {
  readonly item: NeverAccepting
  readonly way: WayPastRules
  readonly before: number | null
}

function draftOf(view: View, { holder, items }: Held<NeverAccepting>, rules: ServiceRules): Draft {
  const all = longestFirst(items).map(
    (item): Bypassed => ({
      item,
      way: wayPastRules(view, item.listener, rules),
      before: earlierContents(view, item.listener)?.length ?? null,
    }),
  )
  const goesOn = all.some(
    ({ item, way, before }) =>
      way.familiesWithout.length > 0 || way.untranslated.count > 0 || (before !== null && item.length > before),
  )
  const subject = subjectOf(holder, items)
  const service = serviceOf(items, rules)
  return {
    subject: service === null ? subject : { ...subject, service },
    severity: goesOn ? 'warning' : 'info',
    confidence: surest(all, rules.carried),
    when: goesOn ? 'now' : 'past',
    summary: summaryOf(all),
    evidence: all.flatMap((one) => evidenceOf(view, one, rules)),
    remedies: remediesOf(view, all, service, rules),
    notHelpful: [words.notRules, words.notConntrack, words.notEndpoints],
    unknowns: unknownsOf(view, all, rules),
  }
}

const sum = (all: readonly Bypassed[], read: (one: Bypassed) => number): number =>
  all.reduce((total, one) => total + read(one), 0)

/** That somebody waits there is as sure as that nobody accepts; that rules stand against it was read. */
function surest(all: readonly Bypassed[], carried: boolean): Confidence {
  const proven = all.some(({ way }) => way.untranslated.count > 0 || way.familiesWithout.length > 0)
  if (proven && !carried && all.some(({ item }) => item.confidence === 'certain')) return 'certain'
  return proven || all.some(({ item }) => item.confidence !== 'possible') ? 'likely' : 'possible'
}

function summaryOf(all: readonly Bypassed[]): Text {
  const ports = all.map(({ item }) => String(item.listener.local.port))
  const [first = ''] = ports
  const count = sumOf(all.map(({ item }) => item))
  return say(words.summary, {
    ports:
      ports.length === 1
        ? say(words.portOne, { port: first })
        : say(words.portMany, { n: ports.length, list: formatList(ports, 4) }),
    wait: count === 1 ? words.waitOne : say(words.waitMany, { count }),
    how: howOf(all),
  })
}

function howOf(all: readonly Bypassed[]): Text {
  const six = sum(all, ({ way }) => (way.familiesWithout.includes(6) ? way.peers.v6 : 0))
  const four = sum(all, ({ way }) => (way.familiesWithout.includes(4) ? way.peers.v4 : 0))
  if (six > 0) return say(words.overSix, { count: six })
  if (four > 0) return say(words.overFour, { count: four })
  const untranslated = sum(all, ({ way }) => way.untranslated.count)
  if (untranslated > 0) return say(words.flows, { count: untranslated })
  const translated = sum(all, ({ way }) => way.translated.count)
  return translated > 0 ? say(words.earlier, { count: translated }) : plain('')
}

function evidenceOf(view: View, { item, way, before }: Bypassed, rules: ServiceRules): readonly Evidence[] {
  const { listener, contents } = item
  const { port } = listener.local
  const name = formatEnd(listener.local)
  const known = rules.nodePorts.get(port)
  const rule = known?.forwardings.find((one) => one.refused === null)
  const sent: readonly Evidence[] = rule
    ? [
        {
          label: say(rule.endpointCount === null ? words.ruleAlone : words.rule, {
            listener: name,
            service: known?.service ?? words.unnamed,
          }),
          value: rule.endpointCount,
          unit: rule.endpointCount === null ? null : 'endpoints',
          limit: null,
          source: rules.originOf(rule),
          command: inNetns(view, rulesCommand(rule.backend, port)),
        },
      ]
    : []
  const grew: readonly Evidence[] =
    before !== null && item.length > before
      ? [
          {
            label: say(words.grew, { listener: name }),
            value: before,
            unit: 'connections',
            limit: null,
            source: listener.origin,
            command: null,
          },
        ]
      : []
  return [
    queueEvidence(view, item),
    ...sent,
    ...wayEvidence(view, listener, way, contents.origin ?? listener.origin),
    ...grew,
  ]
}

/** The one Service that all of them belong to. */
function serviceOf(items: readonly NeverAccepting[], rules: ServiceRules): string | null {
  const names = new Set(
    items.map(({ listener }) => rules.nodePorts.get(listener.local.port)?.service ?? listener.service),
  )
  const [only] = names
  return names.size === 1 ? (only ?? null) : null
}

function remediesOf(
  view: View,
  all: readonly Bypassed[],
  service: string | null,
  rules: ServiceRules,
): readonly Remedy[] {
  const [first] = all
  const port = first?.item.listener.local.port ?? 0
  const named = /^([^/]+)\/([^:]+)/.exec(service ?? '')
  const overSix = all.some(({ way }) => way.familiesWithout.includes(6))
  const dual: readonly Remedy[] = overSix
    ? [
        {
          title: words.dualTitle,
          action: named
            ? `kubectl -n ${shellWord(named[1] ?? '')} patch service ${shellWord(named[2] ?? '')} -p '{"spec":{"ipFamilyPolicy":"PreferDualStack"}}'`
            : null,
          language: named ? 'sh' : null,
          risk: words.dualRisk,
          verify: inNetns(view, `ip6tables-save -t nat | grep -w -- '--dport ${port}'`),
        },
      ]
    : []
  const rule = rules.nodePorts.get(port)?.forwardings.find((one) => one.refused === null)
  const looks = `${rulesCommand(rule?.backend ?? 'iptables', port)} > /dev/null`
  const watch: Remedy = {
    title: words.watchTitle,
    action: inNetns(view, `timeout 3600 sh -c "while ${looks}; do sleep 0.2; done; date"`),
    language: 'sh',
    risk: words.watchRisk,
    verify: inNetns(view, `conntrack -L -p tcp --orig-port-dst ${port}`),
  }
  return [...dual, watch]
}

function unknownsOf(view: View, all: readonly Bypassed[], rules: ServiceRules): readonly Text[] {
  const explained = all.every(({ way }) => way.familiesWithout.length > 0)
  const six = all.some(({ way }) => way.peers.v6 > 0 && !way.familiesWithout.includes(6))
  const [first] = all
  const port = String(first?.item.listener.local.port ?? 0)
  return [
    ...(explained ? [] : [words.when]),
    ...(six && !rules.natWhole(6) ? [WAY_WORDS.sixUnknown] : []),
    ...(view.netns.flows.ok ? [] : [say(words.noFlows, { port })]),
  ]
}
