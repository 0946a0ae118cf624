import { type GrowingQueue, growingQueues } from '../facts/growing-queues.ts'
import type { View } from '../facts/need.ts'
import { byHolder, type Held } from '../facts/owners.ts'
import type { Confidence, Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatMs, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { QUEUE_WORDS, queueEvidence, subjectOf } from './queue-evidence.ts'

const words = {
  summary: {
    en: '{listener}{program}: the accept queue rose from {was} to {length} in {seconds}{oldest}; at {rate} a second it is full (limit {max}) in {left}, and then SYNs are dropped',
    zh: '{listener}{program}：accept 队列在 {seconds} 内从 {was} 升到 {length}{oldest}；按每秒 {rate} 条的速度，{left} 后就会满（上限 {max}），之后 SYN 会被丢弃',
  },
  held: { en: ' ({program})', zh: '（{program}）' },
  oldest: { en: ', its oldest connection has waited for {age}', zh: '，最早的连接已等待 {age}' },
  rise: { en: '{listener}: at the reading before', zh: '{listener}：前一次读数' },
  age: { en: '{listener}: age of the oldest connection that waits', zh: '{listener}：最早一条等待连接的时长' },
  full: { en: '{listener}: time until it is full at this rate', zh: '{listener}：照此速度还有多久会满' },
  lookTitle: {
    en: 'See who arrives and what the program is doing, before it is full',
    zh: '趁还没满，看是谁在连、程序在做什么',
  },
  lookRisk: { en: 'These commands only read.', zh: '这些命令都是只读的。' },
  notYet: {
    en: 'Raising the limit now: it moves the moment a little, and takes a restart that loses what waits.',
    zh: '现在就调大上限：只把那一刻推迟一点，而且要重启，会丢掉正在等待的连接。',
  },
  notSyn: {
    en: 'SYN cookies and tcp_max_syn_backlog: these connections have finished their handshakes.',
    zh: 'SYN cookies 和 tcp_max_syn_backlog：这些连接已经完成握手。',
  },
  askAgain: {
    en: 'A burst that ebbs away looks the same in two readings: watch -n1 "ss -ltn sport = :{port}" shows which it is.',
    zh: '两次读数分不清是持续增长还是会退去的突发：watch -n1 "ss -ltn sport = :{port}" 可以看出来。',
  },
  askWhy: {
    en: 'More clients than usual, or a slower program? TcpPassiveOpens a second (nstat), CPU and state of its threads (pidstat -t, ps -L) tell the one from the other.',
    zh: '是客户端变多，还是程序变慢？看每秒 TcpPassiveOpens（nstat）以及线程的 CPU 与状态（pidstat -t、ps -L）。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'accept-queue-growing',
  title: { en: 'Accept queue is growing', zh: 'accept 队列在增长' },
  severity: 'warning',
  scope: 'netns',
  needs: { growing: growingQueues },
  words: { ...words, ...QUEUE_WORDS },
  page: {
    what: {
      en: 'Between two readings a listener got markedly more connections that wait for accept(), and it has not reached its limit yet. Nothing is lost so far; clients already wait for their first byte.',
      zh: '两次读数之间，某个监听套接字上等待 accept() 的连接明显变多，但还没到上限。目前没有丢失，不过客户端已经在等第一个字节。',
    },
    why: {
      en: 'Connections arrive faster than the program takes them: its threads wait (for a disk, a lock, a backend), they are short of CPU, there are too few of them, or clients come in a wave after an outage.',
      zh: '连接到达得比程序取走得快：线程在等（磁盘、锁、后端）、缺 CPU、数量太少，或者故障恢复后客户端一拥而上。',
    },
    confirm: {
      en: 'Watch Recv-Q of the LISTEN row every second: a line that only rises is this fault, a saw-tooth is ordinary load. The age of the oldest waiting connection (`ss -tino` lastrcv, lastack) tells how late accept() is.',
      zh: '每秒看一次 LISTEN 行的 Recv-Q：一直上升就是本问题，锯齿状是正常负载。最早一条等待连接的时长（`ss -tino` 的 lastrcv、lastack）说明 accept() 迟了多久。',
    },
    fix: {
      en: 'Find what holds the program up while there is time; send some of the clients elsewhere. See the findings beside this one for a cause that was seen.',
      zh: '趁还有时间找出拖住程序的原因，并把部分客户端引到别处。若已看到原因，会列在本条旁边。',
    },
    notToConfuse: {
      en: 'A queue that fills and empties again many times a second. A wave of reconnects that is worked off within seconds. A listener that nobody accepts from at all: its queue grows too, by whatever slips in, and never shrinks.',
      zh: '一秒内多次装满又清空的队列。几秒内就处理完的重连潮。根本没人 accept 的监听：它的队列也会随漏进来的连接变长，却从不变短。',
    },
    sources: ['net/ipv4/inet_connection_sock.c: reqsk_queue_remove takes the oldest', 'ss(8)'],
  },
  thresholds: [
    {
      value: '8',
      reason: {
        en: 'connections that a queue must gain between two readings: fewer are one client’s handful',
        zh: '两次读数之间队列至少增加的连接数：更少只是一个客户端的几条连接',
      },
    },
    {
      value: '10 %',
      reason: {
        en: 'of the limit, where no ages are told: what rises by less is not full within ten such intervals',
        zh: '在没有等待时间可看时，增量占上限的比例：低于它，十个同样的间隔内也不会满',
      },
    },
    {
      value: '1000 ms',
      reason: {
        en: 'age of the oldest in a growing queue: the owner is behind, and it is no passing wave',
        zh: '增长中的队列里最老连接的等待时间：说明程序已经落后，而不是一阵短暂的波峰',
      },
    },
    {
      value: '600 s',
      reason: {
        en: 'longest distance of two readings: between them a queue may have filled and drained many times',
        zh: '两次读数的最大间隔：再长，队列可能已经涨落多次',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'time until it is full below which the forecast is a warning: nobody has time to do anything slower',
        zh: '预计填满时间低于此值即为警告：更慢的处理都来不及',
      },
    },
  ],
  effects: [
    {
      rule: 'accept-queue-full',
      shared: 'listener',
      why: { en: 'What goes on growing is full in the end.', zh: '持续增长的队列最终会满。' },
    },
  ],
  check: ({ growing }, view) => byHolder(growing).map((group) => draftOf(view, group)),
})

const SEVERITY_SOON_S = 60

function draftOf(view: View, { holder, items }: Held<GrowingQueue>): Draft {
  const queues = [...items].sort((a, b) => a.fullInSeconds - b.fullInSeconds)
  const [first] = queues
  if (!first) throw new Error('a group of queues cannot be empty')
  const surest: Confidence =
    (['certain', 'likely'] as const).find((one) => items.some((q) => q.confidence === one)) ?? 'possible'
  return {
    subject: subjectOf(holder, items),
    severity: first.fullInSeconds <= SEVERITY_SOON_S || (first.oldestMs ?? 0) >= 1000 ? 'warning' : 'info',
    confidence: surest,
    when: 'now',
    summary: say(words.summary, {
      listener: formatEnd(first.listener.local),
      program: holder ? say(words.held, { program: holder.program }) : plain(''),
      was: first.was,
      length: first.length,
      seconds: formatMs(first.seconds * 1000),
      oldest: first.oldestMs === null ? plain('') : say(words.oldest, { age: formatMs(first.oldestMs) }),
      rate: Number(((first.length - first.was) / first.seconds).toFixed(1)),
      left: formatMs(first.fullInSeconds * 1000),
      max: first.limit.value,
    }),
    evidence: queues.flatMap((one) => evidenceOf(view, one)),
    remedies: [lookRemedy(view, first)],
    notHelpful: [words.notYet, words.notSyn],
    unknowns: [
      ...(surest === 'certain' ? [] : [say(words.askAgain, { port: String(first.listener.local.port) })]),
      words.askWhy,
    ],
  }
}

function evidenceOf(view: View, queue: GrowingQueue): readonly Evidence[] {
  const listener = formatEnd(queue.listener.local)
  const now = queueEvidence(view, queue)
  return [
    now,
    { ...now, label: say(words.rise, { listener }), value: queue.was },
    {
      ...now,
      label: say(words.full, { listener }),
      value: formatMs(queue.fullInSeconds * 1000),
      unit: null,
      limit: null,
      command: null,
    },
    ...(queue.oldestMs === null
      ? []
      : [{ ...now, label: say(words.age, { listener }), value: formatMs(queue.oldestMs), unit: null, limit: null }]),
  ]
}

function lookRemedy(view: View, { listener, holder }: GrowingQueue): Remedy {
  const { port } = listener.local
  const pid = holder?.pids[0]
  return {
    title: words.lookTitle,
    action: [
      inNetns(view, `ss -tno 'sport = :${port}'`),
      ...(pid === undefined ? [] : [`pidstat -t -u -p ${pid} 1 3`, `ps -L -o tid,stat,wchan:32,comm -p ${pid}`]),
    ].join('\n'),
    language: 'sh',
    risk: words.lookRisk,
    verify: inNetns(view, `ss -nlt 'sport = :${port}'`),
  }
}
