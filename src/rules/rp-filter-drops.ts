import { isRecent, percent, periodOf } from '../facts/counters.ts'
import { interfaceOf } from '../facts/interface-sysctls.ts'
import type { View } from '../facts/need.ts'
import { type ReversePath, reversePath } from '../facts/reverse-path.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** One packet in a thousand: stray packets with forged or leftover sources stay below, a path that is asymmetric does not. */
const FELT_SHARE = 0.001
/** A stray packet now and then is everywhere; a retried SYN alone makes seven in a minute. */
const FELT_PER_SECOND = 0.1

const NAMES = 'TcpExtIPReversePathFilter IpInReceives'

const words = {
  now: {
    en: 'The reverse path filter dropped {count} packets between the two readings{where}: their senders are routed back another way than they came',
    zh: '两次读数之间，反向路径过滤丢弃了 {count} 个报文{where}：按路由表，发往这些源地址的路径与报文进来的接口不同',
  },
  past: {
    en: 'The reverse path filter dropped {total} packets {period}{share}{where}',
    zh: '{period}，反向路径过滤丢弃了 {total} 个报文{share}{where}',
  },
  logged: {
    en: 'The kernel logged {lines} packets with a source address that cannot be ("martian source"){where}',
    zh: '内核记录了 {lines} 个源地址不合理的报文（“martian source”）{where}',
  },
  where: { en: ' (strict on {links})', zh: '（{links} 为严格模式）' },
  nowhere: { en: '', zh: '' },
  share: { en: ', {share} of all received', zh: '，占全部收到报文的 {share}' },
  dropped: { en: 'packets dropped (IPReversePathFilter)', zh: '丢弃的报文（IPReversePathFilter）' },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  received: { en: 'packets received (IpInReceives)', zh: '收到的报文（IpInReceives）' },
  all: {
    en: 'rp_filter of all (the larger of this and that of the interface counts)',
    zh: 'all 的 rp_filter（与接口自身的值取较大者生效）',
  },
  link: { en: 'rp_filter of {link}', zh: '{link} 的 rp_filter' },
  martian: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  which: {
    en: 'Which packets: sysctl -w net.ipv4.conf.all.log_martians=1 for a minute; dmesg then names source, destination and interface. ip route get SOURCE shows the way that the kernel would take back.',
    zh: '是哪些报文：临时执行 sysctl -w net.ipv4.conf.all.log_martians=1，一分钟后 dmesg 会给出源、目的和接口。ip route get 源地址 可看到内核会走哪条回程。',
  },
  noSetting: {
    en: 'The setting was not captured: sysctl -a | grep "\\.rp_filter".',
    zh: '没有采集到该设置：sysctl -a | grep "\\.rp_filter"。',
  },
  otherReason: {
    en: 'The filter is loose or off where it was read, and still counted: an interface that was not read, a source that no route leads to, or a setting that was changed since.',
    zh: '已读到的接口均为宽松或关闭，却仍有计数：可能是未读到的接口、没有任何路由可达的源地址，或设置后来改过。',
  },
  looseTitle: { en: 'Make the filter loose where paths are asymmetric', zh: '在路径不对称的地方改为宽松模式' },
  looseRisk: {
    en: 'Forged source addresses of networks that this machine knows a route to pass then; filter those at the border.',
    zh: '伪造成可达网段的源地址将能通过；应在边界上过滤。',
  },
  routeTitle: {
    en: 'Or make the paths symmetric: answers leave by the interface at which the question came',
    zh: '或者让路径对称：应答从请求进入的接口发出',
  },
  routeRisk: {
    en: 'A wrong policy route cuts the machine off: keep a console.',
    zh: '策略路由配错会使机器失联：请保留控制台。',
  },
  notInterface: {
    en: 'rp_filter=0 on the interface alone: while that of `all` is 1, the larger value counts.',
    zh: '只在接口上设 rp_filter=0：只要 `all` 为 1，仍以较大的值为准。',
  },
  notDefault: {
    en: 'net.ipv4.conf.default.rp_filter: it only concerns interfaces made afterwards.',
    zh: '修改 net.ipv4.conf.default.rp_filter：只影响之后新建的接口。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'rp-filter-drops',
  title: { en: 'The reverse path filter drops packets', zh: '反向路径过滤丢弃报文' },
  severity: 'critical',
  scope: 'netns',
  needs: { path: reversePath },
  words,
  page: {
    what: {
      en: 'With rp_filter = 1 the kernel looks up the way back to the source of every packet that comes in. If it would not answer through the very interface at which the packet came, it drops it, before netfilter and before TCP, without an answer. IPReversePathFilter counts these; a listener never hears of them. ARP questions are filtered in the same way, uncounted: on its own link the machine then seems to be off.',
      zh: 'rp_filter = 1 时，内核会为每个进来的报文查一次去往其源地址的路由。如果应答不会从该报文进入的接口发出，报文就在到达 netfilter 和 TCP 之前被静默丢弃。IPReversePathFilter 统计这类丢弃；监听套接字对此一无所知。ARP 请求也受同样的过滤，但不计数：在本链路上看，这台机器就像不存在。',
    },
    why: {
      en: 'A second network card in the same or another network, a pod interface of a cloud plugin whose routes live in another table, a tunnel whose answers leave elsewhere, a load balancer that hands packets on unchanged (DSR): the way in and the way out differ. systemd and many distributions set the filter to 1 or 2 for all interfaces; what counts is the larger of `all` and the interface.',
      zh: '同网段或不同网段的第二块网卡、路由放在另一张表里的云插件 Pod 网卡、应答从别处离开的隧道、原样转交报文的负载均衡（DSR）：进出路径不一致。systemd 和许多发行版会把所有接口的过滤设为 1 或 2；生效的是 `all` 与接口两者中较大的值。',
    },
    confirm: {
      en: '`nstat -az TcpExtIPReversePathFilter` twice while a client tries; `sysctl -a | grep "\\.rp_filter"`; tcpdump on the interface shows the SYN coming in again and again, nothing goes out.',
      zh: '在客户端重试时执行两次 `nstat -az TcpExtIPReversePathFilter`；再看 `sysctl -a | grep "\\.rp_filter"`；在接口上 tcpdump 可以看到 SYN 反复进来，却没有任何报文出去。',
    },
    fix: {
      en: 'Loose mode (2) on `all`, or 0 on `all` and on the interface, or policy routing that makes answers leave where the packet came in. Network plugins set what they need on their own interfaces; `all` = 1 overrules them.',
      zh: '把 `all` 设为宽松模式（2），或者把 `all` 和接口都设为 0，或者用策略路由让应答从进入的接口离开。网络插件会在自己的接口上设好所需的值，但 `all` = 1 会压过它们。',
    },
    notToConfuse: {
      en: '- rp_filter = 1 with symmetric paths: right and harmless, the counter stands still.\n- A few since boot: leftovers of removed pods, scanners.\n- "martian destination": another thing (an address that must not be on a wire).\n- The rpfilter match of iptables and fib of nft: they count in their own rules, not here.',
      zh: '- rp_filter = 1 而路径对称：正确且无害，计数器不动。\n- 开机以来有少量：已删除 Pod 的残余报文或扫描。\n- “martian destination”：另一回事（不该出现在链路上的目的地址）。\n- iptables 的 rpfilter 匹配和 nft 的 fib：计入各自的规则，不在这里。',
    },
    sources: [
      'Linux net/ipv4/fib_frontend.c: __fib_validate_source(); include/linux/inetdevice.h: IN_DEV_RPFILTER',
      'Linux net/ipv4/ip_input.c: LINUX_MIB_IPRPFILTER',
      'Linux Documentation/networking/ip-sysctl.rst: rp_filter; RFC 3704',
    ],
  },
  thresholds: [
    {
      value: '0.1 %',
      reason: {
        en: 'of packets received: leftovers of removed pods and forged sources stay below, an asymmetric path does not',
        zh: '占收到报文的比例：已删除 Pod 的残余和伪造源地址到不了，而不对称路径会超过',
      },
    },
    {
      value: '0.1/s',
      reason: {
        en: 'between two readings: one client’s repeated SYN makes seven in a minute',
        zh: '两次读数之间：一个客户端重发 SYN，一分钟就有七个',
      },
    },
  ],
  effects: [
    {
      rule: 'endpoint-unreachable',
      shared: 'netns',
      why: {
        en: 'An answer that comes in by another interface than the route to its sender is dropped, so the connection stays unanswered.',
        zh: '应答从与路由不符的接口进来而被丢弃，于是连接一直得不到应答。',
      },
    },
    {
      rule: 'syn-sent-stuck',
      shared: 'netns',
      why: {
        en: 'The SYN-ACK comes in by the wrong interface and is dropped before TCP sees it: the socket waits in SYN_SENT.',
        zh: 'SYN-ACK 从不符合路由的接口进来，在到达 TCP 之前就被丢弃：套接字停在 SYN_SENT。',
      },
    },
  ],
  check({ path }, view) {
    const verdict = judge(path, view)
    return verdict
      ? [
          {
            subject: { kind: 'counter', key: 'IPReversePathFilter' },
            ...verdict,
            evidence: evidenceOf(path, view),
            remedies: remedies(path, view),
            notHelpful: [words.notInterface, words.notDefault],
          },
        ]
      : []
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge(path: ReversePath, view: View): Verdict | null {
  const { total, grown, seconds, received, strict, martians, isToldSetting } = path
  const where =
    strict.length > 0
      ? say(words.where, {
          links: formatList(
            strict.map((one) => interfaceOf(one.key)),
            4,
          ),
        })
      : words.nowhere
  const unknowns = [
    words.which,
    ...(isToldSetting ? [] : [words.noSetting]),
    ...(isToldSetting && strict.length === 0 ? [words.otherReason] : []),
  ]
  const count = grown?.value ?? 0
  if (count > 0 && isRecent(seconds)) {
    const isFelt = seconds === null ? count >= 10 : count / seconds >= FELT_PER_SECOND
    return {
      severity: isFelt ? (strict.length > 0 ? 'critical' : 'warning') : 'info',
      confidence: strict.length > 0 ? 'certain' : 'likely',
      when: 'now',
      summary: say(words.now, { count, where }),
      unknowns,
    }
  }
  const sum = total?.value ?? 0
  if (sum > 0) {
    const share = received && received.value > 0 ? sum / received.value : null
    return {
      severity: share !== null && share >= FELT_SHARE ? 'warning' : 'info',
      confidence: 'certain',
      when: 'past',
      summary: say(words.past, {
        total: sum,
        period: periodOf(view),
        share: share === null ? words.nowhere : say(words.share, { share: percent(sum, received?.value ?? 0) }),
        where,
      }),
      unknowns,
    }
  }
  // Where the counter was read and stands at 0, what was logged is something else: a source that no machine may have.
  if (total !== null || martians.length === 0 || strict.length === 0) return null
  return {
    severity: 'info',
    confidence: 'possible',
    when: 'past',
    summary: say(words.logged, { lines: martians.length, where }),
    unknowns,
  }
}

const SHOWN = 4

function evidenceOf({ total, grown, received, ofAll, strict, martians }: ReversePath, view: View): readonly Evidence[] {
  const links = strict.filter((one) => one !== ofAll).slice(0, SHOWN)
  const [last] = martians.slice(-1)
  return [
    ...(total ? [counterEvidence(view, NAMES, words.dropped, total)] : []),
    ...(grown ? [counterEvidence(view, NAMES, words.grown, grown)] : []),
    ...optionalEvidence(view, NAMES, words.received, received),
    ...(ofAll
      ? [
          {
            label: words.all,
            value: ofAll.number,
            unit: null,
            limit: null,
            source: ofAll.origin,
            command: inNetns(view, `sysctl ${ofAll.key}`),
          },
        ]
      : []),
    ...links.map((one) => ({
      label: say(words.link, { link: interfaceOf(one.key) }),
      value: one.number,
      unit: null,
      limit: null,
      source: one.origin,
      command: inNetns(view, `sysctl ${one.key}`),
    })),
    ...(last
      ? [
          {
            label: say(words.martian, { text: last.text.slice(0, 120) }),
            value: martians.length,
            unit: 'lines',
            limit: null,
            source: last.origin,
            command: 'dmesg -T | grep "martian source"',
          },
        ]
      : []),
  ]
}

function remedies({ strict }: ReversePath, view: View): readonly Remedy[] {
  const link = strict.map((one) => interfaceOf(one.key)).find((one) => one !== 'all') ?? 'IFACE'
  const verify = inNetns(view, 'nstat -az TcpExtIPReversePathFilter')
  return [
    {
      title: words.looseTitle,
      action: `${inNetns(view, 'sysctl -w net.ipv4.conf.all.rp_filter=2')}\necho 'net.ipv4.conf.all.rp_filter = 2' > /etc/sysctl.d/99-rp-filter.conf`,
      language: 'sh',
      risk: words.looseRisk,
      verify,
    },
    {
      title: words.routeTitle,
      action: `ip route add default via GATEWAY dev ${link} table 100\nip rule add from ADDRESS_OF_${link.replace(/\W/g, '_')} lookup 100`,
      language: 'sh',
      risk: words.routeRisk,
      verify,
    },
  ]
}
