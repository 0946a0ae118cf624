// No lab scenario: IPVS is a module of the kernel, and one that a machine of tests mostly cannot load.
import type { View } from '../facts/need.ts'
import { maybe } from '../facts/need.ts'
import { type StaleServer, staleIpvs } from '../facts/stale-ipvs.ts'
import { type Sysctl, sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Place } from '../model/nat.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const EXPIRE = 'net.ipv4.vs.expire_nodest_conn'
const QUIESCENT = 'net.ipv4.vs.expire_quiescent_template'
const REUSE = 'net.ipv4.vs.conn_reuse_mode'

const words = {
  gone: {
    en: 'IPVS keeps {count} connections of {virtual} with {server}, which is no real server of it any more: their packets are dropped without an answer',
    zh: 'IPVS 仍把 {virtual} 的 {count} 条连接指向 {server}，而它已不再是该服务的真实服务器：这些连接的报文会被静默丢弃',
  },
  bound: {
    en: 'IPVS keeps {count} clients of {virtual} bound to {server}, which takes no connections any more: whatever they open goes there',
    zh: 'IPVS 仍把 {virtual} 的 {count} 个客户端绑定在 {server} 上，而它已不再接收连接：它们新建的连接都会送往那里',
  },
  opening: {
    en: 'IPVS sends {opening} new connections of {virtual} to {server}, whose weight is 0: reused client ports match old entries',
    zh: 'IPVS 仍把 {virtual} 的 {opening} 条新连接送往权重为 0 的 {server}：客户端复用的端口命中了旧条目',
  },
  draining: {
    en: '{server} of {virtual} is being drained: {count} connections are still with it, new ones go elsewhere',
    zh: '{virtual} 的 {server} 正在排空：还有 {count} 条连接在它上面，新连接会去别处',
  },
  entries: {
    en: 'entries whose packets go to {server}: clients {clients}',
    zh: '报文仍送往 {server} 的条目，客户端 {clients}',
  },
  openingLabel: { en: 'of these in SYN_RECV: just opened', zh: '其中处于 SYN_RECV（刚发起）的' },
  templates: { en: 'clients bound to {server} by persistence', zh: '因会话保持而绑定在 {server} 的客户端' },
  others: { en: 'real servers of {virtual} that take connections', zh: '{virtual} 仍接收连接的真实服务器数' },
  setting: { en: '{key}', zh: '{key}' },
  alive: {
    en: 'Whether their clients still exist: an entry outlives its connection by its timeout (15 minutes for ESTABLISHED, ipvsadm -L --timeout). Twice ipvsadm -Lnc: an expiry that jumps up belongs to a client that still sends.',
    zh: '这些客户端是否还在：条目会比连接多保留一个超时时间（ESTABLISHED 为 15 分钟，见 ipvsadm -L --timeout）。执行两次 ipvsadm -Lnc：剩余时间回升的，说明客户端仍在发送。',
  },
  noSetting: {
    en: 'Whether the kernel ends such entries was not captured: sysctl net.ipv4.vs.expire_nodest_conn net.ipv4.vs.conn_reuse_mode.',
    zh: '内核是否会终结此类条目没有采集到：sysctl net.ipv4.vs.expire_nodest_conn net.ipv4.vs.conn_reuse_mode。',
  },
  expireTitle: {
    en: 'Let the kernel end connections whose server is gone; clients are reset by their next packet and connect anew',
    zh: '让内核终结服务器已消失的连接；客户端下一个报文会收到 RST，随即重连',
  },
  expireRisk: {
    en: 'Acts on all virtual services of the node at once. kube-proxy 1.13 and later set it themselves at start.',
    zh: '对节点上所有虚拟服务立即生效。kube-proxy 1.13 及以后启动时会自行设置。',
  },
  reuseTitle: {
    en: 'Against reused ports: Linux 5.9 or newer, where conn_reuse_mode 1 costs no delay any more; before, choose between late connects (1) and wrong servers (0)',
    zh: '针对端口复用：使用 Linux 5.9 或更新的内核，其中 conn_reuse_mode 为 1 不再带来延迟；更早的内核只能在连接变慢（1）与送错服务器（0）之间取舍',
  },
  reuseRisk: {
    en: 'On kernels before 5.9 the value 1 delays every reused port by a second.',
    zh: '在 5.9 之前的内核上，设为 1 会使每次端口复用延迟一秒。',
  },
  quietTitle: { en: 'Let bindings to drained servers end', zh: '让绑定到已排空服务器的会话失效' },
  quietRisk: {
    en: 'Clients with session affinity may change their server.',
    zh: '有会话保持的客户端可能换到另一台服务器。',
  },
  notRestart: {
    en: 'Restarting kube-proxy: it writes virtual services, the connection table stays.',
    zh: '重启 kube-proxy：它只写虚拟服务，连接表保持不变。',
  },
  notClear: {
    en: 'ipvsadm -C: it removes every Service of the node until kube-proxy has written them again.',
    zh: '执行 ipvsadm -C：会删掉节点上的全部 Service，直到 kube-proxy 重新写入。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'ipvs-stale-connection',
  title: { en: 'IPVS sends connections to a server that is gone', zh: 'IPVS 把连接送往已不存在的服务器' },
  severity: 'warning',
  scope: 'netns',
  needs: { stale: staleIpvs, expire: maybe(sysctl(EXPIRE)), reuse: maybe(sysctl(REUSE)) },
  words,
  page: {
    what: {
      en: 'IPVS keeps a table of connections of its own, by client address and port. An entry decides where packets go for as long as it lasts: 15 minutes in ESTABLISHED, 5 for UDP, hours for persistence. When the real server is removed meanwhile, the entry stays, and with expire_nodest_conn = 0 its packets are dropped without a word.',
      zh: 'IPVS 按客户端地址和端口维护自己的连接表。条目存续期间由它决定报文去向：ESTABLISHED 为 15 分钟，UDP 为 5 分钟，会话保持可达数小时。期间若真实服务器被删除，条目仍在；expire_nodest_conn = 0 时，它的报文会被悄悄丢弃。',
    },
    why: {
      en: 'A pod ended before its clients did: keep-alive connections, gRPC streams, a DNS client that always uses one source port. Or the server has weight 0 while it is drained, and a busy client uses a port again whose old entry still points there: its new connection goes to the old pod.',
      zh: 'Pod 比客户端先结束：长连接、gRPC 流、始终使用同一源端口的 DNS 客户端。或者服务器正在排空、权重为 0，而繁忙的客户端复用了某个端口，旧条目仍指向那里：新连接就被送到旧 Pod。',
    },
    confirm: {
      en: '`ipvsadm -Lnc` against `ipvsadm -Ln`: destinations of the first that the second does not have, or has with weight 0. A client of such an entry retransmits (`ss -ti`), nothing comes back.',
      zh: '对照 `ipvsadm -Lnc` 与 `ipvsadm -Ln`：前者有而后者没有、或权重为 0 的目的地址。这种条目的客户端会不断重传（`ss -ti`），却没有任何回应。',
    },
    fix: {
      en: 'net.ipv4.vs.expire_nodest_conn = 1 (kube-proxy sets it since 1.13), expire_quiescent_template = 1 with session affinity, a kernel from 5.9 on for reused ports; pods that close their connections before they end (preStop).',
      zh: '设置 net.ipv4.vs.expire_nodest_conn = 1（kube-proxy 1.13 起自动设置）；使用会话保持时再设 expire_quiescent_template = 1；端口复用问题需 5.9 及以后的内核；让 Pod 在退出前先关闭连接（preStop）。',
    },
    notToConfuse: {
      en: '- ESTABLISHED with a server of weight 0: graceful termination, as meant.\n- TIME_WAIT, FIN_WAIT, CLOSE with a server that is gone: rests that nobody needs.\n- A virtual service selected by a mark: entries name the address that was called.\n- conntrack entries: another table with other timeouts.',
      zh: '- 权重为 0 的服务器上的 ESTABLISHED：优雅终止，本应如此。\n- 已消失服务器的 TIME_WAIT、FIN_WAIT、CLOSE：无人需要的残留。\n- 用防火墙标记选择的虚拟服务：条目里写的是被访问的地址。\n- conntrack 条目：另一张表，超时也不同。',
    },
    sources: [
      'Linux Documentation/networking/ipvs-sysctl.rst: expire_nodest_conn, expire_quiescent_template, conn_reuse_mode',
      'Linux net/netfilter/ipvs/ip_vs_core.c: ip_vs_in_hook(); ip_vs_proto_tcp.c (timeouts)',
      'kubernetes/kubernetes#71834, kubernetes/kubernetes#81775, kubernetes/kubernetes#71809',
    ],
  },
  thresholds: [
    {
      value: 'weight 0',
      reason: {
        en: 'ip_vs keeps sending the connections it knows to such a server, as long as expire_quiescent_template and conn_reuse_mode let it',
        zh: '权重为 0 时，只要 expire_quiescent_template 和 conn_reuse_mode 允许，ip_vs 仍会把已知连接发给该服务器',
      },
    },
  ],
  effects: [],
  check({ stale, expire, reuse }, view) {
    return stale.map((one) => draftOf(one, expire, reuse, view))
  },
})

function draftOf(stale: StaleServer, expire: Sysctl | null, reuse: Sysctl | null, view: View): Draft {
  const [virtual, server] = [nameOf(stale.virtual), nameOf(stale.server)]
  const { why, connections, opening, templates } = stale
  // The kernel ends such an entry at its next packet: what stands there harms nobody for long.
  const isExpired = why === 'gone' && expire?.number === 1
  const isHarm = why === 'gone' ? !isExpired : opening > 0 || templates > 0
  const template =
    why === 'gone' && connections.length > 0
      ? words.gone
      : opening > 0
        ? words.opening
        : templates > 0
          ? words.bound
          : words.draining
  return {
    subject: {
      kind: 'service',
      key: `${stale.protocol} ${virtual} ${server}`,
      address: stale.server.address,
      ...(stale.virtual.port === null ? {} : { port: stale.virtual.port }),
    },
    severity: isHarm ? 'warning' : 'info',
    confidence: isHarm && expire === null ? 'possible' : 'likely',
    when: 'now',
    summary: say(template, { virtual, server, opening, count: connections.length || templates }),
    evidence: evidenceOf(stale, [expire, reuse], view),
    remedies: isHarm ? remedies(stale, view) : [],
    notHelpful: [words.notRestart, words.notClear],
    unknowns: [words.alive, ...(expire === null ? [words.noSetting] : [])],
  }
}

const nameOf = ({ address, port }: Place): string => (port === null ? address : formatEnd({ address, port }))

function evidenceOf(stale: StaleServer, settings: readonly (Sysctl | null)[], view: View): readonly Evidence[] {
  const [virtual, server] = [nameOf(stale.virtual), nameOf(stale.server)]
  const clients = [...new Set(stale.connections.map((one) => one.source.address))]
  const plain = { unit: null, limit: null, source: stale.origin, command: null }
  return [
    {
      ...plain,
      label: say(words.entries, { server, clients: formatList(clients.length > 0 ? clients : ['-']) }),
      value: stale.connections.length,
      unit: 'connections',
      command: inNetns(view, `ipvsadm -Lnc | grep -F ${server}`),
    },
    ...(stale.opening > 0 ? [{ ...plain, label: words.openingLabel, value: stale.opening }] : []),
    ...(stale.templates > 0 ? [{ ...plain, label: say(words.templates, { server }), value: stale.templates }] : []),
    {
      ...plain,
      label: say(words.others, { virtual }),
      value: stale.others,
      command: inNetns(view, 'ipvsadm -Ln'),
    },
    ...settings.flatMap((one) =>
      one
        ? [
            {
              ...plain,
              label: say(words.setting, { key: one.key }),
              value: one.number,
              source: one.origin,
              command: inNetns(view, `sysctl ${one.key}`),
            },
          ]
        : [],
    ),
  ]
}

function remedies({ why, opening, templates }: StaleServer, view: View): readonly Remedy[] {
  const verify = inNetns(view, 'ipvsadm -Lnc')
  const set = (key: string) => inNetns(view, `sysctl -w ${key}=1`)
  return [
    ...(why === 'gone'
      ? [
          {
            title: words.expireTitle,
            action: set(EXPIRE),
            language: 'sh' as const,
            risk: words.expireRisk,
            verify,
          },
        ]
      : []),
    ...(opening > 0
      ? [
          {
            title: words.reuseTitle,
            action: `uname -r\n${set(REUSE)}`,
            language: 'sh' as const,
            risk: words.reuseRisk,
            verify,
          },
        ]
      : []),
    ...(templates > 0
      ? [{ title: words.quietTitle, action: set(QUIESCENT), language: 'sh' as const, risk: words.quietRisk, verify }]
      : []),
  ]
}
