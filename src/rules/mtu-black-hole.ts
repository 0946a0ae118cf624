// No lab scenario: a live reading sends no probes and takes no captures, and without them a path that swallows large packets shows
// nothing but retransmissions. The tests judge what real ping and tcpdump printed on such a path.
import { isRecent } from '../facts/counters.ts'
import { spellRule } from '../facts/dropping-rules.ts'
import type { View } from '../facts/need.ts'
import type { TightOverlay } from '../facts/overlay-mtu.ts'
import { type Growth, type IcmpDrop, type PathMtu, pathMtu, type SizedSilence } from '../facts/path-mtu.ts'
import { STUCK_TIMES, type StuckSegment } from '../facts/stuck-segments.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const SHOWN = 5
/** The head of IPv4 and TCP with its usual options, beside the payload. */
const HEADS = 52

const words = {
  silence: {
    en: '{address} answers packets of {small} bytes and none of {large}, and nobody says that they are too large: they vanish on the way',
    zh: '{address} 对 {small} 字节的报文有应答，对 {large} 字节的却完全没有，也没有任何节点告知报文过大：它们在途中消失了',
  },
  stuck: {
    en: 'Segments of {length} bytes from {from} to {to} do not arrive: one was sent {times} times while smaller packets of the connection pass{told}',
    zh: '从 {from} 到 {to} 的 {length} 字节报文段无法到达：同一段发送了 {times} 次，而该连接的小报文可以通过{told}',
  },
  toldTo: {
    en: '; a router says so ("{note}"), and the sender takes no notice',
    zh: '；路由器已告知（“{note}”），但发送方没有理会',
  },
  nobody: { en: '', zh: '' },
  tight: {
    en: '{overlay} lets packets of {mtu} bytes in, but wrapped they need {overhead} more than {underlay} carries at once ({underlayMtu}): {fits} would fit',
    zh: '{overlay} 允许 {mtu} 字节的报文，但封装还要加 {overhead} 字节，超过了 {underlay} 的 {underlayMtu}：最多应为 {fits}',
  },
  deaf: {
    en: 'This machine drops the message that tells of a smaller packet size ({rule}), and sizes do differ here: {fails} packets were too large to be forwarded',
    zh: '本机丢弃了告知“报文过大”的 ICMP 消息（{rule}），而这里的尺寸确有差异：有 {fails} 个报文因过大而无法转发',
  },
  silentProbe: { en: 'ping that got no answer, its packets’ size', zh: '无应答的 ping，其报文大小' },
  answeredProbe: { en: 'ping that was answered, its packets’ size', zh: '有应答的 ping，其报文大小' },
  segment: { en: 'payload of the segment that was sent {times} times', zh: '发送了 {times} 次的报文段的载荷' },
  overlayLabel: {
    en: 'MTU of {overlay}, against what fits into {underlay}',
    zh: '{overlay} 的 MTU，与 {underlay} 能容纳的大小',
  },
  underlayLabel: { en: 'MTU of {underlay}', zh: '{underlay} 的 MTU' },
  ruleLabel: { en: 'packets taken by {rule}', zh: '命中 {rule} 的报文' },
  fails: {
    en: 'packets too large to be forwarded, not to be cut (IpFragFails)',
    zh: '过大而不能转发、又不许分片的报文（IpFragFails）',
  },
  creates: { en: 'fragments made (IpFragCreates)', zh: '产生的分片（IpFragCreates）' },
  tried: {
    en: 'sizes that TCP found by trying, as tcp_mtu_probing lets it (TCPMTUPSuccess)',
    zh: 'TCP 通过试探找到的尺寸（tcp_mtu_probing 启用时，TCPMTUPSuccess）',
  },
  toldSize: { en: 'size that fits, as a ping was told', zh: '某次 ping 被告知的可用尺寸' },
  whereItEnds: {
    en: 'Where large packets end: tracepath -n {address} names the hop and the size; without an answer from there, ping -M do -s SIZE {address} with sizes in between.',
    zh: '大报文止于何处：tracepath -n {address} 会给出跳数和尺寸；如果那里没有应答，用 ping -M do -s 大小 {address} 在中间逐步试探。',
  },
  isItHurt: {
    en: 'Whether anything is lost by it: ping -M do -s {size} {target} must get an answer or "message too long"; silence is the fault.',
    zh: '是否真的造成丢失：ping -M do -s {size} {target} 应当得到应答或 “message too long”；没有任何回音才是故障。',
  },
  chance: {
    en: 'That the host itself drops large packets by a rule (ICMP of more than a size) looks the same: curl for a page of more than 2 kB decides.',
    zh: '对端主机用规则丢弃大 ICMP 看起来一样：用 curl 取一个大于 2 kB 的页面即可判断。',
  },
  findTitle: { en: 'Find the size that passes', zh: '找出能通过的大小' },
  readsOnly: { en: 'none, it only sends a few packets', zh: '无，只发送少量报文' },
  clampTitle: {
    en: 'Until the sizes are right: let TCP agree on smaller segments',
    zh: '在改正之前：让 TCP 协商更小的报文段',
  },
  clampRisk: {
    en: 'Concerns new connections that pass this machine, TCP alone: UDP (DNS over 1232 bytes, QUIC) stays broken.',
    zh: '只对经过本机的新建 TCP 连接有效：UDP（超过 1232 字节的 DNS、QUIC）仍有问题。',
  },
  probeTitle: { en: 'Or let TCP itself look for a size that passes', zh: '或者让 TCP 自行试探可用尺寸' },
  probeRisk: {
    en: 'Starts only after a connection has hung for some timeouts.',
    zh: '只有在连接已因若干次超时而停顿之后才开始试探。',
  },
  setTitle: { en: 'Give {overlay} the size that fits', zh: '把 {overlay} 改成合适的大小' },
  setRisk: {
    en: 'Lasts until the network plugin writes its own again: set it there too (Calico: mtu of the Installation; flannel: MTU of the Backend). Pods keep their size until they are made anew.',
    zh: '网络插件重写时会失效：还须在插件里设置（Calico：Installation 的 mtu；flannel：Backend 的 MTU）。已有 Pod 要重建后才会改变。',
  },
  allowTitle: { en: 'Let "fragmentation needed" in', zh: '放行“需要分片”的 ICMP 消息' },
  allowRisk: {
    en: 'None to speak of: without this message TCP cannot learn the size of a path.',
    zh: '几乎没有：缺少该消息，TCP 就无法得知路径的大小。',
  },
  notJumbo: {
    en: 'A larger MTU on one interface: the smallest one of the whole path counts, and nobody beyond the next hop learns of this one.',
    zh: '把某个接口的 MTU 调大：起作用的是整条路径上最小的值，下一跳之后没有人知道这里的设置。',
  },
  notBuffers: {
    en: 'Longer timeouts, larger buffers, more retries: the same segment is lost every time.',
    zh: '加长超时、加大缓冲区、增加重试：同一个报文段每次都会丢失。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'mtu-black-hole',
  title: { en: 'Large packets vanish on the way (MTU)', zh: '大报文在途中消失（MTU）' },
  severity: 'critical',
  scope: 'netns',
  needs: { path: pathMtu },
  words,
  thresholds: [
    {
      value: '576 B',
      reason: {
        en: 'a packet that every IPv4 path must carry (RFC 791): only larger ones can be too large',
        zh: '任何 IPv4 路径都必须能承载的大小（RFC 791）：只有更大的报文才可能过大',
      },
    },
    {
      value: '1400 B',
      reason: {
        en: 'a ping of this size that is answered clears a path: what Ethernet leaves after the deepest common wrapping (WireGuard over IPv6, 80) is 1420',
        zh: '这样大的 ping 有应答即可排除：以太网扣除最厚的常见封装（IPv6 上的 WireGuard，80 字节）后仍有 1420',
      },
    },
    {
      value: `${STUCK_TIMES}`,
      reason: {
        en: 'times that one segment was sent: three timeouts have passed (0.2, 0.4, 0.8 s at the least), by when a chance loss is repaired',
        zh: '同一报文段的发送次数：已经历三次超时（至少 0.2、0.4、0.8 秒），偶然丢失到这时早已恢复',
      },
    },
    {
      value: '20 / 24 / 50 / 60 B',
      reason: {
        en: 'what IP in IP, GRE, VXLAN or Geneve, and WireGuard add over IPv4, head by head',
        zh: 'IP-in-IP、GRE、VXLAN 或 Geneve、WireGuard 在 IPv4 上逐层增加的字节数',
      },
    },
  ],
  page: {
    what: {
      en: 'Handshake and short answers pass, the first full-size segment does not: the connection stands ESTABLISHED and hangs. Some link of the path carries less than both ends believe, and the ICMP message that should say so ("fragmentation needed", "packet too big") is not sent, is filtered, or is not heeded. The sender repeats the same segment until it gives up, a quarter of an hour later.',
      zh: '握手和短应答都能通过，第一个满长报文段却不行：连接处于 ESTABLISHED 却挂起不动。路径上某段链路的 MTU 小于两端以为的值，而本应告知的 ICMP 消息（“fragmentation needed”“packet too big”）没有发出、被过滤，或者没有被理会。发送方反复重传同一报文段，约一刻钟后才放弃。',
    },
    why: {
      en: 'An overlay (VXLAN, IP in IP, WireGuard) that was given the size of the bare network; a cloud network of 1460 or 1450; a VPN between sites; jumbo frames that one switch does not carry; a firewall that drops all ICMP; a load balancer that hands the ICMP message to another machine than the sender.',
      zh: 'overlay（VXLAN、IP-in-IP、WireGuard）沿用了裸网络的尺寸；云网络只有 1460 或 1450；站点间 VPN；某台交换机不支持巨型帧；防火墙丢弃全部 ICMP；负载均衡把 ICMP 消息交给了并非发送方的机器。',
    },
    confirm: {
      en: '`ping -M do -s 1472 ADDRESS` against `ping ADDRESS`; `tracepath -n ADDRESS`; `ip link` for the sizes; tcpdump shows one large segment again and again, and no ICMP. `ss -ti` shows `backoff` and `mss` of connections that hang.',
      zh: '对比 `ping -M do -s 1472 地址` 与 `ping 地址`；执行 `tracepath -n 地址`；用 `ip link` 查看各接口大小；tcpdump 中可见同一大报文段反复出现而没有 ICMP。`ss -ti` 可看到挂起连接的 `backoff` 和 `mss`。',
    },
    fix: {
      en: 'Give overlay and pods the size of the underlay less the wrapping; let ICMP type 3 code 4 pass everywhere. Until then clamp the MSS.',
      zh: '把 overlay 和 Pod 的 MTU 设为底层减去封装开销；各处放行 ICMP 类型 3 代码 4。改正之前先钳制 MSS。',
    },
    notToConfuse: {
      en: '- "message too long", "Frag needed": the size is told, and TCP heeds it.\n- Different sizes alone: health, as long as somebody tells.\n- Small packets lost as well: the path is lossy, `retransmissions-high`.\n- A window of 0: the receiver does not read.\n- cilium_vxlan with 1500 and Open vSwitch’s devices with 65000: there routes or bridges carry the size.',
      zh: '- “message too long”“Frag needed”：尺寸已被告知，TCP 会遵从。\n- 仅仅大小不一：只要有人告知就是正常的。\n- 小报文也丢：路径丢包，见 `retransmissions-high`。\n- 窗口为 0：是接收方没有读取。\n- cilium_vxlan 为 1500、Open vSwitch 设备为 65000：其尺寸由路由或网桥控制。',
    },
    sources: [
      'RFC 1191, RFC 2923 section 2.1, RFC 4821',
      'Linux net/ipv4/tcp_timer.c: tcp_mtu_probing(); net/ipv4/ip_forward.c: ip_exceeds_mtu(); drivers/net/vxlan: VXLAN_HEADROOM',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_mtu_probing, ip_no_pmtu_disc',
      'Calico documentation: Configure MTU; Cilium documentation: MTU',
    ],
  },
  effects: [
    {
      rule: 'retransmissions-high',
      shared: 'netns',
      why: {
        en: 'A segment that can never arrive is sent again at each timeout.',
        zh: '永远到不了的报文段会在每次超时后重传。',
      },
    },
  ],
  check({ path }, view) {
    const proofs = [
      ...path.silences.slice(0, SHOWN).map((one) => ofSilence(one, path, view)),
      ...path.stuck.slice(0, SHOWN).map((one) => ofStuck(one, path, view)),
    ]
    if (proofs.length > 0) return proofs
    return [...path.overlays.slice(0, SHOWN).map((one) => ofOverlay(one, path, view)), ...ofDeafness(path, view)]
  },
})

/** Something here would bring it about. */
const isBacked = ({ overlays, icmpDrops }: PathMtu): boolean => overlays.length > 0 || icmpDrops.length > 0

function ofSilence({ address, answered, silent }: SizedSilence, path: PathMtu, view: View): Draft {
  const [small, large] = [answered.bytes ?? 0, silent.bytes ?? 0]
  const probed = (label: Text, one: SizedSilence['silent']): Evidence => ({
    label,
    value: one.bytes,
    unit: 'bytes',
    limit: null,
    source: one.origin,
    command: inNetns(view, `ping -c 3 -M do -s ${(one.bytes ?? 84) - 28} ${shellWord(address)}`),
  })
  return {
    subject: { kind: 'peer', key: `mtu ${address}`, address },
    severity: isBacked(path) ? 'critical' : 'warning',
    confidence: 'likely',
    when: 'now',
    summary: say(words.silence, { address, small: String(small), large: String(large) }),
    evidence: [probed(words.silentProbe, silent), probed(words.answeredProbe, answered), ...beside(path, view)],
    remedies: remedies(address, path, view),
    notHelpful: [words.notJumbo, words.notBuffers],
    unknowns: [say(words.whereItEnds, { address }), words.chance],
  }
}

function ofStuck(one: StuckSegment, path: PathMtu, view: View): Draft {
  const { from, to, length, times, origin, told } = one
  const end = ({ address, port }: StuckSegment['to']) => (port === null ? address : formatEnd({ address, port }))
  return {
    subject: { kind: 'peer', key: `mtu ${from.address} ${to.address}`, address: to.address },
    severity: told !== null || isBacked(path) ? 'critical' : 'warning',
    confidence: 'likely',
    when: 'now',
    summary: say(words.stuck, {
      length: String(length),
      from: end(from),
      to: end(to),
      times,
      told: told === null ? words.nobody : say(words.toldTo, { note: told.slice(0, 100) }),
    }),
    evidence: [
      {
        label: say(words.segment, { times }),
        value: length,
        unit: 'bytes',
        limit: null,
        source: origin,
        command: `tcpdump -ni any 'host ${to.address} and (icmp or greater ${length})'`,
      },
      ...beside(path, view),
    ],
    remedies: remedies(to.address, path, view),
    notHelpful: [words.notJumbo, words.notBuffers],
    unknowns: [say(words.whereItEnds, { address: to.address })],
  }
}

/** Sizes that do not fit prove nothing by themselves: the kernel may cut, or tell. */
function ofOverlay(one: TightOverlay, path: PathMtu, view: View): Draft {
  const { overlay, underlay, mtu, underlayMtu, overhead, fits } = one
  return {
    subject: { kind: 'interface', key: `mtu ${overlay.name}`, interface: overlay.name },
    severity: 'info',
    confidence: 'possible',
    when: 'setting',
    summary: say(words.tight, {
      overlay: overlay.name,
      mtu: String(mtu),
      overhead,
      underlay: underlay.name,
      underlayMtu: String(underlayMtu),
      fits: String(fits),
    }),
    evidence: [...sizes(one), ...beside({ ...path, overlays: [] }, view)],
    remedies: remedies('ADDRESS_OF_A_POD_ELSEWHERE', path, view),
    notHelpful: [words.notJumbo],
    unknowns: [say(words.isItHurt, { size: String(mtu - 28), target: 'ADDRESS_OF_A_POD_ELSEWHERE' })],
  }
}

/** ICMP that is dropped here matters where packets are known to be too large for something. */
function ofDeafness(path: PathMtu, view: View): readonly Draft[] {
  const [drop] = path.icmpDrops
  const fails = path.fragFails?.grown ?? 0
  if (!drop || fails === 0 || !isRecent(path.seconds)) return []
  return [
    {
      subject: { kind: 'netns', key: 'icmp fragmentation-needed' },
      severity: 'info',
      confidence: 'possible',
      when: 'now',
      summary: say(words.deaf, { rule: spellRule(drop.rule), fails }),
      evidence: beside(path, view),
      remedies: remedies('ADDRESS', path, view),
      notHelpful: [words.notJumbo],
      unknowns: [say(words.isItHurt, { size: '1472', target: 'ADDRESS' })],
    },
  ]
}

const sizes = ({ overlay, underlay, mtu, underlayMtu, fits }: TightOverlay): readonly Evidence[] => [
  {
    label: say(words.overlayLabel, { overlay: overlay.name, underlay: underlay.name }),
    value: mtu,
    unit: 'bytes',
    limit: fits,
    source: overlay.origin,
    command: `ip -d link show dev ${shellWord(overlay.name)}`,
  },
  {
    label: say(words.underlayLabel, { underlay: underlay.name }),
    value: underlayMtu,
    unit: 'bytes',
    limit: null,
    source: underlay.origin,
    command: `ip -d link show dev ${shellWord(underlay.name)}`,
  },
]

/** What speaks for it besides. */
function beside(path: PathMtu, view: View): readonly Evidence[] {
  const names = 'IpFragFails IpFragCreates TcpExtTCPMTUPSuccess TcpExtTCPMTUPFail'
  const counted = (label: Text, growth: Growth | null) =>
    growth && growth.total.value > 0 ? [counterEvidence(view, names, label, growth.total)] : []
  return [
    ...path.overlays.flatMap(sizes),
    ...path.icmpDrops.slice(0, 1).map((one) => dropEvidence(one, view)),
    ...counted(words.fails, path.fragFails),
    ...counted(words.creates, path.fragCreates),
    ...counted(words.tried, path.tried),
    ...(path.told
      ? [
          {
            label: words.toldSize,
            value: path.told.mtu,
            unit: 'bytes',
            limit: path.told.bytes,
            source: path.told.origin,
            command: null,
          },
        ]
      : []),
  ]
}

const dropEvidence = ({ rule, origin }: IcmpDrop, view: View): Evidence => ({
  label: say(words.ruleLabel, { rule: spellRule(rule) }),
  value: rule.packets,
  unit: 'packets',
  limit: null,
  source: origin,
  command: inNetns(view, rule.backend === 'nftables' ? 'nft list ruleset' : 'iptables -L -nvx'),
})

function remedies(address: string, { overlays, icmpDrops, stuck }: PathMtu, view: View): readonly Remedy[] {
  const verify = inNetns(view, `ping -c 3 -M do -s ${(stuck[0]?.length ?? 1448) + HEADS - 28} ${shellWord(address)}`)
  const [overlay] = overlays
  const [drop] = icmpDrops
  return [
    {
      title: words.findTitle,
      action: inNetns(view, `tracepath -n ${shellWord(address)}`),
      language: 'sh',
      risk: words.readsOnly,
      verify: null,
    },
    ...(overlay
      ? [
          {
            title: say(words.setTitle, { overlay: overlay.overlay.name }),
            action: inNetns(view, `ip link set dev ${shellWord(overlay.overlay.name)} mtu ${overlay.fits}`),
            language: 'sh' as const,
            risk: words.setRisk,
            verify,
          },
        ]
      : []),
    ...(drop && drop.rule.backend === 'iptables'
      ? [
          {
            title: words.allowTitle,
            action: inNetns(
              view,
              `iptables -I ${shellWord(drop.rule.chain)} 1 -p icmp --icmp-type fragmentation-needed -j ACCEPT`,
            ),
            language: 'sh' as const,
            risk: words.allowRisk,
            verify,
          },
        ]
      : []),
    {
      title: words.clampTitle,
      action: 'iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
      language: 'sh',
      risk: words.clampRisk,
      verify,
    },
    {
      title: words.probeTitle,
      action: inNetns(view, 'sysctl -w net.ipv4.tcp_mtu_probing=1'),
      language: 'sh',
      risk: words.probeRisk,
      verify: inNetns(view, 'nstat -az TcpExtTCPMTUPSuccess TcpExtTCPMTUPFail'),
    },
  ]
}
