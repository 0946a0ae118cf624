import { type Unlike, unlikePeers } from '../facts/unlike-peers.ts'
import type { Draft, Evidence, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

/**
 * Values by which a node loses connections whatever its peers have. `over`: more than this; `under`: less. Anything else that
 * differs is information: people set single nodes apart on purpose, too.
 */
const HARMFUL: Readonly<Record<string, { readonly over?: number; readonly under?: number }>> = {
  'net.ipv4.tcp_tw_recycle': { over: 0 },
  'net.ipv4.tcp_abort_on_overflow': { over: 0 },
  'net.ipv4.tcp_syncookies': { under: 1 },
  'net.ipv4.ip_forward': { under: 1 },
  'net.ipv4.conf.all.forwarding': { under: 1 },
  'net.bridge.bridge-nf-call-iptables': { under: 1 },
}

const words = {
  setting: {
    en: '{name} is {own} on this node and {theirs} on {agree} of {told} others',
    zh: '本节点的 {name} 为 {own}，而其他 {told} 个节点中有 {agree} 个为 {theirs}',
  },
  missing: {
    en: '{count} Service ports that all {told} other nodes forward have no rule on this one: {names}',
    zh: '其他 {told} 个节点都转发的 {count} 个 Service 端口，在本节点没有规则：{names}',
  },
  extra: {
    en: 'This node forwards {count} Service ports that none of the {told} others forwards: {names}',
    zh: '本节点转发了其他 {told} 个节点都不转发的 {count} 个 Service 端口：{names}',
  },
  own: { en: '{name} here, against that of most others', zh: '本节点的 {name}，对照多数节点的值' },
  port: { en: 'Service port: {name}', zh: 'Service 端口：{name}' },
  notMoment: {
    en: 'Rules are rewritten within a sync period (30 s): two captures minutes apart may differ by a Service that was made in between.',
    zh: '规则在一个同步周期（30 秒）内重写：两次采集若相隔几分钟，中间新建的 Service 会造成差异。',
  },
  alignTitle: {
    en: 'Give it the value of its peers, now and in the file that sets it',
    zh: '改成与其他节点一致，并修改设置它的文件',
  },
  alignRisk: {
    en: 'Somebody may have set this node apart on purpose: the file that sets it, or its author, tells.',
    zh: '也可能是有意为之：先查看设置它的文件，或询问作者。',
  },
  syncTitle: { en: 'See whether kube-proxy of this node still syncs', zh: '查看本节点的 kube-proxy 是否还在同步' },
  readsOnly: { en: 'It only reads.', zh: '只读操作。' },
  notReboot: {
    en: 'Restarting the workloads, or moving them about: they meet the same node again.',
    zh: '重启或迁移业务：还会再次落到这个节点上。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'node-differs',
  title: { en: 'This node is unlike its peers', zh: '这个节点与其他节点不同' },
  severity: 'warning',
  scope: 'node',
  needs: { unlike: unlikePeers },
  words,
  page: {
    what: {
      en: 'Of three or more nodes that were read, this one has a network setting, or a set of forwarded Services, that nearly all others have otherwise.',
      zh: '在读到的三个或更多节点中，只有这个节点的某项网络设置（或所转发的 Service）与几乎所有其他节点不同。',
    },
    why: {
      en: 'Where a fault follows one node whatever runs there, the difference from its peers is the shortest way to the cause: a file left by a tuning guide, an image of another age, a kube-proxy that stopped syncing.',
      zh: '如果故障总跟着某个节点走、与运行什么业务无关，那么它和其他节点的差异就是通向原因的捷径：某份调优指南留下的配置文件、版本不同的镜像、停止同步的 kube-proxy。',
    },
    confirm: {
      en: '`recvq diff A B` shows all differences of two nodes. By hand: `sysctl -a` and `iptables-save` of both, sorted, counters taken out, and `diff`.',
      zh: '`recvq diff A B` 列出两个节点的全部差异。手工做法：取两边的 `sysctl -a` 与 `iptables-save`，排序、去掉计数后再 `diff`。',
    },
    fix: {
      en: 'Bring the node in line and find what set it apart, or it comes back with the next reboot; a node that should be different deserves a label that says so.',
      zh: '让它与其他节点一致，并找出是谁改的，否则重启后又会回来；确实需要不同的节点，应当打上标签说明。',
    },
    notToConfuse: {
      en: 'Values that the kernel scales with memory (tcp_mem, orphans, conntrack sizes) differ between machines of different sizes; they are left out. Two nodes alone do not tell which is the odd one.',
      zh: '内核按内存大小计算的值（tcp_mem、孤儿连接上限、conntrack 容量）在不同规格的机器上本来就不同，不参与比较。只有两个节点时，无法判断哪个是异常的。',
    },
    sources: ['Documentation/networking/ip-sysctl.rst'],
  },
  thresholds: [
    {
      value: '2',
      reason: {
        en: 'other nodes at the least: of two that differ nobody can say which is the odd one',
        zh: '至少要有的其他节点数：两台不同时，无法判断哪台是异常的',
      },
    },
    {
      value: '80 %',
      reason: {
        en: 'of them must agree among themselves: else there is no habit to differ from',
        zh: '其余节点中彼此一致的比例：否则没有可供比较的常态',
      },
    },
  ],
  effects: [],
  check({ unlike }) {
    const settings = unlike.filter(({ kind }) => kind === 'setting').map(settingDraft)
    return [...settings, ...serviceDraft(unlike, 'missing-service'), ...serviceDraft(unlike, 'extra-service')]
  },
})

function settingDraft(one: Unlike): Draft {
  const { name, told, agree } = one
  const [own, theirs] = [one.own ?? '', one.theirs ?? '']
  return {
    subject: { kind: 'sysctl', key: name, sysctl: name },
    severity: severityOf(name, own, theirs),
    confidence: 'certain',
    when: 'setting',
    summary: say(words.setting, { name, own, theirs, agree: String(agree), told: String(told) }),
    evidence: [proof(one, say(words.own, { name }), own, theirs, `sysctl ${name}`)],
    remedies: [
      {
        title: words.alignTitle,
        action: `sysctl -w '${name}=${theirs}'\ngrep -rs '${name.split('.').at(-1)}' /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d`,
        language: 'sh',
        risk: words.alignRisk,
        verify: `sysctl ${name}`,
      },
    ],
    notHelpful: [words.notReboot],
    unknowns: [],
  }
}

/** Worse than its peers in a way that is known to lose connections. */
function severityOf(name: string, own: string, theirs: string): Severity {
  const { over, under } = HARMFUL[name] ?? {}
  const isBad = (value: string) =>
    (over !== undefined && Number(value) > over) || (under !== undefined && Number(value) < under)
  return isBad(own) && !isBad(theirs) ? 'warning' : 'info'
}

const NAMED = 5

function serviceDraft(all: readonly Unlike[], kind: 'missing-service' | 'extra-service'): readonly Draft[] {
  const these = all.filter((one) => one.kind === kind)
  const [first] = these
  if (!first) return []
  const names = these.slice(0, NAMED).map(({ name }) => name)
  const list = these.length > NAMED ? [...names, '…'] : names
  const template = kind === 'missing-service' ? words.missing : words.extra
  return [
    {
      subject: { kind: 'node', key: kind },
      severity: 'info',
      confidence: 'likely',
      when: 'now',
      summary: say(template, {
        count: these.length,
        told: String(first.told),
        names: { en: list.join(', '), zh: list.join('、') },
      }),
      evidence: these.map((one) =>
        proof(one, say(words.port, { name: one.name }), one.own, one.theirs, 'iptables-save'),
      ),
      remedies: [
        {
          title: words.syncTitle,
          action: 'kubectl -n kube-system logs -l k8s-app=kube-proxy --tail=50 --prefix',
          language: 'sh',
          risk: words.readsOnly,
          verify: null,
        },
      ],
      notHelpful: [],
      unknowns: [words.notMoment],
    },
  ]
}

const proof = (
  { origin }: Unlike,
  label: Text,
  value: string | null,
  limit: string | null,
  command: string,
): Evidence => ({ label, value, unit: null, limit, source: origin, command })
