import type { Term } from '../define-term.ts'

/** The timer of a row: `ss -o` and `netstat -o`. */
export const TIMER_COLUMNS: readonly Term[] = [
  {
    id: 'timer',
    also: ['Timer', 'timer:unknown', 'timer:off'],
    title: { en: 'What the socket waits for, until when, how often already', zh: '在等什么、还剩多久、已经几次' },
    what: {
      en: 'ss: timer:(name,time left,repetitions). netstat: name (seconds left/retransmissions/probes). No timer, or off: nothing runs, and a silent peer would never be noticed.',
      zh: 'ss 为 timer:(名称,剩余时间,重复次数)，netstat 为 名称 (剩余秒数/重传次数/探测次数)。没有 timer 或为 off：没有任何定时器，对端消失也不会察觉。',
    },
    since: null,
    raisedBy: {
      en: 'The one pending timer of the socket that sock_diag or /proc/net/tcp reports; others that may run beside it, such as that of delayed ACKs, do not show.',
      zh: 'sock_diag 或 /proc/net/tcp 报告的那一个定时器；同时运行的其他定时器（如延迟 ACK）不显示。',
    },
    read: {
      en: '`ss -tno`. Sort by the third number: what repeats most is closest to being given up.',
      zh: '`ss -tno`，按第三项排序：重复最多的最接近被放弃。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -o', 'net/ipv4/inet_diag.c: inet_sk_diag_fill'],
  },
  {
    id: 'timer:on',
    also: ['on'],
    title: { en: 'Something sent awaits its acknowledgement', zh: '已发出的内容等待确认' },
    what: {
      en: 'Retransmission, early retransmission or tail loss probe: data, a SYN or a FIN are out. The third number counts timeouts in a row.',
      zh: '重传、早期重传或尾部丢包探测：数据、SYN 或 FIN 已发出。第三项是连续超时的次数。',
    },
    since: null,
    raisedBy: {
      en: 'Every segment that must be acknowledged. At 0 it is everyday; from 3 on somebody is not there.',
      zh: '每个需要确认的报文段都会启动。0 很平常，3 以上说明对方不在了。',
    },
    read: {
      en: 'With SYN-SENT it is how often the SYN was repeated, with SYN-RECV the SYN-ACK.',
      zh: '在 SYN-SENT 行是 SYN 的重发次数，在 SYN-RECV 行是 SYN-ACK 的。',
    },
    act: {
      en: 'Many connections of different peers at once: look at this host’s own link and routes. One peer: at that peer.',
      zh: '许多不同对端同时如此：查本机链路和路由；只有一个对端：查那一端。',
    },
    rules: ['syn-sent-stuck', 'retransmissions-high'],
    sources: ['ss(8), -o', 'net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
  },
  {
    id: 'timer:keepalive',
    also: ['keepalive'],
    title: { en: 'Idle; the peer will be asked at this time', zh: '空闲，到点将探测对端' },
    what: {
      en: 'The program has set SO_KEEPALIVE. The third number counts probes without an answer.',
      zh: '程序启用了 SO_KEEPALIVE。第三项是没有应答的探测次数。',
    },
    since: null,
    raisedBy: {
      en: 'SO_KEEPALIVE with tcp_keepalive_time or the socket’s TCP_KEEPIDLE. Connections in an accept queue have it when the listener set the option.',
      zh: 'SO_KEEPALIVE 配合 tcp_keepalive_time 或套接字自己的 TCP_KEEPIDLE。监听者设了该选项，accept 队列里的连接也会有。',
    },
    read: {
      en: '119min left with a setting of 7200 s means traffic within the last minute: the time left dates the last packet.',
      zh: '设置为 7200 秒而剩余 119min，说明一分钟内有过流量：剩余时间可推算最后一个报文的时刻。',
    },
    act: null,
    rules: ['close-wait-leak'],
    sources: ['tcp(7)', 'net/ipv4/tcp_timer.c: tcp_keepalive_timer'],
  },
  {
    id: 'timer:timewait',
    also: ['timewait'],
    title: { en: 'The record expires at this time', zh: '该记录到点即消失' },
    what: {
      en: 'Runs for TIME_WAIT, 60 s, and for FIN_WAIT2 without a program, tcp_fin_timeout. Nothing is sent when it ends.',
      zh: '用于 TIME_WAIT（60 秒）和没有进程的 FIN_WAIT2（tcp_fin_timeout）。到点时不发送任何报文。',
    },
    since: null,
    raisedBy: {
      en: 'The end of the connection, and again each repeated FIN of the peer.',
      zh: '连接结束时启动；对端每重发一次 FIN 就重新计时。',
    },
    read: {
      en: 'A time left that never shrinks is a peer that keeps sending its FIN: our last ACK does not reach it.',
      zh: '剩余时间总不减少，说明对端一直在重发 FIN：我们最后的 ACK 没到它那里。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/inet_timewait_sock.c', 'ss(8), -o'],
  },
  {
    id: 'timer:persist',
    also: ['persist', 'probe', 'timer:probe'],
    title: { en: 'The peer’s window is zero; it is asked for more', zh: '对端窗口为零，正在探询' },
    what: {
      en: 'Data wait here because the receiver has no room. netstat calls the timer probe. A live peer may keep this up for ever: each answer starts the count anew.',
      zh: '接收方没有空间，数据在此等待。netstat 称为 probe。对端若活着可以一直如此：每次应答都会重新计数。',
    },
    since: null,
    raisedBy: {
      en: 'An acknowledgement with window 0 while data are queued. The pauses between probes double up to 120 s.',
      zh: '有数据待发时收到窗口为 0 的确认。探测间隔逐次加倍，最长 120 秒。',
    },
    read: {
      en: 'Send-Q is large here and Recv-Q over there: the program at the other end does not read.',
      zh: '这里 Send-Q 很大，对端 Recv-Q 很大：问题在对端程序不读。',
    },
    act: {
      en: 'Do not look for packet loss; look at the peer’s process. TCP_USER_TIMEOUT bounds how long this side puts up with it.',
      zh: '不必查丢包，去查对端进程。本端愿意忍多久可用 TCP_USER_TIMEOUT 限定。',
    },
    rules: [],
    sources: ['net/ipv4/tcp_timer.c: tcp_probe_timer', 'RFC 9293, 3.8.6.1'],
  },
]
