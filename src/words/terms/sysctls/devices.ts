import type { Term } from '../define-term.ts'

/** Settings of what happens between the network card and TCP, and of neighbours. */
export const DEVICE_SYSCTLS: readonly Term[] = [
  {
    id: 'net.core.netdev_max_backlog',
    title: { en: 'Packets that wait for one CPU', zh: '单个 CPU 的待处理报文数' },
    what: {
      en: 'The queue by which packets reach a CPU other than by the card’s own polling: loopback, veth of pods, packet steering. It has nothing to do with listen() in spite of its name.',
      zh: '不经网卡轮询到达某 CPU 的报文（回环、Pod 的 veth、RPS）所排的队。名字里虽有 backlog，与 listen() 无关。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1000 per CPU; one setting for the machine.',
      zh: '默认每 CPU 1000；全机一份。',
    },
    read: {
      en: 'Second column (hex) of /proc/net/softnet_stat, line by CPU: packets dropped for this.',
      zh: '看 /proc/net/softnet_stat 第二列（十六进制），每行一个 CPU：因此丢弃的报文数。',
    },
    act: {
      en: 'Only a growing second column is a reason to raise it; then see why that CPU is behind.',
      zh: '只有第二列在增长才有理由调大；同时查那个 CPU 为何跟不上。',
    },
    rules: ['softnet-drops'],
    sources: ['Documentation/admin-guide/sysctl/net.rst: netdev_max_backlog', 'net/core/dev.c: enqueue_to_backlog'],
  },
  {
    id: 'net.core.netdev_budget',
    title: { en: 'Packets per round of receive work', zh: '每轮收包处理的报文数' },
    what: {
      en: 'After so many packets the receive softirq gives way and comes back later.',
      zh: '收包软中断处理这么多报文后就让出，稍后再继续。',
    },
    since: 'Linux 2.6.12',
    raisedBy: {
      en: 'Default 300; one for the machine. netdev_budget_usecs ends the round as well, whichever comes first.',
      zh: '默认 300；全机一份。netdev_budget_usecs 也会结束一轮，以先到者为准。',
    },
    read: {
      en: 'Third column of /proc/net/softnet_stat (time_squeeze): rounds cut short. Some are normal.',
      zh: '看 /proc/net/softnet_stat 第三列（time_squeeze）：被截断的轮数。有一些很正常。',
    },
    act: {
      en: 'Squeezes without drops of the card (`ip -s link`, rx_missed) need no cure.',
      zh: '有截断但网卡没有丢包（`ip -s link`、rx_missed），就不必处理。',
    },
    rules: ['softnet-drops'],
    sources: ['Documentation/admin-guide/sysctl/net.rst: netdev_budget', 'net/core/dev.c: net_rx_action'],
  },
  {
    id: 'net.core.netdev_budget_usecs',
    title: { en: 'Time per round of receive work', zh: '每轮收包处理的时间' },
    what: {
      en: 'Microseconds after which the receive softirq gives way even when its packets are not used up.',
      zh: '收包软中断最多运行多少微秒，即便报文数还没用完。',
    },
    since: 'Linux 4.12',
    raisedBy: {
      en: 'Default 2000 up to some kernel before 6.18, where 8000 was seen (two clock ticks at 250 Hz); one for the machine.',
      zh: '以往默认 2000；在 6.18 上见到 8000（250 Hz 时两个时钟节拍），何时改的未核实；全机一份。',
    },
    read: {
      en: 'Raise this together with netdev_budget, or the other limit ends the round as before.',
      zh: '要和 netdev_budget 一起调大，否则仍会被另一个限制截断。',
    },
    act: null,
    rules: ['softnet-drops'],
    sources: ['Documentation/admin-guide/sysctl/net.rst: netdev_budget_usecs'],
  },
  {
    id: 'net.core.default_qdisc',
    title: { en: 'Queueing discipline of new interfaces', zh: '新接口的默认队列规则' },
    what: {
      en: 'How packets wait before they leave: pfifo_fast in plain order, fq and fq_codel per flow. BBR paces by itself since 4.13 and does not need fq any more.',
      zh: '报文发出前如何排队：pfifo_fast 按顺序，fq、fq_codel 按流。BBR 自 4.13 起自带 pacing，不再依赖 fq。',
    },
    since: 'Linux 3.12',
    raisedBy: {
      en: 'Default pfifo_fast; systemd sets fq_codel. Interfaces that exist keep theirs; veth has none.',
      zh: '默认 pfifo_fast；systemd 设为 fq_codel。已有接口不变；veth 没有队列规则。',
    },
    read: {
      en: '`tc -s qdisc` prints dropped and backlog of each.',
      zh: '`tc -s qdisc` 会打印各自的 dropped 和 backlog。',
    },
    act: null,
    rules: [],
    sources: ['Documentation/admin-guide/sysctl/net.rst: default_qdisc'],
  },
  {
    id: 'net.ipv4.neigh.default.gc_thresh3',
    also: ['net.ipv6.neigh.default.gc_thresh3'],
    title: { en: 'Most neighbours, of all namespaces together', zh: '邻居表上限（所有命名空间合计）' },
    what: {
      en: 'At this number no new ARP (or ND) entry can be made: packets to an unknown neighbour are dropped and programs see “No buffer space” or a hang.',
      zh: '到达该数后无法新建 ARP（或 ND）条目：发往未知邻居的报文被丢弃，程序报 “No buffer space” 或挂起。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1024; one table for the machine, so every pod’s entries count. IPv4 and IPv6 have a table each.',
      zh: '默认 1024；全机一张表，每个 Pod 的条目都算在内。IPv4、IPv6 各一张。',
    },
    read: {
      en: '`ip -s ntable show name arp_cache` or the sum of `ip neigh | wc -l` over all namespaces; the log says “neighbor table overflow”.',
      zh: '`ip -s ntable show name arp_cache`，或把各命名空间的 `ip neigh | wc -l` 相加；日志为 “neighbor table overflow”。',
    },
    act: {
      en: 'In flat layer-2 networks with more than some hundred peers: 8192, with thresh2 and thresh1 in proportion. Settings inside a pod do not exist.',
      zh: '对端超过几百个的二层扁平网络设为 8192，thresh2、thresh1 按比例调大。Pod 内没有这项设置。',
    },
    rules: ['neighbour-table-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: neigh/default/gc_thresh3', 'net/core/neighbour.c: neigh_alloc'],
  },
  {
    id: 'net.ipv4.neigh.default.gc_thresh2',
    also: ['net.ipv6.neigh.default.gc_thresh2'],
    title: { en: 'From here on neighbours are thrown out quickly', zh: '超过此数即快速回收邻居' },
    what: {
      en: 'Above it entries older than five seconds are reclaimed as soon as a new one is wanted, which costs time and ARP traffic.',
      zh: '超过后，一有新条目就回收五秒以上的旧条目，既耗时又增加 ARP 流量。',
    },
    since: null,
    raisedBy: { en: 'Default 512; one for the machine and protocol.', zh: '默认 512；每种协议全机一份。' },
    read: {
      en: 'The `forced_gc_runs` column of /proc/net/stat/arp_cache grows while it is exceeded.',
      zh: '超过期间 /proc/net/stat/arp_cache 的 forced_gc_runs 列会增长。',
    },
    act: null,
    rules: ['neighbour-table-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: neigh/default/gc_thresh2'],
  },
  {
    id: 'net.ipv4.neigh.default.gc_thresh1',
    also: ['net.ipv6.neigh.default.gc_thresh1'],
    title: { en: 'Up to here neighbours are never reclaimed', zh: '低于此数不回收邻居' },
    what: {
      en: 'While the table holds fewer entries than this, stale ones stay.',
      zh: '条目数少于它时，过期的条目也保留。',
    },
    since: null,
    raisedBy: { en: 'Default 128; one for the machine and protocol.', zh: '默认 128；与另两项一样每种协议全机一份。' },
    read: {
      en: 'STALE rows in `ip neigh` below this number are no fault.',
      zh: '`ip neigh` 中的 STALE 行若总数低于它，不是故障。',
    },
    act: null,
    rules: ['neighbour-table-full'],
    sources: ['Documentation/networking/ip-sysctl.rst: neigh/default/gc_thresh1'],
  },
]
