// No lab scenario: it takes two packets on two CPUs within microseconds, which cannot be had at will.
import { type ConntrackStats, conntrackStats } from '../facts/conntrack-table.ts'
import { type Counter, isRecent, percent, periodOf } from '../facts/counters.ts'
import { isKernelAtLeast } from '../facts/kernel-release.ts'
import type { View } from '../facts/need.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** One new connection in a thousand: below that a lost first packet, sent again after a second, is not felt. */
const FELT_SHARE = 0.001
/** Where inserts are not counted: one lost packet a minute and more. A resolver waits 5 s for each. */
const FELT_PER_SECOND = 1 / 60

const words = {
  nowLost: {
    en: 'Connection tracking lost the first packets of {count} connections between the two readings: two took the same entry at once ({total} {period}{share})',
    zh: '两次读数之间，连接跟踪丢弃了 {count} 条连接的首个报文：两条连接同时抢占同一个条目（{period}共 {total} 次{share}）',
  },
  lost: {
    en: 'Connection tracking lost the first packets of {total} connections {period}{share}: two took the same entry at once',
    zh: '{period}，连接跟踪丢弃了 {total} 条连接的首个报文{share}：两条连接同时抢占同一个条目',
  },
  clashed: {
    en: 'Up to {total} connections clashed with another in connection tracking {period}{share}; how many of them lost a packet this kernel does not tell',
    zh: '{period}，连接跟踪中最多有 {total} 条连接与其他连接冲突{share}；其中多少条丢了报文，该内核无法区分',
  },
  shareOf: { en: ', {share} of {inserts} entries made', zh: '，占新建条目 {inserts} 的 {share}' },
  noShare: { en: '', zh: '' },
  failed: { en: 'entries that could not be added (insert_failed)', zh: '无法加入的条目（insert_failed）' },
  failedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  dropped: { en: 'packets dropped (drop)', zh: '丢弃的报文（drop）' },
  inserted: { en: 'entries added (insert)', zh: '已加入的条目（insert）' },
  resolved: { en: 'clashes settled without loss (clash_resolve)', zh: '无损解决的冲突（clash_resolve）' },
  whichOnes: {
    en: 'Which traffic clashes is not counted. DNS: A and AAAA questions sent from one socket at once; look for 5 s delays. TCP: many connections masqueraded to one place; look for 1 s and 3 s delays of connect().',
    zh: '计数器看不出是哪类流量在冲突。DNS：同一个套接字同时发出 A 和 AAAA 查询，表现为 5 秒延迟；TCP：大量连接被伪装后发往同一目标，表现为 connect() 的 1 秒、3 秒延迟。',
  },
  oneReading: {
    en: 'A total does not tell when: conntrack -S twice, ten seconds apart, under load.',
    zh: '总数看不出发生的时间：在有负载时隔十秒执行两次 conntrack -S。',
  },
  noBase: {
    en: 'This kernel does not count how many entries were added (since Linux 4.9 `insert` counts only those of user space), so a share cannot be told.',
    zh: '该内核不统计新建条目数（Linux 4.9 起 `insert` 只统计用户态加入的条目），因此算不出比例。',
  },
  snatTitle: {
    en: 'If SNAT clashes: see whether the masquerading rules choose ports at random',
    zh: '如果是 SNAT 冲突：检查伪装规则是否随机选择端口',
  },
  snatRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  dnsTitle: {
    en: 'If DNS clashes: a caching resolver on the node (NodeLocal DNSCache), or questions over TCP or one after the other',
    zh: '如果是 DNS 冲突：在节点上部署缓存解析器（NodeLocal DNSCache），或让查询走 TCP、逐个发送',
  },
  dnsRisk: {
    en: 'The options act in new pods only; musl (Alpine) ignores single-request-reopen and, before 1.2.4, use-vc.',
    zh: '选项只对新建 Pod 生效；musl（Alpine）不认 single-request-reopen，1.2.4 之前也不认 use-vc。',
  },
  notMax: {
    en: 'A larger nf_conntrack_max: these clash over one entry, not over room.',
    zh: '调大 nf_conntrack_max：这是争抢同一个条目，与空间无关。',
  },
  notReplicas: {
    en: 'More CoreDNS replicas: the packet is lost on the node of the client.',
    zh: '增加 CoreDNS 副本：报文是在客户端所在节点上丢失的。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'conntrack-insert-failed',
  title: { en: 'Connections clash in connection tracking', zh: '连接在连接跟踪中相互冲突' },
  severity: 'warning',
  scope: 'netns',
  needs: { stats: conntrackStats },
  words,
  page: {
    what: {
      en: 'A tracked connection gets its entry only when its first packet leaves the machine. Two packets on two CPUs may by then have chosen the same entry; the second finds it taken and is dropped, and `insert_failed` counts one. Nothing else tells: no log line, no TCP counter, the sender merely waits for its timer.',
      zh: '被跟踪的连接要等首个报文离开本机时才真正加入条目。此前两个 CPU 上的两个报文可能选中同一个条目；后到者发现已被占用而被丢弃，`insert_failed` 加一。除此之外没有任何迹象：没有日志，TCP 计数器不变，发送方只是在等自己的定时器。',
    },
    why: {
      en: 'Two well-known ways. DNS: a resolver sends A and AAAA from one UDP socket in the same instant, DNAT makes an entry for each, both with the same ports: one is lost and asked again after 5 s. SNAT: the kernel picks the same source port for two connections to the same destination, because it first tries the one the client has; the SYN is lost and comes again after 1 s.',
      zh: '常见的有两种。DNS：解析器用同一个 UDP 套接字几乎同时发出 A 和 AAAA，DNAT 各建一个条目，端口完全相同：其中一个丢失，5 秒后重新查询。SNAT：内核优先沿用客户端的源端口，于是给发往同一目标的两条连接选了同一个端口：SYN 丢失，1 秒后重发。',
    },
    confirm: {
      en: '`conntrack -S` twice under load: insert_failed grows (with it drop, since Linux 4.6). Where `clash_resolve` is printed (5.10 and later), insert_failed counts only what was lost; before, also UDP clashes that the kernel settled. For DNS: time many `getent ahosts NAME` in a pod and look for 5.0 s.',
      zh: '在有负载时执行两次 `conntrack -S`：insert_failed 在增长（Linux 4.6 起 drop 同步增长）。如果输出里有 `clash_resolve`（5.10 及以后），insert_failed 只统计真正丢失的；更早的内核把已解决的 UDP 冲突也算在内。DNS：在 Pod 里多次计时 `getent ahosts NAME`，看是否出现 5.0 秒。',
    },
    fix: {
      en: 'DNS: NodeLocal DNSCache (it takes DNS out of connection tracking), or dnsConfig options use-vc or single-request-reopen. SNAT: rules with --random-fully (kube-proxy since 1.16 and most network plugins use it where iptables is 1.6.2 or newer), or several source addresses.',
      zh: 'DNS：NodeLocal DNSCache（让 DNS 不经过连接跟踪），或在 dnsConfig 里设置 use-vc 或 single-request-reopen。SNAT：规则使用 --random-fully（iptables 不低于 1.6.2 时，kube-proxy 1.16 起和多数网络插件已默认使用），或使用多个源地址。',
    },
    notToConfuse: {
      en: '- A few since boot on a node that runs for months: everywhere.\n- `drop` that grows without insert_failed: no room, see `conntrack-table-full`.\n- `invalid`: packets without an entry, no clash.\n- `search_restart`, `found`: nothing was lost.\n- Lost SYNs on the way: there insert_failed stands still.',
      zh: '- 运行数月的节点上开机以来有少量：到处都是。\n- drop 增长而 insert_failed 不变：没有空间，见 `conntrack-table-full`。\n- `invalid`：找不到条目的报文，不是冲突。\n- `search_restart`、`found`：没有任何丢失。\n- SYN 在途中丢失：那时 insert_failed 不会变化。',
    },
    sources: [
      'Linux net/netfilter/nf_conntrack_core.c: __nf_conntrack_confirm(), nf_ct_resolve_clash()',
      'Linux commit 71d8c47fc653, "netfilter: conntrack: introduce clash resolution on insertion race" (4.6)',
      'Linux commit 8e8118f89391, "netfilter: conntrack: remove packet hotpath stats" (4.9)',
      'kubernetes/kubernetes#56903, weaveworks/weave#3287',
    ],
  },
  thresholds: [
    {
      value: '0.1 %',
      reason: {
        en: 'of new entries: below one in a thousand a lost first packet, sent again after a second, is not felt',
        zh: '占新建条目的比例：低于千分之一时，首个报文丢失后一秒重发，用户感觉不到',
      },
    },
    {
      value: '1/60 s',
      reason: {
        en: 'where inserts are not counted: one lost packet a minute; a resolver waits 5 s for each',
        zh: '没有 insert 计数时：每分钟丢一个；解析器每次要等 5 秒',
      },
    },
  ],
  effects: [],
  check({ stats }, view) {
    const verdict = judge(stats, view)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'netns', key: 'nf_conntrack insert_failed' },
        ...verdict,
        evidence: evidenceOf(stats, view),
        remedies: remedies(view),
        notHelpful: [words.notMax, words.notReplicas],
      },
    ]
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge(stats: ConntrackStats, view: View): Verdict | null {
  const total = stats.total('insert_failed')?.value ?? 0
  if (total === 0) return null
  const isSure = countsOnlyLosses(stats, view)
  const grown = stats.grown('insert_failed')?.value ?? 0
  const inserts = insertsOf(stats.total)
  const share = inserts === null ? null : total / (total + inserts)
  const numbers = {
    total,
    period: periodOf(view),
    share: inserts === null ? words.noShare : say(words.shareOf, { share: percent(total, total + inserts), inserts }),
  }
  const unknowns = [words.whichOnes, ...(inserts === null ? [words.noBase] : [])]
  if (grown > 0 && isRecent(stats.seconds)) {
    const made = insertsOf(stats.grown)
    const isFelt =
      made !== null ? grown / (grown + made) >= FELT_SHARE : grown / (stats.seconds ?? 1) >= FELT_PER_SECOND
    return {
      severity: isFelt && isSure ? 'warning' : 'info',
      confidence: isSure ? 'certain' : 'possible',
      when: 'now',
      summary: say(words.nowLost, { ...numbers, count: grown }),
      unknowns,
    }
  }
  const { uptimeSeconds } = view.snapshot.node
  const perSecond = view.netns.kind === 'host' && uptimeSeconds ? total / uptimeSeconds : null
  const wasFelt = share !== null ? share >= FELT_SHARE : perSecond !== null && perSecond >= FELT_PER_SECOND
  return {
    severity: wasFelt && isSure ? 'warning' : 'info',
    confidence: isSure ? 'certain' : 'possible',
    when: 'past',
    summary: say(isSure ? words.lost : words.clashed, numbers),
    unknowns: [...unknowns, words.oneReading],
  }
}

/**
 * Entries made, the base of a share. Since Linux 4.9 `insert` counts only what user space adds, and stands at or near 0:
 * fewer inserts than failures cannot be all of them. null: not told.
 */
function insertsOf(read: (name: string) => Counter | null): number | null {
  const [inserts, failed] = [read('insert')?.value ?? 0, read('insert_failed')?.value ?? 0]
  return inserts > failed ? inserts : null
}

/**
 * Does every failure stand for a lost packet? Up to 4.5 each one was dropped; from 4.6 on UDP clashes may be settled, which
 * `insert_failed` counts too until `clash_resolve` takes them over; in between `drop` sets the ceiling.
 */
function countsOnlyLosses({ total }: ConntrackStats, view: View): boolean {
  if (total('clash_resolve') !== null || total('clashres') !== null) return true
  if (isKernelAtLeast(view, 4, 6) === false) return true
  const [failed, dropped] = [total('insert_failed')?.value ?? 0, total('drop')?.value ?? 0]
  return dropped >= failed
}

function evidenceOf({ total, grown }: ConntrackStats, view: View): readonly Evidence[] {
  const of = (label: Text, read: Counter | null): readonly Evidence[] =>
    read
      ? [
          {
            label,
            value: read.value,
            unit: null,
            limit: null,
            source: read.origin,
            command: inNetns(view, 'conntrack -S'),
          },
        ]
      : []
  return [
    ...of(words.failed, total('insert_failed')),
    ...of(words.failedGrown, grown('insert_failed')),
    ...of(words.dropped, total('drop')),
    ...(insertsOf(total) === null ? [] : of(words.inserted, total('insert'))),
    ...of(words.resolved, total('clash_resolve') ?? total('clashres')),
  ]
}

const remedies = (view: View): readonly Remedy[] => [
  {
    title: words.dnsTitle,
    action:
      'spec:\n  template:\n    spec:\n      dnsConfig:\n        options:\n          - name: single-request-reopen\n          - name: ndots\n            value: "2"',
    language: 'yaml',
    risk: words.dnsRisk,
    verify: inNetns(view, 'conntrack -S'),
  },
  {
    title: words.snatTitle,
    action: inNetns(view, 'iptables-save -t nat | grep -E "MASQUERADE|SNAT" | grep -v random-fully'),
    language: 'sh',
    risk: words.snatRisk,
    verify: inNetns(view, 'conntrack -S'),
  },
]
