import type { Term } from '../define-term.ts'

/** Settings of how long a silent peer is believed in. */
export const KEEPALIVE_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.tcp_keepalive_time',
    title: { en: 'Silence before the first keepalive probe', zh: '首个 keepalive 探测前的空闲时间' },
    what: {
      en: 'Seconds without any traffic after which a socket that has SO_KEEPALIVE asks whether its peer is still there. Sockets without that option are never asked, whatever stands here.',
      zh: '启用了 SO_KEEPALIVE 的套接字空闲多少秒后开始探测对端。没有启用该选项的套接字永远不探测，这里写多少都一样。',
    },
    since: null,
    raisedBy: {
      en: 'Default 7200; per namespace since 4.5. TCP_KEEPIDLE overrides it per socket: Go programs use 15 s unless told otherwise.',
      zh: '默认 7200；4.5 起按命名空间。单个套接字可用 TCP_KEEPIDLE 覆盖，例如 Go 程序默认 15 秒。',
    },
    read: {
      en: '`ss -tno` prints `timer:(keepalive,…)` for every connection that will be asked; a long-lived one without any timer has the option off.',
      zh: '`ss -tno` 中带 `timer:(keepalive,…)` 的连接会被探测；长期存在却没有任何 timer 的连接没有启用。',
    },
    act: {
      en: 'Keep it below the idle timeouts on the way: 350 s at AWS network load balancers, nf_conntrack_tcp_timeout_established of each node. It does not end CLOSE_WAIT of live peers.',
      zh: '应小于途中各处的空闲超时：AWS 网络负载均衡为 350 秒，各节点看 nf_conntrack_tcp_timeout_established。对端还活着的 CLOSE_WAIT 它清不掉。',
    },
    rules: ['close-wait-leak'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_keepalive_time', 'tcp(7), TCP_KEEPIDLE'],
  },
  {
    id: 'net.ipv4.tcp_keepalive_intvl',
    title: { en: 'Pause between keepalive probes', zh: 'keepalive 探测的间隔' },
    what: {
      en: 'Seconds between probes that were not answered. Times tcp_keepalive_probes it is how long a dead peer is given: 75 × 9, some 11 minutes.',
      zh: '未得到应答时两次探测的间隔秒数。乘以 tcp_keepalive_probes 即给死掉的对端多长宽限：75 × 9，约 11 分钟。',
    },
    since: null,
    raisedBy: { en: 'Default 75; TCP_KEEPINTVL per socket.', zh: '默认 75；单个套接字用 TCP_KEEPINTVL。' },
    read: {
      en: 'The second value of `timer:(keepalive,14sec,3)` is the time to the next probe, the third how many went unanswered.',
      zh: '`timer:(keepalive,14sec,3)` 中第二项是距下次探测的时间，第三项是已有几次没有应答。',
    },
    act: null,
    rules: [],
    sources: [
      'Documentation/networking/ip-sysctl.rst: tcp_keepalive_intvl',
      'net/ipv4/tcp_timer.c: tcp_keepalive_timer',
    ],
  },
  {
    id: 'net.ipv4.tcp_keepalive_probes',
    title: { en: 'Unanswered probes before the connection is given up', zh: '放弃连接前的探测次数' },
    what: {
      en: 'After so many probes without an answer the socket ends with ETIMEDOUT; an RST as an answer ends it at the first.',
      zh: '连续这么多次没有应答后，套接字以 ETIMEDOUT 结束；若应答是 RST，第一次就结束。',
    },
    since: null,
    raisedBy: { en: 'Default 9; TCP_KEEPCNT per socket.', zh: '默认 9；单个套接字用 TCP_KEEPCNT。' },
    read: {
      en: 'TCPKeepAlive counts probes sent, TCPAbortOnTimeout the sockets that were given up by this and other timers.',
      zh: '已发探测记在 TCPKeepAlive；因此及其他定时器而放弃的套接字记在 TCPAbortOnTimeout。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_keepalive_probes'],
  },
  {
    id: 'net.ipv4.tcp_retries1',
    title: { en: 'Retransmissions before the route is doubted', zh: '重传几次后怀疑路由' },
    what: {
      en: 'After so many timeouts the kernel asks the network layer for another way and, with tcp_mtu_probing=1, tries smaller packets. The connection is not touched.',
      zh: '超时这么多次后，内核请网络层重新选路；tcp_mtu_probing=1 时还会尝试更小的报文。连接本身不受影响。',
    },
    since: null,
    raisedBy: { en: 'Default 3; per namespace since 4.6.', zh: '默认 3；4.6 起按命名空间。' },
    read: {
      en: 'Nothing counts it directly; `ip route show cache` and `ip neigh` show what the doubt led to.',
      zh: '没有直接的计数器；可从 `ip route show cache` 和 `ip neigh` 看到重新选路的结果。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_retries1', 'net/ipv4/tcp_timer.c: tcp_write_timeout'],
  },
  {
    id: 'net.ipv4.tcp_retries2',
    title: { en: 'How long unacknowledged data are repeated', zh: '未确认数据重传多久' },
    what: {
      en: 'Not a plain count: the kernel computes the time that so many doubling timeouts would take from the least RTO, and gives up at the first timeout beyond it. 15 is 924.6 s.',
      zh: '并非单纯的次数：内核按最小 RTO 起逐次加倍算出总时长，在首个超过它的超时点放弃。15 相当于 924.6 秒。',
    },
    since: null,
    raisedBy: {
      en: 'Default 15; per namespace since 4.6. TCP_USER_TIMEOUT sets a time for one socket.',
      zh: '默认 15；4.6 起按命名空间。单个套接字可用 TCP_USER_TIMEOUT 指定时间。',
    },
    read: {
      en: '`ss -tnoi`: timer `on` with backoff growing shows a connection on its way to this limit; TCPAbortOnTimeout its end.',
      zh: '`ss -tnoi` 中 timer 为 `on` 且 backoff 增长的连接正在逼近该上限；到头后计入 TCPAbortOnTimeout。',
    },
    act: {
      en: 'A failover that takes a quarter of an hour is this default. 8 gives about 100 s, the least that RFC 1122 allows; 3 or 5, often recommended, cut connections at every hiccup.',
      zh: '故障切换要等一刻钟，就是这个默认值。设 8 约 100 秒，是 RFC 1122 的下限；常见的 3 或 5 会在每次抖动时切断连接。',
    },
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_retries2', 'RFC 1122, 4.2.3.5'],
  },
  {
    id: 'net.ipv4.tcp_orphan_retries',
    title: { en: 'How long a closed socket still repeats its data', zh: '已关闭的套接字继续重传多久' },
    what: {
      en: 'The same as tcp_retries2, for sockets that their program has closed. 0 in the file stands for 8.',
      zh: '与 tcp_retries2 相同，但用于程序已关闭的套接字。文件里的 0 实际表示 8。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; per namespace since 4.6. A peer that lately complained by ICMP gets none.',
      zh: '默认 0；4.6 起按命名空间。若最近收到过该对端的 ICMP 错误，则一次也不重试。',
    },
    read: {
      en: 'Rows without a program in `ss -tanpo state fin-wait-1 state last-ack state closing` are what it bounds.',
      zh: '`ss -tanpo state fin-wait-1 state last-ack state closing` 中没有进程的行受它约束。',
    },
    act: {
      en: 'Setting 1 to save memory drops the end of answers to clients on bad lines.',
      zh: '为省内存设成 1，会让弱网客户端收不到应答的末尾。',
    },
    rules: ['orphaned-sockets'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_orphan_retries', 'net/ipv4/tcp_timer.c: tcp_orphan_retries'],
  },
]
