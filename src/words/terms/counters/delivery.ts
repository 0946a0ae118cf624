import type { Glossary } from '../define-term.ts'

/** New data sent and known to have arrived. */
export const DELIVERY: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPOrigDataSent',
      title: { en: 'A data segment was sent for the first time', zh: '首次发出一个数据报文' },
      what: { en: 'New data only: no ACKs, no resets, no repeats.', zh: '只算新数据：不含 ACK、RST 和重复。' },
      since: '3.15',
      raisedBy: { en: 'Every segment of payload that programs here send.', zh: '本机程序发送的每一段有效载荷。' },
      read: {
        en: 'A better base than OutSegs for a loss rate where most segments are ACKs: retransmissions without openings, divided by this.',
        zh: '当多数报文是 ACK 时，它比 OutSegs 更适合作丢包率的分母：用扣除建连后的重传数除以它。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_event_new_data_sent', 'Documentation/networking/snmp_counter.rst'],
    },
    {
      id: 'TcpExtTCPDelivered',
      title: { en: 'A data segment is known to have reached the peer', zh: '确知一个数据报文已到达对端' },
      what: {
        en: 'Confirmed by an ACK or SACK, retransmitted ones included.',
        zh: '由 ACK 或 SACK 证实，重传的也算。',
      },
      since: '4.5–5.4',
      raisedBy: { en: 'Each acknowledgement of payload that this host had sent.', zh: '对本机所发载荷的每次确认。' },
      read: {
        en: 'TCPOrigDataSent minus this, over a long time, is what is under way or was never confirmed.',
        zh: '长期来看，TCPOrigDataSent 与它之差就是在途的或从未得到确认的数据。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_newly_delivered'],
    },
    {
      id: 'TcpExtTCPDeliveredCE',
      title: { en: 'A delivered segment had met congestion, says ECN', zh: 'ECN 表明，已送达的报文途经了拥塞' },
      what: {
        en: 'A router marked the packet instead of dropping it, and the receiver reported so.',
        zh: '路由器以标记代替丢弃，并由接收方回报。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'ECN negotiated on the connection (tcp_ecn, DCTCP) and a queue on the path above its mark.',
        zh: '连接协商了 ECN（tcp_ecn、DCTCP），且途中队列超过标记阈值。',
      },
      read: {
        en: 'Its share of TCPDelivered is the congestion on the way out; zero without ECN says nothing.',
        zh: '占 TCPDelivered 的比例反映出方向的拥塞；未启用 ECN 时为零没有意义。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_count_delivered_ce'],
    },
  ],
}
