import type { Glossary } from '../define-term.ts'

/** Packets that only ask: keepalive, closed windows, path MTU. */
export const PROBES: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPKeepAlive',
      title: { en: 'A keepalive probe was sent on an idle connection', zh: '在空闲连接上发出一个 keepalive 探测' },
      what: {
        en: 'A program asked for SO_KEEPALIVE; after the idle time (2 hours unless set) the kernel checks that the peer is still there.',
        zh: '程序启用了 SO_KEEPALIVE；空闲时间（默认 2 小时）过后，内核探测对端是否还在。',
      },
      since: null,
      raisedBy: {
        en: 'Idle connections of pools, watches, database clients.',
        zh: '连接池、watch、数据库客户端的空闲连接。',
      },
      read: {
        en: '`ss -to state established` lists `timer:(keepalive,…)`. An idle socket without it never learns that its peer is gone.',
        zh: '`ss -to state established` 会列出 `timer:(keepalive,…)`；没有它的空闲连接永远不知道对端已消失。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_timer.c: tcp_keepalive_timer'],
    },
    {
      id: 'TcpExtTCPWinProbe',
      title: {
        en: 'This host asked a peer whether its closed window has opened',
        zh: '本机询问对端关闭的窗口是否已打开',
      },
      what: {
        en: 'The peer reads nothing, so data waits here. Probes go on for as long as it answers them.',
        zh: '对端不读取，数据只能在本机等待；只要对端应答，探测就不停。',
      },
      since: null,
      raisedBy: { en: 'A stuck or slow receiver at the other end.', zh: '对端接收程序卡住或缓慢。' },
      read: {
        en: '`ss -to` shows `timer:(persist,…)` with a large Send-Q: these peers are the slow ones.',
        zh: '`ss -to` 中 `timer:(persist,…)` 且 Send-Q 较大的，就是读得慢的对端。',
      },
      act: {
        en: 'Look at the program over there; here only TCP_USER_TIMEOUT can end the wait.',
        zh: '去查对端程序；本端只有 TCP_USER_TIMEOUT 能结束等待。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_send_probe0'],
    },
    {
      id: 'TcpExtTCPMTUPSuccess',
      title: { en: 'A larger packet size was tried and got through', zh: '尝试更大的报文尺寸并成功' },
      what: { en: 'From now on this connection sends bigger segments.', zh: '此后该连接使用更大的报文段。' },
      since: null,
      raisedBy: {
        en: 'net.ipv4.tcp_mtu_probing, at 2 always, at 1 only after a black hole was noticed.',
        zh: '由 net.ipv4.tcp_mtu_probing 控制：2 为始终，1 为发现黑洞之后。',
      },
      read: {
        en: 'With the sysctl at 1 any growth means that some path swallowed large packets before.',
        zh: '该参数为 1 时，只要增长就说明有路径吞过大报文。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_mtup_probe_success'],
    },
    {
      id: 'TcpExtTCPMTUPFail',
      title: { en: 'A larger packet size was tried and lost', zh: '尝试更大的报文尺寸，未能通过' },
      what: {
        en: 'The probe vanished, so the connection keeps its present size.',
        zh: '探测报文消失，连接维持现有尺寸。',
      },
      since: null,
      raisedBy: {
        en: 'A smaller MTU somewhere on the path: tunnel, VPN, cloud interconnect.',
        zh: '途中某处 MTU 较小：隧道、VPN、云专线。',
      },
      read: {
        en: 'Verify with `ping -M do -s SIZE PEER`; the largest that passes plus 28 is the MTU.',
        zh: '用 `ping -M do -s SIZE PEER` 验证：能通过的最大值加 28 即 MTU。',
      },
      act: {
        en: 'Set the pod network’s MTU to that value instead of relying on probes.',
        zh: '把 Pod 网络的 MTU 设为该值，而不要依赖探测。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_mtup_probe_failed'],
    },
  ],
}
