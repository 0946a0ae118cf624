import type { Glossary } from '../define-term.ts'

/** Connections that try another of several parallel paths. */
export const PATH_CHANGE: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTcpTimeoutRehash',
      title: {
        en: 'A connection changed its flow hash after a timeout to try another path',
        zh: '超时后连接改换流哈希，尝试另一条路径',
      },
      what: {
        en: 'With several routes of equal cost the new hash may lead around a broken one.',
        zh: '存在多条等价路由时，新哈希可能绕开故障路径。',
      },
      since: '5.5–5.10',
      raisedBy: {
        en: 'Each retransmission timeout on which a new hash was drawn; the IPv6 flow label or an outer UDP port carries it to the routers.',
        zh: '每次重传超时并重新取哈希时；路由器经由 IPv6 流标签或外层 UDP 端口感知它。',
      },
      read: {
        en: 'If connections recover right after such a change, one of the parallel paths loses packets.',
        zh: '若改换后连接立即恢复，说明并行路径之一在丢包。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_write_timeout'],
    },
    {
      id: 'TcpExtTcpDuplicateDataRehash',
      title: {
        en: 'The receiver drew a new flow hash because it kept getting the same data',
        zh: '反复收到相同数据，接收方改换了流哈希',
      },
      what: {
        en: 'The peer repeats what was acknowledged, so the ACKs seem to get lost; they now take another path.',
        zh: '对端不断重发已确认的数据，看来 ACK 在丢失，于是让 ACK 换条路径。',
      },
      since: '5.5–5.10',
      raisedBy: {
        en: 'Loss in the direction of the ACKs, typically one bad link among parallel ones.',
        zh: 'ACK 方向的丢包，典型的是并行链路中有一条损坏。',
      },
      read: {
        en: 'Growing on many nodes at once towards one zone: ask the network team about the fabric, not the hosts.',
        zh: '若许多节点对同一区域同时增长，应查网络设备而非主机。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_rcv_spurious_retrans'],
    },
    {
      id: 'TcpExtTCPPLBRehash',
      title: {
        en: 'A connection moved to another path because ECN told of congestion',
        zh: '因 ECN 报告拥塞，连接改走另一路径',
      },
      what: {
        en: 'Protective load balancing: after several congested rounds the flow hash changes, ideally while the connection is idle.',
        zh: 'PLB 机制：连续数轮拥塞后改换流哈希，尽可能选在连接空闲时。',
      },
      since: '6.2–6.12',
      raisedBy: {
        en: 'net.ipv4.tcp_plb_enabled = 1 with a congestion control that uses it, such as DCTCP.',
        zh: 'net.ipv4.tcp_plb_enabled = 1 且使用支持它的拥塞控制，如 DCTCP。',
      },
      read: {
        en: 'Zero unless somebody switched it on; frequent moves mean congestion on all paths.',
        zh: '无人启用则为零；频繁改换说明各路径都拥塞。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_plb.c', 'Documentation/networking/ip-sysctl.rst: tcp_plb_enabled'],
    },
  ],
}
