import type { Glossary } from '../define-term.ts'

/** Retransmissions that proved needless, and rates that were restored. */
export const UNDO: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPFullUndo',
      title: { en: 'A rate cut was taken back since nothing had been lost', zh: '确认没有丢包，撤销了降速' },
      what: {
        en: 'Timestamps showed that the original had arrived before the repeat. The old window is restored.',
        zh: '时间戳表明原报文先于重传到达，窗口得以恢复。',
      },
      since: null,
      raisedBy: {
        en: 'Reordering or a sudden rise of delay that looked like loss.',
        zh: '乱序，或看似丢包的时延骤增。',
      },
      read: {
        en: 'Undone recoveries divided by TCPSackRecovery tell how often “loss” is reordering.',
        zh: '撤销次数除以 TCPSackRecovery，可知“丢包”有多少其实是乱序。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_undo_recovery'],
    },
    {
      id: 'TcpExtTCPPartialUndo',
      title: { en: 'One hole of a recovery proved to be mere delay', zh: '恢复中的一个空洞被证实只是迟到' },
      what: {
        en: 'Part of what seemed lost arrived on its own; retransmission pauses until the rest is known.',
        zh: '看似丢失的一部分自行到达；重传暂停，待其余情况明了。',
      },
      since: null,
      raisedBy: {
        en: 'Packets that overtake each other by more than the kernel had allowed for.',
        zh: '报文互相超越的程度超出内核的容忍。',
      },
      read: {
        en: 'Together with TCPTSReorder it shows a path that reorders; parallel links with per-packet balancing are the usual reason.',
        zh: '与 TCPTSReorder 一起说明链路存在乱序，常见原因是逐包负载均衡的并行链路。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_undo_partial'],
    },
    {
      id: 'TcpExtTCPDSACKUndo',
      title: {
        en: 'A rate cut was taken back because the peer reported every repeat as a duplicate',
        zh: '对端报告所有重传均为重复，撤销了降速',
      },
      what: {
        en: 'DSACKs came for all retransmitted segments: none of them had been needed.',
        zh: '所有重传报文都收到 DSACK：一个也不需要。',
      },
      since: null,
      raisedBy: { en: 'Spurious fast retransmits, mostly by reordering.', zh: '不必要的快速重传，多由乱序引起。' },
      read: {
        en: 'A high share of the recoveries is good for users (the window came back) and points at the fabric.',
        zh: '占恢复次数的比例高，对用户是好事（窗口已恢复），但指向网络架构问题。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_undo_dsack'],
    },
    {
      id: 'TcpExtTCPLossUndo',
      title: {
        en: 'The collapse after a timeout was taken back, the timeout had been too early',
        zh: '超时过早，随后的窗口塌陷被撤销',
      },
      what: {
        en: 'Data was only late, not lost. The connection goes on at nearly its old speed.',
        zh: '数据只是迟到而非丢失，连接几乎以原速继续。',
      },
      since: null,
      raisedBy: {
        en: 'Delay that jumps above the timeout: frozen virtual machines, bufferbloat, mobile links, a receiver without CPU.',
        zh: '时延突跳超过超时值：虚拟机暂停、缓冲膨胀、移动链路、接收方得不到 CPU。',
      },
      read: {
        en: 'Near TCPTimeouts without openings it says that the peers or the path stall, and that nothing is dropped.',
        zh: '若接近扣除建连后的 TCPTimeouts，说明对端或链路在停顿，而没有丢包。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_try_undo_loss'],
    },
    {
      id: 'TcpExtTCPSpuriousRTOs',
      title: { en: 'F-RTO found a timeout to have been needless', zh: 'F-RTO 判定一次超时没有必要' },
      what: {
        en: 'The first ACKs after the timeout covered data that had never been sent twice.',
        zh: '超时后的头几个 ACK 确认的是从未重传过的数据。',
      },
      since: null,
      raisedBy: { en: 'A pause of more than 200 ms on the way or at the peer.', zh: '途中或对端停顿超过 200 毫秒。' },
      read: {
        en: 'Look at what paused: `steal` in vmstat, throttled cgroups, live migration at that time.',
        zh: '查是什么在停顿：vmstat 的 `steal`、被限流的 cgroup、当时的热迁移。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_process_loss', 'RFC 5682'],
    },
  ],
}
