import { type AcceptQueue, acceptQueues } from '../facts/accept-queues.ts'
import { type BindingLimit, bindingLimit } from '../facts/binding-limit.ts'
import { deltas } from '../facts/counters.ts'
import { listenerDrops } from '../facts/listener-drops.ts'
import { earlierSelf, limitsTold } from '../facts/listeners.ts'
import { maybe, type View } from '../facts/need.ts'
import { neverAccepting } from '../facts/never-accepting.ts'
import { byHolder, type Holder, holderOf } from '../facts/owners.ts'
import { fill } from '../facts/queue-contents.ts'
import { type SlowAccepts, slowAccepts } from '../facts/slow-accepts.ts'
import type { Draft, Evidence } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { backlogRemedies, LIMIT_WORDS } from './backlog-remedies.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { longestFirst, QUEUE_WORDS, queueEvidence, subjectOf } from './queue-evidence.ts'

const words = {
  summary: {
    en: '{listener}{program}: a queue limit of {max} did not take what arrived ({how}); {binding}; a longer queue takes bursts, it does not cure a slow accept()',
    zh: '{listener}{program}：队列上限 {max} 装不下到来的连接（{how}）；{binding}；加长队列能应付突发，治不了慢的 accept()',
  },
  held: { en: ' ({program})', zh: '（{program}）' },
  andMore: { en: ' and {count} more listeners', zh: ' 等 {count} 个以上的监听套接字' },
  full: { en: '{length} wait in it', zh: '已有 {length} 条在等待' },
  near: { en: '{before} and then {length} wait in it', zh: '先后有 {before} 和 {length} 条在等待' },
  dropped: { en: 'it turned {drops} packets away between the readings', zh: '两次读数之间拒绝了 {drops} 个报文' },
  bySomaxconn: {
    en: 'net.core.somaxconn = {somaxconn} of its namespace binds; the program may ask for no more than that itself, so both must be raised',
    zh: '起作用的是该网络命名空间的 net.core.somaxconn = {somaxconn}；程序自己的 backlog 也可能不更大，所以两者要一起调大',
  },
  bySomaxconnElsewhere: {
    en: "it equals a net.core.somaxconn of {somaxconn} that was read for {netns}: that of its own namespace when it called listen(), by all appearance; raise it and the program's backlog together",
    zh: '它等于在 {netns} 读到的 net.core.somaxconn = {somaxconn}：看来那就是它调用 listen() 时自己命名空间的值；请把它和程序的 backlog 一起调大',
  },
  byProgram: {
    en: 'the program asks for no more itself (net.core.somaxconn is {somaxconn}){passing}; raising somaxconn alone changes nothing',
    zh: '是程序自己只要了这么多（net.core.somaxconn 为 {somaxconn}）{passing}；只调大 somaxconn 不会有任何变化',
  },
  byProgramLikely: {
    en: "the program's own backlog binds, by all appearance{passing}; raising somaxconn alone changes nothing",
    zh: '看来起作用的是程序自己的 backlog{passing}；只调大 somaxconn 不会有任何变化',
  },
  byDefault: {
    en: "{max} is the kernel's default of net.core.somaxconn{now}: the program called listen() before it was raised, or asks for just {max} itself{passing}",
    zh: '{max} 是内核 net.core.somaxconn 的默认值{now}：程序在调大之前就调用了 listen()，或者自己只要了 {max}{passing}',
  },
  defaultNow: { en: ' and it is {somaxconn} now', zh: '，而现在是 {somaxconn}' },
  byLowered: {
    en: 'net.core.somaxconn is {somaxconn} now, less than the limit: it was lowered since listen(), and a restart would make the queue shorter still',
    zh: '现在 net.core.somaxconn 是 {somaxconn}，比上限还小：它在 listen() 之后被调小了，重启会让队列更短',
  },
  byUnknown: {
    en: "which of the two binds, the program's backlog or net.core.somaxconn of its namespace, was not captured",
    zh: '起作用的是程序的 backlog 还是所在命名空间的 net.core.somaxconn，没有采集到',
  },
  named: { en: ' (the text speaks of {programs})', zh: '（文中提到 {programs}）' },
  passing: { en: '; {max} is the default of {programs}{named}', zh: '；{max} 是 {programs} 的默认值{named}' },
  somaxconnLabel: { en: 'net.core.somaxconn of {netns}', zh: '{netns} 的 net.core.somaxconn' },
  unknownValue: { en: 'not known', zh: '未知' },
  dropsLabel: { en: '{listener}: packets turned away between the readings', zh: '{listener}：两次读数之间拒绝的报文' },
  whySlow: {
    en: 'Whether accept() is slow, and why, is not in this data; a larger queue then only makes clients wait longer. ps -eLo pid,tid,stat,wchan:32,comm (state D, nfs), cpu.stat of the cgroup (nr_throttled), /proc/pressure/io and /proc/pressure/cpu decide.',
    zh: 'accept() 是不是慢、为什么慢，这份数据里没有；若是慢，加长队列只会让客户端等得更久。要看 ps -eLo pid,tid,stat,wchan:32,comm（D 状态、nfs）、cgroup 的 cpu.stat（nr_throttled）、/proc/pressure/io 和 /proc/pressure/cpu。',
  },
  slowKnown: {
    en: 'Here accept() is late for a reason that was seen ({rules}): cure that first; whether the limit is too small besides shows afterwards.',
    zh: '这里已经看到 accept() 迟缓的原因（{rules}）：先解决它，之后才能看出上限本身是否太小。',
  },
  askSomaxconn: {
    en: "net.core.somaxconn inside the listener's own namespace: nsenter -t PID -n sysctl net.core.somaxconn (that of the host says nothing about a pod).",
    zh: '监听者自己网络命名空间里的 net.core.somaxconn：nsenter -t PID -n sysctl net.core.somaxconn（宿主机的值不代表 pod）。',
  },
  askProgram: {
    en: 'Which program listens, and what it passes to listen(): ss -nltp, then strace -f -e trace=listen at its start.',
    zh: '是哪个程序在监听、它给 listen() 传了多少：ss -nltp，再在启动时用 strace -f -e trace=listen 查看。',
  },
  notSomaxconn: {
    en: 'Raising net.core.somaxconn alone: the limit is min(backlog, somaxconn) at the moment of listen(); an open listener keeps what it has.',
    zh: '只调大 net.core.somaxconn：上限是调用 listen() 那一刻的 min(backlog, somaxconn)，已打开的监听套接字不会变。',
  },
  notSynBacklog: {
    en: 'net.ipv4.tcp_max_syn_backlog, tcp_syncookies: they belong to the SYN queue.',
    zh: 'net.ipv4.tcp_max_syn_backlog、tcp_syncookies：那是 SYN 队列的事。',
  },
  notAbort: {
    en: 'net.ipv4.tcp_abort_on_overflow=1: makes the failure loud, not rarer.',
    zh: '设置 net.ipv4.tcp_abort_on_overflow=1：只是让失败更显眼，不会让它减少。',
  },
} satisfies Record<string, Text>

/** A limit of this size is no small one: what fills it is a program that does not accept. */
const LARGE = 4096
const NEAR = 0.8

interface Small extends AcceptQueue {
  readonly limit: NonNullable<AcceptQueue['limit']>
  readonly how: Text
  readonly extra: readonly Evidence[]
  readonly binding: BindingLimit
}

export default defineRule({
  id: 'backlog-too-small',
  title: { en: 'Backlog is too small', zh: 'backlog 太小' },
  severity: 'warning',
  scope: 'netns',
  needs: {
    queues: acceptQueues,
    unaccepted: maybe(neverAccepting),
    drops: maybe(listenerDrops),
    counters: maybe(deltas),
    slow: slowAccepts,
  },
  words: { ...words, ...QUEUE_WORDS, ...LIMIT_WORDS },
  page: {
    what: {
      en: 'The accept queue of a listener overflows although its program does accept, and its limit is below 4096. The limit is the smaller of two numbers at the moment of listen(): the backlog that the program passes, and net.core.somaxconn of its network namespace. The finding says which of them binds.',
      zh: '监听套接字的程序在正常 accept，但 accept 队列仍然溢出，而且上限小于 4096。上限是调用 listen() 那一刻两个数中较小的一个：程序传入的 backlog，以及所在网络命名空间的 net.core.somaxconn。本条会指出起作用的是哪一个。',
    },
    why: {
      en: "somaxconn is per namespace: a pod starts from the kernel's default (128 up to Linux 5.3, 4096 since 5.4), whatever the host has. Many programs pass a number of their own: 511 is the default of nginx, Apache, Redis and Node.js. Raising one of the two meets the other.",
      zh: 'somaxconn 按网络命名空间隔离：无论宿主机设成多少，pod 都从内核默认值开始（Linux 5.3 及以前是 128，5.4 起是 4096）。许多程序传入自己的数：511 是 nginx、Apache、Redis 和 Node.js 的默认值。只调大一个，就会碰到另一个。',
    },
    confirm: {
      en: "Compare Send-Q of the LISTEN row (`ss -ltn`) with `sysctl net.core.somaxconn` inside the same namespace: smaller means the program's own backlog, equal means somaxconn, larger means that it was lowered later; 128 under a larger somaxconn means that the program started before the change or passes 128.",
      zh: '把 LISTEN 行的 Send-Q（`ss -ltn`）与同一命名空间内的 `sysctl net.core.somaxconn` 比较：更小说明是程序自己的 backlog，相等说明是 somaxconn，更大说明后来被调小；somaxconn 更大而上限是 128，说明程序在修改之前启动，或者自己传了 128。',
    },
    fix: {
      en: 'Raise both in one go, then let the program call listen() again, which usually takes a restart. Pod: securityContext.sysctls (unsafe: the kubelet must allow it), a privileged init container, or the tuning CNI plugin; program: its own setting, for nginx `listen 80 backlog=4096`.',
      zh: '两个一起调大，然后让程序重新调用 listen()，通常需要重启。pod：securityContext.sysctls（属于 unsafe，需要 kubelet 允许）、特权 init 容器，或 tuning CNI 插件；程序：它自己的设置，例如 nginx 的 `listen 80 backlog=4096`。',
    },
    notToConfuse: {
      en: 'A listener that nobody accepts from fills any backlog. A program that is slow for good fills it too: then the queue is the symptom. A small backlog with an empty queue (bird listens with 8) harms nobody.',
      zh: '没有人 accept 的监听，多大的 backlog 都会满。一直很慢的程序也一样：那时队列只是症状。backlog 小但队列为空（bird 只用 8）并无害处。',
    },
    sources: [
      'net/socket.c: listen (backlog clamped to somaxconn)',
      'net/core/net_namespace.c: somaxconn per namespace',
      'Kubernetes documentation: Using sysctls in a Kubernetes Cluster',
    ],
  },
  thresholds: [
    {
      value: '4096',
      reason: {
        en: 'a limit of this size is the kernel’s default since 5.4: what fills it is a program that does not accept, not a backlog that is small',
        zh: '达到此值的上限即为 5.4 起的内核默认值：能把它填满的是不调用 accept() 的程序，而不是 backlog 太小',
      },
    },
    {
      value: '80 %',
      reason: {
        en: 'of the limit at a reading: queues change within milliseconds, so one that is caught so high has most likely been full',
        zh: '读数时占上限的比例：队列瞬息万变，恰好看到这么高，多半已经满过',
      },
    },
  ],
  effects: [
    {
      rule: 'accept-queue-full',
      shared: 'process',
      why: { en: 'A burst larger than the limit fills the queue.', zh: '超过上限的突发会把队列撑满。' },
    },
    {
      rule: 'accept-queue-full',
      shared: 'listener',
      why: { en: 'A burst larger than the limit fills the queue.', zh: '超过上限的突发会把队列撑满。' },
    },
    {
      rule: 'listen-overflows',
      shared: 'netns',
      why: { en: 'What does not fit into the queue is turned away and counted.', zh: '放不进队列的会被拒绝并计数。' },
    },
  ],
  check({ queues, unaccepted, drops, counters, slow }, view) {
    const held = new Set((unaccepted ?? []).map((one) => one.listener))
    const overflowed = (counters?.of('TcpExtListenOverflows')?.value ?? 0) > 0
    const dropping = overflowed ? (drops ?? []) : []
    const candidates = [...queues, ...dropping.flatMap((one) => emptied(view, queues, one.listener))]
    const small = candidates.flatMap((queue): readonly Small[] => {
      const { limit, holder } = queue
      if (limit === null || limit.known === 'somaxconn' || limit.value >= LARGE || held.has(queue.listener)) return []
      if (signOfAccepting(view, queue) === 'given-up') return []
      const dropped = dropping.find((one) => one.listener === queue.listener)?.drops ?? 0
      const proof = proofOf(view, { ...queue, limit }, dropped)
      return proof
        ? [{ ...queue, limit, ...proof, binding: bindingLimit(view, holder?.program ?? null, limit.value) }]
        : []
    })
    return byHolder(small).map(({ holder, items }) => draftOf(view, holder, items, causesOf(slow, items)))
  },
})

/**
 * Is there any sign that the program accepts? Where it does not, no limit is large enough.
 * `given-up`: it holds no connection of the port, and every client in the queue has left: they waited too long, that is no burst
 */
function signOfAccepting(view: View, queue: AcceptQueue): 'given-up' | 'none-at-one-reading' | 'some' {
  const { whole, visible, closeWait, owned } = fill(view, queue).contents
  if (!whole || visible === 0 || owned > 0) return 'some'
  if (closeWait === visible) return 'given-up'
  return view.before === null ? 'none-at-one-reading' : 'some'
}

/** A listener that dropped something but whose queue is empty now. */
function emptied(
  view: View,
  queues: readonly AcceptQueue[],
  listener: AcceptQueue['listener'],
): readonly AcceptQueue[] {
  const { max } = listener.acceptQueue
  if (max === null || !limitsTold(view) || queues.some((one) => one.listener === listener)) return []
  const limit = { value: max, known: 'printed', origin: listener.origin } as const
  return [{ listener, holder: holderOf(view, listener), length: listener.acceptQueue.length ?? 0, limit, full: false }]
}

function proofOf(
  view: View,
  queue: AcceptQueue & Pick<Small, 'limit'>,
  drops: number,
): Pick<Small, 'how' | 'extra'> | null {
  const { length, limit, listener } = queue
  if (queue.full) return { how: say(words.full, { length }), extra: [] }
  if (drops > 0) {
    const label = say(words.dropsLabel, { listener: formatEnd(listener.local) })
    const evidence = {
      label,
      value: drops,
      unit: 'packets',
      limit: null,
      source: listener.origin,
      command: inNetns(view, 'ss -nltm'),
    }
    return { how: say(words.dropped, { drops }), extra: [evidence] }
  }
  const before = earlierSelf(view, listener)?.listener.acceptQueue.length ?? 0
  const near = NEAR * limit.value
  if (limit.value < 2 || length < near || before < near) return null
  return { how: say(words.near, { before, length }), extra: [] }
}

/** Rules that say why these are taken late. With such a cause the limit is a condition, no cause. */
const causesOf = (slow: SlowAccepts, items: readonly Small[]): readonly string[] => [
  ...new Set(items.flatMap((one) => slow.get(one.listener) ?? [])),
]

function draftOf(view: View, holder: Holder | null, items: readonly Small[], causes: readonly string[]): Draft {
  const queues = longestFirst(items)
  const [first] = queues
  if (!first) throw new Error('a group of queues cannot be empty')
  const { binding, limit } = first
  return {
    subject: subjectOf(holder, items),
    severity: causes.length > 0 ? 'info' : 'warning',
    confidence:
      causes.length > 0 || binding.by === 'unknown' || signOfAccepting(view, first) === 'none-at-one-reading'
        ? 'possible'
        : 'likely',
    when: 'now',
    summary: say(words.summary, {
      listener: placesOf(queues),
      program: holder ? say(words.held, { program: holder.program }) : plain(''),
      max: limit.value,
      how: first.how,
      binding: bindingText(binding, limit.value),
    }),
    evidence: [
      ...queues.flatMap((one) => [queueEvidence(view, one), ...one.extra]),
      ...somaxconnEvidence(view, binding),
    ],
    remedies: backlogRemedies(view, holder?.program ?? null, limit.value, binding, first.listener.local),
    notHelpful: [words.notSomaxconn, words.notSynBacklog, words.notAbort],
    unknowns: [
      causes.length > 0 ? say(words.slowKnown, { rules: formatList(causes) }) : words.whySlow,
      ...(binding.somaxconn === null || binding.elsewhere ? [words.askSomaxconn] : []),
      ...(holder === null ? [words.askProgram] : []),
    ],
  }
}

function placesOf(queues: readonly Small[]): Text {
  const name = queues[0] ? formatEnd(queues[0].listener.local) : ''
  if (queues.length < 2) return plain(name)
  const more = say(words.andMore, { count: queues.length - 1 })
  return { en: name + more.en, zh: name + more.zh }
}

function bindingText({ by, somaxconn, elsewhere, passing, named }: BindingLimit, max: number): Text {
  const value = somaxconn?.value ?? words.unknownValue
  const programs = namesOf(passing)
  const hinted = named.length > 0 ? say(words.named, { programs: namesOf(named) }) : plain('')
  const known = passing.length > 0 ? say(words.passing, { max, programs, named: hinted }) : plain('')
  switch (by) {
    case 'somaxconn':
      return elsewhere
        ? say(words.bySomaxconnElsewhere, { somaxconn: value, netns: somaxconn?.netns ?? '' })
        : say(words.bySomaxconn, { somaxconn: value })
    case 'program':
      return somaxconn === null
        ? say(words.byProgramLikely, { passing: known })
        : say(words.byProgram, { somaxconn: value, passing: known })
    case 'default':
      return say(words.byDefault, {
        max,
        now: somaxconn === null ? plain('') : say(words.defaultNow, { somaxconn: value }),
        passing: known,
      })
    case 'lowered':
      return say(words.byLowered, { somaxconn: value })
    case 'unknown':
      return words.byUnknown
  }
}

const namesOf = (known: BindingLimit['passing']): Text => formatList([...new Set(known.map((one) => one.program))])

function somaxconnEvidence(view: View, { somaxconn, elsewhere }: BindingLimit): readonly Evidence[] {
  if (!somaxconn) return []
  return [
    {
      label: say(words.somaxconnLabel, { netns: somaxconn.netns }),
      value: somaxconn.number ?? somaxconn.value,
      unit: 'connections',
      limit: null,
      source: somaxconn.origin,
      command: elsewhere ? 'sysctl net.core.somaxconn' : inNetns(view, 'sysctl net.core.somaxconn'),
    },
  ]
}
