import { deltas } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { holderOf } from '../facts/owners.ts'
import { FLOOD_SOURCES, type Unfinished, unfinishedHandshakes } from '../facts/unfinished-handshakes.ts'
import type { Draft, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { halfOpenEvidence, SYN_WORDS, sourceList, stayingEvidence } from './syn-evidence.ts'

const NAMES = 'TcpExtTCPSynRetrans TcpExtTCPTimeouts TcpPassiveOpens'

const words = {
  stays: {
    en: 'Port {port}: {count} handshakes were still half-open {seconds} s later; their clients ({sources}) were answered and never send the last ACK',
    zh: '端口 {port}：过了 {seconds} 秒，仍有 {count} 个握手处于半开；本机已经应答，客户端（{sources}）却始终没有发来最后的 ACK',
  },
  oneReading: {
    en: 'Port {port}: {count} handshakes are half-open, more than the {established} connections that are established there ({sources})',
    zh: '端口 {port}：有 {count} 个握手处于半开，比该端口已建立的 {established} 条连接还多（{sources}）',
  },
  again: {
    en: 'SYNs and SYN-ACKs sent again between the readings (TCPSynRetrans)',
    zh: '两次读数之间重发的 SYN 和 SYN-ACK（TCPSynRetrans）',
  },
  completed: {
    en: 'connections let in between the readings, at all ports (PassiveOpens)',
    zh: '两次读数之间所有端口成功建立的被动连接（PassiveOpens）',
  },
  which: {
    en: 'Which of the two is lost, the SYN-ACK on its way out or the ACK on its way in, shows in a capture at both ends: tcpdump -nn on this port here, and at the client. Seen here, not there: the way back (routes, rp_filter, a firewall that saw no SYN).',
    zh: '丢的究竟是去程的 SYN-ACK 还是回程的 ACK，需要两端同时抓包：在本机和客户端对该端口执行 tcpdump -nn。本机看得到而客户端看不到 SYN-ACK：问题在回程（路由、rp_filter、没见过 SYN 的防火墙）。',
  },
  maybeFlood: {
    en: 'None of these {sources} addresses completes, and nobody else does meanwhile: forged addresses (`syn-flood`) would look the same. Whether they are your clients decides.',
    zh: '这 {sources} 个地址都没有完成握手，期间也没有其他客户端完成：伪造地址的攻击（`syn-flood`）看起来一样。关键在于它们是不是你的客户端。',
  },
  twice: {
    en: 'One reading does not tell whether they stay: ss -tano state syn-recv shows how often each SYN-ACK was sent again, or read twice, two seconds apart.',
    zh: '一次读数看不出它们是否滞留：ss -tano state syn-recv 能看到每个 SYN-ACK 重发了几次，或者隔两秒读两次。',
  },
  routeTitle: {
    en: 'See which way answers take to that client, and whether this node lets them out',
    zh: '查看到该客户端的应答走哪条路由，本机是否放行',
  },
  captureTitle: { en: 'Watch the handshake of one client from here', zh: '在本机观察一个客户端的握手过程' },
  readsOnly: { en: 'None: it only reads.', zh: '没有风险：只读操作。' },
  captureRisk: {
    en: 'Next to none: 20 packets at most, addresses and ports are printed.',
    zh: '几乎没有：最多 20 个报文，只打印地址和端口。',
  },
  notBacklog: {
    en: 'A longer backlog or SYN cookies: they spare the queue, these clients still get no connection.',
    zh: '加长 backlog 或打开 SYN cookie：只是让队列不满，这些客户端依然连不上。',
  },
  notRetries: {
    en: 'More net.ipv4.tcp_synack_retries: an answer that takes the wrong way is lost each time.',
    zh: '调大 net.ipv4.tcp_synack_retries：走错路的应答，每次都会丢。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'syn-recv-stuck',
  title: { en: 'Handshakes stay half-open', zh: '握手停在半开状态' },
  severity: 'warning',
  scope: 'netns',
  needs: { unfinished: unfinishedHandshakes, deltas: maybe(deltas) },
  words: { ...words, ...SYN_WORDS },
  page: {
    what: {
      en: 'Clients sent a SYN, this node answered with a SYN-ACK, and the last ACK does not come. The request stays in SYN_RECV; its SYN-ACK is sent again after 1, 3, 7, 15 and 31 seconds, and after 63 the kernel forgets it without a word. The client meanwhile stands in SYN_SENT, or believes to be connected.',
      zh: '客户端发来 SYN，本机回了 SYN-ACK，最后的 ACK 却迟迟不来。请求停在 SYN_RECV；SYN-ACK 会在 1、3、7、15、31 秒后重发，63 秒后内核悄悄放弃。此时客户端还停在 SYN_SENT，或者以为自己已经连上。',
    },
    why: {
      en: '- the answer takes another way than the SYN came, and something on it that never saw the SYN drops it: a stateful firewall, a security group, rp_filter at the client\n- a tunnel or an overlay that carries one direction only\n- NAT that does not know the answer: the client gets it from an address that it did not call, and resets or ignores it\n- the client is gone: it sent its SYN and ended',
      zh: '- 应答走的路与 SYN 来的路不同，途中某个没见过 SYN 的设备把它丢了：有状态防火墙、安全组、客户端上的 rp_filter\n- 隧道或 overlay 网络只有一个方向通\n- NAT 没有转换应答：客户端收到的是来自陌生地址的 SYN-ACK，于是复位或忽略\n- 客户端已经不在：发完 SYN 就退出了',
    },
    confirm: {
      en: '`ss -tano state syn-recv`: in `timer:(on,4sec,2)` the last number is how often the SYN-ACK was sent again; above 0, for the same peers, it is this. `nstat TcpExtTCPSynRetrans` grows by them.',
      zh: '执行 `ss -tano state syn-recv`：`timer:(on,4sec,2)` 的最后一个数是 SYN-ACK 已重发的次数；同样的对端、次数大于 0，就是这种情况。`nstat TcpExtTCPSynRetrans` 也会随之增长。',
    },
    fix: {
      en: 'Repair the way back: `ip route get CLIENT` must leave by the interface that the SYN came in by, or every firewall on the other way must know the connection. In clouds compare the route tables and security groups of both subnets.',
      zh: '修复回程：`ip route get 客户端地址` 得到的出口应与 SYN 进来的网卡一致，否则沿途每个防火墙都得知道这条连接。在云上，请对照两个子网的路由表和安全组。',
    },
    notToConfuse: {
      en: '- Handshakes under way: on a busy server there are always some; none of them is there a second later.\n- A full accept queue on Linux before 4.10: the last ACK does arrive and is dropped here (`accept-queue-full`).\n- TCP_DEFER_ACCEPT: the listener asked for it; the request waits for the first data (TCPDeferAcceptDrop).\n- Very many addresses while others get in: `syn-flood`.',
      zh: '- 正在进行的握手：繁忙服务器上总有一些；一秒之后就不在了。\n- Linux 4.10 之前 accept 队列已满：最后的 ACK 其实到了，只是在本机被丢弃（见 `accept-queue-full`）。\n- TCP_DEFER_ACCEPT：监听程序自己要求的，请求要等到第一份数据才算完成（TCPDeferAcceptDrop）。\n- 地址非常多而其他客户端能进来：见 `syn-flood`。',
    },
    sources: [
      'Linux net/ipv4/inet_connection_sock.c: reqsk_timer_handler()',
      'Linux net/ipv4/tcp_minisocks.c: tcp_check_req()',
      'RFC 9293, 3.5: Establishing a Connection',
    ],
  },
  thresholds: [
    {
      value: '1 s',
      reason: {
        en: 'between the readings: the SYN-ACK is sent again after one second (TCP_TIMEOUT_INIT); an answer takes a round trip',
        zh: '两次读数的间隔：SYN-ACK 在一秒后重发（TCP_TIMEOUT_INIT），而正常回应只需一个往返时间',
      },
    },
    {
      value: '3',
      reason: {
        en: 'handshakes of one address of which none completes: at a loss of one percent that is one chance in a million',
        zh: '同一地址有 3 个握手且无一完成：按百分之一的丢包率，偶然出现的概率只有百万分之一',
      },
    },
    {
      value: '10 %',
      reason: {
        en: 'of the connections let in meanwhile, where they come from many addresses: lines lose a few percent',
        zh: '来自许多地址时，须达到同期建立连接数的一成：线路本身就会丢百分之几',
      },
    },
    {
      value: '16',
      reason: {
        en: 'in a single reading, and more than are established: a handshake lasts one round trip, a connection at least one more',
        zh: '只有一次读数时，须达到此数且多于已建立的连接：握手只占一个往返时间，而连接至少还要再占一个',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-queue-full',
      shared: 'port',
      why: {
        en: 'Each of them holds a place in the SYN queue for up to 63 seconds.',
        zh: '每个半开握手最长会占用 SYN 队列 63 秒。',
      },
    },
  ],
  check({ unfinished, deltas: moved }, view) {
    return unfinished
      .filter((one) => one.as === 'stuck')
      .map((one): Draft => {
        const process = one.listener ? (holderOf(view, one.listener)?.program ?? null) : null
        const isMany = one.sources.length >= FLOOD_SOURCES
        return {
          subject: {
            kind: 'listener',
            key: `port ${one.port}`,
            port: one.port,
            ...(one.listener ? { address: one.listener.local.address } : {}),
            ...(process === null ? {} : { process }),
          },
          severity: one.confidence === 'possible' ? 'info' : 'warning',
          confidence: one.confidence,
          when: 'now',
          summary: summaryOf(view, one),
          evidence: [
            halfOpenEvidence(view, one),
            ...stayingEvidence(view, one),
            ...(['again', 'completed'] as const).flatMap((what) => {
              const counter = moved?.of(what === 'again' ? 'TcpExtTCPSynRetrans' : 'TcpPassiveOpens')
              return counter ? [counterEvidence(view, NAMES, words[what], counter)] : []
            }),
          ],
          remedies: remedies(view, one),
          notHelpful: [words.notBacklog, words.notRetries],
          unknowns: [
            ...(one.staying ? [] : [words.twice]),
            ...(isMany ? [say(words.maybeFlood, { sources: one.sources.length })] : []),
            words.which,
          ],
        }
      })
  },
})

function summaryOf(view: View, one: Unfinished): Text {
  const { port, staying, count, established } = one
  const sources = sourceList(view, one)
  if (staying === null)
    return say(words.oneReading, { port: String(port), count, established: established ?? 0, sources })
  return say(words.stays, { port: String(port), count: staying.count, seconds: Math.round(staying.seconds), sources })
}

function remedies(view: View, { sources, staying, port }: Unfinished): readonly Remedy[] {
  const client = staying?.sources[0]?.address ?? sources[0]?.address
  const verify = inNetns(view, `ss -tano state syn-recv 'sport = :${port}'`)
  if (client === undefined || client === '*') return []
  const host = shellWord(client)
  return [
    {
      title: words.routeTitle,
      action: [`ip route get ${host}`, `iptables-save -c | grep -e DROP -e REJECT`]
        .map((one) => inNetns(view, one))
        .join('\n'),
      language: 'sh',
      risk: words.readsOnly,
      verify,
    },
    {
      title: words.captureTitle,
      action: inNetns(view, `timeout 10 tcpdump -nn -i any -c 20 host ${host} and tcp port ${port}`),
      language: 'sh',
      risk: words.captureRisk,
      verify,
    },
  ]
}
