import type { Term } from '../define-term.ts'

/** Settings of the handshake. */
export const SYN_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.tcp_syncookies',
    title: { en: 'Answer SYNs without remembering them when the SYN queue is full', zh: 'SYN 队列满时用 cookie 应答' },
    what: {
      en: '1: cookies once the queue of half-open requests is full; 2: for every SYN; 0: such SYNs are dropped. Cookies do not widen the accept queue, which is asked first.',
      zh: '1：半开队列满时用 cookie；2：每个 SYN 都用；0：直接丢弃。cookie 不会扩大 accept 队列，而 accept 队列是先检查的。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1; per namespace since 4.6. With 1, tcp_max_syn_backlog has no effect at all on Linux 4.4 and later.',
      zh: '默认 1；4.6 起按命名空间。为 1 时，4.4 及以后内核里的 tcp_max_syn_backlog 完全不起作用。',
    },
    read: {
      en: 'TCPReqQFullDoCookies and SyncookiesSent count cookies, TCPReqQFullDrop the losses under 0.',
      zh: 'TCPReqQFullDoCookies、SyncookiesSent 为已发的 cookie 数，值为 0 时的损失记在 TCPReqQFullDrop。',
    },
    act: {
      en: 'Keep 1. Cookies under honest load are a sign that the listener’s backlog is too small, not that there is an attack. Switching them off to “save options” loses connections instead.',
      zh: '保持 1。正常负载下出现 cookie 说明监听者的 backlog 太小，不等于被攻击。为了“保留 TCP 选项”而关掉它，换来的是丢连接。',
    },
    rules: ['listen-drops-unexplained', 'syn-flood', 'syn-queue-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_syncookies', 'net/ipv4/tcp_input.c: tcp_syn_flood_action'],
  },
  {
    id: 'net.ipv4.tcp_max_syn_backlog',
    title: { en: 'Half-open requests per listener, without cookies', zh: '不用 cookie 时每个监听者的半开请求数' },
    what: {
      en: 'Bears on a listener only while tcp_syncookies is 0: then SYNs of unknown peers are dropped when less than a quarter of it is free. The real limit of the SYN queue is the listener’s own backlog.',
      zh: '只在 tcp_syncookies 为 0 时起作用：剩余不足四分之一时，丢弃来自陌生对端的 SYN。SYN 队列真正的上限是监听者自己的 backlog。',
    },
    since: null,
    raisedBy: {
      en: 'Default by memory, at least 128; per namespace since 4.11. Up to 4.3 it was part of the formula of the queue’s size.',
      zh: '默认按内存计算，至少 128；4.11 起按命名空间。4.3 及以前它参与队列长度的计算。',
    },
    read: {
      en: '`sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog`, together: with cookies on, the second is idle.',
      zh: '`sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog`，两项一起看：cookie 打开时后者闲置。',
    },
    act: {
      en: 'Tuning guides raise it beside somaxconn; with cookies on that changes nothing. Losses of this kind count as ListenDrops without ListenOverflows.',
      zh: '各种调优文章都让它和 somaxconn 一起调大；cookie 打开时这毫无作用。由它造成的丢弃计入 ListenDrops，但不计入 ListenOverflows。',
    },
    rules: ['listen-drops-unexplained', 'syn-queue-full'],
    sources: ['net/ipv4/tcp_input.c: tcp_conn_request', 'Documentation/networking/ip-sysctl.rst: tcp_max_syn_backlog'],
  },
  {
    id: 'net.ipv4.tcp_synack_retries',
    title: { en: 'How often a SYN-ACK is repeated', zh: 'SYN-ACK 的重发次数' },
    what: {
      en: 'The life of a half-open request: 5 repetitions at 1, 3, 7, 15 and 31 s, gone at 63 s. When the SYN queue is more than half full the kernel repeats less by itself.',
      zh: '决定半开请求的寿命：在 1、3、7、15、31 秒重发五次，63 秒时消失。SYN 队列过半时内核会自动减少重发。',
    },
    since: null,
    raisedBy: {
      en: 'Default 5, per namespace since 4.6. TCP_DEFER_ACCEPT has its own way of extending it.',
      zh: '默认 5，4.6 起按命名空间。TCP_DEFER_ACCEPT 另有延长的办法。',
    },
    read: {
      en: 'TCPSynRetrans counts these repetitions along with those of SYNs: subtract it from RetransSegs before speaking of loss.',
      zh: '重发次数与 SYN 的重发一起记在 TCPSynRetrans：谈丢包之前先从 RetransSegs 中减去。',
    },
    act: {
      en: 'Lowering it to 1 or 2 is copied from advice against floods of 20 years ago; it drops clients behind lossy links and frees little that cookies have not freed.',
      zh: '把它降到 1 或 2 是二十年前防泛洪的旧方子；会误伤弱网客户端，而 cookie 已经解决了占用问题。',
    },
    rules: ['retransmissions-high', 'syn-recv-stuck'],
    sources: [
      'Documentation/networking/ip-sysctl.rst: tcp_synack_retries',
      'net/ipv4/inet_connection_sock.c: reqsk_timer_handler',
    ],
  },
  {
    id: 'net.ipv4.tcp_syn_retries',
    title: { en: 'How long connect() tries', zh: 'connect() 尝试多久' },
    what: {
      en: 'Repetitions of a SYN before ETIMEDOUT. 6 means 127 s up to Linux 6.4 and, with tcp_syn_linear_timeouts, about 131 s and ten repetitions since.',
      zh: '返回 ETIMEDOUT 之前 SYN 的重发次数。6 在 6.4 及以前是 127 秒；之后因 tcp_syn_linear_timeouts 变为约 131 秒、共重发十次。',
    },
    since: null,
    raisedBy: {
      en: 'Default 6, per namespace since 4.6; a program may set its own with TCP_SYNCNT or TCP_USER_TIMEOUT.',
      zh: '默认 6，4.6 起按命名空间；程序可用 TCP_SYNCNT 或 TCP_USER_TIMEOUT 自行设定。',
    },
    read: {
      en: '`ss -tno state syn-sent` shows the repetition each attempt has reached.',
      zh: '`ss -tno state syn-sent` 可看到每次尝试已重发到第几次。',
    },
    act: {
      en: 'Set a connect timeout in the program rather than this for the whole pod.',
      zh: '应在程序里设置连接超时，而不是为整个 Pod 改它。',
    },
    rules: ['syn-sent-stuck'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_syn_retries', 'tcp(7)'],
  },
  {
    id: 'net.ipv4.tcp_syn_linear_timeouts',
    title: { en: 'SYNs that are repeated each second before the pauses double', zh: '间隔加倍之前按每秒重发的 SYN 数' },
    what: {
      en: 'The first repetitions of a SYN come at even intervals of one second, and only later ones at 2, 4, 8 s.',
      zh: '最初几次 SYN 重发间隔固定为一秒，之后才是 2、4、8 秒。',
    },
    since: 'Linux 6.5',
    raisedBy: {
      en: 'Default 4, per namespace. It concerns clients only; SYN-ACKs keep the doubling schedule.',
      zh: '默认 4，按命名空间。只影响客户端，SYN-ACK 仍按加倍间隔。',
    },
    read: {
      en: 'A full accept queue at the server collects up to ten ListenOverflows from one attempt of such a client, where older clients made six or seven.',
      zh: '服务端 accept 队列满时，这样的客户端一次尝试最多带来十余次 ListenOverflows，旧客户端只有六七次。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_syn_linear_timeouts'],
  },
  {
    id: 'net.ipv4.tcp_fastopen',
    also: ['net.ipv4.tcp_fastopen_key', 'net.ipv4.tcp_fastopen_blackhole_timeout_sec'],
    title: { en: 'Data in the SYN', zh: 'SYN 中携带数据（TFO）' },
    what: {
      en: 'A bit mask: 1 lets programs here send data with a SYN, 2 lets listeners take such data. Listeners still have to ask by TCP_FASTOPEN unless 0x400 is set.',
      zh: '位掩码：1 允许本机程序在 SYN 中带数据，2 允许监听者接收。除非设了 0x400，监听者仍须用 TCP_FASTOPEN 声明。',
    },
    since: 'Linux 3.6',
    raisedBy: {
      en: 'Default 1, per namespace since 4.15. Servers since 3.7.',
      zh: '默认 1，4.15 起按命名空间；服务端自 3.7 起支持。',
    },
    read: {
      en: 'TCPFastOpenListenOverflow tells that the separate queue of the listener was full, which Recv-Q does not show.',
      zh: 'TCPFastOpenListenOverflow 增长说明监听者单独的 TFO 队列已满，这在 Recv-Q 里看不出来。',
    },
    act: {
      en: 'Middleboxes drop SYNs with data; when connects hang for one second through one path only, try without.',
      zh: '有的中间设备会丢弃带数据的 SYN；若只有某条路径的连接总是卡一秒，关掉它试试。',
    },
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_fastopen', 'RFC 7413'],
  },
]
