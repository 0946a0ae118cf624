import type { Term } from '../define-term.ts'

/** Fields of `ss -i` that tell how fast a connection may send, and what holds it back. */
export const WINDOW_COLUMNS: readonly Term[] = [
  {
    id: 'cwnd',
    also: ['snd_cwnd'],
    title: { en: 'Congestion window, in segments', zh: '拥塞窗口（报文段数）' },
    what: {
      en: 'How many segments may be on their way at a time. Times mss over rtt it is the speed that `send` prints.',
      zh: '同时可在途的报文段数。乘以 mss 再除以 rtt，就是 `send` 显示的速率。',
    },
    since: null,
    raisedBy: {
      en: 'Acknowledgements; loss and long idleness lower it. It starts at 10.',
      zh: '随确认增长，丢包或长时间空闲会降低；初始为 10。',
    },
    read: {
      en: '1 or 2 on a connection with data to send: repeated timeouts. On listeners the number means nothing.',
      zh: '有数据要发却只有 1、2：说明多次超时。监听行上的这个数没有意义。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp.c: tcp_get_info', 'RFC 6928'],
  },
  {
    id: 'ssthresh',
    also: ['snd_ssthresh'],
    title: { en: 'Where slow start ends', zh: '慢启动阈值' },
    what: {
      en: 'Below it cwnd doubles each round trip, above it grows slowly. ss prints it only after a loss has set it.',
      zh: 'cwnd 低于它时每个往返加倍，高于它时缓慢增长。只有丢包设定过之后 ss 才显示。',
    },
    since: null,
    raisedBy: {
      en: 'A loss sets it to about half (cubic: 0.7) of what was in flight; it may be inherited from an earlier connection to the same host.',
      zh: '丢包时设为在途量的一半左右（cubic 为 0.7）；也可能继承自此前到同一主机的连接。',
    },
    read: {
      en: 'Present at all: this connection, or one before it to that address, has lost something.',
      zh: '只要出现，就说明该连接（或此前到该地址的连接）丢过包。',
    },
    act: null,
    rules: [],
    sources: ['ss(8), -i', 'RFC 5681'],
  },
  {
    id: 'snd_wnd',
    title: { en: 'Window the peer last announced', zh: '对端最近通告的窗口' },
    what: {
      en: 'Bytes the receiver is ready to take. 0 while Send-Q is not: the program over there does not read.',
      zh: '接收方还愿收多少字节。为 0 而 Send-Q 不为 0：对端程序不读。',
    },
    since: 'Linux 5.4',
    raisedBy: { en: 'The window field of each acknowledgement, scaled.', zh: '每个确认里的窗口字段（已按比例放大）。' },
    read: {
      en: 'Less than cwnd × mss: the receiver, not the network, sets the pace.',
      zh: '小于 cwnd × mss：限速的是接收方，不是网络。',
    },
    act: null,
    rules: [],
    sources: ['include/uapi/linux/tcp.h: tcpi_snd_wnd'],
  },
  {
    id: 'rcv_space',
    title: { en: 'What the automatic sizing of the receive buffer aims at', zh: '接收缓冲自动调整的目标' },
    what: {
      en: 'Bytes the program read within the last round trip, as the kernel remembers it; not the free room.',
      zh: '内核记录的程序在最近一个往返内读走的字节数，不是剩余空间。',
    },
    since: null,
    raisedBy: {
      en: 'A program that reads faster than before; it does not fall when reading slows down.',
      zh: '程序读得比以前快时增大；读慢了并不会减小。',
    },
    read: {
      en: 'Still at its initial value after minutes of transfer: the program takes data in small steps.',
      zh: '传输几分钟后仍是初始值：程序取数据的步子很小。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_input.c: tcp_rcv_space_adjust', 'ss(8), -i'],
  },
  {
    id: 'rcv_ssthresh',
    title: { en: 'Upper bound of the window we announce', zh: '本端可通告窗口的上限' },
    what: {
      en: 'Grows while data are read in time and is cut when memory runs short.',
      zh: '数据读得及时就增长，内存紧张时被削减。',
    },
    since: null,
    raisedBy: {
      en: 'Full-sized segments; many tiny ones make the kernel careful.',
      zh: '满尺寸报文段使其增长；小报文很多时内核会趋于保守。',
    },
    read: {
      en: 'Small values on all connections at once: look at tcp_mem.',
      zh: '所有连接同时变小：去看 tcp_mem。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp_input.c: tcp_grow_window'],
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
