import type { Term } from '../define-term.ts'

/** Fields of `ss -i` that tell what went, what came and when. */
export const HISTORY_COLUMNS: readonly Term[] = [
  {
    id: 'lastsnd',
    title: { en: 'Milliseconds since data were last sent', zh: '距上次发送数据的毫秒数' },
    what: {
      en: 'Pure acknowledgements do not count. On a connection that never sent data it is the time since the handshake: the age of what waits in an accept queue.',
      zh: '纯确认不算。从未发过数据的连接上，它就是握手至今的时间：可看出 accept 队列里的连接等了多久。',
    },
    since: null,
    raisedBy: {
      en: '`tcpi_last_data_sent`; before the first data it starts with the connection. 32 bits: it wraps after 49.7 days.',
      zh: '`tcpi_last_data_sent`；首次发数据之前从连接建立算起。32 位，49.7 天回绕。',
    },
    read: {
      en: '`ss -tni` on rows without a program: sorted, they show whether the queue filled within seconds or over days.',
      zh: '对没有进程的行执行 `ss -tni` 并排序：可看出队列是几秒内填满还是积累了几天。',
    },
    act: null,
    rules: ['listener-never-accepts'],
    sources: ['net/ipv4/tcp.c: tcp_get_info'],
  },
  {
    id: 'lastrcv',
    title: { en: 'Milliseconds since data last came', zh: '距上次收到数据的毫秒数' },
    what: {
      en: 'Set by payload and nothing else: a keepalive does not touch it.',
      zh: '只由有效载荷更新，keepalive 不影响它。',
    },
    since: null,
    raisedBy: {
      en: '`tcpi_last_data_recv`. On a young connection without data it may show nonsense of the size of the uptime.',
      zh: '`tcpi_last_data_recv`。刚建立且没收到数据的连接可能显示开机时长那么大的无意义值。',
    },
    read: {
      en: 'Large with Recv-Q above 0: that data has waited unread for so long.',
      zh: '数值很大且 Recv-Q 大于 0：那些数据已经这么久没人读。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp.c: tcp_get_info', 'ss(8), -i'],
  },
  {
    id: 'lastack',
    title: { en: 'Milliseconds since the peer’s last segment', zh: '距对端上一个报文段的毫秒数' },
    what: {
      en: 'Any segment with an ACK counts, the FIN too: in CLOSE-WAIT it tells when the peer closed.',
      zh: '任何带 ACK 的报文段都算，FIN 也算：CLOSE-WAIT 行上就是对端关闭至今的时间。',
    },
    since: null,
    raisedBy: { en: '`tcpi_last_ack_recv`.', zh: '内核的 `tcpi_last_ack_recv` 字段。' },
    read: {
      en: 'The sign of life: with keepalive on it stays below the interval as long as the peer lives.',
      zh: '对端是否活着的标志：启用 keepalive 时，只要对端活着就小于探测间隔。',
    },
    act: null,
    rules: ['close-wait-leak'],
    sources: ['include/uapi/linux/tcp.h: tcpi_last_ack_recv'],
  },
  {
    id: 'unacked',
    title: { en: 'Segments in flight. On a listener: length of the queue', zh: '在途报文段数；监听行为队列长度' },
    what: {
      en: 'Sent and not acknowledged. For LISTEN the kernel puts the length of the accept queue here and its limit into sacked.',
      zh: '已发出而未确认的段数。LISTEN 行上内核在此放 accept 队列长度，在 sacked 中放上限。',
    },
    since: null,
    raisedBy: { en: '`tcpi_unacked`.', zh: '内核的 `tcpi_unacked` 字段。' },
    read: {
      en: 'Still the same in two readings with lastack growing: nothing comes back.',
      zh: '两次读数不变而 lastack 在增长：没有任何回应。',
    },
    act: null,
    rules: [],
    sources: ['net/ipv4/tcp.c: tcp_get_info', 'net/ipv4/tcp_diag.c'],
  },
  {
    id: 'retrans',
    title: { en: 'Segments repeated: in flight now / ever', zh: '重传段数：当前在途/累计' },
    what: {
      en: 'Before the slash repeated segments not acknowledged yet, behind it all of this connection’s life, tail loss probes included.',
      zh: '斜杠前是尚未确认的重传段，斜杠后是该连接的累计，包括尾部丢包探测。',
    },
    since: null,
    raisedBy: {
      en: 'Loss, and late acknowledgements taken for loss; dsack_dups tells the latter.',
      zh: '丢包，或把迟到的确认误当丢包；后者可由 dsack_dups 看出。',
    },
    read: {
      en: 'Share of loss: bytes_retrans by bytes_sent. Below one per cent is everyday.',
      zh: '丢包比例：bytes_retrans 除以 bytes_sent。低于百分之一很平常。',
    },
    act: null,
    rules: ['retransmissions-high'],
    sources: ['include/uapi/linux/tcp.h: tcpi_total_retrans'],
  },
  {
    id: 'lost',
    title: { en: 'Segments believed lost right now', zh: '当前认为已丢失的段数' },
    what: {
      en: 'A guess of the moment, not a total: it returns to 0 when the holes are filled.',
      zh: '是此刻的估计，不是累计：补齐后归零。',
    },
    since: null,
    raisedBy: {
      en: 'Selective acknowledgements that skip segments, or a timeout, which marks everything.',
      zh: '选择性确认跳过了某些段；或发生超时，此时全部标记为丢失。',
    },
    read: {
      en: 'Equal to unacked: a timeout has just struck.',
      zh: '等于 unacked：刚刚发生超时。',
    },
    act: null,
    rules: [],
    sources: ['include/uapi/linux/tcp.h: tcpi_lost', 'net/ipv4/tcp_recovery.c'],
  },
  {
    id: 'notsent',
    title: { en: 'Bytes written and not sent yet', zh: '已写入但尚未发出的字节' },
    what: {
      en: 'The part of Send-Q that has not left this host.',
      zh: 'Send-Q 中还没离开本机的部分。',
    },
    since: 'Linux 4.6',
    raisedBy: {
      en: 'A program that writes faster than cwnd, the peer’s window or pacing let through.',
      zh: '程序写得比 cwnd、对端窗口或 pacing 允许的更快。',
    },
    read: {
      en: 'Send-Q minus notsent is on the wire.',
      zh: 'Send-Q 减去 notsent 就是在途的部分。',
    },
    act: null,
    rules: [],
    sources: ['include/uapi/linux/tcp.h: tcpi_notsent_bytes'],
  },
  {
    id: 'bytes_acked',
    also: ['bytes_sent', 'bytes_retrans'],
    title: { en: 'Bytes sent that the peer has confirmed', zh: '对端已确认的发送字节' },
    what: {
      en: 'Since the connection began; 1 on a client that sent nothing is its SYN. bytes_sent counts repetitions too, bytes_retrans only those (both since 4.19).',
      zh: '自连接建立起累计；什么都没发的客户端显示 1，那是它的 SYN。bytes_sent 含重传，bytes_retrans 只算重传（均自 4.19 起）。',
    },
    since: 'Linux 4.1',
    raisedBy: { en: 'Acknowledgements that move the left edge.', zh: '推进左边界的确认。' },
    read: {
      en: 'Unchanged between two readings while Send-Q is above 0: the sender stands still.',
      zh: '两次读数不变而 Send-Q 大于 0：发送停住了。',
    },
    act: null,
    rules: [],
    sources: ['RFC 4898, tcpEStatsAppHCThruOctetsAcked', 'include/uapi/linux/tcp.h'],
  },
  {
    id: 'bytes_received',
    title: { en: 'Bytes that came in order', zh: '按序收到的字节' },
    what: {
      en: 'Since the connection began, read by the program or not; the peer’s FIN adds 1.',
      zh: '自连接建立起累计，不论程序是否读走；对端的 FIN 加 1。',
    },
    since: 'Linux 4.1',
    raisedBy: { en: 'Segments that move the right edge; repetitions do not.', zh: '推进右边界的报文段；重复的不算。' },
    read: {
      en: 'bytes_received minus Recv-Q is what the program has read: 0 of it says that it never read at all.',
      zh: 'bytes_received 减去 Recv-Q 就是程序读走的量：为 0 说明一次都没读过。',
    },
    act: null,
    rules: [],
    sources: ['RFC 4898, tcpEStatsAppHCThruOctetsReceived', 'net/ipv4/tcp_input.c: tcp_rcv_nxt_update'],
  },
]
