import type { Glossary } from '../define-term.ts'

/** How TIME_WAIT sockets end, and what happens where there is no room for one. */
export const TIME_WAIT: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTW',
      also: ['TimeWaited'],
      title: {
        en: 'A connection went through TIME_WAIT for the usual 60 seconds',
        zh: '一条连接经历了常规的 60 秒 TIME_WAIT',
      },
      what: {
        en: 'This host closed first and keeps the pair of ports reserved for a minute. It is the normal end, not a fault.',
        zh: '本机先关闭，于是把这一对端口保留一分钟。这是正常结局，不是故障。',
      },
      since: null,
      raisedBy: {
        en: 'Short connections that are closed from this side: proxies, health checks, clients without keep-alive. Newer kernels count on entry, older ones when the timer fires.',
        zh: '由本端关闭的短连接：代理、健康检查、不用长连接的客户端。较新的内核在进入时计数，较旧的在定时器到期时计数。',
      },
      read: {
        en: 'Its rate times 60 is about the number of TIME_WAIT sockets at one time; compare with `ss -s`.',
        zh: '速率乘以 60 约等于同一时刻的 TIME_WAIT 数；与 `ss -s` 对照。',
      },
      act: null,
      rules: ['time-wait-buckets-full'],
      sources: ['net/ipv4/inet_timewait_sock.c: __inet_twsk_schedule'],
    },
    {
      id: 'TcpExtTWRecycled',
      also: ['TimeWaitRecycled'],
      title: {
        en: 'An outgoing connection took over the ports of one in TIME_WAIT',
        zh: '新的对外连接接管了一条 TIME_WAIT 连接的端口',
      },
      what: {
        en: 'The word “recycled” misleads: it has nothing to do with tcp_tw_recycle. It is tcp_tw_reuse at work, and harmless where both sides use timestamps.',
        zh: '名称中的“Recycled”容易误解：它与 tcp_tw_recycle 无关，而是 tcp_tw_reuse 在起作用；双方都启用时间戳时无害。',
      },
      since: null,
      raisedBy: {
        en: 'connect() to a target whose free local ports have become rare, with tcp_tw_reuse 1, or 2 for loopback only.',
        zh: 'connect() 的目标可用本地端口已很少，且 tcp_tw_reuse 为 1；为 2 时仅限环回。',
      },
      read: {
        en: 'A steady rate is an early sign that local ports to one destination run out: count with `ss -Htan state time-wait dst ADDRESS | wc -l`.',
        zh: '持续增长是到某一目标的本地端口即将耗尽的早期迹象：用 `ss -Htan state time-wait dst ADDRESS | wc -l` 计数。',
      },
      act: {
        en: 'Reuse connections (keep-alive, pools) towards that destination before widening ip_local_port_range.',
        zh: '先对该目标复用连接（keep-alive、连接池），再考虑放宽 ip_local_port_range。',
      },
      rules: ['local-ports-exhausted'],
      sources: [
        'net/ipv4/inet_hashtables.c: __inet_check_established',
        'Documentation/networking/ip-sysctl.rst: tcp_tw_reuse',
      ],
    },
    {
      id: 'TcpExtTWKilled',
      title: {
        en: 'A TIME_WAIT socket was given four seconds or less',
        zh: '某个 TIME_WAIT 套接字的存续时间不超过四秒',
      },
      what: {
        en: 'In the days of tcp_tw_recycle it lived for a few round trips only, and this counted them; “slow timer” in the text of netstat is history.',
        zh: '在 tcp_tw_recycle 的年代，这类套接字只存活几个往返时间，本计数器数的就是它们；netstat 文字里的“slow timer”已是历史。',
      },
      since: null,
      raisedBy: {
        en: 'Recycling on kernels before 4.12; later a short remaining FIN_WAIT2 time handed to the timer.',
        zh: '4.12 之前内核的快速回收；之后则是转交给定时器的 FIN_WAIT2 剩余时间很短。',
      },
      read: {
        en: 'On a current kernel expect 0 or a handful. Large on an old one: `cat /proc/sys/net/ipv4/tcp_tw_recycle`.',
        zh: '在当前内核上应为 0 或很少。旧内核上数值很大时，执行 `cat /proc/sys/net/ipv4/tcp_tw_recycle`。',
      },
      act: null,
      rules: ['tw-recycle-nat'],
      sources: ['net/ipv4/inet_timewait_sock.c: __inet_twsk_schedule'],
    },
    {
      id: 'TcpExtTCPTimeWaitOverflow',
      title: {
        en: 'A connection skipped TIME_WAIT because there were too many already',
        zh: 'TIME_WAIT 数量已达上限，一条连接跳过了该状态',
      },
      what: {
        en: 'The limit net.ipv4.tcp_max_tw_buckets was reached, so the socket was closed at once. A late FIN or retransmission of the peer now draws a reset.',
        zh: '达到 net.ipv4.tcp_max_tw_buckets 上限，套接字被立即关闭。对端迟到的 FIN 或重传会得到 RST。',
      },
      since: null,
      raisedBy: {
        en: 'More short connections closed per minute than the limit allows; memory shortage can cause it as well.',
        zh: '每分钟关闭的短连接多于上限；内存不足也会如此。',
      },
      read: {
        en: 'Compare `tw` of `/proc/net/sockstat` with the sysctl. The log line “TCP: time wait bucket table overflow” comes with it.',
        zh: '把 `/proc/net/sockstat` 的 `tw` 与该参数比较。内核日志会同时出现“TCP: time wait bucket table overflow”。',
      },
      act: {
        en: 'Users rarely notice; keep connections alive to close fewer, and raise the limit only where memory is ample.',
        zh: '用户很少察觉；保持长连接以减少关闭次数，内存充裕时才提高上限。',
      },
      rules: ['time-wait-buckets-full'],
      sources: [
        'net/ipv4/tcp_minisocks.c: tcp_time_wait',
        'Documentation/networking/ip-sysctl.rst: tcp_max_tw_buckets',
      ],
    },
  ],
}
