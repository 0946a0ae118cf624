import type { Glossary } from '../define-term.ts'

/** Lines of the Tcp table that never change. */
export const CONSTANTS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpRtoAlgorithm',
      title: { en: 'A constant that names the method for retransmission timeouts', zh: '表示重传超时算法的常数' },
      what: {
        en: 'Linux always reports 1, “other”: the management standard has no number for what it really does.',
        zh: 'Linux 恒为 1，即“其他”：该管理标准没有为它的实际算法分配编号。',
      },
      since: null,
      raisedBy: { en: 'Set once when the network namespace is made.', zh: '创建网络命名空间时写入一次。' },
      read: {
        en: 'Skip it; the timeouts in force are in `ss -ti` as `rto:`.',
        zh: '可以忽略；实际生效的超时见 `ss -ti` 的 `rto:`。',
      },
      act: null,
      rules: [],
      sources: ['RFC 4022', 'net/ipv4/tcp.c: tcp_init'],
    },
    {
      id: 'TcpRtoMin',
      title: {
        en: 'The smallest retransmission timeout in milliseconds, as built in',
        zh: '内置的最小重传超时，单位毫秒',
      },
      what: {
        en: '200 on usual builds. A lost packet at the end of a burst costs the user at least this long.',
        zh: '常见内核为 200。一次突发末尾丢包，用户至少要等这么久。',
      },
      since: null,
      raisedBy: {
        en: 'Not a measurement: `ip route … rto_min` and newer sysctls change the behaviour without changing this line.',
        zh: '并非测量值：`ip route … rto_min` 和较新的 sysctl 会改变行为，却不改变这一行。',
      },
      read: {
        en: '`ip route show` tells whether a route overrides it.',
        zh: '`ip route show` 可看出是否有路由覆盖了它。',
      },
      act: null,
      rules: [],
      sources: ['include/net/tcp.h: TCP_RTO_MIN'],
    },
    {
      id: 'TcpRtoMax',
      title: {
        en: 'The largest retransmission timeout in milliseconds, as built in',
        zh: '内置的最大重传超时，单位毫秒',
      },
      what: {
        en: '120000: after many failures a connection asks again only every two minutes, which is why it takes a quarter of an hour until a dead peer is given up.',
        zh: '120000：多次失败后每两分钟才重试一次，这正是放弃一个失效对端要一刻钟左右的原因。',
      },
      since: null,
      raisedBy: {
        en: 'Compiled in; recent kernels let a sysctl lower the behaviour, this line is not known to follow it.',
        zh: '编译时确定；新内核可用 sysctl 调低实际值，本行是否随之变化尚不清楚。',
      },
      read: {
        en: 'For faster failure look at tcp_retries2 and TCP_USER_TIMEOUT instead.',
        zh: '想更快失败，应看 tcp_retries2 与 TCP_USER_TIMEOUT。',
      },
      act: null,
      rules: [],
      sources: ['include/net/tcp.h: TCP_RTO_MAX'],
    },
    {
      id: 'TcpMaxConn',
      title: {
        en: 'The limit of TCP connections, which Linux does not have',
        zh: 'TCP 连接数上限，而 Linux 并没有这种上限',
      },
      what: {
        en: 'Always −1, which stands for “dynamic”. File descriptors, memory and ports are the limits that count.',
        zh: '恒为 −1，意为“动态”。真正起作用的是文件描述符、内存和端口。',
      },
      since: null,
      raisedBy: {
        en: 'Written into the table at start and never touched again.',
        zh: '启动时写入表中，之后不再改动。',
      },
      read: {
        en: 'Nothing can be concluded from it; `cat /proc/net/sockstat` has real levels.',
        zh: '由它得不出任何结论；实际水位见 `cat /proc/net/sockstat`。',
      },
      act: null,
      rules: [],
      sources: ['RFC 4022'],
    },
  ],
}
