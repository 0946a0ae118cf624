import type { Term } from '../define-term.ts'

/** Settings of buffers and of the memory behind them. */
export const MEMORY_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.tcp_mem',
    title: { en: 'Memory of all TCP buffers together, in pages', zh: '全部 TCP 缓冲区的内存（页）' },
    what: {
      en: 'Three numbers: below the first TCP is free, above the second it saves (windows shrink, buffers are trimmed), at the third allocations fail and connections are reset.',
      zh: '三个数：低于第一个时不受约束，高于第二个时开始节省（窗口缩小、缓冲区被裁剪），到第三个时分配失败、连接被重置。',
    },
    since: null,
    raisedBy: {
      en: 'One for the whole machine, pods included, computed from memory at boot. The unit is the page, 4 KiB on most machines: writing bytes here allows 4096 times too much.',
      zh: '全机一份，包括所有 Pod，启动时按内存计算。单位是页，多数机器为 4 KiB：按字节填写等于放大了 4096 倍。',
    },
    read: {
      en: '“mem” of the TCP line in `cat /proc/net/sockstat` against the three. TCPMemoryPressures counts entries into saving; the log says “out of memory -- consider tuning tcp_mem”.',
      zh: '用 `cat /proc/net/sockstat` 中 TCP 行的 mem 与三个数对照。TCPMemoryPressures 记录进入节省状态的次数；日志为 “out of memory -- consider tuning tcp_mem”。',
    },
    act: {
      en: 'Find who holds it first: `ss -tm`, sorted by the r and w of skmem. Usually it is unread data of a program that stands still, and a larger limit only delays the end.',
      zh: '先找是谁占用：`ss -tm`，按 skmem 的 r 和 w 排序。通常是某个停住的程序没读数据，调大上限只是推迟结局。',
    },
    rules: ['tcp-memory-pressure'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_mem', 'net/core/sock.c: __sk_mem_raise_allocated'],
  },
  {
    id: 'net.ipv4.tcp_rmem',
    title: { en: 'Receive buffer of a TCP socket: least, first, most', zh: 'TCP 接收缓冲区：最小、初始、最大' },
    what: {
      en: 'Bounds between which the kernel sizes the buffer by itself. The most decides how much unread data one connection may pile up, and with it how large Recv-Q may get.',
      zh: '内核自动调整缓冲区的范围。最大值决定一个连接能积压多少未读数据，也就决定了 Recv-Q 能有多大。',
    },
    since: null,
    raisedBy: {
      en: 'Default 4096, 131072 and up to 6 MiB (up to 32 MiB on recent kernels), by memory; per namespace since 4.15. SO_RCVBUF switches the tuning off for a socket and is bounded by net.core.rmem_max instead.',
      zh: '默认 4096、131072，最大值按内存可达 6 MiB（新内核可达 32 MiB）；4.15 起按命名空间。设置 SO_RCVBUF 会关闭该套接字的自动调整，改受 net.core.rmem_max 限制。',
    },
    read: {
      en: 'rb of skmem in `ss -tm` is what a socket has now; rcv_space in `ss -ti` what the tuning aims at.',
      zh: '`ss -tm` 中 skmem 的 rb 是套接字当前的值，`ss -ti` 的 rcv_space 是自动调整的目标。',
    },
    act: {
      en: 'Raise the most only for bandwidth times delay beyond it. A Recv-Q that stays high is a program that does not read; more buffer hides it longer.',
      zh: '只有带宽时延积超过它时才调大最大值。Recv-Q 居高不下是程序不读，缓冲再大也只是掩盖得更久。',
    },
    rules: ['receive-queue-pruned'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_rmem', 'net/ipv4/tcp_input.c: tcp_rcv_space_adjust'],
  },
  {
    id: 'net.ipv4.tcp_wmem',
    title: { en: 'Send buffer of a TCP socket: least, first, most', zh: 'TCP 发送缓冲区：最小、初始、最大' },
    what: {
      en: 'How much a program may write before the peer acknowledges. When the buffer is full write() blocks or returns EAGAIN.',
      zh: '对端确认之前程序最多能写入多少。缓冲区满后 write() 阻塞或返回 EAGAIN。',
    },
    since: null,
    raisedBy: {
      en: 'Default 4096, 16384 and up to 4 MiB; per namespace since 4.15. It grows with the congestion window.',
      zh: '默认 4096、16384，最大可达 4 MiB；4.15 起按命名空间。随拥塞窗口增长。',
    },
    read: {
      en: 'tb of skmem, and sndbuf_limited in `ss -ti`: only where that share is large does this setting slow anything.',
      zh: '看 skmem 的 tb 和 `ss -ti` 的 sndbuf_limited：只有后者占比很大时，才是它拖慢了发送。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_wmem', 'tcp(7)'],
  },
  {
    id: 'net.core.rmem_max',
    also: ['net.core.wmem_max', 'wmem_max'],
    title: { en: 'Most that a program may ask for by SO_RCVBUF or SO_SNDBUF', zh: 'SO_RCVBUF、SO_SNDBUF 可请求的上限' },
    what: {
      en: 'Caps the option, not the automatic tuning of TCP. It matters for UDP, whose buffers do not grow by themselves.',
      zh: '限制的是该选项，而不是 TCP 的自动调整。对 UDP 有意义，因为 UDP 缓冲区不会自己变大。',
    },
    since: null,
    raisedBy: {
      en: 'Default 212992 up to recent kernels, 4 MiB on 6.18; one for the machine, readable in other namespaces on new kernels only. The kernel doubles what is asked for.',
      zh: '以往默认 212992，6.18 为 4 MiB；全机一份，其他命名空间只在新内核上可读。内核会把请求值加倍。',
    },
    read: {
      en: '`ss -um`: rb twice this number means that the program asked for all it could get.',
      zh: '`ss -um` 中 rb 若是它的两倍，说明程序已要到了上限。',
    },
    act: {
      en: 'Raising it does nothing for programs that never set the option, which is most TCP servers.',
      zh: '对从不设置该选项的程序（多数 TCP 服务器）调大它毫无作用。',
    },
    rules: ['udp-receive-buffer-full'],
    sources: ['socket(7)', 'net/core/sock.c: sk_setsockopt'],
  },
  {
    id: 'net.core.rmem_default',
    also: ['net.core.wmem_default', 'wmem_default'],
    title: { en: 'Buffer of sockets other than TCP that ask for nothing', zh: '未指定时非 TCP 套接字的缓冲区' },
    what: {
      en: 'The receive (or send) buffer of a UDP, raw or Unix socket as it is made. TCP has tcp_rmem for that.',
      zh: 'UDP、raw、Unix 套接字创建时的接收（或发送）缓冲区。TCP 由 tcp_rmem 决定。',
    },
    since: null,
    raisedBy: {
      en: 'Default 212992 bytes, counted with the kernel’s overhead: some hundred small datagrams. One for the machine.',
      zh: '默认 212992 字节，含内核开销：只够放几百个小报文。全机一份。',
    },
    read: {
      en: 'UdpRcvbufErrors grows, and `d` of `ss -uam` names the socket whose buffer ran over.',
      zh: 'UdpRcvbufErrors 增长，`ss -uam` 的 `d` 指出是哪个套接字溢出。',
    },
    act: {
      en: 'Better let the one program set SO_RCVBUF than enlarge every socket of the node.',
      zh: '宁可让那个程序自己设 SO_RCVBUF，也不要放大整个节点的所有套接字。',
    },
    rules: ['udp-receive-buffer-full'],
    sources: ['socket(7)', 'net/core/sock.c: sock_init_data'],
  },
  {
    id: 'net.ipv4.udp_mem',
    title: { en: 'Memory of all UDP buffers together, in pages', zh: '全部 UDP 缓冲区的内存（页）' },
    what: {
      en: 'Above the third number datagrams are dropped whatever room their socket has.',
      zh: '超过第三个数，无论套接字自己还有没有空间，报文都会被丢弃。',
    },
    since: null,
    raisedBy: {
      en: 'One for the machine, by memory at boot; pages, not bytes.',
      zh: '全机一份，启动时按内存计算；单位是页而非字节。',
    },
    read: {
      en: '“mem” of the UDP line in `cat /proc/net/sockstat`; drops for this reason are UdpMemErrors.',
      zh: '看 `cat /proc/net/sockstat` 中 UDP 行的 mem；因此丢弃的记在 UdpMemErrors。',
    },
    act: null,
    rules: ['udp-receive-buffer-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: udp_mem', 'net/ipv4/udp.c: __udp_enqueue_schedule_skb'],
  },
  {
    id: 'net.ipv4.tcp_low_latency',
    title: { en: 'Has had no effect for years', zh: '早已不起作用' },
    what: {
      en: 'It once switched the prequeue off, by which TCP handed segments to the reading process. The prequeue went with Linux 4.14; the file remains for old scripts.',
      zh: '曾用来关闭 prequeue（TCP 把报文段交给读进程处理的机制）。4.14 删除了 prequeue，文件只为兼容旧脚本而保留。',
    },
    since: null,
    raisedBy: { en: 'Nothing. Default 0.', zh: '什么也不影响。默认 0。' },
    read: {
      en: 'Found in a sysctl.d it dates the list it was copied from.',
      zh: '若出现在 sysctl.d 里，只说明那份清单有多旧。',
    },
    act: { en: 'Remove it.', zh: '删掉即可。' },
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_low_latency'],
  },
]
