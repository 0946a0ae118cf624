import { percent } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import { type FullUdpSocket, type UdpDrops, udpDrops } from '../facts/udp-drops.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { UdpSocket } from '../model/network.ts'
import type { Text } from '../model/text.ts'
import { plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** A resolver waits 5 s for a lost answer: of a hundred lookups one that takes 5 s is felt. */
const FELT = 0.01
const SHOWN = 4
const NAMES = 'UdpRcvbufErrors UdpInDatagrams'

const words = {
  growing: {
    en: '{lost} UDP datagrams were dropped between the two readings because a receive buffer was full ({share} of those that came){who}',
    zh: '两次读数之间有 {lost} 个 UDP 数据报因接收缓冲区已满而被丢弃（占到达数的 {share}）{who}',
  },
  socket: {
    en: 'The UDP socket {socket} dropped {lost} datagrams between the two readings: its receive buffer is full',
    zh: 'UDP 套接字 {socket} 在两次读数之间丢弃了 {lost} 个数据报：接收缓冲区已满',
  },
  full: {
    en: 'The receive buffer of the UDP socket {socket} is full ({bytes} bytes unread): further datagrams are dropped',
    zh: 'UDP 套接字 {socket} 的接收缓冲区已满（{bytes} 字节未读），后到的数据报会被丢弃',
  },
  past: {
    en: '{share} of the UDP datagrams were dropped for a full receive buffer since the counters began ({lost}){who}',
    zh: '自计数开始以来，{share} 的 UDP 数据报因接收缓冲区已满而被丢弃（{lost} 个）{who}',
  },
  who: { en: ', at {socket}', zh: '，在 {socket}' },
  nobody: { en: '', zh: '' },
  named: { en: '{end} of {program}', zh: '{program} 的 {end}' },
  purpose: { en: '{end} ({purpose})', zh: '{end}（{purpose}）' },
  lost: { en: 'dropped for a full receive buffer (RcvbufErrors)', zh: '因接收缓冲区已满而丢弃（RcvbufErrors）' },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  drops: { en: 'drops of {socket} since it was made', zh: '{socket} 自创建以来的丢弃数' },
  dropsGrown: { en: 'drops of {socket} between the two readings', zh: '{socket} 在两次读数之间的丢弃数' },
  queue: {
    en: 'unread at {socket}, against net.core.rmem_default',
    zh: '{socket} 未读的数据，对照 net.core.rmem_default',
  },
  dns: { en: 'DNS', zh: 'DNS' },
  syslog: { en: 'syslog', zh: 'syslog' },
  statsd: { en: 'StatsD', zh: 'StatsD' },
  mdns: { en: 'multicast DNS', zh: '组播 DNS' },
  quic: { en: 'HTTP/3', zh: 'HTTP/3' },
  ntp: { en: 'NTP', zh: 'NTP' },
  whichSocket: {
    en: 'Which socket: ss -uanmp, twice; the d in skmem that grows.',
    zh: '是哪个套接字：执行两次 ss -uanmp，看 skmem 中哪个 d 在增长。',
  },
  burst: {
    en: 'A burst looks like a program that is too slow: Recv-Q at several moments tells. Empty in between is a burst, full all the time is the program.',
    zh: '突发流量与程序处理太慢看起来一样：多次查看 Recv-Q。其间为空是突发，一直满则是程序太慢。',
  },
  otherDrops: {
    en: 'A socket counts datagrams that its own filter or a bad checksum turned away, too.',
    zh: '套接字的丢弃数还包括被它自身过滤器或校验和错误拒绝的数据报。',
  },
  readTitle: {
    en: 'Read faster: more readers (SO_REUSEPORT), no work between two receives',
    zh: '加快读取：增加读取者（SO_REUSEPORT），两次接收之间不做其他工作',
  },
  readRisk: { en: 'A change of the program.', zh: '需要修改程序。' },
  roomTitle: {
    en: 'Room for bursts: allow larger buffers, then have the program ask for one (SO_RCVBUF) or raise the default',
    zh: '为突发留出空间：先允许更大的缓冲区，再让程序申请（SO_RCVBUF）或调大默认值',
  },
  roomRisk: {
    en: 'Kernel memory for each socket that is not read; sockets opened before keep their size.',
    zh: '每个不读取的套接字都可能占用更多内核内存；已打开的套接字大小不变。',
  },
  notBacklog: {
    en: 'somaxconn, tcp_max_syn_backlog, listen backlogs: UDP has no accept queue.',
    zh: '调整 somaxconn、tcp_max_syn_backlog 或 listen 的 backlog：UDP 没有 accept 队列。',
  },
  notMem: {
    en: 'net.ipv4.tcp_rmem: TCP alone; net.core.rmem_max alone: a program that does not ask gets rmem_default.',
    zh: '调整 net.ipv4.tcp_rmem：只对 TCP 有效；只调 net.core.rmem_max：没有申请的程序仍使用 rmem_default。',
  },
} satisfies Record<string, Text>

/** What mostly listens there; a hint for the reader, judged by nothing. */
const PURPOSES: Readonly<Record<number, Text>> = {
  53: words.dns,
  123: words.ntp,
  443: words.quic,
  514: words.syslog,
  5353: words.mdns,
  8125: words.statsd,
}

export default defineRule({
  id: 'udp-receive-buffer-full',
  title: { en: 'UDP datagrams are dropped: receive buffer full', zh: 'UDP 接收缓冲区已满，数据报被丢弃' },
  severity: 'warning',
  scope: 'netns',
  needs: { drops: udpDrops },
  words,
  page: {
    what: {
      en: 'Every UDP socket has one receive buffer. What arrives while it is full is thrown away without a word to the sender: the kernel counts UdpRcvbufErrors and the drops of that socket. Recv-Q of a UDP socket counts bytes with overhead, a small datagram some 750 of them.',
      zh: '每个 UDP 套接字有一个接收缓冲区。缓冲区满时到达的数据报会被直接丢弃，发送方毫不知情；内核增加 UdpRcvbufErrors 和该套接字的 drops。UDP 套接字的 Recv-Q 以字节计并包含开销，一个很小的数据报也约占 750 字节。',
    },
    why: {
      en: '- The program reads too slowly: one thread for everything, throttled CPU, logging between two receives.\n- Bursts: thousands of lookups in the same millisecond, log storms.\n- A buffer of the default size (212 992 bytes, not 300 small datagrams) where a resolver or QUIC server needs megabytes.',
      zh: '- 程序读取太慢：单线程处理一切、CPU 被限流、两次接收之间写日志。\n- 突发：同一毫秒内数千次查询、日志风暴。\n- 缓冲区仍是默认大小（212 992 字节，装不下 300 个小数据报），而 DNS 或 QUIC 服务需要数 MB。',
    },
    confirm: {
      en: '`nstat -az UdpRcvbufErrors UdpInDatagrams` twice; `ss -uanmp` shows in skmem the limit (rb) and the drops (d) of each socket.',
      zh: '执行两次 `nstat -az UdpRcvbufErrors UdpInDatagrams`；`ss -uanmp` 的 skmem 里 rb 是上限，d 是该套接字的丢弃数。',
    },
    fix: {
      en: 'Find the socket first. If its queue is full all the time, only a faster reader helps. If it is empty between bursts, a larger buffer does: net.core.rmem_max, and SO_RCVBUF in the program.',
      zh: '先确定是哪个套接字。队列一直是满的，只有加快读取才有用；突发之间是空的，则加大缓冲区：net.core.rmem_max 加上程序里的 SO_RCVBUF。',
    },
    notToConfuse: {
      en: '- Recv-Q of a LISTEN row counts TCP connections; that of UDP, bytes. A UDP row is never an accept queue.\n- UdpNoPorts: nobody listens there at all.\n- UdpInErrors without RcvbufErrors: bad checksums.\n- UdpMemErrors: the whole machine is at udp_mem.\n- Lookups that take 5 seconds through conntrack races: `conntrack-insert-failed`.',
      zh: '- LISTEN 行的 Recv-Q 是 TCP 连接数，UDP 行的 Recv-Q 是字节数；UDP 行永远不是 accept 队列。\n- UdpNoPorts：根本没有程序监听该端口。\n- 只有 UdpInErrors 而没有 RcvbufErrors：校验和错误。\n- UdpMemErrors：整机达到 udp_mem。\n- conntrack 竞争造成的 5 秒 DNS 延迟：见 `conntrack-insert-failed`。',
    },
    sources: [
      'Linux net/ipv4/udp.c: __udp_enqueue_schedule_skb(), __udp_queue_rcv_skb()',
      'Linux net/core/sock.c: sock_setsockopt() SO_RCVBUF; include/net/sock.h: SK_RMEM_MAX',
      'RFC 4113: udpInErrors; Linux net/ipv4/proc.c: RcvbufErrors',
    ],
  },
  effects: [],
  thresholds: [
    {
      value: '1 %',
      reason: {
        en: 'of the datagrams that came: a resolver waits 5 s for a lost answer, and one lookup in a hundred at 5 s is felt',
        zh: '到达数据报的占比：DNS 客户端丢失应答后要等 5 秒，百分之一的查询耗时 5 秒就会被感知',
      },
    },
    {
      value: '90 %',
      reason: {
        en: 'of net.core.rmem_default unread at one socket: the kernel refuses once the queue is over its limit, and the default is what a program gets that asks for nothing',
        zh: '单个套接字未读数据占 net.core.rmem_default 的比例：超过上限内核就拒绝，而没有申请的程序得到的就是默认值',
      },
    },
  ],
  check({ drops }, view) {
    const verdict = judge(drops)
    if (!verdict) return []
    const programs = new Set(
      drops.sockets.filter((one) => isWorst(one, drops)).flatMap((one) => programOf(one.socket) ?? []),
    )
    const [program] = programs
    return [
      {
        subject: {
          kind: 'counter',
          key: 'UdpRcvbufErrors',
          ...(programs.size === 1 && program !== undefined ? { process: program } : {}),
        },
        ...verdict,
        evidence: evidenceOf(drops, view),
        remedies: remedies(drops, view),
        notHelpful: [words.notBacklog, words.notMem],
      },
    ]
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge({ lost, share, grown, sockets }: UdpDrops): Verdict | null {
  const [first] = sockets
  const losing = first && (first.grown ?? 0) > 0 ? first : null
  const full = sockets.find((one) => one.full) ?? null
  if (grown && grown.lost.value > 0) {
    const isFelt = (grown.share ?? 1) >= FELT
    return {
      severity: isFelt ? 'warning' : 'info',
      confidence: 'certain',
      when: 'now',
      summary: say(words.growing, {
        lost: grown.lost.value,
        share: grown.share === null ? '?' : percent(grown.share, 1),
        who: whoText(losing ?? full),
      }),
      unknowns: losing ? [words.burst] : [words.whichSocket, words.burst],
    }
  }
  // The counters stood still: what the socket refused then had another reason.
  if (losing && grown === null)
    return {
      severity: losing.full ? 'warning' : 'info',
      confidence: losing.full ? 'certain' : 'likely',
      when: 'now',
      summary: say(words.socket, { socket: socketText(losing.socket), lost: losing.grown ?? 0 }),
      unknowns: [words.otherDrops, words.burst],
    }
  if (full && (full.socket.drops ?? 1) > 0)
    return {
      severity: 'warning',
      confidence: 'likely',
      when: 'now',
      summary: say(words.full, { socket: socketText(full.socket), bytes: full.socket.recvQueueBytes ?? 0 }),
      unknowns: [words.burst],
    }
  if (!lost || share === null || share < FELT) return null
  return {
    severity: 'warning',
    confidence: 'certain',
    when: 'past',
    summary: say(words.past, { share: percent(share, 1), lost: lost.value, who: whoText(first ?? null) }),
    unknowns: [words.whichSocket, words.burst],
  }
}

const isWorst = (one: FullUdpSocket, { sockets }: UdpDrops): boolean =>
  one === sockets[0] || (one.grown ?? 0) > 0 || one.full

const programOf = ({ processes }: UdpSocket): string | null =>
  processes && processes.length > 0 ? [...new Set(processes.map((one) => one.comm))].sort().join(', ') : null

const whoText = (one: FullUdpSocket | null): Text =>
  one ? say(words.who, { socket: socketText(one.socket) }) : words.nobody

function socketText(socket: UdpSocket): Text {
  const { address, port } = socket.local
  const end = `${address.includes(':') ? `[${address}]` : address}:${port ?? '*'}`
  const purpose = port === null ? undefined : PURPOSES[port]
  const place = purpose ? say(words.purpose, { end, purpose }) : plain(end)
  const program = programOf(socket)
  return program === null ? place : say(words.named, { end: place, program })
}

function evidenceOf({ lost, grown, sockets, bufferDefault }: UdpDrops, view: View): readonly Evidence[] {
  const command = inNetns(view, 'ss -uanmp')
  return [
    ...(lost ? [counterEvidence(view, NAMES, words.lost, lost, { unit: 'datagrams' })] : []),
    ...(grown ? [counterEvidence(view, NAMES, words.grown, grown.lost, { unit: 'datagrams' })] : []),
    ...sockets.slice(0, SHOWN).flatMap(({ socket, grown: more, full }): readonly Evidence[] => {
      const name = { socket: socketText(socket) }
      const base = { limit: null, source: socket.origin, command }
      return [
        ...(more !== null && more > 0
          ? [{ ...base, label: say(words.dropsGrown, name), value: more, unit: 'datagrams' }]
          : []),
        ...(socket.drops !== null && socket.drops > 0
          ? [{ ...base, label: say(words.drops, name), value: socket.drops, unit: 'datagrams' }]
          : []),
        ...(full
          ? [
              {
                ...base,
                label: say(words.queue, name),
                value: socket.recvQueueBytes,
                unit: 'bytes',
                limit: bufferDefault?.number ?? null,
              },
            ]
          : []),
      ]
    }),
  ]
}

function remedies({ bufferMax }: UdpDrops, view: View): readonly Remedy[] {
  const verify = inNetns(view, `nstat -az ${NAMES}`)
  const wanted = Math.max(8_388_608, 2 * (bufferMax?.number ?? 0))
  return [
    { title: words.readTitle, action: null, language: null, risk: words.readRisk, verify },
    {
      title: words.roomTitle,
      action: `sysctl -w net.core.rmem_max=${wanted}`,
      language: 'sh',
      risk: words.roomRisk,
      verify,
    },
  ]
}
