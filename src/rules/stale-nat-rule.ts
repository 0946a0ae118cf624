import type { View } from '../facts/need.ts'
import { type RuleDrift, ruleDrift, type StaleEndpoint, type StaleService } from '../facts/rule-drift.ts'
import { rulesCommand, type ServiceRules, serviceRules } from '../facts/service-rules.ts'
import type { Confidence, Draft, Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { PROXY_HEALTH_WORDS, proxyHealthRemedies } from './proxy-health-remedies.ts'

const words = {
  endpoints: {
    en: 'Rules of this node send {service} to {places}, which {what}{share}',
    zh: '本节点的规则把 {service} 转发到 {places}，而{what}{share}',
  },
  noPod: { en: 'no pod has any more', zh: '该地址已不属于任何 Pod' },
  notListed: { en: 'Kubernetes does not list among its endpoints', zh: 'Kubernetes 的 endpoint 列表里没有它' },
  share: { en: ': {percent} % of its new connections', zh: '：占新连接的 {percent} %' },
  service: {
    en: 'Rules of this node still forward {service}, a Service that Kubernetes does not have',
    zh: '本节点的规则仍在转发 {service}，而 Kubernetes 里没有这个 Service',
  },
  serviceMany: {
    en: 'Rules of this node still forward {count} Services that Kubernetes does not have: {services}',
    zh: '本节点的规则仍在转发 {count} 个 Kubernetes 里没有的 Service：{services}',
  },
  place: { en: '{place}: its share of new connections', zh: '{place}：占新连接的比例' },
  list: {
    en: 'Endpoints of {service} as Kubernetes lists them; {place} is not among them',
    zh: 'Kubernetes 列出的 {service} 的 endpoint；{place} 不在其中',
  },
  rule: { en: 'Rules of {service}, endpoints', zh: '{service} 的规则，endpoint 数' },
  notPods: {
    en: 'Restarting the pods: each restart makes new addresses, and more stale rules, while kube-proxy does not follow.',
    zh: '重启 Pod：kube-proxy 不跟进时，每次重启都会产生新地址和更多过期规则。',
  },
  notConntrack: {
    en: 'conntrack -F: the next connection meets the same rule.',
    zh: 'conntrack -F：下一条连接还是会匹配同样的规则。',
  },
  moment: {
    en: 'Rules and Kubernetes were asked at different moments: during a rollout they differ for some seconds. Ask both again: {command}',
    zh: '规则与 Kubernetes 不是同一时刻读取的：滚动发布期间两者会有几秒的差异。再各读一次：{command}',
  },
  podsUnknown: {
    en: 'Whether a pod still has the address: kubectl get pods -A -o wide | grep -w {address}',
    zh: '该地址是否仍属于某个 Pod：kubectl get pods -A -o wide | grep -w {address}',
  },
} satisfies Record<string, Text>

// No scenario in the lab: what Kubernetes no longer has is told by an API server; test/text/service-rules.test.ts has the outputs.
export default defineRule({
  id: 'stale-nat-rule',
  title: { en: 'Rules send to what is no longer there', zh: '规则转发到已不存在的目标' },
  severity: 'warning',
  scope: 'netns',
  needs: { drift: ruleDrift, rules: serviceRules },
  words: { ...words, ...PROXY_HEALTH_WORDS },
  page: {
    what: {
      en: 'A DNAT rule for a Service names an address that is no endpoint of it any more, or the Service itself is gone. Connections that the rule picks go to nobody, or to a pod of another Service that got the address since.',
      zh: '某个 Service 的 DNAT 规则指向的地址已不是它的 endpoint，或者该 Service 本身已被删除。被这条规则选中的连接会发往无人之处，或者发到后来分到该地址的其他 Service 的 Pod。',
    },
    why: {
      en: 'kube-proxy of this node stopped following: it cannot reach the API server, iptables-restore fails (a locked table, a rule that this kernel cannot load), it hangs, or it was removed and left its rules behind. Two back ends side by side do the same: after a change from iptables-legacy to nf_tables the old rules stay in force.',
      zh: '本节点的 kube-proxy 不再跟进：连不上 API server、iptables-restore 失败（表被锁、内核装不下某条规则）、进程卡住，或者它已被卸载却留下了规则。两套后端并存也会这样：从 iptables-legacy 切换到 nf_tables 之后，旧规则仍然生效。',
    },
    confirm: {
      en: '`iptables-save | grep SERVICE` beside `kubectl get endpoints`, twice, half a minute apart. kube-proxy tells when it last wrote: `curl -s localhost:10249/metrics | grep sync_proxy_rules_last`.',
      zh: '把 `iptables-save | grep SERVICE` 与 `kubectl get endpoints` 对照，隔半分钟再做一次。kube-proxy 会报告最近一次写规则的时间：`curl -s localhost:10249/metrics | grep sync_proxy_rules_last`。',
    },
    fix: {
      en: 'Find out why kube-proxy does not write (its log says it), then restart it. Left-over rules of a back end that nobody uses any more go with `kube-proxy --cleanup` or a reboot.',
      zh: '先查明 kube-proxy 为什么没有写规则（日志里会有），再重启它。无人使用的后端留下的规则，用 `kube-proxy --cleanup` 或重启节点清除。',
    },
    notToConfuse: {
      en: '- A rollout under way: the difference lasts seconds.\n- Pods that are shutting down while none else is ready: kube-proxy keeps sending to them on purpose (1.26 and later).\n- A Service without selector: its endpoints need not be pods.\n- Lists of which a part was left out: what is missing there proves nothing.',
      zh: '- 正在滚动发布：差异只持续几秒。\n- 没有其他就绪 Pod 时仍在退出的 Pod：kube-proxy 会有意继续转发（1.26 起）。\n- 没有 selector 的 Service：它的 endpoint 不一定是 Pod。\n- 只贴出一部分的列表：其中没有的不能说明问题。',
    },
    sources: [
      'kubernetes pkg/proxy/iptables/proxier.go: syncProxyRules; sync_proxy_rules_last_timestamp_seconds',
      'Kubernetes documentation: Virtual IPs and Service Proxies, sync periods; KEP-1669 (terminating endpoints)',
    ],
  },
  thresholds: [
    {
      value: '120 s',
      reason: {
        en: 'since the Service or endpoint changed: four times the longest pause between two writes of kube-proxy (syncPeriod 30 s)',
        zh: '距 Service 或端点变更的时间：为 kube-proxy 两次写入最长间隔（syncPeriod 30 秒）的四倍',
      },
    },
  ],
  effects: [],
  check({ drift, rules }, view) {
    const byService = Map.groupBy(drift.staleEndpoints, ({ forwarding }) => forwarding.service ?? '')
    const ended = [...byService.values()].map((those) => endpointDraft(those, rules, view))
    return [...ended, ...serviceDrafts(drift, rules, view)]
  },
})

function endpointDraft(stale: readonly StaleEndpoint[], rules: ServiceRules, view: View): Draft {
  const places = [...new Set(stale.map(placeOf))]
  const service = stale[0]?.forwarding.service ?? ''
  const confidence = surest(stale, view)
  const shares = stale.map((one) => one.share)
  const known = shares.filter((one) => one !== null)
  const whole = known.length === shares.length ? known.reduce((sum, one) => sum + one, 0) : null
  return {
    subject: { kind: 'service', key: service, service },
    severity: confidence === 'possible' ? 'info' : 'warning',
    confidence,
    when: 'now',
    summary: say(words.endpoints, {
      service,
      places: formatList(places, 3),
      what: stale.every((one) => one.alive === false) ? words.noPod : words.notListed,
      share: whole === null ? plain('') : say(words.share, { percent: String(Number((whole * 100).toFixed(1))) }),
    }),
    evidence: stale.flatMap((one) => evidenceOf(one, rules, view)),
    remedies: proxyHealthRemedies(view),
    notHelpful: [words.notPods, words.notConntrack],
    unknowns: [
      say(words.moment, { command: `iptables-save | grep -F '${service}'; kubectl get endpoints -A` }),
      ...(stale.some((one) => one.alive === null)
        ? [say(words.podsUnknown, { address: stale.find((one) => one.alive === null)?.address ?? '' })]
        : []),
    ],
  }
}

const placeOf = ({ address, port }: StaleEndpoint): string => (port === null ? address : formatEnd({ address, port }))

/** Neither listed nor anybody's address: a rollout that is just under way looks so for seconds only. */
function surest(stale: readonly StaleEndpoint[], { snapshot }: View): Confidence {
  const both = stale.some((one) => one.list !== null && one.alive === false)
  const atOnce = snapshot.way === 'live' && stale.some((one) => one.list !== null)
  return both || atOnce ? 'likely' : 'possible'
}

function evidenceOf(one: StaleEndpoint, rules: ServiceRules, view: View): readonly Evidence[] {
  const place = placeOf(one)
  const service = one.forwarding.service ?? ''
  return [
    {
      label: say(words.place, { place }),
      value: one.share === null ? null : Number((one.share * 100).toFixed(2)),
      unit: one.share === null ? null : '%',
      limit: null,
      source: rules.originOf(one.forwarding),
      command: inNetns(view, rulesCommand(one.forwarding.backend, one.port ?? one.address)),
    },
    ...(one.list
      ? [
          {
            label: say(words.list, { service, place }),
            value: null,
            unit: null,
            limit: null,
            source: one.list,
            command: 'kubectl get endpoints -A',
          },
        ]
      : []),
  ]
}

/** Single Services by themselves, many as one. */
function serviceDrafts({ staleServices }: RuleDrift, rules: ServiceRules, view: View): readonly Draft[] {
  const byName = [...Map.groupBy(staleServices, ({ name }) => name)]
  if (byName.length === 0) return []
  const names = byName.map(([name]) => name)
  const [only = ''] = names
  return [
    {
      subject:
        names.length === 1
          ? { kind: 'service', key: only, service: only }
          : { kind: 'netns', key: 'rules of Services that are gone' },
      severity: 'info',
      confidence: 'likely',
      when: 'now',
      summary:
        names.length === 1
          ? say(words.service, { service: only })
          : say(words.serviceMany, { count: names.length, services: formatList(names, 4) }),
      evidence: staleServices.map((one) => serviceEvidence(one, rules, view)),
      remedies: proxyHealthRemedies(view),
      notHelpful: [words.notConntrack],
      unknowns: [say(words.moment, { command: 'iptables-save; kubectl get svc -A' })],
    },
  ]
}

function serviceEvidence({ forwarding, name }: StaleService, rules: ServiceRules, view: View): Evidence {
  return {
    label: say(words.rule, { service: forwarding.service ?? name }),
    value: forwarding.endpointCount,
    unit: forwarding.endpointCount === null ? null : 'endpoints',
    limit: null,
    source: rules.originOf(forwarding),
    command: inNetns(view, `iptables-save | grep -F ${shellWord(name)}`),
  }
}
