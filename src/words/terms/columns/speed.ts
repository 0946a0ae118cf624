import type { Term } from '../define-term.ts'

/** Fields of `ss -i` that tell how fast a connection is, and for how long what held it back. */
export const SPEED_COLUMNS: readonly Term[] = [
  {
    id: 'send',
    title: { en: 'Speed that window and round trip would allow', zh: '窗口与往返时间允许的速率' },
    what: {
      en: 'cwnd × mss ÷ rtt, computed by ss. Nobody has measured it: on loopback it may be thousands of gigabits.',
      zh: 'ss 自己用 cwnd × mss ÷ rtt 算出来的，没有人测过：回环上可能是几万 Gbps。',
    },
    since: null,
    raisedBy: {
      en: 'A large cwnd left over from better times makes it large.',
      zh: '以前留下的大 cwnd 会让它显得很大。',
    },
    read: {
      en: 'Only fit to see that a window is too small for the distance; the truth is in delivery_rate.',
      zh: '只适合看出窗口对这个距离来说太小；真实速率看 delivery_rate。',
    },
    act: null,
    rules: [],
    sources: ['iproute2, misc/ss.c: tcp_stats_print', 'ss(8), -i'],
  },
  {
    id: 'pacing_rate',
    title: { en: 'Speed at which segments are let out', zh: '发送节奏（pacing）速率' },
    what: {
      en: 'A ceiling that the kernel computes from cwnd and rtt (twice that in slow start, 1.2 times later), or that BBR models; behind a slash the program’s own maximum.',
      zh: '内核由 cwnd 和 rtt 算出的上限（慢启动时两倍，之后 1.2 倍），或由 BBR 建模得到；斜杠后是程序自设的最大值。',
    },
    since: null,
    raisedBy: {
      en: 'tcp_pacing_ss_ratio and tcp_pacing_ca_ratio, SO_MAX_PACING_RATE.',
      zh: 'tcp_pacing_ss_ratio、tcp_pacing_ca_ratio、SO_MAX_PACING_RATE。',
    },
    read: {
      en: 'Compare with delivery_rate, which is what really arrived.',
      zh: '与 delivery_rate（真正送达的速率）比较。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_input.c: tcp_update_pacing_rate', 'ss(8), -i'],
  },
  {
    id: 'delivery_rate',
    title: { en: 'Speed at which data were acknowledged', zh: '实际送达速率' },
    what: {
      en: 'The goodput over the last sampled flight; with app_limited beside it only a lower bound of what the path can do.',
      zh: '最近一次采样的有效速率；旁边若有 app_limited，就只是路径能力的下限。',
    },
    since: 'Linux 4.9',
    raisedBy: {
      en: 'Segments delivered divided by the time between two acknowledgements.',
      zh: '两次确认之间送达的报文段除以时间。',
    },
    read: {
      en: 'Far below pacing_rate without app_limited: the path or the peer is slow.',
      zh: '远低于 pacing_rate 又没有 app_limited：路径或对端慢。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_rate.c: tcp_rate_gen'],
  },
  {
    id: 'app_limited',
    title: { en: 'The program gave too little to send', zh: '程序给的数据不够发' },
    what: {
      en: 'When the last sample was taken, the connection could have sent more than there was to send. A slow transfer marked so is the sender’s own slowness.',
      zh: '最近一次采样时，连接还能发更多，只是没有数据。带此标记的慢传输，慢在发送方自己。',
    },
    since: 'Linux 4.9',
    raisedBy: { en: 'An empty send queue with room left in cwnd.', zh: '发送队列已空而 cwnd 还有余量。' },
    read: {
      en: 'Normal for request and answer; telling in the middle of a bulk transfer.',
      zh: '请求/应答型流量很正常；出现在大批量传输途中才说明问题。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_rate.c: tcp_rate_check_app_limited'],
  },
  {
    id: 'busy',
    title: { en: 'Time with something to send', zh: '有数据待发的累计时间' },
    what: {
      en: 'Milliseconds, over the connection’s life, during which data were queued or in flight. The base of the two shares that follow it.',
      zh: '连接存续期间有数据排队或在途的累计毫秒数，是后面两个占比的分母。',
    },
    since: 'Linux 4.10',
    raisedBy: { en: 'Runs from write() until everything is acknowledged.', zh: '从 write() 开始，到全部确认为止。' },
    read: {
      en: 'A small part of the connection’s age: it was idle most of the time, whatever its rtt.',
      zh: '若只占连接寿命的一小部分，说明大多时间空闲，与 rtt 无关。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp.c: tcp_get_info_chrono_stats'],
  },
  {
    id: 'rwnd_limited',
    title: { en: 'Time held back by the receiver’s window', zh: '受接收方窗口限制的时间' },
    what: {
      en: 'Part of busy during which the peer’s window was too small to go on, in milliseconds and per cent.',
      zh: 'busy 中因对端窗口太小而停住的部分，以毫秒和百分比表示。',
    },
    since: 'Linux 4.10',
    raisedBy: {
      en: 'A peer whose program reads slowly, or whose buffer is small for the distance.',
      zh: '对端程序读得慢，或缓冲区相对距离太小。',
    },
    read: {
      en: 'More than half: go to the receiving side and look at its Recv-Q.',
      zh: '超过一半：到接收端去看 Recv-Q。',
    },
    act: null,
    rules: [],
    sources: ['include/uapi/linux/tcp.h: tcpi_rwnd_limited'],
  },
  {
    id: 'sndbuf_limited',
    title: { en: 'Time held back by the send buffer', zh: '受发送缓冲区限制的时间' },
    what: {
      en: 'Part of busy during which the program had more to write than tb allowed while the network would have taken it.',
      zh: 'busy 中网络还能发、但程序受 tb 限制写不进更多数据的部分。',
    },
    since: 'Linux 4.10',
    raisedBy: {
      en: 'SO_SNDBUF set too small, or tcp_wmem’s third value on a long fat path.',
      zh: 'SO_SNDBUF 设得太小，或长肥管道上 tcp_wmem 的第三个值不够。',
    },
    read: {
      en: 'The one case in which a larger tcp_wmem speeds a transfer up.',
      zh: '只有这种情况，调大 tcp_wmem 才会让传输变快。',
    },
    act: null,
    rules: [],
    sources: ['include/uapi/linux/tcp.h: tcpi_sndbuf_limited'],
  },
]
