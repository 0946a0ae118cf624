// No lab scenario: orphans are counted against one limit of the whole machine, which the lab leaves alone.
import { byName, countOf } from '../facts/connections.ts'
import type { View } from '../facts/need.ts'
import { type Orphans, orphans } from '../facts/orphans.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { TcpState } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'
import { peerList } from './peer-words.ts'

/** tcp_too_many_orphans() kills the next one beyond the limit; others end meanwhile. */
const FULL = 0.99
/** tcp_out_of_resources() counts an orphan up to four times when its peer does not take its data: those die from here on. */
const HARSH = 0.25
const LOG_IS_NOW_SECONDS = 60
const COUNTER = 'TcpExtTCPAbortOnMemory'
const KEY = 'net.ipv4.tcp_max_orphans'

const words = {
  full: {
    en: 'The machine has {count} orphaned TCP sockets of at most {max}: connections that a program closes with data still to send are reset',
    zh: '整机有 {count} 个孤儿 TCP 套接字，上限 {max}：程序关闭时仍有数据待发送的连接会被重置',
  },
  aborting: {
    en: '{aborted} closed connections were reset between the two readings while the machine had {count} orphaned sockets (limit {max})',
    zh: '两次读数之间有 {aborted} 条已关闭的连接被重置，此时整机有 {count} 个孤儿套接字（上限 {max}）',
  },
  logNow: {
    en: 'Too many orphaned sockets: the kernel logged it {ago} before this reading',
    zh: '孤儿套接字过多：内核在本次读数前 {ago} 记录了日志',
  },
  logged: {
    en: 'There were too many orphaned sockets at some time: the kernel reset closed connections{now}',
    zh: '曾经出现孤儿套接字过多：内核重置了已关闭的连接{now}',
  },
  nowAt: { en: '; at this reading there are {count} of {max}', zh: '；本次读数时为 {count} / {max}' },
  nothing: { en: '', zh: '' },
  many: {
    en: 'The machine has {count} orphaned TCP sockets of at most {max}: from a quarter on, those whose peers take no data are reset early',
    zh: '整机有 {count} 个孤儿 TCP 套接字，上限 {max}：超过四分之一后，对端不收数据的会被提前重置',
  },
  count: {
    en: 'orphaned sockets of the machine, against tcp_max_orphans',
    zh: '整机的孤儿套接字数，上限为 tcp_max_orphans',
  },
  aborted: {
    en: 'reset for too many orphans or want of memory (TCPAbortOnMemory)',
    zh: '因孤儿过多或内存不足而重置（TCPAbortOnMemory）',
  },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  log: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  state: { en: 'orphans in {state}: {meaning}; peers {peers}', zh: '处于 {state} 的孤儿：{meaning}；对端 {peers}' },
  finWait1: { en: 'the peer does not acknowledge the last data or the FIN', zh: '对端没有确认最后的数据或 FIN' },
  finWait2: { en: 'the peer does not close; over after tcp_fin_timeout', zh: '对端不关闭；tcp_fin_timeout 后结束' },
  lastAck: { en: 'the peer closed first and does not acknowledge our FIN', zh: '对端先关闭，却没有确认本端的 FIN' },
  closing: { en: 'both closed at once, an ACK is missing', zh: '双方同时关闭，缺一个 ACK' },
  who: {
    en: 'Whose they were: ss -tano state fin-wait-1 state last-ack state closing; peers and ports tell the service, no program is named any more.',
    zh: '它们原来属于谁：ss -tano state fin-wait-1 state last-ack state closing；已没有进程名，只能从对端和端口判断是哪个服务。',
  },
  path: {
    en: 'Peers that went silent (phones, a firewall that forgot the connection, a rebooted node) and peers that do not read look alike: the timer and Send-Q in ss -tano tell; Send-Q that stands with the timer "persist" is a peer that does not read.',
    zh: '对端失联（手机、丢失状态的防火墙、重启的节点）与对端不读取看起来一样：看 ss -tano 的定时器和 Send-Q；Send-Q 不变且定时器为 “persist” 的是对端不读取。',
  },
  retriesTitle: { en: 'Give silent peers up sooner', zh: '更早放弃没有应答的对端' },
  retriesRisk: {
    en: 'Clients on slow lines lose the end of their answer. Orphans only; connections of living programs are untouched.',
    zh: '线路慢的客户端可能收不到应答的结尾。只影响孤儿，不影响程序仍持有的连接。',
  },
  raiseTitle: { en: 'Raise the limit, where memory is free', zh: '内存充裕时调大上限' },
  raiseRisk: {
    en: 'Up to 64 KiB of memory that cannot be swapped for each orphan.',
    zh: '每个孤儿最多占 64 KiB 不可换出的内存。',
  },
  notKill: {
    en: 'Restarting programs: no program holds these sockets any more.',
    zh: '重启程序：这些套接字已不属于任何程序。',
  },
  notFin: {
    en: 'tcp_fin_timeout where most are in FIN_WAIT1 or LAST_ACK: it ends FIN_WAIT2 alone.',
    zh: '多数处于 FIN_WAIT1 或 LAST_ACK 时调整 tcp_fin_timeout：它只结束 FIN_WAIT2。',
  },
} satisfies Record<string, Text>

const MEANINGS: Readonly<Partial<Record<TcpState, Text>>> = {
  FIN_WAIT1: words.finWait1,
  FIN_WAIT2: words.finWait2,
  LAST_ACK: words.lastAck,
  CLOSING: words.closing,
}

export default defineRule({
  id: 'orphaned-sockets',
  title: { en: 'Too many orphaned sockets', zh: '孤儿套接字过多' },
  severity: 'critical',
  scope: 'node',
  needs: { orphans },
  words,
  page: {
    what: {
      en: 'A program that calls close() is done; the connection is not. Until the last data and the FIN are acknowledged the kernel keeps it as an orphan, with its buffers. tcp_max_orphans caps how many the machine has. Beyond, it resets connections on close, and the client loses the end of its answer; the log says "too many orphaned sockets".',
      zh: '程序调用 close() 就算完事了，连接却没有。在最后的数据和 FIN 得到确认之前，内核把它作为孤儿保留，连同缓冲区。tcp_max_orphans 限制整机的数量，超过后 close 会直接重置连接，客户端收不到应答的结尾；日志里会出现 “too many orphaned sockets”。',
    },
    why: {
      en: '- Clients that vanish: mobile networks, a load balancer or firewall that drops state without telling.\n- Clients that ask for much and read slowly, or on purpose not at all.\n- A limit that is small for a machine with very many short connections.',
      zh: '- 客户端消失：移动网络，或负载均衡、防火墙悄悄丢弃了状态。\n- 客户端请求很多却读得慢，甚至有意不读。\n- 短连接极多的机器，上限偏小。',
    },
    confirm: {
      en: '`grep TCP: /proc/net/sockstat` (the number behind orphan) against `sysctl net.ipv4.tcp_max_orphans`; `nstat -az TcpExtTCPAbortOnMemory` twice; `dmesg | grep orphaned`.',
      zh: '比较 `grep TCP: /proc/net/sockstat` 中 orphan 后面的数与 `sysctl net.ipv4.tcp_max_orphans`；执行两次 `nstat -az TcpExtTCPAbortOnMemory`；再看 `dmesg | grep orphaned`。',
    },
    fix: {
      en: 'See in which state they stand and towards whom. A firewall or balancer that forgets connections: lengthen its timeout. Clients that are gone: fewer tcp_orphan_retries. Honest load: a higher limit.',
      zh: '先看它们处于什么状态、对端是谁。防火墙或负载均衡遗忘连接：延长其超时；客户端已消失：减少 tcp_orphan_retries；正常负载：调大上限。',
    },
    notToConfuse: {
      en: '- FIN_WAIT2 or CLOSE_WAIT that a program holds: no orphans (`fin-wait2-leak`, `close-wait-leak`).\n- TIME_WAIT: counted apart, against tcp_max_tw_buckets.\n- "out of memory -- consider tuning tcp_mem" in the same log: memory, see `tcp-memory-pressure`; both reset closed connections and raise TCPAbortOnMemory.\n- A few hundred orphans on a busy front end are its daily bread.',
      zh: '- 程序仍持有的 FIN_WAIT2 或 CLOSE_WAIT：不是孤儿（见 `fin-wait2-leak`、`close-wait-leak`）。\n- TIME_WAIT：单独计数，上限是 tcp_max_tw_buckets。\n- 同一日志中的 “out of memory -- consider tuning tcp_mem”：是内存问题，见 `tcp-memory-pressure`；两者都会重置已关闭的连接并增加 TCPAbortOnMemory。\n- 繁忙的前端有几百个孤儿属于日常。',
    },
    sources: [
      'Linux net/ipv4/tcp.c: tcp_check_oom(), tcp_too_many_orphans(), __tcp_close(); net/ipv4/tcp_timer.c: tcp_out_of_resources()',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_max_orphans, tcp_orphan_retries',
      'Linux Documentation/networking/snmp_counter.rst: TcpExtTCPAbortOnMemory',
    ],
  },
  effects: [],
  thresholds: [
    {
      value: '99 %',
      reason: {
        en: 'of tcp_max_orphans: the kernel resets at the limit itself; others end between two looks',
        zh: 'tcp_max_orphans 的占比：内核在达到上限时重置，两次查看之间总有一些结束',
      },
    },
    {
      value: '25 %',
      reason: {
        en: 'of tcp_max_orphans: an orphan whose peer has taken no data for long counts twice, and twice again on an error, when it is judged (shift 2)',
        zh: 'tcp_max_orphans 的占比：对端长时间不收数据的孤儿在判断时按两倍计，出错时再乘二（移位 2）',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'the log line comes again as long as orphans are killed: an older one is the past',
        zh: '只要还在清除孤儿，日志就会重复出现：更早的日志属于过去',
      },
    },
  ],
  check({ orphans: all }, view) {
    const verdict = judge(all)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'sysctl', key: KEY, sysctl: KEY },
        ...verdict,
        evidence: evidenceOf(all, view),
        remedies: remedies(all),
        notHelpful: [words.notKill, ...(isMostlyUnacknowledged(all) ? [words.notFin] : [])],
        unknowns: [...(all.states.length === 0 ? [words.who] : []), words.path],
      },
    ]
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary'>

function judge({ count, max, abortedNow, log, logSecondsAgo }: Orphans): Verdict | null {
  const limit = max?.number ?? null
  const fill = count && limit ? count.value / limit : null
  const numbers = { count: count?.value ?? 0, max: limit ?? 0 }
  const make = (severity: Draft['severity'], confidence: Confidence, when: Draft['when'], summary: Text): Verdict => ({
    severity,
    confidence,
    when,
    summary,
  })
  if (fill !== null && fill >= FULL) return make('critical', 'certain', 'now', say(words.full, numbers))
  if (fill !== null && fill >= HARSH && abortedNow && abortedNow.value > 0)
    return make('critical', 'certain', 'now', say(words.aborting, { ...numbers, aborted: abortedNow.value }))
  if (log.length > 0 && logSecondsAgo !== null && logSecondsAgo <= LOG_IS_NOW_SECONDS)
    return make('critical', 'certain', 'now', say(words.logNow, { ago: formatMs(logSecondsAgo * 1000) }))
  if (log.length > 0) {
    const now = fill === null ? words.nothing : say(words.nowAt, numbers)
    return make('warning', 'certain', 'past', say(words.logged, { now }))
  }
  return fill !== null && fill >= HARSH ? make('info', 'likely', 'now', say(words.many, numbers)) : null
}

function evidenceOf({ count, max, aborted, abortedNow, log, states }: Orphans, view: View): readonly Evidence[] {
  const last = log.at(-1)
  const plain = { unit: null, limit: null, command: `nstat -az ${COUNTER}` }
  return [
    ...(count
      ? [
          {
            label: words.count,
            value: count.value,
            unit: 'sockets',
            limit: max?.number ?? null,
            source: count.origin,
            command: 'cat /proc/net/sockstat',
          },
        ]
      : []),
    ...(aborted ? [{ ...plain, label: words.aborted, value: aborted.value, source: aborted.origin }] : []),
    ...(abortedNow ? [{ ...plain, label: words.grown, value: abortedNow.value, source: abortedNow.origin }] : []),
    ...states.flatMap(({ state, count: held, groups }): readonly Evidence[] => {
      const [first] = groups
      const peers = [...byName(groups, (one) => one.peer.address)]
        .map(([address, rows]) => ({ address, count: countOf(rows) }))
        .toSorted((a, b) => b.count - a.count)
      const label = say(words.state, {
        state,
        meaning: MEANINGS[state] ?? words.nothing,
        peers: peerList(view, peers, 3),
      })
      return first
        ? [{ label, value: held, unit: 'sockets', limit: null, source: first.origin, command: 'ss -tano' }]
        : []
    }),
    ...(last
      ? [
          {
            label: say(words.log, { text: last.text.slice(0, 120) }),
            value: log.length,
            unit: 'lines',
            limit: null,
            source: last.origin,
            command: 'dmesg -T | grep orphaned',
          },
        ]
      : []),
  ]
}

const isMostlyUnacknowledged = ({ states }: Orphans): boolean =>
  states[0] !== undefined && states[0].state !== 'FIN_WAIT2'

function remedies({ max }: Orphans): readonly Remedy[] {
  const verify = 'cat /proc/net/sockstat'
  return [
    {
      title: words.retriesTitle,
      action: 'sysctl -w net.ipv4.tcp_orphan_retries=3',
      language: 'sh',
      risk: words.retriesRisk,
      verify,
    },
    ...(max?.number != null
      ? [
          {
            title: words.raiseTitle,
            action: `sysctl -w ${KEY}=${2 * max.number}`,
            language: 'sh' as const,
            risk: words.raiseRisk,
            verify,
          },
        ]
      : []),
  ]
}
