import type { Glossary } from '../define-term.ts'

/** SACK blocks: refused ones, and how the sender keeps book of the others. */
export const SACK_BLOCKS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPSACKDiscard',
      title: {
        en: 'A SACK block pointed outside the data under way and was discarded',
        zh: 'SACK 块指向在途数据之外，被丢弃',
      },
      what: {
        en: 'Its numbers do not fit this connection. Recovery loses that hint and may need a timeout.',
        zh: '其序号与本连接不符。恢复过程失去该提示，可能要等超时。',
      },
      since: null,
      raisedBy: {
        en: 'Firewalls that shift sequence numbers and leave SACK blocks alone, or broken stacks. Mere reordering of ACKs is left out.',
        zh: '改写序号却不改 SACK 块的防火墙，或有缺陷的协议栈。仅由 ACK 乱序造成的不计。',
      },
      read: {
        en: 'Should be zero within a data centre; elsewhere the device between these peers is the suspect.',
        zh: '数据中心内部应为零；否则嫌疑在两端之间的设备。',
      },
      act: { en: 'Turn off sequence-number randomisation at that firewall.', zh: '在该防火墙上关闭序号随机化。' },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_sacktag_write_queue'],
    },
    {
      id: 'TcpExtTCPSackShifted',
      title: {
        en: 'Confirmed bytes were moved from one send buffer to its neighbour',
        zh: '已确认的字节从一个发送缓冲移入相邻缓冲',
      },
      what: {
        en: 'Housekeeping of the sender: neighbouring ranges that a SACK covers are kept together.',
        zh: '发送端的内务整理：把同一 SACK 覆盖的相邻区段放在一起。',
      },
      since: null,
      raisedBy: { en: 'SACK blocks that end in the middle of a buffer.', zh: '结束于缓冲中间的 SACK 块。' },
      read: {
        en: 'No measure of health; it only proves that SACK is in use and some gap was open.',
        zh: '不反映健康状况，只说明在用 SACK 且出现过空洞。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_shift_skb_data'],
    },
    {
      id: 'TcpExtTCPSackMerged',
      title: {
        en: 'A send buffer was absorbed whole by its neighbour after a SACK',
        zh: 'SACK 之后，一个发送缓冲被相邻缓冲整个吸收',
      },
      what: {
        en: 'The tidying went so far that one buffer became free, which saves memory and time in long recoveries.',
        zh: '整理到可以释放一个缓冲的程度，在长时间恢复中节省内存和时间。',
      },
      since: null,
      raisedBy: { en: 'A SACK block that covers neighbouring buffers completely.', zh: '完整覆盖相邻缓冲的 SACK 块。' },
      read: {
        en: 'Nobody needs to act on it; together with TCPSackShifted it mirrors the amount of SACKed data.',
        zh: '无需处理；与 TCPSackShifted 一起反映 SACK 数据量。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_shift_skb_data'],
    },
    {
      id: 'TcpExtTCPSackShiftFallback',
      title: {
        en: 'Tidying of SACKed buffers was not possible and the slow way was taken',
        zh: '无法整理 SACK 缓冲，改走慢速路径',
      },
      what: {
        en: 'The ranges were tagged one by one instead of being merged, at some CPU cost.',
        zh: '逐段标记而未合并，多花一些 CPU。',
      },
      since: null,
      raisedBy: {
        en: 'Buffers of different kind or size limits, or a hole that does not end at a packet boundary.',
        zh: '缓冲类型或大小限制不同，或空洞不在报文边界结束。',
      },
      read: {
        en: 'Millions of these with a hot tcp_sacktag_write_queue in `perf top` hint at SACK floods; else ignore it.',
        zh: '若达数百万且 `perf top` 中 tcp_sacktag_write_queue 很热，可能是 SACK 攻击；否则忽略。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_shift_skb_data'],
    },
  ],
}
