import type { Glossary } from '../define-term.ts'

/** ICMP by name, received and sent. */
export const ICMP_MESSAGES: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'IcmpInMsgs',
      title: { en: 'A ping, an answer or a complaint came in by ICMP', zh: '收到一条 ICMP 消息：ping、应答或差错' },
      what: { en: 'Of any type, echo requests of monitoring included.', zh: '任何类型，包括监控的 ping。' },
      since: null,
      raisedBy: { en: 'Pings and error reports.', zh: 'ping 与错误报告。' },
      read: {
        en: 'Take off InEchos and InEchoReps: the rest are complaints.',
        zh: '减去 InEchos 与 InEchoReps，其余都是差错报告。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_rcv'],
    },
    {
      id: 'IcmpInErrors',
      title: { en: 'A broken or unusable ICMP message came in', zh: '收到损坏或无法使用的 ICMP 消息' },
      what: {
        en: 'Too short, wrong checksum, unknown type, or about nothing this host sent.',
        zh: '过短、校验和错误、类型未知，或与本机所发内容无关。',
      },
      since: null,
      raisedBy: {
        en: 'Middleboxes that quote too little of the packet, forged errors.',
        zh: '引用原报文过少的中间设备、伪造的错误。',
      },
      read: {
        en: 'Matters if path MTU discovery fails meanwhile; otherwise background.',
        zh: '路径 MTU 发现同时失效时才要紧，否则是背景噪声。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_rcv'],
    },
    {
      id: 'IcmpInCsumErrors',
      title: { en: 'An ICMP message had a wrong checksum', zh: 'ICMP 消息校验和错误' },
      what: { en: 'It was dropped and is part of InErrors.', zh: '已丢弃，并计入 IcmpInErrors。' },
      since: '3.10',
      raisedBy: {
        en: 'Damage on the way or NAT that edits the quoted packet without fixing the sum.',
        zh: '途中损坏，或 NAT 改写了所引报文却未更新校验和。',
      },
      read: {
        en: 'If TcpInCsumErrors moves too, it is the link; if not, the NAT.',
        zh: '若 TcpInCsumErrors 也在增长是链路问题，否则是 NAT。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_rcv'],
    },
    {
      id: 'IcmpInDestUnreachs',
      title: { en: 'Somebody reported that a destination cannot be reached', zh: '有人报告目的地不可达' },
      what: {
        en: 'Connecting programs fail at once instead of after two minutes.',
        zh: '建连的程序会立即失败，而不是等两分钟。',
      },
      since: null,
      raisedBy: {
        en: 'Hosts that are down behind a router, closed UDP ports, REJECT rules.',
        zh: '路由器后面已宕机的主机、关闭的 UDP 端口、REJECT 规则。',
      },
      read: {
        en: 'Grouped by the quoted destination it names the stale endpoint in some configuration.',
        zh: '按所引目的地归组，可找出某处配置里的失效端点。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_unreach'],
    },
    {
      id: 'IcmpOutDestUnreachs',
      title: { en: 'This host reported that a destination cannot be reached', zh: '本机报告目的地不可达' },
      what: {
        en: 'On a node also in the name of pods that are gone, and of Services without endpoints (REJECT).',
        zh: '在节点上也代表已消失的 Pod，以及没有端点的 Service（REJECT）。',
      },
      since: null,
      raisedBy: {
        en: 'UDP answers after the client has closed, packets above an MTU, kube-proxy’s reject rules.',
        zh: '客户端关闭后才到的 UDP 应答、超过 MTU 的报文、kube-proxy 的拒绝规则。',
      },
      read: {
        en: 'Compare UdpNoPorts (ports) and IpFragFails (size): the remainder is routing and rules.',
        zh: '与 UdpNoPorts（端口）、IpFragFails（大小）对照，余下是路由与规则。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: __icmp_send'],
    },
    {
      id: 'IcmpInTimeExcds',
      title: {
        en: 'A packet of this host died on the way for its hop count, or in reassembly',
        zh: '本机的报文因跳数用尽或重组超时在途中被丢弃',
      },
      what: { en: 'A loop between routers if it was not a traceroute.', zh: '若不是 traceroute，就是路由器间的环路。' },
      since: null,
      raisedBy: {
        en: 'Routing that points in circles, often for a prefix that was withdrawn.',
        zh: '路由绕圈，常见于已撤回的网段。',
      },
      read: {
        en: '`traceroute -n DESTINATION`: the same two hops in turn prove the loop.',
        zh: '`traceroute -n DESTINATION`：同样两跳交替出现即证实环路。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_unreach'],
    },
    {
      id: 'IcmpOutTimeExcds',
      title: {
        en: 'This node dropped a packet that had no hops left, and said so',
        zh: '本节点丢弃了跳数用尽的报文并告知对方',
      },
      what: {
        en: 'It forwards in a loop, or somebody traces routes through it.',
        zh: '处于转发环路中，或有人在做 traceroute。',
      },
      since: null,
      raisedBy: {
        en: 'A pod subnet routed to this node which no longer has that pod, while its default route leads back.',
        zh: 'Pod 网段仍指向本节点，但 Pod 已不在，默认路由又把报文送回。',
      },
      read: {
        en: 'A burst of 60 and more for every packet sent to one address is a loop; add a blackhole route for the pod subnet.',
        zh: '发往某地址的每个报文都引出几十次即为环路；应为该 Pod 网段加黑洞路由。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/ip_forward.c: ip_forward'],
    },
    {
      id: 'IcmpInRedirects',
      title: { en: 'A gateway advised this host to use another one', zh: '某网关发来重定向，建议本机改用另一网关' },
      what: { en: 'The named twin of IcmpMsgInType5.', zh: '即 IcmpMsgInType5 的命名版本。' },
      since: null,
      raisedBy: {
        en: 'Older readings have this line alone, without the table by type numbers.',
        zh: '较旧的采集只有这一行，没有按类型号的表。',
      },
      read: {
        en: 'Any growth on a server in a cloud network is unusual and worth a capture.',
        zh: '云网络中的服务器上只要增长就不寻常，值得抓包。',
      },
      act: null,
      rules: ['icmp-redirects'],
      sources: ['net/ipv4/icmp.c: icmp_redirect'],
    },
    {
      id: 'IcmpOutRedirects',
      title: { en: 'This node advised a sender to go another way', zh: '本节点建议发送方另走他路' },
      what: {
        en: 'Counted by name here and by number as IcmpMsgOutType5.',
        zh: '此处按名称计，按编号则为 IcmpMsgOutType5。',
      },
      since: null,
      raisedBy: { en: 'Forwarding out of the interface the packet came by.', zh: '从来时的接口转发出去。' },
      read: {
        en: 'Millions since boot on a Kubernetes node: hosts of the subnet use it as a gateway to pods although they could reach them directly.',
        zh: 'Kubernetes 节点开机以来达数百万：同网段主机拿它当通往 Pod 的网关，而本可直达。',
      },
      act: null,
      rules: ['icmp-redirects'],
      sources: ['net/ipv4/route.c: ip_rt_send_redirect'],
    },
    {
      id: 'IcmpOutRateLimitGlobal',
      title: { en: 'An ICMP error was withheld by the limit for the whole host', zh: '全机限速拦下了一条 ICMP 错误' },
      what: {
        en: 'Senders do not learn what is wrong and wait for their timeouts; for “fragmentation needed” large packets keep vanishing.',
        zh: '发送方得不到原因，只能等超时；若是“需要分片”，大报文会继续消失。',
      },
      since: '6.2–6.12',
      raisedBy: {
        en: 'More errors in a second than icmp_msgs_per_sec allows (1000 on most kernels): scans, loops, a popular dead address.',
        zh: '每秒错误超过 icmp_msgs_per_sec（多数内核为 1000）：扫描、环路、被大量访问的失效地址。',
      },
      read: {
        en: 'Find the mass with `tcpdump -ni any icmp | head -1000`, not by raising the limit.',
        zh: '用 `tcpdump -ni any icmp | head -1000` 找出大头，而不是提高上限。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_global_allow', 'Documentation/networking/ip-sysctl.rst: icmp_msgs_per_sec'],
    },
    {
      id: 'IcmpOutRateLimitHost',
      title: {
        en: 'An ICMP error to one peer was withheld by the limit per destination',
        zh: '按目的限速拦下了发往某对端的 ICMP 错误',
      },
      what: {
        en: 'One peer gets at most about one error per second (icmp_ratelimit) after a small burst.',
        zh: '少量突发之后，每个对端约每秒只收到一条错误（icmp_ratelimit）。',
      },
      since: '6.2–6.12',
      raisedBy: {
        en: 'A client that hammers a closed port or a rejected Service.',
        zh: '不断访问关闭端口或被拒绝的 Service 的客户端。',
      },
      read: {
        en: 'Explains why some connects to a REJECT rule fail at once and others hang for a second.',
        zh: '可解释为何对 REJECT 规则的连接有的立即失败、有的卡一秒。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmpv4_xrlim_allow', 'Documentation/networking/ip-sysctl.rst: icmp_ratelimit'],
    },
  ],
}
