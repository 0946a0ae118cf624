// No lab scenario: gc_thresh3 is one limit for the neighbours of all namespaces of the machine.
import { isRecent } from '../facts/counters.ts'
import { type NeighbourRoom, neighbourTables } from '../facts/neighbour-tables.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

/** The message is held back to some in five seconds and comes as long as entries are refused: older than a minute, it is over. */
const LOG_IS_NOW_SECONDS = 60
/** The kernel forces a collection from gc_thresh2 on, by default half of gc_thresh3; at eight tenths silence is worth a word. */
const HIGH = 0.8

const words = {
  refusing: {
    en: 'The table of {family} neighbours is full: {refused} entries were refused between the two readings ({count} of {max}); packets to hosts that are not in it yet are dropped',
    zh: '{family} 邻居表已满：两次读数之间有 {refused} 个条目被拒绝（{count} / {max}）；发往尚不在表中的主机的报文会被丢弃',
  },
  full: {
    en: 'The table of {family} neighbours is at its limit ({count} of {max}): a host that is not in it yet is reached only after another one was thrown out',
    zh: '{family} 邻居表已到上限（{count} / {max}）：要联系尚不在表中的主机，必须先挤掉别的条目',
  },
  logNow: {
    en: 'The table of {family} neighbours is full: the kernel logged it {ago} before this reading ({count} of {max})',
    zh: '{family} 邻居表已满：内核在本次读数前 {ago} 记录过（{count} / {max}）',
  },
  logged: {
    en: 'The table of {family} neighbours was full: the kernel logged "neighbour table overflow" ({count} of {max} at this reading)',
    zh: '{family} 邻居表曾经写满：内核日志有 “neighbour table overflow”（本次读数为 {count} / {max}）',
  },
  counted: {
    en: 'The table of {family} neighbours was full at some time since boot: {refused} entries were refused ({count} of {max} at this reading)',
    zh: '开机以来 {family} 邻居表曾经写满：{refused} 个条目被拒绝（本次读数为 {count} / {max}）',
  },
  entries: { en: 'entries of all namespaces, against gc_thresh3', zh: '所有命名空间的条目数，上限为 gc_thresh3' },
  refusedLabel: { en: 'entries refused (table_fulls)', zh: '被拒绝的条目（table_fulls）' },
  refusedGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  forcedLabel: {
    en: 'forced collections (forced_gc_runs), from gc_thresh2 on',
    zh: '强制回收次数（forced_gc_runs），自 gc_thresh2 起',
  },
  logLabel: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  high: {
    en: 'the table of {family} neighbours has {count} of {max} entries: there is room for {left} more hosts',
    zh: '{family} 邻居表已用 {count} / {max} 条：还能容纳 {left} 台主机',
  },
  permanent: {
    en: 'Since Linux 5.0 permanent entries (overlays write one per node) do not count against the limit, though they are in this number: ip -s neigh show nud permanent | wc -l in each namespace.',
    zh: 'Linux 5.0 起，永久条目（overlay 会为每个节点写一条）虽然计入该数字，却不占上限：在各命名空间执行 ip -s neigh show nud permanent | wc -l。',
  },
  whose: {
    en: "Whose neighbours they are: ip -s neigh | awk '{print $3}' | sort | uniq -c, on the host and in pods of the host’s network; many in FAILED or INCOMPLETE is a scan of the subnet.",
    zh: "是谁的邻居：在宿主机和使用宿主机网络的 Pod 里执行 ip -s neigh | awk '{print $3}' | sort | uniq -c；FAILED 或 INCOMPLETE 很多，说明有人在扫描网段。",
  },
  noLimit: {
    en: 'How full it is now: cat /proc/net/stat/arp_cache (first column, hexadecimal); sysctl {key}.',
    zh: '此刻的占用：cat /proc/net/stat/arp_cache（第一列，十六进制）；sysctl {key}。',
  },
  raiseTitle: { en: 'Raise all three limits', zh: '同时调大三个上限' },
  raiseRisk: {
    en: 'Under 1 kB of kernel memory per entry. gc_thresh1 below the usual number of hosts keeps the collector busy for nothing.',
    zh: '每个条目占用不到 1 kB 内核内存。gc_thresh1 若低于日常主机数，回收会不停空转。',
  },
  lookTitle: { en: 'See which neighbours fill it', zh: '查看被哪些邻居占满' },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  notFlush: {
    en: 'ip neigh flush all: every open connection asks again at once, and the table is as full a second later.',
    zh: '执行 ip neigh flush all：所有现有连接会立刻重新解析，一秒后表又满了。',
  },
  notPod: {
    en: 'gc_thresh3 in the pod’s securityContext: the kernel keeps one limit for all namespaces and shows it only on the host.',
    zh: '在 Pod 的 securityContext 里设 gc_thresh3：内核对所有命名空间只有一个上限，且只在宿主机可见。',
  },
  nothing: { en: '?', zh: '?' },
} satisfies Record<string, Text>

export default defineRule({
  id: 'neighbour-table-full',
  title: { en: 'The neighbour (ARP) table is full', zh: '邻居表（ARP 表）已满' },
  severity: 'critical',
  scope: 'node',
  needs: { tables: neighbourTables },
  words,
  thresholds: [
    {
      value: 'gc_thresh3',
      reason: {
        en: 'the kernel’s own limit (1024 by default): neigh_alloc() refuses when a forced collection frees nothing',
        zh: '内核自身的上限（默认 1024）：强制回收也腾不出位置时，neigh_alloc() 拒绝分配',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'age of the log line: it is repeated as long as entries are refused, so an older one is the past',
        zh: '日志行的时效：只要还在拒绝就会反复出现，更早的属于过去',
      },
    },
    {
      value: '80 %',
      reason: {
        en: 'of gc_thresh3: from here on a clear verdict says how much room is left; collections are forced from gc_thresh2 on, half of the limit by default',
        zh: '占 gc_thresh3 的比例：达到后，即使判定正常也会说明剩余空间；默认从一半（gc_thresh2）起就会强制回收',
      },
    },
  ],
  page: {
    what: {
      en: 'Before a packet goes to a host on the same link, the kernel must know its hardware address; each such host is one entry, IPv4 and IPv6 in a table each. The limit gc_thresh3 is shared by all network namespaces of the machine: every pod has entries of its own for the same gateway. When it is met and nothing can be thrown out, connect() and send() fail with ENOBUFS ("No buffer space available") or the packet is silently dropped.',
      zh: '向同一链路上的主机发送报文之前，内核必须知道对方的硬件地址；每台主机占一个条目，IPv4 和 IPv6 各一张表。上限 gc_thresh3 由整机的所有网络命名空间共享：同一个网关，每个 Pod 都各有一条。到达上限又无可回收时，connect() 和 send() 会以 ENOBUFS（“No buffer space available”）失败，或者报文被静默丢弃。',
    },
    why: {
      en: 'More than a thousand pods or hosts on flat networks, a node that scans its subnet (monitoring, port scanners), large /16 subnets, hundreds of pods per machine that each know the same neighbours. The default of 1024 is older than containers.',
      zh: '扁平网络上有上千个 Pod 或主机；节点在扫描自己的网段（监控、端口扫描）；/16 这样的大子网；一台机器上几百个 Pod 各自记录同样的邻居。默认的 1024 早于容器时代。',
    },
    confirm: {
      en: '`dmesg | grep -i "neighbo"`; first column of `cat /proc/net/stat/arp_cache` against `sysctl net.ipv4.neigh.default.gc_thresh3`; table_fulls of `lnstat -c 1 -f arp_cache` grows.',
      zh: '执行 `dmesg | grep -i "neighbo"`；比较 `cat /proc/net/stat/arp_cache` 第一列与 `sysctl net.ipv4.neigh.default.gc_thresh3`；`lnstat -c 1 -f arp_cache` 的 table_fulls 在增长。',
    },
    fix: {
      en: 'Raise gc_thresh1, 2 and 3 on the host, in the order of their numbers apart: the first to what the node normally knows, the third to four times that. Stop what scans.',
      zh: '在宿主机上依次调大 gc_thresh1、2、3：第一个略高于日常数量，第三个设为它的四倍。停掉扫描程序。',
    },
    notToConfuse: {
      en: '- FAILED or INCOMPLETE entries of a few hosts: these hosts do not answer, the table has room.\n- ENOBUFS from a full send queue of an interface: its qdisc counts drops.\n- Forced collections without refusals: the kernel tidies up, nobody is hurt.\n- "table full" of nf_conntrack: another table.',
      zh: '- 个别主机处于 FAILED 或 INCOMPLETE：是对方没有应答，表仍有空间。\n- 接口发送队列满造成的 ENOBUFS：其 qdisc 会计入 drops。\n- 有强制回收而没有拒绝：内核在清理，没有人受影响。\n- nf_conntrack 的 “table full”：是另一张表。',
    },
    sources: [
      'Linux net/core/neighbour.c: neigh_alloc(), neigh_forced_gc(), neigh_stat_seq_show()',
      'Linux Documentation/networking/ip-sysctl.rst: neigh/default/gc_thresh1, gc_thresh2, gc_thresh3',
      'arp(7)',
    ],
  },
  effects: [
    {
      rule: 'syn-sent-stuck',
      shared: 'node',
      why: {
        en: 'A SYN to a host without an entry never leaves this machine while no entry can be made.',
        zh: '无法新建邻居条目时，发往该主机的 SYN 根本出不了本机。',
      },
    },
    {
      rule: 'endpoint-unreachable',
      shared: 'node',
      why: {
        en: 'An endpoint whose hardware address finds no room in the table cannot be sent anything.',
        zh: '端点的硬件地址在表中没有位置，就什么也发不过去。',
      },
    },
  ],
  check({ tables }) {
    return tables.flatMap((room) => {
      const verdict = judge(room)
      if (!verdict) return []
      return [
        {
          subject: { kind: 'node' as const, key: room.table },
          ...verdict,
          evidence: evidenceOf(room),
          remedies: remedies(room),
          notHelpful: [words.notFlush, words.notPod],
        },
      ]
    })
  },
  remark({ tables }) {
    const [high] = tables.filter(({ now, max }) => now && max?.number && now.entries >= HIGH * max.number)
    if (!high?.now || !high.max?.number) return null
    const { entries } = high.now
    return say(words.high, {
      family: familyOf(high),
      count: entries,
      max: high.max.number,
      left: Math.max(0, high.max.number - entries),
    })
  },
})

const familyOf = ({ table }: NeighbourRoom): string => (table === 'arp_cache' ? 'IPv4' : 'IPv6')

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge(room: NeighbourRoom): Verdict | null {
  const { now, max, refused, seconds, log, logSecondsAgo } = room
  const limit = max?.number ?? null
  const numbers = {
    family: familyOf(room),
    count: now?.entries ?? words.nothing,
    max: limit ?? words.nothing,
  }
  const isPlaced = now !== null && limit !== null
  const unknowns = [
    ...(isPlaced ? [words.permanent] : [say(words.noLimit, { key: keysOf(room)[2] ?? '' })]),
    words.whose,
  ]
  const is = (severity: Draft['severity'], confidence: Draft['confidence'], when: Draft['when'], summary: Text) => ({
    severity,
    confidence,
    when,
    summary,
    unknowns,
  })
  if ((refused ?? 0) > 0 && isRecent(seconds))
    return is('critical', 'certain', 'now', say(words.refusing, { ...numbers, refused: refused ?? 0 }))
  if (log.length > 0 && logSecondsAgo !== null && logSecondsAgo <= LOG_IS_NOW_SECONDS)
    return is('critical', 'certain', 'now', say(words.logNow, { ...numbers, ago: formatMs(logSecondsAgo * 1000) }))
  // The kernel says nothing of refusals: what fills the table may be permanent entries, which do not count.
  if (now && limit !== null && now.entries >= limit && now.overflows === null)
    return is('warning', 'likely', 'now', say(words.full, numbers))
  if (log.length > 0) return is('warning', 'certain', 'past', say(words.logged, numbers))
  if ((now?.overflows ?? 0) > 0)
    return is('info', 'certain', 'past', say(words.counted, { ...numbers, refused: now?.overflows ?? 0 }))
  if (now && limit !== null && now.entries >= limit) return is('info', 'possible', 'now', say(words.full, numbers))
  return null
}

const keysOf = ({ table }: NeighbourRoom): readonly string[] =>
  [1, 2, 3].map((nth) => `net.${table === 'arp_cache' ? 'ipv4' : 'ipv6'}.neigh.default.gc_thresh${nth}`)

function evidenceOf(room: NeighbourRoom): readonly Evidence[] {
  const { now, max, refused, log, table } = room
  const command = `cat /proc/net/stat/${table}`
  const proof = (label: Text, value: number | null, more: Partial<Evidence> = {}): readonly Evidence[] =>
    now === null || value === null
      ? []
      : [{ label, value, unit: 'entries', limit: null, source: now.origin, command, ...more }]
  const last = log.at(-1)
  return [
    ...proof(words.entries, now?.entries ?? null, { limit: max?.number ?? null }),
    ...proof(words.refusedLabel, now?.overflows ?? null),
    ...proof(words.refusedGrown, refused),
    ...proof(words.forcedLabel, now?.forcedCollections ?? null, { unit: null }),
    ...(last
      ? [
          {
            label: say(words.logLabel, { text: last.text.slice(0, 120) }),
            value: log.length,
            unit: 'lines',
            limit: null,
            source: last.origin,
            command: 'dmesg -T | grep -i "table overflow"',
          },
        ]
      : []),
  ]
}

/** What a machine of many pods is commonly given; more where it has that already. */
const WANTED = 8192

function remedies(room: NeighbourRoom): readonly Remedy[] {
  const wanted = Math.max(WANTED, 4 * (room.max?.number ?? 0))
  const values = [wanted / 4, wanted / 2, wanted]
  const lines = keysOf(room).map((key, nth) => `${key} = ${values[nth]}`)
  const file = '/etc/sysctl.d/90-neighbours.conf'
  return [
    {
      title: words.raiseTitle,
      action: `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file}\nsysctl -p ${file}`,
      language: 'sh',
      risk: words.raiseRisk,
      verify: `cat /proc/net/stat/${room.table}; dmesg -T | grep -i 'table overflow' | tail -3`,
    },
    {
      title: words.lookTitle,
      action: "ip -s neigh | awk '{print $3, $NF}' | sort | uniq -c | sort -rn | head",
      language: 'sh',
      risk: words.lookRisk,
      verify: null,
    },
  ]
}
