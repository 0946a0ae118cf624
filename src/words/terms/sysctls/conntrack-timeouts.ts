import type { Term } from '../define-term.ts'

const DOC = 'Documentation/networking/nf_conntrack-sysctl.rst'

/** How long tracking remembers a flow, by its state. */
export const CONNTRACK_TIMEOUTS: readonly Term[] = [
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_established',
    title: { en: 'Idle time of an open connection before it is forgotten', zh: '已建立连接空闲多久后被遗忘' },
    what: {
      en: 'After so many seconds without a packet the entry goes. The sockets do not learn of it: their next segment finds no translation, and the connection hangs or is reset.',
      zh: '这么多秒没有报文，条目就被删除。两端的套接字并不知情：下一个报文段没有转换可用，连接就挂起或被重置。',
    },
    since: null,
    raisedBy: {
      en: 'Default 432000 (five days); kube-proxy writes 86400. Per namespace.',
      zh: '默认 432000（五天）；kube-proxy 会写成 86400。按命名空间。',
    },
    read: {
      en: 'The largest time left among ESTABLISHED rows of `conntrack -L` is close to it on a busy node.',
      zh: '繁忙节点上，`conntrack -L` 中 ESTABLISHED 行的最大剩余时间接近该值。',
    },
    act: {
      en: 'Advice to lower it to 600 or 1200 breaks idle database connections whose keepalive starts after 7200 s.',
      zh: '降到 600 或 1200 的建议，会弄断 keepalive 要 7200 秒才开始的空闲数据库连接。',
    },
    rules: ['conntrack-table-full'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_close_wait',
    title: { en: 'How long a half-closed connection is tracked', zh: '半关闭连接的跟踪时间' },
    what: {
      en: 'The clock of the entry’s CLOSE_WAIT. It ends no socket: a leak at the endpoint goes on without its entry.',
      zh: '条目处于 CLOSE_WAIT 的时限。它不会结束任何套接字：后端的泄漏在条目消失后依旧存在。',
    },
    since: null,
    raisedBy: {
      en: 'Default 60; kube-proxy writes 3600, since a client may half-close and wait for a long answer.',
      zh: '默认 60；kube-proxy 写成 3600，因为客户端可能半关闭后等待很久的应答。',
    },
    read: {
      en: 'Many CLOSE_WAIT entries with some 3500 s left are simply young.',
      zh: '大量 CLOSE_WAIT 条目剩余约 3500 秒，只说明它们刚产生。',
    },
    act: null,
    rules: [],
    sources: [DOC, 'kube-proxy --conntrack-tcp-timeout-close-wait'],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_time_wait',
    title: { en: 'How long a closed connection fills a place', zh: '已关闭连接继续占位的时间' },
    what: {
      en: 'Connections per second times this is what short connections hold in the table.',
      zh: '每秒新建连接数乘以它，就是短连接在表中占用的条目数。',
    },
    since: null,
    raisedBy: { en: 'Default 120; per namespace.', zh: '默认 120；按命名空间。' },
    read: {
      en: '`conntrack -L -p tcp --state TIME_WAIT | wc -l` against nf_conntrack_count.',
      zh: '`conntrack -L -p tcp --state TIME_WAIT | wc -l` 与 nf_conntrack_count 对照。',
    },
    act: {
      en: '30 relieves a full table at once; the sockets’ own TIME_WAIT still protects the endpoints.',
      zh: '表满时降到 30 立竿见影；两端套接字自己的 TIME_WAIT 仍在起保护作用。',
    },
    rules: ['conntrack-table-full'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_syn_sent',
    title: { en: 'How long an unanswered SYN fills a place', zh: '未获应答的 SYN 占位的时间' },
    what: {
      en: 'Entries of connection attempts into silence, scanners among them.',
      zh: '发往沉默目标的连接尝试（包括扫描）占用条目的时间。',
    },
    since: null,
    raisedBy: {
      en: 'Default 120. Up to Linux 5.16 each repetition of the SYN started it again, which kept entries of clients that reuse a port alive for ever.',
      zh: '默认 120。5.16 及以前每次重发 SYN 都会重新计时，端口被反复复用时条目永远不消失。',
    },
    read: {
      en: 'Rows whose time left is near 120 have just begun; sort by dst to see whom they want.',
      zh: '剩余时间接近 120 的行刚刚开始；按 dst 排序看目标是谁。',
    },
    act: null,
    rules: ['syn-sent-stuck'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_syn_recv',
    title: { en: 'How long a half-open handshake fills a place', zh: '半开握手占位的时间' },
    what: {
      en: 'From the SYN-ACK until the client’s ACK. A flood of spoofed SYNs fills the table by rate times this, cookies or not.',
      zh: '从 SYN-ACK 到客户端 ACK 的时限。伪造 SYN 泛洪时占用等于速率乘以它，与 cookie 无关。',
    },
    since: null,
    raisedBy: { en: 'Default 60.', zh: '默认 60。' },
    read: {
      en: 'Much larger counts here than in `ss -tan state syn-recv` mean that the handshakes die behind this node.',
      zh: '若数量远大于 `ss -tan state syn-recv`，说明握手断在本节点之后。',
    },
    act: null,
    rules: [],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_fin_wait',
    title: { en: 'How long a connection with one FIN is tracked', zh: '见到一个 FIN 后的跟踪时间' },
    what: {
      en: 'A download that goes on after the client has half-closed must send at least once within it.',
      zh: '客户端半关闭后仍在继续的下载，须在该时限内至少发一次数据。',
    },
    since: null,
    raisedBy: { en: 'Default 120, restarted by each packet.', zh: '默认 120，每个报文重新计时。' },
    read: {
      en: 'RSTs that come two minutes after a half-close point here.',
      zh: '半关闭两分钟后出现 RST，就该看它。',
    },
    act: null,
    rules: [],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_timeout_unacknowledged',
    title: { en: 'Shorter clock while data are unacknowledged', zh: '有数据未确认时改用的较短时限' },
    what: {
      en: 'An open connection whose last segments nobody acknowledged is forgotten after this instead of the long timeout: its peer is probably dead.',
      zh: '已建立的连接若最后的数据一直没人确认，就用这个时限代替长超时：对端多半已死。',
    },
    since: 'Linux 2.6.32',
    raisedBy: { en: 'Default 300; per namespace.', zh: '默认 300；按命名空间。' },
    read: {
      en: 'ESTABLISHED rows with less than 300 s left are such connections, or kube-proxy’s idea of the timeout is very short.',
      zh: '剩余不到 300 秒的 ESTABLISHED 行多半就是这种连接，否则就是有人把超时设得很短。',
    },
    act: null,
    rules: [],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_udp_timeout',
    title: { en: 'How long a one-way UDP flow is tracked', zh: '单向 UDP 流的跟踪时间' },
    what: {
      en: 'Entries of DNS questions, mostly: two of them per lookup and pod.',
      zh: '主要是 DNS 查询产生的条目：每次解析、每个 Pod 常有两条。',
    },
    since: null,
    raisedBy: {
      en: 'Default 30; per namespace. While it lasts, answers to that port still find their way through the NAT.',
      zh: '默认 30；按命名空间。在此期间发往该端口的应答仍能通过 NAT。',
    },
    read: {
      en: '`conntrack -L -p udp --dport 53 | wc -l`: a large part of the table on nodes that resolve much.',
      zh: '`conntrack -L -p udp --dport 53 | wc -l`：解析量大的节点上占表的很大一部分。',
    },
    act: {
      en: 'NodeLocal DNSCache with NOTRACK rules takes them out of the table altogether.',
      zh: '用带 NOTRACK 规则的 NodeLocal DNSCache 可让它们完全不进表。',
    },
    rules: ['conntrack-insert-failed'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_udp_timeout_stream',
    title: { en: 'How long a UDP conversation is tracked', zh: '双向 UDP 流的跟踪时间' },
    what: {
      en: 'For flows that went on in both directions for longer than two seconds. When the Service’s endpoint goes, packets of such a flow stick to the old one until this runs out or the entry is deleted.',
      zh: '用于双向持续超过两秒的流。Service 的后端消失后，这类流的报文仍会发往旧后端，直到超时或条目被删除。',
    },
    since: null,
    raisedBy: {
      en: 'Default 120 on recent kernels, 180 on old ones (which release changed it was not checked); per namespace.',
      zh: '新内核默认 120，旧内核 180（具体在哪个版本改的未核实）；按命名空间。',
    },
    read: {
      en: 'UDP rows with [ASSURED] follow this clock.',
      zh: '带 [ASSURED] 的 UDP 行按此计时。',
    },
    act: null,
    rules: ['stale-nat-rule'],
    sources: [DOC, 'net/netfilter/nf_conntrack_proto_udp.c'],
  },
]
