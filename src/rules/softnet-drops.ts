// No lab scenario: net.core.netdev_max_backlog is one number for the whole machine, and lowering it would drop the packets of
// everybody on it.
import { isRecent, percent } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { type Softnet, softnet } from '../facts/softnet.ts'
import { hostSysctl, type Sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

/** At 1 in 1000 a classic TCP sender still keeps some 39 segments under way (1.22 / √p); far more loss than a healthy network has. */
const FELT_SHARE = 0.001
/** 1 %: a dozen segments under way, and most losses at the end of an answer cost a timeout. */
const CRIPPLING_SHARE = 0.01
/** Fewer than this between two readings are one burst. */
const ENOUGH = 10
/** Of a past that cannot be held against anything. */
const MANY_PAST = 1000
/** The budget gives out for a moment on any busy machine; ten times a second on one is a CPU that cannot keep up. */
const SQUEEZES_PER_SECOND = 10
const DEFAULT_BACKLOG = 1000
const SHOWN = 4

const words = {
  now: {
    en: 'The machine dropped {count} received packets between the two readings because a CPU’s input queue was full ({share} of all; {where})',
    zh: '两次读数之间，因 CPU 的接收队列已满而丢弃了 {count} 个收到的报文（占全部的 {share}；{where}）',
  },
  past: {
    en: 'Since boot {count} received packets were dropped because a CPU’s input queue was full ({where})',
    zh: '开机以来，因 CPU 的接收队列已满丢弃了 {count} 个收到的报文（{where}）',
  },
  squeezed: {
    en: 'The CPUs ran out of budget {count} times between the two readings while received packets were left: they wait, none was dropped',
    zh: '两次读数之间，CPU 有 {count} 次在还剩报文时用尽处理配额：报文要等待，但没有丢弃',
  },
  onCpu: { en: 'CPU {cpus}', zh: 'CPU {cpus}' },
  dropped: { en: 'packets dropped (softnet_stat, 2nd column)', zh: '丢弃的报文（softnet_stat 第 2 列）' },
  droppedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  processed: { en: 'packets handled between the two readings', zh: '两次读数之间处理的报文' },
  squeezedLabel: { en: 'budget used up with packets left (3rd column)', zh: '配额用尽而仍有报文（第 3 列）' },
  ofCpu: { en: 'CPU {cpu}: dropped between the two readings', zh: 'CPU {cpu}：两次读数之间的丢弃' },
  backlog: {
    en: 'net.core.netdev_max_backlog (packets that may wait per CPU)',
    zh: 'net.core.netdev_max_backlog（每个 CPU 可排队的报文数）',
  },
  budget: { en: 'net.core.netdev_budget (packets in one round)', zh: 'net.core.netdev_budget（一轮处理的报文数）' },
  since: {
    en: 'Whether it still happens: a second reading. The counters are 32 bits wide and begin anew, so there is no share of all packets since boot.',
    zh: '是否仍在发生：需要第二次读数。这些计数器只有 32 位、会回绕，因此无法算出开机以来的占比。',
  },
  oneCpu: {
    en: 'One CPU alone drops: mpstat -P ALL 1 5 shows whether it is at its end (%soft), /proc/interrupts and /sys/class/net/*/queues/rx-*/rps_cpus what is sent to it.',
    zh: '只有一个 CPU 在丢包：mpstat -P ALL 1 5 看它是否已满（%soft），/proc/interrupts 和 /sys/class/net/*/queues/rx-*/rps_cpus 看有什么被分给了它。',
  },
  load: {
    en: 'Whether the CPUs are at their end or the queue is only too short for a burst: mpstat -P ALL 1 5 (%soft, %steal).',
    zh: '究竟是 CPU 已到极限，还是队列对突发流量太短：mpstat -P ALL 1 5（%soft、%steal）。',
  },
  raiseTitle: { en: 'Let more packets wait', zh: '允许更多报文排队' },
  raiseRisk: {
    en: 'Bridges a burst only, and adds waiting time; a CPU that is always late drops again at the new limit.',
    zh: '只能缓冲突发流量，并增加等待时间；如果 CPU 一直跟不上，到新上限仍会丢。',
  },
  spreadTitle: { en: 'Spread the packets over more CPUs', zh: '把报文分散到更多 CPU' },
  spreadRisk: {
    en: 'Takes time from programs on the CPUs named; set it for each receive queue. The mask stands for the CPUs, here the first four.',
    zh: '会占用掩码中各 CPU 上程序的时间；每个接收队列都要设置。掩码代表 CPU，这里是前四个。',
  },
  budgetTitle: { en: 'Give each round more budget', zh: '增大每轮的处理配额' },
  budgetRisk: {
    en: 'Programs on that CPU wait longer for their turn.',
    zh: '同一 CPU 上的程序要等更久才能运行。',
  },
  notRing: {
    en: 'Larger rings of the card (ethtool -G): these packets have left the ring already.',
    zh: '加大网卡环形队列（ethtool -G）：这些报文早已离开环形队列。',
  },
  notBuffers: {
    en: 'net.core.rmem_max or tcp_rmem: the packet is dropped before it is known to which socket it belongs.',
    zh: '调大 net.core.rmem_max 或 tcp_rmem：报文在确定属于哪个套接字之前就已被丢弃。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'softnet-drops',
  title: { en: 'CPUs drop received packets', zh: 'CPU 丢弃收到的报文' },
  severity: 'critical',
  scope: 'netns',
  needs: {
    softnet,
    backlog: maybe(hostSysctl('net.core.netdev_max_backlog')),
    budget: maybe(hostSysctl('net.core.netdev_budget')),
  },
  words,
  thresholds: [
    {
      value: '0.1 %',
      reason: {
        en: 'of the packets handled between two readings (a warning): by Mathis a sender then keeps some 39 segments under way, well below what a data centre’s path carries',
        zh: '占两次读数之间处理的报文（警告）：按 Mathis 公式，发送方在途约 39 个报文段，远低于数据中心路径的容量',
      },
    },
    {
      value: '1 %',
      reason: {
        en: 'critical: a dozen segments under way, and losses at the end of an answer wait for a timeout of 200 ms or more',
        zh: '严重：在途只剩十来个报文段，应答末尾的丢失还要等 200 ms 以上的超时',
      },
    },
    {
      value: '10',
      reason: {
        en: 'packets between two readings: fewer are a single burst, told as information',
        zh: '两次读数之间的报文数：更少只是一次突发，仅作提示',
      },
    },
    {
      value: '1000',
      reason: {
        en: 'packets since boot: as long as the default queue (netdev_max_backlog = 1000), so more than one overflow at the least',
        zh: '开机以来的报文数：等于默认队列长度（netdev_max_backlog = 1000），说明不止溢出过一次',
      },
    },
    {
      value: '10/s',
      reason: {
        en: 'exhausted budgets: each ends a round after netdev_budget packets or 2 ms; now and then that is normal under load',
        zh: '配额用尽的次数：每次都是一轮处理了 netdev_budget 个报文或满 2 ms 之后结束；负载下偶尔出现属正常',
      },
    },
  ],
  page: {
    what: {
      en: 'Packets that come over loopback, a veth pair of a pod, or by RPS are put into a queue of a CPU before the network stack handles them. It holds netdev_max_backlog packets; what comes beyond is dropped, before firewall and TCP. The second column of softnet_stat counts it, per CPU and for the whole machine. The third counts rounds that ended with work left: delay, no loss.',
      zh: '经回环、Pod 的 veth 或 RPS 到来的报文，会先放进某个 CPU 的队列，再由网络协议栈处理。该队列最多容纳 netdev_max_backlog 个报文，多出的在到达防火墙和 TCP 之前就被丢弃。softnet_stat 第二列按 CPU 统计（整机范围）。第三列统计还有报文却结束的轮次：只是延迟，没有丢失。',
    },
    why: {
      en: 'All packets of a card or a pod go to one CPU; a CPU that the hypervisor or a throttled neighbour takes away for milliseconds; thousands of rules that each packet has to pass; a capture or a filter that costs time for each packet; bursts of small packets (DNS, metrics).',
      zh: '网卡或 Pod 的全部报文集中到一个 CPU；CPU 被虚拟化平台抢走若干毫秒；每个报文要过成千上万条规则；抓包或过滤程序逐包消耗时间；小报文突发（DNS、指标采集）。',
    },
    confirm: {
      en: '`cat /proc/net/softnet_stat` twice, a row per CPU in hexadecimal; `mpstat -P ALL 1 5` for %soft and %steal; `perf top -C CPU` for what takes the time.',
      zh: '执行两次 `cat /proc/net/softnet_stat`（每行一个 CPU，十六进制）；用 `mpstat -P ALL 1 5` 看 %soft 和 %steal；用 `perf top -C CPU` 看时间花在哪里。',
    },
    fix: {
      en: 'Spread the load over CPUs (queues of the card, RPS), make each packet cheaper (fewer rules, IPVS or nftables instead of long iptables chains). A longer queue helps where CPUs are idle on average and late for moments.',
      zh: '把负载分散到多个 CPU（网卡多队列、RPS），降低单个报文的开销（减少规则，用 IPVS 或 nftables 取代很长的 iptables 链）。如果 CPU 平均空闲、只是偶尔来不及，加长队列有用。',
    },
    notToConfuse: {
      en: '- time_squeeze alone: packets waited, none was lost.\n- Drops that `ip -s link` or `ethtool -S` shows (rx_missed, rx_no_buffer): the card’s ring was full, another queue.\n- `drops` of a socket: its own buffer was full.\n- A number that stands still: a burst of the past.',
      zh: '- 只有 time_squeeze：报文只是等待，没有丢失。\n- `ip -s link` 或 `ethtool -S` 里的丢弃（rx_missed、rx_no_buffer）：是网卡环形队列满，另一个队列。\n- 套接字的 `drops`：是它自己的缓冲区满。\n- 不再变化的数字：过去某次突发。',
    },
    sources: [
      'Linux net/core/dev.c: enqueue_to_backlog(), net_rx_action(); net/core/net-procfs.c: softnet_seq_show()',
      'Linux Documentation/admin-guide/sysctl/net.rst: netdev_max_backlog, netdev_budget, netdev_budget_usecs',
      'Linux Documentation/networking/scaling.rst',
    ],
  },
  effects: [
    {
      rule: 'retransmissions-high',
      shared: 'node',
      why: {
        en: 'What the CPUs drop on arrival, somebody has to send again.',
        zh: '被 CPU 在接收时丢掉的报文，发送方必须重传。',
      },
    },
  ],
  check({ softnet: read, backlog, budget }, view) {
    const verdict = judge(read)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'node', key: 'softnet' },
        ...verdict,
        evidence: evidenceOf(read, backlog, budget),
        remedies: remedies(backlog, budget, view),
        notHelpful: [words.notRing, words.notBuffers],
      },
    ]
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge({ cpus, grown, dropped, seconds }: Softnet): Verdict | null {
  const now = grown && isRecent(seconds) ? grown : null
  if (now && now.dropped > 0) {
    const dropping = cpus.filter((one) => (one.grown?.dropped ?? 0) > 0)
    // Those of a queue that is full are not among the handled ones.
    const all = now.processed + now.dropped
    const share = now.dropped < ENOUGH ? 0 : now.dropped / all
    return {
      severity: share >= CRIPPLING_SHARE ? 'critical' : share >= FELT_SHARE ? 'warning' : 'info',
      confidence: 'certain',
      when: 'now',
      summary: say(words.now, {
        count: now.dropped,
        share: percent(now.dropped, all),
        where: where(dropping.map((one) => one.row.cpu)),
      }),
      unknowns: [dropping.length === 1 && cpus.length > 1 ? words.oneCpu : words.load],
    }
  }
  if (now && seconds !== null && now.squeezed >= SQUEEZES_PER_SECOND * seconds)
    return {
      severity: 'info',
      confidence: 'certain',
      when: 'now',
      summary: say(words.squeezed, { count: now.squeezed }),
      unknowns: [words.load],
    }
  if (dropped < MANY_PAST) return null
  return {
    severity: 'info',
    confidence: 'certain',
    when: 'past',
    summary: say(words.past, {
      count: dropped,
      where: where(cpus.filter((one) => one.row.dropped > 0).map((one) => one.row.cpu)),
    }),
    unknowns: [words.since],
  }
}

const where = (cpus: readonly number[]): Text => say(words.onCpu, { cpus: formatList(cpus.map(String), SHOWN) })

const COMMAND = 'cat /proc/net/softnet_stat'

function evidenceOf(
  { cpus, dropped, squeezed, grown }: Softnet,
  backlog: Sysctl | null,
  budget: Sysctl | null,
): readonly Evidence[] {
  const [first] = cpus
  if (!first) return []
  const proof = (label: Text, value: number | null, source: Evidence['source'], command: string): Evidence => ({
    label,
    value,
    unit: null,
    limit: null,
    source,
    command,
  })
  const { origin } = first.row
  const worst = cpus
    .filter((one) => (one.grown?.dropped ?? 0) > 0)
    .toSorted((a, b) => (b.grown?.dropped ?? 0) - (a.grown?.dropped ?? 0))
  return [
    proof(words.dropped, dropped, origin, COMMAND),
    ...(grown
      ? [
          proof(words.droppedGrown, grown.dropped, origin, COMMAND),
          proof(words.processed, grown.processed, origin, COMMAND),
        ]
      : []),
    ...worst
      .slice(0, SHOWN)
      .map(({ row, grown: own }) =>
        proof(say(words.ofCpu, { cpu: String(row.cpu) }), own?.dropped ?? null, row.origin, COMMAND),
      ),
    proof(words.squeezedLabel, squeezed, origin, COMMAND),
    ...(backlog ? [proof(words.backlog, backlog.number, backlog.origin, `sysctl ${backlog.key}`)] : []),
    ...(budget ? [proof(words.budget, budget.number, budget.origin, `sysctl ${budget.key}`)] : []),
  ]
}

function remedies(backlog: Sysctl | null, budget: Sysctl | null, { netns }: View): readonly Remedy[] {
  const wanted = Math.max(backlog?.number ?? 0, DEFAULT_BACKLOG) * 4
  const links = netns.network.ok ? (netns.network.data.links ?? []) : []
  const link = links.find((one) => /^(?:e|bond)/.test(one.name) && one.state === 'UP')?.name ?? 'IFACE'
  return [
    {
      title: words.spreadTitle,
      action: `echo f > /sys/class/net/${link}/queues/rx-0/rps_cpus`,
      language: 'sh',
      risk: words.spreadRisk,
      verify: COMMAND,
    },
    {
      title: words.raiseTitle,
      action: `sysctl -w net.core.netdev_max_backlog=${wanted}\necho 'net.core.netdev_max_backlog = ${wanted}' > /etc/sysctl.d/90-netdev.conf`,
      language: 'sh',
      risk: words.raiseRisk,
      verify: COMMAND,
    },
    ...(budget?.number != null
      ? [
          {
            title: words.budgetTitle,
            action: `sysctl -w net.core.netdev_budget=${budget.number * 2} net.core.netdev_budget_usecs=8000`,
            language: 'sh' as const,
            risk: words.budgetRisk,
            verify: COMMAND,
          },
        ]
      : []),
  ]
}
