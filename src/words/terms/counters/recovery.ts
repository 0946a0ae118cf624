import type { Glossary } from '../define-term.ts'

/** States of loss recovery, and recoveries that failed. */
export const RECOVERY: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPSackRecovery',
      title: {
        en: 'A connection with SACK noticed loss and began to repair it',
        zh: '启用 SACK 的连接发现丢包并开始修复',
      },
      what: {
        en: 'One episode, however many segments it repairs. The sending rate is cut, usually by 30 %.',
        zh: '一次算一个事件，无论修复多少报文。发送速率被削减，通常约 30%。',
      },
      since: null,
      raisedBy: {
        en: 'Enough SACKed data behind a gap; reordering can look the same for a moment.',
        zh: '空洞之后有足够多的 SACK 数据；乱序在短时间内看上去也一样。',
      },
      read: {
        en: 'FastRetrans divided by it is the number of segments lost per episode: near 1 single drops, dozens a full queue somewhere.',
        zh: '用 FastRetrans 除以它得到每次事件丢失的报文数：接近 1 是零星丢包，数十则是某处队列溢出。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_enter_recovery'],
    },
    {
      id: 'TcpExtTCPRenoRecovery',
      title: {
        en: 'A connection without SACK noticed loss by duplicate ACKs',
        zh: '未启用 SACK 的连接凭重复 ACK 发现丢包',
      },
      what: {
        en: 'Only one lost segment per round trip can be repaired in this way, so transfers over lossy paths are slow.',
        zh: '这种方式每个往返只能修复一个丢失的报文，在有损链路上传输缓慢。',
      },
      since: null,
      raisedBy: {
        en: 'A peer or a middlebox that does not offer SACK, or tcp_sack = 0 here. A cookie without timestamps has the same result.',
        zh: '对端或中间设备不支持 SACK，或本机 tcp_sack = 0。不带时间戳的 cookie 也有同样结果。',
      },
      read: {
        en: 'Compare with TCPSackRecovery: today nearly all connections should be there.',
        zh: '与 TCPSackRecovery 对照：如今几乎所有连接都应落在那一项。',
      },
      act: {
        en: '`sysctl net.ipv4.tcp_sack` should be 1; look at firewalls that strip options.',
        zh: '`sysctl net.ipv4.tcp_sack` 应为 1；并检查会剥离选项的防火墙。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_enter_recovery'],
    },
    {
      id: 'TcpExtTCPSackRecoveryFail',
      title: { en: 'A timeout struck in the middle of a SACK recovery', zh: 'SACK 恢复进行中发生了超时' },
      what: {
        en: 'Fast repair had begun, yet the ACKs dried up. The connection starts over with a tiny window.',
        zh: '快速修复已开始，但 ACK 断了，连接以极小窗口重新开始。',
      },
      since: null,
      raisedBy: {
        en: 'Loss heavy enough to take retransmissions, too, or an outage that began just then.',
        zh: '丢包严重到连重传也丢，或恰在此时链路中断。',
      },
      read: {
        en: 'As a share of TCPSackRecovery; more than a few percent speaks for bursts of loss, for example policing.',
        zh: '看它占 TCPSackRecovery 的比例；超过百分之几说明丢包成簇，例如流量监管。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
    },
    {
      id: 'TcpExtTCPRenoRecoveryFail',
      title: { en: 'A timeout struck in the middle of a recovery without SACK', zh: '无 SACK 的恢复进行中发生了超时' },
      what: {
        en: 'More than one segment of the window was lost, which this old method seldom survives.',
        zh: '窗口内丢了不止一个报文，这种老方法多半撑不过去。',
      },
      since: null,
      raisedBy: {
        en: 'Two or more drops within one window on a connection lacking SACK.',
        zh: '在没有 SACK 的连接上，一个窗口内丢了两个以上报文。',
      },
      read: { en: 'Only as important as TCPRenoRecovery is large.', zh: '只有 TCPRenoRecovery 本身较大时才值得关注。' },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
    },
    {
      id: 'TcpExtTCPSackFailures',
      title: {
        en: 'A timeout struck while SACKs had shown a gap but recovery had not begun',
        zh: 'SACK 已显示空洞、恢复尚未开始时发生超时',
      },
      what: {
        en: 'Too few segments followed the lost one to be sure of the loss, so only the timer could help.',
        zh: '丢失之后跟随的报文太少，不足以断定丢包，只能靠定时器。',
      },
      since: null,
      raisedBy: {
        en: 'Short answers and small windows, where little comes behind the gap.',
        zh: '应答短、窗口小，空洞后面没有多少数据。',
      },
      read: {
        en: 'Frequent on request-response traffic; each is one answer that came 200 ms late.',
        zh: '请求-应答型流量中常见；每一次都对应一个迟到 200 毫秒的应答。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
    },
    {
      id: 'TcpExtTCPRenoFailures',
      title: {
        en: 'A timeout struck after too few duplicate ACKs, on a connection without SACK',
        zh: '无 SACK 的连接，重复 ACK 不足便发生超时',
      },
      what: {
        en: 'Duplicates had come, but not the three that are needed to act early.',
        zh: '收到了重复 ACK，但没凑够提前行动所需的三个。',
      },
      since: null,
      raisedBy: { en: 'Small transfers to peers that lack SACK.', zh: '向不支持 SACK 的对端进行小规模传输。' },
      read: {
        en: 'Rare today; if it is not, some device on the way removes the SACK option.',
        zh: '如今罕见；若不罕见，途中有设备去掉了 SACK 选项。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
    },
    {
      id: 'TcpExtTCPLossFailures',
      title: {
        en: 'A new timeout struck while an earlier one was still being repaired',
        zh: '前一次超时尚在修复，又发生新的超时',
      },
      what: {
        en: 'The connection made some progress and was hit again. Users see transfers that stop and go.',
        zh: '连接刚有进展又遭打击，用户看到传输走走停停。',
      },
      since: null,
      raisedBy: {
        en: 'Loss that lasts: an overloaded link, a flapping route, a policer.',
        zh: '持续性丢包：链路过载、路由抖动、流量监管。',
      },
      read: {
        en: 'Set it against TCPTimeouts; a large part means trouble that lasts seconds on the same connections.',
        zh: '与 TCPTimeouts 对照；占比大说明同一批连接上的故障持续数秒。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_retransmit_timer'],
    },
    {
      id: 'TcpExtTCPSACKReneging',
      title: {
        en: 'A receiver threw away data that it had confirmed by SACK',
        zh: '接收方丢弃了它已用 SACK 确认的数据',
      },
      what: {
        en: 'The sender must repeat all of it after a timeout. It is allowed by the standard, and rare.',
        zh: '发送方须在超时后全部重发。标准允许这样做，但很少见。',
      },
      since: null,
      raisedBy: {
        en: 'A peer whose receive buffer was pruned for lack of memory, or a middlebox that changes sequence numbers but not SACK blocks.',
        zh: '对端因内存不足清理了接收缓冲，或中间设备改了序号却没改 SACK 块。',
      },
      read: {
        en: 'If the peer is a node of yours, read OfoPruned there. If not, suspect a firewall with sequence randomisation.',
        zh: '对端若是自己的节点，就看那边的 OfoPruned；否则怀疑开启序号随机化的防火墙。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_check_sack_reneging'],
    },
  ],
}
