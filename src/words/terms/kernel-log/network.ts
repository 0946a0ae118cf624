import type { Term } from '../define-term.ts'

/** What the kernel says of sockets, connections and neighbours. */
export const NETWORK_LINES: readonly Term[] = [
  {
    id: 'syn-flooding',
    also: ['possible SYN flooding'],
    title: {
      en: '“Possible SYN flooding on port N. Sending cookies.”',
      zh: '“Possible SYN flooding on port N. Sending cookies.”',
    },
    what: {
      en: 'The SYN queue of one listener was full. “Sending cookies”: nobody was refused. “Dropping request”: tcp_syncookies is 0 and SYNs are lost. It is no proof of an attack: a backlog of 3 and seven clients suffice.',
      zh: '某个监听者的 SYN 队列满了。“Sending cookies”：没有人被拒绝；“Dropping request”：tcp_syncookies 为 0，SYN 正在丢失。这不能证明被攻击：backlog 为 3 时七个客户端就够了。',
    },
    since: null,
    raisedBy: {
      en: 'Once per listening socket, however long it lasts: silence afterwards means nothing, and a restarted program may say it again. Since Linux 6.2 the line names the address as well as the port.',
      zh: '每个监听套接字只打印一次，持续多久都一样：之后不再出现说明不了什么，进程重启后可能再次打印。6.2 起除端口外还打印地址。',
    },
    read: {
      en: '`ss -ltn sport = :N` for the limit, `nstat -asz | grep -E "ReqQFull|Syncookies"` for what is going on now.',
      zh: '用 `ss -ltn sport = :N` 看上限，用 `nstat -asz | grep -E "ReqQFull|Syncookies"` 看当前情况。',
    },
    act: {
      en: 'Raise the program’s backlog (and somaxconn in its namespace), and see whether the accept queue is full, too. A true flood: keep cookies on and filter upstream.',
      zh: '调大程序的 backlog（及其命名空间的 somaxconn），并看 accept 队列是否也满。若真是泛洪：保持 cookie 开启，在上游过滤。',
    },
    rules: ['accept-queue-full', 'backlog-too-small', 'listen-drops-unexplained', 'syn-flood', 'syn-queue-full'],
    sources: ['net/ipv4/tcp_input.c: tcp_syn_flood_action'],
  },
  {
    id: 'conntrack-full',
    also: ['nf_conntrack: table full, dropping packet', 'table full'],
    title: { en: '“nf_conntrack: table full, dropping packet”', zh: '“nf_conntrack: table full, dropping packet”' },
    what: {
      en: 'A packet of a new flow was dropped, as tracking had no place for it and nothing to throw out. Existing connections go on; new ones hang until a retry meets a free place.',
      zh: '跟踪表没有位置也没有可淘汰的条目，一个新流的报文被丢弃。已有连接照常，新连接挂起，直到某次重试碰上空位。',
    },
    since: null,
    raisedBy: {
      en: 'Each such drop, rate-limited: “callbacks suppressed” nearby means many more. Recent kernels add “in netns N” where it was not the host’s table.',
      zh: '每次丢弃都会打印，但有限速：附近若有 “callbacks suppressed”，实际多得多。新内核会注明 “in netns N”，表示不是宿主机的表。',
    },
    read: {
      en: 'The counters of `conntrack -S` (drop, early_drop), read twice; by the time you look the count may be low again.',
      zh: '两次读取 `conntrack -S` 的 drop、early_drop；等你来看时条目数可能已经降下来了。',
    },
    act: {
      en: 'Find what fills it (`conntrack -L` by state and destination) before doubling nf_conntrack_max.',
      zh: '在加倍 nf_conntrack_max 之前，先按状态和目标统计 `conntrack -L`，弄清是什么占满的。',
    },
    rules: ['conntrack-table-full'],
    sources: ['net/netfilter/nf_conntrack_core.c: __nf_conntrack_alloc'],
  },
  {
    id: 'neighbour-overflow',
    also: ['neighbour table overflow', 'neighbor table overflow'],
    title: { en: '“neighbor table overflow!”', zh: '“neighbor table overflow!”' },
    what: {
      en: 'gc_thresh3 was reached and nothing could be reclaimed: a packet to an address not in the table had nowhere to go. Known neighbours go on working, so that only some destinations fail.',
      zh: '已达 gc_thresh3 且无可回收：发往不在表中地址的报文无处可去。已知邻居照常可用，所以只有部分目标不通。',
    },
    since: null,
    raisedBy: {
      en: 'arp_cache is IPv4, ndisc_cache IPv6; a missing loopback route in a namespace once caused it as well. Rate-limited.',
      zh: 'arp_cache 指 IPv4，ndisc_cache 指 IPv6；有的旧版本在命名空间缺少回环路由时也会报。有限速。',
    },
    read: {
      en: '`table_fulls` in /proc/net/stat/arp_cache counts the refusals.',
      zh: '/proc/net/stat/arp_cache 的 table_fulls 列记录拒绝次数。',
    },
    act: {
      en: 'Raise gc_thresh3 (then 2 and 1) on the host; a scan of the whole subnet from one pod can fill the table too.',
      zh: '在宿主机上调大 gc_thresh3（再调 2、1）；某个 Pod 扫描整个子网也会把表占满。',
    },
    rules: ['neighbour-table-full'],
    sources: ['net/core/neighbour.c: neigh_alloc'],
  },
  {
    id: 'tcp-out-of-memory',
    also: ['TCP: out of memory'],
    title: { en: '“out of memory -- consider tuning tcp_mem”', zh: '“out of memory -- consider tuning tcp_mem”' },
    what: {
      en: 'A closed socket with unsent data was killed because TCP as a whole is above the third number of tcp_mem. It is not the OOM killer, and no process dies.',
      zh: 'TCP 总内存超过 tcp_mem 第三个数，一个已关闭但还有未发数据的套接字被清除。这不是 OOM killer，没有进程被杀。',
    },
    since: null,
    raisedBy: {
      en: 'tcp_check_oom(), when an orphan or a probe asks for memory; rate-limited.',
      zh: 'tcp_check_oom()，在孤儿连接或探测需要内存时触发；有限速。',
    },
    read: {
      en: '`grep ^TCP: /proc/net/sockstat`, then the largest skmem of `ss -tm` in each namespace: the total is the machine’s, the culprit usually in one pod.',
      zh: '`grep ^TCP: /proc/net/sockstat`，再在各命名空间找 `ss -tm` 中最大的 skmem：总量是全机的，元凶通常只在一个 Pod。',
    },
    act: {
      en: 'End or repair the program that does not read. Raise tcp_mem only if honest load needs it, in pages.',
      zh: '处理那个不读数据的程序。只有正常负载确实需要时才调大 tcp_mem，单位是页。',
    },
    rules: ['tcp-memory-pressure'],
    sources: ['net/ipv4/tcp.c: tcp_check_oom'],
  },
  {
    id: 'too-many-orphans',
    also: ['too many orphaned sockets'],
    title: { en: '“too many orphaned sockets”', zh: '“too many orphaned sockets”' },
    what: {
      en: 'More sockets than tcp_max_orphans allows were closed by their programs and not finished; the surplus is reset, so that clients may lose the end of an answer.',
      zh: '程序已关闭而尚未收尾的套接字超过 tcp_max_orphans，多余的被重置，客户端可能收不到应答的末尾。',
    },
    since: null,
    raisedBy: {
      en: 'close() of one more socket, or a retry of an old one; for those whose peer is silent at half or a quarter of the limit already.',
      zh: '又一次 close() 或旧套接字重试时；对端沉默的，达到上限的一半或四分之一就会触发。',
    },
    read: {
      en: 'FIN-WAIT-1 and LAST-ACK rows without a program, by peer address: one network usually stands out.',
      zh: '把没有进程的 FIN-WAIT-1、LAST-ACK 行按对端地址统计：通常有一个网段特别突出。',
    },
    act: {
      en: 'A cut-off network explains a burst. If it is permanent, a program closes with much unsent: let it wait for its clients.',
      zh: '某个网段断开可解释突发。若长期如此，是程序带着大量未发数据就关闭：让它等客户端收完。',
    },
    rules: ['orphaned-sockets'],
    sources: ['net/ipv4/tcp.c: tcp_check_oom', 'net/ipv4/tcp_timer.c: tcp_out_of_resources'],
  },
  {
    id: 'time-wait-overflow',
    also: ['time wait bucket table overflow'],
    title: { en: '“time wait bucket table overflow”', zh: '“time wait bucket table overflow”' },
    what: {
      en: 'tcp_max_tw_buckets is reached: connections end without their 60 s of rest. Nobody is refused by it.',
      zh: '达到 tcp_max_tw_buckets：连接结束后不再保留 60 秒。不会因此拒绝任何人。',
    },
    since: null,
    raisedBy: {
      en: 'Each orderly close by this side above the limit; rate-limited. A limit lowered by an old tuning list is the usual reason.',
      zh: '超限后本端每次主动关闭都会触发，有限速。常见原因是旧调优清单把上限改小了。',
    },
    read: {
      en: 'TCPTimeWaitOverflow, and the setting against `ss -s`, in the namespace where it happens.',
      zh: '在发生的命名空间里看 TCPTimeWaitOverflow，并把该设置与 `ss -s` 对照。',
    },
    act: {
      en: 'Give the setting back its default; then look whether short connections could be kept open.',
      zh: '把该设置恢复默认，再看短连接能否改成长连接。',
    },
    rules: ['time-wait-buckets-full'],
    sources: ['net/ipv4/tcp_minisocks.c: tcp_time_wait'],
  },
  {
    id: 'bad-checksum',
    also: ['hw csum failure', 'UDP: bad checksum'],
    title: {
      en: '“UDP: bad checksum. From …”, “eth0: hw csum failure”',
      zh: '“UDP: bad checksum. From …”、“eth0: hw csum failure”',
    },
    what: {
      en: 'The first: a datagram was thrown away, as its checksum does not fit. The second: the network card vouched for a packet whose sum, computed by the kernel, was another.',
      zh: '前者：数据报的校验和不符，已丢弃。后者：网卡声称校验过的报文，内核重算后结果不同。',
    },
    since: null,
    raisedBy: {
      en: 'Damage on the way, or an overlay whose offload leaves the inner checksum unfinished. The UDP line is written at level debug, TCP writes none: both count silently.',
      zh: '途中损坏，或覆盖网络的卸载功能没有填好内层校验和。UDP 这行是 debug 级别，TCP 根本不打印：两者都只默默计数。',
    },
    read: {
      en: 'TcpInCsumErrors and UdpInCsumErrors, read twice, and `ethtool -k DEVICE | grep checksum` on both ends.',
      zh: '两次读取 TcpInCsumErrors、UdpInCsumErrors，并在两端执行 `ethtool -k DEVICE | grep checksum`。',
    },
    act: {
      en: 'For a trial switch the offload off on the tunnel’s device (`ethtool -K flannel.1 tx-checksum-ip-generic off`); if that cures it, update the kernel or the driver.',
      zh: '先试着在隧道设备上关闭卸载（`ethtool -K flannel.1 tx-checksum-ip-generic off`）；若有效，就升级内核或驱动。',
    },
    rules: ['checksum-offload-broken'],
    sources: ['net/ipv4/udp.c: __udp4_lib_rcv', 'net/core/dev.c: netdev_rx_csum_fault'],
  },
  {
    id: 'martian',
    also: ['martian source', 'martian destination'],
    title: { en: '“martian source … from …, on dev …”', zh: '“martian source … from …, on dev …”' },
    what: {
      en: 'A packet with an address that cannot come in by this interface was dropped. First stands the destination, behind “from” the source, then the interface.',
      zh: '某接口收到地址不可能由此进入的报文，已丢弃。前面是目的地址，from 后是源地址，最后是接口。',
    },
    since: null,
    raisedBy: {
      en: 'log_martians=1 and the routing check: rp_filter, a loopback address from outside, one’s own address as a source.',
      zh: 'log_martians=1 且未通过路由检查：rp_filter、来自外部的回环地址、源地址是本机自己。',
    },
    read: {
      en: '`ip route get SOURCE` names the interface by which the answer would leave: another than in the line means asymmetric routing.',
      zh: '`ip route get 源地址` 显示应答将从哪个接口出去：若与日志中的不同，就是非对称路由。',
    },
    act: {
      en: 'For honest asymmetric traffic set rp_filter=2 on that interface. A pod’s or node’s own address as the source points to a loop or to an address given twice.',
      zh: '若是正常的非对称流量，把该接口的 rp_filter 设为 2。源地址是本节点或 Pod 自己的，说明有环路或地址重复。',
    },
    rules: ['rp-filter-drops'],
    sources: ['net/ipv4/route.c: ip_handle_martian_source'],
  },
]
