import type { Term } from '../define-term.ts'

/** Fields of `skmem:(…)`, `ss -m`. */
export const MEMORY_COLUMNS: readonly Term[] = [
  {
    id: 'skmem',
    also: ['mem'],
    title: { en: 'Memory of the socket', zh: '套接字占用的内存' },
    what: {
      en: 'Nine numbers of ss -m, in bytes except the last: r and rb for receiving, t, tb and w for sending, f reserve, o options, bl the backlog of a locked socket, d drops (packets).',
      zh: 'ss -m 的九个数，除最后一个外单位都是字节：r、rb 为接收，t、tb、w 为发送，f 为预留，o 为选项，bl 为套接字被锁期间的积压，d 为丢弃（报文数）。',
    },
    since: null,
    raisedBy: {
      en: 'The kernel’s own accounting, which counts whole buffers: 100 bytes of data in a packet of their own may cost 768 or more.',
      zh: '内核自己的记账，按整个缓冲计：单独一个报文里的 100 字节数据可能占 768 字节以上。',
    },
    read: {
      en: '`ss -tm`; the sum of r and w over all sockets is roughly what tcp_mem is held against.',
      zh: '`ss -tm`；所有套接字的 r 与 w 之和大致就是与 tcp_mem 比较的量。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'net/core/sock.c: sk_get_meminfo'],
  },
  {
    id: 'skmem:r',
    also: ['rmem_alloc'],
    title: { en: 'Memory of received packets', zh: '已接收报文占用的内存' },
    what: {
      en: 'What has arrived and was not read yet, with the kernel’s overhead, packets out of order included; so it exceeds Recv-Q.',
      zh: '已到达而未读的报文，含内核开销和乱序报文，因此大于 Recv-Q。',
    },
    since: null,
    raisedBy: {
      en: '`sk_rmem_alloc`: each packet that is queued; recv() releases it.',
      zh: '`sk_rmem_alloc`：报文入队时增加，recv() 后释放。',
    },
    read: {
      en: 'Near rb: the window closes. Far above Recv-Q: many small packets.',
      zh: '接近 rb：窗口将关闭；远大于 Recv-Q：小报文很多。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'include/net/sock.h: sk_rmem_alloc'],
  },
  {
    id: 'skmem:rb',
    also: ['rcv_buf', 'sk_rcvbuf'],
    title: { en: 'Size of the receive buffer', zh: '接收缓冲区大小' },
    what: {
      en: 'The bound of r. For TCP it grows by itself up to the third value of tcp_rmem unless the program set SO_RCVBUF.',
      zh: 'r 的上限。TCP 会自动增长到 tcp_rmem 的第三个值，除非程序设了 SO_RCVBUF。',
    },
    since: null,
    raisedBy: {
      en: '`sk_rcvbuf`; SO_RCVBUF stores twice what was asked.',
      zh: '`sk_rcvbuf`；SO_RCVBUF 会存成请求值的两倍。',
    },
    read: {
      en: 'A small odd number that never changes is a program’s own SO_RCVBUF: automatic sizing is off for it.',
      zh: '一个不变的小数值说明是程序自己设了 SO_RCVBUF：自动调整已关闭。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'socket(7), SO_RCVBUF'],
  },
  {
    id: 'skmem:t',
    also: ['wmem_alloc'],
    title: { en: 'Memory of packets handed to the lower layers', zh: '已交给下层的报文内存' },
    what: {
      en: 'Packets that left TCP and sit in the queueing discipline or in the network card.',
      zh: '已离开 TCP、停在队列规则或网卡里的报文。',
    },
    since: null,
    raisedBy: {
      en: '`sk_wmem_alloc`; falls when the card reports them sent.',
      zh: '`sk_wmem_alloc`；网卡报告发送完成后下降。',
    },
    read: {
      en: 'Large on many sockets at a time: the interface is the bottleneck (`tc -s qdisc`).',
      zh: '许多套接字同时很大：瓶颈在网卡（`tc -s qdisc`）。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'include/net/sock.h: sk_wmem_alloc'],
  },
  {
    id: 'skmem:tb',
    also: ['snd_buf', 'sk_sndbuf'],
    title: { en: 'Size of the send buffer', zh: '发送缓冲区大小' },
    what: {
      en: 'The bound of w: write() waits when it is reached.',
      zh: 'w 的上限：到达后 write() 等待。',
    },
    since: null,
    raisedBy: {
      en: '`sk_sndbuf`, grown with the congestion window up to tcp_wmem’s third value.',
      zh: '`sk_sndbuf`，随拥塞窗口增长，最大到 tcp_wmem 的第三个值。',
    },
    read: {
      en: 'Together with sndbuf_limited: a full buffer limits only while that share grows.',
      zh: '与 sndbuf_limited 一起看：后者在增长才说明被缓冲区限制。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'net/ipv4/tcp_input.c: tcp_sndbuf_expand'],
  },
  {
    id: 'skmem:f',
    also: ['fwd_alloc'],
    title: { en: 'Memory reserved ahead', zh: '预留的内存' },
    what: {
      en: 'Taken from the protocol’s total but not in use yet: a page or so per socket.',
      zh: '已从协议总量中预支但尚未使用，每个套接字约一页。',
    },
    since: null,
    raisedBy: {
      en: '`sk_forward_alloc`; Linux 6.0 and later give it back sooner.',
      zh: '`sk_forward_alloc`；6.0 起更快归还。',
    },
    read: {
      en: 'With very many idle connections on old kernels the sum of it fills tcp_mem although nothing is queued.',
      zh: '旧内核上空闲连接极多时，仅这一项之和就可能占满 tcp_mem，尽管没有排队数据。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'net/core/sock.c: __sk_mem_reclaim'],
  },
  {
    id: 'skmem:w',
    also: ['wmem_queued'],
    title: { en: 'Memory of the send queue', zh: '发送队列占用的内存' },
    what: {
      en: 'Everything written and not acknowledged, sent or not, with overhead. Send-Q is the same in bytes of data.',
      zh: '已写入而未确认的全部内容（无论是否已发），含开销。Send-Q 是同一批数据的净字节数。',
    },
    since: null,
    raisedBy: { en: '`sk_wmem_queued`; acknowledgements release it.', zh: '`sk_wmem_queued`；收到确认后释放。' },
    read: {
      en: 'Sort by it to find the peers that do not read: their memory is yours.',
      zh: '按它排序可找出不读数据的对端：它们占的是你的内存。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'include/net/sock.h: sk_wmem_queued'],
  },
  {
    id: 'skmem:o',
    also: ['opt_mem'],
    title: { en: 'Memory of options', zh: '选项占用的内存' },
    what: {
      en: 'Socket options that need storage: filters, MD5 keys, multicast lists. Bounded by net.core.optmem_max.',
      zh: '需要存储的套接字选项：过滤器、MD5 密钥、组播列表。受 net.core.optmem_max 限制。',
    },
    since: null,
    raisedBy: {
      en: '`sk_omem_alloc`; zero-copy sends are accounted here, too.',
      zh: '`sk_omem_alloc`；零拷贝发送也记在这里。',
    },
    read: {
      en: '0 for ordinary programs; setsockopt() failing with ENOMEM points here.',
      zh: '普通程序为 0；setsockopt() 报 ENOMEM 时该看它。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'include/net/sock.h: sk_omem_alloc'],
  },
  {
    id: 'skmem:bl',
    also: ['back_log'],
    title: { en: 'Backlog of a socket that was locked', zh: '套接字被锁期间的积压' },
    what: {
      en: 'Packets that came while a process was inside a system call on this very socket. In spite of the name it has nothing to do with listen()’s backlog.',
      zh: '进程正在该套接字的系统调用中时到达的报文。虽叫 backlog，与 listen() 的 backlog 无关。',
    },
    since: null,
    raisedBy: {
      en: '`sk_backlog.len`; emptied when the call lets the lock go.',
      zh: '`sk_backlog.len`；系统调用释放锁时清空。',
    },
    read: {
      en: 'Nearly always 0. Overruns are TCPBacklogDrop.',
      zh: '几乎总是 0。溢出记在 TCPBacklogDrop。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -m', 'net/ipv4/tcp_ipv4.c: tcp_add_backlog'],
  },
  {
    id: 'skmem:d',
    also: ['sock_drop', 'drops'],
    title: { en: 'Packets dropped by this socket', zh: '该套接字丢弃的报文数' },
    what: {
      en: 'On a listener: dropped SYNs and final ACKs, which names the port where ListenDrops only gives the sum. On UDP: datagrams for which the buffer had no room.',
      zh: '监听者：丢弃的 SYN 和最后的 ACK，能指明端口，而 ListenDrops 只有总数。UDP：缓冲区放不下的报文。',
    },
    since: 'Linux 4.7',
    raisedBy: {
      en: '`sk_drops`. A final ACK that finds the accept queue full counts twice, a SYN once; so d is not ListenDrops split by port.',
      zh: '`sk_drops`。最后的 ACK 遇到队列已满会计两次，SYN 计一次；因此 d 不等于按端口拆分的 ListenDrops。',
    },
    read: {
      en: 'Twice, some seconds apart: `ss -ltnm`. It counts since the socket was made; only growth is happening now.',
      zh: '隔几秒执行两次 `ss -ltnm`。它从套接字创建起累计，只有增长才是正在发生。',
    },
    act: {
      en: 'A listener whose d grows while Recv-Q exceeds Send-Q is where clients wait.',
      zh: '某监听者 d 在增长且 Recv-Q 大于 Send-Q，客户端就卡在这里。',
    },
    rules: ['accept-queue-full', 'listen-overflows', 'udp-receive-buffer-full'],
    sources: ['net/core/sock.c: sk_get_meminfo', 'commit 9caad864151e (“tcp: increment sk_drops for listeners”)'],
  },
]
