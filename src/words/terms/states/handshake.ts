import type { Term } from '../define-term.ts'

/** States before both sides know that they are connected. */
export const HANDSHAKE_STATES: readonly Term[] = [
  {
    id: 'LISTEN',
    also: ['LISTENING', '0A'],
    title: { en: 'Waits for connections', zh: '等待连接' },
    what: {
      en: 'A program called listen(): the kernel now answers SYNs to this port and keeps finished handshakes in the accept queue until accept() takes them. The socket itself never carries data.',
      zh: '程序调用了 listen()：内核开始应答发往该端口的 SYN，握手完成的连接留在 accept 队列里，直到 accept() 取走。这个套接字本身从不传数据。',
    },
    since: null,
    raisedBy: {
      en: 'listen(fd, backlog). The limit of the queue is taken then and there, min(backlog, somaxconn); a later change of somaxconn passes the socket by until listen() is called again.',
      zh: 'listen(fd, backlog)。队列上限在调用那一刻定下，取 min(backlog, somaxconn)；之后再改 somaxconn，只要不重新调用 listen() 就不生效。',
    },
    read: {
      en: '`ss -ltn`. Here Recv-Q counts connections that wait for accept() and Send-Q is the limit. With SO_REUSEPORT one port has several such rows, each with a queue of its own: look at the worst, not at the sum.',
      zh: '`ss -ltn`。这一行的 Recv-Q 是等待 accept() 的连接数，Send-Q 是上限。使用 SO_REUSEPORT 时一个端口有多行，各有各的队列：要看最差的那个，而不是总和。',
    },
    act: null,
    rules: ['accept-queue-full', 'accept-queue-growing', 'listener-never-accepts'],
    sources: ['listen(2)', 'net/ipv4/inet_connection_sock.c: inet_csk_listen_start'],
  },
  {
    id: 'SYN_SENT',
    also: ['SYN-SENT', '02'],
    title: { en: 'The SYN is out, nothing has come back', zh: 'SYN 已发出，尚无回应' },
    what: {
      en: 'A program here called connect() and the peer has been silent so far. A refusal or an ICMP error would have ended the attempt at once, so a row that stays means that something swallows packets.',
      zh: '本机程序调用了 connect()，对端至今没有任何回应。若被拒绝或收到 ICMP 错误，会立刻结束；因此停留在此状态说明报文被悄悄丢掉了。',
    },
    since: null,
    raisedBy: {
      en: 'connect(). With the usual tcp_syn_retries of 6 the kernel gives up after 127 s before Linux 6.5, after about 131 s since, when four further retries at intervals of one second came in.',
      zh: 'connect()。tcp_syn_retries 取默认值 6 时，6.5 之前的内核在 127 秒后放弃；6.5 起多了四次间隔 1 秒的重试，约 131 秒后放弃。',
    },
    read: {
      en: '`ss -tanpo state syn-sent`. Send-Q is 1, for the SYN; the third field of the timer is how often it was sent again. One program to many addresses at one port: it holds a stale list of peers. Many programs to one address: that host, or the way to it.',
      zh: '`ss -tanpo state syn-sent`。Send-Q 为 1，即 SYN 本身；timer 的第三项是重发次数。同一程序连许多地址的同一端口：它手里的成员列表已过时；许多程序连同一地址：问题在那台主机或途中。',
    },
    act: {
      en: 'Ask the target’s side first: is the host up, does a firewall or security group drop, is the listener’s accept queue full? Fewer tcp_syn_retries only make the failure come sooner.',
      zh: '先查目标一侧：主机是否在线，防火墙或安全组是否丢包，监听者的 accept 队列是否已满。减小 tcp_syn_retries 只会让失败来得更早。',
    },
    rules: ['syn-sent-stuck', 'stale-bgp-peer', 'accept-queue-full'],
    sources: ['RFC 9293, 3.3.2', 'net/ipv4/tcp_timer.c: tcp_write_timeout'],
  },
  {
    id: 'SYN_RECV',
    also: ['SYN-RECV', 'SYN_RCVD', 'SYN_RECEIVED', '03'],
    title: { en: 'SYN-ACK sent, the final ACK is missing', zh: '已发 SYN-ACK，等待最后一个 ACK' },
    what: {
      en: 'A half-open request. It lives in the SYN queue, apart from the accept queue, and is not counted in the listener’s Recv-Q.',
      zh: '半开连接请求。它在 SYN 队列里，与 accept 队列分开，也不计入监听者的 Recv-Q。',
    },
    since: null,
    raisedBy: {
      en: 'A SYN to a listener. It is left by the client’s ACK, or after five repeated SYN-ACKs, 63 s. A listener with TCP_DEFER_ACCEPT keeps requests here until data come. On a kernel without the change of 4.10 they also stay when the accept queue has no room for the ACK.',
      zh: '监听者收到 SYN。收到客户端的 ACK 后离开，或重发五次 SYN-ACK、共 63 秒后放弃。设了 TCP_DEFER_ACCEPT 的监听者会让请求停在这里直到数据到来；没有 4.10 那项改动的内核上，accept 队列放不下 ACK 时也会停留。',
    },
    read: {
      en: '`ss -tano state syn-recv`. Rows have inode 0 and no program. Compare their number with the listener’s limit, and see whether the same addresses come again and again.',
      zh: '`ss -tano state syn-recv`。这些行 inode 为 0，也没有进程。把数量与监听者的上限比较，再看是否总是那些地址。',
    },
    act: {
      en: 'Together with a full accept queue, cure the accept() side. Many unknown addresses that never answer are a flood or a broken return path; tcp_syncookies=1 is enough against the former.',
      zh: '若 accept 队列也满，先解决 accept() 慢的问题。大量从不回应的陌生地址是泛洪或回程路径有问题；前者有 tcp_syncookies=1 就够了。',
    },
    rules: ['accept-queue-full', 'listen-overflows', 'syn-recv-stuck', 'syn-flood'],
    sources: ['net/ipv4/inet_connection_sock.c: reqsk_timer_handler', 'tcp(7), TCP_DEFER_ACCEPT'],
  },
  {
    id: 'NEW_SYN_RECV',
    also: ['0C'],
    title: { en: 'The kernel’s own name for a half-open request', zh: '内核内部对半开请求的称呼' },
    what: {
      en: 'Since requests stand in the ordinary hash table of connections they carry this number, 12, inside the kernel. To the outside it is given as 3, SYN_RECV: no tool prints it.',
      zh: '自从连接请求也进了普通的连接哈希表，它们在内核内部就用 12 这个编号；对外一律报成 3，即 SYN_RECV，任何工具都不会打印出这个名字。',
    },
    since: 'Linux 4.1',
    raisedBy: {
      en: 'Every SYN that is remembered. The old SYN_RECV is left for the moment in which a Fast Open child exists before its handshake is over.',
      zh: '每个被记下的 SYN。旧的 SYN_RECV 只剩一种用途：Fast Open 的子套接字在握手完成之前就已存在。',
    },
    read: {
      en: 'You meet it in eBPF programs and in traces of `inet_sock_set_state` only; there, count 12 and 3 together.',
      zh: '只有在 eBPF 程序和 `inet_sock_set_state` 的跟踪里才会遇到；统计时把 12 和 3 合在一起。',
    },
    act: null,
    rules: [],
    sources: ['include/net/tcp_states.h', 'net/ipv4/inet_diag.c: inet_req_diag_fill'],
  },
  {
    id: 'ESTABLISHED',
    also: ['ESTAB', '01'],
    title: { en: 'The handshake is complete', zh: '握手已完成' },
    what: {
      en: 'Both directions are open as far as this kernel knows. That says nothing of the program: a connection is ESTABLISHED while it still waits in the accept queue, and it stays so when the peer has lost power.',
      zh: '就本机内核所知，两个方向都已打开。这与程序无关：还在 accept 队列里的连接已经是 ESTABLISHED；对端突然断电后它也照样如此。',
    },
    since: null,
    raisedBy: {
      en: 'The third packet of the handshake. It ends by a FIN of either side, by RST, by retransmissions that were never acknowledged, or by keepalive where the program asked for it.',
      zh: '握手的第三个报文。任一方的 FIN、RST、始终未被确认的重传，或程序启用的 keepalive，都会结束它。',
    },
    read: {
      en: '`ss -tnpeo state established`. Recv-Q is what the program has not read, Send-Q what the peer has not acknowledged, both in bytes. Inode 0 and no `users:` on a port that somebody listens on: nobody has accepted it yet.',
      zh: '`ss -tnpeo state established`。Recv-Q 是程序未读的字节，Send-Q 是对端未确认的字节。若所在端口有人监听，而该行 inode 为 0 且没有 `users:`，说明还没有被 accept()。',
    },
    act: null,
    rules: ['accept-queue-full', 'queue-holds-reset-connections'],
    sources: ['RFC 9293, 3.3.2', 'net/core/sock.c: sock_i_ino'],
  },
]
