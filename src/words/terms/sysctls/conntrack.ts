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
]
