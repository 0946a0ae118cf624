import type { Glossary } from '../define-term.ts'

/** Segments refused for their timestamp or for a sequence number outside the window. */
export const TIMESTAMPS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtPAWSPassive',
      also: ['PAWSPassiveRejected'],
      title: {
        en: 'A SYN was refused by the per-host timestamp check of tcp_tw_recycle',
        zh: '一个 SYN 被 tcp_tw_recycle 的按主机时间戳检查拒绝',
      },
      what: {
        en: 'With net.ipv4.tcp_tw_recycle = 1 a SYN whose timestamp is older than the last one seen from that address is dropped. Clients behind one NAT share an address but not a clock, so some of them time out at random.',
        zh: 'net.ipv4.tcp_tw_recycle = 1 时，若 SYN 的时间戳早于该地址最近一次出现的时间戳就会被丢弃。同一 NAT 后的客户端共用地址却不共用时钟，于是随机地有人连接超时。',
      },
      since: null,
      raisedBy: {
        en: 'Only kernels up to 4.11 with that sysctl, and only within 60 seconds after a connection of that address went into TIME_WAIT here. SYNs without timestamps are hit, too.',
        zh: '仅限 4.11 及以前且打开该参数的内核，并且只在该地址有连接于本机进入 TIME_WAIT 后的 60 秒内。不带时间戳的 SYN 同样会中招。',
      },
      read: {
        en: 'Each hit also raises ListenDrops and leaves ListenOverflows alone. `sysctl net.ipv4.tcp_tw_recycle`: where the file is missing (4.12 and later) this counter is gone, too.',
        zh: '每次命中同时使 ListenDrops 加一而 ListenOverflows 不变。执行 `sysctl net.ipv4.tcp_tw_recycle`：若无此文件（4.12 起），本计数器也已移除。',
      },
      act: {
        en: '`sysctl -w net.ipv4.tcp_tw_recycle=0`, on every node; turning off timestamps at the clients does not help.',
        zh: '在所有节点上执行 `sysctl -w net.ipv4.tcp_tw_recycle=0`；在客户端关闭时间戳无济于事。',
      },
      rules: ['tw-recycle-nat'],
      sources: ['include/uapi/linux/snmp.h', 'RFC 7323, 5'],
    },
    {
      id: 'TcpExtPAWSActive',
      also: ['PAWSActiveRejected'],
      title: {
        en: 'A SYN-ACK was refused because it echoed a timestamp this host never sent',
        zh: 'SYN-ACK 回显了本机从未发送过的时间戳，因而被拒绝',
      },
      what: {
        en: 'The kernel answers it with a reset, so the first attempt of that outgoing connection is wasted.',
        zh: '内核以 RST 应答，这条对外连接的首次尝试就此作废。',
      },
      since: null,
      raisedBy: {
        en: 'An old SYN-ACK that arrives late on reused ports, or a middlebox that writes timestamps of its own.',
        zh: '端口复用后迟到的旧 SYN-ACK，或擅自改写时间戳的中间设备。',
      },
      read: {
        en: "It should stand still; where it moves, capture handshakes with `tcpdump -nvi any 'tcp[tcpflags] & tcp-syn != 0'` and compare `TS val` with `ecr`.",
        zh: "正常时应保持不动；若在增长，用 `tcpdump -nvi any 'tcp[tcpflags] & tcp-syn != 0'` 抓握手，比较 `TS val` 与 `ecr`。",
      },
      act: null,
      rules: ['paws-rejects'],
      sources: ['net/ipv4/tcp_input.c: tcp_rcv_synsent_state_process'],
    },
    {
      id: 'TcpExtPAWSEstab',
      also: ['PAWSEstabRejected'],
      title: {
        en: 'A segment of an existing connection was dropped for an old timestamp',
        zh: '已有连接的一个报文因时间戳过旧被丢弃',
      },
      what: {
        en: 'Its timestamp is older than one already seen on that connection. Before the finer counters came it also covered TIME_WAIT and half-open connections.',
        zh: '报文的时间戳早于该连接上已见过的。在更细的计数器出现之前，它还涵盖 TIME_WAIT 和半连接。',
      },
      since: null,
      raisedBy: {
        en: 'Most often harmless reordering of old duplicates; in a burst it is another client behind the same NAT that got the same ports while the old connection still stands here.',
        zh: '多数是迟到的旧副本，无害；成批出现时，则是同一 NAT 后的另一客户端分到了相同端口，而本端旧连接尚在。',
      },
      read: {
        en: 'On newer kernels add PAWSOldAck and PAWSTimewait for the same sum. Held against InSegs a share of a few per million is noise.',
        zh: '在较新的内核上须加上 PAWSOldAck 与 PAWSTimewait 才是同一口径。占 InSegs 百万分之几属于噪声。',
      },
      act: {
        en: 'Where clients hang behind a NAT, let the NAT keep closed ports longer or give it more addresses.',
        zh: '若 NAT 后的客户端出现卡顿，让 NAT 延长已关闭端口的保留时间，或增加其地址数。',
      },
      rules: ['paws-rejects'],
      sources: ['net/ipv4/tcp_input.c: tcp_validate_incoming', 'RFC 7323, 5.3'],
    },
    {
      id: 'TcpExtPAWSOldAck',
      title: { en: 'A late pure ACK was thrown away for its timestamp', zh: '一个迟到的纯 ACK 因时间戳过旧被丢弃' },
      what: {
        en: 'The ACK carries no data and was overtaken by a newer one; dropping it costs nobody anything. It was split off from PAWSEstab so that this noise no longer hides real rejects.',
        zh: '该 ACK 不带数据，且已被更新的 ACK 超越，丢掉它没有任何损失。把它从 PAWSEstab 中拆出，就是为了不让噪声掩盖真正的拒绝。',
      },
      since: '6.13–6.18',
      raisedBy: {
        en: 'Paths that reorder packets: bonded links, multi-queue devices, several routes of equal cost.',
        zh: '会打乱报文顺序的路径：链路聚合、多队列网卡、等价多路径。',
      },
      read: {
        en: 'Nothing to judge by itself; a high number only says that ACKs overtake each other on the way.',
        zh: '它本身不说明问题；数值大只表示 ACK 在途中互相超越。',
      },
      act: null,
      rules: ['paws-rejects'],
      sources: ['net/ipv4/tcp_input.c', 'include/net/dropreason-core.h'],
    },
    {
      id: 'TcpExtPAWSTimewait',
      title: {
        en: 'A packet for a TIME_WAIT connection was refused for its timestamp',
        zh: '发往 TIME_WAIT 连接的报文因时间戳被拒绝',
      },
      what: {
        en: 'The ports of a connection that is just over were used again, and the new SYN does not look newer than the old connection. The client is answered by an ACK, resets, and has to start again.',
        zh: '刚结束的连接的端口被再次使用，而新的 SYN 看起来并不比旧连接新。客户端收到 ACK 后会发 RST 并重新开始。',
      },
      since: '6.13–6.18',
      raisedBy: {
        en: 'Clients behind a NAT that hands out a port again within 60 seconds, or a client host whose timestamps start anew after a reboot.',
        zh: 'NAT 在 60 秒内重新分配同一端口，或客户端主机重启后时间戳重新起算。',
      },
      read: {
        en: 'Look which addresses own the entries in `ss -tn state time-wait`; one address with thousands is a NAT or a load balancer.',
        zh: '用 `ss -tn state time-wait` 看条目属于哪些地址；单个地址有上千条的就是 NAT 或负载均衡器。',
      },
      act: {
        en: 'Let the side that opens connections also close them first, so that TIME_WAIT stays there.',
        zh: '让发起连接的一方先关闭，使 TIME_WAIT 留在那一侧。',
      },
      rules: ['paws-rejects'],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_timewait_state_process'],
    },
    {
      id: 'TcpExtTSEcrRejected',
      title: {
        en: 'A handshake ACK was refused because it echoes a timestamp that no SYN-ACK carried',
        zh: '握手 ACK 回显的时间戳从未出现在任何 SYN-ACK 中，因而被拒绝',
      },
      what: {
        en: 'The kernel remembers which timestamps its SYN-ACKs carried and takes no other. The half-open connection stays and waits for a better ACK.',
        zh: '内核记得自己的 SYN-ACK 用过哪些时间戳，其他一概不认。半连接保留，继续等待正确的 ACK。',
      },
      since: '6.13–6.18',
      raisedBy: {
        en: 'A middlebox or proxy that rewrites timestamps in one direction only, or forged ACKs.',
        zh: '只在单方向改写时间戳的中间设备或代理，或伪造的 ACK。',
      },
      read: {
        en: 'Clients that fail at once on this kernel and worked on an older one make it a suspect: take a capture on both sides of the device and compare the options.',
        zh: '若客户端在旧内核上正常、换到此内核就立即失败，它便有嫌疑：在设备两侧抓包比较选项。',
      },
      act: {
        en: 'Switch off the rewriting (“TCP timestamp normalisation”) at the firewall.',
        zh: '在防火墙上关闭时间戳改写功能（TCP timestamp normalization）。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_check_req'],
    },
    {
      id: 'TcpExtBeyondWindow',
      title: { en: 'A segment ended beyond the receive window and was dropped', zh: '报文超出接收窗口末端而被丢弃' },
      what: {
        en: 'The peer sent more than it had been allowed. It gets an ACK that names the window, and must send the data again.',
        zh: '对端发送的数据超出许可范围。它会收到标明窗口的 ACK，并须重发。',
      },
      since: '6.17',
      raisedBy: {
        en: 'A window that shrank under memory pressure, a peer or accelerator that ignores windows, or blind injection.',
        zh: '内存紧张时缩小的窗口、无视窗口的对端或加速设备，或盲注入。',
      },
      read: {
        en: 'Early versions also counted old sequence numbers such as zero-window probes, so on those a number alone proves no fault.',
        zh: '早期版本把零窗口探测之类的旧序号也算在内，因此在那些内核上单凭数值不能断定有故障。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_validate_incoming', 'commit 6c758062c64d'],
    },
  ],
}
