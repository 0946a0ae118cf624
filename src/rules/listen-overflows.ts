import { type Counter, type Deltas, deltas, isRecent, percent, periodOf, totals } from '../facts/counters.ts'
import { type ListenerDrops, listenerDrops } from '../facts/listener-drops.ts'
import { type LostHandshakes, lostHandshakes } from '../facts/lost-handshakes.ts'
import { maybe, type View } from '../facts/need.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule, type Page } from './define-rule.ts'

const OVERFLOWS = 'TcpExtListenOverflows'
const NAMES = `${OVERFLOWS} TcpExtListenDrops TcpPassiveOpens`
const LOST_NAMES = 'TcpExtTCPTimeouts TcpExtTCPSynRetrans TcpRetransSegs TcpAttemptFails'

/** A dropped packet to a hundred connections let in is no accident of a burst: people waited or failed. */
const HURT_SHARE = 0.01
/** Fewer than this are one burst, whatever the share. */
const HURT_AT_LEAST = 100
/** Without PassiveOpens to hold it against, so many dropped packets are more than bursts at a restart leave behind. */
const HURT_COUNT = 10_000
/** One dropped handshake packet a second, or one in a hundred, is felt at this moment. */
const CRITICAL_PER_SECOND = 1

const words = {
  nothing: { en: '', zh: '' },
  past: {
    en: 'Full accept queues turned away {count} packets of incoming handshakes {period}{against}',
    zh: '{period}，已满的 accept 队列共拒收了 {count} 个握手报文{against}',
  },
  against: {
    en: ', against {passive} connections that were let in',
    zh: '，同期成功进入队列的连接为 {passive} 条',
  },
  now: {
    en: 'A full accept queue is turning handshakes away: {count} packets within {seconds} s{at}',
    zh: 'accept 队列正在溢出：{seconds} 秒内拒收了 {count} 个握手报文{at}',
  },
  between: {
    en: 'Between the two readings a full accept queue turned away {count} more packets of handshakes{at}',
    zh: '两次读数之间，已满的 accept 队列又拒收了 {count} 个握手报文{at}',
  },
  atListeners: { en: ', at {listeners}', zh: '，发生在 {listeners}' },
  overflows: { en: 'times an accept queue was full (ListenOverflows)', zh: 'accept 队列已满的次数（ListenOverflows）' },
  drops: {
    en: 'handshake packets dropped at listeners, for any reason (ListenDrops)',
    zh: '监听套接字丢弃的握手报文总数，不分原因（ListenDrops）',
  },
  passiveOpens: { en: 'connections let in (PassiveOpens)', zh: '成功建立的被动连接数（PassiveOpens）' },
  growth: { en: 'ListenOverflows gained between the readings', zh: '两次读数之间 ListenOverflows 的增量' },
  passiveGrowth: { en: 'connections let in between the readings', zh: '两次读数之间成功建立的被动连接数' },
  notGrown: {
    en: 'ListenOverflows gained between the readings: it is not happening now',
    zh: '两次读数之间 ListenOverflows 的增量：目前没有在溢出',
  },
  listenerDrops: {
    en: 'drops of the listener on port {port} between the readings',
    zh: '两次读数之间端口 {port} 的监听套接字的丢弃数',
  },
  lost: {
    en: 'About {expired} handshakes were answered and never completed {period}: each timed out after {retries} repeated SYN-ACKs, which explains the retransmitted SYNs and SYN-ACKs within {deviation}',
    zh: '{period}，约有 {expired} 次握手已经应答却始终没有完成：每次都在重发 {retries} 个 SYN-ACK 之后超时，由此推算的重传数与实际 SYN / SYN-ACK 重传数只差 {deviation}',
  },
  expired: {
    en: 'handshakes that timed out on this side (TCPTimeouts − TCPSynRetrans)',
    zh: '在本端超时的握手数（TCPTimeouts − TCPSynRetrans）',
  },
  timeouts: { en: 'retransmission timers that ran out (TCPTimeouts)', zh: '重传定时器超时次数（TCPTimeouts）' },
  fit: {
    en: 'SYNs and SYN-ACKs sent again (TCPSynRetrans), against {retries} for each of those handshakes: {deviation} apart',
    zh: 'SYN 与 SYN-ACK 重传数（TCPSynRetrans），按每次握手重传 {retries} 次推算，相差 {deviation}',
  },
  retries: { en: 'net.ipv4.tcp_synack_retries', zh: 'net.ipv4.tcp_synack_retries' },
  attemptFails: {
    en: "failed attempts of this machine's own (AttemptFails): far too few to be the cause",
    zh: '本机自身失败的连接尝试（AttemptFails）：数量太少，不可能是原因',
  },
  synShare: {
    en: 'segments retransmitted (RetransSegs), of which {share} are SYNs and SYN-ACKs: that is not a lossy network',
    zh: '重传的报文段（RetransSegs），其中 {share} 是 SYN 和 SYN-ACK：这不代表网络丢包',
  },
  packets: {
    en: 'How many connections were turned away is not told: ListenOverflows counts packets, and every client tries several times.',
    zh: '被拒之门外的连接究竟有多少，计数器并不说明：ListenOverflows 统计的是报文，而每个客户端都会重试多次。',
  },
  neverAnswered: {
    en: 'SYNs whose sender never completes the handshake (forged addresses, replies that take another way) leave the same trace. What decides: ss -tan state syn-recv while a queue is full, or a capture that shows the final ACK arriving.',
    zh: '发送方从不完成握手的 SYN（伪造源地址、回程路径不对称）也会留下同样的痕迹。可以这样区分：队列已满时执行 ss -tan state syn-recv，或者抓包确认第三次握手的 ACK 是否到达。',
  },
  retriesAssumed: {
    en: 'net.ipv4.tcp_synack_retries was not captured; the default of 5 is assumed, and the counters agree with it.',
    zh: '没有采集到 net.ipv4.tcp_synack_retries；这里按默认值 5 计算，结果与计数器相符。',
  },
  findListener: { en: 'See which listener is full and who holds it', zh: '找出哪个监听套接字已满、属于哪个进程' },
  readsOnly: { en: 'none, it only reads', zh: '无，只读操作' },
  abort: {
    en: 'net.ipv4.tcp_abort_on_overflow = 1 frees nothing: it only turns the silence into a reset for handshakes that were nearly done.',
    zh: '把 net.ipv4.tcp_abort_on_overflow 设为 1 不会腾出任何位置：它只是把“无响应”变成对即将完成的握手回一个 RST。',
  },
  synBacklog: {
    en: 'net.ipv4.tcp_max_syn_backlog and SYN cookies concern the SYN queue; a full accept queue drops handshakes just the same.',
    zh: 'net.ipv4.tcp_max_syn_backlog 和 SYN cookie 只影响 SYN 队列；accept 队列满了照样会丢握手。',
  },
} satisfies Record<string, Text>

const page: Page = {
  what: {
    en: 'A handshake met a listener whose accept queue was full. ListenOverflows counts the *packets* that were dropped for it: the SYN, or the final ACK of the handshake. One client that tries for a minute adds six or more, so the number is not the number of connections lost.\n\nA total since boot proves the past. Two readings prove the present; then the drop counts of the listeners themselves (Linux 4.7 and later) name the port.',
    zh: '握手报文到达时，监听套接字的 accept 队列已满。ListenOverflows 统计的是因此被丢弃的*报文*：可能是 SYN，也可能是第三次握手的 ACK。一个客户端重试一分钟就会累加六次以上，所以这个数字不等于丢失的连接数。\n\n开机以来的总数只能证明过去；要证明现在，需要两次读数。有两次读数时，监听套接字自身的丢弃计数（Linux 4.7 起）能指出是哪个端口。',
  },
  why: {
    en: 'The program behind the listener calls accept() too slowly, or never (a kube-proxy up to 1.23 only holds its NodePorts), or the queue is too short for the bursts it gets.\n\nWith old kernels (before the change of Linux 4.10, which long-term series took over in 2019 and 2020) the SYN was often answered although the queue was full, and the final ACK dropped: the client believes to be connected, the server repeats its SYN-ACK until it gives up. Over a long time that shows in the counters: TCPTimeouts − TCPSynRetrans is the number of handshakes that expired, and TCPSynRetrans is tcp_synack_retries times it.',
    zh: '监听套接字背后的程序调用 accept() 太慢，或者根本不调用（1.23 及更早的 kube-proxy 监听 NodePort 只是为了占住端口），又或者队列对突发流量来说太短。\n\n在旧内核上（Linux 4.10 的改动之前；各长期维护版本在 2019、2020 年才合入），队列已满时 SYN 往往仍会得到应答，被丢弃的是第三次握手的 ACK：客户端以为已经连上，服务端则反复重发 SYN-ACK 直到放弃。时间一长，计数器上就会显现：TCPTimeouts − TCPSynRetrans 等于超时的握手数，而 TCPSynRetrans 等于它乘以 tcp_synack_retries。',
  },
  confirm: {
    en: "Read the counters twice: `nstat -az TcpExtListenOverflows TcpExtListenDrops`, wait ten seconds, again. While they grow, `ss -Hltnp | awk '$2 > $3'` shows the full listener and `ss -ltnm` its drops (`d` in skmem). Do it in the namespace of the listener: counters and sockets of a pod are not those of the host.",
    zh: "读两次计数器：执行 `nstat -az TcpExtListenOverflows TcpExtListenDrops`，等十秒再执行一次。如果在增长，用 `ss -Hltnp | awk '$2 > $3'` 找出已满的监听套接字，用 `ss -ltnm` 查看它的丢弃数（skmem 中的 `d`）。请在监听套接字所在的网络命名空间里执行：Pod 的计数器和套接字与宿主机的不同。",
  },
  fix: {
    en: 'Make the program accept faster, or give it more room: its own backlog *and* net.core.somaxconn of its namespace, then have it listen() again. For a kube-proxy that never accepts, restart it (its queued connections get a reset) and upgrade to 1.24 or later.',
    zh: '让程序更快地 accept，或者给它更大的队列：既要调大程序自身的 backlog，*也要*调大所在命名空间的 net.core.somaxconn，然后让它重新 listen()。如果是从不 accept 的 kube-proxy，重启它（队列里的连接会收到 RST），并升级到 1.24 或更高版本。',
  },
  notToConfuse: {
    en: '- ListenDrops beyond ListenOverflows: dropped for another reason (`listen-drops-unexplained`).\n- TCPBacklogDrop: the backlog of a socket that is locked at that moment, nothing to do with listen().\n- A SYN flood: fills the SYN queue, and with SYN cookies drops nothing.\n- A NodePort whose traffic is redirected (DNAT) never meets the listener; its service goes on working with a full queue.',
    zh: '- ListenDrops 超出 ListenOverflows 的部分：另有原因（见 `listen-drops-unexplained`）。\n- TCPBacklogDrop：套接字被锁定期间的后备队列，与 listen() 无关。\n- SYN flood：填满的是 SYN 队列，启用 SYN cookie 时并不丢弃。\n- 经 DNAT 转发的 NodePort 流量根本不会到达监听套接字；队列满了，服务照样可用。',
  },
  sources: [
    'Linux net/ipv4/tcp_input.c: tcp_conn_request()',
    'Linux net/ipv4/tcp_ipv4.c: tcp_v4_syn_recv_sock()',
    'Linux commit 5ea8ea2cb7f1, "tcp/dccp: drop SYN packets if accept queue is full" (4.10)',
    'Linux commit 9caad864151e, "tcp: increment sk_drops for listeners" (4.7)',
    'Linux Documentation/networking/ip-sysctl.rst: tcp_abort_on_overflow, tcp_synack_retries, somaxconn',
    'kubernetes/kubernetes#108496',
  ],
}

export default defineRule({
  id: 'listen-overflows',
  title: { en: 'Accept queues overflowed', zh: 'accept 队列发生过溢出' },
  severity: 'critical',
  scope: 'netns',
  needs: {
    counters: totals([OVERFLOWS], ['TcpExtListenDrops', 'TcpPassiveOpens', 'TcpRetransSegs']),
    deltas: maybe(deltas),
    drops: maybe(listenerDrops),
    lost: maybe(lostHandshakes),
  },
  words,
  page,
  thresholds: [
    {
      value: '1 %',
      reason: {
        en: 'dropped packets to a hundred connections let in: people waited a second or more, or failed',
        zh: '每一百条建立的连接对应一个丢弃：有人至少多等了一秒，或者失败了',
      },
    },
    {
      value: '100',
      reason: {
        en: 'dropped packets: below that it is one burst, whatever the share',
        zh: '丢弃的报文数：更少则无论比例多高都只是一次突发',
      },
    },
    {
      value: '10 000',
      reason: {
        en: 'where nothing is known to hold it against: bursts at restarts do not add up to that within a usual uptime',
        zh: '没有可比基数时：在通常的运行时间内，重启造成的突发累计不到这么多',
      },
    },
    {
      value: '1/s',
      reason: {
        en: 'between two readings: somebody’s handshake fails each second',
        zh: '两次读数之间：每秒都有人的握手失败',
      },
    },
    {
      value: '3 %',
      reason: {
        en: 'by which TCPSynRetrans may differ from the handshakes that expired times their retries (5 by default): data timeouts and the machine’s own connects blur both; fewer than 1000 of them fit anything',
        zh: 'TCPSynRetrans 与“超时的握手数 × 重试次数（默认 5）”允许的偏差：数据超时和本机主动连接会造成干扰；不足 1000 时怎样都能凑上',
      },
    },
    {
      value: '3600 s',
      reason: {
        en: 'longest distance of two readings whose difference is called *now*: further apart it may be one burst of an hour ago',
        zh: '差值可算作“现在”的两次读数最大间隔：更久则可能是一小时前的一次突发',
      },
    },
  ],
  effects: [],
  check({ counters, deltas, drops, lost }, view) {
    const grown = deltas?.of(OVERFLOWS) ?? null
    const overflows = counters[OVERFLOWS]
    if (overflows.value === 0 && !(grown && grown.value > 0)) return []
    const shared = { unknowns: [words.packets], notHelpful: [words.abort, words.synBacklog], remedies: remedies(view) }
    const overflowed: Draft =
      deltas && grown && grown.value > 0
        ? {
            ...growing(deltas, grown, drops ?? [], overflows, view),
            ...shared,
          }
        : { ...past(overflows, counters.TcpPassiveOpens, counters.TcpExtListenDrops, grown, view), ...shared }
    return lost ? [overflowed, lostDraft(lost, counters.TcpRetransSegs, view)] : [overflowed]
  },
})

type Judged = Omit<Draft, 'unknowns' | 'notHelpful' | 'remedies'>

const subject = { kind: 'counter', key: OVERFLOWS } as const

function past(
  overflows: Counter,
  passive: Counter | null,
  drops: Counter | null,
  grown: Counter | null,
  view: View,
): Judged {
  const { value } = overflows
  const hurt = passive ? value >= HURT_AT_LEAST && value > HURT_SHARE * passive.value : value >= HURT_COUNT
  const against = passive ? say(words.against, { passive: passive.value }) : words.nothing
  return {
    subject,
    severity: hurt ? 'warning' : 'info',
    confidence: 'certain',
    when: 'past',
    summary: say(words.past, { count: value, period: periodOf(view), against }),
    evidence: [
      counterEvidence(view, NAMES, words.overflows, overflows, { limit: passive?.value ?? null }),
      ...optionalEvidence(view, NAMES, words.drops, drops),
      ...optionalEvidence(view, NAMES, words.passiveOpens, passive),
      ...optionalEvidence(view, NAMES, words.notGrown, grown),
    ],
  }
}

function growing(deltas: Deltas, grown: Counter, drops: readonly ListenerDrops[], total: Counter, view: View): Judged {
  const { seconds } = deltas
  const passive = deltas.of('TcpPassiveOpens')
  const isNow = isRecent(seconds)
  const felt =
    (seconds !== null && grown.value / seconds >= CRITICAL_PER_SECOND) ||
    (passive !== null && grown.value > HURT_SHARE * passive.value)
  const at = drops.length === 0 ? words.nothing : say(words.atListeners, { listeners: named(drops) })
  return {
    subject,
    severity: isNow && felt ? 'critical' : 'warning',
    confidence: deltas.sameBoot ? 'certain' : 'likely',
    when: isNow ? 'now' : 'past',
    summary:
      isNow && seconds !== null
        ? say(words.now, { count: grown.value, seconds: Math.round(seconds), at })
        : say(words.between, { count: grown.value, at }),
    evidence: [
      counterEvidence(view, NAMES, words.growth, grown, { limit: passive?.value ?? null }),
      counterEvidence(view, NAMES, words.overflows, total),
      ...optionalEvidence(view, NAMES, words.passiveGrowth, passive),
      ...drops.map((one) => dropsEvidence(one, view)),
    ],
  }
}

const SHOWN = 5

const named = (drops: readonly ListenerDrops[]): string =>
  drops
    .slice(0, SHOWN)
    .map(({ listener }) => formatEnd(listener.local))
    .join(', ') + (drops.length > SHOWN ? ' …' : '')

const dropsEvidence = ({ listener, drops }: ListenerDrops, view: View): Evidence => ({
  label: say(words.listenerDrops, { port: String(listener.local.port) }),
  value: drops,
  unit: null,
  limit: null,
  source: listener.origin,
  command: inNetns(view, `ss -ltnm 'sport = :${listener.local.port}'`),
})

function lostDraft(lost: LostHandshakes, retransSegs: Counter | null, view: View): Draft {
  const { expired, timeouts, synRetrans, attemptFails, retries, retriesUsed, fit } = lost
  // rounded up: "within" must stay true
  const deviation = `${Math.ceil(Math.abs(fit - 1) * 10_000) / 100} %`
  return {
    subject: { kind: 'counter', key: 'lost-handshakes' },
    severity: 'warning',
    confidence: 'likely',
    when: 'past',
    summary: say(words.lost, { expired, period: periodOf(view), retries: retriesUsed, deviation }),
    evidence: [
      {
        ...counterEvidence(view, LOST_NAMES, words.expired, timeouts),
        value: expired,
      },
      counterEvidence(view, LOST_NAMES, words.timeouts, timeouts),
      counterEvidence(view, LOST_NAMES, say(words.fit, { retries: retriesUsed, deviation }), synRetrans, {
        limit: retriesUsed * expired,
      }),
      ...(retries
        ? [
            {
              label: words.retries,
              value: retriesUsed,
              unit: null,
              limit: null,
              source: retries.origin,
              command: 'sysctl net.ipv4.tcp_synack_retries',
            },
          ]
        : []),
      counterEvidence(view, LOST_NAMES, words.attemptFails, attemptFails, { limit: expired }),
      ...(retransSegs
        ? [
            counterEvidence(
              view,
              LOST_NAMES,
              say(words.synShare, { share: percent(synRetrans.value, retransSegs.value) }),
              retransSegs,
            ),
          ]
        : []),
    ],
    remedies: remedies(view),
    notHelpful: [words.abort],
    unknowns: retries ? [words.neverAnswered] : [words.neverAnswered, words.retriesAssumed],
  }
}

function remedies(view: View): readonly Remedy[] {
  return [
    {
      title: words.findListener,
      action: inNetns(view, `ss -Hltnp | awk '$2 > $3'`),
      language: 'sh',
      risk: words.readsOnly,
      verify: inNetns(view, `nstat -az ${OVERFLOWS} TcpExtListenDrops`),
    },
  ]
}
