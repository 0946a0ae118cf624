import { acceptQueues } from '../facts/accept-queues.ts'
import { readCounter } from '../facts/counters.ts'
import { listeners } from '../facts/listeners.ts'
import { maybe } from '../facts/need.ts'
import { slowAccepts } from '../facts/slow-accepts.ts'
import { SOMAXCONN, somaxconnBase, sysctl } from '../facts/sysctls.ts'
import type { Evidence } from '../model/finding.ts'
import type { Origin } from '../model/part.ts'
import type { Listener } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { LIMIT_WORDS, somaxconnRemedies } from './backlog-remedies.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  summary: {
    en: 'This namespace allows accept queues of {own} connections where {base}; it is the limit of {listeners}{trouble}',
    zh: '这个网络命名空间的 accept 队列最多 {own} 条，而{base}；受它限制的有 {listeners}{trouble}',
  },
  host: { en: 'the host allows {value}', zh: '宿主机是 {value}' },
  kernel: { en: 'this kernel starts namespaces with {value}', zh: '这个内核的命名空间默认值是 {value}' },
  full: { en: ' (queues full: {count})', zh: '（队列已满 {count} 个）' },
  overflowed: {
    en: '; {count} overflows were counted in it since it was made',
    zh: '；命名空间建立以来其中累计溢出 {count} 次',
  },
  quiet: { en: '; none of them is full', zh: '；目前都没有满' },
  own: { en: 'net.core.somaxconn of this namespace', zh: '本命名空间的 net.core.somaxconn' },
  ofHost: { en: 'net.core.somaxconn of the host', zh: '宿主机的 net.core.somaxconn' },
  ofKernel: { en: 'Default of net.core.somaxconn in this kernel', zh: '这个内核 net.core.somaxconn 的默认值' },
  notHost: {
    en: "Raising net.core.somaxconn on the host: a pod's namespace starts from the kernel's default, not from the host's value.",
    zh: '在宿主机上调大 net.core.somaxconn：pod 的命名空间从内核默认值开始，不继承宿主机的值。',
  },
  notAlone: {
    en: 'Raising somaxconn alone: the next limit is the backlog that the program passes itself (511 in nginx, Apache, Redis and Node.js). Raise both in one go.',
    zh: '只调大 somaxconn：接着就会碰到程序自己传入的 backlog（nginx、Apache、Redis、Node.js 都是 511）。请两者一起调大。',
  },
  notLive: {
    en: 'nsenter … sysctl -w in a running pod alone: an open listener keeps its limit until the program calls listen() again, and the value is gone with the pod.',
    zh: '只在运行中的 pod 里 nsenter … sysctl -w：已打开的监听在再次调用 listen() 之前上限不变，pod 重建后设置也没了。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'netns-somaxconn-low',
  title: { en: 'somaxconn of a namespace is low', zh: '网络命名空间的 somaxconn 偏低' },
  severity: 'warning',
  scope: 'netns',
  needs: {
    own: sysctl(SOMAXCONN),
    base: somaxconnBase,
    listening: listeners,
    queues: maybe(acceptQueues),
    slow: slowAccepts,
  },
  words: { ...words, ...LIMIT_WORDS },
  page: {
    what: {
      en: "net.core.somaxconn exists once per network namespace. One namespace, usually a pod's, has a lower one than the host, or than this kernel starts with, and a listener in it is limited by it.",
      zh: 'net.core.somaxconn 在每个网络命名空间里各有一份。某个命名空间（通常是 pod 的）比宿主机或者内核默认值更小，并且有监听套接字受它限制。',
    },
    why: {
      en: "A new namespace starts from the value compiled into the kernel: 128 up to Linux 5.3, 4096 since 5.4. The host's value is not inherited.",
      zh: '新的命名空间从编译进内核的值开始：Linux 5.3 及以前 128，5.4 起 4096。不继承宿主机的值。',
    },
    confirm: {
      en: '`sysctl net.core.somaxconn` on the host, and `nsenter -t PID -n sysctl net.core.somaxconn` for a process of the pod; Send-Q of `ss -ltn` in there equals the smaller one.',
      zh: '在宿主机执行 `sysctl net.core.somaxconn`，再对 pod 内的进程执行 `nsenter -t PID -n sysctl net.core.somaxconn`；其中 `ss -ltn` 的 Send-Q 等于较小的那个。',
    },
    fix: {
      en: "Set it for the pod (securityContext.sysctls, an init container, the tuning CNI plugin) and raise the program's own backlog in the same go; then the program must listen() again.",
      zh: '为 pod 设置（securityContext.sysctls、init 容器或 tuning CNI 插件），同时调大程序自己的 backlog；然后程序必须重新 listen()。',
    },
    notToConfuse: {
      en: 'A listener below somaxconn is limited by its program. A low value that no listener meets, or whose queues stay empty, harms nobody.',
      zh: '上限小于 somaxconn 的监听，是程序自己的限制。没有监听碰到的低值，或者队列一直为空，都没有害处。',
    },
    sources: [
      'net/core/net_namespace.c',
      'net/core/sysctl_net_core.c',
      'Documentation/networking/ip-sysctl.rst: somaxconn',
    ],
  },
  thresholds: [
    {
      value: '128 / 4096',
      reason: {
        en: 'what a namespace begins with, up to Linux 5.3 and since 5.4; the larger of this and the host’s own value is the base',
        zh: '新建命名空间的初始值，分别对应 Linux 5.3 及以前和 5.4 起；与宿主机自身的值取较大者作为基准',
      },
    },
  ],
  effects: [
    {
      rule: 'backlog-too-small',
      shared: 'netns',
      why: {
        en: 'somaxconn of the namespace cuts off whatever backlog the program asks for.',
        zh: '命名空间的 somaxconn 会截断程序要求的 backlog。',
      },
    },
  ],
  check({ own, base, listening, queues, slow }, view) {
    if (own.number === null || own.number >= base.value) return []
    const limited = listening.filter((one) => one.acceptQueue.max === own.number && !isLoopback(one))
    if (limited.length === 0) return []
    const full = (queues ?? []).filter((one) => one.full && limited.includes(one.listener)).length
    const counters = view.netns.counters.ok ? view.netns.counters.data : null
    const overflows = counters ? readCounter(counters, 'TcpExtListenOverflows') : null
    // Where accept() is late for another reason the limit is met, and to blame for nothing.
    const explained = limited.some((one) => slow.has(one))
    const hurt = full > 0 || (overflows?.value ?? 0) > 0
    const trouble =
      full > 0
        ? say(words.full, { count: full })
        : hurt && overflows
          ? say(words.overflowed, { count: overflows.value })
          : words.quiet
    return [
      {
        subject: { kind: 'sysctl', key: SOMAXCONN, sysctl: SOMAXCONN },
        severity: hurt && !explained ? 'warning' : 'info',
        confidence: full > 0 ? 'certain' : 'likely',
        when: full > 0 ? 'now' : hurt ? 'past' : 'setting',
        summary: say(words.summary, {
          own: own.number,
          base: say(words[base.by], { value: base.value }),
          listeners: formatList(limited.map((one) => formatEnd(one.local))),
          trouble,
        }),
        evidence: [
          somaxconnEvidence(words.own, own.number, own.origin, inNetns(view, `sysctl ${SOMAXCONN}`), base.value),
          base.by === 'host'
            ? somaxconnEvidence(words.ofHost, base.value, base.origin, `sysctl ${SOMAXCONN}`)
            : somaxconnEvidence(words.ofKernel, base.value, base.origin, 'uname -r'),
          ...limited.map((one) => listenerEvidence(one, inNetns(view, `ss -nltp 'sport = :${one.local.port}'`))),
        ],
        remedies: somaxconnRemedies(view, Math.max(base.value, 4096), inNetns(view, 'ss -nlt')),
        notHelpful: [...(view.netns.kind === 'host' ? [] : [words.notHost]), words.notAlone, words.notLive],
        unknowns: [],
      },
    ]
  },
})

function somaxconnEvidence(
  label: Text,
  value: number,
  source: Origin,
  command: string,
  limit: number | null = null,
): Evidence {
  return { label, value, unit: 'connections', limit, source, command }
}

const listenerEvidence = ({ local, acceptQueue, origin }: Listener, command: string): Evidence => ({
  label: plain(formatEnd(local)),
  value: acceptQueue.length,
  unit: 'connections',
  limit: acceptQueue.max,
  source: origin,
  command,
})

const isLoopback = ({ local }: Listener): boolean => local.address === '::1' || local.address.startsWith('127.')
