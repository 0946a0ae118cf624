import type { Term } from '../define-term.ts'

/** Settings of the queues before accept() and recv(). */
export const QUEUE_SYSCTLS: readonly Term[] = [
  {
    id: 'net.core.somaxconn',
    title: { en: 'Upper limit of every listener’s accept queue', zh: '所有监听者 accept 队列的上限' },
    what: {
      en: 'listen(fd, backlog) is cut down to this number. It never raises anything: a program that asks for 128 gets 128 however large it is.',
      zh: 'listen(fd, backlog) 的值会被它截断。它从不抬高：程序只要 128，这里设多大也是 128。',
    },
    since: null,
    raisedBy: {
      en: 'Each network namespace has its own and starts with the compiled-in default, 4096 since Linux 5.4, 128 before: a pod does not inherit the node’s value. Listeners take it over when they call listen(); those that stand keep theirs. Before 4.1 a value above 65535 wrapped around.',
      zh: '每个网络命名空间各有一份，新建时取编译进内核的默认值（5.4 起为 4096，之前为 128），Pod 不继承节点上的设置。监听者在调用 listen() 时采用，已有的不变。4.1 之前超过 65535 会回绕。',
    },
    read: {
      en: '`nsenter -t PID -n sysctl net.core.somaxconn`, with a process of the pod, against Send-Q of `ss -ltn` in the same namespace.',
      zh: '用 Pod 里某个进程的 PID 执行 `nsenter -t PID -n sysctl net.core.somaxconn`，与同一命名空间 `ss -ltn` 的 Send-Q 对照。',
    },
    act: {
      en: 'Raise it in the pod (securityContext.sysctls; the kubelet counts it among the unsafe ones), raise the program’s own backlog too, and restart the listener. Alone it cures nothing, and no length helps a program that does not call accept().',
      zh: '在 Pod 里调大（securityContext.sysctls，kubelet 把它归为不安全类），同时调大程序自己的 backlog，并重启监听者。单独改它无效；程序若不调用 accept()，队列再长也没用。',
    },
    rules: ['netns-somaxconn-low', 'backlog-too-small', 'accept-queue-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: somaxconn', 'net/socket.c: __sys_listen'],
  },
  {
    id: 'net.ipv4.tcp_abort_on_overflow',
    title: {
      en: 'RST instead of silence when a handshake finds the queue full',
      zh: '握手完成而队列已满时回 RST 而非沉默',
    },
    what: {
      en: 'With 1 the final ACK of a handshake that finds no room in the accept queue is answered with RST. It does nothing at the SYN: since 4.10 that is where most connections fail, silently, with either value.',
      zh: '设为 1 时，握手的最后一个 ACK 若遇到 accept 队列已满，就回 RST。对 SYN 阶段没有作用：4.10 起大多数连接在那里就被静默丢弃，与该值无关。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; per namespace since 4.15, one value for the whole machine before. Acts at once on all listeners.',
      zh: '默认 0；4.15 起每个命名空间一份，之前全机一份。对所有监听者立即生效。',
    },
    read: {
      en: '`sysctl net.ipv4.tcp_abort_on_overflow` in the listener’s namespace. Where it is 1, EmbryonicRsts and OutRsts rise together with ListenOverflows.',
      zh: '在监听者所在命名空间执行 `sysctl net.ipv4.tcp_abort_on_overflow`。若为 1，EmbryonicRsts、OutRsts 会随 ListenOverflows 一起增长。',
    },
    act: {
      en: 'Leave it at 0. The popular 1 turns a burst that a retry would have survived into ECONNRESET at the client, and adds no room.',
      zh: '保持 0。常见的“设为 1”只会把重试就能挺过去的突发变成客户端的 ECONNRESET，队列并不会变长。',
    },
    rules: ['abort-on-overflow-set'],
    sources: [
      'Documentation/networking/ip-sysctl.rst: tcp_abort_on_overflow',
      'net/ipv4/tcp_minisocks.c: tcp_check_req',
    ],
  },
  {
    id: 'net.ipv4.tcp_migrate_req',
    title: {
      en: 'Hand waiting connections to another listener of the port',
      zh: '把等待中的连接移交给同端口的其他监听者',
    },
    what: {
      en: 'When one of several SO_REUSEPORT listeners closes, what waited in its queues may move to a sister instead of being reset.',
      zh: '多个 SO_REUSEPORT 监听者中有一个关闭时，它队列里的连接可移交给其他监听者，而不是被重置。',
    },
    since: 'Linux 5.14',
    raisedBy: {
      en: 'Default 0, per namespace. With 0 every rolling restart of such a group resets whatever was queued; an eBPF program may choose the heir even then.',
      zh: '默认 0，按命名空间。为 0 时这类进程组滚动重启会重置排队的连接；即便如此，也可由 eBPF 程序指定接收者。',
    },
    read: {
      en: 'TCPMigrateReqSuccess and TCPMigrateReqFailure in `nstat -asz` show whether it works.',
      zh: '看 `nstat -asz` 里的 TCPMigrateReqSuccess 和 TCPMigrateReqFailure 即知是否起作用。',
    },
    act: {
      en: 'Worth setting for servers that reload often, provided all listeners of the port set the same socket options.',
      zh: '频繁重载的服务器值得启用，前提是同端口的监听者设置了相同的套接字选项。',
    },
    rules: [],
    sources: [
      'Documentation/networking/ip-sysctl.rst: tcp_migrate_req',
      'net/ipv4/inet_connection_sock.c: inet_csk_listen_stop',
    ],
  },
  {
    id: 'net.unix.max_dgram_qlen',
    title: { en: 'Datagrams that may wait at a Unix socket', zh: 'Unix 数据报套接字可排队的报文数' },
    what: {
      en: 'The queue of a Unix datagram socket, in datagrams. When it is full, senders block or get EAGAIN: /dev/log is the usual place. A Unix stream listener keeps to listen() and somaxconn instead.',
      zh: 'Unix 数据报套接字的队列长度，按报文数计。满了之后发送方阻塞或得到 EAGAIN，常见于 /dev/log。Unix 流式监听者则由 listen() 和 somaxconn 决定。',
    },
    since: null,
    raisedBy: {
      en: 'Default 10 in the kernel; per namespace. systemd sets 512 at boot on many distributions. A socket takes the value over when it is made.',
      zh: '内核默认 10，按命名空间；许多发行版由 systemd 在启动时改成 512。套接字在创建时采用。',
    },
    read: {
      en: '`ss -xa` shows datagram sockets (u_dgr) with the waiting bytes; no counter tells of refused sends.',
      zh: '`ss -xa` 可看到数据报套接字（u_dgr）积压的字节；被拒绝的发送没有计数器。',
    },
    act: {
      en: 'A longer queue hides a slow reader for seconds. Look first at why the reader (rsyslog, journald) stands still.',
      zh: '加长队列只能掩盖慢读者几秒钟。先查读取方（rsyslog、journald）为何停住。',
    },
    rules: ['unix-queue-full'],
    sources: ['net/unix/af_unix.c: unix_create1', 'unix(7)'],
  },
]
