import type { Glossary } from '../define-term.ts'

/** How segments are handled inside the kernel: shares for tuning, seldom faults. */
export const FAST_PATH: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPHPHits',
      title: { en: 'A data segment took the short path', zh: '一个数据报文走了快速路径' },
      what: {
        en: 'Everything was as predicted, so the kernel hardly had to look. Cheap and healthy.',
        zh: '一切符合预期，内核几乎无需检查。开销小，状态健康。',
      },
      since: null,
      raisedBy: { en: 'Bulk reception in order.', zh: '按序的大批量接收。' },
      read: {
        en: 'A drop of its share among InSegs while load is the same means that something, often out-of-order arrival, forces the long path.',
        zh: '负载不变而它占 InSegs 的比例下降，说明有因素（多为乱序）迫使走慢速路径。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_rcv_established'],
    },
    {
      id: 'TcpExtTCPPureAcks',
      title: { en: 'An ACK without data took the long path', zh: '一个不带数据的 ACK 走了慢速路径' },
      what: {
        en: 'It brought something besides progress: a SACK, a window change, the end of a handshake.',
        zh: '它除推进确认外还带来别的信息：SACK、窗口变化、握手结束。',
      },
      since: null,
      raisedBy: {
        en: 'Any sender; connections with traffic both ways make most of them.',
        zh: '任何发送方；双向有流量的连接占大多数。',
      },
      read: {
        en: 'Rather a measure of how much this host sends; a fault shows elsewhere.',
        zh: '主要反映本机发送了多少；故障会在别处显现。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_ack'],
    },
    {
      id: 'TcpExtTCPHPAcks',
      title: { en: 'An ACK without data took the short path', zh: '一个不带数据的 ACK 走了快速路径' },
      what: { en: 'It only moved the window forward, as foreseen.', zh: '它只是如预期那样推进了窗口。' },
      since: null,
      raisedBy: { en: 'One-way sending without loss.', zh: '无丢包的单向发送。' },
      read: {
        en: 'With TCPPureAcks it makes all bare ACKs; falling in favour of the other it hints at gaps at the peers.',
        zh: '与 TCPPureAcks 合起来是全部纯 ACK；此消彼长时，提示对端存在空洞。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_ack'],
    },
    {
      id: 'TcpExtTCPRcvCoalesce',
      title: { en: 'A received segment was joined to the one before it', zh: '收到的报文与前一个合并' },
      what: {
        en: 'Fewer buffers, one wake-up less: a gain that needs no attention.',
        zh: '少占缓冲、少一次唤醒：是好处，无需关注。',
      },
      since: null,
      raisedBy: { en: 'Data that arrives faster than the program reads.', zh: '数据到得比程序读得快。' },
      read: {
        en: 'Relative to InSegs it tells how far programs lag behind in reading, in the gentlest form.',
        zh: '相对 InSegs 的比例，最温和地反映程序读取滞后的程度。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_coalesce'],
    },
    {
      id: 'TcpExtTCPBacklogCoalesce',
      title: { en: 'Segments waiting for a locked socket were joined', zh: '等待被锁套接字的报文合并了' },
      what: {
        en: 'Programs were inside a call while data came; merging saves room in the side list.',
        zh: '数据到来时程序正在调用中；合并可节省旁路队列的空间。',
      },
      since: '5.0',
      raisedBy: { en: 'Fast senders towards busy threads.', zh: '快速的发送方面对忙碌的线程。' },
      read: {
        en: 'Look at TCPBacklogDrop first: while that stands still, nothing is lost here.',
        zh: '先看 TCPBacklogDrop：它不动，这里就没有丢失。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_add_backlog'],
    },
    {
      id: 'TcpExtTCPOFOQueue',
      title: { en: 'A segment arrived ahead of a missing one and was kept', zh: '报文先于缺失者到达，被暂存' },
      what: {
        en: 'The program cannot read past the gap until it is filled.',
        zh: '空洞填上之前，程序无法读到后面的数据。',
      },
      since: null,
      raisedBy: { en: 'Loss on the way in, or reordering.', zh: '入方向丢包，或乱序。' },
      read: {
        en: 'Its share of InSegs is the best sign of incoming loss that a receiver has; one percent already hurts bulk transfers.',
        zh: '占 InSegs 的比例是接收方判断入方向丢包的最佳指标；达到百分之一大流量传输就会受影响。',
      },
      act: {
        en: 'Check `rx_dropped` and ring sizes (`ethtool -S`, `ethtool -g`) here before blaming the path.',
        zh: '先查本机 `rx_dropped` 与环形缓冲（`ethtool -S`、`ethtool -g`），再怪链路。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_data_queue_ofo'],
    },
    {
      id: 'TcpExtTCPOFODrop',
      title: { en: 'An out-of-order segment was dropped for lack of buffer', zh: '缓冲不足，丢弃一个乱序报文' },
      what: {
        en: 'There was no memory to keep it until the gap is filled; the sender must repeat it as well.',
        zh: '没有内存留它到空洞填上，发送方也得重发它。',
      },
      since: null,
      raisedBy: {
        en: 'A receive buffer filled by a slow reader, or TCP memory at its mark, in addition to loss.',
        zh: '读取缓慢占满接收缓冲，或 TCP 内存到线，再加上丢包。',
      },
      read: {
        en: 'Moves together with PruneCalled; alone it points to tcp_mem or the memory cgroup.',
        zh: '与 PruneCalled 同动；单独增长则指向 tcp_mem 或内存 cgroup。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_data_queue_ofo'],
    },
    {
      id: 'TcpExtTCPOFOMerge',
      title: {
        en: 'Out-of-order segments overlapped and the common part was dropped',
        zh: '乱序报文有重叠，重叠部分被丢弃',
      },
      what: {
        en: 'The peer cut the same bytes differently the second time.',
        zh: '对端第二次以不同方式切分了同样的字节。',
      },
      since: null,
      raisedBy: {
        en: 'Retransmission with another segment size, for instance after a change of path MTU.',
        zh: '以不同段长重传，例如路径 MTU 变化之后。',
      },
      read: {
        en: 'A small part of TCPOFOQueue, in which it is contained; nothing follows from it by itself.',
        zh: '它包含在 TCPOFOQueue 中且占比很小，单独看没有结论。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_data_queue_ofo'],
    },
    {
      id: 'TcpExtTCPAutoCorking',
      title: {
        en: 'A small write waited for an earlier packet to leave, to travel with more',
        zh: '小块写入等前一个报文发出，以便合并',
      },
      what: {
        en: 'While a packet of the connection is still in a local queue, small writes gather. The delay is microseconds to a few milliseconds.',
        zh: '本连接还有报文在本机队列时，小写入会聚集；延迟从微秒到几毫秒。',
      },
      since: '3.14',
      raisedBy: { en: 'Programs that write a few bytes at a time.', zh: '每次只写几个字节的程序。' },
      read: {
        en: 'Seldom felt; for latency-critical small writes try tcp_autocorking = 0 and measure.',
        zh: '很少被察觉；对延迟敏感的小写入可试 tcp_autocorking = 0 并实测。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_should_autocork', 'Documentation/networking/ip-sysctl.rst: tcp_autocorking'],
    },
    {
      id: 'TcpExtBusyPollRxPackets',
      title: {
        en: 'A packet was fetched by a program that polls the device itself',
        zh: '由程序直接轮询网卡取得一个报文',
      },
      what: {
        en: 'Latency is bought with CPU time: the thread asks the network card instead of waiting for the interrupt.',
        zh: '以 CPU 换延迟：线程直接询问网卡，而不等中断。',
      },
      since: '3.11',
      raisedBy: {
        en: 'net.core.busy_poll, net.core.busy_read or SO_BUSY_POLL.',
        zh: 'net.core.busy_poll、net.core.busy_read 或 SO_BUSY_POLL。',
      },
      read: {
        en: 'Zero unless asked for. If it is not zero, a CPU at 100 % in such a thread is intended.',
        zh: '未启用则为零；不为零时，该线程占满一个 CPU 属预期。',
      },
      act: null,
      rules: [],
      sources: ['net/core/dev.c: napi_busy_loop', 'man 7 socket: SO_BUSY_POLL'],
    },
  ],
}
