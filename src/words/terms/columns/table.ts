import type { Term } from '../define-term.ts'

/** Columns of ss and netstat, and what -e and -p add to a row. */
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
  {
    id: 'users',
    also: ['Process', 'PID/Program name', 'PID/Program'],
    title: { en: 'Programs that hold the socket', zh: '持有该套接字的进程' },
    what: {
      en: 'Name, pid and descriptor of every process that has it open: a forking server shows a row of them, systemd’s socket activation pid 1 as well.',
      zh: '所有打开它的进程的名称、pid 和描述符：多进程服务器会列出一串，systemd 套接字激活时还有 pid 1。',
    },
    since: null,
    raisedBy: {
      en: 'ss walks /proc/*/fd and matches inode numbers. Without root it sees its own processes only; in a container those of its PID namespace.',
      zh: 'ss 遍历 /proc/*/fd 并按 inode 匹配。没有 root 权限只看得到自己的进程，容器里只看得到本 PID 命名空间的。',
    },
    read: {
      en: 'Missing has three reasons: no rights, a socket of the kernel (NFS, iSCSI), or nobody has it yet. Only inode 0 proves the last.',
      zh: '缺失有三种原因：权限不足、内核自己的套接字（NFS、iSCSI），或还没有人持有。只有 inode 为 0 才能证明最后一种。',
    },
    act: null,
    rules: ['accept-queue-full'],
    sources: ['iproute2, misc/ss.c: user_ent_hash_build'],
  },
  {
    id: 'ino',
    also: ['inode', 'Inode'],
    title: { en: 'Inode number of the socket', zh: '套接字的 inode 号' },
    what: {
      en: 'By it a row is matched with /proc/PID/fd. 0 means that no descriptor exists: on ESTAB and CLOSE-WAIT rows of a port that is listened on, a connection nobody has accepted.',
      zh: '据此与 /proc/PID/fd 对应。0 表示没有描述符：若 ESTAB 或 CLOSE-WAIT 行所在端口有人监听，就是还没被 accept() 的连接。',
    },
    since: null,
    raisedBy: {
      en: 'Given when socket() or accept() makes the descriptor, taken away by close(). TIME_WAIT, SYN_RECV and orphans have 0, too.',
      zh: '由 socket() 或 accept() 创建描述符时分配，close() 时收回。TIME_WAIT、SYN_RECV 和孤儿连接也是 0。',
    },
    read: {
      en: '`ss -tane`; ss leaves `ino:` out where it is 0.',
      zh: '用 `ss -tane` 查看；为 0 时 ss 不打印 `ino:`。',
    },
    act: null,
    rules: ['accept-queue-full', 'listener-never-accepts'],
    sources: ['net/core/sock.c: sock_i_ino', 'ss(8)'],
  },
  {
    id: 'sk',
    title: { en: 'Cookie of the socket', zh: '套接字的 cookie' },
    what: {
      en: 'A number that the kernel gives a socket once and never again until reboot: it tells whether two readings show the same socket, which port and address cannot.',
      zh: '内核给套接字的编号，重启之前不会重复：能判断两次读数是不是同一个套接字，而端口和地址不能。',
    },
    since: null,
    raisedBy: {
      en: 'Drawn at the first time somebody asks for it (sock_diag, SO_COOKIE, eBPF), so that its order says little of age.',
      zh: '第一次被查询时（sock_diag、SO_COOKIE、eBPF）才分配，因此大小并不代表先后。',
    },
    read: {
      en: 'Printed in hex by `ss -e`; SO_COOKIE and bpf tools print the same in decimal.',
      zh: '`ss -e` 以十六进制显示；SO_COOKIE 和 bpf 工具以十进制显示同一个数。',
    },
    act: null,
    rules: [],
    sources: ['net/core/sock_diag.c: sock_diag_save_cookie', 'socket(7), SO_COOKIE'],
  },
  {
    id: 'uid',
    also: ['User'],
    title: { en: 'User that made the socket', zh: '创建套接字的用户' },
    what: {
      en: 'The user id at the time of creation, in the reader’s own user namespace. ss leaves 0 out.',
      zh: '创建时的用户 ID，按读取者所在的用户命名空间显示；为 0 时 ss 不打印。',
    },
    since: null,
    raisedBy: {
      en: 'socket(). Connections in the accept queue show 0 up to Linux 6.12 and the listener’s user on 6.18.',
      zh: 'socket()。accept 队列里的连接在 6.12 及以前显示 0，6.18 上显示监听者的用户。',
    },
    read: {
      en: 'Where names of processes are not to be had, `ss -tane` with the uid often suffices to tell two services apart.',
      zh: '拿不到进程名时，凭 `ss -tane` 的 uid 往往就能区分两个服务。',
    },
    act: null,
    rules: [],
    sources: ['net/core/sock.c: sock_i_uid', 'proc(5), /proc/net/tcp'],
  },
  {
    id: 'cgroup',
    title: { en: 'Control group in which the socket was made', zh: '创建套接字时所在的 cgroup' },
    what: {
      en: 'Path in cgroup v2, on Kubernetes with the pod’s uid and the container’s id. It names the owner where no process can, even of connections that nobody has accepted: they carry the listener’s.',
      zh: 'cgroup v2 路径，在 Kubernetes 上含 Pod 的 uid 和容器 id。没有进程时也能指明归属，未被 accept() 的连接带的是监听者的。',
    },
    since: 'Linux 5.8',
    raisedBy: {
      en: 'Fixed at creation; a process that moves to another group later does not take it along.',
      zh: '创建时就定下；进程之后移到别的组也不会改变。',
    },
    read: {
      en: '`ss -tane --cgroup`; “unreachable:…” means a group outside the reader’s own view.',
      zh: '`ss -tane --cgroup`；显示 “unreachable:…” 表示不在读取者可见的层级内。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/inet_diag.c: INET_DIAG_CGROUP_ID', 'ss(8)'],
  },
]
