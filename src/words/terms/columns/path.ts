import type { Term } from '../define-term.ts'

/** Fields of `ss -i` that tell of the path: its delay, its size, how the kernel waits for answers. */
export const PATH_COLUMNS: readonly Term[] = [
  {
    id: 'rto',
    title: { en: 'Retransmission timeout, in milliseconds', zh: '重传超时（毫秒）' },
    what: {
      en: 'How long the kernel now waits for an acknowledgement before it repeats. Never below 200 ms by default; 1000 before the first measurement.',
      zh: '内核当前等待确认多久后重传。默认不低于 200 毫秒；首次测量之前为 1000。',
    },
    since: null,
    raisedBy: {
      en: 'rtt and its variation; each timeout in a row doubles it, up to 120 s.',
      zh: '由 rtt 及其波动算出；连续超时逐次加倍，最长 120 秒。',
    },
    read: {
      en: '3200, 6400 and so on: the connection is in the middle of repeating (see backoff).',
      zh: '出现 3200、6400 之类：正在反复重传（见 backoff）。',
    },
    act: null,
    rules: [],
    sources: ['RFC 6298', 'net/ipv4/tcp_input.c: tcp_set_rto'],
  },
  {
    id: 'backoff',
    title: { en: 'Doublings of the timeout', zh: '超时加倍的次数' },
    what: {
      en: 'How often in a row the timer ran out, or, on a closed window, how many probes went.',
      zh: '定时器连续到期的次数；窗口关闭时则是已发的探测次数。',
    },
    since: null,
    raisedBy: {
      en: 'Every timeout without an acknowledgement in between; any progress sets it to 0.',
      zh: '期间没有任何确认的每次超时；一有进展就归零。',
    },
    read: {
      en: '3 or more: the peer or the path has been dead for seconds. tcp_retries2 says when it ends.',
      zh: '达到 3 以上：对端或路径已经死了好几秒。何时结束由 tcp_retries2 决定。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -i', 'net/ipv4/tcp_timer.c'],
  },
  {
    id: 'rtt',
    also: ['rttvar'],
    title: { en: 'Round trip time and its variation, in milliseconds', zh: '往返时间及其波动（毫秒）' },
    what: {
      en: 'The smoothed time between a segment and its acknowledgement, behind the slash the mean deviation. It includes the peer’s delay in acknowledging.',
      zh: '报文段到其确认的平滑时间，斜杠后是平均偏差。包含对端延迟确认的时间。',
    },
    since: null,
    raisedBy: {
      en: 'Distance, queues on the way, a busy CPU at either end.',
      zh: '距离、途中的排队，以及任一端的 CPU 繁忙。',
    },
    read: {
      en: 'Against minrtt: the difference is waiting, not distance. An idle connection keeps its old value for hours.',
      zh: '与 minrtt 比较：差值是排队而不是距离。空闲连接会保留几小时前的旧值。',
    },
    act: null,
    rules: [],
    sources: ['RFC 6298', 'net/ipv4/tcp_input.c: tcp_rtt_estimator'],
  },
  {
    id: 'minrtt',
    title: { en: 'Least round trip of late', zh: '近期最小往返时间' },
    what: {
      en: 'The lowest rtt of the last five minutes (tcp_min_rtt_wlen): close to the path without queues.',
      zh: '最近五分钟（tcp_min_rtt_wlen）内最低的 rtt，接近没有排队时的路径延迟。',
    },
    since: 'Linux 4.4',
    raisedBy: { en: 'Measured from acknowledgements.', zh: '由确认测得。' },
    read: {
      en: 'A jump for all peers of a zone is a changed route.',
      zh: '同一区域的所有对端同时跳变，说明路由变了。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_input.c: tcp_update_rtt_min'],
  },
  {
    id: 'mss',
    title: { en: 'Bytes of data per segment now', zh: '当前每段的数据字节数' },
    what: {
      en: 'Follows pmtu minus headers and options: 1448 behind 1500, 1398 behind a 1450 overlay.',
      zh: '等于 pmtu 减去头部和选项：MTU 1500 时为 1448，1450 的覆盖网络上为 1398。',
    },
    since: null,
    raisedBy: {
      en: 'The peer’s offer in the handshake, ICMP “fragmentation needed”, MTU probing.',
      zh: '握手时对端的通告、ICMP “需要分片”、MTU 探测。',
    },
    read: {
      en: '1448 on a path through an overlay of 1450, with retransmissions of full segments only, is the picture of an MTU black hole.',
      zh: '路径经过 MTU 1450 的覆盖网络而 mss 仍是 1448，且只有满段在重传，就是 MTU 黑洞的样子。',
    },
    act: null,
    rules: ['mtu-black-hole'],
    sources: ['net/ipv4/tcp_output.c: tcp_current_mss', 'ss(8), -i'],
  },
  {
    id: 'pmtu',
    title: { en: 'MTU of the path as known', zh: '已知的路径 MTU' },
    what: {
      en: 'What the route’s cache believes that passes without fragmentation.',
      zh: '路由缓存认为不分片即可通过的最大长度。',
    },
    since: null,
    raisedBy: {
      en: 'The interface’s MTU at first; ICMP lowers it for ten minutes at a time.',
      zh: '起初取接口 MTU；收到 ICMP 后降低，每次保留十分钟。',
    },
    read: {
      en: '`ip route get ADDRESS` shows a learned one with `mtu … expires`.',
      zh: '学到的值在 `ip route get ADDRESS` 中以 `mtu … expires` 显示。',
    },
    act: null,
    rules: ['mtu-black-hole'],
    sources: ['ss(8), -i', 'RFC 1191'],
  },
]
