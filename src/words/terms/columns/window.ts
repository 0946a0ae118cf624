import type { Term } from '../define-term.ts'

/** Fields of `ss -i` about windows: how much may be on its way. */
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
]
