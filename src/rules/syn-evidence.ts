import type { HalfOpen } from '../facts/half-open.ts'
import type { View } from '../facts/need.ts'
import { COOKIE_NAMES, type SynCookies } from '../facts/syn-cookies.ts'
import type { SynQueues } from '../facts/syn-queue.ts'
import type { Evidence } from '../model/finding.ts'
import type { KernelEvent } from '../model/machine.ts'
import type { Text } from '../model/text.ts'
import { plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { peerList } from './peer-words.ts'

/** Part of the words of every rule that shows half-open handshakes. */
export const SYN_WORDS = {
  halfOpen: {
    en: 'in SYN_RECV at port {port}, against the limit of its listener: {sources}',
    zh: '端口 {port} 上处于 SYN_RECV 的握手，与其监听套接字的上限对照：{sources}',
  },
  fromSome: { en: '{peers}', zh: '{peers}' },
  fromMany: { en: 'from {count} addresses, such as {peers}', zh: '来自 {count} 个地址，例如 {peers}' },
  fromMore: { en: 'from more than {count} addresses, such as {peers}', zh: '来自 {count} 个以上的地址，例如 {peers}' },
  staying: {
    en: 'of these half-open at both readings, {seconds} s apart, from {sources} addresses',
    zh: '其中相隔 {seconds} 秒的两次读数里都处于半开状态的握手，来自 {sources} 个地址',
  },
  sent: { en: 'SYN cookies sent', zh: '发出的 SYN cookie' },
  returned: {
    en: 'of these that came back in the last ACK of a client',
    zh: '其中由客户端的最后一个 ACK 带回的',
  },
  sentGrown: { en: 'SYN cookies sent between the readings', zh: '两次读数之间发出的 SYN cookie' },
  returnedGrown: { en: 'of these that came back', zh: '其中得到回应的' },
  failed: { en: 'ACKs without a valid cookie', zh: '不带有效 cookie 的 ACK' },
  log: { en: 'in the kernel log', zh: '内核日志' },
  countersMissing: {
    en: 'How many SYNs it was is told by the counters, which were not captured: {command}',
    zh: '究竟有多少个 SYN，要看计数器，但没有采集到：{command}',
  },
  cookiesOn: { en: 'Turn SYN cookies on', zh: '打开 SYN cookie' },
  cookiesRisk: {
    en: 'Little: cookies are sent only while the queue is full; such connections go without window scaling and SACK if the client sends no timestamps.',
    zh: '很小：只有队列已满时才发 cookie；如果客户端不带时间戳，这类连接没有窗口扩大和 SACK。',
  },
  cookiesPod: {
    en: 'The same for every new instance of the pod, by its securityContext',
    zh: '通过 securityContext 让该 pod 的每个新实例都生效',
  },
  podRisk: {
    en: 'net.ipv4.tcp_syncookies is a safe sysctl, the kubelet allows it. The pod is made anew.',
    zh: 'net.ipv4.tcp_syncookies 属于 safe sysctl，kubelet 默认允许。pod 会重建。',
  },
} satisfies Record<string, Text>

const SHOWN = 6

/** Whose handshakes they are: all of a few addresses, examples of many. */
export function sourceList(view: View, { sources, more }: HalfOpen): Text {
  const peers = peerList(view, sources.slice(0, SHOWN))
  if (!more && sources.length <= SHOWN) return say(SYN_WORDS.fromSome, { peers })
  return say(more ? SYN_WORDS.fromMore : SYN_WORDS.fromMany, { count: sources.length, peers })
}

/** What stands in the SYN queue of one port, against its limit. */
export function halfOpenEvidence(view: View, at: HalfOpen): Evidence {
  const [first] = at.groups
  return {
    label: say(SYN_WORDS.halfOpen, { port: String(at.port), sources: sourceList(view, at) }),
    value: at.count,
    unit: 'handshakes',
    limit: at.limit,
    source: first?.origin ?? { via: 'ss' },
    command: inNetns(view, `ss -tan state syn-recv 'sport = :${at.port}'`),
  }
}

export function stayingEvidence(view: View, { port, groups, staying, count }: HalfOpen): readonly Evidence[] {
  const [first] = groups
  if (!staying || !first) return []
  const { seconds, sources } = staying
  return [
    {
      label: say(SYN_WORDS.staying, { seconds: Math.round(seconds), sources: sources.length }),
      value: staying.count,
      unit: 'handshakes',
      limit: count,
      source: first.origin,
      command: inNetns(view, `ss -tano state syn-recv 'sport = :${port}'`),
    },
  ]
}

/** Cookies sent and returned; between the readings where there are two. Nothing where none was ever sent. */
export function cookieEvidence(view: View, { total, grown }: SynCookies): readonly Evidence[] {
  if (total.sent.value === 0) return []
  const isMoving = grown !== null && grown.sent.value > 0
  const { sent, returned, failed } = isMoving ? grown : total
  return [
    counterEvidence(view, COOKIE_NAMES, isMoving ? SYN_WORDS.sentGrown : SYN_WORDS.sent, sent),
    counterEvidence(view, COOKIE_NAMES, isMoving ? SYN_WORDS.returnedGrown : SYN_WORDS.returned, returned, {
      limit: sent.value,
    }),
    ...(failed && failed.value > 0 ? [counterEvidence(view, COOKIE_NAMES, SYN_WORDS.failed, failed)] : []),
  ]
}

export function settingEvidence(view: View, { cookies, maxSynBacklog }: SynQueues): readonly Evidence[] {
  return [cookies, maxSynBacklog].flatMap((read) =>
    read
      ? [
          {
            label: plain(read.key),
            value: read.number ?? read.value,
            unit: null,
            limit: null,
            source: read.origin,
            command: inNetns(view, `sysctl ${read.key}`),
          },
        ]
      : [],
  )
}

const LINES = 3

/** The last line of each port: the kernel prints one per listener, and they read alike. */
export function logEvidence(log: readonly KernelEvent[]): readonly Evidence[] {
  const last = new Map(log.map((one) => [one.port, one]))
  return [...last.values()].slice(-LINES).map(({ text, origin }) => ({
    label: SYN_WORDS.log,
    value: text,
    unit: null,
    limit: null,
    source: origin,
    command: "dmesg -T | grep -i 'SYN flooding'",
  }))
}
