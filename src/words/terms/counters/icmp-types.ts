import type { Glossary } from '../define-term.ts'

/** ICMP by type number, as the IcmpMsg table has it. */
export const ICMP_TYPES: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'IcmpMsgOutType5',
      also: ['OutType5'],
      title: { en: 'This node told a sender that there is a shorter way', zh: '本节点告知发送方有更近的路' },
      what: {
        en: 'A packet left by the same interface on which it had come, so the node advises its sender to use the next router directly.',
        zh: '报文从进来的同一接口出去，于是节点建议发送方直接使用下一跳。',
      },
      since: null,
      raisedBy: {
        en: 'Pods or machines in one subnet that are routed through this node needlessly, with send_redirects on.',
        zh: '同一子网内的 Pod 或机器不必要地绕经本节点，且启用了 send_redirects。',
      },
      read: {
        en: 'Thousands mean routing that was not planned so, and traffic that crosses this node twice; some clouds and many hosts ignore the advice.',
        zh: '成千上万说明路由并非有意如此，流量白白经过本节点；一些云和许多主机会忽略该建议。',
      },
      act: {
        en: '`sysctl -w net.ipv4.conf.all.send_redirects=0` and on the interface stops the messages; correct the routes to stop the detour.',
        zh: '在 all 与该接口上执行 `sysctl -w net.ipv4.conf.all.send_redirects=0` 可停发；要消除绕行须改路由。',
      },
      rules: ['icmp-redirects'],
      sources: ['net/ipv4/route.c: ip_rt_send_redirect', 'RFC 1812, 5.2.7.2'],
    },
    {
      id: 'IcmpMsgInType5',
      also: ['InType5'],
      title: { en: 'A router told this host to use another way', zh: '某路由器让本机改走另一条路' },
      what: {
        en: 'If accept_redirects allows it, a route for that one destination changes, which can send traffic astray.',
        zh: '若 accept_redirects 允许，去该目的地的路由会改变，可能把流量引偏。',
      },
      since: null,
      raisedBy: {
        en: 'A gateway in the same subnet that is not the best next hop.',
        zh: '同一子网中并非最佳下一跳的网关。',
      },
      read: {
        en: '`ip route show cache` lists what was learned; on nodes with forwarding on it should be ignored by default.',
        zh: '`ip route show cache` 列出学到的路由；启用转发的节点默认应忽略。',
      },
      act: null,
      rules: ['icmp-redirects'],
      sources: ['net/ipv4/route.c: ip_do_redirect', 'Documentation/networking/ip-sysctl.rst: accept_redirects'],
    },
    {
      id: 'IcmpMsgOutType3',
      also: ['OutType3'],
      title: {
        en: 'This host reported a destination as unreachable, by type number',
        zh: '本机报告目的不可达（按类型号计）',
      },
      what: {
        en: 'The same messages as IcmpOutDestUnreachs, as the table by numbers has them.',
        zh: '与 IcmpOutDestUnreachs 是同一批消息，只是按类型号列出。',
      },
      since: null,
      raisedBy: {
        en: 'UDP to a closed port, a REJECT rule, a packet too big for the next link, no neighbour.',
        zh: '发往关闭端口的 UDP、REJECT 规则、下一链路容不下的报文、邻居不存在。',
      },
      read: {
        en: "The code inside tells them apart: `tcpdump -nvi any 'icmp[0] == 3'` prints it in words.",
        zh: "须看其中的代码：`tcpdump -nvi any 'icmp[0] == 3'` 会以文字显示。",
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: __icmp_send'],
    },
    {
      id: 'IcmpMsgInType3',
      also: ['InType3'],
      title: {
        en: 'Somebody reported a destination of this host as unreachable, by type number',
        zh: '有人报告本机的目的不可达（按类型号计）',
      },
      what: {
        en: 'A program gets “refused”, “no route to host”, or a smaller path MTU out of it.',
        zh: '程序因此得到“拒绝”“无路由”，或路径 MTU 变小。',
      },
      since: null,
      raisedBy: {
        en: 'Closed UDP ports, rejecting firewalls, routers without the way on.',
        zh: '关闭的 UDP 端口、拒绝型防火墙、不知去路的路由器。',
      },
      read: {
        en: 'Split it by sender and code in a capture; code 4 is about packet size and should be followed by smaller segments.',
        zh: '抓包按发送者与代码拆分；代码 4 与报文大小有关，其后报文段应变小。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/icmp.c: icmp_unreach'],
    },
  ],
}
