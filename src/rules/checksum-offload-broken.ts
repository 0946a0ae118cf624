// No lab scenario: it takes a kernel of before 5.7, or a card whose driver is broken; on this one the checksum comes out right.
import { type BadChecksums, badChecksums, type Rejected } from '../facts/bad-checksums.ts'
import { isRecent, percent, periodOf } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { KernelEvent } from '../model/machine.ts'
import type { Text } from '../model/text.ts'
import { formatList, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** What a wire corrupts and its own checksum misses is one packet in millions: one in a thousand was made wrong by a machine. */
const MADE_SHARE = 0.001
/** Fewer are a stray client of the Internet. */
const ENOUGH = 10
const MANY_PAST = 1000
/** The kernel limits the message to ten in five seconds: older than a minute, it is over. */
const LOG_IS_NOW_SECONDS = 60
/** VXLAN by IANA, VXLAN as flannel and the kernel's default have it, Geneve. */
const TUNNEL_PORTS: ReadonlySet<number> = new Set([4789, 8472, 6081])
const SHOWN = 3

const words = {
  fromPeer: {
    en: 'Packets of the overlay from {peer} arrive with a wrong UDP checksum and are thrown away (kernel log, {count} lines, port {port})',
    zh: '来自 {peer} 的 overlay 报文到达时 UDP 校验和错误而被丢弃（内核日志 {count} 行，端口 {port}）',
  },
  now: {
    en: 'Packets arrive with a wrong checksum and are thrown away: {count} between the two readings ({share} of {protocol}){tunnel}',
    zh: '有报文到达时校验和错误而被丢弃：两次读数之间 {count} 个（占 {protocol} 的 {share}）{tunnel}',
  },
  past: {
    en: '{count} packets were thrown away for a wrong checksum {period} ({share} of {protocol}){tunnel}',
    zh: '{period}，有 {count} 个报文因校验和错误被丢弃（占 {protocol} 的 {share}）{tunnel}',
  },
  captured: {
    en: 'A capture at the receiver shows {count} packets of the overlay from {peer} with a wrong UDP checksum',
    zh: '接收端抓包显示，来自 {peer} 的 {count} 个 overlay 报文 UDP 校验和错误',
  },
  setting: {
    en: '{link} leaves checksums to the next device ({feature}: on), and this kernel ({release}) gets them wrong where a wrapped packet passes SNAT twice',
    zh: '{link} 把校验和交给下层设备计算（{feature}: on），而该内核（{release}）在封装后的报文经过两次 SNAT 时会算错',
  },
  over: { en: '; {links} wraps packets into UDP here', zh: '；本机由 {links} 封装为 UDP' },
  nothing: { en: '', zh: '' },
  rejected: {
    en: '{protocol} packets with a wrong checksum ({protocol} InCsumErrors)',
    zh: '校验和错误的 {protocol} 报文（{protocol} 的 InCsumErrors）',
  },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  logLabel: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  capturedLabel: {
    en: 'captured packets of {peer} with "bad udp cksum"',
    zh: '抓到的来自 {peer} 且 “bad udp cksum” 的报文',
  },
  featureLabel: { en: '{feature} of {link}', zh: '{link} 的 {feature}' },
  whichSender: {
    en: 'Which machine sends them: tcpdump -vvni {link} udp port 4789 or udp port 8472 here, at the receiver, names it ("bad udp cksum"); the fault is there.',
    zh: '是哪台机器发出的：在接收端（本机）执行 tcpdump -vvni {link} udp port 4789 or udp port 8472，带 “bad udp cksum” 的源就是；故障在对方。',
  },
  notVerified: {
    en: 'Whether the kernel throws them away: nstat -az UdpInCsumErrors TcpInCsumErrors. Between two virtual machines of one host checksums are left unfilled in health, and tcpdump calls them bad.',
    zh: '内核是否真的丢弃：nstat -az UdpInCsumErrors TcpInCsumErrors。同一宿主机上的两台虚拟机之间，正常情况下校验和也可能不填，tcpdump 会显示为错误。',
  },
  isItHurt: {
    en: 'Whether it is met: from this node call a ClusterIP whose pod is on another node; about 63 s (six SYNs) until it connects is this fault. Distributions take repairs over under old numbers.',
    zh: '是否真的遇到：在本节点访问一个 Pod 位于其他节点的 ClusterIP；要约 63 秒（六次 SYN）才连上就是它。发行版可能已在旧版本号中合入修复。',
  },
  otherReason: {
    en: 'Without an overlay here: a card, a switch or a memory that corrupts packets looks the same; ethtool -S shows rx_csum or crc errors of the card.',
    zh: '本机没有 overlay：网卡、交换机或内存损坏报文也是这样；ethtool -S 可查看网卡的 rx_csum 或 crc 错误。',
  },
  offTitle: {
    en: 'Let the overlay device of the sender count checksums itself',
    zh: '让发送方的 overlay 设备自行计算校验和',
  },
  offRisk: {
    en: 'Costs CPU on that node (no large segments handed down). Lost when the device is made anew: the network plugin must write it.',
    zh: '会增加该节点的 CPU 开销（不能再下交大报文段）。设备重建后失效：应由网络插件设置。',
  },
  calicoTitle: { en: 'With Calico: have Felix do it on every node', zh: '使用 Calico 时：让 Felix 在每个节点上设置' },
  calicoRisk: {
    en: 'Throughput of the overlay falls on all nodes, also on those that are sound.',
    zh: '所有节点（包括正常节点）的 overlay 吞吐都会下降。',
  },
  kernelTitle: {
    en: 'For good: a kernel with the repair (5.7; 5.6.13, 5.4.41, 4.19.123, 4.14.181)',
    zh: '根治：升级到包含修复的内核（5.7；5.6.13、5.4.41、4.19.123、4.14.181）',
  },
  kernelRisk: { en: 'A restart of the node.', zh: '需要重启节点。' },
  notSender: {
    en: 'tcpdump -v at the sender: "cksum incorrect" is what offloading looks like there; the card fills it in afterwards.',
    zh: '在发送方用 tcpdump -v：那里的 “cksum incorrect” 正是卸载的表现，之后由网卡填写。',
  },
  notReceiver: {
    en: 'ethtool -K eth0 rx off at the receiver: the checksum is wrong in the packet itself.',
    zh: '在接收方执行 ethtool -K eth0 rx off：报文本身的校验和就是错的。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'checksum-offload-broken',
  title: { en: 'Packets arrive with wrong checksums (offload)', zh: '报文校验和错误（卸载故障）' },
  severity: 'critical',
  scope: 'netns',
  needs: { bad: badChecksums },
  words,
  thresholds: [
    {
      value: '0.1 %',
      reason: {
        en: 'of what a protocol received: links have checksums of their own, so what they let through wrong is one packet in millions',
        zh: '占该协议收到报文的比例：链路层自有校验，漏过的错误只有几百万分之一',
      },
    },
    {
      value: '10',
      reason: {
        en: 'packets between two readings: fewer come from broken clients on the Internet',
        zh: '两次读数之间的报文数：更少则来自互联网上有问题的客户端',
      },
    },
    {
      value: '1000',
      reason: {
        en: 'packets since boot, together with the share: a hundred times what counts between readings, a handful a day do not reach both',
        zh: '开机以来的报文数，须同时满足比例：为两次读数门槛的一百倍，每天零星几个达不到',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'age of the log line: it is repeated (ten in five seconds at most) as long as such packets come',
        zh: '日志行的时效：只要这类报文还在到来就会重复（五秒内至多十行）',
      },
    },
    {
      value: '5.7',
      reason: {
        en: 'Linux version that no longer makes a zero UDP checksum wrong in NAT; 5.6.13, 5.4.41, 4.19.123 and 4.14.181 took it over',
        zh: '该 Linux 版本起，NAT 不再把为零的 UDP 校验和改错；5.6.13、5.4.41、4.19.123、4.14.181 也已合入',
      },
    },
  ],
  page: {
    what: {
      en: 'The packet reaches the machine and is thrown away there, since its checksum does not match: TCP and UDP count it as InCsumErrors and answer nothing. With overlays it is the outer UDP packet: the sender’s kernel or card filled it in wrongly, so everything between two nodes fails, or only what was translated twice, while ping works.',
      zh: '报文到达本机后因校验和不符被丢弃：TCP 和 UDP 计入 InCsumErrors，不作任何应答。在 overlay 中出错的是外层 UDP：发送方的内核或网卡填错了，于是两个节点之间全部不通，或者只有经过两次转换的流量不通，而 ping 正常。',
    },
    why: {
      en: 'Kernels before 5.7 changed a UDP checksum of 0 ("none") when a wrapped packet met a second SNAT rule; kube-proxy’s MASQUERADE --random-fully of 2020 made that common. Then SYNs to a ClusterIP are lost until, after 63 s, the rule no longer applies. Besides: vmxnet3 and other cards that cannot count inside VXLAN on an unusual port, nested virtual machines, broken drivers.',
      zh: '5.7 之前的内核，在封装后的报文再次命中 SNAT 规则时，会改动值为 0（“无校验和”）的 UDP 校验和；2020 年 kube-proxy 的 MASQUERADE --random-fully 让它变得常见。于是发往 ClusterIP 的 SYN 不断丢失，直到 63 秒后才连上。此外还有：vmxnet3 等网卡无法在非常用端口的 VXLAN 内计算校验和、嵌套虚拟机、驱动缺陷。',
    },
    confirm: {
      en: 'At the receiver: `nstat -az UdpInCsumErrors TcpInCsumErrors` twice; `dmesg | grep "bad checksum"`; `tcpdump -vvni eth0 udp port 4789 or udp port 8472` shows "bad udp cksum". At the sender: `ethtool -k flannel.1 | grep tx-checksum`; with `ethtool -K flannel.1 tx-checksum-ip-generic off` it works at once.',
      zh: '在接收端：执行两次 `nstat -az UdpInCsumErrors TcpInCsumErrors`；`dmesg | grep "bad checksum"`；`tcpdump -vvni eth0 udp port 4789 or udp port 8472` 出现 “bad udp cksum”。在发送端：`ethtool -k flannel.1 | grep tx-checksum`；执行 `ethtool -K flannel.1 tx-checksum-ip-generic off` 后立即恢复。',
    },
    fix: {
      en: 'Update the kernel of the sending nodes. Until then switch tx-checksum-ip-generic off on their overlay device, by the network plugin.',
      zh: '升级发送节点的内核。在此之前，由网络插件关闭其 overlay 设备的 tx-checksum-ip-generic。',
    },
    notToConfuse: {
      en: '- "cksum incorrect" in a capture at the sender, on lo, or between pods of one node: offloading at work, nothing is wrong.\n- A few bad packets from the Internet: broken clients.\n- Large packets alone are lost: `mtu-black-hole`.\n- IpInHdrErrors, rx_crc_errors: other checksums, of header and wire.',
      zh: '- 在发送方、lo 或同一节点的 Pod 之间抓包看到 “cksum incorrect”：是卸载的正常表现。\n- 来自互联网的少量坏报文：对方客户端有问题。\n- 只丢大报文：见 `mtu-black-hole`。\n- IpInHdrErrors、rx_crc_errors：是报头和链路上的其他校验。',
    },
    sources: [
      'Linux net/netfilter/nf_nat_proto.c: udp_manip_pkt(), commit "netfilter: nat: never update the UDP checksum when it\'s 0" (5.7)',
      'Linux net/ipv4/udp.c: __udp4_lib_rcv(); Documentation/networking/checksum-offloads.rst',
      'kubernetes/kubernetes issue 88986; flannel-io/flannel issue 1279; projectcalico/calico issues 3145 and 4727',
    ],
  },
  effects: [
    {
      rule: 'retransmissions-high',
      shared: 'netns',
      why: {
        en: 'Answers that are thrown away here for their checksum are waited for in vain, and the question is sent again.',
        zh: '应答因校验和错误在此被丢弃，请求方等不到，只能重发。',
      },
    },
  ],
  check({ bad }, view) {
    const logged = ofLog(bad, view)
    if (logged.length > 0) return logged
    const counted = bad.rejected.flatMap((one) => ofCounter(one, bad, view))
    if (counted.length > 0) return counted
    const captured = bad.captured.slice(0, SHOWN).map((one) => ofCapture(one, bad, view))
    return captured.length > 0 ? captured : ofSetting(bad, view)
  },
})

type Verdict = Pick<Draft, 'subject' | 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

const draft = (verdict: Verdict, evidence: readonly Evidence[], bad: BadChecksums, view: View): Draft => ({
  ...verdict,
  evidence: [...evidence, ...counters(bad, view), ...features(bad, view)],
  remedies: remedies(bad, view),
  notHelpful: [words.notSender, words.notReceiver],
})

function ofLog(bad: BadChecksums, view: View): readonly Draft[] {
  const ofTunnels = bad.log.filter(({ who, port }) => who !== null && port !== null && TUNNEL_PORTS.has(port))
  const byPeer = [...Map.groupBy(ofTunnels, (one) => one.who ?? '')]
  const isNow = bad.logSecondsAgo !== null && bad.logSecondsAgo <= LOG_IS_NOW_SECONDS
  return byPeer.slice(0, SHOWN).flatMap(([peer, events]): readonly Draft[] => {
    const last = events.at(-1)
    if (!last) return []
    const verdict: Verdict = {
      subject: { kind: 'peer', key: `checksum ${peer}`, address: peer },
      severity: isNow ? 'critical' : 'warning',
      confidence: 'likely',
      when: isNow ? 'now' : 'past',
      summary: say(words.fromPeer, { peer, count: events.length, port: String(last.port ?? '') }),
      unknowns: [words.isItHurt],
    }
    return [draft(verdict, [logEvidence(last, events.length)], bad, view)]
  })
}

const logEvidence = ({ text, origin }: KernelEvent, count: number): Evidence => ({
  label: say(words.logLabel, { text: text.slice(0, 120) }),
  value: count,
  unit: 'lines',
  limit: null,
  source: origin,
  command: 'dmesg -T | grep "bad checksum"',
})

function ofCounter(one: Rejected, bad: BadChecksums, view: View): readonly Draft[] {
  const { protocol, total, grown, received, receivedGrown } = one
  const isNow = grown !== null && grown >= ENOUGH && isRecent(bad.seconds)
  const [count, base] = isNow ? [grown, receivedGrown] : [total.value, received]
  // UdpInDatagrams are those that were delivered: the rejected ones come on top. The wrapped ones of TCP are in TcpInSegs.
  const all = (base ?? 0) + (protocol === 'UDP' ? count : 0)
  if (!isNow && count < MANY_PAST) return []
  if (base === null || count < MADE_SHARE * all) return []
  const isTunnel = bad.tunnels.length > 0 && protocol === 'UDP'
  const link = bad.tunnels[0]?.name
  const verdict: Verdict = {
    subject: { kind: 'counter', key: `${protocol === 'UDP' ? 'Udp' : 'Tcp'}InCsumErrors` },
    severity: isNow && isTunnel ? 'critical' : isTunnel || isNow ? 'warning' : 'info',
    confidence: isTunnel ? 'likely' : 'possible',
    when: isNow ? 'now' : 'past',
    summary: say(isNow ? words.now : words.past, {
      count,
      share: percent(count, all),
      protocol,
      period: periodOf(view),
      tunnel: isTunnel
        ? say(words.over, {
            links: formatList(
              bad.tunnels.map((each) => each.name),
              SHOWN,
            ),
          })
        : words.nothing,
    }),
    unknowns: [say(words.whichSender, { link: 'eth0' }), ...(link === undefined ? [words.otherReason] : [])],
  }
  return [draft(verdict, [], bad, view)]
}

/** A capture alone: the receiver may never look at the checksum. */
function ofCapture(one: BadChecksums['captured'][number], bad: BadChecksums, view: View): Draft {
  const isCounted = bad.rejected.some(({ total }) => total.value > 0)
  const verdict: Verdict = {
    subject: { kind: 'peer', key: `checksum ${one.from}`, address: one.from },
    severity: isCounted ? 'warning' : 'info',
    confidence: isCounted ? 'likely' : 'possible',
    when: 'now',
    summary: say(words.captured, { count: one.count, peer: one.from }),
    unknowns: isCounted ? [words.isItHurt] : [words.notVerified],
  }
  const evidence: Evidence = {
    label: say(words.capturedLabel, { peer: one.from }),
    value: one.count,
    unit: 'packets',
    limit: null,
    source: one.origin,
    command: `tcpdump -vvni any -c 50 'src host ${one.from} and (udp port 4789 or udp port 8472)'`,
  }
  return draft(verdict, [evidence], bad, view)
}

function ofSetting(bad: BadChecksums, view: View): readonly Draft[] {
  if (bad.isRepaired !== false) return []
  return bad.offloading.slice(0, SHOWN).map(({ link, feature }) =>
    draft(
      {
        subject: { kind: 'interface', key: `checksum ${link}`, interface: link },
        severity: 'info',
        confidence: 'possible',
        when: 'setting',
        summary: say(words.setting, { link, feature, release: view.snapshot.node.kernel?.value ?? '?' }),
        unknowns: [words.isItHurt],
      },
      [],
      bad,
      view,
    ),
  )
}

const NAMES = 'UdpInCsumErrors TcpInCsumErrors UdpInDatagrams TcpInSegs'

const counters = ({ rejected }: BadChecksums, view: View): readonly Evidence[] =>
  rejected.flatMap(({ protocol, total, grown }) => [
    ...(total.value > 0 ? [counterEvidence(view, NAMES, say(words.rejected, { protocol }), total)] : []),
    ...((grown ?? 0) > 0 ? [counterEvidence(view, NAMES, words.grown, { ...total, value: grown ?? 0 })] : []),
  ])

const features = ({ offloading }: BadChecksums, view: View): readonly Evidence[] =>
  offloading.slice(0, SHOWN).map(({ link, feature, origin }) => ({
    label: say(words.featureLabel, { feature, link }),
    value: 'on',
    unit: null,
    limit: null,
    source: origin,
    command: inNetns(view, `ethtool -k ${shellWord(link)}`),
  }))

function remedies({ tunnels, offloading, isRepaired }: BadChecksums, view: View): readonly Remedy[] {
  const link = offloading[0]?.link ?? tunnels[0]?.name ?? 'flannel.1'
  const verify = inNetns(view, 'nstat -az UdpInCsumErrors TcpInCsumErrors')
  return [
    {
      title: words.offTitle,
      action: `ethtool -K ${shellWord(link)} tx-checksum-ip-generic off`,
      language: 'sh',
      risk: words.offRisk,
      verify,
    },
    ...(/calico/.test(link)
      ? [
          {
            title: words.calicoTitle,
            action: `kubectl patch felixconfiguration default --type merge -p '{"spec":{"featureDetectOverride":"ChecksumOffloadBroken=true"}}'`,
            language: 'sh' as const,
            risk: words.calicoRisk,
            verify,
          },
        ]
      : []),
    ...(isRepaired === true
      ? []
      : [{ title: words.kernelTitle, action: null, language: null, risk: words.kernelRisk, verify: 'uname -r' }]),
  ]
}
