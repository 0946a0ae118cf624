import type { Term } from '../define-term.ts'

const DOC = 'Documentation/networking/nf_conntrack-sysctl.rst'

/** Settings of the table of tracked connections. */
export const CONNTRACK_SYSCTLS: readonly Term[] = [
  {
    id: 'net.netfilter.nf_conntrack_max',
    also: ['net.nf_conntrack_max', 'net.ipv4.ip_conntrack_max', 'net.ipv4.netfilter.ip_conntrack_max'],
    title: { en: 'Most entries that a namespace may track', zh: '每个命名空间可跟踪的最大条目数' },
    what: {
      en: 'At this number a new flow needs the early eviction of an unassured one; where none is found its packet is dropped, before TCP sees it, so that no listener counts anything.',
      zh: '到达该数后，新连接须淘汰一个未确认的条目；找不到可淘汰的就丢弃报文。这发生在 TCP 之前，监听者的任何计数器都不会动。',
    },
    since: null,
    raisedBy: {
      en: 'One limit that each namespace’s own count is held against; only the host’s may be written. Default by memory; kube-proxy raises it to 32768 per core, at least 131072, unless told otherwise.',
      zh: '上限只有一个，但各命名空间分别用自己的条目数与它比较；只有宿主机可写。默认按内存计算；kube-proxy 默认设为每核 32768 且不低于 131072。',
    },
    read: {
      en: '`sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`, and `drop` and `early_drop` of `conntrack -S`.',
      zh: '`sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`，以及 `conntrack -S` 的 drop、early_drop。',
    },
    act: {
      en: 'An entry costs some 300 bytes, so double it without fear, and nf_conntrack_buckets with it. On nodes of kube-proxy set conntrack.maxPerCore there: it writes its own number again at each start.',
      zh: '每条约 300 字节，放心加倍，并同步调大 nf_conntrack_buckets。有 kube-proxy 的节点应改它的 conntrack.maxPerCore：它每次启动都会写回自己的值。',
    },
    rules: ['conntrack-table-full'],
    sources: [DOC, 'net/netfilter/nf_conntrack_core.c: __nf_conntrack_alloc'],
  },
  {
    id: 'net.netfilter.nf_conntrack_count',
    also: ['net.ipv4.netfilter.ip_conntrack_count'],
    title: { en: 'Entries now', zh: '当前条目数' },
    what: {
      en: 'How many flows this namespace tracks at the moment, of all protocols and states.',
      zh: '该命名空间此刻跟踪的连接数，包括所有协议和状态。',
    },
    since: null,
    raisedBy: {
      en: 'To be read only. It rises with new flows and falls by timeouts, not by the sockets’ end: a low number an hour after “table full” proves nothing.',
      zh: '只读。随新连接上升，按超时下降，而不是随套接字结束下降：出现 “table full” 一小时后再看到小数值说明不了什么。',
    },
    read: {
      en: "`conntrack -L -o extended | awk '{print $3,$6}' | sort | uniq -c` tells what it is made of.",
      zh: "`conntrack -L -o extended | awk '{print $3,$6}' | sort | uniq -c` 可看出由哪些协议和状态构成。",
    },
    act: null,
    rules: ['conntrack-table-full'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_buckets',
    title: { en: 'Hash buckets of the table', zh: '跟踪表的哈希桶数' },
    what: {
      en: 'Does not limit anything: it decides how long the chains are that each packet searches. Four entries per bucket and more cost CPU in softirq.',
      zh: '不限制数量，只决定每个报文要搜索的链有多长。平均每桶四条以上就会在软中断里多耗 CPU。',
    },
    since: null,
    raisedBy: {
      en: 'By memory, 262144 on machines above 4 GiB with recent kernels; one for the machine, written from the host only.',
      zh: '按内存计算，新内核在 4 GiB 以上内存的机器上为 262144；全机一份，只能在宿主机上写。',
    },
    read: {
      en: 'Divide nf_conntrack_count by it. On old kernels it is written by /sys/module/nf_conntrack/parameters/hashsize.',
      zh: '用 nf_conntrack_count 除以它。旧内核须写 /sys/module/nf_conntrack/parameters/hashsize。',
    },
    act: {
      en: 'Raise it along with nf_conntrack_max; a change rehashes the table while it runs.',
      zh: '与 nf_conntrack_max 一起调大；修改时会在运行中重新散列整张表。',
    },
    rules: ['conntrack-table-full'],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_acct',
    title: { en: 'Packet and byte counts per tracked flow', zh: '每条流的报文和字节计数' },
    what: {
      en: 'With 1 each new entry counts packets and bytes in both directions, which `conntrack -L` prints.',
      zh: '为 1 时每个新条目记录双向的报文数和字节数，`conntrack -L` 会显示。',
    },
    since: 'Linux 2.6.27',
    raisedBy: {
      en: 'Default 0; per namespace. Entries that exist already stay without counts.',
      zh: '默认 0；按命名空间。已有条目不会补上计数。',
    },
    read: {
      en: 'No `packets=` in the listing means off, not that nothing passed.',
      zh: '列表中没有 `packets=` 只说明没开启，不代表没有流量。',
    },
    act: {
      en: 'Switch it on for an investigation: `packets=0 bytes=0` in the reply direction then proves silence.',
      zh: '排查时打开：应答方向 `packets=0 bytes=0` 即可证明对方没有回应。',
    },
    rules: [],
    sources: [DOC],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_be_liberal',
    title: { en: 'Take segments outside the window for valid ones', zh: '把窗口外的报文段也视为有效' },
    what: {
      en: 'With 0 a segment that does not fit the window as tracking saw it is INVALID: it is not translated any more, and passes with the inner address or is dropped by a rule.',
      zh: '为 0 时，不符合跟踪所见窗口的报文段记为 INVALID：不再做地址转换，会带着内部地址发出，或被规则丢弃。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; per namespace. It matters where packets of one connection take several ways.',
      zh: '默认 0；按命名空间。同一连接的报文走不同路径时尤其要紧。',
    },
    read: {
      en: 'The `invalid` column of `conntrack -S`, and connections through Services that end with RST in the middle of large transfers.',
      zh: '看 `conntrack -S` 的 invalid，以及经 Service 的连接在大量传输途中被 RST。',
    },
    act: {
      en: 'Kubernetes drops INVALID packets in KUBE-FORWARD for this reason, and newer releases can set it (conntrack.tcpBeLiberal). 1 is the milder cure.',
      zh: 'Kubernetes 为此在 KUBE-FORWARD 中丢弃 INVALID 报文，较新版本可设 conntrack.tcpBeLiberal。设为 1 是更温和的办法。',
    },
    rules: [],
    sources: [DOC, 'net/netfilter/nf_conntrack_proto_tcp.c: tcp_in_window'],
  },
  {
    id: 'net.netfilter.nf_conntrack_tcp_loose',
    title: { en: 'Pick up connections that are already running', zh: '接手已在进行中的连接' },
    what: {
      en: 'With 1 tracking makes an entry from a segment in mid-stream, which is how connections survive a flushed table; a NAT decision of the past is not restored by it.',
      zh: '为 1 时可由连接中途的报文段建立条目，清空表之后连接得以继续；但之前的 NAT 结果不会恢复。',
    },
    since: null,
    raisedBy: { en: 'Default 1; per namespace.', zh: '默认 1；按命名空间。' },
    read: {
      en: 'With 0, a node that has just restarted its firewall drops every old connection until the client dials anew.',
      zh: '若为 0，防火墙刚重启的节点会丢弃所有旧连接，直到客户端重连。',
    },
    act: null,
    rules: [],
    sources: [DOC],
  },
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
      en: 'Default 120. Each repetition of the SYN starts it again.',
      zh: '默认 120。每次重发 SYN 都会重新计时。',
    },
    read: {
      en: 'Rows whose time left is near 120 are being tried right now; sort by dst to see whom.',
      zh: '剩余时间接近 120 的行正在重试；按 dst 排序看目标是谁。',
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
