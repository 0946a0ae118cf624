import { type SharedServices, type SharingService, sharedServices } from '../facts/shared-services.ts'
import type { Draft, Evidence } from '../model/finding.ts'
import type { Origin } from '../model/part.ts'
import type { Text } from '../model/text.ts'
import { formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

const words = {
  one: {
    en: '{services} send to the very same {endpoints} endpoints: they share load, limits and faults',
    zh: '{services} 转发到完全相同的 {endpoints} 个 endpoint：负载、上限和故障都是共享的',
  },
  oneEndpoint: {
    en: '{services} send to the very same endpoint: they share load, limits and faults',
    zh: '{services} 转发到同一个 endpoint：负载、上限和故障都是共享的',
  },
  many: {
    en: '{groups} groups of Services send to the very same endpoints ({services} Services in all): what hits one of a group hits the others',
    zh: '有 {groups} 组 Service 各自转发到完全相同的 endpoint（共 {services} 个 Service）：同组中一个受影响，其余也受影响',
  },
  group: { en: 'Endpoints of {services}', zh: '{services} 的 endpoint 数' },
  groupPart: {
    en: 'Endpoints of {services}; those that were printed are the same, and so are their numbers',
    zh: '{services} 的 endpoint 数；已打印的部分相同，总数也相同',
  },
  nodePort: { en: '{name} (NodePort {ports})', zh: '{name}（NodePort {ports}）' },
  and: { en: '{first} and {last}', zh: '{first} 与 {last}' },
  part: {
    en: 'Not every endpoint was printed: kubectl get endpoints -A -o yaml shows whether the others are the same, too.',
    zh: '没有打印出全部 endpoint：kubectl get endpoints -A -o yaml 可以确认其余的是否也相同。',
  },
} satisfies Record<string, Text>

/** Groups shown one by one; a cluster in which every application has two Services has hundreds. */
const SHOWN = 20

export default defineRule({
  id: 'services-share-endpoints',
  title: { en: 'Several Services stand for the same endpoints', zh: '多个 Service 指向同样的 endpoint' },
  severity: 'info',
  scope: 'node',
  needs: { shared: sharedServices },
  words,
  page: {
    what: {
      en: 'Two or more Services have selectors that pick the same pods, and send to the same target port. Each has a ClusterIP, NodePorts and rules of its own; behind them stand the same processes.',
      zh: '两个或更多 Service 的 selector 选中了同样的 Pod，并且转发到同样的目标端口。它们各有自己的 ClusterIP、NodePort 和规则，背后却是同样的进程。',
    },
    why: {
      en: 'Left over from a migration (an old and a new load balancer), made for two callers with different settings (session affinity, source ranges, internal and external), or a selector that is wider than was meant. No fault by itself.',
      zh: '迁移后的遗留（新旧两个负载均衡）、为两类调用方分别设置（会话保持、来源网段、内外网），或者 selector 比预期的宽。本身不是故障。',
    },
    confirm: {
      en: '`kubectl get endpoints -A` and look for equal lists; `kubectl get svc -A -o wide` shows the selectors beside each other.',
      zh: '执行 `kubectl get endpoints -A` 找相同的列表；`kubectl get svc -A -o wide` 可以对照 selector。',
    },
    fix: {
      en: 'Nothing has to be done. When you search for who overloads these pods, count the callers of all the Services; when you delete one, see first that nobody uses its NodePort any more.',
      zh: '不需要处理。排查谁压垮了这些 Pod 时，要把所有这些 Service 的调用方都算上；删除其中一个之前，先确认没有人还在用它的 NodePort。',
    },
    notToConfuse: {
      en: '- A headless Service beside an ordinary one (every StatefulSet has such a pair): it forwards nothing.\n- Two ports of one Service.\n- The same pods on another port, metrics for example: another endpoint.',
      zh: '- 普通 Service 旁边的 headless Service（StatefulSet 都有这样一对）：它不转发任何流量。\n- 同一个 Service 的两个端口。\n- 同样的 Pod、不同的端口（例如 metrics）：是不同的 endpoint。',
    },
    sources: ['Kubernetes documentation: Service, “Services without selectors”, “Headless Services”'],
  },
  thresholds: [
    {
      value: '1 %',
      reason: {
        en: 'by which printed probabilities of equal branches may differ: iptables prints ten digits, old versions five',
        zh: '打印出来的等分支概率允许的偏差：iptables 打印十位小数，旧版本只有五位',
      },
    },
  ],
  effects: [],
  check({ shared }) {
    if (shared.length === 0) return []
    const [only] = shared
    const whole = shared.every((one) => one.whole)
    return [
      {
        subject: subjectOf(shared),
        severity: 'info',
        confidence: whole ? 'certain' : 'likely',
        when: 'setting',
        summary:
          shared.length === 1 && only
            ? say(only.endpoints === 1 ? words.oneEndpoint : words.one, {
                services: listOf(only.services),
                ...(only.endpoints === 1 ? {} : { endpoints: only.endpoints }),
              })
            : say(words.many, {
                groups: shared.length,
                services: shared.reduce((sum, one) => sum + one.services.length, 0),
              }),
        evidence: shared.slice(0, SHOWN).flatMap(evidenceOf),
        remedies: [],
        notHelpful: [],
        unknowns: whole ? [] : [words.part],
      },
    ]
  },
})

function subjectOf([first, ...others]: readonly SharedServices[]): Draft['subject'] {
  const names = first?.services.map(({ name }) => name) ?? []
  const [service = ''] = names
  return others.length === 0
    ? { kind: 'service', key: names.join(' '), service }
    : { kind: 'node', key: 'shared endpoints' }
}

function evidenceOf({ services, endpoints, whole }: SharedServices): readonly Evidence[] {
  // By place, not by name: the names may have been replaced.
  const [first] = services.toSorted((a, b) => lineOf(a.origin) - lineOf(b.origin))
  if (!first) return []
  return [
    {
      label: say(whole ? words.group : words.groupPart, { services: listOf(services) }),
      value: endpoints,
      unit: 'endpoints',
      limit: null,
      source: first.origin,
      command: 'kubectl get endpoints -A',
    },
  ]
}

const lineOf = (origin: Origin): number => ('line' in origin ? origin.line : 0)

function listOf(services: readonly SharingService[]): Text {
  const names = services.map(named)
  const [first, last] = [names.slice(0, -1), names.at(-1)]
  const joined = {
    en: formatList(
      first.map((one) => one.en),
      3,
    ).en,
    zh: formatList(
      first.map((one) => one.zh),
      3,
    ).zh,
  }
  return say(words.and, { first: joined, last: last ?? '' })
}

const named = ({ name, nodePorts }: SharingService): Text =>
  nodePorts.length === 0 ? plain(name) : say(words.nodePort, { name, ports: nodePorts.join(', ') })
