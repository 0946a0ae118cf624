import { MIN_SYNS, type UnansweredSyns, unansweredPlaces } from '../facts/unanswered-syns.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

// No scenario of the lab: a live reading captures no packets, so nothing could be found in it live.

const words = {
  unanswered: {
    en: 'SYNs to {server} get no answer in the capture: {syns} of {attempts} by {clients}{time}{because}',
    zh: '抓包中发往 {server} 的 SYN 没有任何应答：来自 {clients} 的 {attempts}共发了 {syns} 个 SYN{time}{because}',
  },
  oneWay: {
    en: 'SYNs to {server} had to be sent again, so no answer reached {clients}: {syns} of {attempts}{time}; whether one was sent, this capture cannot show{because}',
    zh: '发往 {server} 的 SYN 一再重发，说明 {clients} 没有收到应答：{attempts}共发了 {syns} 个 SYN{time}；对方是否发出过应答，这份抓包看不出来{because}',
  },
  oneAttempt: { en: 'one attempt', zh: '一次连接尝试' },
  attempts: { en: '{count} attempts', zh: ' {count} 次连接尝试' },
  time: { en: ', the longest for {seconds} s', zh: '，最长持续 {seconds} 秒' },
  nothing: { en: '', zh: '' },
  full: {
    en: '; the accept queue of {at} is full, which drops SYNs without a word',
    zh: '；{at} 的 accept 队列已满，SYN 会被静默丢弃',
  },
  open: {
    en: '; {at} listens there and has room in its queue at this reading: if it had then, something before it drops the SYN, or the answer on its way',
    zh: '；{at} 正在监听，这次读数里队列还有空位：如果当时也是这样，就是之前的某一环丢弃了 SYN，或者应答丢在路上',
  },
  none: {
    en: '; nobody listens on that port in this reading, which would give a reset: something drops the SYN before TCP sees it',
    zh: '；这次读数里该端口没有人监听，本应回复 RST：SYN 在到达 TCP 之前就被丢弃了',
  },
  elsewhere: {
    en: 'the capture names {server}; the listener that fits stands at {at}: check that the capture belongs to it',
    zh: '抓包中的地址是 {server}，而对得上的监听套接字是 {at}：请确认抓包确实属于它',
  },
  synsLabel: {
    en: 'SYNs to {server} in {attempts}, none answered',
    zh: '{attempts}中发往 {server} 的 SYN，均无应答',
  },
  answeredLabel: { en: 'connections to the same port that were answered', zh: '同一端口得到应答的连接' },
  queueLabel: { en: 'accept queue of {at}', zh: '{at} 的 accept 队列' },
  otherEnd: {
    en: 'A capture at the other end decides: the SYN does not arrive there, it is lost on the way; it arrives and no SYN-ACK leaves, that host drops it (full queue, firewall, rp_filter, tcp_tw_recycle); a SYN-ACK leaves, the way back is broken.',
    zh: '在另一端抓包即可判断：SYN 没有到达，说明丢在途中；到达了却没有发出 SYN-ACK，说明被那台主机丢弃（队列已满、防火墙、rp_filter、tcp_tw_recycle）；SYN-ACK 发出了，说明回程不通。',
  },
  partial: {
    en: 'The capture is cut or lost packets: an answer may have come later.',
    zh: '抓包被截断或有丢包：之后可能有过应答。',
  },
  counters: {
    en: 'Counters of the listening namespace tell which drop it is: nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop TcpExtPAWSPassive TcpExtIPReversePathFilter, twice while a client tries.',
    zh: '监听方所在网络命名空间的计数器能说明是哪种丢弃：在客户端重试期间执行两次 nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop TcpExtPAWSPassive TcpExtIPReversePathFilter。',
  },
  lookTitle: {
    en: 'See what becomes of a SYN on the host that should answer',
    zh: '在应当应答的主机上查看 SYN 的去向',
  },
  lookRisk: { en: 'None: it only reads, one client attempt aside.', zh: '没有风险：除了客户端的一次尝试，只读操作。' },
  notClient: {
    en: 'More net.ipv4.tcp_syn_retries or longer timeouts at the client: the wait gets longer, the answer does not come.',
    zh: '在客户端调大 net.ipv4.tcp_syn_retries 或超时时间：只会等得更久，应答不会因此到来。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'syn-unanswered',
  title: { en: 'SYNs that nobody answers', zh: 'SYN 没有得到应答' },
  severity: 'warning',
  scope: 'node',
  needs: { places: unansweredPlaces },
  words,
  page: {
    what: {
      en: 'A capture shows the same SYN (same ports, same sequence number) sent at least three times and no packet of the other side. The distances double (1, 2, 4, 8 s; since Linux 6.5 the first ones stay at 1 s). TCP repeats a SYN only if nothing came back.',
      zh: '抓包中同一个 SYN（端口和序号都相同）至少发了三次，对端没有任何报文。间隔逐次加倍（1、2、4、8 秒；Linux 6.5 起最初几次保持 1 秒）。只有什么都没收到，TCP 才会重发 SYN。',
    },
    why: {
      en: 'Silence, and not a refusal: a closed port answers with a reset, an unreachable one with ICMP. Those that stay silent are a full accept queue, a full SYN queue without cookies, a firewall or security group that drops, rp_filter, a full conntrack table, tcp_tw_recycle on an old kernel, and a host that is gone.',
      zh: '这是沉默，不是拒绝：端口关闭会回 RST，不可达会回 ICMP。会保持沉默的只有：accept 队列已满、SYN 队列已满且没有 cookie、丢弃报文的防火墙或安全组、rp_filter、conntrack 表已满、旧内核上的 tcp_tw_recycle，以及主机已不存在。',
    },
    confirm: {
      en: "Capture at both ends at once: `tcpdump -nn -i any tcp port PORT`. On the server, in the listener's namespace, `ss -ltn 'sport = :PORT'`: Recv-Q above Send-Q is a full queue.",
      zh: "两端同时抓包：`tcpdump -nn -i any tcp port PORT`。在服务器上、监听套接字所在的网络命名空间内执行 `ss -ltn 'sport = :PORT'`：Recv-Q 大于 Send-Q 就是队列已满。",
    },
    fix: {
      en: 'By what drops it: the finding that stands beside this one names it where the data tells. Without one, follow the SYN hop by hop.',
      zh: '取决于是谁丢弃的：数据足够时，旁边的那条结论会指出来。没有的话，就沿路径逐跳追踪 SYN。',
    },
    notToConfuse: {
      en: "- One SYN sent twice: a packet got lost, or its answer did.\n- A capture that ends right after the SYN: the answer may be the next line.\n- A capture filtered to one direction (`dst port 80`, `-Q in`) holds no answers, whatever was sent.\n- The same SYN seen on a pod's veth, a bridge and an interface was sent once.",
      zh: '- 同一个 SYN 只发了两次：丢了一个报文，或丢了它的应答。\n- 抓包刚好在 SYN 之后结束：应答可能就是下一行。\n- 只抓一个方向（`dst port 80`、`-Q in`）：不管对方发没发，里面都不会有应答。\n- 同一个 SYN 在 Pod 的 veth、网桥和网卡上各出现一次：其实只发了一次。',
    },
    sources: [
      "RFC 6298: Computing TCP's Retransmission Timer",
      'Linux Documentation/networking/ip-sysctl.rst: tcp_syn_retries, tcp_syn_linear_timeouts',
      'tcpdump(8)',
    ],
  },
  thresholds: [
    {
      value: `${MIN_SYNS} SYN`,
      reason: {
        en: 'of one attempt: a single lost packet explains one repetition, two lost in a row are rare',
        zh: '同一次尝试中的个数：丢一个报文就能解释一次重发，连丢两个则很少见',
      },
    },
  ],
  effects: [],
  check({ places }) {
    return places.map(draftOf)
  },
})

function draftOf(place: UnansweredSyns): Draft {
  const { server, at, listener, cut, oneWay, attempts, syns, seconds } = place
  const where = serverText(server)
  const fillings = {
    server: where,
    clients: formatList(place.clients),
    attempts: attemptsText(attempts),
    syns,
    time: seconds === null ? words.nothing : say(words.time, { seconds: Math.round(10 * seconds) / 10 }),
    because: becauseOf(place),
  }
  const isElsewhere = at !== null && place.side === 'unknown' && at.local.address !== server.address
  return {
    subject: {
      kind: 'peer',
      key: where,
      address: at?.local.address ?? server.address,
      // without it nothing of this machine is called its cause
      ...(server.port === null || place.side === 'elsewhere' ? {} : { port: server.port }),
    },
    severity: 'warning',
    confidence: oneWay || cut ? 'likely' : 'certain',
    when: 'past',
    summary: say(oneWay ? words.oneWay : words.unanswered, fillings),
    evidence: evidenceOf(place, where),
    remedies: remedies(place),
    notHelpful: [words.notClient],
    unknowns: [
      ...(cut ? [words.partial] : []),
      ...(isElsewhere ? [say(words.elsewhere, { server: where, at: formatEnd(at.local) })] : []),
      ...(listener === 'full' ? [] : [words.otherEnd]),
      words.counters,
    ],
  }
}

const serverText = ({ address, port }: UnansweredSyns['server']): string => formatEnd({ address, port: port ?? 0 })

const attemptsText = (count: number): Text => (count === 1 ? words.oneAttempt : say(words.attempts, { count }))

function becauseOf({ listener, at, answered }: UnansweredSyns): Text {
  if (listener === 'full' && at) return say(words.full, { at: formatEnd(at.local) })
  // Others were answered: then the queue is full at times, or the way is lossy; no firewall drops every second SYN.
  if (answered > 0) return words.nothing
  if (listener === 'open' && at) return say(words.open, { at: formatEnd(at.local) })
  return listener === 'none' ? words.none : words.nothing
}

function evidenceOf(
  { at, listener, origin, syns, attempts, answered }: UnansweredSyns,
  server: string,
): readonly Evidence[] {
  const base = { unit: null, limit: null, source: origin, command: null }
  return [
    { ...base, label: say(words.synsLabel, { attempts: attemptsText(attempts), server }), value: syns },
    ...(answered > 0 ? [{ ...base, label: words.answeredLabel, value: answered }] : []),
    ...(at && listener === 'full'
      ? [
          {
            label: say(words.queueLabel, { at: formatEnd(at.local) }),
            value: at.acceptQueue.length,
            unit: 'connections',
            limit: at.acceptQueue.max,
            source: at.origin,
            command: `ss -nlt 'sport = :${at.local.port}'`,
          },
        ]
      : []),
  ]
}

function remedies({ server, clients }: UnansweredSyns): readonly Remedy[] {
  const { port } = server
  const client = clients[0]
  if (port === null || client === undefined) return []
  return [
    {
      title: words.lookTitle,
      action: [
        `ss -nltp 'sport = :${port}'`,
        `timeout 10 tcpdump -nn -i any -c 20 host ${shellWord(client)} and tcp port ${port}`,
        'nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop TcpExtIPReversePathFilter',
      ].join('\n'),
      language: 'sh',
      risk: words.lookRisk,
      verify: null,
    },
  ]
}
