import { type Counter, deltas, isRecent, percent, periodOf, totals } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { lackingLastQuarter, synQueues } from '../facts/syn-queue.ts'
import type { Draft, Evidence, Remedy, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const DROPS = 'TcpExtListenDrops'
const OVERFLOWS = 'TcpExtListenOverflows'
const SYN_QUEUE = 'TcpExtTCPReqQFullDrop'
const TIMESTAMP = 'TcpExtPAWSPassive'
const PASSIVE = 'TcpPassiveOpens'
const NAMES = `${DROPS} ${OVERFLOWS} ${SYN_QUEUE} ${TIMESTAMP} ${PASSIVE}`

/** One handshake packet lost in a hundred connections let in is felt; below that a retry a second later hides it. */
const HURT_SHARE = 0.01
const HURT_AT_LEAST = 100
/** Without PassiveOpens: a tenth of all drops, and more than a restart leaves behind. */
const DROP_SHARE = 0.1
const HURT_COUNT = 1000

const words = {
  past: {
    en: '{count} handshake packets were dropped at listeners {period} for another reason than a full accept queue ({share} of all ListenDrops){split}',
    zh: '{period}，监听套接字丢弃的握手报文中有 {count} 个并非因为 accept 队列已满（占 ListenDrops 的 {share}）{split}',
  },
  between: {
    en: 'Between the two readings {count} handshake packets were dropped at listeners for another reason than a full accept queue{split}',
    zh: '两次读数之间，监听套接字丢弃的握手报文中有 {count} 个并非因为 accept 队列已满{split}',
  },
  split: { en: ': {parts}', zh: '：{parts}' },
  bySynQueue: { en: '{count} by a full SYN queue', zh: 'SYN 队列已满 {count} 个' },
  byTimestamp: { en: '{count} by tcp_tw_recycle', zh: 'tcp_tw_recycle 拒绝 {count} 个' },
  byOther: { en: '{count} for what no counter tells', zh: '其余 {count} 个没有计数器说明原因' },
  byUntold: { en: '{count} for what was not captured', zh: '其余 {count} 个的原因没有采集到' },
  notSplit: { en: '; the counters that tell the reason were not captured', zh: '；能说明原因的计数器没有采集到' },
  unexplained: {
    en: 'drops that are no overflow (ListenDrops − ListenOverflows)',
    zh: '不属于溢出的丢弃数（ListenDrops − ListenOverflows）',
  },
  drops: { en: 'all drops at listeners (ListenDrops)', zh: '监听套接字的全部丢弃数（ListenDrops）' },
  overflows: { en: 'of these by full accept queues (ListenOverflows)', zh: '其中 accept 队列已满（ListenOverflows）' },
  synQueue: {
    en: 'of the rest by a full SYN queue without SYN cookies (TCPReqQFullDrop)',
    zh: '其余之中，未启用 SYN cookie 且 SYN 队列已满（TCPReqQFullDrop）',
  },
  timestamp: {
    en: 'of the rest by tcp_tw_recycle, kernels before 4.12 (PAWSPassive)',
    zh: '其余之中，被 tcp_tw_recycle 拒绝，仅限 4.12 之前的内核（PAWSPassive）',
  },
  passive: { en: 'connections let in (PassiveOpens)', zh: '成功建立的被动连接数（PassiveOpens）' },
  restMeans: {
    en: 'What no counter tells apart: SYNs beyond three quarters of tcp_max_syn_backlog while SYN cookies are off, no route back to the sender, no memory for the new socket, SYNs to broadcast or multicast, ICMP errors that ended a half-open request.',
    zh: '没有计数器能进一步区分的原因：SYN cookie 关闭时，半开请求超过 tcp_max_syn_backlog 的四分之三；没有返回发送方的路由；没有内存创建新套接字；发往广播或组播地址的 SYN；ICMP 差错终止了半开请求。',
  },
  notCaptured: {
    en: 'Not captured: {names}; without, part of the reason stays open.',
    zh: '没有采集到：{names}；缺少它，部分原因无法判断。',
  },
  settingsTitle: {
    en: 'Rule out the SYN queue: with SYN cookies (1) it drops nothing',
    zh: '排除 SYN 队列：启用 SYN cookie（值为 1）时它不会丢弃报文',
  },
  splitTitle: { en: 'Read the counters that split the drops', zh: '读取能够细分丢弃原因的计数器' },
  readsOnly: { en: 'none, it only reads', zh: '无，只读操作' },
  notBacklog: {
    en: 'A longer accept queue (somaxconn, backlog): these drops are exactly the ones that it does not prevent.',
    zh: '加长 accept 队列（somaxconn、backlog）：这部分丢弃恰恰不是它能解决的。',
  },
} satisfies Record<string, Text>

/** Both counts over the same time, and what splits their difference. */
interface Drops {
  /** Between two readings, not since boot. */
  readonly grown: boolean
  readonly drops: Counter
  readonly overflows: Counter
  readonly synQueue: Counter | null
  readonly timestamp: Counter | null
  readonly passive: Counter | null
}

export default defineRule({
  id: 'listen-drops-unexplained',
  title: { en: 'Handshakes dropped, but not by a full accept queue', zh: '握手报文被丢弃，但不是 accept 队列已满所致' },
  severity: 'warning',
  scope: 'netns',
  needs: {
    counters: totals([DROPS, OVERFLOWS], [SYN_QUEUE, TIMESTAMP, PASSIVE]),
    deltas: maybe(deltas),
    queues: maybe(synQueues),
  },
  words,
  page: {
    what: {
      en: 'ListenDrops counts every handshake packet that a listener dropped, whatever the reason; ListenOverflows only those that met a full accept queue. The difference was dropped for something else, and a longer accept queue does nothing about it.',
      zh: 'ListenDrops 统计监听套接字丢弃的所有握手报文，不分原因；ListenOverflows 只统计因 accept 队列已满而丢弃的。两者之差另有原因，加长 accept 队列对它毫无作用。',
    },
    why: {
      en: '- the SYN queue is full and SYN cookies are off: TCPReqQFullDrop\n- tcp_tw_recycle = 1 rejects clients behind NAT (kernels before 4.12): PAWSPassive\n- SYN cookies are off and less than a quarter of tcp_max_syn_backlog is free, for peers not seen before: no counter of its own\n- no route back, no memory, SYN to a broadcast or multicast address, an ICMP error for a half-open request: no counter of its own',
      zh: '- SYN 队列已满且 SYN cookie 关闭：TCPReqQFullDrop\n- tcp_tw_recycle = 1 拒绝 NAT 之后的客户端（4.12 之前的内核）：PAWSPassive\n- SYN cookie 关闭，且 tcp_max_syn_backlog 剩余不足四分之一，对端又未曾见过：没有单独的计数器\n- 没有返回路由、没有内存、SYN 发往广播或组播地址、半开请求收到 ICMP 差错：没有单独的计数器',
    },
    confirm: {
      en: 'Run `nstat -az TcpExtListenDrops TcpExtListenOverflows TcpExtTCPReqQFullDrop TcpExtPAWSPassive` twice: the counter that grows along with ListenDrops is the reason. If none does, look at what is left: `sysctl net.ipv4.tcp_syncookies` (1 rules the SYN queue out), `ip route get CLIENT`, `nstat -az IcmpInDestUnreachs`.',
      zh: '执行两次 `nstat -az TcpExtListenDrops TcpExtListenOverflows TcpExtTCPReqQFullDrop TcpExtPAWSPassive`：与 ListenDrops 一起增长的那个就是原因。如果都不增长，再检查剩下的可能：`sysctl net.ipv4.tcp_syncookies`（为 1 即可排除 SYN 队列）、`ip route get 客户端地址`、`nstat -az IcmpInDestUnreachs`。',
    },
    fix: {
      en: 'By cause: turn SYN cookies on (net.ipv4.tcp_syncookies = 1) or give the SYN queue room; set tcp_tw_recycle to 0; restore the route back to the clients.',
      zh: '视原因而定：打开 SYN cookie（net.ipv4.tcp_syncookies = 1）或加大 SYN 队列；把 tcp_tw_recycle 设为 0；恢复到客户端的返回路由。',
    },
    notToConfuse: {
      en: '- ListenOverflows: the accept queue (`listen-overflows`).\n- TCPReqQFullDoCookies: the SYN queue was full and a cookie was sent; nothing was dropped.\n- A SYN that a firewall, rp_filter or a full conntrack table took away never reached the listener and is in neither counter.',
      zh: '- ListenOverflows：accept 队列溢出（见 `listen-overflows`）。\n- TCPReqQFullDoCookies：SYN 队列已满但发出了 cookie，没有丢弃。\n- 被防火墙、rp_filter 或 conntrack 表满挡掉的 SYN 根本没有到达监听套接字，两个计数器里都没有它。',
    },
    sources: [
      'Linux include/net/tcp.h: tcp_listendrop()',
      'Linux net/ipv4/tcp_input.c: tcp_conn_request(), tcp_syn_flood_action()',
      'Linux net/ipv4/tcp_ipv4.c: tcp_v4_conn_request(), tcp_req_err()',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_syncookies, tcp_max_syn_backlog',
    ],
  },
  thresholds: [
    {
      value: '1 %',
      reason: {
        en: 'of the connections let in: below that a SYN that is sent again after a second hides the loss',
        zh: '占已建立连接的比例：更低时，一秒后重发的 SYN 会掩盖丢失',
      },
    },
    {
      value: '100',
      reason: {
        en: 'drops besides, since a share of few is chance',
        zh: '同时还要达到的丢弃数，因为样本太小时比例没有意义',
      },
    },
    {
      value: '10 % and 1000',
      reason: {
        en: 'of all drops, where PassiveOpens was not captured: more than a restart of a program leaves behind',
        zh: '没有采集到 PassiveOpens 时占全部丢弃的比例和数量：超过程序一次重启留下的量',
      },
    },
  ],
  effects: [],
  check({ counters, deltas, queues }, view) {
    // told by syn-queue-full, with the setting that does it
    if (queues && lackingLastQuarter(queues, view)) return []
    const total: Drops = {
      grown: false,
      drops: counters[DROPS],
      overflows: counters[OVERFLOWS],
      synQueue: counters[SYN_QUEUE],
      timestamp: counters[TIMESTAMP],
      passive: counters[PASSIVE],
    }
    const [drops, overflows] = [deltas?.of(DROPS) ?? null, deltas?.of(OVERFLOWS) ?? null]
    if (deltas && drops && overflows && drops.value > overflows.value) {
      const of = deltas.of
      const grown = {
        grown: true,
        drops,
        overflows,
        synQueue: of(SYN_QUEUE),
        timestamp: of(TIMESTAMP),
        passive: of(PASSIVE),
      }
      if (restOf(grown) > 0)
        return [draft(grown, isRecent(deltas.seconds) ? 'now' : 'past', deltas.sameBoot ? 'certain' : 'likely', view)]
    }
    return restOf(total) > 0 ? [draft(total, 'past', 'certain', view)] : []
  },
})

/** What neither the accept queue nor a full SYN queue nor tcp_tw_recycle accounts for: these have rules of their own. */
const restOf = ({ drops, overflows, synQueue, timestamp }: Drops): number =>
  Math.max(0, drops.value - overflows.value - (synQueue?.value ?? 0) - (timestamp?.value ?? 0))

function draft(counts: Drops, when: 'now' | 'past', confidence: Draft['confidence'], view: View): Draft {
  const { drops, overflows, synQueue, timestamp, passive } = counts
  const unexplained = drops.value - overflows.value
  const rest = restOf(counts)
  const lacking = [synQueue ? [] : SYN_QUEUE, timestamp ? [] : TIMESTAMP].flat()
  const parts = [
    ...(synQueue && synQueue.value > 0 ? [say(words.bySynQueue, { count: synQueue.value })] : []),
    ...(timestamp && timestamp.value > 0 ? [say(words.byTimestamp, { count: timestamp.value })] : []),
    say(lacking.length > 0 ? words.byUntold : words.byOther, { count: rest }),
  ]
  const split =
    synQueue || timestamp
      ? say(words.split, {
          parts: { en: parts.map((one) => one.en).join(', '), zh: parts.map((one) => one.zh).join('，') },
        })
      : words.notSplit
  const fillings = { count: unexplained, period: periodOf(view), share: percent(unexplained, drops.value), split }
  return {
    subject: { kind: 'counter', key: DROPS },
    severity: severityOf(rest, drops.value, passive),
    confidence,
    when,
    summary: say(counts.grown ? words.between : words.past, fillings),
    evidence: [
      counterEvidence(view, NAMES, words.unexplained, drops, {
        value: unexplained,
        limit: passive?.value ?? null,
      }),
      counterEvidence(view, NAMES, words.drops, drops),
      counterEvidence(view, NAMES, words.overflows, overflows),
      ...optionalEvidence(view, NAMES, words.synQueue, synQueue),
      ...optionalEvidence(view, NAMES, words.timestamp, timestamp),
      ...optionalEvidence(view, NAMES, words.passive, passive),
    ] satisfies Evidence[],
    remedies: remedies(view),
    notHelpful: [words.notBacklog],
    unknowns: [
      ...(lacking.length === 0 ? [] : [say(words.notCaptured, { names: formatList(lacking) })]),
      words.restMeans,
    ],
  }
}

function severityOf(unexplained: number, drops: number, passive: Counter | null): Severity {
  if (passive) return unexplained >= HURT_AT_LEAST && unexplained > HURT_SHARE * passive.value ? 'warning' : 'info'
  return unexplained >= HURT_COUNT && unexplained > DROP_SHARE * drops ? 'warning' : 'info'
}

function remedies(view: View): readonly Remedy[] {
  const counters = inNetns(view, `nstat -az ${NAMES}`)
  return [
    { title: words.splitTitle, action: counters, language: 'sh', risk: words.readsOnly, verify: null },
    {
      title: words.settingsTitle,
      action: inNetns(view, 'sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog'),
      language: 'sh',
      risk: words.readsOnly,
      verify: inNetns(view, 'ss -Htan state syn-recv | wc -l'),
    },
  ]
}
