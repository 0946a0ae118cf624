import type { Term } from '../define-term.ts'

const SOURCES = ['net/netfilter/nf_conntrack_proto_tcp.c', 'Documentation/networking/nf_conntrack-sysctl.rst']

/** What connection tracking calls a connection that it watches from the middle. Its clocks are its own, the sockets' are others. */
export const CONNTRACK_STATES: readonly Term[] = [
  {
    id: 'conntrack NONE',
    also: ['nf_conntrack NONE'],
    title: { en: 'An entry that has no state yet', zh: '尚无状态的条目' },
    what: {
      en: 'The first packet is being judged, or a helper has announced this connection and nothing of it has come.',
      zh: '首个报文正在处理，或某个 helper 预告了该连接但报文还没到。',
    },
    since: null,
    raisedBy: {
      en: 'Creation of an entry. The next packet moves it on.',
      zh: '条目刚创建时；下一个报文就会让它转入别的状态。',
    },
    read: {
      en: 'In a listing it is an accident of timing; more than a few per thousand deserve a look at who creates them.',
      zh: '在列表中出现只是时间上的巧合；若超过千分之几，才值得查是谁造成的。',
    },
    act: null,
    rules: [],
    sources: SOURCES,
  },
  {
    id: 'conntrack SYN_SENT',
    also: ['nf_conntrack SYN_SENT'],
    title: { en: 'A SYN went through, no answer was seen', zh: '见到 SYN，未见应答' },
    what: {
      en: 'Tracking saw the client’s SYN pass. It says that this node sent the packet on, after translation if there is one, and that nothing came back by the same way.',
      zh: '跟踪到客户端的 SYN 经过。说明本节点已（在需要时做完地址转换后）把报文转了出去，而没有任何回应原路返回。',
    },
    since: null,
    raisedBy: {
      en: 'A SYN in the original direction. The entry lives 120 s by default, longer than most clients wait.',
      zh: '原方向上的 SYN。条目默认保留 120 秒，比多数客户端愿意等的时间还长。',
    },
    read: {
      en: '`conntrack -L -p tcp --state SYN_SENT`. Such rows carry [UNREPLIED]. The reply’s src is the endpoint that was picked: many rows with one and the same endpoint name the silent one.',
      zh: '`conntrack -L -p tcp --state SYN_SENT`。这些行带 [UNREPLIED]。应答方向的 src 就是被选中的后端；许多行指向同一个后端，沉默的就是它。',
    },
    act: {
      en: 'Try that endpoint from this node. An answer that takes another way home never passes here, and looks the same.',
      zh: '从本节点直接连该后端试试。若应答走了另一条路返回，这里同样看不到，样子完全一样。',
    },
    rules: ['syn-sent-stuck', 'endpoint-unreachable'],
    sources: SOURCES,
  },
  {
    id: 'conntrack SYN_SENT2',
    also: ['SYN_SENT2', 'nf_conntrack SYN_SENT2'],
    title: { en: 'SYNs in both directions', zh: '两个方向都发了 SYN' },
    what: {
      en: 'A simultaneous open, which sockets have no separate state for.',
      zh: '双方同时打开；套接字本身没有对应的独立状态。',
    },
    since: null,
    raisedBy: {
      en: 'A SYN without ACK as the answer to a SYN. Real programs hardly do that; two hosts that reuse one pair of ports do.',
      zh: '对 SYN 的回应又是一个不带 ACK 的 SYN。正常程序几乎不会这样，两台主机恰好复用同一端口对时才会。',
    },
    read: {
      en: '`conntrack -L -p tcp --state SYN_SENT2`; it shares the timeout of SYN_SENT.',
      zh: '`conntrack -L -p tcp --state SYN_SENT2`；超时与 SYN_SENT 共用。',
    },
    act: null,
    rules: [],
    sources: SOURCES,
  },
  {
    id: 'conntrack SYN_RECV',
    also: ['nf_conntrack SYN_RECV'],
    title: { en: 'The SYN-ACK passed, the client’s ACK did not', zh: 'SYN-ACK 已经过，客户端的 ACK 未见' },
    what: {
      en: 'The server answered. That proves more than the client’s SYN_SENT does: the endpoint is alive, and its answer passed this node.',
      zh: '服务端已应答。这比 SYN_SENT 证明得更多：后端活着，而且应答经过了本节点。',
    },
    since: null,
    raisedBy: {
      en: 'A SYN-ACK in the reply direction; 60 s by default.',
      zh: '应答方向上的 SYN-ACK；默认保留 60 秒。',
    },
    read: {
      en: '`conntrack -L -p tcp --state SYN_RECV`. Rows that stay: the client is a spoofed address, or the SYN-ACK is lost behind this node.',
      zh: '`conntrack -L -p tcp --state SYN_RECV`。若一直停留：客户端是伪造地址，或 SYN-ACK 在本节点之后丢了。',
    },
    act: null,
    rules: [],
    sources: SOURCES,
  },
  {
    id: 'conntrack ESTABLISHED',
    also: ['nf_conntrack ESTABLISHED'],
    title: { en: 'The handshake passed this node', zh: '握手全程经过本节点' },
    what: {
      en: 'Tracking saw three packets. It keeps the entry for five days after the last one (kube-proxy sets one day), whether or not the sockets still exist.',
      zh: '跟踪到了三次握手。最后一个报文之后条目还会保留五天（kube-proxy 设为一天），无论两端的套接字是否还在。',
    },
    since: null,
    raisedBy: {
      en: 'The client’s ACK. With nf_conntrack_tcp_loose=1 a connection that is met in its middle starts here, too, for instance after the table was flushed.',
      zh: '客户端的 ACK。nf_conntrack_tcp_loose=1 时，半途才遇到的连接也直接从这里开始，例如清空表之后。',
    },
    read: {
      en: '`conntrack -L -p tcp --state ESTABLISHED | wc -l` held against `ss -s`: a node that forwards has far more entries than sockets, and that is right. The first number of a row is the time left.',
      zh: '`conntrack -L -p tcp --state ESTABLISHED | wc -l` 与 `ss -s` 对照：转发流量的节点条目远多于套接字，这是正常的。每行第一个数字是剩余时间。',
    },
    act: {
      en: 'If dead entries fill the table, lower nf_conntrack_tcp_timeout_established, but stay above the keepalive interval of long idle connections, or those will be cut.',
      zh: '若死条目占满了表，可调低 nf_conntrack_tcp_timeout_established，但要大于长空闲连接的 keepalive 间隔，否则会切断它们。',
    },
    rules: ['conntrack-table-full'],
    sources: SOURCES,
  },
  {
    id: 'conntrack FIN_WAIT',
    also: ['FIN_WAIT', 'nf_conntrack FIN_WAIT'],
    title: { en: 'One FIN has passed', zh: '已见到一个 FIN' },
    what: {
      en: 'Seen from the middle there is one state for what the sockets split into FIN_WAIT1 and 2.',
      zh: '从中间看，套接字的 FIN_WAIT1 和 FIN_WAIT2 在这里是同一个状态。',
    },
    since: null,
    raisedBy: {
      en: 'A FIN from either side; kept 120 s after the last packet.',
      zh: '任一方的 FIN；最后一个报文之后保留 120 秒。',
    },
    read: {
      en: '`conntrack -L -p tcp --state FIN_WAIT`. A half-closed connection that is silent for longer loses its entry, and the rest of its data its translation.',
      zh: '`conntrack -L -p tcp --state FIN_WAIT`。半关闭的连接若静默更久，条目就没了，后续数据也不再做地址转换。',
    },
    act: null,
    rules: [],
    sources: SOURCES,
  },
  {
    id: 'conntrack CLOSE_WAIT',
    also: ['nf_conntrack CLOSE_WAIT'],
    title: { en: 'The FIN was acknowledged, the other side has not closed', zh: '一方的 FIN 已确认，另一方未关闭' },
    what: {
      en: 'Not a leak by itself, though it is named like one: it only tells that a second FIN has not passed here. Its clock runs, 60 s by default; kube-proxy raises it to an hour.',
      zh: '名字像泄漏，本身却不是：只说明第二个 FIN 还没经过这里。它有自己的计时，默认 60 秒，kube-proxy 会改成一小时。',
    },
    since: null,
    raisedBy: {
      en: 'The ACK of the first FIN.',
      zh: '第一个 FIN 得到确认。',
    },
    read: {
      en: '`conntrack -L -p tcp --state CLOSE_WAIT`, and then `ss -tan state close-wait` at the endpoint: only the socket there can leak.',
      zh: '`conntrack -L -p tcp --state CLOSE_WAIT`，再到后端上看 `ss -tan state close-wait`：会泄漏的只有那里的套接字。',
    },
    act: null,
    rules: ['close-wait-leak'],
    sources: SOURCES,
  },
  {
    id: 'conntrack LAST_ACK',
    also: ['nf_conntrack LAST_ACK'],
    title: { en: 'Both FINs passed, the last ACK did not', zh: '两个 FIN 都已经过，最后的 ACK 未见' },
    what: {
      en: 'The shortest-lived of the closing entries, 30 s by default.',
      zh: '关闭阶段里保留时间很短的条目，默认 30 秒。',
    },
    since: null,
    raisedBy: {
      en: 'The second FIN.',
      zh: '第二个 FIN。',
    },
    read: {
      en: '`conntrack -L -p tcp --state LAST_ACK`; a pile of them is lost ACKs, or routes that differ by direction.',
      zh: '`conntrack -L -p tcp --state LAST_ACK`；大量堆积说明 ACK 丢失，或往返路径不一致。',
    },
    act: null,
    rules: [],
    sources: SOURCES,
  },
  {
    id: 'conntrack TIME_WAIT',
    also: ['nf_conntrack TIME_WAIT'],
    title: { en: 'Closed by both; the entry is kept for late packets', zh: '双方已关闭，条目留给迟到的报文' },
    what: {
      en: 'Lives 120 s, twice as long as the socket’s TIME_WAIT, and on every node that the connection passed. Short connections at 1000 a second hold 120 000 entries by this state alone.',
      zh: '保留 120 秒，是套接字 TIME_WAIT 的两倍，且连接经过的每个节点都有一份。每秒 1000 个短连接，仅此状态就占 12 万条。',
    },
    since: null,
    raisedBy: {
      en: 'The ACK of the second FIN. A new SYN of the same ports opens the entry anew.',
      zh: '第二个 FIN 得到确认。同一端口对的新 SYN 会让条目重新开始。',
    },
    read: {
      en: 'The time left of rows of one client and port, sorted: their differences are the interval at which it connects.',
      zh: '把同一客户端、同一端口的各行按剩余时间排序，相邻之差就是它的建连间隔。',
    },
    act: {
      en: 'Size nf_conntrack_max for it, or use lasting connections. Lowering nf_conntrack_tcp_timeout_time_wait to 30 s is tolerable where nothing else helps.',
      zh: '按此估算 nf_conntrack_max，或改用长连接。实在没有别的办法时，把 nf_conntrack_tcp_timeout_time_wait 降到 30 秒也还可以接受。',
    },
    rules: ['conntrack-table-full'],
    sources: SOURCES,
  },
  {
    id: 'conntrack CLOSE',
    also: ['nf_conntrack CLOSE'],
    title: { en: 'Ended by RST', zh: '被 RST 结束' },
    what: {
      en: 'A reset that fits the window was seen. The entry goes after 10 s.',
      zh: '见到一个落在窗口内的 RST；10 秒后条目消失。',
    },
    since: null,
    raisedBy: {
      en: 'RST from either side: nobody listens there, a program closed with data unread, an aborted client.',
      zh: '任一方的 RST：目标端口无人监听，程序在有未读数据时关闭，或客户端中止。',
    },
    read: {
      en: '`conntrack -E -p tcp --state CLOSE` shows them as they come, with the endpoint that refused.',
      zh: '`conntrack -E -p tcp --state CLOSE` 可实时看到是哪个后端在拒绝。',
    },
    act: null,
    rules: ['port-not-listening'],
    sources: SOURCES,
  },
]
