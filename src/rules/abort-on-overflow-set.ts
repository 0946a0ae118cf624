import { acceptQueues } from '../facts/accept-queues.ts'
import { deltas } from '../facts/counters.ts'
import { maybe } from '../facts/need.ts'
import { sysctl } from '../facts/sysctls.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { longestFirst, QUEUE_WORDS, queueEvidence } from './queue-evidence.ts'

const KEY = 'net.ipv4.tcp_abort_on_overflow'

const words = {
  summary: {
    en: 'tcp_abort_on_overflow is {value}: a client whose handshake ends at a full accept queue gets a reset instead of another try{now}',
    zh: 'tcp_abort_on_overflow 为 {value}：握手完成时若 accept 队列已满，客户端会收到 RST，而不是得到重试的机会{now}',
  },
  full: { en: '; queues that are full at this reading: {count}', zh: '；本次读数中有 {count} 个队列已满' },
  grew: {
    en: '; ListenOverflows grew by {count} between the readings',
    zh: '；两次读数之间 ListenOverflows 增加了 {count}',
  },
  setting: { en: 'Value of the setting (0 is the default)', zh: '该设置的值（默认为 0）' },
  overflows: { en: 'ListenOverflows between the readings', zh: '两次读数之间的 ListenOverflows' },
  offTitle: { en: 'Set it back to 0, now and in the file that sets it', zh: '改回 0，并修改设置它的文件' },
  offRisk: {
    en: 'Clients wait and retry instead of failing at once. Programs that count on the quick error notice it.',
    zh: '客户端会等待并重试，而不是立即失败。依赖快速报错的程序会感觉到变化。',
  },
  notCure: {
    en: 'Keeping it at 1 as a cure for overflows: it frees no place, and SYNs to a full queue are dropped silently all the same (Linux 4.10 and later).',
    zh: '把它设为 1 来“解决”溢出：不会空出任何位置，而且发往已满队列的 SYN 照样被静默丢弃（Linux 4.10 及以后）。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'abort-on-overflow-set',
  title: { en: 'tcp_abort_on_overflow is set', zh: '设置了 tcp_abort_on_overflow' },
  severity: 'warning',
  scope: 'netns',
  needs: { setting: sysctl(KEY), queues: maybe(acceptQueues), counters: maybe(deltas) },
  words: { ...words, ...QUEUE_WORDS },
  page: {
    what: {
      en: '`net.ipv4.tcp_abort_on_overflow` is 1 in this namespace. When the last ACK of a handshake meets a full accept queue, the kernel answers with a reset and forgets the request.',
      zh: '该命名空间的 `net.ipv4.tcp_abort_on_overflow` 为 1。握手的最后一个 ACK 碰到已满的 accept 队列时，内核回复 RST 并丢弃该请求。',
    },
    why: {
      en: 'With 0, the default, the ACK is ignored and the request waits: a burst of a second passes unnoticed. With 1 the same burst becomes connection errors. It acts on the last ACK only; SYNs are dropped without a word either way.',
      zh: '默认值 0 时，ACK 被忽略、请求继续等待，一秒钟的突发不会被察觉；设为 1 时，同样的突发就变成连接错误。它只影响最后一个 ACK；SYN 无论如何都是静默丢弃。',
    },
    confirm: {
      en: '`sysctl net.ipv4.tcp_abort_on_overflow` in the namespace in question (node-wide before it became per namespace); ListenOverflows and EmbryonicRsts that grow together show it acting.',
      zh: '在相应命名空间执行 `sysctl net.ipv4.tcp_abort_on_overflow`（改为按命名空间之前是全节点的）；ListenOverflows 与 EmbryonicRsts 同时增长说明它在起作用。',
    },
    fix: {
      en: 'Set it to 0 and cure the overflow itself: see accept-queue-full and backlog-too-small.',
      zh: '改回 0，并解决溢出本身：见 accept-queue-full 和 backlog-too-small。',
    },
    notToConfuse: {
      en: 'Resets from a closed port, from a firewall, or from a listener that is being closed come without ListenOverflows. As a conscious choice (fail fast behind a balancer that retries) the setting is legitimate.',
      zh: '端口未监听、防火墙、正在关闭的监听发出的 RST 不会伴随 ListenOverflows。如果是有意为之（前面的负载均衡会重试，希望快速失败），这个设置是合理的。',
    },
    sources: [
      'net/ipv4/tcp_minisocks.c: tcp_check_req',
      'Documentation/networking/ip-sysctl.rst: tcp_abort_on_overflow',
    ],
  },
  effects: [],
  check({ setting, queues, counters }, view) {
    if (setting.number === 0) return []
    const full = longestFirst((queues ?? []).filter((one) => one.full))
    const overflows = counters?.of('TcpExtListenOverflows') ?? null
    const grew = (overflows?.value ?? 0) > 0
    const now = [
      ...(full.length > 0 ? [say(words.full, { count: full.length })] : []),
      ...(grew && overflows ? [say(words.grew, { count: overflows.value })] : []),
    ]
    const hurts = now.length > 0
    return [
      {
        subject: { kind: 'sysctl', key: KEY, sysctl: KEY },
        severity: 'warning',
        confidence: 'certain',
        when: hurts ? 'now' : 'setting',
        summary: say(words.summary, {
          value: setting.value,
          now: { en: now.map((one) => one.en).join(''), zh: now.map((one) => one.zh).join('') },
        }),
        evidence: [
          {
            label: words.setting,
            value: setting.number ?? setting.value,
            unit: null,
            limit: 0,
            source: setting.origin,
            command: inNetns(view, `sysctl ${KEY}`),
          },
          ...(grew && overflows ? [counterEvidence(view, 'TcpExtListenOverflows', words.overflows, overflows)] : []),
          ...full.map((one) => queueEvidence(view, one)),
        ],
        remedies: [
          {
            title: words.offTitle,
            action: `${inNetns(view, `sysctl -w ${KEY}=0`)}\ngrep -rs abort_on_overflow /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d`,
            language: 'sh',
            risk: words.offRisk,
            verify: inNetns(view, `sysctl ${KEY}`),
          },
        ],
        notHelpful: [words.notCure],
        unknowns: [],
      },
    ]
  },
})
