import { acceptQueues } from '../facts/accept-queues.ts'
import { bindingLimit } from '../facts/binding-limit.ts'
import { isRecent, percent, periodOf } from '../facts/counters.ts'
import type { HalfOpen } from '../facts/half-open.ts'
import { maybe, type View } from '../facts/need.ts'
import { holderOf } from '../facts/owners.ts'
import { type SynCookies, synCookies } from '../facts/syn-cookies.ts'
import {
  atTheirLimit,
  FULL_COOKIES,
  FULL_DROP,
  lackingLastQuarter,
  lastQuarter,
  MAX_SYN_BACKLOG,
  type SynQueues,
  synQueues,
} from '../facts/syn-queue.ts'
import type { Draft, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { backlogRemedies, LIMIT_WORDS } from './backlog-remedies.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { cookieEvidence, halfOpenEvidence, logEvidence, SYN_WORDS, settingEvidence } from './syn-evidence.ts'
import { cookieRemedies } from './syn-remedies.ts'

const NAMES = `${FULL_DROP} ${FULL_COOKIES} TcpExtListenDrops TcpPassiveOpens`

/** One dropped SYN a second, or one to a hundred connections let in, is felt: each costs its client a second or more. */
const CRITICAL_PER_SECOND = 1
const HURT_SHARE = 0.01
/** Fewer than this since boot are one burst, whatever the share. */
const HURT_AT_LEAST = 100
/** Without PassiveOpens to hold it against: more than bursts at restarts leave behind. */
const HURT_COUNT = 10_000
/** Honest clients return nearly every cookie; where half of them came back, it was not forged addresses that filled the queue. */
const HONEST_SHARE = 0.5

const words = {
  nothing: { en: '', zh: '' },
  at: { en: ' of port {ports}', zh: '（端口 {ports}）' },
  dropsNow: {
    en: 'The SYN queue{at} is full and SYN cookies are off: {count} SYNs dropped within {seconds} s; clients hang in SYN_SENT',
    zh: 'SYN 队列{at}已满且 SYN cookie 关闭：{seconds} 秒内丢弃了 {count} 个 SYN，客户端停在 SYN_SENT',
  },
  dropsBetween: {
    en: 'Between the two readings the SYN queue{at} was full and SYN cookies were off: {count} SYNs were dropped',
    zh: '两次读数之间，SYN 队列{at}已满且 SYN cookie 关闭：丢弃了 {count} 个 SYN',
  },
  dropped: {
    en: '{count} SYNs were dropped {period} because a SYN queue{at} was full and SYN cookies were off{against}',
    zh: '{period}，因 SYN 队列{at}已满且 SYN cookie 关闭，共丢弃 {count} 个 SYN{against}',
  },
  against: {
    en: ', against {passive} connections that were let in',
    zh: '，同期成功建立的连接为 {passive} 条',
  },
  standing: {
    en: 'The SYN queue of port {port} holds {count} half-open handshakes, as many as its limit of {max} allows, and SYN cookies are off: further SYNs are dropped',
    zh: '端口 {port} 的 SYN 队列里有 {count} 个半开握手，已达上限 {max}，且 SYN cookie 关闭：后来的 SYN 会被丢弃',
  },
  quarter: {
    en: 'Port {port} holds {count} half-open handshakes; with SYN cookies off and tcp_max_syn_backlog = {max} no more than {most} of new clients are let in: {drops} packets of handshakes were dropped{since}',
    zh: '端口 {port} 有 {count} 个半开握手；SYN cookie 关闭且 tcp_max_syn_backlog = {max} 时，新客户端最多只能占 {most} 个：{since}已丢弃 {drops} 个握手报文',
  },
  sinceBetween: { en: ' between the two readings', zh: '两次读数之间' },
  sincePeriod: { en: ' {period}', zh: '{period}' },
  cookies: {
    en: '{count} SYNs met a full SYN queue{at} {period}; SYN cookies answered them, so nothing was lost{honest}',
    zh: '{period}，有 {count} 个 SYN 遇到已满的 SYN 队列{at}；都由 SYN cookie 应答，没有丢弃{honest}',
  },
  cookiesStanding: {
    en: 'The SYN queue of port {port} holds {count} half-open handshakes, as many as its limit of {max} allows; SYN cookies answer further SYNs, so nothing is lost',
    zh: '端口 {port} 的 SYN 队列里有 {count} 个半开握手，已达上限 {max}；后来的 SYN 由 SYN cookie 应答，没有丢弃',
  },
  honest: {
    en: '. {share} of the cookies came back: honest clients, and a backlog that is too small for their bursts; no attack',
    zh: '。{share} 的 cookie 得到了回应：是正常客户端，只是 backlog 装不下突发；并非攻击',
  },
  logDropped: {
    en: "The kernel's log says that the SYN queue of port {port} was full and that SYNs were dropped; it says so once per listener, not how often",
    zh: '内核日志显示端口 {port} 的 SYN 队列曾经满过并丢弃了 SYN；每个监听套接字只记录一次，看不出发生过多少次',
  },
  logCookies: {
    en: 'The kernel\'s log says that the SYN queue of port {port} was full; SYN cookies answered. The line says "flooding", a short backlog under honest load gives the same',
    zh: '内核日志显示端口 {port} 的 SYN 队列曾经满过，由 SYN cookie 应答。日志里写的是 “flooding”，但正常负载遇上很短的 backlog 也会出现这一行',
  },
  droppedLabel: {
    en: 'SYNs dropped at a full SYN queue (TCPReqQFullDrop)',
    zh: '因 SYN 队列已满而丢弃的 SYN（TCPReqQFullDrop）',
  },
  grownLabel: { en: 'the same, between the readings', zh: '其中两次读数之间的增量' },
  answeredLabel: {
    en: 'SYNs that met a full SYN queue and got a cookie (TCPReqQFullDoCookies)',
    zh: '遇到 SYN 队列已满、以 cookie 应答的 SYN（TCPReqQFullDoCookies）',
  },
  otherLabel: {
    en: 'drops at listeners that no other counter accounts for',
    zh: '监听套接字的丢弃中，没有其他计数器能说明原因的数目',
  },
  passiveLabel: { en: 'connections let in (PassiveOpens)', zh: '成功建立的被动连接数（PassiveOpens）' },
  whyFull: {
    en: 'Why handshakes stay half-open is not told by this: a burst of honest clients (they come and go), SYN-ACKs that do not arrive (`syn-recv-stuck`), or a flood (`syn-flood`). ss -tan state syn-recv twice, two seconds apart, shows which: how many addresses, and whether the same rows stay.',
    zh: '仅凭这些看不出握手为什么停在半开：可能是正常客户端的突发（来了又走），可能是 SYN-ACK 到不了对方（`syn-recv-stuck`），也可能是攻击（`syn-flood`）。隔两秒执行两次 ss -tan state syn-recv 就能区分：来自多少个地址、是否总是同样的行。',
  },
  cookieMode: {
    en: 'net.ipv4.tcp_syncookies was not captured: with 2 every SYN gets a cookie and is counted here, full queue or not.',
    zh: '没有采集到 net.ipv4.tcp_syncookies：取值为 2 时，每个 SYN 都会得到 cookie 并计入这里，与队列是否已满无关。',
  },
  notSynBacklog: {
    en: 'net.ipv4.tcp_max_syn_backlog: since Linux 4.4 the length of this queue is the limit of the accept queue (backlog, somaxconn); the sysctl only reserves a quarter while cookies are off.',
    zh: '调大 net.ipv4.tcp_max_syn_backlog：Linux 4.4 起，SYN 队列的长度取自 accept 队列的上限（backlog、somaxconn）；该参数只在 cookie 关闭时用来预留四分之一。',
  },
  notBacklog: {
    en: 'A longer backlog or somaxconn: here tcp_max_syn_backlog is the smaller number.',
    zh: '加长 backlog 或 somaxconn：这里更小的是 tcp_max_syn_backlog。',
  },
  notRetries: {
    en: 'Fewer net.ipv4.tcp_synack_retries: a full queue already cuts them; clients with a slow or lossy line lose their handshake.',
    zh: '调小 net.ipv4.tcp_synack_retries：队列紧张时内核已经会自动减少重试；再调小只会让线路慢或丢包的客户端握手失败。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'syn-queue-full',
  title: { en: 'SYN queue is full', zh: 'SYN 队列已满' },
  severity: 'critical',
  scope: 'netns',
  needs: { queues: synQueues, cookies: maybe(synCookies), accept: maybe(acceptQueues) },
  words: { ...words, ...SYN_WORDS, ...LIMIT_WORDS },
  page: {
    what: {
      en: 'A listener keeps two queues. The SYN queue holds handshakes that were answered and wait for their last ACK (SYN_RECV); the accept queue holds those that are finished. When the SYN queue is full, the kernel answers further SYNs with a SYN cookie (tcp_syncookies = 1, the default) and loses nothing, or, with 0, drops them without a word.',
      zh: '每个监听套接字有两个队列。SYN 队列存放已应答、正在等最后一个 ACK 的握手（SYN_RECV）；accept 队列存放已完成的连接。SYN 队列满了之后，内核要么用 SYN cookie 应答后来的 SYN（tcp_syncookies = 1，默认值），什么也不丢；要么（取值 0）直接静默丢弃。',
    },
    why: {
      en: '- more handshakes are under way at once than the limit, which since Linux 4.4 is that of the accept queue: min(backlog, somaxconn) at listen()\n- SYN cookies were turned off, and tcp_max_syn_backlog is small: new clients then get three quarters of it\n- clients do not finish: their SYN-ACKs get lost (`syn-recv-stuck`), or nobody stands behind the addresses (`syn-flood`)\n\nUp to Linux 4.3 both numbers counted: the smaller of backlog and tcp_max_syn_backlog, plus one, rounded up to a power of two.',
      zh: '- 同时进行中的握手超过上限；Linux 4.4 起，这个上限就是 accept 队列的上限，即 listen() 时的 min(backlog, somaxconn)\n- SYN cookie 被关闭，而 tcp_max_syn_backlog 又小：新客户端只能占用其中的四分之三\n- 客户端不完成握手：SYN-ACK 丢在路上（`syn-recv-stuck`），或者源地址背后根本没有人（`syn-flood`）\n\nLinux 4.3 及以前两个值都起作用：取 backlog 与 tcp_max_syn_backlog 中较小者，加一后向上取 2 的幂。',
    },
    confirm: {
      en: '`nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies` twice: the first one growing means lost SYNs, the second one cookies. `ss -Htan state syn-recv` counts what stands in the queue; hold it against Send-Q of the listener in `ss -ltn`. `sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog` in the same namespace.',
      zh: '执行两次 `nstat -az TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies`：前者增长说明在丢 SYN，后者增长说明在发 cookie。用 `ss -Htan state syn-recv` 数一数队列里有多少，与 `ss -ltn` 中该监听行的 Send-Q 对照。再在同一网络命名空间查看 `sysctl net.ipv4.tcp_syncookies net.ipv4.tcp_max_syn_backlog`。',
    },
    fix: {
      en: 'Turn SYN cookies on: it works at once and costs nothing while the queue has room. Then raise the number that binds for honest bursts, and have the program listen() again.',
      zh: '打开 SYN cookie：立即生效，队列没满时没有任何代价。如果是正常的突发，再调大真正起作用的那个值，并让程序重新 listen()。',
    },
    notToConfuse: {
      en: '- A full accept queue: ListenOverflows grows, and cookies do not help.\n- tcp_syncookies = 2 raises TCPReqQFullDoCookies with every SYN.\n- "Possible SYN flooding on port N" in the log is printed once per listener whenever this queue is full: an attack or just a backlog of 5.\n- Many SYN_RECV on a busy server: fine as long as they come and go below the limit.',
      zh: '- accept 队列已满：增长的是 ListenOverflows，cookie 也帮不上忙。\n- tcp_syncookies = 2 时，每个 SYN 都会使 TCPReqQFullDoCookies 加一。\n- 日志里的 “Possible SYN flooding on port N”：只要这个队列满过，每个监听套接字就会打印一次；可能是攻击，也可能只是 backlog 为 5。\n- 繁忙服务器上有许多 SYN_RECV：只要来来去去、低于上限，就没有问题。',
    },
    sources: [
      'Linux net/ipv4/tcp_input.c: tcp_conn_request(), tcp_syn_flood_action()',
      'Linux include/net/inet_connection_sock.h: inet_csk_reqsk_queue_is_full()',
      'Linux commit ef547f2ac16b, "tcp: remove max_qlen_log" (4.4)',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_syncookies, tcp_max_syn_backlog, tcp_synack_retries',
    ],
  },
  thresholds: [
    {
      value: 'SYN_RECV ≥ Send-Q',
      reason: {
        en: 'the kernel calls the queue full at the limit of the accept queue; since 2025 (carried to long-term series) at one more',
        zh: '达到 accept 队列的上限时内核即视为已满；2025 年起（已合入各长期维护版本）为上限 + 1',
      },
    },
    {
      value: 'max − max/4 + 1',
      reason: {
        en: 'with cookies off the last quarter of tcp_max_syn_backlog is kept for addresses that connected before',
        zh: 'cookie 关闭时，tcp_max_syn_backlog 的最后四分之一留给曾经连接成功过的地址',
      },
    },
    {
      value: '1 /s, 1 %',
      reason: {
        en: 'a dropped SYN costs its client a second at least; one in a hundred connections is noticed by people',
        zh: '每丢一个 SYN，客户端至少多等一秒；百分之一的连接受影响就会被察觉',
      },
    },
    {
      value: '100, 10 000',
      reason: {
        en: 'SYNs lost since boot below which it was a single burst; the larger number where PassiveOpens is not there to compare',
        zh: '开机以来丢失的 SYN 少于此数只算一次突发；没有 PassiveOpens 可比时用较大的数',
      },
    },
    {
      value: '50 %',
      reason: {
        en: 'cookies that came back: forged addresses return none, honest clients nearly all',
        zh: '得到回应的 cookie 比例：伪造的地址一个也不会回应，正常客户端几乎全部回应',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-unanswered',
      shared: 'port',
      why: {
        en: 'A SYN that meets the full queue without cookies gets no answer.',
        zh: 'cookie 关闭时，遇到已满队列的 SYN 得不到应答。',
      },
    },
  ],
  check({ queues, cookies, accept }, view) {
    const fullPorts = new Set((accept ?? []).filter((one) => one.full).map((one) => one.listener.local.port))
    const found =
      drops(queues, view) ??
      quarter(queues, view) ??
      standing(queues, view) ??
      answered(queues, cookies, view) ??
      fromLog(queues, fullPorts, view)
    if (!found) return []
    const { draft, at, short } = found
    const only = at.length === 1 ? at[0] : undefined
    return [
      {
        subject: {
          kind: 'counter',
          key: short === 'tcp_max_syn_backlog' ? MAX_SYN_BACKLOG : draft.severity === 'info' ? FULL_COOKIES : FULL_DROP,
          ...(only ? { port: only.port } : {}),
        },
        ...draft,
        evidence: [
          ...draft.evidence,
          ...at.map((one) => halfOpenEvidence(view, one)),
          ...(cookies ? cookieEvidence(view, cookies) : []),
          ...settingEvidence(view, queues),
          ...logEvidence(queues.log),
        ],
        remedies: remedies(view, queues, only ?? null, short),
        notHelpful: [short === 'backlog' ? words.notSynBacklog : words.notBacklog, words.notRetries],
      },
    ]
  },
})

interface Judged {
  readonly draft: Omit<Draft, 'subject' | 'remedies' | 'notHelpful'>
  readonly at: readonly HalfOpen[]
  /** Which number was too small. */
  readonly short: 'backlog' | 'tcp_max_syn_backlog'
}

/** Lost for certain: the kernel's own count. */
function drops(queues: SynQueues, view: View): Judged | null {
  const { total, grown } = queues
  const at = atTheirLimit(queues)
  const base = { at, short: 'backlog' } as const
  const port = portsOf(at)
  if (grown?.dropped && grown.dropped.value > 0) {
    const { seconds, passive } = grown
    const { value } = grown.dropped
    const isNow = isRecent(seconds)
    const felt =
      (seconds !== null && value / seconds >= CRITICAL_PER_SECOND) ||
      (passive !== null && value > HURT_SHARE * passive.value)
    return {
      ...base,
      draft: {
        severity: isNow && felt ? 'critical' : 'warning',
        confidence: grown.sameBoot ? 'certain' : 'likely',
        when: isNow ? 'now' : 'past',
        summary:
          isNow && seconds !== null
            ? say(words.dropsNow, { at: port, count: value, seconds: Math.round(seconds) })
            : say(words.dropsBetween, { at: port, count: value }),
        evidence: [
          counterEvidence(view, NAMES, words.grownLabel, grown.dropped, { limit: passive?.value ?? null }),
          ...optionalEvidence(view, NAMES, words.droppedLabel, total.dropped),
        ],
        unknowns: [words.whyFull],
      },
    }
  }
  if (total.dropped === null || total.dropped.value === 0) return null
  const { value } = total.dropped
  const passive = total.passive
  const hurt = passive ? value >= HURT_AT_LEAST && value > HURT_SHARE * passive.value : value >= HURT_COUNT
  const against = passive ? say(words.against, { passive: passive.value }) : words.nothing
  return {
    ...base,
    draft: {
      severity: hurt ? 'warning' : 'info',
      confidence: 'certain',
      when: 'past',
      summary: say(words.dropped, { count: value, period: periodOf(view), at: port, against }),
      evidence: [
        counterEvidence(view, NAMES, words.droppedLabel, total.dropped, { limit: passive?.value ?? null }),
        ...optionalEvidence(view, NAMES, words.passiveLabel, passive),
        ...optionalEvidence(view, NAMES, words.grownLabel, grown?.dropped ?? null),
      ],
      unknowns: [words.whyFull],
    },
  }
}

/** No counter of its own: what stands in the queue, together with drops that nothing else accounts for. */
function quarter(queues: SynQueues, view: View): Judged | null {
  const at = lackingLastQuarter(queues, view)
  const { grown, total, maxSynBacklog } = queues
  const lost = grown ? grown.otherDrops : total.otherDrops
  if (!at || !lost || maxSynBacklog?.number == null) return null
  const since = grown ? words.sinceBetween : say(words.sincePeriod, { period: periodOf(view) })
  const fillings = {
    port: String(at.port),
    count: at.count,
    max: maxSynBacklog.number,
    most: lastQuarter(maxSynBacklog.number),
    drops: lost.value,
    since,
  }
  return {
    at: [at],
    short: 'tcp_max_syn_backlog',
    draft: {
      severity: grown ? 'critical' : 'warning',
      confidence: 'likely',
      when: 'now',
      summary: say(words.quarter, fillings),
      evidence: [counterEvidence(view, NAMES, words.otherLabel, lost)],
      unknowns: [words.whyFull],
    },
  }
}

/** As many as fit, and cookies known to be off; whether a SYN came meanwhile is not told. */
function standing({ cookies, ...queues }: SynQueues, view: View): Judged | null {
  const [at] = atTheirLimit({ cookies, ...queues })
  if (!at || cookies?.number !== 0 || queues.total.dropped !== null) return null
  return {
    at: [at],
    short: 'backlog',
    draft: {
      severity: 'warning',
      confidence: 'likely',
      when: 'now',
      summary: say(words.standing, { port: String(at.port), count: at.count, max: at.limit ?? 0 }),
      evidence: [],
      unknowns: [words.whyFull, say(SYN_WORDS.countersMissing, { command: inNetns(view, `nstat -az ${NAMES}`) })],
    },
  }
}

/** Full, and answered with cookies: nothing is lost. With tcp_syncookies = 2 the counter tells nothing of the queue. */
function answered(queues: SynQueues, cookies: SynCookies | null, view: View): Judged | null {
  const { total } = queues
  const at = atTheirLimit(queues)
  const base = { severity: 'info', unknowns: [words.whyFull] } as const
  const mode = queues.cookies?.number ?? null
  if (total.answered !== null && total.answered.value > 0 && mode !== 2) {
    const share = cookies?.total.share ?? null
    const honest =
      share !== null && share >= HONEST_SHARE && cookies
        ? say(words.honest, { share: percent(cookies.total.returned.value, cookies.total.sent.value) })
        : words.nothing
    return {
      at,
      short: 'backlog',
      draft: {
        ...base,
        confidence: mode === null ? 'likely' : 'certain',
        when: (queues.grown?.answered?.value ?? 0) > 0 && isRecent(queues.grown?.seconds ?? null) ? 'now' : 'past',
        summary: say(words.cookies, { at: portsOf(at), count: total.answered.value, period: periodOf(view), honest }),
        evidence: [counterEvidence(view, NAMES, words.answeredLabel, total.answered)],
        unknowns: [...(honest === words.nothing ? [words.whyFull] : []), ...(mode === null ? [words.cookieMode] : [])],
      },
    }
  }
  const [first] = at
  if (!first || mode !== 1 || total.answered !== null) return null
  return {
    at: [first],
    short: 'backlog',
    draft: {
      ...base,
      confidence: 'likely',
      when: 'now',
      summary: say(words.cookiesStanding, { port: String(first.port), count: first.count, max: first.limit ?? 0 }),
      evidence: [],
    },
  }
}

/** Where the counters were not captured. Where they were and stand at 0, the line is about another namespace, or an earlier boot. */
function fromLog({ log, total, ...rest }: SynQueues, fullPorts: ReadonlySet<number>, view: View): Judged | null {
  const dropping = log.find((one) => one.answer === 'dropping')
  const line = dropping ?? log[0]
  if (!line || line.port === null || (total.dropped !== null && total.answered !== null)) return null
  // Before Linux 4.10 a full accept queue fills this one in turn; that is told by its own rule, and cookies lose nothing.
  if (!dropping && fullPorts.has(line.port)) return null
  const at = atTheirLimit({ log, total, ...rest }).filter((one) => one.port === line.port)
  return {
    at,
    short: 'backlog',
    draft: {
      severity: dropping ? 'warning' : 'info',
      confidence: 'likely',
      when: 'past',
      summary: say(dropping ? words.logDropped : words.logCookies, { port: String(line.port) }),
      evidence: [],
      unknowns: [words.whyFull, say(SYN_WORDS.countersMissing, { command: inNetns(view, `nstat -az ${NAMES}`) })],
    },
  }
}

const portsOf = (at: readonly HalfOpen[]): Text =>
  at.length === 0 ? words.nothing : say(words.at, { ports: formatList(at.map((one) => plain(String(one.port)).en)) })

/** They are on by the setting, or, where it was not captured, because they were sent and nothing was dropped for want of them. */
function sendsCookies({ cookies, total, log }: SynQueues): boolean {
  const mode = cookies?.number ?? null
  if (mode !== null) return mode !== 0
  const sent = (total.answered?.value ?? 0) > 0 || log.some(({ answer }) => answer === 'cookies')
  return sent && (total.dropped?.value ?? 0) === 0
}

function remedies(view: View, queues: SynQueues, at: HalfOpen | null, short: Judged['short']): readonly Remedy[] {
  const verify = inNetns(view, `nstat -az ${NAMES}`)
  const cookies = sendsCookies(queues) ? [] : cookieRemedies(view, verify)
  if (short === 'tcp_max_syn_backlog' || !at?.listener || at.limit === null) return cookies
  const program = holderOf(view, at.listener)?.program ?? null
  const binding = bindingLimit(view, program, at.limit)
  return [...cookies, ...backlogRemedies(view, program, at.limit, binding, at.listener.local)]
}
