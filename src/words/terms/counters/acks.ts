import type { Glossary } from '../define-term.ts'

/** Acknowledgements: delayed, saved up, challenged or held back. */
export const ACKS: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtDelayedACKs',
      title: { en: 'An ACK was sent by the delay timer', zh: '延迟定时器到期，发出一个 ACK' },
      what: {
        en: 'There was no data to send along within about 40 ms, so the ACK went alone. Normal for one-way traffic.',
        zh: '约 40 毫秒内没有可捎带的数据，于是单独发出 ACK。单向流量中属正常。',
      },
      since: null,
      raisedBy: {
        en: 'A peer that sends less than two full segments and then waits.',
        zh: '对端发送不足两个满段后便等待。',
      },
      read: {
        en: 'Answers that take exactly 40 ms longer than they should go together with it: a sender with Nagle waits for this ACK.',
        zh: '若应答恰好多出 40 毫秒且与它同步出现：发送方启用了 Nagle，在等这个 ACK。',
      },
      act: {
        en: 'Set TCP_NODELAY in the program that writes in small pieces, or let it write headers and body at once.',
        zh: '在分小块写出的程序中设置 TCP_NODELAY，或让头与体一次写出。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_delack_timer_handler'],
    },
    {
      id: 'TcpExtDelayedACKLocked',
      title: {
        en: 'A delayed ACK had to wait longer since the socket was in use',
        zh: '套接字正被占用，延迟的 ACK 只得再等',
      },
      what: {
        en: 'The timer came while a program was inside a call; the ACK follows as soon as it leaves.',
        zh: '定时器触发时程序正在调用中，退出后随即发出 ACK。',
      },
      since: null,
      raisedBy: {
        en: 'Long calls with large buffers, or a thread that was put off the CPU while holding the socket.',
        zh: '大缓冲的长时间调用，或线程持有套接字时被调度出 CPU。',
      },
      read: {
        en: 'As a part of DelayedACKs; a few percent is usual, much more suggests that threads lack CPU.',
        zh: '看占 DelayedACKs 的比例：百分之几正常，多得多则线程可能得不到 CPU。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_delack_timer'],
    },
    {
      id: 'TcpExtDelayedACKLost',
      title: {
        en: 'Data came again that had been acknowledged, perhaps because the ACK was lost',
        zh: '已确认的数据再次到达，可能是 ACK 丢失',
      },
      what: {
        en: 'The kernel answers at once and acknowledges quickly for a while. Duplicates from the network count, too.',
        zh: '内核立即应答，并在一段时间内快速确认。网络复制的报文也算。',
      },
      since: null,
      raisedBy: {
        en: 'Loss of ACKs, or a peer whose timeout is shorter than the delay here.',
        zh: 'ACK 丢失，或对端的超时短于本端的延迟。',
      },
      read: {
        en: 'High against InSegs: look at loss in the outgoing direction, which the peer sees as RetransSegs.',
        zh: '若占 InSegs 比例高，查出方向的丢包，对端会表现为 RetransSegs。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_send_dupack'],
    },
    {
      id: 'TcpExtTCPAckCompressed',
      title: {
        en: 'A SACK was held back for a moment to be sent together with others',
        zh: 'SACK 被短暂推迟，与其他 SACK 合并发送',
      },
      what: {
        en: 'During heavy out-of-order arrival up to 44 SACKs are saved up for at most a millisecond, which spares both sides work.',
        zh: '乱序严重时，最多攒 44 个 SACK、至多一毫秒，双方都省力。',
      },
      since: '4.5–5.4',
      raisedBy: { en: 'Gaps in incoming data at high speed.', zh: '高速接收时出现空洞。' },
      read: {
        en: 'It rises with TCPOFOQueue; itself harmless, it shows where loss or reordering on the way in is.',
        zh: '随 TCPOFOQueue 上升；本身无害，但表明入方向存在丢包或乱序。',
      },
      act: null,
      rules: [],
      sources: [
        'net/ipv4/tcp_input.c: __tcp_ack_snd_check',
        'Documentation/networking/ip-sysctl.rst: tcp_comp_sack_nr',
      ],
    },
    {
      id: 'TcpExtTCPChallengeACK',
      title: {
        en: 'An ACK was sent to ask whether a suspicious packet was meant',
        zh: '收到可疑报文，发出 challenge ACK 求证',
      },
      what: {
        en: 'A reset, SYN or ACK came whose numbers did not fit exactly. A real peer answers with the right reset; a forger cannot.',
        zh: '收到序号不完全吻合的 RST、SYN 或 ACK。真实的对端会回以正确的 RST，伪造者做不到。',
      },
      since: null,
      raisedBy: {
        en: 'Connections that one side has forgotten (restart, failover, NAT), or attempts to cut connections from outside.',
        zh: '一端已遗忘的连接（重启、切换、NAT），或外界企图切断连接。',
      },
      read: {
        en: "Kernels with a host-wide limit per second (tcp_challenge_ack_limit) show it as a flat top; name the peers with `tcpdump 'tcp[tcpflags] & (tcp-rst|tcp-syn) != 0'`.",
        zh: "有全机每秒上限（tcp_challenge_ack_limit）的内核会出现平顶曲线；用 `tcpdump 'tcp[tcpflags] & (tcp-rst|tcp-syn) != 0'` 看对端。",
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_send_challenge_ack', 'RFC 5961'],
    },
    {
      id: 'TcpExtTCPSYNChallenge',
      title: { en: 'A SYN arrived on a connection that already exists', zh: '已存在的连接上又收到 SYN' },
      what: {
        en: 'The client starts anew on the same ports while this side still holds the old connection. It gets a challenge, resets, and connects on its next try.',
        zh: '客户端用相同端口重新开始，而本端还保留旧连接。客户端收到求证 ACK，发 RST，下一次尝试才连上。',
      },
      since: null,
      raisedBy: {
        en: 'A client that crashed and came back, or a NAT that gave the same port to another client too early.',
        zh: '客户端崩溃后重来，或 NAT 过早把同一端口分给别的客户端。',
      },
      read: {
        en: 'Each costs a second at connect. Name the addresses with a capture; one NAT address behind all of them settles it.',
        zh: '每次建连多花一秒。抓包看地址，若都来自同一 NAT 地址便可定论。',
      },
      act: {
        en: 'Shorten what this side keeps: keepalive for idle connections, longer port hold on the NAT.',
        zh: '减少本端的残留：为空闲连接启用 keepalive，并在 NAT 上延长端口保留。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_validate_incoming'],
    },
  ],
}
