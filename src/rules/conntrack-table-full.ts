// No lab scenario: the limit is one for the whole machine and cannot be set in a namespace; filling it would take a quarter of a
// million entries.
import { type ConntrackTable, conntrackTable } from '../facts/conntrack-table.ts'
import { type Counter, isRecent } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { fullestStates, TABLE_WORDS } from './conntrack-evidence.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/**
 * The kernel refuses while entries > limit. Entries expire all the time, so a table that refuses is mostly read a little below
 * its limit: within a hundredth it is full, and within a tenth it is where refusals were counted between the readings.
 */
const FULL = 0.99
const NEARLY = 0.9
/** The message is limited to ten in five seconds and comes as long as packets are refused: older than a minute, it is over. */
const LOG_IS_NOW_SECONDS = 60
/** Below this the table was full for moments only: a full one refuses hundreds of packets a second. */
const MANY_REFUSED = 1000
/** From here on silence is worth a word. */
const HIGH = 0.8

const words = {
  refusing: {
    en: 'The connection tracking table is full: {refused} packets of new connections were dropped between the two readings ({count} of {max} entries)',
    zh: '连接跟踪表已满：两次读数之间有 {refused} 个新连接报文被丢弃（{count} / {max} 条）',
  },
  full: {
    en: 'The connection tracking table is full ({count} of {max} entries): packets of new connections are dropped',
    zh: '连接跟踪表已满（{count} / {max} 条）：新连接的报文会被丢弃',
  },
  evicting: {
    en: 'The connection tracking table is at its limit: {evicted} unconfirmed entries were thrown out between the two readings to make room',
    zh: '连接跟踪表已到上限：两次读数之间有 {evicted} 条未确认的条目被挤出以腾出空间',
  },
  logNow: {
    en: 'The connection tracking table is full: the kernel logged dropped packets {ago} before this reading',
    zh: '连接跟踪表已满：内核在本次读数前 {ago} 记录了丢包',
  },
  logged: {
    en: 'The connection tracking table was full: the kernel logged that it dropped packets{now}',
    zh: '连接跟踪表曾经写满：内核日志记录了丢包{now}',
  },
  nowOf: {
    en: '; at this reading it has {count} of {max} entries',
    zh: '；本次读数时为 {count} / {max} 条',
  },
  nothing: { en: '', zh: '' },
  counted: {
    en: 'The connection tracking table was full at some time since the counters began: {refused} packets dropped, {evicted} entries thrown out{now}',
    zh: '自计数开始以来连接跟踪表曾经写满：{refused} 个报文被丢弃，{evicted} 条被挤出{now}',
  },
  entries: { en: 'entries, against nf_conntrack_max', zh: '条目数，上限为 nf_conntrack_max' },
  refusedLabel: {
    en: 'packets dropped for want of room (drop − insert_failed)',
    zh: '因没有空间而丢弃的报文（drop − insert_failed）',
  },
  refusedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  evictedLabel: { en: 'entries thrown out to make room (early_drop)', zh: '为腾出空间被挤出的条目（early_drop）' },
  evictedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  logLabel: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  high: {
    en: 'connection tracking has {count} of {max} entries: nothing is dropped yet, but there is room for no more than {left} connections',
    zh: '连接跟踪已用 {count} / {max} 条：目前还没有丢包，但只能再容纳 {left} 条连接',
  },
  noLimit: {
    en: 'How full the table is at this moment: conntrack -C; sysctl net.netfilter.nf_conntrack_max.',
    zh: '此刻的占用：conntrack -C；sysctl net.netfilter.nf_conntrack_max。',
  },
  whoFills: {
    en: 'Who fills it: conntrack -L 2>/dev/null | awk to count by state and by dst=; mostly TIME_WAIT is many short connections, mostly SYN_SENT or SYN_RECV unanswered attempts or a flood, mostly ESTABLISHED the need of this node.',
    zh: '是谁占满的：用 conntrack -L 2>/dev/null 按状态和 dst= 统计；TIME_WAIT 居多说明短连接多，SYN_SENT、SYN_RECV 居多说明无人应答或遭到泛洪，ESTABLISHED 居多则是该节点的正常需求。',
  },
  whichNetns: {
    en: 'Older kernels log no namespace: the full table may be that of a pod. conntrack -C inside it tells.',
    zh: '较旧的内核不在日志里写网络命名空间：写满的可能是某个 Pod 的表。在其中执行 conntrack -C 可以确认。',
  },
  raiseTitle: { en: 'Raise the limit, now and for good', zh: '调大上限，立即生效并持久化' },
  raiseRisk: {
    en: 'About 320 bytes of kernel memory per entry in use. kube-proxy writes its own value at every start: set it there too.',
    zh: '每个在用条目约占 320 字节内核内存。kube-proxy 每次启动都会写入自己的值：两处都要改。',
  },
  proxyTitle: {
    en: "kube-proxy's own setting, else it puts the old limit back",
    zh: 'kube-proxy 自己的配置，否则会改回旧值',
  },
  proxyRisk: {
    en: 'Takes effect when kube-proxy is restarted; rules stay in place meanwhile.',
    zh: '重启 kube-proxy 后生效；期间转发规则保持不变。',
  },
  lookTitle: { en: 'See who fills it', zh: '查看是谁占满的' },
  lookRisk: {
    en: 'Reads only; listing a table of a million entries takes seconds of CPU.',
    zh: '只读；列出上百万条的表要花几秒 CPU。',
  },
  notFlush: {
    en: 'conntrack -F: it empties the table, and with it the translation of every open NATed connection: they break.',
    zh: '执行 conntrack -F：表是清空了，但所有经过 NAT 的现有连接也失去转换关系，会全部中断。',
  },
  notQueues: {
    en: 'somaxconn, tcp_max_syn_backlog, more replicas: the packet is dropped before TCP sees it, no TCP counter moves.',
    zh: '调大 somaxconn、tcp_max_syn_backlog 或增加副本：报文在到达 TCP 之前就被丢弃，任何 TCP 计数器都不会变化。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'conntrack-table-full',
  title: { en: 'Connection tracking table is full', zh: '连接跟踪表已满' },
  severity: 'critical',
  scope: 'netns',
  needs: { table: conntrackTable },
  words: { ...words, ...TABLE_WORDS },
  page: {
    what: {
      en: 'Every connection that netfilter tracks takes an entry: each one through a Service, each one of a pod that is masqueraded, and those that have ended for up to two minutes more. When there are nf_conntrack_max of them, the kernel looks for an entry without answer to throw out (early_drop); finding none nearby, it drops the packet that would have made a new one.',
      zh: 'netfilter 跟踪的每条连接都占一个条目：经过 Service 的、被伪装的 Pod 连接，以及结束后最多还要保留两分钟的连接。条目数达到 nf_conntrack_max 时，内核先在附近找一条尚未得到应答的条目挤掉（early_drop）；找不到，就把要建立新条目的报文丢弃。',
    },
    why: {
      en: 'Many short connections (120 s in TIME_WAIT each: 1000 a second need 120 000 entries), a flood or scan, entries that stay five days because nobody closed them properly, or a limit made for a small machine. Connections that stand go on working, new ones time out at random: the client repeats its SYN until there happens to be room.',
      zh: '大量短连接（每条在 TIME_WAIT 保留 120 秒：每秒 1000 条就要 12 万个条目）、泛洪或扫描、没有正常关闭而保留五天的条目，或者上限是按小机器设的。已建立的连接照常工作，新连接则随机超时：客户端反复重发 SYN，直到恰好有空位。',
    },
    confirm: {
      en: '`conntrack -C` against `sysctl net.netfilter.nf_conntrack_max`, in the namespace in question; `conntrack -S` twice: drop and early_drop grow; `dmesg | grep "table full"`. The limit is one number for the machine, the count is per namespace.',
      zh: '在相关的网络命名空间里比较 `conntrack -C` 与 `sysctl net.netfilter.nf_conntrack_max`；执行两次 `conntrack -S`：drop 和 early_drop 在增长；再看 `dmesg | grep "table full"`。上限是整机一个值，条目数则按命名空间分别计算。',
    },
    fix: {
      en: 'Raise nf_conntrack_max, with nf_conntrack_buckets at a quarter of it or more, and set the same in the configuration of kube-proxy. Then look for what fills the table: connections that could be kept open, clients that never close, timeouts that are longer than needed.',
      zh: '调大 nf_conntrack_max，nf_conntrack_buckets 不小于它的四分之一，并在 kube-proxy 的配置里设成同样的值。然后查找占用来源：可以复用的连接、从不关闭的客户端、过长的超时时间。',
    },
    notToConfuse: {
      en: '- A count that is high but below the limit: nothing is dropped.\n- "table full" in the log of last night and a small count now: it is over, look at what ran then.\n- `drop` together with `insert_failed`: clashes, see `conntrack-insert-failed`.\n- `invalid`: packets that fit no entry, mostly late ones of closed connections.\n- A full accept queue: there ListenOverflows grows; here no TCP counter does.',
      zh: '- 条目数很高但没到上限：没有丢包。\n- 日志里有昨晚的 “table full”，而现在条目很少：已经过去，应查当时在运行什么。\n- `drop` 与 `insert_failed` 同时增长：属于插入冲突，见 `conntrack-insert-failed`。\n- `invalid`：不属于任何条目的报文，多为已关闭连接的迟到报文。\n- accept 队列已满：那时 ListenOverflows 增长；而这里没有任何 TCP 计数器变化。',
    },
    sources: [
      'Linux net/netfilter/nf_conntrack_core.c: __nf_conntrack_alloc(), early_drop(), nf_conntrack_in()',
      'Linux Documentation/networking/nf_conntrack-sysctl.rst',
      'Kubernetes: KubeProxyConntrackConfiguration (maxPerCore, min)',
    ],
  },
  thresholds: [
    {
      value: '99 %',
      reason: {
        en: 'of nf_conntrack_max: the kernel refuses above the limit itself, and entries expire all the time, so a full table is mostly read a little below it',
        zh: '占 nf_conntrack_max 的比例：内核在超过上限时才拒绝，而条目不断过期，因此写满的表读到的值往往略低',
      },
    },
    {
      value: '90 %',
      reason: {
        en: 'where refusals were counted between the readings: their counter also stands for a want of memory, and this tells which it was',
        zh: '两次读数之间有拒绝计数时：该计数也可能因内存不足，占用率说明究竟是哪一种',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'since the last "table full" line: the message repeats as long as packets are refused',
        zh: '距最后一条 “table full” 日志的时间：只要还在拒绝就会不断重复',
      },
    },
    {
      value: '1000',
      reason: {
        en: 'packets refused since the counters began: a full table refuses hundreds a second, so fewer were moments',
        zh: '计数以来拒绝的报文数：写满的表每秒拒绝数百个，更少只是一瞬间',
      },
    },
    {
      value: '80 %',
      reason: {
        en: 'of the limit, from which on a clear verdict tells how much room is left',
        zh: '占上限的比例，达到后即使判定正常也会说明剩余空间',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-sent-stuck',
      shared: 'netns',
      why: {
        en: 'The SYN of a new connection is dropped on this very machine while the table is full, so nobody can answer it.',
        zh: '连接跟踪表写满期间，新连接的 SYN 在本机就被丢弃，自然没有任何应答。',
      },
    },
  ],
  check({ table }, view) {
    const verdict = judge(table)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'netns', key: 'nf_conntrack' },
        ...verdict,
        evidence: evidenceOf(table, view),
        remedies: remedies(table, view),
        notHelpful: [words.notFlush, words.notQueues],
      },
    ]
  },
  remark({ table: { count, max } }) {
    if (!count || !max || count.value < HIGH * max.value) return null
    return say(words.high, { count: count.value, max: max.value, left: Math.max(0, max.value - count.value) })
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge({ count, max, stats, log, logSecondsAgo }: ConntrackTable): Verdict | null {
  const share = count && max ? count.value / max.value : null
  const recent = isRecent(stats?.seconds ?? null)
  const refused = { total: stats?.refused.total?.value ?? 0, grown: stats?.refused.grown?.value ?? 0 }
  const evicted = { total: stats?.total('early_drop')?.value ?? 0, grown: stats?.grown('early_drop')?.value ?? 0 }
  const numbers = { count: count?.value ?? '?', max: max?.value ?? '?' }
  const isPlaced = count !== null && max !== null
  const nowText = isPlaced ? say(words.nowOf, numbers) : words.nothing
  const unknowns = [...(isPlaced ? [] : [words.noLimit]), words.whoFills]
  const now = (severity: Draft['severity'], confidence: Draft['confidence'], summary: Text): Verdict => ({
    severity,
    confidence,
    when: 'now',
    summary,
    unknowns,
  })

  // `drop` also counts a want of memory: it takes the fill level to say what was wanting
  if (recent && refused.grown > 0 && share !== null && share >= NEARLY)
    return now('critical', 'certain', say(words.refusing, { ...numbers, refused: refused.grown }))
  if (share !== null && share >= FULL) return now('critical', 'likely', say(words.full, numbers))
  if (recent && evicted.grown > 0) return now('warning', 'certain', say(words.evicting, { evicted: evicted.grown }))
  const messages = log ?? []
  if (messages.length > 0 && logSecondsAgo !== null && logSecondsAgo <= LOG_IS_NOW_SECONDS)
    return now('critical', 'certain', say(words.logNow, { ago: formatMs(logSecondsAgo * 1000) }))
  if (messages.length > 0)
    return {
      severity: 'warning',
      confidence: 'certain',
      when: 'past',
      summary: say(words.logged, { now: nowText }),
      unknowns: [...unknowns, ...(messages.every((one) => one.who === null) ? [words.whichNetns] : [])],
    }
  if (evicted.total === 0) return null
  return {
    severity: refused.total >= MANY_REFUSED ? 'warning' : 'info',
    confidence: 'likely',
    when: 'past',
    summary: say(words.counted, { refused: refused.total, evicted: evicted.total, now: nowText }),
    unknowns,
  }
}

function evidenceOf({ count, max, stats, log }: ConntrackTable, view: View): readonly Evidence[] {
  const dump = inNetns(view, 'conntrack -S')
  const counter = (label: Text, read: Counter | null | undefined, command: string | null): readonly Evidence[] =>
    read ? [{ label, value: read.value, unit: null, limit: null, source: read.origin, command }] : []
  const [last] = (log ?? []).slice(-1)
  return [
    ...counter(words.entries, count, inNetns(view, 'conntrack -C')).map((one) => ({
      ...one,
      unit: 'entries',
      limit: max?.value ?? null,
    })),
    ...counter(words.refusedLabel, stats?.refused.total, dump),
    ...counter(words.refusedGrown, stats?.refused.grown, dump),
    ...counter(words.evictedLabel, stats?.total('early_drop'), dump),
    ...counter(words.evictedGrown, stats?.grown('early_drop'), dump),
    ...(last
      ? [
          {
            label: say(words.logLabel, { text: last.text.slice(0, 120) }),
            value: log?.length ?? null,
            unit: 'lines',
            limit: null,
            source: last.origin,
            command: 'dmesg -T | grep "table full"',
          },
        ]
      : []),
    ...fullestStates(view),
  ]
}

function remedies({ max }: ConntrackTable, view: View): readonly Remedy[] {
  const wanted = (max?.value ?? 131_072) * 2
  const key = max?.key ?? 'net.netfilter.nf_conntrack_max'
  return [
    {
      title: words.lookTitle,
      action: inNetns(
        view,
        'sh -c "conntrack -L 2>/dev/null | awk \'{print \\$1, \\$4}\' | sort | uniq -c | sort -rn | head"',
      ),
      language: 'sh',
      risk: words.lookRisk,
      verify: inNetns(view, 'conntrack -C'),
    },
    {
      title: words.raiseTitle,
      action: `sysctl -w ${key}=${wanted}\necho ${Math.ceil(wanted / 4)} > /sys/module/nf_conntrack/parameters/hashsize\necho '${key} = ${wanted}' > /etc/sysctl.d/90-conntrack.conf`,
      language: 'sh',
      risk: words.raiseRisk,
      verify: `sysctl ${key}; ${inNetns(view, 'conntrack -S')}`,
    },
    {
      title: words.proxyTitle,
      action: `# kubectl -n kube-system edit configmap kube-proxy\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nconntrack:\n  min: ${wanted} # the larger of this and maxPerCore × cores counts; maxPerCore: 0 would leave the limit alone`,
      language: 'yaml',
      risk: words.proxyRisk,
      verify: `sysctl ${key}`,
    },
  ]
}
