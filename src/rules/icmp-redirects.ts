import { isRecent, periodOf } from '../facts/counters.ts'
import { interfaceOf } from '../facts/interface-sysctls.ts'
import type { View } from '../facts/need.ts'
import { type RedirectCount, type Redirects, redirects } from '../facts/redirects.ts'
import type { Sysctl } from '../facts/sysctls.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** ip_rt_redirect_number: a sender that goes on is told this often, then no more. */
const TOLD_IN_A_ROW = 9
/** One sender that heeds nothing gets nine in the twenty seconds of ip_rt_redirect_silence: 0.45 a second. Two are a habit. */
const PER_SECOND = 1
/** More than a hundred times the full series of nine: no leftover of a restart, and no single host. */
const MANY = 1000
const SHOWN = 4

const NAMES = 'IcmpMsgOutType5 IcmpMsgInType5'

const words = {
  sentNow: {
    en: 'This machine tells others of a shorter way: {count} ICMP redirects sent between the two readings{total}',
    zh: '本机在告诉别人有更近的路：两次读数之间发出 {count} 个 ICMP 重定向{total}',
  },
  sentPast: {
    en: 'This machine sent {count} ICMP redirects {period}: packets that it forwards leave by the interface at which they came',
    zh: '{period}，本机发出了 {count} 个 ICMP 重定向：它转发的报文从进来的那个接口又发了出去',
  },
  receivedNow: {
    en: 'Routers tell this machine of a shorter way: {count} ICMP redirects received between the two readings{total}',
    zh: '路由器在告诉本机有更近的路：两次读数之间收到 {count} 个 ICMP 重定向{total}',
  },
  receivedPast: {
    en: 'This machine received {count} ICMP redirects {period}: a route of it leads to a router that is not the next one',
    zh: '{period}，本机收到了 {count} 个 ICMP 重定向：它的某条路由指向了并非最近的路由器',
  },
  inAll: { en: ' ({total} in all)', zh: '（累计 {total} 个）' },
  sentLabel: { en: 'redirects sent (ICMP type 5)', zh: '发出的重定向（ICMP 类型 5）' },
  receivedLabel: { en: 'redirects received (ICMP type 5)', zh: '收到的重定向（ICMP 类型 5）' },
  grown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  setting: { en: '{key} (0 needs `all` to be 0 as well)', zh: '{key}（要真正关闭，`all` 也须为 0）' },
  accept: { en: '{key} (1: the told way is taken)', zh: '{key}（1：会改走被告知的路）' },
  who: {
    en: 'Who is told: tcpdump -nvi any "icmp[icmptype] == 5" shows the sender, the destination and the router it should use.',
    zh: '告知了谁：tcpdump -nvi any "icmp[icmptype] == 5" 会显示发送方、目的地址，以及它应当使用的路由器。',
  },
  packets: {
    en: 'How many packets take the detour: the kernel stops after {most} redirects to a sender that goes on, so this number is far below theirs.',
    zh: '到底有多少报文绕路：对不理会的发送方，内核连发 {most} 个重定向后就不再发，因此绕路的报文远多于这个数。',
  },
  lookTitle: { en: 'See who is told what', zh: '查看告知了谁、内容是什么' },
  lookRisk: { en: 'none, it only reads; ends after twenty packets', zh: '无，只读；抓满二十个报文即结束' },
  stopTitle: {
    en: 'If the detour is meant (an overlay on one network): send none',
    zh: '如果绕路是有意的（单网段上的 overlay）：不再发送',
  },
  stopRisk: {
    en: 'Hides the sign only: the packets still pass this machine twice over one link.',
    zh: '只是去掉迹象：报文仍会在同一链路上经本机一进一出。',
  },
  ignoreTitle: { en: 'Take no advice on routes from the network', zh: '不接受来自网络的路由建议' },
  ignoreRisk: {
    en: 'Ways that were learnt stay until their cache entry expires: ip route flush cache.',
    zh: '已学到的路由要等缓存过期才消失：ip route flush cache。',
  },
  notInterface: {
    en: 'send_redirects=0 on the interface alone: while `all` is 1 it still sends.',
    zh: '只在接口上设 send_redirects=0：只要 `all` 为 1，仍会发送。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'icmp-redirects',
  title: { en: 'Packets take a detour over the same link (ICMP redirects)', zh: '报文在同一链路上绕路（ICMP 重定向）' },
  severity: 'info',
  scope: 'netns',
  needs: { redirects },
  words,
  thresholds: [
    {
      value: `${PER_SECOND}/s`,
      reason: {
        en: 'between two readings: one sender that does not listen is told nine times in about 20 s (redirect_number, redirect_silence), which stays below half a second',
        zh: '两次读数之间：对一个不听劝告的发送方，约 20 秒内只会告知九次（redirect_number、redirect_silence），每秒不到半次',
      },
    },
    {
      value: `${MANY}`,
      reason: {
        en: 'since boot: more than a hundred full series of nine, so neither one host nor the minute after a restart',
        zh: '开机以来：超过一百轮“九次”，不会只是一台主机，也不会只是重启后的那一分钟',
      },
    },
  ],
  page: {
    what: {
      en: 'A machine that forwards a packet out of the interface at which it came in tells its sender of the router that it could have used directly: ICMP type 5, "redirect". It costs little and hurts nobody by itself, but says that routes and network do not fit: each such packet crosses the link twice and this machine once.',
      zh: '如果一台机器转发的报文从进来的那个接口又发出去，它会告诉发送方其实可以直接使用哪个路由器：ICMP 类型 5，即“重定向”。它本身开销很小，也不伤害谁，但说明路由与网络不相称：每个这样的报文要在链路上走两趟，还要经过本机一次。',
    },
    why: {
      en: 'A default route that points to a machine which is no gateway; pods or load balancers that send to one node what another one of the same subnet serves (NodePort with externalTrafficPolicy: Cluster, without masquerading); a router on a stick; route tables of a cloud that lead through an instance.',
      zh: '默认路由指向并非网关的机器；Pod 或负载均衡把流量发给某个节点，而服务它的是同一子网的另一节点（externalTrafficPolicy: Cluster 的 NodePort，且未做伪装）；单臂路由；云上的路由表绕经某个实例。',
    },
    confirm: {
      en: '`nstat -az IcmpMsgOutType5 IcmpMsgInType5` twice; `tcpdump -nvi any "icmp[icmptype] == 5"`; for the destination named there `ip route get DESTINATION from SENDER iif INTERFACE`.',
      zh: '执行两次 `nstat -az IcmpMsgOutType5 IcmpMsgInType5`；用 `tcpdump -nvi any "icmp[icmptype] == 5"` 看内容；再对其中的目的地址执行 `ip route get 目的地址 from 发送方 iif 接口`。',
    },
    fix: {
      en: 'Correct the route of the sender, or the route table of the network. Where the detour is wanted, set send_redirects to 0 on `all` and on the interface; on machines that are told, accept_redirects to 0, since anybody on the link can send such a message.',
      zh: '修正发送方的路由或网络的路由表。如果绕路是有意的，把 `all` 和接口的 send_redirects 都设为 0；被告知的机器应把 accept_redirects 设为 0，因为链路上的任何人都能发这种报文。',
    },
    notToConfuse: {
      en: '- OutType3 (destination unreachable), OutType11 (time exceeded): other messages with other causes.\n- HTTP redirects, and the REDIRECT target of iptables: they share the name only.\n- A few after a reboot, while routes are being written.\n- send_redirects = 1: the default, and no sign of anything.',
      zh: '- OutType3（目的不可达）、OutType11（超时）：是别的消息，原因也不同。\n- HTTP 重定向，以及 iptables 的 REDIRECT 目标：只是名字相同。\n- 重启后路由尚未写好时的少量重定向。\n- send_redirects = 1：这是默认值，说明不了什么。',
    },
    sources: [
      'Linux net/ipv4/route.c: ip_rt_send_redirect(), __ip_do_redirect(); include/linux/inetdevice.h: IN_DEV_TX_REDIRECTS',
      'Linux Documentation/networking/ip-sysctl.rst: send_redirects, accept_redirects, secure_redirects',
      'RFC 1812 5.2.7.2',
    ],
  },
  effects: [],
  check({ redirects: read }, view) {
    return [
      ...draft('sent', read.sent, read.sending, read, view),
      ...draft('received', read.received, read.accepting, read, view),
    ]
  },
})

type Direction = 'sent' | 'received'

function draft(
  direction: Direction,
  count: RedirectCount | null,
  settings: readonly Sysctl[],
  { seconds }: Redirects,
  view: View,
): readonly Draft[] {
  if (!count) return []
  const grown = isRecent(seconds) ? (count.grown ?? 0) : 0
  const isNow = grown >= Math.max(PER_SECOND * (seconds ?? 0), TOLD_IN_A_ROW + 1)
  if (!isNow && count.total.value < MANY) return []
  const isSent = direction === 'sent'
  return [
    {
      subject: { kind: 'counter', key: isSent ? 'IcmpMsgOutType5' : 'IcmpMsgInType5' },
      severity: 'info',
      confidence: 'certain',
      when: isNow ? 'now' : 'past',
      summary: isNow
        ? say(isSent ? words.sentNow : words.receivedNow, {
            count: grown,
            total: say(words.inAll, { total: count.total.value }),
          })
        : say(isSent ? words.sentPast : words.receivedPast, { count: count.total.value, period: periodOf(view) }),
      evidence: evidenceOf(direction, count, settings, view),
      remedies: remedies(direction, settings, view),
      notHelpful: isSent ? [words.notInterface] : [],
      unknowns: [words.who, ...(isSent ? [say(words.packets, { most: TOLD_IN_A_ROW })] : [])],
    },
  ]
}

function evidenceOf(
  direction: Direction,
  { total, grown }: RedirectCount,
  settings: readonly Sysctl[],
  view: View,
): readonly Evidence[] {
  const isSent = direction === 'sent'
  const on = settings.filter((one) => one.number !== 0 && interfaceOf(one.key) !== 'default')
  return [
    counterEvidence(view, NAMES, isSent ? words.sentLabel : words.receivedLabel, total, { unit: 'packets' }),
    ...(grown === null ? [] : [counterEvidence(view, NAMES, words.grown, { ...total, value: grown })]),
    ...on.slice(0, SHOWN).map((one) => ({
      label: say(isSent ? words.setting : words.accept, { key: one.key }),
      value: one.number,
      unit: null,
      limit: null,
      source: one.origin,
      command: inNetns(view, `sysctl ${one.key}`),
    })),
  ]
}

function remedies(direction: Direction, settings: readonly Sysctl[], view: View): readonly Remedy[] {
  const verify = inNetns(view, `nstat -az ${NAMES}`)
  const what = direction === 'sent' ? 'send_redirects' : 'accept_redirects'
  const link = settings.map((one) => interfaceOf(one.key)).find((one) => !['all', 'default', 'lo'].includes(one))
  const keys = ['all', 'default', ...(link ? [link] : [])].map((one) => `net.ipv4.conf.${one}.${what}=0`)
  return [
    {
      title: words.lookTitle,
      action: inNetns(view, "timeout 60 tcpdump -c 20 -nvi any 'icmp[icmptype] == 5'"),
      language: 'sh',
      risk: words.lookRisk,
      verify: null,
    },
    {
      title: direction === 'sent' ? words.stopTitle : words.ignoreTitle,
      action: keys.map((key) => inNetns(view, `sysctl -w ${key}`)).join('\n'),
      language: 'sh',
      risk: direction === 'sent' ? words.stopRisk : words.ignoreRisk,
      verify,
    },
  ]
}
