import type { Glossary } from '../define-term.ts'

/** Packets set aside by host settings before or beside TCP. */
export const FILTERS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtIPReversePathFilter',
      title: {
        en: 'A packet was dropped as its source would be reached by another way',
        zh: '报文的源地址按路由应走另一条路，因而被丢弃',
      },
      what: {
        en: 'Strict rp_filter (1) wants the way back to leave by the interface on which the packet came. The client gets no answer at all.',
        zh: '严格模式（1）的 rp_filter 要求回程从报文进来的接口出去。客户端得不到任何应答。',
      },
      since: null,
      raisedBy: {
        en: 'Asymmetric routes, several interfaces, policy routing, tunnels and CNI devices without a matching route.',
        zh: '非对称路由、多网卡、策略路由，以及缺少对应路由的隧道和 CNI 设备。',
      },
      read: {
        en: "The larger of `conf.all` and `conf.IFACE` counts: `sysctl -a | grep '\\.rp_filter'`. With log_martians the kernel names the addresses.",
        zh: "以 `conf.all` 与 `conf.IFACE` 中较大者为准：`sysctl -a | grep '\\.rp_filter'`。打开 log_martians 后内核会记录地址。",
      },
      act: {
        en: 'Set loose mode (2) on the interface concerned, or add the missing route.',
        zh: '在相关接口上改为宽松模式（2），或补上缺失的路由。',
      },
      rules: ['rp-filter-drops'],
      sources: [
        'net/ipv4/ip_input.c: ip_rcv_finish_core',
        'net/ipv4/fib_frontend.c: __fib_validate_source',
        'Documentation/networking/ip-sysctl.rst: rp_filter',
      ],
    },
    {
      id: 'TcpExtArpFilter',
      title: {
        en: 'An ARP request was left unanswered because of arp_filter',
        zh: '因 arp_filter 而未应答一个 ARP 请求',
      },
      what: {
        en: 'Another interface would be used towards the asker, so this one keeps quiet. Several interfaces in one network no longer answer for each other.',
        zh: '去往询问者应走另一接口，于是本接口保持沉默，同一网络中的多块网卡不再互相代答。',
      },
      since: null,
      raisedBy: {
        en: 'net.ipv4.conf.*.arp_filter = 1 on a host with several interfaces in the same segment.',
        zh: '多块网卡在同一网段的主机设置了 net.ipv4.conf.*.arp_filter = 1。',
      },
      read: {
        en: 'Neighbours that show this host as INCOMPLETE or FAILED in `ip neigh` make it serious; else it does what it is for.',
        zh: '若邻居的 `ip neigh` 中本机显示 INCOMPLETE 或 FAILED 才要紧；否则只是在起作用。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/arp.c: arp_filter'],
    },
    {
      id: 'TcpExtTCPMinTTLDrop',
      title: { en: 'A packet came from too many hops away', zh: '报文 TTL 过低，来自太多跳之外' },
      what: {
        en: 'The socket accepts only a high TTL, which proves a near neighbour (“TTL security” of BGP).',
        zh: '该套接字只接受高 TTL，以证明对方是近邻（BGP 的“TTL 安全”）。',
      },
      since: null,
      raisedBy: {
        en: 'Strangers from afar, or a neighbour that is reached through one more router than was configured.',
        zh: '远处的陌生主机，或邻居实际多经过了一台路由器。',
      },
      read: {
        en: 'A BGP session stuck in SYN_SENT at the other end: check the hop count in its `ttl security` setting.',
        zh: '对端 BGP 会话停在 SYN_SENT 时，检查 `ttl security` 中的跳数。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_rcv', 'RFC 5082'],
    },
    {
      id: 'TcpExtOutOfWindowIcmps',
      title: {
        en: 'An ICMP error quoted a segment that is not under way, and was ignored',
        zh: 'ICMP 错误所引的报文不在途中，被忽略',
      },
      what: {
        en: 'The quoted sequence number lies outside the unacknowledged data, so it is stale or forged.',
        zh: '所引序号不在未确认的范围内，可能已过时或是伪造。',
      },
      since: null,
      raisedBy: {
        en: 'Errors that arrive late, or blind attacks on long-lived sessions.',
        zh: '迟到的错误，或针对长连接的盲攻击。',
      },
      read: {
        en: 'A “fragmentation needed” that is ignored here keeps large packets failing: compare with IcmpMsgInType3.',
        zh: '若被忽略的是“需要分片”，大报文会一直失败：与 IcmpMsgInType3 对照。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_err'],
    },
    {
      id: 'TcpExtLockDroppedIcmps',
      title: {
        en: 'An ICMP error found its socket in use and was not acted on',
        zh: 'ICMP 错误到达时套接字正被占用，未作处理',
      },
      what: {
        en: 'Routers will repeat such errors, so usually nothing is lost; MTU messages are remembered and do not count.',
        zh: '路由器会再次发送，通常没有损失；MTU 消息会被记下，不计入此处。',
      },
      since: null,
      raisedBy: { en: 'Busy sockets whose peers are unreachable.', zh: '对端不可达而套接字繁忙。' },
      read: {
        en: 'Some programs learn of “host unreachable” a few seconds later for it.',
        zh: '可能使某些程序晚几秒才得知“主机不可达”。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ipv4.c: tcp_v4_err'],
    },
  ],
}
