import type { Glossary } from '../define-term.ts'

/** Packets that overtake each other, and how that was noticed. */
export const REORDERING: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPSACKReorder',
      title: { en: 'SACKs showed that packets overtook each other', zh: 'SACK 显示报文到达顺序错乱' },
      what: {
        en: 'A gap was filled by data that had not been sent again. The kernel raises its tolerance for this connection.',
        zh: '空洞由未经重传的数据填上。内核随之提高该连接的乱序容忍度。',
      },
      since: null,
      raisedBy: {
        en: 'Several paths or queues for one flow: bonding in round-robin, ECMP per packet, some virtual switches.',
        zh: '一条流走多条路径或队列：轮询式聚合、逐包 ECMP、某些虚拟交换机。',
      },
      read: {
        en: 'Moderate numbers are no harm; when FastRetrans rises with it, users pay with useless retransmissions.',
        zh: '适量无害；若 FastRetrans 同步上升，就是在用无谓的重传付出代价。',
      },
      act: {
        en: 'Make balancing per flow (bond `xmit_hash_policy=layer3+4`).',
        zh: '改为按流均衡（bond 的 `xmit_hash_policy=layer3+4`）。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_check_sack_reordering'],
    },
    {
      id: 'TcpExtTCPTSReorder',
      title: { en: 'Timestamps showed that a hole was filled by late data', zh: '时间戳显示空洞由迟到的数据填补' },
      what: {
        en: 'The ACK for it carries a time older than the retransmission, so the first copy did arrive.',
        zh: '对应 ACK 的时间早于重传，说明首个副本确已到达。',
      },
      since: null,
      raisedBy: {
        en: 'Reordering by more than the duplicate-ACK threshold, found in the middle of a recovery.',
        zh: '恢复过程中发现的、超过重复 ACK 阈值的乱序。',
      },
      read: {
        en: '`ss -ti` shows `reordering:` on connections above the default of 3; their peers share the bad path.',
        zh: '`ss -ti` 中 `reordering:` 大于默认值 3 的连接，其对端就在同一条问题路径上。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_undo_partial'],
    },
    {
      id: 'TcpExtTCPRenoReorder',
      title: {
        en: 'Too many duplicate ACKs came on a connection without SACK',
        zh: '无 SACK 的连接收到了过多的重复 ACK',
      },
      what: {
        en: 'More of them than there were segments outstanding, which only reordering or duplication explains.',
        zh: '重复 ACK 多于在途报文数，只能用乱序或复制来解释。',
      },
      since: null,
      raisedBy: {
        en: 'Peers without SACK behind a path that reorders or duplicates.',
        zh: '不支持 SACK 的对端，位于会乱序或复制报文的链路之后。',
      },
      read: {
        en: 'Read only beside TCPSACKReorder; where SACK is common this stays tiny.',
        zh: '只需与 TCPSACKReorder 一并看；SACK 普及时它很小。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_check_reno_reordering'],
    },
    {
      id: 'TcpExtTCPFACKReorder',
      title: {
        en: 'Reordering was found by forward acknowledgement, on an old kernel',
        zh: '旧内核用 FACK 发现了乱序',
      },
      what: {
        en: 'FACK took everything before the highest SACK for lost and had to learn when that was wrong. It was removed with FACK.',
        zh: 'FACK 把最高 SACK 之前的一切视为丢失，判断失误时以此修正。它已随 FACK 一同移除。',
      },
      since: null,
      raisedBy: {
        en: 'net.ipv4.tcp_fack = 1 and packets out of order, on kernels such as 4.4.',
        zh: '4.4 之类内核上 net.ipv4.tcp_fack = 1 且报文乱序。',
      },
      read: {
        en: 'Newer kernels count the same events under TCPSACKReorder or TCPTSReorder.',
        zh: '较新内核把同类事件计入 TCPSACKReorder 或 TCPTSReorder。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
  ],
}
