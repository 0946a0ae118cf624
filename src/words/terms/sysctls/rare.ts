import type { Term } from '../define-term.ts'

/** Settings that a counter’s page or an old list of tunings leads to. */
export const RARE_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.tcp_sack',
    also: ['net.ipv4.tcp_dsack', 'net.ipv4.tcp_fack'],
    title: { en: 'Selective acknowledgements', zh: '选择性确认' },
    what: {
      en: 'The receiver names the pieces that arrived behind a gap, so that only the gap is repeated. tcp_dsack also reports what came twice; tcp_fack has no effect any more.',
      zh: '接收方指明缺口之后已收到哪些段，只需重传缺口。tcp_dsack 还会报告收到两次的内容；tcp_fack 已不起作用。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1 for sack and dsack; both sides must offer sack in the handshake.',
      zh: 'sack、dsack 默认 1；sack 须双方在握手时都提供。',
    },
    read: {
      en: 'The word `sack` in `ss -ti` marks connections that agreed on it.',
      zh: '`ss -ti` 中带 `sack` 字样的连接已协商启用。',
    },
    act: {
      en: 'Some set 0 against a flaw of 2019 (SACK Panic) and never took it back: patched kernels do not need that, and loss costs many times more without it.',
      zh: '有人因 2019 年的漏洞（SACK Panic）设成 0 后再没改回：打过补丁的内核不需要，而没有它，丢包的代价要大得多。',
    },
    rules: ['retransmissions-high'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_sack', 'RFC 2018'],
  },
  {
    id: 'net.ipv4.tcp_invalid_ratelimit',
    title: { en: 'Pause between answers to segments that do not fit', zh: '应答无效报文段的最小间隔' },
    what: {
      en: 'Milliseconds that must lie between two duplicate ACKs which answer segments outside the window or with an old timestamp; it stops two ends from answering each other for ever.',
      zh: '对窗口外或时间戳过旧的报文段，两次重复 ACK 之间至少相隔多少毫秒，避免两端无休止地互相应答。',
    },
    since: 'Linux 4.0',
    raisedBy: { en: 'Default 500; 0 lifts the limit.', zh: '默认 500；0 表示不限。' },
    read: {
      en: 'What it held back is counted by TCPACKSkippedPAWS, TCPACKSkippedSeq and their sisters.',
      zh: '被它压下的应答记在 TCPACKSkippedPAWS、TCPACKSkippedSeq 等计数器。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_invalid_ratelimit'],
  },
  {
    id: 'net.ipv4.tcp_plb_enabled',
    title: { en: 'Change the path of a congested IPv6 flow', zh: '拥塞时让 IPv6 流改走别的路径' },
    what: {
      en: 'Under lasting congestion the flow label changes, so that switches hash the connection to another of their equal paths.',
      zh: '持续拥塞时更换流标签，使交换机把该连接散列到另一条等价路径。',
    },
    since: 'Linux 6.2',
    raisedBy: {
      en: 'Default 0. It needs a congestion control that supports it, such as DCTCP, and does nothing for IPv4.',
      zh: '默认 0。需要支持它的拥塞控制（如 DCTCP），对 IPv4 不起作用。',
    },
    read: { en: 'TCPPLBRehash counts the changes.', zh: '更换次数记在 TCPPLBRehash。' },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_plb_enabled'],
  },
  {
    id: 'net.core.busy_poll',
    also: ['net.core.busy_read'],
    title: { en: 'Wait for packets by spinning', zh: '以自旋方式等待报文' },
    what: {
      en: 'Microseconds for which poll() and select() (busy_read: recv()) ask the network card themselves before they sleep. It trades CPU for latency.',
      zh: 'poll()、select()（busy_read 则为 recv()）在睡眠前主动轮询网卡的微秒数，用 CPU 换延迟。',
    },
    since: 'Linux 3.11',
    raisedBy: {
      en: 'Default 0, off; one value for the machine. Virtual cards of pods do not offer it.',
      zh: '默认 0 即关闭；全机一份。Pod 的虚拟网卡不支持。',
    },
    read: {
      en: 'BusyPollRxPackets counts what came in that way.',
      zh: '以这种方式收到的报文记在 BusyPollRxPackets。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/admin-guide/sysctl/net.rst: busy_poll, busy_read'],
  },
  {
    id: 'net.core.optmem_max',
    title: { en: 'Memory for the options of one socket', zh: '单个套接字的选项内存上限' },
    what: {
      en: 'Bounds filters, keys, multicast lists and notes of zero-copy sends; the `o` of skmem is held against it.',
      zh: '限制过滤器、密钥、组播列表和零拷贝发送的通知；与 skmem 的 `o` 对应。',
    },
    since: null,
    raisedBy: {
      en: '20480 on many older 64-bit kernels, 131072 on 6.18; the release that changed it was not checked.',
      zh: '许多旧的 64 位内核为 20480，6.18 为 131072；在哪个版本改的未核实。',
    },
    read: {
      en: 'setsockopt() or MSG_ZEROCOPY that fails with ENOMEM or ENOBUFS has met it.',
      zh: 'setsockopt() 或 MSG_ZEROCOPY 报 ENOMEM、ENOBUFS 就是碰到了它。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/admin-guide/sysctl/net.rst: optmem_max'],
  },
  {
    id: 'net.ipv4.conf.*.arp_filter',
    title: { en: 'Which card answers ARP when two share a network', zh: '两块网卡同网段时由谁应答 ARP' },
    what: {
      en: 'With 0 any interface answers for any address of the host; with 1 only the one by which the route back to the asker leads.',
      zh: '为 0 时任一接口都会应答本机的任一地址；为 1 时只有通往询问者的路由所在接口才应答。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; it takes effect when either `all` or that interface has 1.',
      zh: '默认 0；`all` 与接口自身任一为 1 即生效。',
    },
    read: {
      en: '`arping -c 3 ADDRESS` from a neighbour: answers of two hardware addresses are this.',
      zh: '从邻居执行 `arping -c 3 ADDRESS`：若有两个硬件地址应答，就是它。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: arp_filter'],
  },
  {
    id: 'net.ipv4.icmp_echo_ignore_all',
    title: { en: 'Do not answer ping', zh: '不应答 ping' },
    what: {
      en: 'With 1 echo requests are ignored: a host that does not answer ping may be quite well.',
      zh: '为 1 时忽略 echo 请求：ping 不通的主机可能一切正常。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; other ICMP, such as “fragmentation needed”, is not touched.',
      zh: '默认 0；不影响其他 ICMP，例如 “需要分片”。',
    },
    read: {
      en: 'Judge reachability by a TCP connection to a port that is known to be open.',
      zh: '判断可达性应以连接已知开放的 TCP 端口为准。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: icmp_echo_ignore_all'],
  },
  {
    id: 'net.ipv4.ip_default_ttl',
    title: { en: 'Hops that a packet of ours may make', zh: '本机报文可经过的跳数' },
    what: {
      en: 'Initial time to live of packets sent from here; each router takes one off, each kube-proxy node as well.',
      zh: '本机发出报文的初始 TTL；每台路由器减一，每个转发的节点也减一。',
    },
    since: null,
    raisedBy: { en: 'Default 64.', zh: '默认 64。' },
    read: {
      en: 'A reply with a ttl of 62 has passed two hops if its sender started at 64.',
      zh: '若对方从 64 起，收到 ttl 为 62 的应答说明经过两跳。',
    },
    act: {
      en: 'More is of no use: a packet that needs over 64 hops runs in a circle.',
      zh: '调大没有意义：超过 64 跳的报文是在绕圈。',
    },
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: ip_default_ttl'],
  },
  {
    id: 'net.ipv4.ipfrag_time',
    also: ['net.ipv4.ipfrag_high_thresh'],
    title: { en: 'How long, and in how much memory, fragments wait', zh: '分片等待的时间与内存' },
    what: {
      en: 'Seconds until an incomplete packet is given up; ipfrag_high_thresh is the memory above which new fragments are refused.',
      zh: '不完整报文等待多少秒后放弃；ipfrag_high_thresh 是拒收新分片的内存上限。',
    },
    since: null,
    raisedBy: { en: 'Default 30 s and 4 MiB; per namespace.', zh: '默认 30 秒、4 MiB；按命名空间。' },
    read: {
      en: 'IpReasmTimeout: pieces were lost. IpReasmFails without it: memory, or pieces that do not fit.',
      zh: 'IpReasmTimeout 增长：有分片丢失；只有 IpReasmFails 增长：内存不足或分片不符。',
    },
    act: {
      en: 'TCP should not be fragmented at all. Look for UDP above the MTU, or an overlay whose MTU is set too large.',
      zh: 'TCP 根本不该分片。去找超过 MTU 的 UDP，或 MTU 设得过大的覆盖网络。',
    },
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: ipfrag_time'],
  },
]
