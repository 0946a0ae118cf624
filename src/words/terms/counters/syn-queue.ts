import type { Glossary } from '../define-term.ts'

/** Half-open connections: the SYN queue, cookies, and handshakes that end early. */
export const SYN_QUEUE: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPReqQFullDrop',
      title: {
        en: 'A SYN was dropped because the SYN queue was full and cookies are off',
        zh: 'SYN 队列已满且未启用 cookie，一个 SYN 被丢弃',
      },
      what: {
        en: 'With net.ipv4.tcp_syncookies = 0 a full queue of half-open connections turns new clients away without an answer. They see a connect() that hangs for a second or more.',
        zh: 'net.ipv4.tcp_syncookies = 0 时，半连接队列一满，新客户端就得不到任何应答，表现为 connect() 卡住一秒以上。',
      },
      since: null,
      raisedBy: {
        en: 'A SYN flood, clients whose last ACK gets lost on the way back, or honest load in front of a small backlog.',
        zh: 'SYN flood、最后一个 ACK 在途中丢失的客户端，或 backlog 过小而遇到的正常负载。',
      },
      read: {
        en: 'Part of ListenDrops, never of ListenOverflows. Count half-open rows per port with `ss -Htn state syn-recv` and compare with Send-Q of the listener.',
        zh: '计入 ListenDrops，从不计入 ListenOverflows。用 `ss -Htn state syn-recv` 按端口数半连接，再与监听套接字的 Send-Q 比较。',
      },
      act: {
        en: '`sysctl -w net.ipv4.tcp_syncookies=1` lets real clients through at once; then see who leaves handshakes unfinished.',
        zh: '`sysctl -w net.ipv4.tcp_syncookies=1` 可立即放行真实客户端；之后再查是谁没有完成握手。',
      },
      rules: ['listen-drops-unexplained', 'syn-queue-full', 'syn-flood'],
      sources: ['net/ipv4/tcp_input.c: tcp_syn_flood_action'],
    },
    {
      id: 'TcpExtTCPReqQFullDoCookies',
      title: {
        en: 'The SYN queue was full and the client got a cookie instead of a slot',
        zh: 'SYN 队列已满，客户端得到 cookie 而不是队列位置',
      },
      what: {
        en: 'Nothing is lost yet: the SYN-ACK carries all that the kernel needs to rebuild the request when the ACK returns. With tcp_syncookies = 2 every SYN is handled so.',
        zh: '此时尚无损失：SYN-ACK 中编码了 ACK 返回时重建请求所需的一切。tcp_syncookies = 2 时所有 SYN 都这样处理。',
      },
      since: null,
      raisedBy: {
        en: 'More unfinished handshakes at one listener than its backlog, by attack, by loss on the path, or because the backlog is a handful.',
        zh: '某个监听套接字上未完成的握手多于其 backlog：可能是攻击、链路丢包，也可能只是 backlog 太小。',
      },
      read: {
        en: 'The log line “Possible SYN flooding on port …” names the listener. Where SyncookiesRecv keeps up with SyncookiesSent the clients are real and the backlog is too small.',
        zh: '内核日志中“Possible SYN flooding on port …”会指明端口。若 SyncookiesRecv 跟得上 SyncookiesSent，说明客户端是真的，只是 backlog 太小。',
      },
      act: {
        en: 'Give a busy listener a longer backlog; leave the cookies on.',
        zh: '为繁忙的监听套接字加大 backlog，并保持 cookie 开启。',
      },
      rules: ['listen-drops-unexplained', 'syn-queue-full', 'syn-flood'],
      sources: ['net/ipv4/tcp_input.c: tcp_syn_flood_action'],
    },
    {
      id: 'TcpExtSyncookiesSent',
      title: { en: 'A SYN-ACK went out as a SYN cookie', zh: '以 SYN cookie 形式发出了一个 SYN-ACK' },
      what: {
        en: 'The listener kept no memory of the SYN. Such a connection works, though options that do not fit into the timestamp (window scaling, SACK) may be missing from it.',
        zh: '监听端没有为该 SYN 保存任何状态。连接可用，但放不进时间戳的选项（窗口扩大、SACK）可能缺失。',
      },
      since: null,
      raisedBy: {
        en: 'Moves with TCPReqQFullDoCookies: the queue of half-open connections was over its limit at that moment.',
        zh: '与 TCPReqQFullDoCookies 同步增长：那一刻半连接数超过了队列上限。',
      },
      read: {
        en: 'Held against SyncookiesRecv: few ACKs for many cookies is a flood from forged addresses, about as many is honest load.',
        zh: '与 SyncookiesRecv 对照：cookie 多而 ACK 少，是伪造源地址的洪泛；两者相当则是正常负载。',
      },
      act: null,
      rules: ['syn-flood'],
      sources: ['net/ipv4/syncookies.c', 'Documentation/networking/ip-sysctl.rst: tcp_syncookies'],
    },
    {
      id: 'TcpExtSyncookiesRecv',
      title: { en: 'A client answered a SYN cookie with a valid ACK', zh: '客户端用有效的 ACK 回应了 SYN cookie' },
      what: {
        en: 'The client behind a cookie is real. The count rises even if the accept queue has no room: then ListenOverflows rises with it and no connection comes of it.',
        zh: '收到 cookie 的客户端真实存在。即使 accept 队列没有空位它也会加一：此时 ListenOverflows 同时增长，连接并未建立。',
      },
      since: null,
      raisedBy: {
        en: 'The last ACK of handshakes that had begun while the listener answered with cookies.',
        zh: '在监听端以 cookie 应答期间开始的握手，其最后一个 ACK。',
      },
      read: {
        en: "Subtract what ListenOverflows gained meanwhile to learn how many clients got in; `nstat -asz 'TcpExtSyncookies*'` shows all three at once.",
        zh: "减去同期 ListenOverflows 的增量，才是真正建立的连接数；`nstat -asz 'TcpExtSyncookies*'` 可一次看全三项。",
      },
      act: null,
      rules: ['syn-flood'],
      sources: ['net/ipv4/syncookies.c: cookie_v4_check'],
    },
    {
      id: 'TcpExtSyncookiesFailed',
      title: {
        en: 'An ACK to a listener belonged to no handshake and was no valid cookie',
        zh: '发给监听套接字的 ACK 不属于任何握手，也不是有效的 cookie',
      },
      what: {
        en: 'It is answered with a reset. From kernel 4.4 on it counts only at a listener that sent cookies within the last two minutes; older ones count any ACK without a handshake.',
        zh: '以 RST 应答。4.4 起只在监听套接字最近两分钟内发过 cookie 时才计数；更早的内核则把任何没有握手的 ACK 都算上。',
      },
      since: null,
      raisedBy: {
        en: 'ACK scans, connections that survived a restart of this server only on the client’s side, an address that moved here by failover, or load balancers that switch back ends in mid-connection.',
        zh: 'ACK 扫描、服务重启后只在客户端一侧残留的连接、故障切换后漂移过来的地址，或中途更换后端的负载均衡器。',
      },
      read: {
        en: 'Compare with SyncookiesSent: far more failures than cookies are stray ACKs that came in while the listener was under pressure, or forged ones.',
        zh: '与 SyncookiesSent 对照：失败远多于 cookie，就是监听端吃紧期间到来的游离 ACK，或伪造的 ACK。',
      },
      act: null,
      rules: ['syn-flood'],
      sources: ['net/ipv4/syncookies.c: __cookie_v4_check', 'Documentation/networking/snmp_counter.rst'],
    },
    {
      id: 'TcpExtEmbryonicRsts',
      title: {
        en: 'A half-open connection ended by a reset before it was established',
        zh: '半连接在建立之前因 RST 终止',
      },
      what: {
        en: 'The handshake had begun, a SYN-ACK was out, then a RST came, or this side sent one because tcp_abort_on_overflow is set.',
        zh: '握手已经开始、SYN-ACK 也已发出，随后收到 RST，或因设置了 tcp_abort_on_overflow 而由本端发出。',
      },
      since: null,
      raisedBy: {
        en: 'SYN scanners, load-balancer probes that reset instead of finishing, clients that gave up, a second SYN with other numbers on the same ports.',
        zh: 'SYN 扫描器、用 RST 代替完成握手的负载均衡探测、已放弃的客户端，以及同一对端口上序号不同的第二个 SYN。',
      },
      read: {
        en: "A constant small rate with fixed sources is a probe: catch one with `tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0'`. Growth in step with ListenOverflows points to tcp_abort_on_overflow.",
        zh: "速率小而恒定、来源固定，就是探测：用 `tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0'` 抓一个看。与 ListenOverflows 同步增长则指向 tcp_abort_on_overflow。",
      },
      act: null,
      rules: ['abort-on-overflow-set'],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_check_req'],
    },
    {
      id: 'TcpExtTCPSynRetrans',
      title: { en: 'A SYN or a SYN-ACK had to be sent again', zh: '重发了一次 SYN 或 SYN-ACK' },
      what: {
        en: 'Nobody answered in time, so an opening took at least one second longer. It covers both directions: own connects and handshakes of clients.',
        zh: '对方没有及时应答，建连至少多花一秒。两个方向都算：本机发起的连接，以及客户端发来的握手。',
      },
      since: '3.15',
      raisedBy: {
        en: 'A target that is gone or filtered, a full accept queue at the far end, or (old kernels) one here that ignores the last ACK so that the SYN-ACK repeats.',
        zh: '目标已消失或被过滤、远端 accept 队列已满，或（旧内核上）本机队列满而忽略最后一个 ACK，致使 SYN-ACK 反复重发。',
      },
      read: {
        en: 'Which direction it is shows `ss -tn state syn-sent` against `ss -tn state syn-recv`. Take it off RetransSegs before that is called packet loss.',
        zh: '用 `ss -tn state syn-sent` 与 `ss -tn state syn-recv` 判断是哪个方向。先把它从 RetransSegs 中扣除，再谈网络丢包。',
      },
      act: {
        en: 'Look at the destinations of SYN_SENT first: a list of dead peers explains most of it and is cured by removing them from the configuration.',
        zh: '先看 SYN_SENT 的目的地址：多半是一批已失效的对端，从配置中删除即可。',
      },
      rules: ['syn-sent-stuck', 'retransmissions-high', 'syn-unanswered', 'syn-recv-stuck'],
      sources: ['net/ipv4/tcp_output.c: tcp_rtx_synack', 'net/ipv4/tcp_timer.c'],
    },
  ],
}
