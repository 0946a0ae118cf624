import type { Term } from '../define-term.ts'

/** Columns of ss and netstat. */
export const TABLE_COLUMNS: readonly Term[] = [
  {
    id: 'Recv-Q',
    also: ['RecvQ', 'rx_queue'],
    title: {
      en: 'Listeners: connections that wait for accept(). Others: bytes not read',
      zh: '监听行：等待 accept() 的连接数；其他行：未读字节数',
    },
    what: {
      en: 'Two quantities under one heading. On a LISTEN row it is the length of the accept queue, in connections. On every other TCP row it is bytes that have arrived and that the program has not read, plus 1 once the peer’s FIN is in.',
      zh: '同一列有两种含义。LISTEN 行是 accept 队列的长度，单位是连接；其他 TCP 行是已到达而程序未读的字节数，收到对端 FIN 后再加 1。',
    },
    since: null,
    raisedBy: {
      en: 'LISTEN: `sk_ack_backlog`, raised by each finished handshake, lowered by accept(). Else `rcv_nxt - copied_seq`. For UDP it is memory, overhead included; for Unix streams bytes.',
      zh: 'LISTEN 行取 `sk_ack_backlog`：握手完成加一，accept() 减一。其他行为 `rcv_nxt - copied_seq`。UDP 是含开销的内存，Unix 流是字节。',
    },
    read: {
      en: 'LISTEN: hold it against Send-Q of the same row; one more than Send-Q is full. In CLOSE_WAIT: 0 the program saw the end and did not close, 1 it has not even read the end, more is data left unread.',
      zh: 'LISTEN 行与同行的 Send-Q 比较，比它大 1 就是满了。CLOSE_WAIT 行：0 表示程序看到了结束却没关，1 表示连结束都没读到，更大则是没读的数据。',
    },
    act: {
      en: 'Growing on a listener: the program does not come to accept(). Growing on a connection: it does not come to read().',
      zh: '监听行在增长：程序没有来 accept()；连接行在增长：程序没有来 read()。',
    },
    rules: ['accept-queue-full', 'accept-queue-growing', 'close-wait-leak'],
    sources: ['net/ipv4/tcp_diag.c: tcp_diag_get_info', 'net/ipv4/tcp_ipv4.c: get_tcp4_sock', 'ss(8)'],
  },
  {
    id: 'Send-Q',
    also: ['SendQ', 'tx_queue'],
    title: {
      en: 'Listeners: limit of the accept queue. Others: bytes not acknowledged',
      zh: '监听行：accept 队列上限；其他行：未确认字节数',
    },
    what: {
      en: 'On a LISTEN row of ss it is min(backlog, somaxconn) as it was when listen() ran. On other rows it is what the program has written and the peer has not acknowledged, sent or not.',
      zh: 'ss 的 LISTEN 行是调用 listen() 时的 min(backlog, somaxconn)；其他行是程序已写入、对端未确认的字节，无论是否已发出。',
    },
    since: null,
    raisedBy: {
      en: 'LISTEN: `sk_max_ack_backlog`. Else `write_seq - snd_una`; a SYN or FIN on its way counts as 1.',
      zh: 'LISTEN 行取 `sk_max_ack_backlog`；其他行为 `write_seq - snd_una`，途中的 SYN 或 FIN 算 1。',
    },
    read: {
      en: 'netstat prints 0 for every listener, and so does ss where it has to fall back on /proc/net/tcp: then the limit is unknown, not zero. 511, 128, 50, 100 name the program’s own choice; a value equal to somaxconn names that.',
      zh: 'netstat 对所有监听者都显示 0；ss 退回读 /proc/net/tcp 时也是 0：这时上限是未知，不是零。511、128、50、100 是程序自己定的；与 somaxconn 相等则是被它截断。',
    },
    act: {
      en: 'On a connection: large and still means a peer that does not read (timer persist) or does not answer (timer on).',
      zh: '连接行长期很大：对端不读（timer 为 persist）或不应答（timer 为 on）。',
    },
    rules: ['backlog-too-small', 'accept-queue-full'],
    sources: ['net/ipv4/tcp_diag.c: tcp_diag_get_info', 'listen(2)'],
  },
  {
    id: 'State',
    also: ['St'],
    title: { en: 'State of the socket', zh: '套接字状态' },
    what: {
      en: 'Where the connection stands in TCP’s life. ss writes ESTAB and CLOSE-WAIT, netstat ESTABLISHED and CLOSE_WAIT, /proc/net/tcp a number in hex.',
      zh: '连接处于 TCP 生命周期的哪一步。ss 写作 ESTAB、CLOSE-WAIT，netstat 写作 ESTABLISHED、CLOSE_WAIT，/proc/net/tcp 用十六进制数。',
    },
    since: null,
    raisedBy: {
      en: '`sk_state`. UDP, raw and datagram sockets have no states of their own: UNCONN is normal, ESTAB there means that connect() fixed a peer.',
      zh: '`sk_state`。UDP、raw 和数据报套接字没有自己的状态：UNCONN 是正常的，ESTAB 只表示用 connect() 固定了对端。',
    },
    read: {
      en: '`recvq explain CLOSE_WAIT` and so on has a page on each.',
      zh: '每种状态都有一页，例如 `recvq explain CLOSE_WAIT`。',
    },
    act: null,
    rules: [],
    sources: ['include/net/tcp_states.h', 'ss(8)'],
  },
  {
    id: 'Netid',
    also: ['Proto'],
    title: { en: 'Kind of socket', zh: '套接字类型' },
    what: {
      en: 'tcp, udp, raw, mptcp, u_str, u_dgr, u_seq (Unix), nl (netlink), p_raw and p_dgr (packet), v_str (vsock), sctp.',
      zh: 'tcp、udp、raw、mptcp、u_str/u_dgr/u_seq（Unix）、nl（netlink）、p_raw/p_dgr（packet）、v_str（vsock）、sctp。',
    },
    since: null,
    raisedBy: {
      en: 'ss leaves the column out when only one kind was asked for, which shifts the others: read the heading first.',
      zh: '只查询一种类型时 ss 会省略该列，其余各列随之左移：先看表头。',
    },
    read: {
      en: 'An MPTCP listener stands in the list as mptcp and again as tcp: one queue, not two.',
      zh: 'MPTCP 监听者会以 mptcp 和 tcp 各列一次：是同一个队列，不是两个。',
    },
    act: null,
    rules: [],
    sources: ['iproute2, misc/ss.c'],
  },
  {
    id: 'Local Address:Port',
    also: ['Local Address', 'Local-Address'],
    title: { en: 'This side of the connection', zh: '本端地址和端口' },
    what: {
      en: 'The address the socket is bound to. 0.0.0.0 takes IPv4 from everywhere, [::] IPv6 only, * (older tools :::) both.',
      zh: '套接字绑定的地址。0.0.0.0 接受任意 IPv4，[::] 只接受 IPv6，*（旧工具写作 :::）两者都接受。',
    },
    since: null,
    raisedBy: {
      en: 'bind(), or the route that connect() took. `%eth0` behind it means that the socket is tied to that interface.',
      zh: 'bind() 指定，或 connect() 时由路由决定。后面的 `%eth0` 表示绑定在该接口上。',
    },
    read: {
      en: 'Connections whose local port is one that somebody listens on were accepted here (or wait to be); the others were opened from here. A service on 127.0.0.1 answers neither Services nor probes.',
      zh: '本地端口有人监听的连接是在这里被接受（或等待接受）的，其余是从这里发起的。只监听 127.0.0.1 的服务，Service 和探针都访问不到。',
    },
    act: null,
    rules: ['port-not-listening'],
    sources: ['ss(8)', 'ip(7)'],
  },
  {
    id: 'Peer Address:Port',
    also: ['Peer Address', 'Foreign Address', 'Peer-Address'],
    title: { en: 'The other side of the connection', zh: '对端地址和端口' },
    what: {
      en: 'Whom the socket is connected to, as it sees it: behind NAT or a Service that is not the address the other side knows itself by.',
      zh: '该套接字眼中的对端：经过 NAT 或 Service 时，与对方自己知道的地址不同。',
    },
    since: null,
    raisedBy: {
      en: 'connect(), or the source of the SYN after translation. MASQUERADE makes all clients of a node look like the node.',
      zh: 'connect() 的目标，或地址转换后的 SYN 源地址。MASQUERADE 会让一个节点上的所有客户端看起来都是该节点。',
    },
    read: {
      en: '`conntrack -L -p tcp --dport PORT` translates: original src there, this column in the reply.',
      zh: '用 `conntrack -L -p tcp --dport PORT` 对照：原方向的 src 是真实来源，应答方向里才是本列的地址。',
    },
    act: null,
    rules: [],
    sources: ['ss(8)'],
  },
]
