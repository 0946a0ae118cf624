import type { Glossary } from '../define-term.ts'

/** Connections that were cut instead of closed. */
export const ABORTS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPAbortOnData',
      title: {
        en: 'This side cut a connection at close, or because data came after it',
        zh: '本端关闭时直接切断连接，或因关闭后仍有数据到达而切断',
      },
      what: {
        en: 'The peer gets a reset instead of a clean end and may lose what it had not read yet.',
        zh: '对端收到的是 RST 而非正常结束，尚未读取的内容可能丢失。',
      },
      since: null,
      raisedBy: {
        en: 'close() with SO_LINGER set to 0, which some proxies and load generators use on purpose, or a peer that goes on sending to a closed connection.',
        zh: '以 SO_LINGER 为 0 调用 close()（某些代理和压测工具有意为之），或对端向已关闭的连接继续发送。',
      },
      read: {
        en: 'By itself no fault. If peers report “connection reset by peer”, `strace -f -e trace=setsockopt,close -p PID` shows whether the program asks for it.',
        zh: '本身不算故障。若对端报“connection reset by peer”，用 `strace -f -e trace=setsockopt,close -p PID` 看是否程序自己要求的。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: __tcp_close', 'net/ipv4/tcp_input.c: tcp_rcv_state_process'],
    },
    {
      id: 'TcpExtTCPAbortOnClose',
      title: {
        en: 'A program closed a connection with unread data in it, so a reset was sent',
        zh: '程序关闭连接时仍有未读数据，于是发出 RST',
      },
      what: {
        en: 'The bytes that had arrived are lost and the peer learns so by the reset. An HTTP client may lose an answer it was just about to read.',
        zh: '已到达的字节丢失，对端由 RST 得知。HTTP 客户端可能因此丢掉正要读取的应答。',
      },
      since: null,
      raisedBy: {
        en: 'Servers that answer an error without reading the whole upload, processes killed under load, timeouts in proxies.',
        zh: '未读完上传内容就返回错误的服务器、高负载下被杀的进程、代理超时。',
      },
      read: {
        en: 'Compare with restarts and with 413 or 499 answers in the access log at the same minute.',
        zh: '与同一分钟内的重启记录，以及访问日志中的 413、499 对照。',
      },
      act: {
        en: 'Let the server drain the request before it closes (nginx: `lingering_close`), and give processes time at shutdown.',
        zh: '让服务器先读完请求再关闭（nginx 的 `lingering_close`），并在停机时给进程留出时间。',
      },
      rules: [],
      sources: ['net/ipv4/tcp.c: __tcp_close', 'RFC 2525, 2.17'],
    },
    {
      id: 'TcpExtTCPAbortOnTimeout',
      title: { en: 'A connection was given up because the peer stayed silent', zh: '对端始终无应答，连接被放弃' },
      what: {
        en: 'All retries of a timer were used up: SYN, data, keepalive or zero-window probes. The program gets ETIMEDOUT.',
        zh: '某个定时器的重试次数已用尽：SYN、数据、keepalive 或零窗口探测。程序得到 ETIMEDOUT。',
      },
      since: null,
      raisedBy: {
        en: 'Hosts that vanished, security groups that drop, NAT or load balancers that forgot an idle connection.',
        zh: '消失的主机、静默丢包的安全组、忘掉空闲连接的 NAT 或负载均衡器。',
      },
      read: {
        en: 'Take off failed openings (they also raise AttemptFails); the rest died in the middle of their life, about 15 minutes after the silence began.',
        zh: '减去建连失败（它们同时增加 AttemptFails），其余是中途失联的连接，约在沉默开始 15 分钟后计入。',
      },
      act: {
        en: 'Keepalive below the idle timeout of the load balancer, or TCP_USER_TIMEOUT in the program, finds such peers sooner.',
        zh: '让 keepalive 间隔短于负载均衡器的空闲超时，或在程序中设置 TCP_USER_TIMEOUT，可更早发现。',
      },
      rules: ['syn-sent-stuck', 'retransmissions-high'],
      sources: ['net/ipv4/tcp_timer.c: tcp_write_err'],
    },
    {
      id: 'TcpExtTCPAbortOnMemory',
      title: {
        en: 'A closed connection was cut off because memory or orphan slots ran out',
        zh: '内存或孤儿套接字名额用尽，一条已关闭的连接被强行切断',
      },
      what: {
        en: 'Data that a program had handed over before close() may never have arrived.',
        zh: '程序在 close() 之前交给内核的数据可能根本没有送达。',
      },
      since: null,
      raisedBy: {
        en: 'More orphans (closed, not yet finished) than tcp_max_orphans, or TCP memory above the third value of tcp_mem.',
        zh: '孤儿连接（已关闭但未结束）超过 tcp_max_orphans，或 TCP 内存超过 tcp_mem 的第三个值。',
      },
      read: {
        en: '`cat /proc/net/sockstat` has `orphan` and `mem` (in pages) to hold against the two sysctls; the kernel’s log says “too many orphaned sockets” or “out of memory -- consider tuning tcp_mem”.',
        zh: '`cat /proc/net/sockstat` 的 `orphan` 与 `mem`（单位为页）分别对应这两个参数；内核日志会写“too many orphaned sockets”或“out of memory -- consider tuning tcp_mem”。',
      },
      act: {
        en: 'Find who leaves so many unfinished connections before raising limits: usually clients that stopped reading.',
        zh: '提高上限之前先找出是谁留下这么多未结束的连接：多半是停止读取的客户端。',
      },
      rules: ['tcp-memory-pressure', 'orphaned-sockets'],
      sources: ['net/ipv4/tcp.c: tcp_check_oom', 'net/ipv4/tcp_timer.c: tcp_out_of_resources'],
    },
    {
      id: 'TcpExtTCPAbortOnLinger',
      title: {
        en: 'A connection was cut in FIN_WAIT2 as the program had asked with TCP_LINGER2',
        zh: '程序用 TCP_LINGER2 要求在 FIN_WAIT2 中切断，连接随之被切断',
      },
      what: {
        en: 'With a negative TCP_LINGER2 the kernel does not wait for the peer’s FIN but resets. The end of a long FIN_WAIT2 by tcp_fin_timeout is not counted here.',
        zh: 'TCP_LINGER2 为负时，内核不等对端 FIN 就发 RST。FIN_WAIT2 因 tcp_fin_timeout 到期而结束的不计入此处。',
      },
      since: null,
      raisedBy: {
        en: 'A program that sets this rare socket option; nothing in the kernel does so by default.',
        zh: '设置了这一罕见套接字选项的程序；内核默认不会这样做。',
      },
      read: {
        en: 'Zero almost everywhere. Elsewhere ask which program uses TCP_LINGER2.',
        zh: '几乎处处为零；不为零就查哪个程序用了 TCP_LINGER2。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: __tcp_close', 'man 7 tcp: TCP_LINGER2'],
    },
    {
      id: 'TcpExtTCPAbortFailed',
      title: { en: 'A reset could not be sent', zh: '一个 RST 未能发出' },
      what: {
        en: 'The connection is gone here, but the peer was not told and keeps it until its own timers or keepalive end it.',
        zh: '连接在本端已消失，但对端不知情，要等它自己的定时器或 keepalive 才会结束。',
      },
      since: null,
      raisedBy: {
        en: 'No memory for the packet, or the network layer refused it (no route, a firewall rule on output).',
        zh: '没有内存构造报文，或网络层拒绝发送（无路由、出方向防火墙规则）。',
      },
      read: {
        en: 'Rising together with TCPMemoryPressures it is memory; alone, look at routes and OUTPUT rules.',
        zh: '与 TCPMemoryPressures 同升是内存问题；单独上升则查路由和 OUTPUT 规则。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_send_active_reset'],
    },
  ],
}
