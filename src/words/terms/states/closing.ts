import type { Term } from '../define-term.ts'

/** States after the first FIN. */
export const CLOSING_STATES: readonly Term[] = [
  {
    id: 'FIN_WAIT1',
    also: ['FIN-WAIT-1', '04'],
    title: { en: 'Closed here, the FIN is not acknowledged', zh: '本端已关闭，FIN 尚未被确认' },
    what: {
      en: 'close() or shutdown() was called; the FIN is sent, or stands behind data that the peer has not taken yet.',
      zh: '已调用 close() 或 shutdown()；FIN 已发出，或仍排在对端还没收下的数据后面。',
    },
    since: null,
    raisedBy: {
      en: 'The side that closes first. It normally lasts one round trip. It drags on when the peer is gone, or keeps its window at zero: then the rest of the data cannot leave.',
      zh: '先关闭的一方。正常只持续一个往返时间；对端消失或窗口一直为零、剩余数据发不出去时就会拖长。',
    },
    read: {
      en: '`ss -tano state fin-wait-1`. Timer `on` with a growing count: no acknowledgement comes. Timer `persist`: the peer is there and does not read. Without a program the row is an orphan and counts against tcp_max_orphans.',
      zh: '`ss -tano state fin-wait-1`。timer 为 `on` 且次数增加：得不到确认；为 `persist`：对端在线但不读。没有进程的行是孤儿连接，计入 tcp_max_orphans。',
    },
    act: {
      en: 'For orphans to vanished clients tcp_orphan_retries shortens the wait (8 retries by default, although the file says 0). tcp_fin_timeout does nothing here.',
      zh: '若是通往已消失客户端的孤儿连接，可用 tcp_orphan_retries 缩短等待（文件里写 0，实际按 8 次）。tcp_fin_timeout 对该状态不起作用。',
    },
    rules: ['orphaned-sockets'],
    sources: ['RFC 9293, 3.6', 'net/ipv4/tcp_timer.c: tcp_orphan_retries'],
  },
  {
    id: 'FIN_WAIT2',
    also: ['FIN-WAIT-2', '05'],
    title: { en: 'Our FIN is acknowledged, the peer’s is awaited', zh: '本端 FIN 已确认，等待对端 FIN' },
    what: {
      en: 'This side has finished sending. The other has confirmed that and may go on sending as long as it likes; over there the socket is in CLOSE_WAIT.',
      zh: '本端不再发送，对端已确认，但仍可继续发送多久都行；此时对端的套接字处于 CLOSE_WAIT。',
    },
    since: null,
    raisedBy: {
      en: 'The ACK of our FIN. A socket without a program is dropped after tcp_fin_timeout, 60 s; one that a program holds after shutdown(SHUT_WR) has no limit at all.',
      zh: '本端的 FIN 得到 ACK。没有进程的套接字在 tcp_fin_timeout（60 秒）后清除；程序用 shutdown(SHUT_WR) 半关闭并仍持有的则没有任何时限。',
    },
    read: {
      en: '`ss -tanpo state fin-wait-2`. Timer `timewait` means that the kernel has already put the row into a small entry that expires by itself. Rows with a program are half-closed on purpose, or forgotten.',
      zh: '`ss -tanpo state fin-wait-2`。timer 为 `timewait` 表示内核已把它换成会自行过期的小条目。带进程名的行要么是有意半关闭，要么是忘了关。',
    },
    act: {
      en: 'If many come back day after day, the peers do not close: look for CLOSE_WAIT there.',
      zh: '若长期大量出现，是对端不关闭：到对端去看 CLOSE_WAIT。',
    },
    rules: [],
    sources: ['net/ipv4/tcp.c: __tcp_close', 'tcp(7), TCP_LINGER2'],
  },
  {
    id: 'CLOSE_WAIT',
    also: ['CLOSE-WAIT', '08'],
    title: { en: 'The peer has closed, this side has not', zh: '对端已关闭，本端尚未关闭' },
    what: {
      en: 'The peer’s FIN has arrived and was acknowledged; the connection now waits for the program here to call close(). The kernel has no timer for it: it can stay for as long as the program runs.',
      zh: '已收到并确认对端的 FIN，连接在等待本端程序调用 close()。内核没有为它设置任何定时器：只要程序还在运行，它就可能一直存在。',
    },
    since: null,
    raisedBy: {
      en: 'A program that read end-of-file and did not close, one that is stuck elsewhere and has not read yet, or nobody at all: a connection that still waits in an accept queue goes into CLOSE_WAIT, too, when its client gives up.',
      zh: '程序读到 EOF 却没有 close()；程序卡在别处还没去读；或者根本没有程序：仍在 accept 队列里的连接，客户端放弃后也会进入 CLOSE_WAIT。',
    },
    read: {
      en: '`ss -tanp state close-wait`. A row with a program is that program’s to close. A row without one (inode 0) waits in an accept queue. Recv-Q 1 is the FIN alone; more is data that nobody read.',
      zh: '`ss -tanp state close-wait`。带进程名的行由该进程负责关闭；不带的（inode 为 0）还在 accept 队列里。Recv-Q 为 1 表示只有 FIN，更大则是没人读取的数据。',
    },
    act: {
      en: 'Find the program and the path on which it forgets the socket; restarting it frees them. No sysctl shortens this state: tcp_fin_timeout is about FIN_WAIT2, keepalive only finds peers that are gone.',
      zh: '找到程序中漏掉关闭的路径；重启可释放。没有任何 sysctl 能缩短该状态：tcp_fin_timeout 只管 FIN_WAIT2，keepalive 只能发现已消失的对端。',
    },
    rules: ['close-wait-leak', 'listener-never-accepts', 'accept-queue-full'],
    sources: ['RFC 9293, 3.3.2', 'net/ipv4/tcp_input.c: tcp_fin'],
  },
  {
    id: 'CLOSING',
    also: ['0B'],
    title: { en: 'Both sides closed at the same moment', zh: '双方同时关闭' },
    what: {
      en: 'The FINs crossed on the wire: the peer’s has arrived before the acknowledgement of ours.',
      zh: '两个 FIN 在途中交错：对端的 FIN 先到，本端 FIN 的确认还没到。',
    },
    since: null,
    raisedBy: {
      en: 'A simultaneous close. The missing ACK turns it into TIME_WAIT, so a row is rarely seen twice.',
      zh: '同时关闭。缺的 ACK 一到就变成 TIME_WAIT，所以同一行很少能看到两次。',
    },
    read: {
      en: '`ss -tan state closing`. A handful is chance. Rows that stay mean that ACKs from that peer are lost, or that data of ours are still unacknowledged (Send-Q).',
      zh: '`ss -tan state closing`。零星几行纯属巧合。长时间停留说明对端的 ACK 丢失，或本端还有数据未被确认（看 Send-Q）。',
    },
    act: null,
    rules: [],
    sources: ['RFC 9293, 3.6, Figure 13', 'net/ipv4/tcp_input.c: tcp_fin'],
  },
  {
    id: 'LAST_ACK',
    also: ['LAST-ACK', '09'],
    title: { en: 'Closed after the peer; our FIN awaits its ACK', zh: '后关闭的一方，等待最后的确认' },
    what: {
      en: 'The program closed a socket that was in CLOSE_WAIT. Only the acknowledgement of our FIN is missing, and with it the socket is gone: no TIME_WAIT on this side.',
      zh: '程序关闭了处于 CLOSE_WAIT 的套接字，只差本端 FIN 的确认；确认一到就彻底消失，本端不会有 TIME_WAIT。',
    },
    since: null,
    raisedBy: {
      en: 'close() after the peer’s FIN. It lasts when the peer has dropped its end by then and a firewall eats the RST, or when data before the FIN are not taken.',
      zh: '收到对端 FIN 之后的 close()。若对端早已丢弃连接而防火墙又吞掉 RST，或 FIN 之前的数据没人收，就会停留。',
    },
    read: {
      en: '`ss -tano state last-ack`. Many rows right after a leak was ended by a restart are the peers that are long gone; they expire with tcp_orphan_retries.',
      zh: '`ss -tano state last-ack`。重启进程清掉一批泄漏连接后大量出现，说明那些对端早就不在了；会按 tcp_orphan_retries 自行过期。',
    },
    act: null,
    rules: ['close-wait-leak', 'orphaned-sockets'],
    sources: ['RFC 9293, 3.3.2', 'net/ipv4/tcp_input.c: tcp_rcv_state_process'],
  },
  {
    id: 'TIME_WAIT',
    also: ['TIME-WAIT', '06'],
    title: { en: 'Both sides are done; the pair of ports rests', zh: '双方都已关闭，端口对暂时保留' },
    what: {
      en: 'The side that closed first keeps a small record for 60 s, so that late packets of the old connection are not taken for those of a new one. The length is compiled in (TCP_TIMEWAIT_LEN); no sysctl changes it.',
      zh: '先关闭的一方把一条小记录保留 60 秒，避免旧连接迟到的报文被当成新连接的。时长是编译时常量（TCP_TIMEWAIT_LEN），没有任何 sysctl 能改。',
    },
    since: null,
    raisedBy: {
      en: 'Every orderly close that this side began. Its number is the rate of such closes times 60. A SYN with a newer timestamp or sequence number may take the record over.',
      zh: '每一次由本端先发起的正常关闭。数量等于这种关闭的速率乘以 60。带有更新时间戳或序号的 SYN 可以直接接管该记录。',
    },
    read: {
      en: '`ss -tan state time-wait | wc -l`, grouped by peer and port. It costs a few hundred bytes each and no file descriptor. It hurts a client only that runs out of local ports towards one destination.',
      zh: '`ss -tan state time-wait | wc -l`，按对端地址和端口分组看。每条只占几百字节，不占文件描述符；只有客户端对同一目标用尽本地端口时才真正有害。',
    },
    act: {
      en: 'Keep connections open (pools, HTTP keep-alive). Where ports do run out: more of them (ip_local_port_range), more destinations, tcp_tw_reuse=1 on the client. tcp_tw_recycle broke clients behind NAT and was removed in 4.12; tcp_fin_timeout is for another state.',
      zh: '复用连接（连接池、HTTP keep-alive）。端口真的用尽时：扩大 ip_local_port_range、增加目标，或在客户端设 tcp_tw_reuse=1。tcp_tw_recycle 会害了 NAT 后的客户端，4.12 已删除；tcp_fin_timeout 管的是另一个状态。',
    },
    rules: ['tw-recycle-nat', 'local-ports-exhausted', 'time-wait-buckets-full'],
    sources: ['RFC 9293, 3.6.1', 'include/net/tcp.h: TCP_TIMEWAIT_LEN'],
  },
  {
    id: 'CLOSE',
    also: ['CLOSED', 'UNCONN', '07'],
    title: { en: 'Not connected', zh: '未连接' },
    what: {
      en: 'A socket that is bound or fresh, or one whose connection is over while the program still holds it. For UDP, which knows no connection, ss prints UNCONN: that is its normal state.',
      zh: '刚创建或仅绑定的套接字，或连接已结束但程序仍持有的套接字。UDP 没有连接的概念，ss 显示为 UNCONN，那就是它的正常状态。',
    },
    since: null,
    raisedBy: {
      en: 'socket(), a refused connect(), an RST, a timeout. A connection that is reset while it waits in the accept queue comes here, too: it leaves every list but keeps its place in the queue.',
      zh: 'socket()、被拒绝的 connect()、RST、超时。在 accept 队列里被重置的连接也进入这里：它从所有列表中消失，却仍占着队列的位置。',
    },
    read: {
      en: 'TCP sockets in this state are in no table of connections, so neither `ss` nor /proc/net/tcp lists them. A listener’s Recv-Q minus its visible unaccepted connections tells how many wait there unseen.',
      zh: '处于该状态的 TCP 套接字不在任何连接表里，`ss` 和 /proc/net/tcp 都列不出。监听者的 Recv-Q 减去可见的未 accept 连接，就是队列里看不见的数量。',
    },
    act: null,
    rules: ['queue-holds-reset-connections'],
    sources: ['net/ipv4/tcp_input.c: tcp_reset', 'net/ipv4/tcp.c: tcp_done'],
  },
  {
    id: 'BOUND_INACTIVE',
    also: ['BOUND-INACTIVE', '0D'],
    title: { en: 'Has a port, neither listens nor connects', zh: '占着端口，既不监听也不连接' },
    what: {
      en: 'A name that sock_diag uses for sockets which called bind() and nothing after it. The kernel’s own state of them is CLOSE.',
      zh: 'sock_diag 用来称呼只调用了 bind() 的套接字的名字；在内核里它们的状态是 CLOSE。',
    },
    since: 'Linux 6.8',
    raisedBy: {
      en: 'bind() without listen() or connect(). Such a socket takes its port away from others, which then fail with EADDRINUSE while no listener can be found.',
      zh: '只有 bind() 而没有 listen() 或 connect()。它会占住端口，别人绑定时报 EADDRINUSE，却找不到任何监听者。',
    },
    read: {
      en: 'A recent iproute2 has `ss -tB` (bound-inactive); older ones cannot show it, and then only /proc/PID/fd tells that some process holds an unexplained socket.',
      zh: '较新的 iproute2 可用 `ss -tB`（bound-inactive）查看；旧版本看不到，只能从 /proc/PID/fd 推断某进程持有来历不明的套接字。',
    },
    act: null,
    rules: ['port-conflict'],
    sources: ['include/net/tcp_states.h: TCP_BOUND_INACTIVE', 'net/ipv4/inet_diag.c'],
  },
]
