import type { Glossary } from '../define-term.ts'

/** TCP Fast Open: data in the SYN. */
export const FAST_OPEN: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPFastOpenActive',
      title: {
        en: 'A server took the data that this client had put into its SYN',
        zh: '服务器接受了本客户端放在 SYN 中的数据',
      },
      what: { en: 'One round trip was saved.', zh: '省去一个往返。' },
      since: '3.7',
      raisedBy: {
        en: 'Programs here that connect with TCP_FASTOPEN_CONNECT or MSG_FASTOPEN.',
        zh: '本机使用 TCP_FASTOPEN_CONNECT 或 MSG_FASTOPEN 建连的程序。',
      },
      read: {
        en: 'Put beside TCPFastOpenActiveFail it tells whether Fast Open pays on these paths.',
        zh: '与 TCPFastOpenActiveFail 并看，可知在这些路径上是否值得用 Fast Open。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_rcv_fastopen_synack'],
    },
    {
      id: 'TcpExtTCPFastOpenActiveFail',
      title: { en: 'Fast Open from this client failed', zh: '本客户端的 Fast Open 失败' },
      what: {
        en: 'The data in the SYN was not taken, the SYN timed out, or the connection went silent soon after. Data is sent again the ordinary way.',
        zh: 'SYN 中的数据未被接受、SYN 超时，或随后连接陷入沉默。数据按常规方式重发。',
      },
      since: '3.15',
      raisedBy: {
        en: 'Servers that do not know the cookie any more, or middleboxes that drop SYNs with data.',
        zh: '服务器已不认该 cookie，或中间设备丢弃带数据的 SYN。',
      },
      read: {
        en: 'A SYN timeout costs a second; many of them, and Fast Open does more harm than good here.',
        zh: 'SYN 超时要多花一秒；若很多，用 Fast Open 得不偿失。',
      },
      act: {
        en: '`sysctl net.ipv4.tcp_fastopen`: clear bit 1 to stop using it as a client.',
        zh: '`sysctl net.ipv4.tcp_fastopen`：清除值为 1 的位即可停用客户端功能。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_rcv_fastopen_synack', 'Documentation/networking/snmp_counter.rst'],
    },
    {
      id: 'TcpExtTCPFastOpenPassive',
      title: { en: 'A client’s SYN with data was accepted here', zh: '本机接受了客户端携带数据的 SYN' },
      what: { en: 'The program may read and answer before the handshake ends.', zh: '程序可在握手结束前读取并应答。' },
      since: '3.7',
      raisedBy: {
        en: 'A valid cookie at a listener with TCP_FASTOPEN.',
        zh: '启用 TCP_FASTOPEN 的监听套接字收到有效 cookie。',
      },
      read: {
        en: 'Such connections are in the accept queue already while still in SYN_RECV, so Recv-Q may count rows that `ss` lists as half-open.',
        zh: '这类连接仍处于 SYN_RECV 时就已在 accept 队列中，所以 Recv-Q 可能包含 `ss` 列为半连接的行。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_try_fastopen'],
    },
    {
      id: 'TcpExtTCPFastOpenPassiveFail',
      title: {
        en: 'A Fast Open attempt was refused and went on as an ordinary handshake',
        zh: '一次 Fast Open 被拒绝，按普通握手继续',
      },
      what: {
        en: 'The cookie was wrong, or no socket could be made. The client loses only the head start.',
        zh: 'cookie 不对，或无法创建套接字；客户端只是失去提速。',
      },
      since: '3.7',
      raisedBy: {
        en: 'Servers behind one address with different keys, keys changed by a restart, or lack of memory.',
        zh: '同一地址后的多台服务器密钥不同、重启更换了密钥，或内存不足。',
      },
      read: {
        en: 'Against TCPFastOpenPassive: about half with two servers means that they do not share net.ipv4.tcp_fastopen_key.',
        zh: '与 TCPFastOpenPassive 对照：两台服务器时约占一半，说明没有共用 net.ipv4.tcp_fastopen_key。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_try_fastopen'],
    },
    {
      id: 'TcpExtTCPFastOpenListenOverflow',
      title: {
        en: 'Too many Fast Open connections were pending, so the data was refused',
        zh: '待完成的 Fast Open 过多，数据被拒收',
      },
      what: {
        en: 'The limit is the number given with TCP_FASTOPEN, not the listen backlog. The client continues the ordinary way.',
        zh: '上限是 TCP_FASTOPEN 给出的数值而非 listen 的 backlog；客户端改走普通流程。',
      },
      since: '3.7',
      raisedBy: {
        en: 'Bursts, or SYNs with data whose senders never complete.',
        zh: '突发，或发出带数据的 SYN 却从不完成握手。',
      },
      read: {
        en: 'It does not raise ListenOverflows. A larger queue length in the server’s setting (nginx: `fastopen=N`) is the knob.',
        zh: '它不增加 ListenOverflows；可调的是服务器配置中的队列长度（nginx：`fastopen=N`）。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_fastopen_queue_check'],
    },
    {
      id: 'TcpExtTCPFastOpenCookieReqd',
      title: { en: 'A client asked this server for a Fast Open cookie', zh: '客户端向本服务器索取 Fast Open cookie' },
      what: {
        en: 'Its first visit: the next one may carry data in the SYN.',
        zh: '属首次访问，下次即可在 SYN 中携带数据。',
      },
      since: '3.7',
      raisedBy: {
        en: 'SYNs with an empty Fast Open option while server support is on.',
        zh: '启用服务端支持时收到带空 Fast Open 选项的 SYN。',
      },
      read: {
        en: 'Many requests and few TCPFastOpenPassive: clients do not come back, or a device strips the option with the cookie.',
        zh: '索取多而 TCPFastOpenPassive 少：客户端不再回访，或有设备剥掉了带 cookie 的选项。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_try_fastopen'],
    },
    {
      id: 'TcpExtTCPFastOpenBlackhole',
      title: {
        en: 'Fast Open as a client was switched off for a while for suspected loss',
        zh: '疑似丢包，客户端 Fast Open 被暂停一段时间',
      },
      what: {
        en: 'The kernel noticed that connections opened with data die, and pauses it for all of them, for an hour and longer each time on older kernels.',
        zh: '内核发现携带数据建立的连接夭折，于是全部暂停；较旧内核每次一小时起并逐次延长。',
      },
      since: '4.12',
      raisedBy: {
        en: 'Firewalls that let the SYN pass and drop what follows.',
        zh: '放行 SYN 却丢弃后续报文的防火墙。',
      },
      read: {
        en: '`sysctl net.ipv4.tcp_fastopen_blackhole_timeout_sec`: 0 (default of newer kernels) means that it never pauses.',
        zh: '`sysctl net.ipv4.tcp_fastopen_blackhole_timeout_sec`：为 0（较新内核的默认值）则从不暂停。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_fastopen_active_disable'],
    },
    {
      id: 'TcpExtTCPFastOpenPassiveAltKey',
      title: {
        en: 'A Fast Open cookie made with the backup key was accepted',
        zh: '接受了以备用密钥生成的 Fast Open cookie',
      },
      what: {
        en: 'Two keys overlap during a rotation, so clients with old cookies are not turned away.',
        zh: '轮换期间新旧密钥并存，持旧 cookie 的客户端不会被拒。',
      },
      since: '5.3',
      raisedBy: { en: 'Clients that return after the primary key had changed.', zh: '主密钥更换之后才再来的客户端。' },
      read: { en: 'When it has fallen to zero the old key can be removed.', zh: '降到零之后即可移除旧密钥。' },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_fastopen.c: tcp_try_fastopen'],
    },
  ],
}
