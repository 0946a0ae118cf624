import type { Glossary } from '../define-term.ts'

/** ACKs withheld by a rate limit, so that two ends do not answer each other for ever. */
export const SKIPPED_ACKS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPACKSkippedSynRecv',
      title: {
        en: 'An answer to a half-open connection was withheld by the rate limit',
        zh: '对半连接的一次应答因限速而省去',
      },
      what: {
        en: 'Repeated SYNs or odd ACKs for the same request come faster than twice a second.',
        zh: '同一请求的重复 SYN 或异常 ACK 快于每秒两次。',
      },
      since: null,
      raisedBy: {
        en: 'A client that repeats its SYN aggressively, a duplicated path, or a loop of ACKs between two hosts.',
        zh: '激进重发 SYN 的客户端、会复制报文的链路，或两台主机间的 ACK 循环。',
      },
      read: {
        en: 'Harmless below a few per second; `sysctl net.ipv4.tcp_invalid_ratelimit` is the interval in ms.',
        zh: '每秒几个以下无害；`sysctl net.ipv4.tcp_invalid_ratelimit` 是以毫秒计的间隔。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_check_req'],
    },
    {
      id: 'TcpExtTCPACKSkippedPAWS',
      title: {
        en: 'No ACK was sent for a packet with an old timestamp, to avoid an ACK storm',
        zh: '为避免 ACK 风暴，对时间戳过旧的报文不再回 ACK',
      },
      what: {
        en: 'The packet was refused as in PAWSEstab; the reply was left out because another had just gone.',
        zh: '报文如 PAWSEstab 那样被拒绝；因刚回过一个，故省去应答。',
      },
      since: null,
      raisedBy: {
        en: 'A stream of old duplicates on one connection, for instance two clients behind a NAT on the same ports.',
        zh: '同一连接上旧副本源源不断，例如 NAT 后两个客户端占用相同端口。',
      },
      read: {
        en: 'Close to PAWSEstab in number: few connections are hit very often. Far less: many are hit once.',
        zh: '数量接近 PAWSEstab，是少数连接反复命中；远小于它，则是许多连接各一次。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_validate_incoming'],
    },
    {
      id: 'TcpExtTCPACKSkippedSeq',
      title: {
        en: 'No ACK was sent for a packet outside the window, to avoid an ACK storm',
        zh: '为避免 ACK 风暴，对窗口外的报文不再回 ACK',
      },
      what: {
        en: 'Two ends that disagree about sequence numbers would answer each other for ever; the limit stops that.',
        zh: '双方对序号看法不一会无休止地互相应答，限速将其打断。',
      },
      since: null,
      raisedBy: {
        en: 'A proxy or firewall that lost its place in the connection, captured and replayed packets, desynchronised failover.',
        zh: '在连接中错位的代理或防火墙、被重放的报文、状态不同步的切换。',
      },
      read: {
        en: 'A rise by thousands within seconds is such a duel; find the pair of addresses by packet rate.',
        zh: '数秒内涨几千就是这种“对打”；按包速找出那对地址。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_validate_incoming'],
    },
    {
      id: 'TcpExtTCPACKSkippedFinWait2',
      title: { en: 'An ACK was withheld for a connection in FIN_WAIT2', zh: '对 FIN_WAIT2 中的连接省去一个 ACK' },
      what: {
        en: 'This side has closed, the other has not, and out-of-window packets keep coming.',
        zh: '本端已关闭、对端未关闭，仍有窗口外的报文到来。',
      },
      since: null,
      raisedBy: {
        en: 'Peers that go on after a close, or port reuse against the old connection.',
        zh: '关闭后仍继续发送的对端，或端口复用撞上旧连接。',
      },
      read: {
        en: 'Seldom above zero; together with many FIN_WAIT2 sockets, look at peers in CLOSE_WAIT.',
        zh: '极少大于零；若同时 FIN_WAIT2 很多，查对端的 CLOSE_WAIT。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_timewait_state_process'],
    },
    {
      id: 'TcpExtTCPACKSkippedTimeWait',
      title: { en: 'An ACK was withheld for a connection in TIME_WAIT', zh: '对 TIME_WAIT 中的连接省去一个 ACK' },
      what: {
        en: 'Packets for a finished connection arrive faster than they deserve an answer.',
        zh: '发给已结束连接的报文到得太快，不必逐个应答。',
      },
      since: null,
      raisedBy: {
        en: 'Late retransmissions of the peer, or a client that hits the same ports at once again.',
        zh: '对端迟到的重传，或客户端立刻又用上相同端口。',
      },
      read: {
        en: 'Growth alongside PAWSTimewait or PAWSEstab is port reuse within a minute.',
        zh: '与 PAWSTimewait 或 PAWSEstab 同步增长，是一分钟内的端口复用。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_minisocks.c: tcp_timewait_state_process'],
    },
    {
      id: 'TcpExtTCPACKSkippedChallenge',
      title: { en: 'A challenge ACK was due but withheld by its limit', zh: '本该发出的求证 ACK 因限速而省去' },
      what: {
        en: 'The same connection had been challenged within the last half second, or the host-wide budget was spent.',
        zh: '该连接在半秒内已求证过，或全机配额用尽。',
      },
      since: null,
      raisedBy: {
        en: 'A flood of bad resets and SYNs against existing connections, or one broken peer.',
        zh: '针对已有连接的大量错误 RST 和 SYN，或某个异常的对端。',
      },
      read: {
        en: 'If it exceeds TCPChallengeACK, most challenges are dropped: look for an attacker or a duel of two stacks.',
        zh: '若超过 TCPChallengeACK，多数求证被省去：查攻击者或两端协议栈的“对打”。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_send_challenge_ack'],
    },
  ],
}
