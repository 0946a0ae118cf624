import { isRecent, percent, periodOf } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import { type Retransmissions, retransmissions } from '../facts/retransmissions.ts'
import type { Draft, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/**
 * A loss of p lets a classic sender have about 1.22 / √p segments under way (Mathis et al. 1997): 7 at 3 %, which is felt;
 * under 4 at 10 %, too few for fast retransmit, so that every loss costs a timeout. Clients on the Internet cause 1 to 2 %
 * in health.
 */
const FELT = 0.03
const CRIPPLING = 0.1
/** Shares of less than this are chance. */
const ENOUGH_SENT = 1000
const ENOUGH_AGAIN = 50

const words = {
  between: {
    en: 'Between the two readings {share} of the segments sent were sent again ({data} of {sent}, handshakes not counted)',
    zh: '两次读数之间，{share} 的报文段被重传（{sent} 个中有 {data} 个，不含握手报文）',
  },
  past: {
    en: '{share} of all segments were sent again {period} ({data} of {sent}, handshakes not counted)',
    zh: '{period}，{share} 的报文段被重传（{sent} 个中有 {data} 个，不含握手报文）',
  },
  data: {
    en: 'data segments sent again (RetransSegs − TCPSynRetrans)',
    zh: '重传的数据报文段（RetransSegs − TCPSynRetrans）',
  },
  segments: { en: 'all segments sent again (RetransSegs)', zh: '全部重传的报文段（RetransSegs）' },
  handshakes: {
    en: 'of these SYNs and SYN-ACKs, taken off (TCPSynRetrans)',
    zh: '其中的 SYN 与 SYN-ACK，已扣除（TCPSynRetrans）',
  },
  sent: { en: 'segments sent for the first time (OutSegs)', zh: '首次发送的报文段（OutSegs）' },
  needless: {
    en: 'duplicates that the peers reported: sent again without need (TCPDSACKRecv)',
    zh: '对端报告的重复数据：属于不必要的重传（TCPDSACKRecv）',
  },
  where: {
    en: 'Counters do not tell on which path. ss -ti shows it by connection; one peer or one interface that stands out is the place to look.',
    zh: '计数器看不出问题在哪条路径上。ss -ti 可以按连接查看；明显突出的对端或网卡就是该查的地方。',
  },
  mostlyNeedless: {
    en: 'Most of them were needless ({needless} duplicates reported by the peers): delay or reordering on the way rather than loss.',
    zh: '其中大部分并无必要（对端报告了 {needless} 个重复）：更像是路径上的延迟或乱序，而不是丢包。',
  },
  findTitle: { en: 'See which connections send again', zh: '查看哪些连接在重传' },
  linkTitle: { en: 'Look for drops on the interfaces', zh: '检查网卡是否丢包' },
  readsOnly: { en: 'none, it only reads', zh: '无，只读操作' },
  notRetries: {
    en: 'net.ipv4.tcp_retries2 or larger buffers: they change how long a loss is borne, not whether packets are lost.',
    zh: '调整 net.ipv4.tcp_retries2 或加大缓冲区：只改变能忍受多久，并不能减少丢包。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'retransmissions-high',
  title: { en: 'Many data segments are sent again', zh: '数据报文段重传率过高' },
  severity: 'critical',
  scope: 'netns',
  needs: { retransmissions },
  words,
  page: {
    what: {
      en: 'The share of data segments that had to be sent again, against all that were sent. Retransmitted SYNs and SYN-ACKs are taken off first: they are counted in RetransSegs too, but say only that a handshake got no answer. On one node 98.8 % of 9.7 million "segments retransmitted" were SYN-ACKs; its network lost nothing.',
      zh: '需要重传的数据报文段占已发送报文段的比例。先扣除重传的 SYN 和 SYN-ACK：它们也计入 RetransSegs，但只说明握手没有得到应答。曾有一个节点，970 万个“重传报文段”中 98.8 % 是 SYN-ACK，网络其实并不丢包。',
    },
    why: {
      en: 'Packets are lost or come late: a congested or faulty link, a full queue on an interface or switch, a policer, a wrong MTU (then whole connections hang after the first large segment), a receiver that drops because its buffers are full.',
      zh: '报文丢失或迟到：链路拥塞或故障、网卡或交换机队列溢出、限速、MTU 不匹配（表现为连接在第一个大报文段之后挂起）、接收端缓冲区满而丢弃。',
    },
    confirm: {
      en: 'Take the difference of two readings: `nstat -az TcpRetransSegs TcpExtTCPSynRetrans TcpOutSegs`. A total since boot may be one bad hour long ago. Then `ss -ti` for the connections, `ip -s link` and `ethtool -S` for the interfaces.',
      zh: '取两次读数之差：`nstat -az TcpRetransSegs TcpExtTCPSynRetrans TcpOutSegs`。开机以来的总数可能只是很久以前某一个小时的故障。再用 `ss -ti` 查连接，用 `ip -s link` 和 `ethtool -S` 查网卡。',
    },
    fix: {
      en: 'Find the path: one peer, one interface, one direction. Repair the link, raise the rings or the policer that drops, correct the MTU.',
      zh: '先确定路径：某个对端、某块网卡、某个方向。然后修复链路，调大发生丢包的环形队列或限速，修正 MTU。',
    },
    notToConfuse: {
      en: '- SYN-ACKs sent again to clients that never complete: a full accept queue or a SYN flood (`listen-overflows`, `syn-flood`).\n- SYNs sent again to hosts that are not there: `syn-sent-stuck`.\n- Needless retransmissions (TCPDSACKRecv close to their number): delay or reordering, and tail loss probes (TCPLossProbes).',
      zh: '- 向从不完成握手的客户端重发 SYN-ACK：accept 队列已满，或 SYN flood（见 `listen-overflows`、`syn-flood`）。\n- 向不存在的主机重发 SYN：见 `syn-sent-stuck`。\n- 不必要的重传（TCPDSACKRecv 与重传数接近）：延迟或乱序，以及尾部丢失探测（TCPLossProbes）。',
    },
    sources: [
      'Linux net/ipv4/tcp_output.c: __tcp_retransmit_skb(), tcp_rtx_synack(), __tcp_transmit_skb()',
      'Linux Documentation/networking/snmp_counter.rst: TcpRetransSegs, TcpExtTCPSynRetrans, TcpOutSegs',
      'RFC 4022: tcpOutSegs excludes segments that hold only retransmitted octets',
      'Mathis, Semke, Mahdavi, Ott: The macroscopic behavior of the TCP congestion avoidance algorithm, 1997',
    ],
  },
  thresholds: [
    {
      value: '3 %',
      reason: {
        en: 'of data segments: by Mathis’ formula (1.22 / √p) seven segments are under way at a time, which is felt; clients on the Internet cause 1 to 2 % in health',
        zh: '占数据报文段的比例：按 Mathis 公式（1.22 / √p）同时在途只有七个，用户能感觉到；互联网客户端正常也有 1–2 %',
      },
    },
    {
      value: '10 %',
      reason: {
        en: 'fewer than four under way, too few for fast retransmit: every loss costs a timeout',
        zh: '在途不足四个，无法快速重传：每次丢失都要等超时',
      },
    },
    {
      value: '1000 sent, 50 again',
      reason: {
        en: 'below which a share is chance',
        zh: '发送与重传的最低数量：低于此，比例只是巧合',
      },
    },
    {
      value: '3600 s',
      reason: {
        en: 'between readings at most for what was lost to count as of this moment; longer ones tell of the past',
        zh: '两次读数最多相隔的时间，其间的丢失才算当前；更长则属于过去',
      },
    },
  ],
  effects: [],
  check({ retransmissions: { total, grown } }, view) {
    if (grown && isHigh(grown.counts)) {
      const when = isRecent(grown.seconds) ? 'now' : 'past'
      return [draft(grown.counts, words.between, when, grown.sameBoot ? 'certain' : 'likely', view)]
    }
    return isHigh(total) ? [draft(total, words.past, 'past', 'certain', view)] : []
  },
})

const isHigh = ({ share, data, sent }: Retransmissions): boolean =>
  share !== null && share >= FELT && data >= ENOUGH_AGAIN && sent.value >= ENOUGH_SENT

function draft(
  counts: Retransmissions,
  sentence: Text,
  when: 'now' | 'past',
  confidence: Draft['confidence'],
  view: View,
): Draft {
  const { data, sent, segments, handshakes, needless } = counts
  const severity: Severity = when === 'now' && (counts.share ?? 0) >= CRIPPLING ? 'critical' : 'warning'
  const names = 'TcpRetransSegs TcpExtTCPSynRetrans TcpOutSegs'
  const isNeedless = needless !== null && needless.value > data / 2
  return {
    subject: { kind: 'counter', key: 'TcpRetransSegs' },
    severity,
    confidence,
    when,
    summary: say(sentence, {
      share: percent(data, sent.value),
      data,
      sent: sent.value,
      period: periodOf(view),
    }),
    evidence: [
      counterEvidence(view, names, words.data, segments, { value: data, limit: Math.ceil(FELT * sent.value) }),
      counterEvidence(view, names, words.segments, segments),
      counterEvidence(view, names, words.handshakes, handshakes),
      counterEvidence(view, names, words.sent, sent),
      ...optionalEvidence(view, names, words.needless, needless),
    ],
    remedies: [
      {
        title: words.findTitle,
        action: inNetns(view, `ss -Htin state established | grep -B1 'retrans:'`),
        language: 'sh',
        risk: words.readsOnly,
        verify: inNetns(view, `nstat -az ${names}`),
      },
      {
        title: words.linkTitle,
        action: inNetns(view, 'ip -s link'),
        language: 'sh',
        risk: words.readsOnly,
        verify: null,
      },
    ],
    notHelpful: [words.notRetries],
    unknowns: [words.where, ...(isNeedless ? [say(words.mostlyNeedless, { needless: needless.value })] : [])],
  }
}
