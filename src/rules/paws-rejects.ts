import { connectionsIn } from '../facts/connections.ts'
import { isRecent, periodOf } from '../facts/counters.ts'
import { maybe, type View } from '../facts/need.ts'
import { PAWS_NAMES, type Paws, type PawsCounts, paws } from '../facts/paws.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns, optionalEvidence } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** One rejected SYN in a hundred connections is noticed: its client waits a second for the next one. */
const HURT_SHARE = 0.01
/** Where SYNs are not counted apart: to a tenth of the connections let in, late packets do not come. */
const HEAVY_SHARE = 0.1
/** Fewer since boot are packets that were overtaken somewhere. */
const HURT_AT_LEAST = 100
/** Rejected segments a second at which a connection, not a packet, is in trouble. */
const NOW_PER_SECOND = 1
/** One segment that is sent again and again while the readings are taken stays below this. */
const NOW_AT_LEAST = 5

const words = {
  syns: {
    en: '{count} SYNs {period} met a connection of the same address and port in TIME_WAIT and carried an older timestamp{against}: clients behind NAT that reuse ports; each waits a second or more',
    zh: '{period}，有 {count} 个 SYN 遇到地址和端口相同、仍在 TIME_WAIT 的旧连接，而时间戳更旧{against}：多半是 NAT 之后重用端口的客户端，每次至少多等一秒',
  },
  synsNow: {
    en: 'Between the two readings {count} SYNs met a connection of the same address and port in TIME_WAIT and carried an older timestamp{against}: clients behind NAT that reuse ports; each waits a second or more',
    zh: '两次读数之间，有 {count} 个 SYN 遇到地址和端口相同、仍在 TIME_WAIT 的旧连接，而时间戳更旧{against}：多半是 NAT 之后重用端口的客户端，每次至少多等一秒',
  },
  mixed: {
    en: '{count} segments were rejected {period} for an older timestamp{against}; this kernel counts SYNs at TIME_WAIT among them',
    zh: '{period}，有 {count} 个报文段因时间戳更旧被拒绝{against}；这个内核把 TIME_WAIT 上的 SYN 也算在内',
  },
  mixedNow: {
    en: 'Between the two readings {count} segments were rejected for an older timestamp{against}',
    zh: '两次读数之间，有 {count} 个报文段因时间戳更旧被拒绝{against}',
  },
  answers: {
    en: '{count} answers to connection attempts of this side were rejected {period}: they echo a timestamp that was never sent, so something between rewrites timestamps or answers for another connection',
    zh: '{period}，本端发起的连接有 {count} 个应答被拒绝：其中回显的时间戳本端从未发过，说明中间有设备改写了时间戳，或应答属于另一条连接',
  },
  answersNow: {
    en: 'Between the two readings {count} answers to connection attempts of this side were rejected: they echo a timestamp that was never sent, so something between rewrites timestamps or answers for another connection',
    zh: '两次读数之间，本端发起的连接有 {count} 个应答被拒绝：其中回显的时间戳本端从未发过，说明中间有设备改写了时间戳，或应答属于另一条连接',
  },
  against: { en: ', against {opens} connections let in', zh: '，同期成功建立的被动连接为 {opens} 条' },
  nothing: { en: '', zh: '' },
  established: {
    en: 'segments rejected for an older timestamp (PAWSEstab)',
    zh: '因时间戳更旧被拒绝的报文段（PAWSEstab）',
  },
  timeWait: {
    en: 'SYNs at TIME_WAIT rejected for it (PAWSTimewait)',
    zh: 'TIME_WAIT 上因此被拒绝的 SYN（PAWSTimewait）',
  },
  active: { en: 'answers rejected at this client (PAWSActive)', zh: '本端作为客户端拒绝的应答（PAWSActive）' },
  echo: {
    en: 'ACKs of handshakes that echo a timestamp never sent (TSEcrRejected)',
    zh: '握手 ACK 中回显了从未发过的时间戳（TSEcrRejected）',
  },
  oldAck: { en: 'overtaken ACKs, harmless (PAWSOldAck)', zh: '被后来者超过的 ACK，无害（PAWSOldAck）' },
  grown: { en: 'of these between the readings', zh: '其中两次读数之间的增量' },
  share: {
    en: 'connections in TIME_WAIT now, of {peers} addresses',
    zh: '目前处于 TIME_WAIT 的连接，来自 {peers} 个地址',
  },
  which: {
    en: 'Which address it is: tcpdump -nn "tcp[tcpflags] & tcp-syn != 0" shows SYNs that are answered by a bare ACK, and a reset behind it; ss -tan state time-wait counts the old connections by peer.',
    zh: '要知道是哪个地址：tcpdump -nn "tcp[tcpflags] & tcp-syn != 0" 会看到 SYN 得到的是单独的 ACK，随后是 RST；ss -tan state time-wait 可按对端统计旧连接。',
  },
  mixedOpen: {
    en: 'Whether these are SYNs (clients wait) or late packets of open connections (mostly harmless) is not told apart by PAWSEstab before PAWSTimewait was split off.',
    zh: '在 PAWSTimewait 单列之前，PAWSEstab 分不清这些是 SYN（客户端要等待）还是已建立连接上迟到的报文（大多无害）。',
  },
  natTitle: {
    en: 'On the machine that does the NAT: find rules that do not choose ports at random; add --random-fully to them, or more addresses',
    zh: '在做 NAT 的机器上：找出没有随机选择端口的规则，为其加上 --random-fully，或增加地址',
  },
  countTitle: { en: 'See which addresses the old connections belong to', zh: '查看旧连接属于哪些地址' },
  readsOnly: { en: 'None: it only reads.', zh: '没有风险：只读操作。' },
  notRecycle: {
    en: 'tcp_tw_recycle to be rid of TIME_WAIT: it applies this very check to whole addresses, and turns clients behind NAT away for good.',
    zh: '用 tcp_tw_recycle 消除 TIME_WAIT：它恰恰是把同样的检查扩大到整个地址，NAT 之后的客户端会彻底连不上。',
  },
  notTimestamps: {
    en: 'net.ipv4.tcp_timestamps=0: the check goes, and with it the protection of long, fast connections and exact round trip times.',
    zh: '设置 net.ipv4.tcp_timestamps=0：检查是没了，但高速长连接的序号保护和精确的往返时间也一起没了。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'paws-rejects',
  title: { en: 'Segments rejected for their timestamp', zh: '报文段因时间戳被拒绝' },
  severity: 'warning',
  scope: 'netns',
  needs: { paws, timeWait: maybe(connectionsIn('TIME_WAIT')) },
  words,
  page: {
    what: {
      en: 'PAWS (RFC 7323) rejects a segment whose TCP timestamp is older than the last one of the same connection. A few come with packets that overtake each other. Many mean that one address and port is used by two clocks: by two hosts behind one NAT, one after the other, while this side still keeps the first connection in TIME_WAIT.',
      zh: 'PAWS（RFC 7323）会拒绝时间戳早于同一连接上一个报文段的报文段。报文乱序时会有零星几个。如果很多，说明同一个地址和端口上出现了两个时钟：NAT 之后的两台主机先后用了同一个端口，而本端还把前一条连接留在 TIME_WAIT。',
    },
    why: {
      en: "The server closes first, so it keeps TIME_WAIT for 60 s; a NAT with few addresses or a small port range gives the same port to another client within that time. Its SYN is answered with an ACK for the old connection, the client resets that, and its next SYN, a second later, gets through. On the client's side (PAWSActive): a proxy or load balancer that answers with timestamps of its own.",
      zh: '服务端先关闭连接，于是保留 60 秒的 TIME_WAIT；而地址少、端口范围小的 NAT 在这段时间内把同一个端口给了另一个客户端。它的 SYN 得到的是旧连接的 ACK，客户端回一个 RST，一秒后的下一个 SYN 才能成功。在客户端一侧（PAWSActive）：则是代理或负载均衡用了自己的时间戳来应答。',
    },
    confirm: {
      en: '`nstat -az TcpExtPAWSEstab TcpExtPAWSTimewait TcpExtPAWSActive` twice. In netstat -s: "packets rejected in established connections because of timestamp". A connect that takes just over a second, now and then, from clients behind one address, fits.',
      zh: '执行两次 `nstat -az TcpExtPAWSEstab TcpExtPAWSTimewait TcpExtPAWSActive`。netstat -s 中对应 “packets rejected in established connections because of timestamp”。如果同一地址后的客户端时不时要一秒多才能连上，就对上了。',
    },
    fix: {
      en: 'Let the NAT choose ports at random from the full range, or give it more addresses; keep connections open instead of one per request; let the client close first, so that TIME_WAIT stays on its side.',
      zh: '让 NAT 在完整端口范围内随机选端口，或者给它更多地址；保持长连接，不要每个请求新建一条；让客户端先关闭，TIME_WAIT 就留在客户端一侧。',
    },
    notToConfuse: {
      en: '- PAWSPassive, "passive connections rejected because of time stamp": that is tcp_tw_recycle (`tw-recycle-nat`), gone in Linux 4.12.\n- PAWSOldAck: bare ACKs that were overtaken; no harm.\n- TCPACKSkippedPAWS: answers to such segments that were held back, no rejections of their own.\n- A few since boot: every network reorders packets at times.',
      zh: '- PAWSPassive，即 “passive connections rejected because of time stamp”：那是 tcp_tw_recycle（见 `tw-recycle-nat`），Linux 4.12 已移除。\n- PAWSOldAck：被后来者超过的纯 ACK，无害。\n- TCPACKSkippedPAWS：对这类报文段的应答被限速省略，本身不是拒绝。\n- 开机以来零星几个：任何网络都会偶尔乱序。',
    },
    sources: [
      'RFC 7323, section 5: PAWS; RFC 6191: Reducing the TIME-WAIT State Using TCP Timestamps',
      'Linux net/ipv4/tcp_minisocks.c: tcp_timewait_state_process()',
      'Linux net/ipv4/tcp_input.c: tcp_validate_incoming(), tcp_rcv_synsent_state_process()',
    ],
  },
  thresholds: [
    {
      value: '1 %',
      reason: {
        en: 'of the connections let in: each rejected SYN costs its client a second, one in a hundred is noticed',
        zh: '占成功建立连接的比例：每拒绝一个 SYN 客户端多等一秒，百分之一就会被察觉',
      },
    },
    {
      value: '10 %',
      reason: {
        en: 'likewise, where the kernel does not count SYNs apart: packets that overtake each other never make up so much',
        zh: '内核未单独统计 SYN 时的同一比例：单靠乱序达不到这么多',
      },
    },
    {
      value: '100',
      reason: {
        en: 'since boot: fewer come from packets that overtook each other',
        zh: '开机以来的次数：再少就只是报文乱序',
      },
    },
    {
      value: '1 /s, 5',
      reason: {
        en: 'between two readings: more than a single connection that tries again and again',
        zh: '两次读数之间：多于单个连接反复重试所能造成的次数',
      },
    },
  ],
  effects: [],
  check({ paws: read, timeWait }, view) {
    const judged = judge(read, view)
    if (!judged) return []
    const peers = new Set((timeWait?.groups ?? []).map((one) => one.peer.address)).size
    const [first] = timeWait?.groups ?? []
    return [
      {
        subject: { kind: 'counter', key: 'PAWS' },
        ...judged,
        evidence: [
          ...evidenceOf(view, read),
          ...(timeWait && first
            ? [
                {
                  label: say(words.share, { peers }),
                  value: timeWait.seen,
                  unit: 'connections',
                  limit: null,
                  source: first.origin,
                  command: inNetns(view, 'ss -Htan state time-wait'),
                },
              ]
            : []),
        ],
        remedies: remedies(view),
        notHelpful: [words.notRecycle, words.notTimestamps],
      },
    ]
  },
})

type Judged = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary' | 'unknowns'>

function judge({ total, grown }: Paws, view: View): Judged | null {
  const isNow = grown !== null && isRecent(grown.seconds)
  return (
    (isNow && grown
      ? judgeCounts(grown, view, { isNow: true, seconds: grown.seconds, sameBoot: grown.sameBoot })
      : null) ?? judgeCounts(total, view, { isNow: false, seconds: null, sameBoot: true })
  )
}

interface Span {
  readonly isNow: boolean
  readonly seconds: number | null
  readonly sameBoot: boolean
}

/** SYNs that clients wait for first, then answers to our own, then what cannot be told apart. */
function judgeCounts(counts: PawsCounts, view: View, { isNow, seconds, sameBoot }: Span): Judged | null {
  const when = isNow ? 'now' : 'past'
  const period = periodOf(view)
  const opens = counts.passiveOpens?.value ?? null
  const against = opens === null ? words.nothing : say(words.against, { opens })
  const isMuch = (value: number, base: number | null) => {
    const isLarge = base !== null && value > HURT_SHARE * base
    if (!isNow) return value >= HURT_AT_LEAST && isLarge
    return value >= NOW_AT_LEAST && (isLarge || (seconds !== null && value / seconds >= NOW_PER_SECOND))
  }
  const syns = counts.timeWait?.value ?? 0
  const base = { confidence: sameBoot ? 'certain' : 'likely', when } as const
  if (isMuch(syns, opens))
    return {
      ...base,
      severity: 'warning',
      summary: say(isNow ? words.synsNow : words.syns, { count: syns, period, against }),
      unknowns: [words.which],
    }
  const answers = counts.active?.value ?? 0
  if (isMuch(answers, counts.activeOpens?.value ?? null))
    return {
      ...base,
      severity: 'warning',
      summary: say(isNow ? words.answersNow : words.answers, { count: answers, period }),
      unknowns: [words.which],
    }
  const { value } = counts.established
  // Where SYNs are counted apart, what is left are late packets.
  if (syns > 0 || !isMuch(value, opens)) return null
  const isHeavy = opens !== null && value > HEAVY_SHARE * opens
  return {
    ...base,
    severity: isHeavy ? 'warning' : 'info',
    summary: say(isNow ? words.mixedNow : words.mixed, { count: value, period, against }),
    unknowns: [words.mixedOpen, words.which],
  }
}

function evidenceOf(view: View, { total, grown }: Paws): readonly Evidence[] {
  return (['timeWait', 'established', 'active', 'echo', 'oldAck'] as const).flatMap((kind) => {
    const counter = total[kind]
    if (!counter || counter.value === 0) return []
    const moved = grown?.[kind] ?? null
    return [
      counterEvidence(view, PAWS_NAMES, words[kind], counter),
      ...(moved && moved.value > 0 ? optionalEvidence(view, PAWS_NAMES, words.grown, moved) : []),
    ]
  })
}

function remedies(view: View): readonly Remedy[] {
  const verify = inNetns(view, `nstat -az ${PAWS_NAMES}`)
  return [
    {
      title: words.countTitle,
      action: inNetns(
        view,
        `ss -Htan state time-wait | awk '{print $4}' | sed 's/:[0-9]*$//' | sort | uniq -c | sort -rn | head`,
      ),
      language: 'sh',
      risk: words.readsOnly,
      verify: null,
    },
    {
      title: words.natTitle,
      action: 'iptables-save -t nat | grep -e MASQUERADE -e SNAT | grep -v -e --random-fully',
      language: 'sh',
      risk: words.readsOnly,
      verify,
    },
  ]
}
