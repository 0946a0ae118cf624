import type { Glossary } from '../define-term.ts'

/** IPv4 on the way out, and fragments. */
export const IP_OUT: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'IpOutRequests',
      title: {
        en: 'TCP, UDP or another protocol here asked to send a packet',
        zh: '本机的 TCP、UDP 等请求发送一个报文',
      },
      what: { en: 'Before routing and OUTPUT rules have had their say.', zh: '在 OUTPUT 规则裁决之前。' },
      since: null,
      raisedBy: {
        en: 'All that this namespace itself sends, forwarded packets not included.',
        zh: '本命名空间自身发送的一切，不含转发。',
      },
      read: {
        en: 'Compare with OutTransmits plus drops where the kernel has it: a gap is what OUTPUT rules took.',
        zh: '在有 OutTransmits 的内核上与之加丢弃数比较：差额被 OUTPUT 规则拿走。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_output.c: __ip_local_out'],
    },
    {
      id: 'IpOutTransmits',
      title: { en: 'A packet was passed towards the device', zh: '报文交给了网卡方向' },
      what: {
        en: 'It got through routing and all rules; the device queue may still drop it.',
        zh: '已通过路由与全部规则；网卡队列仍可能丢弃。',
      },
      since: '6.2–6.12',
      raisedBy: { en: 'Own and forwarded packets alike.', zh: '本机发出的和转发的都算。' },
      read: {
        en: 'It should be near OutRequests plus ForwDatagrams.',
        zh: '应接近 OutRequests 与 ForwDatagrams 之和。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_output.c: ip_finish_output2'],
    },
    {
      id: 'IpOutDiscards',
      title: { en: 'A packet was dropped on the way out without being wrong', zh: '正常的报文在出方向被丢弃' },
      what: {
        en: 'The device’s queue refused it, a rule on output dropped it, or memory was short. That holds for UDP and ICMP; TCP sends by another way and retries.',
        zh: '网卡队列拒收、出方向规则丢弃，或内存不足。仅对 UDP 与 ICMP 如此；TCP 走另一条发送路径并会重试。',
      },
      since: null,
      raisedBy: {
        en: 'A full qdisc, DROP rules in OUTPUT or a network policy.',
        zh: 'qdisc 已满，OUTPUT 中的 DROP 规则，或网络策略。',
      },
      read: {
        en: '`tc -s qdisc` for drops, `iptables -vnL OUTPUT` for rules whose packet counts grow.',
        zh: '用 `tc -s qdisc` 看丢弃，用 `iptables -vnL OUTPUT` 看哪条规则的计数在增长。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_output.c: ip_send_skb'],
    },
    {
      id: 'IpOutNoRoutes',
      title: { en: 'This host wanted to send and had no route', zh: '本机要发送却没有路由' },
      what: {
        en: 'The program gets “Network is unreachable”; a connection that existed simply hangs.',
        zh: '程序得到“Network is unreachable”；已有的连接则直接卡住。',
      },
      since: null,
      raisedBy: {
        en: 'A default route that vanished, an interface that went down, routes withdrawn by BGP.',
        zh: '默认路由消失、接口断开、BGP 撤回路由。',
      },
      read: {
        en: '`ip route; ip rule` now, and `ip monitor route` while it grows.',
        zh: '当下看 `ip route; ip rule`，增长时看 `ip monitor route`。',
      },
      act: {
        en: 'Find who removed the route (DHCP client, CNI, NetworkManager) before adding it by hand.',
        zh: '手工补路由之前，先查是谁删的（DHCP 客户端、CNI、NetworkManager）。',
      },
      rules: [],
      sources: ['net/ipv4/ip_output.c: __ip_queue_xmit'],
    },
    {
      id: 'IpReasmReqds',
      title: { en: 'A fragment arrived that must wait for its other parts', zh: '收到一个须等其余部分的分片' },
      what: {
        en: 'Only complete packets can be used or matched by port rules.',
        zh: '只有重组完整后才能使用，才能按端口匹配规则。',
      },
      since: null,
      raisedBy: {
        en: 'Large UDP answers (DNS with DNSSEC, NFS over UDP), tunnels with too large an MTU.',
        zh: '大的 UDP 应答（带 DNSSEC 的 DNS、UDP 上的 NFS）、MTU 过大的隧道。',
      },
      read: {
        en: 'Divided by ReasmOKs: the mean number of fragments per packet.',
        zh: '除以 ReasmOKs 得到每个报文的平均分片数。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_fragment.c: ip_defrag'],
    },
    {
      id: 'IpReasmOKs',
      title: { en: 'A packet was put together from its fragments', zh: '分片重组成一个完整报文' },
      what: { en: 'Works as it should, at the price of CPU and memory.', zh: '工作正常，代价是 CPU 与内存。' },
      since: null,
      raisedBy: {
        en: 'Every fragmented packet that arrives whole, also while conntrack tracks it.',
        zh: '每个完整到达的分片报文，包括 conntrack 跟踪时的重组。',
      },
      read: {
        en: 'High on a node with an overlay network: check that the inner MTU leaves room for the outer header.',
        zh: '在使用 overlay 网络的节点上较高时，检查内层 MTU 是否为外层头留了余地。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_fragment.c: ip_frag_reasm'],
    },
    {
      id: 'IpReasmTimeout',
      title: { en: 'A fragmented packet was given up as parts of it never came', zh: '部分分片始终未到，放弃重组' },
      what: {
        en: 'After 30 seconds the pieces are dropped. For TCP in a tunnel it means a lost segment, for DNS a failed query.',
        zh: '30 秒后丢弃已到的碎片。对隧道中的 TCP 是丢一个报文段，对 DNS 则是查询失败。',
      },
      since: null,
      raisedBy: {
        en: 'Loss on the path, firewalls that drop later fragments since they carry no ports.',
        zh: '链路丢包，或防火墙丢弃不含端口的后续分片。',
      },
      read: {
        en: "`sysctl net.ipv4.ipfrag_time` is the patience; capture with `tcpdump 'ip[6:2] & 0x3fff != 0'`.",
        zh: "`sysctl net.ipv4.ipfrag_time` 是等待时间；抓包用 `tcpdump 'ip[6:2] & 0x3fff != 0'`。",
      },
      act: {
        en: 'Avoid fragments: a smaller MTU inside the tunnel, TCP for large DNS answers.',
        zh: '避免分片：减小隧道内层 MTU，大的 DNS 应答改用 TCP。',
      },
      rules: [],
      sources: ['net/ipv4/ip_fragment.c: ip_expire'],
    },
    {
      id: 'IpReasmFails',
      title: { en: 'A fragmented packet could not be put together', zh: '分片报文未能重组成功' },
      what: {
        en: 'Time ran out, memory for fragments was used up, or the pieces contradicted each other.',
        zh: '超时、分片内存用尽，或碎片相互矛盾。',
      },
      since: null,
      raisedBy: {
        en: 'More fragments at once than net.ipv4.ipfrag_high_thresh has room for, or what ReasmTimeout counts.',
        zh: '同时到达的分片超过 net.ipv4.ipfrag_high_thresh 的容量，或 ReasmTimeout 所计的情形。',
      },
      read: {
        en: 'The part above ReasmTimeout is memory: `FRAG: inuse … memory …` in /proc/net/sockstat.',
        zh: '超出 ReasmTimeout 的部分是内存问题：看 /proc/net/sockstat 的 `FRAG: inuse … memory …`。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_fragment.c'],
    },
    {
      id: 'IpFragOKs',
      title: { en: 'A packet too large for its way out was cut up', zh: '过大的报文在出口被切分' },
      what: { en: 'Its sender had not set “don’t fragment”.', zh: '发送方未设置“不分片”标志。' },
      since: null,
      raisedBy: { en: 'UDP above the MTU, forwarding into a tunnel.', zh: '超过 MTU 的 UDP，或转发进隧道。' },
      read: {
        en: 'If it is many per second, some MTU upstream is larger than the one here.',
        zh: '每秒很多次，说明上游某处的 MTU 大于此处。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_output.c: ip_do_fragment'],
    },
    {
      id: 'IpFragFails',
      title: { en: 'A packet was too large and must not be cut', zh: '报文过大又不许切分' },
      what: {
        en: 'It is dropped and the sender told by ICMP “fragmentation needed”. Where that message is filtered, large transfers hang while small ones work.',
        zh: '报文被丢弃，并以 ICMP“需要分片”告知发送方。若该消息被过滤，大传输会卡住而小请求正常。',
      },
      since: null,
      raisedBy: {
        en: 'An MTU mismatch: tunnels, VPNs, jumbo frames on one side.',
        zh: 'MTU 不一致：隧道、VPN、单侧巨帧。',
      },
      read: {
        en: 'Compare with IcmpOutDestUnreachs; `ip -d link` for the MTUs, `ping -M do -s 1472 PEER` for the path.',
        zh: '与 IcmpOutDestUnreachs 对照；用 `ip -d link` 看各 MTU，用 `ping -M do -s 1472 PEER` 测路径。',
      },
      act: {
        en: 'Lower the pod network’s MTU below the tunnel’s, or clamp MSS (`TCPMSS --clamp-mss-to-pmtu`).',
        zh: '把 Pod 网络 MTU 降到隧道以下，或钳制 MSS（`TCPMSS --clamp-mss-to-pmtu`）。',
      },
      rules: [],
      sources: ['net/ipv4/ip_output.c: ip_fragment'],
    },
    {
      id: 'IpFragCreates',
      title: { en: 'One piece of a cut packet was made', zh: '切分出一个分片' },
      what: {
        en: 'The pieces themselves; FragOKs counts the packets they come from.',
        zh: '这里数碎片本身，FragOKs 数的是其来源报文。',
      },
      since: null,
      raisedBy: { en: 'Follows each cut.', zh: '随每次切分产生。' },
      read: {
        en: 'More than two per packet hint at UDP datagrams of many kilobytes.',
        zh: '每个报文多于两片，说明 UDP 数据报有好几 KB。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_output.c: ip_do_fragment'],
    },
  ],
}
