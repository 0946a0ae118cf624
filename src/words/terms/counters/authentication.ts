import type { Glossary } from '../define-term.ts'

/** TCP-MD5 and TCP-AO, which protect BGP sessions. */
export const AUTHENTICATION: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPMD5NotFound',
      title: {
        en: 'A segment without MD5 signature came from a peer that must sign',
        zh: '必须签名的对端发来了没有 MD5 签名的报文',
      },
      what: {
        en: 'A password is set here for that address and the packet bore none, so it was dropped. The session does not come up.',
        zh: '本端为该地址设置了口令而报文没有签名，于是丢弃。会话无法建立。',
      },
      since: null,
      raisedBy: {
        en: 'A BGP neighbour configured with a password on this side only; probes from a protected address as well.',
        zh: '只在本端配置了口令的 BGP 邻居；来自受保护地址的探测也算。',
      },
      read: {
        en: '`tcpdump -nvi any port 179` marks signed segments with `md5`; compare the neighbour settings of bird or FRR on both sides.',
        zh: '`tcpdump -nvi any port 179` 会以 `md5` 标出带签名的报文；比较 bird 或 FRR 两侧的邻居配置。',
      },
      act: { en: 'Set the same password at both ends.', zh: '在两端设置相同的口令。' },
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_inbound_md5_hash', 'RFC 2385'],
    },
    {
      id: 'TcpExtTCPMD5Unexpected',
      title: {
        en: 'A signed segment came from a peer for whom no password is set',
        zh: '未设置口令的对端发来了带 MD5 签名的报文',
      },
      what: {
        en: 'The other side signs, this one has no key for it and drops everything.',
        zh: '对方签名而本端没有密钥，全部丢弃。',
      },
      since: null,
      raisedBy: {
        en: 'Password set at the neighbour only, or this side’s key is bound to another address or interface (VRF).',
        zh: '只在邻居一侧设置了口令，或本端密钥绑在别的地址或接口（VRF）上。',
      },
      read: {
        en: 'Connections to port 179 in SYN_SENT or SYN_RECV beside it settle the case.',
        zh: '若同时有到 179 端口的 SYN_SENT 或 SYN_RECV，即可断定。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_inbound_md5_hash'],
    },
    {
      id: 'TcpExtTCPMD5Failure',
      title: { en: 'A segment was signed with the wrong password', zh: '报文的 MD5 签名使用了错误的口令' },
      what: {
        en: 'Both ends sign, but not with the same secret; or a NAT changed the addresses that the signature covers.',
        zh: '两端都签名但口令不一致；或 NAT 改动了签名所覆盖的地址。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'A mistyped or half-rotated secret, address translation between BGP peers.',
        zh: '口令输错或只轮换了一半，BGP 对等体之间有地址转换。',
      },
      read: {
        en: 'Steady growth every few seconds is one neighbour that retries; its address is in the kernel’s log.',
        zh: '每隔几秒增长一次就是某个邻居在重试，地址见内核日志。',
      },
      act: {
        en: 'Exclude the peering from SNAT and set the secret anew on both routers.',
        zh: '将对等连接排除在 SNAT 之外，并在两台路由器上重设口令。',
      },
      rules: [],
      sources: ['net/ipv4/tcp.c: tcp_inbound_md5_hash'],
    },
    {
      id: 'TcpExtTCPAORequired',
      title: { en: 'An unsigned segment came where TCP-AO is obligatory', zh: '在强制 TCP-AO 之处收到了未签名的报文' },
      what: {
        en: 'The socket refuses everything without the option, so a peer without TCP-AO cannot connect.',
        zh: '该套接字拒收一切不带此选项的报文，未启用 TCP-AO 的对端无法连接。',
      },
      since: '6.7',
      raisedBy: {
        en: 'A neighbour not yet migrated, or strangers that knock at the port.',
        zh: '尚未迁移的邻居，或敲门的陌生主机。',
      },
      read: {
        en: 'Look whether the sources are real neighbours before loosening anything.',
        zh: '放宽之前先确认来源是否真是邻居。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ao.c', 'Documentation/networking/tcp_ao.rst'],
    },
    {
      id: 'TcpExtTCPAOBad',
      title: { en: 'A segment failed its TCP-AO check', zh: '报文未通过 TCP-AO 校验' },
      what: {
        en: 'The key number was known, the signature wrong: secrets or algorithms differ, or the packet was changed.',
        zh: '密钥编号已知而签名不符：密钥或算法不同，或报文被改动。',
      },
      since: '6.7',
      raisedBy: { en: 'Rotation done on one side only, NAT, a forged packet.', zh: '只在一侧轮换、NAT、伪造的报文。' },
      read: {
        en: 'Session down: key. Session up and a few per day: forgeries, which are being stopped as they should.',
        zh: '会话中断是密钥问题；会话正常、每天几个，则是被正确拦下的伪造报文。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ao.c: tcp_inbound_ao_hash'],
    },
    {
      id: 'TcpExtTCPAOKeyNotFound',
      title: {
        en: 'A segment named a TCP-AO key that this side does not have',
        zh: '报文所用的 TCP-AO 密钥编号本端没有',
      },
      what: {
        en: 'KeyID or address match none of the configured keys.',
        zh: 'KeyID 或地址与任何已配置的密钥都不匹配。',
      },
      since: '6.7',
      raisedBy: {
        en: 'A peer that switched to its next key before this side had learned it.',
        zh: '对端先行切换到下一个密钥，而本端尚未配置。',
      },
      read: {
        en: 'Compare SendID and RecvID crosswise: what one sends the other must receive.',
        zh: '交叉比较 SendID 与 RecvID：一端的发送编号须是另一端的接收编号。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ao.c: tcp_inbound_ao_hash'],
    },
    {
      id: 'TcpExtTCPAOGood',
      title: { en: 'A segment passed its TCP-AO check', zh: '报文通过了 TCP-AO 校验' },
      what: {
        en: 'Proof that protected sessions exist and exchange packets.',
        zh: '证明受保护的会话存在且有报文往来。',
      },
      since: '6.7',
      raisedBy: { en: 'Each signed segment of a neighbour.', zh: '邻居发来的每个签名报文。' },
      read: {
        en: 'The base for TCPAOBad; flat while sessions should run means that they are down or unsigned.',
        zh: '是 TCPAOBad 的分母；会话应在运行而它不动，说明会话中断或未签名。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ao.c: tcp_inbound_ao_hash'],
    },
    {
      id: 'TcpExtTCPAODroppedIcmps',
      title: {
        en: 'An ICMP error for a TCP-AO connection was ignored on purpose',
        zh: '有意忽略了针对 TCP-AO 连接的 ICMP 错误',
      },
      what: {
        en: 'Such errors cannot be signed, so they may not end a protected session.',
        zh: '此类错误无法签名，因此不得终结受保护的会话。',
      },
      since: '6.7',
      raisedBy: {
        en: 'Unreachable messages from routers on the way, real or forged.',
        zh: '途中路由器发来的不可达消息，真伪皆有可能。',
      },
      read: {
        en: 'A session that dies slowly although ICMP says “unreachable” is explained by it.',
        zh: 'ICMP 已报不可达而会话仍迟迟不断，原因即在此。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_ao.c: tcp_ao_ignore_icmp'],
    },
  ],
}
