import { isRecent, percent, periodOf } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { holderOf } from '../facts/owners.ts'
import { COOKIE_NAMES, type CookieCounts, type SynCookies, synCookies } from '../facts/syn-cookies.ts'
import { type SynQueues, synQueues } from '../facts/syn-queue.ts'
import {
  FLOOD_COOKIES,
  FLOOD_SOURCES,
  forgedInThePast,
  type Unfinished,
  unfinishedHandshakes,
} from '../facts/unfinished-handshakes.ts'
import type { Draft, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import {
  cookieEvidence,
  halfOpenEvidence,
  logEvidence,
  SYN_WORDS,
  settingEvidence,
  stayingEvidence,
} from './syn-evidence.ts'
import { cookieRemedies } from './syn-remedies.ts'

/** From so many cookies on that nobody returned, since boot: fewer are what scanners leave behind. */
const WORTH_TELLING = 1000

const words = {
  stays: {
    en: 'Port {port}: {count} handshakes from {sources} addresses stay half-open, while {completed} others were completed in the same {seconds} s: SYNs of senders that never answer{harm}',
    zh: '端口 {port}：来自 {sources} 个地址的 {count} 个握手一直停在半开，而同样的 {seconds} 秒内另有 {completed} 个握手完成：发送 SYN 的一方从不回应{harm}',
  },
  staysForged: {
    en: 'Port {port}: {count} handshakes from {sources} addresses stay half-open, and of {sent} SYN cookies only {share} came back: SYNs of senders that never answer{harm}',
    zh: '端口 {port}：来自 {sources} 个地址的 {count} 个握手停在半开，发出的 {sent} 个 SYN cookie 只有 {share} 得到回应：发送 SYN 的一方从不回应{harm}',
  },
  droppedToo: {
    en: '; SYN cookies are off, so honest clients are dropped with them',
    zh: '；SYN cookie 已关闭，正常客户端的 SYN 也会一起被丢弃',
  },
  noHarm: { en: '', zh: '' },
  past: {
    en: 'Of {sent} SYN cookies sent {period} only {share} came back: SYN queues were filled by senders that never answer, or whom no answer reached',
    zh: '{period}发出的 {sent} 个 SYN cookie 只有 {share} 得到回应：当时填满 SYN 队列的是从不回应、或者收不到应答的发送方',
  },
  returnPath: {
    en: 'Honest clients whose SYN-ACKs get lost on the way (a broken or asymmetric route) look alike from here. What decides: whether the addresses are real and yours to reach (ping, traceroute, their own capture), and how they spread.',
    zh: '从本机看，SYN-ACK 丢在路上的正常客户端（路由中断或不对称）与此相同。判断方法：这些地址是否真实、能否到达（ping、traceroute、在对方抓包），以及分布是否集中。',
  },
  whoUnknown: {
    en: 'Whose SYNs these were is not told by counters. While it lasts, ss -Htan state syn-recv shows the addresses.',
    zh: '计数器不说明这些 SYN 来自谁。发生时用 ss -Htan state syn-recv 可以看到地址。',
  },
  seeTitle: { en: 'See who sends them, by address', zh: '按地址查看是谁在发送' },
  seeRisk: { en: 'None: it only reads.', zh: '没有风险：只读操作。' },
  closeTitle: {
    en: 'Let in only the addresses that need to: for a Service of type LoadBalancer',
    zh: '只放行需要访问的地址：适用于 LoadBalancer 类型的 Service',
  },
  closeRisk: {
    en: 'Clients outside of these ranges are shut out; put in yours. Not every load balancer enforces it; kube-proxy does on the nodes. Undo: remove the field.',
    zh: '范围之外的客户端会被拒绝，请换成你自己的网段。并非所有负载均衡都会执行，但节点上的 kube-proxy 会。撤销：删除该字段。',
  },
  notBacklog: {
    en: 'A longer backlog or tcp_max_syn_backlog: a flood fills any length; cookies need none.',
    zh: '加长 backlog 或 tcp_max_syn_backlog：再长也会被填满；cookie 则不需要队列。',
  },
  notBan: {
    en: 'Banning the addresses one by one, or limits per address (hashlimit): where they are forged, the next SYN carries another.',
    zh: '逐个封禁这些地址，或按地址限速（hashlimit）：如果地址是伪造的，下一个 SYN 又会换一个。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'syn-flood',
  title: { en: 'SYNs that are never followed up fill the SYN queue', zh: '大量只发 SYN、从不完成的握手占满 SYN 队列' },
  severity: 'critical',
  scope: 'netns',
  needs: { unfinished: unfinishedHandshakes, queues: maybe(synQueues), cookies: maybe(synCookies) },
  words: { ...words, ...SYN_WORDS },
  page: {
    what: {
      en: 'A listener receives SYNs from many addresses, answers them, and nobody goes on: the handshakes stay in SYN_RECV until the kernel gives up, or, with SYN cookies, the cookies never come back. Other clients do complete theirs meanwhile. Forged source addresses look so, and so does a scan that never finishes its handshakes.',
      zh: '监听套接字收到来自许多地址的 SYN 并逐一应答，却没有一个继续：握手停在 SYN_RECV 直到内核放弃；启用 SYN cookie 时，则是 cookie 一个也不回来。与此同时，其他客户端的握手照常完成。伪造源地址的攻击、只发 SYN 的扫描都是这种样子。',
    },
    why: {
      en: 'Somebody sends SYNs under addresses that are not theirs, to a port that is reachable from where they are: a LoadBalancer or NodePort Service, a node with a public address. Each costs the listener a place for up to 63 s (tcp_synack_retries = 5). With tcp_syncookies = 1 the kernel does without a place once the queue is full, and honest clients get in; with 0 they are dropped.',
      zh: '有人以不属于自己的地址发送 SYN，而目标端口从那里可达：LoadBalancer 或 NodePort 类型的 Service、带公网地址的节点。每个 SYN 会占用一个位置，最长 63 秒（tcp_synack_retries = 5）。tcp_syncookies = 1 时，队列满后内核无须占位，正常客户端仍能进来；取值 0 时它们会被丢弃。',
    },
    confirm: {
      en: '`nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv` twice: sent grows, received does not. `ss -Htan state syn-recv` twice: the same rows, from many addresses. The log line "Possible SYN flooding" alone confirms nothing.',
      zh: '执行两次 `nstat -az TcpExtSyncookiesSent TcpExtSyncookiesRecv`：发出的在增长，收回的不增长。执行两次 `ss -Htan state syn-recv`：同样的行、来自许多地址。仅凭日志里的 “Possible SYN flooding” 说明不了问题。',
    },
    fix: {
      en: 'Keep SYN cookies on. Stop it where it comes in: the provider, the cloud load balancer, a firewall that completes handshakes in your stead (SYNPROXY). Close ports that need not be reachable from outside.',
      zh: '保持 SYN cookie 打开。在入口处拦截：运营商、云负载均衡，或代替你完成握手的防火墙（SYNPROXY）。关闭不需要对外开放的端口。',
    },
    notToConfuse: {
      en: '- Honest load on a short backlog: the log says "flooding" as well, but nearly every cookie comes back (`syn-queue-full`).\n- One or a few addresses: their answers get lost (`syn-recv-stuck`).\n- A busy server far away from its clients: many SYN_RECV, none of which stays for a second.\n- A full accept queue on an old kernel leaves handshakes half-open by itself.',
      zh: '- 正常负载遇上很短的 backlog：日志同样写 “flooding”，但几乎每个 cookie 都会回来（见 `syn-queue-full`）。\n- 只有一个或几个地址：是它们的应答丢了（见 `syn-recv-stuck`）。\n- 离客户端很远的繁忙服务器：SYN_RECV 很多，但没有一个停留一秒以上。\n- 旧内核上 accept 队列已满，也会让握手停在半开。',
    },
    sources: [
      'RFC 4987, TCP SYN Flooding Attacks and Common Mitigations',
      'Linux net/ipv4/syncookies.c: cookie_v4_check()',
      'Linux net/ipv4/inet_connection_sock.c: reqsk_timer_handler()',
      'Linux net/ipv4/tcp_input.c: tcp_syn_flood_action()',
    ],
  },
  thresholds: [
    {
      value: '20',
      reason: {
        en: 'addresses: fewer may be gateways or proxies of honest clients whose answers get lost',
        zh: '地址数：再少就可能是网关或代理，背后是应答丢失的正常客户端',
      },
    },
    {
      value: '1 s',
      reason: {
        en: 'between the readings: the first SYN-ACK is sent again after a second, an honest answer takes one round trip',
        zh: '两次读数的间隔：SYN-ACK 一秒后首次重发，正常的回应只需一个往返时间',
      },
    },
    {
      value: '10 %',
      reason: {
        en: 'of the cookies came back, at most: honest clients return nearly all. Likewise those that stay must be a tenth of those completed, since lines lose a few percent',
        zh: 'cookie 回应比例的上限：正常客户端几乎全部回应。同样，滞留的握手至少要有已完成的十分之一，因为线路本身会丢百分之几',
      },
    },
    {
      value: '100, 1000',
      reason: {
        en: 'cookies: fewer may be under way; since boot, fewer are what port scans leave behind',
        zh: 'cookie 数：再少可能只是还在路上；从开机算起，再少不过是端口扫描留下的',
      },
    },
  ],
  effects: [
    {
      rule: 'syn-queue-full',
      shared: 'netns',
      why: {
        en: 'Handshakes that nobody finishes hold their places in the SYN queue until the kernel gives up.',
        zh: '没有人完成的握手会一直占着 SYN 队列里的位置，直到内核放弃。',
      },
    },
  ],
  check({ unfinished, queues, cookies }, view) {
    const now = unfinished.filter((one) => one.as === 'flood').map((one) => nowDraft(view, one, queues, cookies))
    if (now.length > 0) return now
    const over = forgedInThePast(view)
    return over && over.sent.value >= WORTH_TELLING ? [pastDraft(view, over, queues, cookies)] : []
  },
})

function nowDraft(view: View, one: Unfinished, queues: SynQueues | null, cookies: SynCookies | null): Draft {
  const isDropping = (queues?.grown?.dropped?.value ?? 0) > 0 && isRecent(queues?.grown?.seconds ?? null)
  const process = one.listener ? (holderOf(view, one.listener)?.program ?? null) : null
  return {
    subject: {
      kind: 'listener',
      key: `port ${one.port}`,
      port: one.port,
      ...(one.listener ? { address: one.listener.local.address } : {}),
      ...(process === null ? {} : { process }),
    },
    severity: isDropping ? 'critical' : 'warning',
    confidence: one.confidence,
    when: 'now',
    summary: summaryOf(one, cookies, isDropping ? words.droppedToo : words.noHarm),
    evidence: [
      halfOpenEvidence(view, one),
      ...stayingEvidence(view, one),
      ...(cookies ? cookieEvidence(view, cookies) : []),
      ...(queues ? [...settingEvidence(view, queues), ...logEvidence(queues.log)] : []),
    ],
    remedies: remedies(view, one.port, queues),
    notHelpful: [words.notBacklog, words.notBan],
    unknowns: [words.returnPath],
  }
}

function summaryOf(one: Unfinished, cookies: SynCookies | null, harm: Text): Text {
  const { staying, completed, port } = one
  const counts: CookieCounts | null = cookies && (one.staying ? cookies.grown : cookies.total)
  const shown = {
    port: String(port),
    count: staying?.count ?? one.count,
    sources: staying?.sources.length ?? one.sources.length,
    harm,
  }
  if (counts && counts.sent.value >= FLOOD_COOKIES)
    return say(words.staysForged, {
      ...shown,
      sent: counts.sent.value,
      share: percent(counts.returned.value, counts.sent.value),
    })
  return say(words.stays, { ...shown, completed: completed ?? 0, seconds: Math.round(staying?.seconds ?? 0) })
}

/** A total: that it was, not that it is. */
function pastDraft(
  view: View,
  { sent, returned }: CookieCounts,
  queues: SynQueues | null,
  cookies: SynCookies | null,
): Draft {
  return {
    subject: { kind: 'counter', key: 'TcpExtSyncookiesSent' },
    severity: 'info',
    confidence: 'possible',
    when: 'past',
    summary: say(words.past, {
      sent: sent.value,
      period: periodOf(view),
      share: percent(returned.value, sent.value),
    }),
    evidence: [
      ...(cookies ? cookieEvidence(view, { ...cookies, grown: null }) : []),
      ...(queues ? [...settingEvidence(view, queues), ...logEvidence(queues.log)] : []),
    ],
    remedies: remedies(view, null, queues),
    notHelpful: [words.notBacklog],
    unknowns: [words.whoUnknown, words.returnPath],
  }
}

function remedies(view: View, port: number | null, queues: SynQueues | null): readonly Remedy[] {
  const verify = inNetns(view, `nstat -az ${COOKIE_NAMES}`)
  const at = port === null ? '' : ` 'sport = :${port}'`
  const see: Remedy = {
    title: words.seeTitle,
    action: inNetns(
      view,
      `ss -Htn state syn-recv${at} | awk '{print $4}' | sort | uniq -c | sort -rn | head -${FLOOD_SOURCES}`,
    ),
    language: 'sh',
    risk: words.seeRisk,
    verify: null,
  }
  const cookies = queues?.cookies?.number === 1 ? [] : cookieRemedies(view, verify)
  if (port === null) return [see, ...cookies]
  return [
    ...cookies,
    see,
    {
      title: words.closeTitle,
      action: 'spec:\n  loadBalancerSourceRanges:\n    - 203.0.113.0/24',
      language: 'yaml',
      risk: words.closeRisk,
      verify,
    },
  ]
}
