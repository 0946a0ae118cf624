import type { Glossary } from '../define-term.ts'

/** UDP: DNS, QUIC, tunnels. */
export const UDP: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'UdpInDatagrams',
      title: { en: 'A datagram was delivered to a program', zh: '一个数据报交付给了程序' },
      what: {
        en: 'Counted when recv() takes it, not on arrival: what waits in a buffer is not in it yet.',
        zh: '在 recv() 取走时才计数，还在缓冲中等待的不算。',
      },
      since: null,
      raisedBy: {
        en: 'DNS answers, QUIC, metrics; also tunnel packets (VXLAN, WireGuard) that the kernel itself takes.',
        zh: 'DNS 应答、QUIC、监控上报；由内核自己接收的隧道报文（VXLAN、WireGuard）也算。',
      },
      read: {
        en: 'The base for RcvbufErrors: their quotient is the loss between kernel and program.',
        zh: 'RcvbufErrors 的分母：两者之比就是内核到程序之间的丢失率。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: udp_recvmsg'],
    },
    {
      id: 'UdpNoPorts',
      title: { en: 'A datagram came for a port that no program has open', zh: '数据报发往没有程序打开的端口' },
      what: {
        en: 'It is dropped and answered by ICMP “port unreachable”; the sender sees ECONNREFUSED.',
        zh: '数据报被丢弃并回以 ICMP“端口不可达”，发送方得到 ECONNREFUSED。',
      },
      since: null,
      raisedBy: {
        en: 'Answers that come after the asking socket was closed (DNS timeouts), wrong ports, scans.',
        zh: '询问方套接字已关闭后才到的应答（DNS 超时）、端口错误、扫描。',
      },
      read: {
        en: 'Steps together with DNS trouble mean that answers are later than the resolver waits: `tcpdump -ni any icmp` shows which port.',
        zh: '若与 DNS 故障同步增长，说明应答晚于解析器的等待：`tcpdump -ni any icmp` 可见端口。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: __udp4_lib_rcv'],
    },
    {
      id: 'UdpInErrors',
      title: { en: 'A datagram arrived and could not be given to its socket', zh: '数据报到达但无法交给套接字' },
      what: {
        en: 'The sum of several reasons: a full receive buffer, a wrong checksum, no memory, a policy that refused it.',
        zh: '多种原因之和：接收缓冲满、校验和错误、内存不足、被策略拒绝。',
      },
      since: null,
      raisedBy: { en: 'Mostly programs that read too slowly.', zh: '多半是程序读得太慢。' },
      read: {
        en: 'Subtract RcvbufErrors, InCsumErrors and MemErrors; a rest comes from IPsec policies or socket filters.',
        zh: '减去 RcvbufErrors、InCsumErrors、MemErrors；余数来自 IPsec 策略或套接字过滤器。',
      },
      act: null,
      rules: ['udp-receive-buffer-full'],
      sources: ['net/ipv4/udp.c: __udp_queue_rcv_skb'],
    },
    {
      id: 'UdpOutDatagrams',
      title: { en: 'A datagram was handed to IP for sending', zh: '一个数据报交给 IP 层发送' },
      what: {
        en: 'No error so far; whether it left the machine, OutDiscards and the device must tell.',
        zh: '到此没有出错；是否真正离开本机，要看 OutDiscards 与网卡。',
      },
      since: null,
      raisedBy: {
        en: 'DNS queries, QUIC, statsd and the like from this namespace.',
        zh: '本命名空间的 DNS 查询、QUIC、statsd 等。',
      },
      read: {
        en: 'Queries without answers: it grows and UdpInDatagrams does not.',
        zh: '有查询无应答的表现：它在增长而 UdpInDatagrams 不动。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: udp_send_skb'],
    },
    {
      id: 'UdpRcvbufErrors',
      title: {
        en: 'A datagram was dropped because the program’s receive buffer was full',
        zh: '程序的接收缓冲已满，数据报被丢弃',
      },
      what: {
        en: 'The program did not read in time. DNS clients see timeouts of seconds, as nothing repeats a lost datagram but they themselves.',
        zh: '程序没有及时读取。DNS 客户端会遇到数秒超时，因为除它自己之外没人会重发。',
      },
      since: null,
      raisedBy: {
        en: 'Bursts on a single-threaded reader, CPU throttling, net.core.rmem_max too small for the rate.',
        zh: '单线程读取遇到突发、CPU 限流、net.core.rmem_max 相对速率过小。',
      },
      read: {
        en: '`ss -uanmp`: Recv-Q near `rb`, and `d` of skmem counts drops per socket.',
        zh: '`ss -uanmp`：Recv-Q 接近 `rb`，skmem 的 `d` 是每个套接字的丢弃数。',
      },
      act: {
        en: 'More reader threads (SO_REUSEPORT) or a larger SO_RCVBUF up to net.core.rmem_max; lift the CPU limit of that pod.',
        zh: '增加读取线程（SO_REUSEPORT），或在 net.core.rmem_max 内加大 SO_RCVBUF，并放宽该 Pod 的 CPU 限制。',
      },
      rules: ['udp-receive-buffer-full'],
      sources: ['net/ipv4/udp.c: __udp_enqueue_schedule_skb'],
    },
    {
      id: 'UdpSndbufErrors',
      title: { en: 'A datagram could not be sent for lack of send buffer', zh: '发送缓冲不足，数据报未能发出' },
      what: {
        en: 'A local queue refused the packet, or there was no memory for it. Often the program does not even get an error.',
        zh: '本机队列拒收，或没有内存。程序往往连错误都得不到。',
      },
      since: null,
      raisedBy: {
        en: 'Sending faster than the device or its qdisc takes; a small SO_SNDBUF.',
        zh: '发送快于网卡或其 qdisc 的处理能力；SO_SNDBUF 过小。',
      },
      read: {
        en: '`tc -s qdisc show` on the way out: drops or a standing backlog there explain it.',
        zh: '查看出口的 `tc -s qdisc show`：其中的 drops 或持续的 backlog 可以解释。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: udp_sendmsg'],
    },
    {
      id: 'UdpInCsumErrors',
      title: { en: 'A datagram failed its checksum', zh: '数据报校验和错误' },
      what: { en: 'It is dropped silently and counted in InErrors, too.', zh: '被静默丢弃，同时计入 InErrors。' },
      since: '3.10',
      raisedBy: {
        en: 'Tunnels whose outer or inner sum an offload left wrong (VXLAN is the classic), or damage on the wire.',
        zh: '卸载功能留下错误的隧道内外层校验和（VXLAN 最典型），或线路损坏。',
      },
      read: {
        en: 'Take the tunnel’s offload off (`ethtool -K flannel.1 tx off`) as a test; if it stops, keep it off or update the driver.',
        zh: '试着关闭隧道设备的卸载（`ethtool -K flannel.1 tx off`）；若不再增长，则保持关闭或升级驱动。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: udp_csum_pull_header'],
    },
    {
      id: 'UdpIgnoredMulti',
      title: { en: 'A multicast or broadcast datagram had no taker', zh: '组播或广播数据报无人接收' },
      what: {
        en: 'No socket has joined, so it is dropped without an ICMP error.',
        zh: '没有套接字加入该组，于是丢弃且不回 ICMP。',
      },
      since: '4.0',
      raisedBy: { en: 'mDNS, SSDP, DHCP of neighbours in the segment.', zh: '同网段邻居的 mDNS、SSDP、DHCP。' },
      read: {
        en: 'Background noise of the network; only a storm (thousands per second) costs CPU.',
        zh: '网络背景噪声；只有风暴（每秒数千）才耗 CPU。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/udp.c: __udp4_lib_mcast_deliver'],
    },
    {
      id: 'UdpMemErrors',
      title: { en: 'A datagram was dropped as UDP as a whole had no memory left', zh: 'UDP 总内存用尽，数据报被丢弃' },
      what: {
        en: 'All UDP sockets together reached udp_mem; every receiver suffers, not only the slow one.',
        zh: '所有 UDP 套接字合计达到 udp_mem，受害的是全部接收者，而不只是慢的那个。',
      },
      since: '5.11–6.1',
      raisedBy: { en: 'A few sockets with large buffers that nobody reads.', zh: '少数缓冲很大却无人读取的套接字。' },
      read: {
        en: '`UDP: mem` in /proc/net/sockstat (pages) beside `sysctl net.ipv4.udp_mem`.',
        zh: '/proc/net/sockstat 的 `UDP: mem`（页）与 `sysctl net.ipv4.udp_mem` 对照。',
      },
      act: {
        en: 'Find the hoarder with `ss -uanmp` sorted by Recv-Q.',
        zh: '用 `ss -uanmp` 按 Recv-Q 排序找出占用者。',
      },
      rules: ['udp-receive-buffer-full'],
      sources: ['net/ipv4/udp.c', 'Documentation/networking/ip-sysctl.rst: udp_mem'],
    },
  ],
}
