import type { Glossary } from '../define-term.ts'

/** IPv4 on the way in. */
export const IP_IN: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'IpForwarding',
      title: {
        en: 'Whether this namespace forwards packets: 1 yes, 2 no',
        zh: '本命名空间是否转发报文：1 为是，2 为否',
      },
      what: {
        en: 'A setting among the counters. With 2 a node delivers nothing to its pods, though it answers itself.',
        zh: '混在计数器里的一项设置。为 2 时节点不向 Pod 转发任何流量，但自身仍有应答。',
      },
      since: null,
      raisedBy: { en: 'net.ipv4.ip_forward of this namespace.', zh: '来自本命名空间的 net.ipv4.ip_forward。' },
      read: {
        en: 'In the host’s namespace of a Kubernetes node it must be 1; in a pod’s 2 is as good.',
        zh: 'Kubernetes 节点的主机命名空间必须为 1；Pod 内为 2 也无妨。',
      },
      act: {
        en: '`sysctl -w net.ipv4.ip_forward=1`, then find what turned it off (often a sysctl file applied at boot or by a security baseline).',
        zh: '`sysctl -w net.ipv4.ip_forward=1`，再查是谁关掉的（常是开机或安全基线下发的 sysctl 文件）。',
      },
      rules: ['ip-forward-off'],
      sources: ['net/ipv4/proc.c: snmp_seq_show_ipstats', 'RFC 4293'],
    },
    {
      id: 'IpDefaultTTL',
      title: { en: 'The hop limit that packets of this host start with', zh: '本机所发报文的初始跳数上限' },
      what: {
        en: 'A constant, 64 on Linux. It tells where a captured packet came from: 64 minus its TTL is the number of routers passed.',
        zh: '常数，Linux 为 64。可用来判断抓到的报文来自何处：64 减去其 TTL 即经过的路由器数。',
      },
      since: null,
      raisedBy: {
        en: 'net.ipv4.ip_default_ttl; almost nobody changes it.',
        zh: '来自 net.ipv4.ip_default_ttl，几乎无人改动。',
      },
      read: { en: 'Nothing to compare over time.', zh: '没有可随时间比较的内容。' },
      act: null,
      rules: [],
      sources: ['Documentation/networking/ip-sysctl.rst: ip_default_ttl'],
    },
    {
      id: 'IpInReceives',
      title: { en: 'An IPv4 packet came in', zh: '收到一个 IPv4 报文' },
      what: {
        en: 'Before any check, so bad ones and those to be forwarded count.',
        zh: '在任何检查之前计数，坏报文和待转发的都算。',
      },
      since: null,
      raisedBy: { en: 'All interfaces of the namespace.', zh: '命名空间内的所有接口。' },
      read: {
        en: 'The whole of which InDelivers, ForwDatagrams and the drops are parts; a gap among them is packets a firewall took.',
        zh: '它是总量，InDelivers、ForwDatagrams 与各类丢弃是其组成；对不上的差额就是被防火墙拿掉的。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_rcv_core'],
    },
    {
      id: 'IpInHdrErrors',
      title: {
        en: 'An IPv4 header was wrong, or a packet to forward had no hops left',
        zh: 'IPv4 报文头有误，或待转发的报文已无剩余跳数',
      },
      what: {
        en: 'Header length, version or header checksum did not fit, or TTL ran out here.',
        zh: '头部长度、版本或头部校验和不符，或 TTL 在此用尽。',
      },
      since: null,
      raisedBy: {
        en: 'Routing loops and traceroutes on nodes that forward; damage on others.',
        zh: '在转发节点上是路由环路与 traceroute，其他则为损坏。',
      },
      read: {
        en: 'Compare with IcmpOutTimeExcds: equal growth is TTL, that is a loop or a traceroute.',
        zh: '与 IcmpOutTimeExcds 对照：增量相同就是 TTL 用尽，即环路或 traceroute。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_rcv_core', 'net/ipv4/ip_forward.c'],
    },
    {
      id: 'IpInAddrErrors',
      title: {
        en: 'A packet came for an address this host does not own, and could not be forwarded',
        zh: '报文目的地址不属于本机，又无法转发',
      },
      what: {
        en: 'It is dropped; with forwarding off for its interface without an ICMP error.',
        zh: '内核将其丢弃；接口未启用转发时也不回 ICMP 错误。',
      },
      since: null,
      raisedBy: {
        en: 'Forwarding is off, a service address arrives that nobody translates, or a switch floods frames.',
        zh: '转发被关闭、无人转换的 Service 地址到达本机，或交换机泛洪。',
      },
      read: {
        en: 'Growth on a node with ip_forward = 0 while pods are unreachable is the proof that it should forward.',
        zh: '节点 ip_forward = 0、Pod 不可达而它在增长，证明本应转发。',
      },
      act: null,
      rules: ['ip-forward-off'],
      sources: ['net/ipv4/route.c: ip_error'],
    },
    {
      id: 'IpForwDatagrams',
      title: {
        en: 'A packet of somebody else was passed on, as a router does',
        zh: '像路由器那样转发了一个别人的报文',
      },
      what: {
        en: 'On a node this is the traffic of pods and NodePorts.',
        zh: '在节点上，这就是 Pod 与 NodePort 的流量。',
      },
      since: null,
      raisedBy: { en: 'Every packet that came in and goes out again.', zh: '每个进来又出去的报文。' },
      read: {
        en: 'Zero on a busy node: the pods are connected past the IP stack (eBPF, IPVLAN), or nothing is forwarded.',
        zh: '繁忙节点上为零：Pod 绕过了 IP 协议栈（eBPF、IPVLAN），或根本没有转发。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_forward.c: ip_forward_finish'],
    },
    {
      id: 'IpInUnknownProtos',
      title: { en: 'A packet carried a protocol that nobody here handles', zh: '报文所载协议在本机无人处理' },
      what: { en: 'It gets ICMP “protocol unreachable”.', zh: '回以 ICMP“协议不可达”。' },
      since: null,
      raisedBy: {
        en: 'VRRP, OSPF, GRE or IPIP that reach a host without that module or daemon.',
        zh: 'VRRP、OSPF、GRE 或 IPIP 到达没有相应模块或守护进程的主机。',
      },
      read: {
        en: 'IPIP among them on a Calico node means that its tunnel module is missing: `lsmod | grep ipip`.',
        zh: 'Calico 节点上若含 IPIP，说明缺少隧道模块：`lsmod | grep ipip`。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_protocol_deliver_rcu'],
    },
    {
      id: 'IpInDiscards',
      title: { en: 'A faultless packet was dropped on the way in', zh: '正常的报文在入方向被丢弃' },
      what: { en: 'There was no memory to keep or copy it.', zh: '没有内存保存或复制它。' },
      since: null,
      raisedBy: { en: 'Memory shortage in the moment of arrival.', zh: '报文到达之时内存不足。' },
      read: {
        en: 'It should stay at zero; look for “page allocation failure” at the same time. Drops by rules are not in it.',
        zh: '应保持为零；查同一时间的“page allocation failure”。被规则丢弃的不计入。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_rcv_core'],
    },
    {
      id: 'IpInDelivers',
      title: {
        en: 'A packet was handed to TCP, UDP or another protocol of this host',
        zh: '报文交给了本机的 TCP、UDP 或其他协议',
      },
      what: { en: 'It passed routing and the INPUT rules.', zh: '已通过路由与 INPUT 规则。' },
      since: null,
      raisedBy: { en: 'What is meant for this namespace itself.', zh: '目的地就是本命名空间的报文。' },
      read: {
        en: 'If SYNs are seen in tcpdump and this does not move, a rule or rp_filter takes them before TCP.',
        zh: '若 tcpdump 能看到 SYN 而它不动，说明在 TCP 之前就被规则或 rp_filter 拿掉。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_local_deliver_finish'],
    },
    {
      id: 'IpExtInNoRoutes',
      title: { en: 'A packet came for which there is no route', zh: '收到的报文没有对应路由' },
      what: {
        en: 'Neither this host nor any way onwards is known; the sender gets “network unreachable” or silence.',
        zh: '既非本机地址也不知去向；发送方得到“网络不可达”或毫无回应。',
      },
      since: null,
      raisedBy: {
        en: 'A pod network whose routes are missing (CNI daemon down), addresses of removed pods.',
        zh: 'Pod 网络路由缺失（CNI 守护进程停止）、已删除 Pod 的地址。',
      },
      read: {
        en: '`ip route get ADDRESS` for a destination seen in a capture; compare the routes with those of a healthy node.',
        zh: '对抓包所见目的地执行 `ip route get ADDRESS`，并与正常节点的路由比较。',
      },
      act: {
        en: 'Restart or repair the agent that writes routes (bird, flanneld, cilium).',
        zh: '重启或修复下发路由的组件（bird、flanneld、cilium）。',
      },
      rules: [],
      sources: ['net/ipv4/route.c: ip_error'],
    },
    {
      id: 'IpExtInTruncatedPkts',
      title: { en: 'A packet was shorter than its header says', zh: '报文比其头部声明的要短' },
      what: { en: 'Part of it is missing, so it cannot be used.', zh: '缺了一部分，无法使用。' },
      since: null,
      raisedBy: { en: 'Drivers or tunnels that cut frames, faulty hardware.', zh: '截断帧的驱动或隧道、硬件故障。' },
      read: {
        en: 'Anything but zero is worth a look at `ethtool -S` (length errors) of the device it came by.',
        zh: '只要不为零，就值得看来源网卡 `ethtool -S` 的长度错误。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_rcv_core'],
    },
    {
      id: 'IpExtInCsumErrors',
      title: { en: 'The checksum of an IPv4 header was wrong', zh: 'IPv4 头部校验和错误' },
      what: {
        en: 'The packet is gone; this sum covers the header alone, damage in the data shows in TCP and UDP.',
        zh: '该校验和只覆盖头部，数据的损坏体现在 TCP 与 UDP 的计数上。',
      },
      since: '3.10',
      raisedBy: { en: 'Faulty memory in a switch or card, crafted packets.', zh: '交换机或网卡内存故障、构造的报文。' },
      read: {
        en: 'Each is also in IpInHdrErrors. Several hosts at once: the switch between them.',
        zh: '每次也计入 IpInHdrErrors。多台主机同时出现，就是它们之间的交换机。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_input.c: ip_rcv_core'],
    },
    {
      id: 'IpExtReasmOverlaps',
      title: { en: 'Fragments overlapped, which honest senders do not make', zh: '分片出现重叠，正常的发送方不会这样' },
      what: {
        en: 'The whole packet is thrown away, as overlap serves to fool firewalls.',
        zh: '整个报文被丢弃，因为重叠常用于欺骗防火墙。',
      },
      since: null,
      raisedBy: {
        en: 'Attacks on reassembly, or two packets with the same ID mixed up at high rates.',
        zh: '针对重组的攻击，或高速率下两个相同 ID 的报文混淆。',
      },
      read: {
        en: 'A few on a busy UDP host are ID collisions; constant growth deserves a capture of fragments.',
        zh: '繁忙 UDP 主机上的少量是 ID 冲突；持续增长值得抓分片看看。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_fragment.c: ip_frag_queue'],
    },
  ],
}
