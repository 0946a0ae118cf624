import type { Glossary } from '../define-term.ts'

/** Receive buffers that overflow, memory pressure, and segments dropped before a program read them. */
export const RECEIVE_MEMORY: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtPruneCalled',
      title: {
        en: 'A receive buffer ran over its limit and the kernel began to make room',
        zh: '接收缓冲超限，内核开始腾挪空间',
      },
      what: {
        en: 'Nothing is lost at this step; queued segments are packed tighter at the cost of CPU time.',
        zh: '这一步还没有丢失；内核耗费 CPU 把排队的报文压得更紧。',
      },
      since: null,
      raisedBy: {
        en: 'A program that reads slower than its peer sends, or many small segments that waste buffer memory.',
        zh: '程序读得比对端发得慢，或大量小报文浪费缓冲。',
      },
      read: {
        en: 'Find the reader: `ss -tnmp` with Recv-Q near `rb` of skmem. If RcvPruned and OfoPruned stand still, only speed suffers.',
        zh: '找出读得慢的程序：`ss -tnmp` 中 Recv-Q 接近 skmem 的 `rb`。RcvPruned 与 OfoPruned 不动，则只影响速度。',
      },
      act: {
        en: 'Make the program read sooner; a higher third value of tcp_rmem helps only against bursts.',
        zh: '让程序更及时地读取；调大 tcp_rmem 的第三个值只能应付突发。',
      },
      rules: ['receive-queue-pruned'],
      sources: ['net/ipv4/tcp_input.c: tcp_prune_queue', 'Documentation/networking/snmp_counter.rst'],
    },
    {
      id: 'TcpExtRcvPruned',
      title: {
        en: 'Received data was thrown away because packing did not free enough room',
        zh: '压缩后仍腾不出空间，收到的数据被丢弃',
      },
      what: {
        en: 'The peer must send it again, so the transfer crawls although the network is fine.',
        zh: '对端必须重发，于是网络正常而传输极慢。',
      },
      since: null,
      raisedBy: {
        en: 'The last resort after PruneCalled and OfoPruned failed for a socket over its receive limit.',
        zh: '套接字超出接收上限，PruneCalled 与 OfoPruned 都无济于事时的最后手段。',
      },
      read: {
        en: 'Any growth is a reader that does not keep up: look for large Recv-Q in `ss -tnp state established`.',
        zh: '只要增长就有读取跟不上的程序：在 `ss -tnp state established` 中找 Recv-Q 大的连接。',
      },
      act: {
        en: 'Treat the slow program; then check that SO_RCVBUF has not been fixed too small by it.',
        zh: '处理慢的程序，再确认它没有把 SO_RCVBUF 固定得过小。',
      },
      rules: ['receive-queue-pruned'],
      sources: ['net/ipv4/tcp_input.c: tcp_prune_queue'],
    },
    {
      id: 'TcpExtOfoPruned',
      title: { en: 'Out-of-order data was discarded to free a receive buffer', zh: '为释放接收缓冲，乱序数据被丢弃' },
      what: {
        en: 'Segments behind a gap are forgotten although they had been acknowledged by SACK. The sender has to repeat all of them.',
        zh: '空洞之后的报文虽已用 SACK 确认，仍被放弃，发送方须全部重发。',
      },
      since: null,
      raisedBy: {
        en: 'Loss on the path together with a full or small receive buffer.',
        zh: '链路丢包，同时接收缓冲已满或过小。',
      },
      read: {
        en: 'Read along with TCPOFOQueue: much out-of-order arrival and pruning at once makes long transfers stall for whole seconds. The sender sees TCPSACKReneging.',
        zh: '与 TCPOFOQueue 一起看：乱序多又在清理，长传输会停顿数秒。发送端看到的是 TCPSACKReneging。',
      },
      act: null,
      rules: ['receive-queue-pruned'],
      sources: ['net/ipv4/tcp_input.c: tcp_prune_ofo_queue'],
    },
    {
      id: 'TcpExtTCPRcvCollapsed',
      title: {
        en: 'A queued segment was merged into another to save memory',
        zh: '一个排队的报文被并入另一个，以节省内存',
      },
      what: {
        en: 'Many small received packets occupy far more memory than bytes; copying them together frees it.',
        zh: '许多小报文占用的内存远大于其字节数；拷贝合并可将其释放。',
      },
      since: null,
      raisedBy: {
        en: 'Senders of tiny writes, drivers that use a full page for each packet, slow readers.',
        zh: '频繁小写的发送方、每个报文占用整页的驱动、读取缓慢的程序。',
      },
      read: {
        en: 'High values with steady throughput are only CPU cost; `perf top` shows tcp_collapse when it has become too much.',
        zh: '吞吐稳定而数值高，只是 CPU 开销；过多时 `perf top` 能看到 tcp_collapse。',
      },
      act: null,
      rules: ['receive-queue-pruned'],
      sources: ['net/ipv4/tcp_input.c: tcp_collapse_one'],
    },
    {
      id: 'TcpExtTCPBacklogDrop',
      title: {
        en: 'A segment was dropped because its socket was locked for too long',
        zh: '套接字被占用太久，一个报文被丢弃',
      },
      what: {
        en: 'While a program is inside a call on the socket, segments wait in a side list, limited by the buffer sizes. It has nothing to do with the backlog of listen().',
        zh: '程序正在对该套接字执行系统调用时，报文暂存于旁路队列，长度受缓冲大小限制。它与 listen() 的 backlog 毫无关系。',
      },
      since: null,
      raisedBy: {
        en: 'A very fast sender, small SO_RCVBUF or SO_SNDBUF, or a thread that lost its CPU in the middle of a call (throttled cgroup, stolen time).',
        zh: '发送方极快、SO_RCVBUF 或 SO_SNDBUF 过小，或线程在调用中途失去 CPU（cgroup 限流、steal）。',
      },
      read: {
        en: 'The sender sees loss and retransmits. Check `nr_throttled` in cpu.stat of the pod at the same time.',
        zh: '发送方视为丢包并重传。同时查看 Pod 的 cpu.stat 中的 `nr_throttled`。',
      },
      act: {
        en: 'Remove the CPU limit or the fixed buffer size before suspecting the network.',
        zh: '先去掉 CPU 限制或固定的缓冲大小，再怀疑网络。',
      },
      rules: [],
      sources: ['include/net/sock.h: sk_add_backlog', 'net/ipv4/tcp_ipv4.c: tcp_add_backlog'],
    },
    {
      id: 'TcpExtTCPRcvQDrop',
      title: {
        en: 'In-order data was dropped because no memory could be charged for it',
        zh: '按序到达的数据因申请不到内存而被丢弃',
      },
      what: {
        en: 'The receive queue could not grow: the socket’s limit, the pod’s memory cgroup or tcp_mem said no.',
        zh: '接收队列无法增长：受限于套接字上限、Pod 的内存 cgroup 或 tcp_mem。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'A memory cgroup at its limit, global TCP memory shortage, or a reader that is stuck.',
        zh: '内存 cgroup 到顶、全局 TCP 内存不足，或读取端卡住。',
      },
      read: {
        en: 'Compare `memory.current` of the pod with `memory.max`, `sock` in its memory.stat, and `mem` in /proc/net/sockstat.',
        zh: '比较 Pod 的 `memory.current` 与 `memory.max`、memory.stat 中的 `sock`，以及 /proc/net/sockstat 的 `mem`。',
      },
      act: {
        en: 'Raise the memory limit of that pod, or make its program read.',
        zh: '提高该 Pod 的内存上限，或让程序读起来。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_data_queue'],
    },
  ],
}
