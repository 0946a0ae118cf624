import { percent } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import { type TimeWaitTable, timeWaitTable } from '../facts/time-wait-table.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** inet_twsk_alloc() refuses at count ≥ limit; entries end every second, so a full table is mostly read a little below it. */
const FULL = 0.99
/** Of all that came to TIME_WAIT since boot: below this the table was full for moments. */
const NOTABLE = 0.01
const SHOWN = 3
const KEY = 'net.ipv4.tcp_max_tw_buckets'
const COUNTER = 'TcpExtTCPTimeWaitOverflow'

const words = {
  growing: {
    en: 'The TIME_WAIT table is full: {refused} connections were closed without TIME_WAIT between the two readings (limit {max})',
    zh: 'TIME_WAIT 表已满：两次读数之间有 {refused} 条连接未经 TIME_WAIT 就被关闭（上限 {max}）',
  },
  full: {
    en: 'The TIME_WAIT table is full: {count} of {max}; the next connections that this side closes end without TIME_WAIT',
    zh: 'TIME_WAIT 表已满：{count} / {max}；此后由本端先关闭的连接会跳过 TIME_WAIT',
  },
  past: {
    en: '{share} of the connections that this side closed found the TIME_WAIT table full ({refused} since the counters began)',
    zh: '由本端先关闭的连接中有 {share} 遇到 TIME_WAIT 表已满（自计数开始共 {refused} 条）',
  },
  logged: {
    en: 'The kernel logged that the TIME_WAIT table overflowed; nothing shows that it does now',
    zh: '内核日志记录过 TIME_WAIT 表溢出；没有迹象表明现在仍在溢出',
  },
  count: {
    en: 'connections in TIME_WAIT, against tcp_max_tw_buckets',
    zh: 'TIME_WAIT 连接数，上限为 tcp_max_tw_buckets',
  },
  total: {
    en: 'closed without TIME_WAIT (TCPTimeWaitOverflow)',
    zh: '未经 TIME_WAIT 就关闭的连接（TCPTimeWaitOverflow）',
  },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  log: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  server: {
    en: 'in TIME_WAIT at port {port}: this server closes first',
    zh: '端口 {port} 上的 TIME_WAIT：由本机服务端先关闭',
  },
  client: {
    en: 'in TIME_WAIT towards port {port}: this client closes first',
    zh: '到端口 {port} 的 TIME_WAIT：由本机客户端先关闭',
  },
  unknown: { en: 'in TIME_WAIT, either side', zh: '无法区分方向的 TIME_WAIT' },
  unknownLimit: { en: 'not shown', zh: '未显示' },
  memory: {
    en: 'The counter also moves where no memory was left for an entry: see tcp_mem and the kernel log.',
    zh: '内存不足以分配条目时该计数器也会增长：可查看 tcp_mem 和内核日志。',
  },
  whose: {
    en: 'Who opens and closes so many: ss -Htan state time-wait | awk to count by local and by peer port.',
    zh: '是谁在频繁建连断连：用 ss -Htan state time-wait 按本地端口和对端端口统计。',
  },
  keepTitle: {
    en: 'Keep connections open: keep-alive and pools in the program that closes first',
    zh: '复用连接：在先关闭的一方启用 keep-alive 和连接池',
  },
  keepRisk: { en: 'Idle connections take a descriptor each on both sides.', zh: '空闲连接在两端各占一个文件描述符。' },
  raiseTitle: { en: 'Give the table room for 60 seconds of closes', zh: '让表能容纳 60 秒内关闭的连接' },
  raiseRisk: {
    en: 'Some 250 bytes of kernel memory an entry in use; nothing else.',
    zh: '每个在用条目约占 250 字节内核内存，没有其他影响。',
  },
  notRecycle: {
    en: 'tcp_tw_recycle = 1: it drops SYNs of clients behind NAT, and is gone since Linux 4.12.',
    zh: '设置 tcp_tw_recycle = 1：会丢弃 NAT 后面客户端的 SYN，且自 Linux 4.12 起已被移除。',
  },
  notFin: {
    en: 'A smaller tcp_fin_timeout: it limits orphans in FIN_WAIT2; TIME_WAIT is 60 s, a constant of the kernel.',
    zh: '调小 tcp_fin_timeout：它只限制孤儿 FIN_WAIT2；TIME_WAIT 的 60 秒是内核里的常量。',
  },
  notLower: {
    en: 'A smaller tcp_max_tw_buckets to be rid of TIME_WAIT: that is this very fault, made on purpose.',
    zh: '为了“消灭” TIME_WAIT 而调小 tcp_max_tw_buckets：那正是人为制造这里的故障。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'time-wait-buckets-full',
  title: { en: 'TIME_WAIT table is full', zh: 'TIME_WAIT 表已满' },
  severity: 'warning',
  scope: 'netns',
  needs: { table: timeWaitTable },
  words,
  page: {
    what: {
      en: 'Whoever closes a connection first remembers it for 60 seconds, so that a late segment of it is not taken for one of its successor, and a FIN sent again still gets its ACK. There is room for tcp_max_tw_buckets of these memories. Beyond that the kernel forgets the connection at once and counts TCPTimeWaitOverflow.',
      zh: '先关闭连接的一方要把它记住 60 秒，以免迟到的报文被当成后继连接的数据，并能对重发的 FIN 再次应答。最多能记 tcp_max_tw_buckets 条，超出后内核立即忘掉该连接，并增加 TCPTimeWaitOverflow。',
    },
    why: {
      en: '- A proxy, health check or client that opens a connection per request: at 1000 closes a second 60 000 stand in TIME_WAIT.\n- A limit that somebody lowered after reading that TIME_WAIT is bad.\n- A small machine: the default is half the number of slots of the connection table.',
      zh: '- 代理、健康检查或客户端每个请求新建一条连接：每秒关闭 1000 条就会有 6 万条处于 TIME_WAIT。\n- 有人听说 TIME_WAIT 不好而调小了上限。\n- 机器较小：默认值是连接哈希表槽位数的一半。',
    },
    confirm: {
      en: 'Twice, some seconds apart: `nstat -az TcpExtTCPTimeWaitOverflow`, and `grep TCP: /proc/net/sockstat` (the word behind tw) against `sysctl net.ipv4.tcp_max_tw_buckets`. Read both inside the namespace in question.',
      zh: '间隔几秒执行两次 `nstat -az TcpExtTCPTimeWaitOverflow`，并把 `grep TCP: /proc/net/sockstat` 中 tw 后面的数与 `sysctl net.ipv4.tcp_max_tw_buckets` 比较；两者都要在相关的网络命名空间里读取。',
    },
    fix: {
      en: 'Reuse connections. Where that is not to be had, raise the limit above the closes per second times 60. Skipped TIME_WAIT harms seldom: a peer whose last ACK was lost meets a reset, and a reused port may meet old segments.',
      zh: '复用连接。做不到时，把上限调到每秒关闭数的 60 倍以上。跳过 TIME_WAIT 很少造成危害：最后一个 ACK 丢失的对端会收到 RST，被重用的端口可能遇到旧报文。',
    },
    notToConfuse: {
      en: '- Many TIME_WAIT below the limit: normal for the side that closes first, and cheap.\n- A few dozen overflows since boot on a node that closed millions of connections: one busy moment.\n- A client that gets EADDRNOTAVAIL: it lacks local ports, see `local-ports-exhausted`.\n- `conntrack -L` in TIME_WAIT: another table, with its own limit (`conntrack-table-full`).',
      zh: '- 数量很多但没到上限的 TIME_WAIT：对先关闭的一方属于正常，代价也很小。\n- 关闭过数百万条连接的节点上，开机以来几十次溢出：只是某个繁忙的瞬间。\n- 客户端得到 EADDRNOTAVAIL：缺的是本地端口，见 `local-ports-exhausted`。\n- `conntrack -L` 中的 TIME_WAIT：那是另一张表，上限也不同（见 `conntrack-table-full`）。',
    },
    sources: [
      'Linux net/ipv4/inet_timewait_sock.c: inet_twsk_alloc(); net/ipv4/tcp_minisocks.c: tcp_time_wait()',
      'Linux net/ipv4/tcp.c: tcp_init(); include/net/tcp.h: TCP_TIMEWAIT_LEN',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_max_tw_buckets',
    ],
  },
  effects: [],
  thresholds: [
    {
      value: '99 %',
      reason: {
        en: 'of tcp_max_tw_buckets: the kernel refuses at the limit itself; entries that end each second leave a full table read just below it',
        zh: 'tcp_max_tw_buckets 的占比：内核在到达上限时拒绝；每秒都有条目到期，所以满表往往读到略低的值',
      },
    },
    {
      value: '1 %',
      reason: {
        en: 'of all closes to TIME_WAIT since boot: a total below it tells of moments, not of a limit that is too small',
        zh: '开机以来进入 TIME_WAIT 的关闭数的占比：低于它的总数只说明偶发的瞬间，不说明上限太小',
      },
    },
  ],
  check({ table }, view) {
    const verdict = judge(table)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'sysctl', key: KEY, sysctl: KEY },
        ...verdict,
        evidence: evidenceOf(table, view),
        remedies: remedies(table, view),
        notHelpful: [words.notRecycle, words.notFin, words.notLower],
      },
    ]
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge({ count, max, refused, grown, share, log, services }: TimeWaitTable): Verdict | null {
  const limit = max?.number ?? null
  const unknowns = services.length === 0 ? [words.whose] : []
  const fill = count && limit ? count.value / limit : null
  const shown = limit ?? words.unknownLimit
  if (grown && grown.value > 0 && (fill === null || fill >= FULL / 2))
    return {
      severity: 'warning',
      confidence: fill !== null && fill >= FULL ? 'certain' : 'likely',
      when: 'now',
      summary: say(words.growing, { refused: grown.value, max: shown }),
      unknowns: fill !== null && fill >= FULL ? unknowns : [words.memory, ...unknowns],
    }
  if (count && fill !== null && fill >= FULL)
    return {
      severity: 'warning',
      confidence: 'likely',
      when: 'now',
      summary: say(words.full, { count: count.value, max: shown }),
      unknowns,
    }
  const past = { severity: 'info', when: 'past', unknowns: [words.memory, ...unknowns] } as const
  if (refused && share !== null && share >= NOTABLE)
    return {
      ...past,
      confidence: 'likely',
      summary: say(words.past, { share: percent(share, 1), refused: refused.value }),
    }
  return log.length > 0 ? { ...past, confidence: 'certain', summary: words.logged } : null
}

function evidenceOf({ count, max, refused, grown, log, services }: TimeWaitTable, view: View): readonly Evidence[] {
  const last = log.at(-1)
  return [
    ...(count
      ? [
          {
            label: words.count,
            value: count.value,
            unit: 'connections',
            limit: max?.number ?? null,
            source: count.origin,
            command: inNetns(view, 'cat /proc/net/sockstat'),
          },
        ]
      : []),
    ...(refused ? [counterEvidence(view, COUNTER, words.total, refused)] : []),
    ...(grown ? [counterEvidence(view, COUNTER, words.grown, grown)] : []),
    ...services.slice(0, SHOWN).map(({ role, port, count: held, origin }) => ({
      label: say(words[role], role === 'unknown' ? {} : { port: String(port ?? '?') }),
      value: held,
      unit: 'connections',
      limit: null,
      source: origin,
      command: inNetns(view, 'ss -Htan state time-wait'),
    })),
    ...(last
      ? [
          {
            label: say(words.log, { text: last.text.slice(0, 120) }),
            value: log.length,
            unit: 'lines',
            limit: null,
            source: last.origin,
            command: 'dmesg -T | grep "time wait bucket"',
          },
        ]
      : []),
  ]
}

function remedies({ max, count }: TimeWaitTable, view: View): readonly Remedy[] {
  const wanted = 2 * Math.max(max?.number ?? 0, count?.value ?? 0, 131_072)
  return [
    {
      title: words.keepTitle,
      action: null,
      language: null,
      risk: words.keepRisk,
      verify: inNetns(view, 'cat /proc/net/sockstat'),
    },
    {
      title: words.raiseTitle,
      action: inNetns(view, `sysctl -w ${KEY}=${wanted}`),
      language: 'sh',
      risk: words.raiseRisk,
      verify: inNetns(view, `nstat -az ${COUNTER}`),
    },
  ]
}
