import type { Glossary } from '../define-term.ts'

/** Openings, endings and segments: the Tcp lines of /proc/net/snmp that others are held against. */
export const CONNECTIONS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpActiveOpens',
      title: { en: 'A program here began to connect to somewhere', zh: '本机程序发起了一次连接' },
      what: {
        en: 'One connect() that got as far as a SYN. Whether anybody answered it does not say.',
        zh: '一次 connect() 走到了发出 SYN 这一步；是否有人应答则不得而知。',
      },
      since: null,
      raisedBy: {
        en: 'Clients on this host: proxies towards their back ends, agents, health checks of kubelet.',
        zh: '本机上的客户端：连向后端的代理、各类 agent、kubelet 的健康检查。',
      },
      read: {
        en: 'The base for AttemptFails and TCPSynRetrans. In `nstat -s` readings a minute apart it gives new outgoing connections per minute.',
        zh: '它是 AttemptFails 与 TCPSynRetrans 的分母。相隔一分钟读两次 `nstat -s`，差值就是每分钟新建的对外连接数。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_set_state', 'RFC 4022'],
    },
    {
      id: 'TcpPassiveOpens',
      title: {
        en: 'A handshake was completed and found room in an accept queue',
        zh: '一次握手完成，并进入了 accept 队列',
      },
      what: {
        en: 'A client got in. It does not mean that a program has accepted the connection; it may still wait in the queue.',
        zh: '一个客户端连上了，但不代表程序已经 accept：它可能还在队列中等待。',
      },
      since: null,
      raisedBy: {
        en: 'The last ACK of a handshake at any listener of this namespace.',
        zh: '本命名空间内任一监听套接字收到握手的最后一个 ACK。',
      },
      read: {
        en: 'The measure for ListenOverflows and ListenDrops: overflows that grow while this stands still mean a listener nobody serves; both growing mean one that is too slow.',
        zh: '衡量 ListenOverflows 与 ListenDrops 的标尺：溢出在涨而它不动，说明监听套接字无人服务；两者都涨，说明服务太慢。',
      },
      act: null,
      rules: ['accept-queue-growing', 'listen-overflows', 'listener-never-accepts'],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_create_openreq_child'],
    },
    {
      id: 'TcpAttemptFails',
      title: { en: 'An opening ended before the connection was established', zh: '连接在建立之前就已结束' },
      what: {
        en: 'From SYN_SENT the program got “connection refused”, “timed out” or “no route”; from SYN_RECV the client reset. A half-open request that merely expires is not counted.',
        zh: '在 SYN_SENT 阶段，程序得到“拒绝连接”“超时”或“无路由”；在 SYN_RECV 阶段则是客户端发了 RST。仅仅过期的半连接请求不计入。',
      },
      since: null,
      raisedBy: {
        en: 'A port where nobody listens, a REJECT rule, dead targets, scanners.',
        zh: '无人监听的端口、REJECT 规则、失效的目标、扫描器。',
      },
      read: {
        en: 'As a share of ActiveOpens it tells how often own connects fail; if EmbryonicRsts grows as fast, the failures come from clients instead.',
        zh: '占 ActiveOpens 的比例即本机连接失败率；若 EmbryonicRsts 以同样速度增长，失败则来自客户端一侧。',
      },
      act: {
        en: '`ss -tn state syn-sent` shows the silent targets; for refused ones ask the client’s log which address it was.',
        zh: '`ss -tn state syn-sent` 可见无应答的目标；被拒绝的要去客户端日志里查地址。',
      },
      rules: ['port-not-listening'],
      sources: ['net/ipv4/tcp.c: tcp_done', 'net/ipv4/tcp_minisocks.c: tcp_check_req'],
    },
    {
      id: 'TcpEstabResets',
      title: { en: 'An established connection ended without a proper close', zh: '已建立的连接未经正常关闭就结束' },
      what: {
        en: 'It went straight from ESTABLISHED or CLOSE_WAIT to closed. `netstat -s` says “connection resets received”, yet resets sent by this side and timeouts count as well.',
        zh: '连接从 ESTABLISHED 或 CLOSE_WAIT 直接变为关闭。`netstat -s` 写作“connection resets received”，但本端发出的 RST 和超时也算在内。',
      },
      since: null,
      raisedBy: {
        en: 'Peers that crash or abort, keepalive or retransmission that gives up, SO_LINGER 0, killed connections.',
        zh: '对端崩溃或中止、keepalive 或重传最终放弃、SO_LINGER 0、连接被强制关闭。',
      },
      read: {
        en: 'Split it with TCPAbortOnTimeout, TCPAbortOnClose and TCPAbortOnData; what is left are resets from outside.',
        zh: '用 TCPAbortOnTimeout、TCPAbortOnClose、TCPAbortOnData 拆分；剩下的才是外面发来的 RST。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_set_state'],
    },
    {
      id: 'TcpCurrEstab',
      title: {
        en: 'Connections that are open now, a level and not a count',
        zh: '当前打开的连接数，是瞬时值而非累计值',
      },
      what: {
        en: 'Sockets in ESTABLISHED or CLOSE_WAIT at this moment, those that wait in accept queues included.',
        zh: '此刻处于 ESTABLISHED 或 CLOSE_WAIT 的套接字数，包括还在 accept 队列里的。',
      },
      since: null,
      raisedBy: {
        en: 'It goes up when a handshake ends and down when either side closes; differences between readings are not rates.',
        zh: '握手完成时加，任一方关闭时减；两次读数之差不是速率。',
      },
      read: {
        en: "A slow climb that never falls is a leak: `ss -Htan | awk '{print $1}' | sort | uniq -c` tells whether CLOSE_WAIT makes it.",
        zh: "只升不降就是泄漏：`ss -Htan | awk '{print $1}' | sort | uniq -c` 可看出是否由 CLOSE_WAIT 造成。",
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_set_state'],
    },
    {
      id: 'TcpInSegs',
      title: { en: 'A TCP segment arrived', zh: '收到一个 TCP 报文段' },
      what: {
        en: 'All of them, broken ones and those for nobody included. With GRO one count may stand for several packets of the wire.',
        zh: '全部计入，包括损坏的和无人接收的。启用 GRO 时，一次计数可能对应线路上的多个报文。',
      },
      since: null,
      raisedBy: {
        en: 'Any traffic of this namespace; what is only forwarded to pods is counted in the pod’s namespace instead.',
        zh: '本命名空间的所有流量；只是转发给 Pod 的，计在 Pod 自己的命名空间里。',
      },
      read: {
        en: 'The base for receive-side shares such as InErrs or PAWSEstab; a rate of zero on a “dead” service says that the traffic does not reach this namespace.',
        zh: 'InErrs、PAWSEstab 等接收侧比例的分母；服务“不通”而它的速率为零，说明流量根本没有到达本命名空间。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_rcv'],
    },
    {
      id: 'TcpOutSegs',
      title: { en: 'A TCP segment was sent for the first time', zh: '首次发出一个 TCP 报文段' },
      what: {
        en: 'New data, ACKs and resets, counted by the packets that a large buffer will be cut into. Retransmitted data is left out.',
        zh: '新数据、ACK 和 RST，大缓冲按切分后的报文数计算；重传的数据不算。',
      },
      since: null,
      raisedBy: { en: 'Everything that this namespace says over TCP.', zh: '本命名空间通过 TCP 发出的一切。' },
      read: {
        en: 'The base of the retransmission rate: (RetransSegs − TCPSynRetrans) ÷ OutSegs over an interval. Above one percent users begin to notice.',
        zh: '重传率的分母：在一段时间内 (RetransSegs − TCPSynRetrans) ÷ OutSegs，超过百分之一用户就会有感觉。',
      },
      act: null,
      rules: ['retransmissions-high'],
      sources: ['net/ipv4/tcp_output.c: __tcp_transmit_skb'],
    },
    {
      id: 'TcpRetransSegs',
      title: { en: 'A segment was sent again', zh: '重传了一个报文段' },
      what: {
        en: 'Something was not acknowledged in time: data, or a SYN or SYN-ACK. Each costs its user at least a round trip, after a timeout 200 ms and more.',
        zh: '有内容未按时得到确认：可能是数据，也可能是 SYN 或 SYN-ACK。每次至少多花一个往返，若是超时重传则至少 200 毫秒。',
      },
      since: null,
      raisedBy: {
        en: 'Loss on the path, a silent peer, a full queue at the far end, tail loss probes that turned out to be needless.',
        zh: '链路丢包、对端无应答、远端队列满，以及事后证明并不必要的尾部丢失探测。',
      },
      read: {
        en: 'First subtract TCPSynRetrans; on nodes with dead peers openings make up nearly all of it. `ss -ti` shows `retrans:` per connection.',
        zh: '先减去 TCPSynRetrans：在有失效对端的节点上，它几乎全由建连构成。`ss -ti` 的 `retrans:` 给出每条连接的情况。',
      },
      act: {
        en: 'Group the connections that retransmit by peer address: one peer is that peer’s problem, all of them are this node’s link.',
        zh: '把重传的连接按对端地址归组：集中于一个对端是对端的问题，全都有则是本节点链路的问题。',
      },
      rules: ['retransmissions-high'],
      sources: ['net/ipv4/tcp_output.c: __tcp_retransmit_skb'],
    },
    {
      id: 'TcpInErrs',
      title: { en: 'A broken TCP segment arrived and was dropped', zh: '收到损坏的 TCP 报文段并丢弃' },
      what: {
        en: 'Its header was too short or its checksum wrong; the sender must repeat it.',
        zh: '报文头过短或校验和错误，发送方必须重发。',
      },
      since: null,
      raisedBy: {
        en: 'Faulty hardware, tunnels and offloads that leave a checksum unfinished, crafted packets.',
        zh: '硬件故障、隧道或卸载功能留下未完成的校验和、人为构造的报文。',
      },
      read: {
        en: 'Compare with InCsumErrors: equal growth names the checksum as the reason, and then offload settings come first.',
        zh: '与 InCsumErrors 比较：增量相同就是校验和的问题，先查卸载设置。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_rcv'],
    },
    {
      id: 'TcpOutRsts',
      title: { en: 'This host sent, or tried to send, a reset', zh: '本机发送（或试图发送）了一个 RST' },
      what: {
        en: 'The other side gets “connection refused” or “connection reset by peer”.',
        zh: '对方会看到“connection refused”或“connection reset by peer”。',
      },
      since: null,
      raisedBy: {
        en: 'A SYN to a closed port, data for a connection that is gone, a program that closes with unread data, a process that ends while connections wait in its accept queue.',
        zh: '发往关闭端口的 SYN、发给已不存在的连接的数据、程序关闭时仍有未读数据、进程结束时 accept 队列里还有连接。',
      },
      read: {
        en: "`tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0 and src host ADDRESS'` names port and reason; a health check with resets gives a steady few per second.",
        zh: "`tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0 and src host ADDRESS'` 可看到端口和原因；以 RST 收尾的健康检查会产生每秒几个的稳定值。",
      },
      act: null,
      rules: ['port-not-listening', 'queue-holds-reset-connections'],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_send_reset', 'net/ipv4/tcp_output.c: tcp_send_active_reset'],
    },
    {
      id: 'TcpInCsumErrors',
      title: { en: 'A TCP segment failed its checksum', zh: 'TCP 报文段校验和错误' },
      what: {
        en: 'The bytes changed on the way, or a device promised to fill in the sum and did not. Connections through it hang or crawl.',
        zh: '字节在途中被改动，或设备承诺填写校验和却没有填。经过它的连接会卡住或极慢。',
      },
      since: '3.10',
      raisedBy: {
        en: 'Typically VXLAN or other tunnels with a driver whose transmit offload is broken; sometimes bad memory in a switch.',
        zh: '典型情形是 VXLAN 等隧道遇上发送卸载有缺陷的驱动；偶尔是交换机内存故障。',
      },
      read: {
        en: 'It belongs at zero. `tcpdump -vv` on the receiving side marks such packets “incorrect”; on the sending side that mark is normal with offload.',
        zh: '它应当为零。接收侧的 `tcpdump -vv` 会标出“incorrect”；发送侧在启用卸载时出现该标记属正常。',
      },
      act: {
        en: 'Try `ethtool -K DEVICE tx-checksum-ip-generic off` on the tunnel device and watch whether it stops.',
        zh: '在隧道设备上试 `ethtool -K DEVICE tx-checksum-ip-generic off`，看是否不再增长。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_rcv'],
    },
  ],
}
