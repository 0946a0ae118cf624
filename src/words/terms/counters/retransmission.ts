import type { Glossary } from '../define-term.ts'

/** What is sent again, and which clock asked for it. */
export const RETRANSMISSION: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPTimeouts',
      title: { en: 'A retransmission timer ran out', zh: '重传定时器到期' },
      what: {
        en: 'Nothing came back for a whole timeout. On a connection that means a stall of at least 200 ms, doubling each time; at a SYN-ACK it means a client that never finished the handshake.',
        zh: '整个超时期间没有任何回应。对已建连接意味着至少 200 毫秒的停顿并逐次翻倍；对 SYN-ACK 则意味着客户端始终没有完成握手。',
      },
      since: null,
      raisedBy: {
        en: 'Lost data at the end of a burst, silent peers, unanswered SYNs; each expiry of a half-open request as well, the last one included.',
        zh: '一次突发末尾的数据丢失、对端无应答、SYN 无回应；半连接请求的每次到期也算，包括放弃前的最后一次。',
      },
      read: {
        en: 'Subtract TCPSynRetrans. Where handshakes are lost at a full queue of an old kernel, the rest is close to the number of expired requests.',
        zh: '减去 TCPSynRetrans。若旧内核因队列满而丢握手，余数就接近过期请求的数量。',
      },
      act: {
        en: '`ss -to` shows which connections have a running `on` timer with a high backoff: these are the silent peers.',
        zh: '`ss -to` 中 `on` 定时器退避较大的连接，就是无应答的对端。',
      },
      rules: ['retransmissions-high', 'syn-sent-stuck'],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer, tcp_syn_ack_timeout'],
    },
    {
      id: 'TcpExtTCPLossProbes',
      title: {
        en: 'A tail loss probe was sent instead of waiting for the timeout',
        zh: '没有等到超时，先发出一个尾部丢失探测',
      },
      what: {
        en: 'After about two round trips without an answer the last segment is repeated once. It is cheap, and often turns out to have been needless.',
        zh: '约两个往返没有回应时，把最后一个报文重发一次。代价很小，且事后常被证明没有必要。',
      },
      since: '3.10',
      raisedBy: {
        en: 'Any pause of the peer’s ACKs at the end of a transfer: loss, but also delayed ACKs or a slow receiver.',
        zh: '传输末尾对端 ACK 的任何停顿：可能是丢包，也可能是延迟确认或接收方缓慢。',
      },
      read: {
        en: 'They count as RetransSegs. Compare with TCPLossProbeRecovery: only those probes repaired a loss.',
        zh: '它计入 RetransSegs。与 TCPLossProbeRecovery 对照：只有那部分才修复了丢包。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_send_loss_probe', 'RFC 8985, 7'],
    },
    {
      id: 'TcpExtTCPLossProbeRecovery',
      title: { en: 'A tail loss probe repaired a real loss', zh: '尾部丢失探测修复了一次真实丢包' },
      what: {
        en: 'The last segment of a burst was lost; the probe replaced it, and the user was spared a full timeout.',
        zh: '一次突发的最后一个报文丢失，由探测补上，用户免去了一次完整的超时。',
      },
      since: '3.10',
      raisedBy: {
        en: 'An ACK that acknowledges the probe without saying that the original had come as well.',
        zh: '确认了探测，且未表明原报文也已到达的 ACK。',
      },
      read: {
        en: 'Its share of TCPLossProbes says how much of the probing is about loss; near zero means that ACKs are late, not lost.',
        zh: '它占 TCPLossProbes 的比例说明探测中有多少是真丢包；接近零表示 ACK 只是迟到。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_process_tlp_ack'],
    },
    {
      id: 'TcpExtTCPFastRetrans',
      title: {
        en: 'A segment was sent again before any timeout, on hints of later ACKs',
        zh: '凭后续 ACK 的提示，在超时之前就重传了报文',
      },
      what: {
        en: 'Loss was recognised from what arrived behind the gap. It costs one round trip, which users hardly feel.',
        zh: '由空洞之后到达的数据判断出丢包。代价是一个往返，用户几乎无感。',
      },
      since: null,
      raisedBy: {
        en: 'Single drops within a stream of data: a shaper, a full device queue, a lossy radio link.',
        zh: '数据流中的零星丢包：限速器、网卡队列满、有损的无线链路。',
      },
      read: {
        en: 'A high ratio of this to TCPTimeouts is good news about recovery, bad news about the path.',
        zh: '它与 TCPTimeouts 之比高，说明恢复机制良好，但链路不佳。',
      },
      act: {
        en: 'Look for the dropping hop: `tc -s qdisc`, `ethtool -S DEVICE`, the policy of the cloud’s bandwidth limit.',
        zh: '查找丢包的一跳：`tc -s qdisc`、`ethtool -S DEVICE`、云厂商的带宽限制策略。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_xmit_retransmit_queue'],
    },
    {
      id: 'TcpExtTCPSlowStartRetrans',
      title: {
        en: 'A segment was sent again after a timeout had emptied the pipe',
        zh: '超时之后从头开始，重传了一个报文',
      },
      what: {
        en: 'The connection fell back to one segment per round trip and works itself up again: throughput collapses for seconds.',
        zh: '连接退回到每个往返一个报文再逐步增长：吞吐会塌陷数秒。',
      },
      since: null,
      raisedBy: {
        en: 'A timeout with several segments outstanding, that is, a whole window lost or a path that was interrupted.',
        zh: '超时发生时有多个报文未确认，即整个窗口丢失或链路中断。',
      },
      read: {
        en: 'Hold it against TCPFastRetrans; when this is the greater one, look for outages of seconds and not for single drops.',
        zh: '与 TCPFastRetrans 对照；若它更大，要找的是以秒计的中断而非零星丢包。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_xmit_retransmit_queue'],
    },
    {
      id: 'TcpExtTCPLostRetransmit',
      title: { en: 'A retransmitted segment was lost as well', zh: '重传的报文又丢了' },
      what: {
        en: 'The same data failed twice, which is a sign of heavy or bursty loss rather than bad luck.',
        zh: '同一数据两次失败，说明丢包严重或成簇，而非偶然。',
      },
      since: null,
      raisedBy: {
        en: 'Policers that drop everything above a rate, overloaded queues, broken ECMP paths that always lose the same flow.',
        zh: '超过速率就全部丢弃的限速器、过载的队列、总是丢同一条流的 ECMP 故障路径。',
      },
      read: {
        en: 'As a share of FastRetrans it comes close to the loss rate of the path itself.',
        zh: '占 FastRetrans 的比例接近链路本身的丢包率。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_mark_skb_lost', 'net/ipv4/tcp_recovery.c'],
    },
    {
      id: 'TcpExtTCPForwardRetrans',
      title: {
        en: 'A segment beyond the known loss was sent again on suspicion',
        zh: '出于猜测，重传了已知丢失之后的报文',
      },
      what: {
        en: 'A habit of the FACK era: with room in the window the kernel repeated data that was not yet proven lost. Kernels of today no longer have it.',
        zh: 'FACK 时代的做法：窗口有余量时，重发尚未证实丢失的数据。如今的内核已无此计数器。',
      },
      since: null,
      raisedBy: { en: 'Recovery with SACK on old kernels such as 4.4.', zh: '在 4.4 之类旧内核上，使用 SACK 恢复时。' },
      read: {
        en: 'Add it to FastRetrans and SlowStartRetrans when numbers of old and new nodes are compared.',
        zh: '比较新旧节点时，把它与 FastRetrans、SlowStartRetrans 相加。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPRetransFail',
      title: { en: 'A retransmission was ready but the host could not send it', zh: '重传报文已备好，但本机发不出去' },
      what: {
        en: 'The network layer said no, so the connection waits for its next timer although the path may be fine.',
        zh: '网络层拒绝发送，即使链路正常，连接也只能等下一次定时器。',
      },
      since: null,
      raisedBy: {
        en: 'No route any more, a firewall that drops on output, memory, or a device queue that overflowed locally.',
        zh: '路由已消失、出方向防火墙丢弃、内存不足，或本机网卡队列溢出。',
      },
      read: {
        en: 'The fault is on this node, not on the way: `ip route get PEER`, OUTPUT rules, `tc -s qdisc show`.',
        zh: '问题在本节点而不在途中：`ip route get PEER`、OUTPUT 规则、`tc -s qdisc show`。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: __tcp_retransmit_skb'],
    },
    {
      id: 'TcpExtTCPSpuriousRtxHostQueues',
      title: {
        en: 'A retransmission was skipped because the original had not left the host',
        zh: '原报文尚未离开本机，因而跳过了一次重传',
      },
      what: {
        en: 'The timer fired while the first copy still sat in a queue of this machine. The delay is local.',
        zh: '定时器到期时，首个副本还排在本机队列里。延迟出在本机。',
      },
      since: null,
      raisedBy: {
        en: 'A long qdisc or driver queue, a paused or slow virtual device, interrupts served too late.',
        zh: 'qdisc 或驱动队列过长、虚拟设备暂停或过慢、中断处理过晚。',
      },
      read: {
        en: '`tc -s qdisc show dev DEVICE` (backlog) and `sar -n DEV` of the same second; retransmissions elsewhere are then a consequence.',
        zh: '查看同一秒的 `tc -s qdisc show dev DEVICE`（backlog）与 `sar -n DEV`；此时别处的重传只是结果。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: skb_still_in_host_queue'],
    },
  ],
}
