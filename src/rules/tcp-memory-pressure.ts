// No lab scenario: tcp_mem is one limit for all namespaces, and to meet it would starve every connection of the machine.
import { type TcpMemory, tcpMemory } from '../facts/tcp-memory.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'

/** The message comes as long as sockets are refused memory, at most ten in five seconds: older than a minute, it is over. */
const LOG_IS_NOW_SECONDS = 60
/** From here on silence is worth a word. */
const HIGH = 0.8
const SHOWN = 3
const KEY = 'net.ipv4.tcp_mem'
const COUNTER = 'TcpExtTCPMemoryPressures'

const words = {
  refused: {
    en: 'TCP has used up its memory: {pages} pages of {high} (tcp_mem); sockets are refused memory, received data is dropped',
    zh: 'TCP 内存已用尽：{pages} / {high} 页（tcp_mem）；套接字申请不到内存，收到的数据会被丢弃',
  },
  pressure: {
    en: 'TCP is under memory pressure: {pages} pages, of which it holds back from {pressure} on (limit {high}); windows shrink, transfers slow down',
    zh: 'TCP 处于内存压力状态：已用 {pages} 页，从 {pressure} 页起受限（上限 {high}）；窗口收缩，传输变慢',
  },
  entered: {
    en: 'TCP came under memory pressure {times} times between the two readings{now}',
    zh: '两次读数之间 TCP 进入内存压力状态 {times} 次{now}',
  },
  nowAt: {
    en: '; at this reading it uses {pages} of {pressure} pages',
    zh: '；本次读数时用了 {pages} / {pressure} 页',
  },
  nothing: { en: '', zh: '' },
  logNow: {
    en: 'TCP was refused memory: the kernel logged it {ago} before this reading',
    zh: 'TCP 申请不到内存：内核在本次读数前 {ago} 记录了日志',
  },
  logged: {
    en: 'TCP was refused memory at some time: the kernel logged "consider tuning tcp_mem"{now}',
    zh: 'TCP 曾经申请不到内存：内核日志记录了 “consider tuning tcp_mem”{now}',
  },
  past: {
    en: 'TCP was under memory pressure {times} times since boot{now}',
    zh: '开机以来 TCP 进入内存压力状态 {times} 次{now}',
  },
  pages: {
    en: 'pages in use by all TCP sockets, against the pressure mark of tcp_mem',
    zh: '全部 TCP 套接字占用的页数，对照 tcp_mem 的压力线',
  },
  setting: { en: 'tcp_mem: low, pressure, high (pages)', zh: 'tcp_mem：低水位、压力线、上限（页）' },
  enteredTotal: {
    en: 'times that pressure began (TCPMemoryPressures)',
    zh: '进入压力状态的次数（TCPMemoryPressures）',
  },
  enteredGrown: { en: 'of these between the two readings', zh: '其中两次读数之间的增量' },
  log: { en: 'kernel log: {text}', zh: '内核日志：{text}' },
  holder: {
    en: 'bytes in queues of {program} ({received} unread, {sent} not acknowledged, {connections} connections)',
    zh: '{program} 队列中的字节数（未读 {received}，未确认 {sent}，连接 {connections} 条）',
  },
  who: {
    en: 'Which sockets hold it: ss -tanmp; the largest r (received) and w (to send) in skmem.',
    zh: '是哪些套接字占用：ss -tanmp，看 skmem 中最大的 r（接收）和 w（发送）。',
  },
  leak: {
    en: 'Pages without sockets that explain them are a leak in the kernel: compare the sum of skmem over all namespaces.',
    zh: '如果占用的页数没有对应的套接字，就是内核泄漏：比较所有命名空间 skmem 的总和。',
  },
  ownerTitle: {
    en: 'Find the readers that do not read and the peers that do not answer',
    zh: '找出不读取的程序和不应答的对端',
  },
  ownerRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  raiseTitle: { en: 'Raise the limits, where the machine has the memory', zh: '机器内存充足时调大上限' },
  raiseRisk: {
    en: 'Kernel memory that cannot be swapped: keep the third number below a quarter of RAM.',
    zh: '占用的是不可换出的内核内存：第三个数应低于内存的四分之一。',
  },
  notBuffers: {
    en: 'Larger tcp_rmem and tcp_wmem: each socket may then take more of what is already wanting.',
    zh: '调大 tcp_rmem、tcp_wmem：每个套接字会占用更多，而内存本来就不够。',
  },
  notQueues: {
    en: 'somaxconn or more file descriptors: they let in more connections.',
    zh: '调大 somaxconn 或文件描述符上限：只会放进更多连接。',
  },
  high: {
    en: 'TCP uses {pages} pages; it holds back from {pressure} on',
    zh: 'TCP 已用 {pages} 页；从 {pressure} 页起受限',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'tcp-memory-pressure',
  title: { en: 'TCP runs out of memory', zh: 'TCP 内存不足' },
  severity: 'critical',
  scope: 'node',
  needs: { memory: tcpMemory },
  words,
  page: {
    what: {
      en: 'All TCP sockets of the machine, in every namespace, share one budget: tcp_mem, in pages of mostly 4096 bytes. Above its second number the kernel stops growing buffers and shrinks windows, until use is below the first again. At the third it refuses: data that arrives is dropped, connections that are being closed are reset.',
      zh: '整机所有命名空间的 TCP 套接字共用一份预算 tcp_mem，单位是页（通常 4096 字节）。超过第二个数，内核停止扩大缓冲区并收缩窗口，直到用量降到第一个数以下；达到第三个数则拒绝分配：收到的数据被丢弃，正在关闭的连接被重置。',
    },
    why: {
      en: '- Programs that do not read: megabytes of unread data in thousands of sockets.\n- Peers that do not acknowledge: send queues that only a timeout empties.\n- Very many connections with large windows on a machine whose tcp_mem was computed from little RAM.',
      zh: '- 程序不读取：成千上万个套接字里积压着未读数据。\n- 对端不确认：发送队列要等超时才能清空。\n- 机器内存小，tcp_mem 由此算得也小，却承载大量大窗口连接。',
    },
    confirm: {
      en: '`grep TCP: /proc/net/sockstat` (the number behind mem) against `sysctl net.ipv4.tcp_mem`; `nstat -az TcpExtTCPMemoryPressures` twice; `dmesg | grep tcp_mem`.',
      zh: '比较 `grep TCP: /proc/net/sockstat` 中 mem 后面的数与 `sysctl net.ipv4.tcp_mem`；执行两次 `nstat -az TcpExtTCPMemoryPressures`；再看 `dmesg | grep tcp_mem`。',
    },
    fix: {
      en: 'Empty the queues first: mend or restart the program that does not read. If the connections are honest and memory is free, raise tcp_mem. Cap the single socket by the last number of tcp_rmem and tcp_wmem.',
      zh: '先清空队列：修复或重启不读取的程序。如果连接都正常且内存充裕，再调大 tcp_mem；用 tcp_rmem、tcp_wmem 的最后一个数限制单个套接字。',
    },
    notToConfuse: {
      en: "- A pod at its own memory limit: its sockets are held back alone, and the machine's pages stay low.\n- The OOM killer: memory of processes.\n- PruneCalled without pressure: one socket over its own buffer (`receive-queue-pruned`).\n- A few entries into pressure since boot: a burst that is over.",
      zh: '- Pod 达到自身内存上限：只有它的套接字受限，整机页数仍低。\n- OOM killer：那是进程的内存。\n- 没有压力却有 PruneCalled：某个套接字超过自身缓冲区（见 `receive-queue-pruned`）。\n- 开机以来只有几次进入压力：已经过去的突发。',
    },
    sources: [
      'Linux net/core/sock.c: __sk_mem_raise_allocated(); net/ipv4/tcp.c: tcp_enter_memory_pressure(), tcp_check_oom()',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_mem',
      'Linux Documentation/networking/snmp_counter.rst: TcpExtTCPMemoryPressures',
    ],
  },
  effects: [
    {
      rule: 'receive-queue-pruned',
      shared: 'node',
      why: {
        en: 'Under memory pressure the kernel squeezes receive queues that would have had room otherwise.',
        zh: '内存压力下，内核会压缩本来还有余量的接收队列。',
      },
    },
    {
      rule: 'orphaned-sockets',
      shared: 'node',
      why: {
        en: 'Closed connections that still have data to send are reset while TCP is out of memory.',
        zh: 'TCP 内存不足时，仍有数据待发送的已关闭连接会被重置。',
      },
    },
  ],
  thresholds: [
    {
      value: 'tcp_mem[1]',
      reason: {
        en: "the kernel's own mark: above it, pressure begins",
        zh: '内核自己的界线：超过即进入压力状态',
      },
    },
    {
      value: 'tcp_mem[2]',
      reason: { en: "the kernel's own limit: above it, memory is refused", zh: '内核自己的上限：超过即拒绝分配' },
    },
    {
      value: '60 s',
      reason: {
        en: 'the log line is repeated while memory is refused: one that is older tells of the past',
        zh: '拒绝期间日志会不断重复，更早的日志说明已经过去',
      },
    },
  ],
  check({ memory }) {
    const verdict = judge(memory)
    if (!verdict) return []
    return [
      {
        subject: { kind: 'node', key: 'tcp memory' },
        ...verdict,
        evidence: evidenceOf(memory),
        remedies: remedies(memory),
        notHelpful: [words.notBuffers, words.notQueues],
        unknowns: [...(memory.holders.length === 0 ? [words.who] : []), words.leak],
      },
    ]
  },
  remark({ memory: { pages, limits } }) {
    if (!pages || !limits || pages.value < HIGH * limits.pressure) return null
    return say(words.high, { pages: pages.value, pressure: limits.pressure })
  },
})

type Verdict = Pick<Draft, 'severity' | 'confidence' | 'when' | 'summary'>

function judge({ pages, limits, entered, enteredNow, log, logSecondsAgo }: TcpMemory): Verdict | null {
  const now = pages && limits ? say(words.nowAt, { pages: pages.value, pressure: limits.pressure }) : words.nothing
  if (pages && limits && pages.value >= limits.high)
    return verdict('critical', 'now', say(words.refused, { pages: pages.value, high: limits.high }))
  if (log.length > 0 && logSecondsAgo !== null && logSecondsAgo <= LOG_IS_NOW_SECONDS)
    return verdict('critical', 'now', say(words.logNow, { ago: formatMs(logSecondsAgo * 1000) }))
  if (pages && limits && pages.value >= limits.pressure)
    return verdict('warning', 'now', say(words.pressure, { pages: pages.value, ...limits }))
  if (enteredNow && enteredNow.value > 0)
    return verdict('warning', 'now', say(words.entered, { times: enteredNow.value, now }))
  if (log.length > 0) return verdict('warning', 'past', say(words.logged, { now }))
  if (!entered || entered.value === 0) return null
  return verdict('info', 'past', say(words.past, { times: entered.value, now }))
}

const verdict = (severity: Draft['severity'], when: Draft['when'], summary: Text): Verdict => ({
  severity,
  confidence: 'certain',
  when,
  summary,
})

function evidenceOf(memory: TcpMemory): readonly Evidence[] {
  const { pages, limits, setting, entered, enteredNow, log, holders } = memory
  const last = log.at(-1)
  const counter = `nstat -az ${COUNTER}`
  const plain = { unit: null, limit: null }
  return [
    ...(pages
      ? [
          {
            label: words.pages,
            value: pages.value,
            unit: 'pages',
            limit: limits?.pressure ?? null,
            source: pages.origin,
            command: 'cat /proc/net/sockstat',
          },
        ]
      : []),
    ...(setting
      ? [{ ...plain, label: words.setting, value: setting.value, source: setting.origin, command: `sysctl ${KEY}` }]
      : []),
    ...(entered
      ? [{ ...plain, label: words.enteredTotal, value: entered.value, source: entered.origin, command: counter }]
      : []),
    ...(enteredNow
      ? [{ ...plain, label: words.enteredGrown, value: enteredNow.value, source: enteredNow.origin, command: counter }]
      : []),
    ...(last
      ? [
          {
            ...plain,
            label: say(words.log, { text: last.text.slice(0, 120) }),
            value: log.length,
            source: last.origin,
            command: 'dmesg -T | grep tcp_mem',
          },
        ]
      : []),
    ...holders.slice(0, SHOWN).map(({ program, received, sent, connections, origin }) => ({
      label: say(words.holder, { program, received, sent, connections }),
      value: received + sent,
      unit: 'bytes',
      limit: null,
      source: origin,
      command: 'ss -tanmp',
    })),
  ]
}

function remedies({ limits }: TcpMemory): readonly Remedy[] {
  const verify = 'cat /proc/net/sockstat'
  const look: Remedy = { title: words.ownerTitle, action: 'ss -tanmp', language: 'sh', risk: words.ownerRisk, verify }
  if (!limits) return [look]
  const { low, pressure, high } = limits
  return [
    look,
    {
      title: words.raiseTitle,
      action: `sysctl -w ${KEY}="${2 * low} ${2 * pressure} ${2 * high}"`,
      language: 'sh',
      risk: words.raiseRisk,
      verify,
    },
  ]
}
