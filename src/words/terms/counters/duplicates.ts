import type { Glossary } from '../define-term.ts'

/** Duplicates, told and heard by DSACK, and SACK blocks that make no sense. */
export const DUPLICATES: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPDSACKOldSent',
      title: { en: 'This host got data a second time and said so', zh: '本机收到重复数据并告知了对端' },
      what: {
        en: 'The data had been acknowledged already; a DSACK tells the sender that its repeat was needless.',
        zh: '这些数据早已确认；DSACK 告诉发送方其重传没有必要。',
      },
      since: null,
      raisedBy: {
        en: 'Lost or late ACKs, so that the peer repeats; a sender with too short a timeout; a network that duplicates.',
        zh: 'ACK 丢失或迟到致使对端重发、发送方超时过短、网络复制报文。',
      },
      read: {
        en: 'It measures the peer’s retransmissions that this side did not need; many from one peer: trouble on the way back to it.',
        zh: '它衡量对端做了多少本端并不需要的重传；集中于某个对端，说明返回方向有问题。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_dsack_set', 'RFC 2883'],
    },
    {
      id: 'TcpExtTCPDSACKOfoSent',
      title: {
        en: 'A duplicate of out-of-order data came, and the sender was told',
        zh: '收到乱序数据的副本，并告知了发送方',
      },
      what: { en: 'The segment lies behind a gap and was queued before.', zh: '该报文位于空洞之后，此前已在队列中。' },
      since: null,
      raisedBy: {
        en: 'A sender that repeats more than the gap, or duplication on the path.',
        zh: '发送方重发的范围大于空洞，或链路复制报文。',
      },
      read: {
        en: 'Normally far below TCPOFOQueue; close to it means that everything behind a loss is sent twice.',
        zh: '通常远小于 TCPOFOQueue；若接近，说明丢包之后的数据全被发了两遍。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_dsack_set'],
    },
    {
      id: 'TcpExtTCPDSACKRecv',
      title: {
        en: 'A peer reported that a retransmission of this host was needless',
        zh: '对端报告本机的一次重传没有必要',
      },
      what: {
        en: 'Both copies arrived. The timer or the loss probe was too eager, or the ACK was lost.',
        zh: '两份副本都到了：定时器或丢失探测过于急切，或 ACK 丢失。',
      },
      since: null,
      raisedBy: {
        en: 'Tail loss probes to peers with delayed ACKs, reordering, delay that rises suddenly.',
        zh: '对延迟确认的对端发出尾部丢失探测、乱序、时延骤增。',
      },
      read: {
        en: 'Subtract it from the data retransmissions: what is left comes closer to packets really lost.',
        zh: '从数据重传数中减去它，余数更接近真正丢失的报文。',
      },
      act: null,
      rules: ['retransmissions-high'],
      sources: ['net/ipv4/tcp_input.c: tcp_check_dsack'],
    },
    {
      id: 'TcpExtTCPDSACKOfoRecv',
      title: { en: 'A peer reported a duplicate among its out-of-order data', zh: '对端报告其乱序数据中有重复' },
      what: { en: 'A segment behind a gap reached the peer twice.', zh: '空洞之后的一个报文两次到达对端。' },
      since: null,
      raisedBy: {
        en: 'Retransmission of too much after a loss, or copies made by the network.',
        zh: '丢包后重传过多，或网络产生了副本。',
      },
      read: {
        en: 'Small everywhere; a steep rise suggests a mirror port or a loop that duplicates packets.',
        zh: '通常很小；骤升则怀疑端口镜像或环路在复制报文。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_check_dsack'],
    },
    {
      id: 'TcpExtTCPDSACKRecvSegs',
      title: { en: 'Segments, not reports, that peers called duplicate', zh: '对端判为重复的报文段数（而非报告次数）' },
      what: {
        en: 'One DSACK may cover several segments; here each of them counts.',
        zh: '一个 DSACK 可能覆盖多个报文段，这里逐个计数。',
      },
      since: '5.5–5.10',
      raisedBy: {
        en: 'Needless repeats of large chunks, as after a timeout that came too early.',
        zh: '大块数据的不必要重传，例如过早超时之后。',
      },
      read: {
        en: 'Divided by RetransSegs without openings it gives the useless share of retransmission, more exactly than TCPDSACKRecv.',
        zh: '除以扣除建连后的 RetransSegs，可得无用重传的比例，比 TCPDSACKRecv 更准。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_check_dsack'],
    },
    {
      id: 'TcpExtTCPDSACKIgnoredOld',
      title: {
        en: 'A DSACK was invalid and ignored, while an undo was possible',
        zh: '在可撤销期间收到无效 DSACK，予以忽略',
      },
      what: {
        en: 'It spoke of data outside of what this recovery could have repeated; probably it was late.',
        zh: '它涉及的数据不属于本次恢复可能重传的范围，多半是迟到的。',
      },
      since: null,
      raisedBy: {
        en: 'DSACKs that arrive long after the recovery they belong to.',
        zh: '在所属恢复结束很久之后才到达的 DSACK。',
      },
      read: {
        en: 'No effect on users. Delay in the direction of the ACKs makes it grow.',
        zh: '对用户没有影响；ACK 方向的时延会使其增长。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_sacktag_write_queue'],
    },
    {
      id: 'TcpExtTCPDSACKIgnoredNoUndo',
      title: {
        en: 'A DSACK was invalid and came when nothing had been retransmitted',
        zh: '没有重传过任何数据，却收到无效 DSACK',
      },
      what: {
        en: 'The duplicate was not made by this sender, so there is nothing to take back.',
        zh: '副本不是本机造成的，也就没有可撤销的降速。',
      },
      since: null,
      raisedBy: {
        en: 'Duplication in the network, for example by a mirrored or looping path.',
        zh: '网络复制报文，例如镜像或成环的路径。',
      },
      read: {
        en: 'If it grows on several hosts of one segment, capture on both ends and compare IP IDs of the copies.',
        zh: '若同一网段多台主机都增长，在两端抓包比较副本的 IP ID。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_sacktag_write_queue'],
    },
    {
      id: 'TcpExtTCPDSACKIgnoredDubious',
      title: {
        en: 'A DSACK claimed more duplicates than this host had ever retransmitted',
        zh: 'DSACK 声称的重复数超过本机曾经重传的数量',
      },
      what: {
        en: 'The claim cannot be true and is not used to restore the rate.',
        zh: '该说法不可能成立，不用于恢复速率。',
      },
      since: '5.5–5.10',
      raisedBy: {
        en: 'Peers with a faulty stack, duplicates made by the network, or a peer that wants to be sent faster.',
        zh: '协议栈有缺陷的对端、网络复制的报文，或企图骗取更高速率的对端。',
      },
      read: {
        en: 'Group by peer with a capture of SACK options; a single maker of devices often stands behind it.',
        zh: '抓取 SACK 选项并按对端归组；往往集中于某一厂商的设备。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_dsack_seen'],
    },
  ],
}
