import type { Term } from '../define-term.ts'

/** Settings of connections that are over, and of those whose program is gone. */
export const TIME_WAIT_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.tcp_tw_recycle',
    title: { en: 'Broke clients behind NAT; removed in Linux 4.12', zh: '会让 NAT 后的客户端连不上，4.12 已删除' },
    what: {
      en: 'With 1 the kernel kept one timestamp per remote address and dropped every SYN from it whose timestamp was older, or missing, within 60 s. Machines behind one NAT address have clocks of their own: some connect and some do not.',
      zh: '设为 1 时内核为每个远端地址记一个时间戳，60 秒内凡时间戳更旧或没有时间戳的 SYN 一律丢弃。同一 NAT 地址后的机器各有各的时钟，于是有的能连、有的连不上。',
    },
    since: 'Linux 2.4',
    raisedBy: {
      en: 'Default 0; one value for the machine before 4.11, so a node’s setting struck every pod. MASQUERADE makes all clients of a node look like one address, too.',
      zh: '默认 0；4.11 之前全机一份，节点上一改，所有 Pod 都受影响。而 MASQUERADE 又使一个节点上的所有客户端看起来是同一个地址。',
    },
    read: {
      en: '`cat /proc/sys/net/ipv4/tcp_tw_recycle`: no such file means that this cannot be the cause. PAWSPassive counts the SYNs it dropped, ListenDrops counts them too, ListenOverflows does not.',
      zh: '`cat /proc/sys/net/ipv4/tcp_tw_recycle`：文件不存在就不可能是它。被它丢弃的 SYN 计入 PAWSPassive 和 ListenDrops，但不计入 ListenOverflows。',
    },
    act: {
      en: 'Set 0 on every node and take it out of sysctl.d. The advice to switch it on against TIME_WAIT was wrong from the first; tcp_timestamps=0 on a client is no cure either.',
      zh: '所有节点设为 0，并从 sysctl.d 中删掉。“打开它来减少 TIME_WAIT”从来都是错误的建议；在客户端关 tcp_timestamps 也救不了。',
    },
    rules: ['tw-recycle-nat'],
    sources: [
      'commit 4396e46187ca (“tcp: remove tcp_tw_recycle”)',
      'Linux 4.4, net/ipv4/tcp_metrics.c: tcp_peer_is_proven',
    ],
  },
  {
    id: 'net.ipv4.tcp_tw_reuse',
    title: { en: 'Let outgoing connections take over a TIME_WAIT', zh: '允许外发连接复用 TIME_WAIT' },
    what: {
      en: 'For connect() only: a pair of ports in TIME_WAIT for more than a second may be used again when timestamps are on. It cannot drop anybody’s SYN and does nothing for a server.',
      zh: '只影响 connect()：开启时间戳时，处于 TIME_WAIT 超过一秒的端口对可以再用。它不会丢弃任何人的 SYN，对服务端也毫无作用。',
    },
    since: null,
    raisedBy: {
      en: '0 off, 1 on, 2 for loopback only. Default 2 since 4.19 (0 before); per namespace since 4.11. Since 6.14 tcp_tw_reuse_delay sets the second.',
      zh: '0 关闭，1 打开，2 仅回环。4.19 起默认 2（之前为 0）；4.11 起按命名空间。6.14 起可用 tcp_tw_reuse_delay 调整这一秒。',
    },
    read: {
      en: 'TWRecycled counts the takings-over. EADDRNOTAVAIL of connect() with many TIME_WAIT towards one destination is the case it is made for.',
      zh: '复用次数记在 TWRecycled。connect() 报 EADDRNOTAVAIL，且对同一目标有大量 TIME_WAIT，才是它的用武之地。',
    },
    act: {
      en: 'Safe to set to 1 on a client that runs out of ports; keeping connections open is better. Do not mistake it for tcp_tw_recycle.',
      zh: '端口耗尽的客户端设为 1 是安全的，改用长连接更好。别和 tcp_tw_recycle 搞混。',
    },
    rules: ['tw-recycle-nat', 'local-ports-exhausted'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_tw_reuse', 'net/ipv4/tcp_ipv4.c: tcp_twsk_unique'],
  },
  {
    id: 'net.ipv4.tcp_max_tw_buckets',
    title: { en: 'How many TIME_WAIT records are kept', zh: 'TIME_WAIT 记录的上限' },
    what: {
      en: 'Above it the kernel destroys the record instead of waiting 60 s, and says “time wait bucket table overflow”. Connections do not fail by that.',
      zh: '超过后内核不再等 60 秒，直接销毁记录，并打印 “time wait bucket table overflow”。连接不会因此失败。',
    },
    since: null,
    raisedBy: {
      en: 'Default half the buckets of the hash table of connections, which follows memory; per namespace since 4.11.',
      zh: '默认为连接哈希表桶数的一半，随内存而定；4.11 起按命名空间。',
    },
    read: {
      en: '`ss -s` (timewait) against it; TCPTimeWaitOverflow counts what was cut short.',
      zh: '与 `ss -s` 的 timewait 对照；被提前销毁的记在 TCPTimeWaitOverflow。',
    },
    act: {
      en: 'Lowering it to 5000 “to have fewer TIME_WAIT” takes away the protection against old packets, on busy servers most of all. Raise it if anything.',
      zh: '为了“少点 TIME_WAIT”把它降到 5000，等于撤掉防旧报文的保护，越忙的服务器越危险。要改也只该调大。',
    },
    rules: ['time-wait-buckets-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_max_tw_buckets', 'net/ipv4/tcp_minisocks.c: tcp_time_wait'],
  },
  {
    id: 'net.ipv4.tcp_fin_timeout',
    title: { en: 'How long an orphan stays in FIN_WAIT2', zh: '孤儿连接在 FIN_WAIT2 停留的时间' },
    what: {
      en: 'Seconds that a socket without a program waits for the peer’s FIN after its own was acknowledged. It is not the length of TIME_WAIT, which is fixed at 60 s, and has no bearing on CLOSE_WAIT.',
      zh: '没有进程的套接字在自己的 FIN 被确认后，等待对端 FIN 的秒数。它不是 TIME_WAIT 的时长（固定 60 秒），也与 CLOSE_WAIT 无关。',
    },
    since: null,
    raisedBy: {
      en: 'Default 60, per namespace since 4.6; TCP_LINGER2 overrides it for one socket.',
      zh: '默认 60，4.6 起按命名空间；单个套接字可用 TCP_LINGER2 覆盖。',
    },
    read: {
      en: '`ss -tano state fin-wait-2`: only rows without a program are governed by it.',
      zh: '看 `ss -tano state fin-wait-2`：只有不带进程的行受它控制。',
    },
    act: {
      en: 'Leave it. Tuning lists that set 15 or 30 “for TIME_WAIT” mistake one state for another.',
      zh: '不必改。那些为“缩短 TIME_WAIT”设成 15 或 30 的清单，把两个状态弄混了。',
    },
    rules: ['close-wait-leak'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_fin_timeout', 'include/net/tcp.h: tcp_fin_time'],
  },
  {
    id: 'net.ipv4.tcp_tw_reuse_delay',
    title: { en: 'Age from which tcp_tw_reuse may take a TIME_WAIT', zh: 'tcp_tw_reuse 可接管的最小时长' },
    what: {
      en: 'Milliseconds that a TIME_WAIT must have lasted before an outgoing connection may take its ports.',
      zh: 'TIME_WAIT 至少存在多少毫秒后，外发连接才可接管它的端口。',
    },
    since: 'Linux 6.14',
    raisedBy: {
      en: 'Default 1000, the fixed value of all kernels before; per namespace.',
      zh: '默认 1000，即以往内核写死的值；按命名空间。',
    },
    read: {
      en: 'Without tcp_tw_reuse it is idle. It must not go below one tick of the peer’s timestamp clock.',
      zh: '没有开启 tcp_tw_reuse 时不起作用。不可小于对端时间戳时钟的一个刻度。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_tw_reuse_delay'],
  },
  {
    id: 'net.ipv4.tcp_timestamps',
    title: { en: 'The timestamp option', zh: '时间戳选项' },
    what: {
      en: 'Each segment carries a clock: it measures round trips and tells old segments from new (PAWS). 2 is 1 without a random start for each connection.',
      zh: '每个报文段带一个时钟：用来测往返时间，并区分新旧报文（PAWS）。2 与 1 相同，只是每个连接不加随机起点。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1, per namespace since 4.13. Used only when both sides offer it in the handshake. Random starts came with 4.10.',
      zh: '默认 1，4.13 起按命名空间。双方在握手时都提供才启用。随机起点自 4.10 起。',
    },
    read: {
      en: 'The word `ts` in `ss -ti` marks connections that use it.',
      zh: '`ss -ti` 中带 `ts` 字样的连接启用了它。',
    },
    act: {
      en: 'Do not switch it off to “cure” tcp_tw_recycle: SYNs without the option are dropped there as well, and fast connections lose their protection against wrapped sequence numbers.',
      zh: '不要为了“绕开” tcp_tw_recycle 而关掉它：没有时间戳的 SYN 在那里照样被丢，高速连接还会失去对序号回绕的保护。',
    },
    rules: ['tw-recycle-nat', 'paws-rejects'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_timestamps', 'RFC 7323'],
  },
  {
    id: 'net.ipv4.tcp_max_orphans',
    title: { en: 'Sockets that no program holds any more', zh: '没有进程持有的套接字上限' },
    what: {
      en: 'Sockets that were closed while data or a FIN were still under way. Above the limit, and at half or a quarter of it for those whose peer is silent, the kernel resets them and logs “too many orphaned sockets”.',
      zh: '关闭时仍有数据或 FIN 未送达的套接字数。超过上限（对端沉默的，到一半或四分之一时）内核就重置它们，并打印 “too many orphaned sockets”。',
    },
    since: null,
    raisedBy: {
      en: 'One value for the machine, by memory. Each may hold up to 64 KiB of memory that cannot be swapped.',
      zh: '全机一份，按内存计算。每个最多占 64 KiB 不可换出的内存。',
    },
    read: {
      en: '`cat /proc/net/sockstat`, “orphan”: the machine’s total, whichever namespace reads it. TCPAbortOnMemory counts the resets.',
      zh: '看 `cat /proc/net/sockstat` 的 orphan（在哪个命名空间读都是全机总数）；重置次数记在 TCPAbortOnMemory。',
    },
    act: {
      en: 'Lowering it cuts off slow but honest clients in mid-answer. If it is reached, shorten tcp_orphan_retries or find the program that closes with much unsent.',
      zh: '调小会在应答途中切断慢速的正常客户端。若确实触顶，应减小 tcp_orphan_retries，或找出带着大量未发数据就关闭的程序。',
    },
    rules: ['orphaned-sockets'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_max_orphans', 'net/ipv4/tcp_timer.c: tcp_out_of_resources'],
  },
]
