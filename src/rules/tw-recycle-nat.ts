import { isRecent, periodOf } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import type { Sysctl } from '../facts/sysctls.ts'
import { TIMESTAMPS, TW_RECYCLE, type TwRecycle, twRecycle } from '../facts/tw-recycle.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const NAMES = 'TcpExtPAWSPassive TcpExtListenDrops TcpExtListenOverflows'

const words = {
  rejectsNow: {
    en: 'tcp_tw_recycle is on and rejects clients: {count} SYNs between the two readings, {total} {period}',
    zh: 'tcp_tw_recycle 已打开，正在拒绝客户端：两次读数之间 {count} 个 SYN，{period}共 {total} 个',
  },
  rejected: {
    en: 'tcp_tw_recycle is on and rejected {total} SYNs {period}: clients behind NAT are turned away at random',
    zh: 'tcp_tw_recycle 已打开，{period}拒绝了 {total} 个 SYN：NAT 之后的客户端会随机连不上',
  },
  wasOn: {
    en: 'tcp_tw_recycle rejected {total} SYNs {period}; it is off now',
    zh: '{period}，tcp_tw_recycle 拒绝过 {total} 个 SYN；目前已关闭',
  },
  mustBeOn: {
    en: '{total} SYNs were rejected for their timestamp {period}, which only tcp_tw_recycle = 1 does',
    zh: '{period}有 {total} 个 SYN 因时间戳被拒绝，只有 tcp_tw_recycle = 1 才会这样',
  },
  dropsNow: {
    en: 'tcp_tw_recycle is on, and {count} handshake packets were dropped between the two readings that no full accept queue explains',
    zh: 'tcp_tw_recycle 已打开，且两次读数之间有 {count} 个握手报文被丢弃，并非 accept 队列已满所致',
  },
  dropped: {
    en: 'tcp_tw_recycle is on, and {total} handshake packets were dropped {period} that no full accept queue explains',
    zh: 'tcp_tw_recycle 已打开，且{period}有 {total} 个握手报文被丢弃，并非 accept 队列已满所致',
  },
  isOn: {
    en: 'tcp_tw_recycle is on: clients that share an address (NAT) will be rejected at random',
    zh: 'tcp_tw_recycle 已打开：共用同一地址（NAT）的客户端会被随机拒绝',
  },
  isOnIdle: {
    en: 'tcp_tw_recycle is on, without effect as long as tcp_timestamps is off',
    zh: 'tcp_tw_recycle 已打开；只要 tcp_timestamps 关闭，它就不起作用',
  },
  suspected: {
    en: 'The text speaks of tcp_tw_recycle, but shows no reading of it: it may have rejected clients behind NAT here',
    zh: '文中提到 tcp_tw_recycle，但没有给出它的实际读数：它可能拒绝了 NAT 之后的客户端',
  },
  setting: { en: 'net.ipv4.tcp_tw_recycle', zh: 'net.ipv4.tcp_tw_recycle' },
  timestamps: { en: 'net.ipv4.tcp_timestamps', zh: 'net.ipv4.tcp_timestamps' },
  rejectedTotal: { en: 'SYNs rejected for their timestamp (PAWSPassive)', zh: '因时间戳被拒绝的 SYN（PAWSPassive）' },
  rejectedGrown: { en: 'the same, between the readings', zh: '其中两次读数之间的增量' },
  otherTotal: {
    en: 'drops that are no overflow (ListenDrops − ListenOverflows)',
    zh: '不属于溢出的丢弃数（ListenDrops − ListenOverflows）',
  },
  otherGrown: { en: 'the same, between the readings', zh: '其中两次读数之间的增量' },
  said: { en: 'said in the text', zh: '文中提及' },
  wouldProve: {
    en: 'What would prove it, on that node: sysctl net.ipv4.tcp_tw_recycle net.ipv4.tcp_timestamps (before the change); nstat -az TcpExtPAWSPassive TcpExtListenDrops TcpExtListenOverflows twice: PAWSPassive grows, ListenOverflows does not; uname -r: before 4.12. A SYN that arrives and is not answered is not enough, a full accept queue does the same.',
    zh: '在该节点上可以这样证实：sysctl net.ipv4.tcp_tw_recycle net.ipv4.tcp_timestamps（改动之前）；执行两次 nstat -az TcpExtPAWSPassive TcpExtListenDrops TcpExtListenOverflows：PAWSPassive 增长而 ListenOverflows 不变；uname -r：早于 4.12。仅有“SYN 到达却无应答”还不够，accept 队列已满也是同样的现象。',
  },
  counterMissing: {
    en: 'PAWSPassive was not captured; it alone tells these drops from those of a full SYN queue or a missing route: nstat -az TcpExtPAWSPassive.',
    zh: '没有采集到 PAWSPassive；只有它能把这类丢弃与 SYN 队列已满、缺少路由区分开：nstat -az TcpExtPAWSPassive。',
  },
  settingMissing: {
    en: 'The setting itself was not captured, it may have been turned off since: sysctl net.ipv4.tcp_tw_recycle.',
    zh: '没有采集到该参数本身，它可能已经关闭：sysctl net.ipv4.tcp_tw_recycle。',
  },
  offTitle: { en: 'Turn it off, on the node itself', zh: '在节点上关闭它' },
  offRisk: {
    en: 'None known: sockets stay in TIME_WAIT for 60 s again, at a few hundred bytes each.',
    zh: '没有已知风险：套接字恢复在 TIME_WAIT 停留 60 秒，每个占几百字节。',
  },
  findTitle: {
    en: 'Find what sets it, so that it stays off after a reboot',
    zh: '找出设置它的地方，避免重启后又被打开',
  },
  findRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  notClients: {
    en: 'Timestamps off on single clients: a SYN without a timestamp from an address that used them is rejected just the same.',
    zh: '在个别客户端上关闭时间戳：来自用过时间戳的地址、但不带时间戳的 SYN 同样会被拒绝。',
  },
  notReuse: {
    en: 'tcp_tw_reuse in its place: it only concerns outgoing connections. TIME_WAIT on a server is harmless.',
    zh: '改用 tcp_tw_reuse：它只影响主动发起的连接。服务端的 TIME_WAIT 并无害处。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'tw-recycle-nat',
  title: { en: 'tcp_tw_recycle turns clients behind NAT away', zh: 'tcp_tw_recycle 拒绝 NAT 之后的客户端' },
  severity: 'critical',
  scope: 'netns',
  needs: { recycle: twRecycle },
  words,
  page: {
    what: {
      en: 'With tcp_tw_recycle = 1 and timestamps on, the kernel remembers the last timestamp of every *address* of which a connection went into TIME_WAIT here, and for 60 seconds drops SYNs of that address whose timestamp is older, or that carry none. Several clients behind one NAT address have unrelated clocks, so some of them cannot connect, without an answer and without a log line. Removed in Linux 4.12.',
      zh: 'tcp_tw_recycle = 1 且启用时间戳时，如果某个*地址*的连接在本机进入 TIME_WAIT，内核会记住它最后的时间戳，并在 60 秒内丢弃该地址发来的时间戳更旧或不带时间戳的 SYN。同一个 NAT 地址后面的多个客户端时钟互不相干，于是其中一些会连不上，既没有应答也没有日志。Linux 4.12 已移除该参数。',
    },
    why: {
      en: 'Tuning guides recommend it against many TIME_WAIT sockets. NAT is everywhere in a cluster: a NodePort masquerades all clients of a node behind its address. In those kernels the sysctl is one variable for the whole machine, so it acts in every pod of the node; with a NodePort it is the node of the pod that drops.',
      zh: '一些调优文章推荐用它来减少 TIME_WAIT。而集群里 NAT 无处不在：NodePort 会把经过某个节点的所有客户端伪装成该节点的地址。在这些内核中它是整机唯一的变量，因此对节点上的每个 Pod 都起作用；对 NodePort 而言，丢弃发生在 Pod 所在的节点。',
    },
    confirm: {
      en: '`sysctl net.ipv4.tcp_tw_recycle net.ipv4.tcp_timestamps`, and `nstat -az TcpExtPAWSPassive TcpExtListenDrops TcpExtListenOverflows` twice: PAWSPassive and ListenDrops grow together, ListenOverflows does not. In netstat -s it reads "passive connections rejected because of time stamp".',
      zh: '执行 `sysctl net.ipv4.tcp_tw_recycle net.ipv4.tcp_timestamps`，再执行两次 `nstat -az TcpExtPAWSPassive TcpExtListenDrops TcpExtListenOverflows`：PAWSPassive 与 ListenDrops 同步增长，而 ListenOverflows 不变。netstat -s 中对应的文字是 “passive connections rejected because of time stamp”。',
    },
    fix: {
      en: 'Set it to 0 on the node, and wherever it is configured. It takes effect at once. There is no setting of it that is safe with NAT.',
      zh: '在节点上以及所有配置它的地方设为 0，立即生效。存在 NAT 时，它没有任何安全的取值。',
    },
    notToConfuse: {
      en: '- A full accept queue: SYNs go unanswered too, but ListenOverflows grows.\n- PAWSEstab, "packets rejected in established connections because of timestamp": an open connection or a port used again within a minute, also on new kernels.\n- ListenDrops alone proves nothing: see `listen-drops-unexplained`.\n- tcp_tw_reuse: concerns outgoing connections, cannot drop a SYN.',
      zh: '- accept 队列已满：SYN 同样得不到应答，但 ListenOverflows 会增长。\n- PAWSEstab，即 “packets rejected in established connections because of timestamp”：针对已建立的连接或一分钟内被重用的端口，新内核上也有。\n- 仅凭 ListenDrops 什么也证明不了：见 `listen-drops-unexplained`。\n- tcp_tw_reuse：只影响主动发起的连接，不会丢弃 SYN。',
    },
    sources: [
      'Linux 4.4 net/ipv4/tcp_input.c: tcp_conn_request(); net/ipv4/tcp_metrics.c: tcp_peer_is_proven()',
      'Linux 4.4 net/ipv4/tcp_minisocks.c: tcp_time_wait(), tcp_death_row',
      'Linux commit 4396e46187ca, "tcp: remove tcp_tw_recycle" (4.12)',
    ],
  },
  thresholds: [
    {
      value: '60 s',
      reason: {
        en: 'TCP_PAWS_MSL: how long an old kernel remembers the last timestamp of an address, and drops SYNs with an older one',
        zh: 'TCP_PAWS_MSL：旧内核记住某地址最近时间戳的时长，期间丢弃时间戳更旧的 SYN',
      },
    },
    {
      value: '4.12',
      reason: {
        en: 'Linux version that no longer has the setting',
        zh: '取消该参数的 Linux 版本',
      },
    },
  ],
  effects: [
    {
      rule: 'listen-drops-unexplained',
      shared: 'netns',
      why: {
        en: 'Every SYN that tcp_tw_recycle rejects counts as one ListenDrops and not as an overflow.',
        zh: 'tcp_tw_recycle 每拒绝一个 SYN，ListenDrops 就加一，但不计入溢出。',
      },
    },
  ],
  check({ recycle }, view) {
    const verdict = judge(recycle, view)
    return verdict
      ? [
          {
            subject: { kind: 'sysctl', key: TW_RECYCLE, sysctl: TW_RECYCLE },
            ...verdict,
            evidence: evidenceOf(recycle, view),
            remedies: remedies(view),
            notHelpful: [words.notClients, words.notReuse],
          },
        ]
      : []
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge(recycle: TwRecycle, view: View): Verdict | null {
  const { setting, rejected, hint } = recycle
  const [total, grown] = [rejected.total?.value ?? 0, rejected.grown?.value ?? 0]
  const numbers = { total, count: grown, period: periodOf(view) }
  const past = (severity: Draft['severity'], confidence: Draft['confidence'], text: Text, unknowns: readonly Text[]) =>
    ({ severity, confidence, when: 'past', summary: say(text, numbers), unknowns }) as const
  if (setting === null) {
    if (total > 0) return past('warning', 'likely', words.mustBeOn, [words.settingMissing])
    if (hint === null) return null
    const unknowns = [words.wouldProve]
    return { severity: 'warning', confidence: 'possible', when: 'past', summary: words.suspected, unknowns }
  }
  if (setting.number === 0) return total > 0 ? past('info', 'certain', words.wasOn, []) : null
  if (grown > 0 && isRecent(recycle.deltas?.seconds ?? null)) {
    // how many between the readings rests on their order and boot; that it is on and rejects does not
    return {
      severity: 'critical',
      confidence: 'certain',
      when: 'now',
      summary: say(words.rejectsNow, numbers),
      unknowns: [],
    }
  }
  if (total > 0) return past('warning', 'certain', words.rejected, [])
  return fromOtherDrops(recycle, view) ?? fromSetting(recycle, setting, view)
}

/** Without its own counter: drops that are no overflow, while it is on. Where PAWSPassive was read and stands at 0 they have another cause. */
function fromOtherDrops({ rejected, otherDrops, deltas }: TwRecycle, view: View): Verdict | null {
  if (rejected.total !== null) return null
  const [total, count] = [otherDrops.total?.value ?? 0, otherDrops.grown?.value ?? 0]
  const unknowns = [words.counterMissing]
  const base = { severity: 'warning', confidence: 'likely', unknowns } as const
  if (count > 0 && isRecent(deltas?.seconds ?? null))
    return { ...base, when: 'now', summary: say(words.dropsNow, { count }) }
  if (total <= 0) return null
  return { ...base, when: 'past', summary: say(words.dropped, { total, period: periodOf(view) }) }
}

/** One setting for the whole node: told once, in the namespace it was read in. */
function fromSetting({ timestamps }: TwRecycle, setting: Sysctl, view: View): Verdict | null {
  if (setting.netns !== view.netns.key) return null
  const isIdle = timestamps?.number === 0
  return {
    severity: isIdle ? 'info' : 'warning',
    confidence: 'certain',
    when: 'setting',
    summary: isIdle ? words.isOnIdle : words.isOn,
    unknowns: [],
  }
}

function evidenceOf({ setting, timestamps, rejected, otherDrops, hint }: TwRecycle, view: View): readonly Evidence[] {
  return [
    ...sysctlEvidence(words.setting, setting),
    ...sysctlEvidence(words.timestamps, timestamps),
    ...optionalEvidence(view, NAMES, words.rejectedTotal, rejected.total),
    ...optionalEvidence(view, NAMES, words.rejectedGrown, rejected.grown),
    ...(rejected.total === null && otherDrops.total
      ? [counterEvidence(view, NAMES, words.otherTotal, otherDrops.total)]
      : []),
    ...(rejected.total === null && otherDrops.grown
      ? [counterEvidence(view, NAMES, words.otherGrown, otherDrops.grown)]
      : []),
    ...(hint
      ? [{ label: words.said, value: hint.value, unit: null, limit: null, source: hint.origin, command: null }]
      : []),
  ]
}

function sysctlEvidence(label: Text, read: Sysctl | null): readonly Evidence[] {
  if (read === null) return []
  const limit = read.key === TIMESTAMPS ? null : 0
  const command = `sysctl ${read.key}`
  return [{ label, value: read.number ?? read.value, unit: null, limit, source: read.origin, command }]
}

const remedies = (view: View): readonly Remedy[] => [
  {
    title: words.offTitle,
    action: `sysctl -w ${TW_RECYCLE}=0`,
    language: 'sh',
    risk: words.offRisk,
    verify: inNetns(view, 'nstat -az TcpExtPAWSPassive TcpExtListenDrops'),
  },
  {
    title: words.findTitle,
    action: 'grep -rn tcp_tw_recycle /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d',
    language: 'sh',
    risk: words.findRisk,
    verify: `sysctl ${TW_RECYCLE}`,
  },
]
