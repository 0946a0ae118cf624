import type { Glossary } from '../define-term.ts'

/** What a listener with a full or leaving accept queue counts. */
export const LISTEN_QUEUE: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtListenOverflows',
      title: {
        en: 'An accept queue was full and a handshake packet was thrown away',
        zh: 'accept 队列已满，一个握手报文被丢弃',
      },
      what: {
        en: 'A SYN, or the last ACK of a handshake, met a listener whose accept queue had no room. It counts packets: one client that retries adds several.',
        zh: 'SYN 或握手的最后一个 ACK 到达时，监听套接字的 accept 队列没有空位。它数的是报文：同一客户端重试会累加多次。',
      },
      since: null,
      raisedBy: {
        en: 'The program does not call accept() as fast as connections arrive, or its backlog is shorter than a burst. From kernel 4.10 mostly the SYN is dropped, so connect() hangs; before that the client believed itself connected.',
        zh: '程序调用 accept() 的速度跟不上新连接，或 backlog 容不下一次突发。4.10 起多半丢 SYN，客户端的 connect() 卡住；更早的内核则让客户端以为已经连上。',
      },
      read: {
        en: 'Hold the growth between two readings against TcpPassiveOpens of the same time; then find the listener with `ss -ltn` (Recv-Q above Send-Q) or `ss -ltnm` (`d` of skmem). A total since boot says nothing about today.',
        zh: '用两次读数之间的增量去比同期的 TcpPassiveOpens；再用 `ss -ltn`（Recv-Q 大于 Send-Q）或 `ss -ltnm`（skmem 的 `d`）找出是哪个监听套接字。开机以来的总数说明不了今天。',
      },
      act: {
        en: 'Find out why accept() is late before the backlog is raised: a longer queue in front of a stuck program only delays the same failure.',
        zh: '先弄清 accept() 为何慢，再考虑加大 backlog：程序卡死时，队列更长只会让同样的失败来得更晚。',
      },
      rules: ['listen-overflows', 'accept-queue-full', 'accept-queue-growing', 'backlog-too-small'],
      sources: ['net/ipv4/tcp_input.c: tcp_conn_request', 'net/ipv4/tcp_ipv4.c: tcp_v4_syn_recv_sock'],
    },
    {
      id: 'TcpExtListenDrops',
      title: {
        en: 'A listener lost a connection request for any reason',
        zh: '监听套接字因某种原因丢失了一个连接请求',
      },
      what: {
        en: 'Every drop that is charged to a listener: all of ListenOverflows, and besides a full SYN queue without cookies, no route back, no memory, or a SYN to a broadcast address.',
        zh: '记在监听套接字名下的全部丢弃：ListenOverflows 的每一次，外加未启用 cookie 时 SYN 队列满、没有回程路由、内存不足、发往广播地址的 SYN 等。',
      },
      since: null,
      raisedBy: {
        en: 'Each tcp_listendrop() of the kernel; up to 4.11 also the per-host timestamp check of tcp_tw_recycle, and an ICMP error that ends a half-open connection.',
        zh: '内核每次调用 tcp_listendrop()；4.11 及以前还包括 tcp_tw_recycle 的按主机时间戳检查，以及 ICMP 错误终结半连接的情况。',
      },
      read: {
        en: 'Subtract ListenOverflows: what remains is not the accept queue. Set that rest against TCPReqQFullDrop and PAWSPassive before guessing.',
        zh: '先减去 ListenOverflows，余下的与 accept 队列无关；把余数与 TCPReqQFullDrop、PAWSPassive 对照后再下结论。',
      },
      act: {
        en: 'Treat the overflow part and the rest as two problems; for a rest that no counter explains trace kfree_skb reasons (`perf trace -e skb:kfree_skb`) while it grows.',
        zh: '把溢出部分与余数当作两个问题处理；余数若无计数器可解释，就在其增长时跟踪丢包原因（`perf trace -e skb:kfree_skb`）。',
      },
      rules: ['listen-drops-unexplained', 'listen-overflows', 'tw-recycle-nat'],
      sources: ['include/net/tcp.h: tcp_listendrop', 'net/ipv4/tcp_input.c: tcp_conn_request'],
    },
    {
      id: 'TcpExtTCPDeferAcceptDrop',
      title: {
        en: 'A bare handshake ACK was ignored because the listener waits for data',
        zh: '监听套接字在等数据，因而忽略了一个不带数据的握手 ACK',
      },
      what: {
        en: 'A listener with TCP_DEFER_ACCEPT does not count a connection as finished until its first request byte is there. The client is connected by its own lights and loses nothing.',
        zh: '设置了 TCP_DEFER_ACCEPT 的监听套接字要等首个请求字节到达才算握手完成。客户端认为已连上，也没有损失。',
      },
      since: null,
      raisedBy: {
        en: 'Clients that connect and do not speak at once: health checks, connection pools, port scans.',
        zh: '连上后不立即发数据的客户端：健康检查、连接池、端口扫描。',
      },
      read: {
        en: 'Rows stay in SYN_RECV, outside the accept queue, and look like a SYN flood: `ss -tn state syn-recv` together with this counter tells the two apart.',
        zh: '这些连接停在 SYN_RECV，不在 accept 队列里，看上去像 SYN flood：把 `ss -tn state syn-recv` 与本计数器对着看即可区分。',
      },
      act: null,
      rules: ['syn-recv-stuck'],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_check_req', 'man 7 tcp: TCP_DEFER_ACCEPT'],
    },
    {
      id: 'TcpExtTCPMigrateReqSuccess',
      title: {
        en: 'A waiting connection was handed to another listener when its own closed',
        zh: '监听套接字关闭时，一个等待中的连接被移交给了另一个监听套接字',
      },
      what: {
        en: 'A connection that nobody had accepted yet survived a restart of its server: it moved to another socket of the same SO_REUSEPORT group.',
        zh: '尚未被 accept 的连接熬过了服务重启：它被移到同一 SO_REUSEPORT 组的另一个套接字。',
      },
      since: '5.14',
      raisedBy: {
        en: 'Closing a listener while net.ipv4.tcp_migrate_req is 1 or a BPF program selects the heir.',
        zh: '在 net.ipv4.tcp_migrate_req 为 1 或由 BPF 程序挑选接手者时关闭监听套接字。',
      },
      read: {
        en: 'Growth during a rolling restart is what was wanted; compare with TCPMigrateReqFailure to see who was left behind.',
        zh: '滚动重启期间增长正是所期望的；对照 TCPMigrateReqFailure 看还有多少没能移走。',
      },
      act: null,
      rules: [],
      sources: [
        'net/ipv4/inet_connection_sock.c: inet_csk_listen_stop',
        'Documentation/networking/ip-sysctl.rst: tcp_migrate_req',
      ],
    },
    {
      id: 'TcpExtTCPMigrateReqFailure',
      title: {
        en: 'A waiting connection could not be moved and was lost with its listener',
        zh: '一个等待中的连接没能移交，随监听套接字一起丢失',
      },
      what: {
        en: 'The heir of the SO_REUSEPORT group had no room or could not take it, so the client of a connection in the queue gets a reset or has to try again.',
        zh: 'SO_REUSEPORT 组里的接手者没有空位或无法接收，队列中那条连接的客户端会收到 RST 或只能重试。',
      },
      since: '5.14',
      raisedBy: {
        en: 'A full accept queue at the socket that should inherit, or a migration that lost a race; without tcp_migrate_req it never moves.',
        zh: '应接手的套接字 accept 队列已满，或迁移时竞争失败；未启用 tcp_migrate_req 时它恒为 0。',
      },
      read: {
        en: "Look at Recv-Q of the remaining members with `ss -ltn 'sport = :PORT'` at the moment of the restart.",
        zh: "在重启当刻用 `ss -ltn 'sport = :PORT'` 看其余成员的 Recv-Q。",
      },
      act: {
        en: 'Restart members one after the other and leave time for the queues to drain, or give the remaining ones a longer backlog.',
        zh: '逐个重启并留出时间让队列排空，或给留下的成员更大的 backlog。',
      },
      rules: ['accept-queue-full'],
      sources: ['net/ipv4/inet_connection_sock.c: inet_csk_listen_stop', 'net/ipv4/tcp_minisocks.c: tcp_check_req'],
    },
  ],
}
