import type { Term } from '../define-term.ts'

/** Settings of packets that pass through a node. */
export const FORWARDING_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.ip_forward',
    also: ['net.ipv4.conf.*.forwarding'],
    title: { en: 'Pass packets on between interfaces', zh: '在接口之间转发报文' },
    what: {
      en: 'With 0 a node drops what is not addressed to itself: pods then reach nothing outside, and NodePorts whose endpoint is elsewhere hang.',
      zh: '为 0 时节点丢弃目的地不是自己的报文：Pod 出不去，后端在别处的 NodePort 挂起。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; per namespace. Writing it sets every interface’s own `forwarding`, which is what is asked for each packet; a new network tool or a reloaded sysctl.d may set it back.',
      zh: '默认 0；按命名空间。写入时会同时改写每个接口的 `forwarding`，真正判断每个报文的是后者；新装的网络工具或重新加载 sysctl.d 都可能改回去。',
    },
    read: {
      en: '`sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding` and those of the pods’ interface. Packets dropped for this count as IpInAddrErrors and never reach the FORWARD chain.',
      zh: '`sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding`，以及 Pod 所连接口的 forwarding。因此丢弃的报文计入 IpInAddrErrors，不会进入 FORWARD 链。',
    },
    act: {
      en: 'Set 1 in /etc/sysctl.d with a name that sorts last, and find what reset it.',
      zh: '在 /etc/sysctl.d 中用排序靠后的文件设为 1，并找出是谁把它改了回去。',
    },
    rules: ['ip-forward-off'],
    sources: ['Documentation/networking/ip-sysctl.rst: ip_forward', 'net/ipv4/route.c: ip_route_input_slow'],
  },
  {
    id: 'net.ipv6.conf.all.forwarding',
    title: { en: 'The same for IPv6, with a side effect', zh: 'IPv6 的转发开关，有副作用' },
    what: {
      en: 'Makes the node an IPv6 router. A router does not listen to router advertisements: a node that learned its default route from them loses it, unless accept_ra is 2.',
      zh: '让节点成为 IPv6 路由器。路由器不再接受路由通告：若默认路由是这样学来的就会丢失，除非 accept_ra 设为 2。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; per namespace. Unlike in IPv4 it is `all` that decides, for every interface.',
      zh: '默认 0；按命名空间。与 IPv4 不同，起决定作用的是 `all`。',
    },
    read: {
      en: '`sysctl net.ipv6.conf.all.forwarding` and `ip -6 route show default`.',
      zh: '`sysctl net.ipv6.conf.all.forwarding` 和 `ip -6 route show default`。',
    },
    act: {
      en: 'Where pods have IPv6 addresses: 1, with accept_ra=2 on the uplink.',
      zh: 'Pod 有 IPv6 地址时设为 1，并在上行接口设 accept_ra=2。',
    },
    rules: ['ip-forward-off'],
    sources: ['Documentation/networking/ip-sysctl.rst: conf/all/forwarding'],
  },
  {
    id: 'net.ipv4.conf.*.rp_filter',
    title: { en: 'Drop packets that came in by the wrong interface', zh: '丢弃从“错误”接口进来的报文' },
    what: {
      en: '1: the answer to the sender must leave by the interface the packet came in; 2: some route to the sender must exist; 0: no test. The larger of `all` and the interface’s own counts.',
      zh: '1：回给发送方的路由必须从收到报文的接口出去；2：只要有任意路由；0：不检查。取 `all` 与接口自身两者中较大的。',
    },
    since: null,
    raisedBy: {
      en: 'Kernel default 0; distributions set 1 or 2, systemd 2. Several network cards, policy routing and IPIP or VXLAN overlays break under 1.',
      zh: '内核默认 0；发行版设为 1 或 2，systemd 设为 2。多网卡、策略路由、IPIP 或 VXLAN 覆盖网络在 1 下会出问题。',
    },
    read: {
      en: 'IPReversePathFilter in `nstat -asz` counts the drops; nothing else shows them but log_martians.',
      zh: '`nstat -asz` 的 IPReversePathFilter 记录丢弃数；除此之外只有打开 log_martians 才看得到。',
    },
    act: {
      en: 'Set 2 on the interface in question, or 0 with `all` lowered as well. Setting only `all` to 0 leaves the interface’s own 1 in force.',
      zh: '把相关接口设为 2，或连同 `all` 一起设为 0。只把 `all` 设成 0 不会取消接口自己的 1。',
    },
    rules: ['rp-filter-drops'],
    sources: ['Documentation/networking/ip-sysctl.rst: rp_filter', 'net/ipv4/fib_frontend.c: __fib_validate_source'],
  },
  {
    id: 'net.ipv4.conf.*.log_martians',
    title: { en: 'Log packets with impossible addresses', zh: '记录地址不可能的报文' },
    what: {
      en: 'With 1 the kernel writes a line for packets whose source or destination cannot be right, those that rp_filter drops among them.',
      zh: '为 1 时，凡源或目的地址不合理的报文（包括被 rp_filter 丢弃的）都会写一行日志。',
    },
    since: null,
    raisedBy: {
      en: 'Default 0; `all` or the interface’s own suffices. The lines are rate-limited.',
      zh: '默认 0；`all` 或接口自身任一为 1 即可。日志有限速。',
    },
    read: {
      en: '`dmesg | grep martian` names source, destination and interface.',
      zh: '`dmesg | grep martian` 可看到源、目的地址和接口。',
    },
    act: null,
    rules: ['rp-filter-drops'],
    sources: ['Documentation/networking/ip-sysctl.rst: log_martians'],
  },
  {
    id: 'net.ipv4.conf.*.send_redirects',
    also: ['net.ipv4.conf.*.accept_redirects', 'net.ipv4.conf.*.secure_redirects', 'net.ipv6.conf.*.accept_redirects'],
    title: { en: 'Tell senders of a shorter way, or believe such news', zh: '发送或接受 ICMP 重定向' },
    what: {
      en: 'send: a router tells a neighbour in the same network to go to the next hop directly. accept: this host changes its routes when told so; secure: only by gateways it already uses.',
      zh: 'send：路由器告诉同网段的邻居直接去下一跳。accept：本机据此修改路由；secure：只相信已在使用的网关。',
    },
    since: null,
    raisedBy: {
      en: 'Default 1 for sending; accepting is on for hosts and off once forwarding is on. For sending `all` or the interface suffices.',
      zh: 'send 默认 1；accept 在主机上默认开，打开转发后关闭。send 只要 `all` 或接口任一为 1 就生效。',
    },
    read: {
      en: 'IcmpMsgOutType5 counts redirects sent, InType5 those received; `ip route get ADDRESS` shows a route that came by one as `<redirected>`.',
      zh: '发出的重定向记在 IcmpMsgOutType5，收到的记在 InType5；因重定向产生的路由在 `ip route get ADDRESS` 中带 `<redirected>`。',
    },
    act: {
      en: 'On nodes that route for pods: 0 for both. A pod that follows a redirect walks past the node’s NAT and policies.',
      zh: '为 Pod 转发的节点两者都设 0。Pod 若听从重定向，就会绕过节点上的 NAT 和策略。',
    },
    rules: ['icmp-redirects'],
    sources: ['Documentation/networking/ip-sysctl.rst: send_redirects, accept_redirects'],
  },
  {
    id: 'net.bridge.bridge-nf-call-iptables',
    also: ['net.bridge.bridge-nf-call-ip6tables', 'bridge-nf-call-ip6tables'],
    title: { en: 'Show bridged packets to iptables', zh: '让桥接报文经过 iptables' },
    what: {
      en: 'With 0 packets between pods on one bridge pass without any rule: a ClusterIP whose endpoint is on the same bridge gets an answer from an address the client never asked, and the connection hangs.',
      zh: '为 0 时，同一网桥上 Pod 之间的报文不经过任何规则：ClusterIP 的后端若恰在同一网桥上，应答会来自客户端没请求过的地址，连接挂起。',
    },
    since: null,
    raisedBy: {
      en: 'Exists only once br_netfilter is loaded, with 1 then; per namespace since 5.3. It matters for CNIs that use a Linux bridge, not for routed ones such as Calico.',
      zh: '加载 br_netfilter 之后才存在，默认 1；5.3 起按命名空间。只对使用 Linux 网桥的 CNI 有意义，Calico 等路由型的不需要。',
    },
    read: {
      en: '`sysctl net.bridge.bridge-nf-call-iptables`: “No such file” means that the module is missing, which works like 0.',
      zh: '`sysctl net.bridge.bridge-nf-call-iptables`：提示没有该文件，说明模块没加载，等同于 0。',
    },
    act: {
      en: 'Load br_netfilter by /etc/modules-load.d and set 1 in sysctl.d; both are needed after a reboot.',
      zh: '用 /etc/modules-load.d 加载 br_netfilter，并在 sysctl.d 设为 1；重启后两者缺一不可。',
    },
    rules: ['bridge-netfilter-off'],
    sources: ['net/bridge/br_netfilter_hooks.c', 'https://ebtables.netfilter.org/documentation/bridge-nf.html'],
  },
  {
    id: 'net.ipv4.tcp_mtu_probing',
    title: { en: 'Find the path’s MTU without ICMP', zh: '不依赖 ICMP 探测路径 MTU' },
    what: {
      en: '1: after a black hole is suspected (tcp_retries1 timeouts) smaller segments are tried; 2: always, from tcp_base_mss up. 0 waits for ICMP that firewalls may eat.',
      zh: '1：怀疑有黑洞时（超时达 tcp_retries1 次）改用更小的报文段；2：始终从 tcp_base_mss 开始探测。0 则只等 ICMP，而它可能被防火墙吞掉。',
    },
    since: 'Linux 2.6.17',
    raisedBy: { en: 'Default 0; per namespace since 4.1.', zh: '默认 0；4.1 起按命名空间。' },
    read: {
      en: 'TCPMTUPFail and TCPMTUPSuccess count its probes; `pmtu` and `mss` in `ss -ti` show where a connection stands.',
      zh: '探测结果记在 TCPMTUPSuccess、TCPMTUPFail；某个连接的现状看 `ss -ti` 的 pmtu 和 mss。',
    },
    act: {
      en: '1 makes TCP survive an MTU black hole, at the cost of some timeouts per connection. The cure is the right MTU on the overlay or MSS clamping.',
      zh: '设为 1 可让 TCP 熬过 MTU 黑洞，代价是每个连接先超时几次。根治要靠覆盖网络的正确 MTU 或 MSS 钳制。',
    },
    rules: ['mtu-black-hole'],
    sources: ['Documentation/networking/ip-sysctl.rst: tcp_mtu_probing', 'RFC 4821'],
  },
]
