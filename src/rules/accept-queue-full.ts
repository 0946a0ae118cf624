import { type AcceptQueue, acceptQueues, queuesToTheirLimits, sumOf } from '../facts/accept-queues.ts'
import { type FullQueueBehaviour, fullQueueBehaviour } from '../facts/kernel-release.ts'
import { earlierSelf } from '../facts/listeners.ts'
import { maybe, type View } from '../facts/need.ts'
import { type NeverAccepting, neverAccepting } from '../facts/never-accepting.ts'
import { byHolder, type Held } from '../facts/owners.ts'
import { type SlowAccepts, slowAccepts } from '../facts/slow-accepts.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import {
  longestFirst,
  namespaceEvidence,
  QUEUE_WORDS,
  queueEvidence,
  subjectOf,
  sumEvidence,
} from './queue-evidence.ts'

const words = {
  many: {
    en: '{program}: {full} of {queued} listeners with a queue are over their limit, {sum} connections wait in all of them; {impact}',
    zh: '{program}：{queued} 个队列非空的监听套接字中有 {full} 个超过上限，共有 {sum} 条连接在等待；{impact}',
  },
  one: {
    en: '{listener}{program} holds {length} connections in its accept queue and takes no more than {max} + 1; {impact}',
    zh: '{listener}{program} 的 accept 队列里有 {length} 条连接，而上限是 {max} + 1；{impact}',
  },
  burst: {
    en: '{listener}{program} was full at the reading before and is not any more ({before} → {now}): a burst',
    zh: '{listener}{program} 在前一次读数时已满，现在不满了（{before} → {now}）：属于突发',
  },
  held: { en: ' ({program})', zh: '（{program}）' },
  dropsSyn: {
    en: 'new SYNs to a full one are dropped without an answer, clients hang in SYN_SENT',
    zh: '发往已满队列的新 SYN 会被静默丢弃，客户端停在 SYN_SENT',
  },
  dropsAck: {
    en: 'on this kernel the last ACK of the handshake is dropped (SYNs too once several are young): clients believe that they are connected and get no answer',
    zh: '在这个内核版本上，握手的最后一个 ACK 会被丢弃（未完成的新请求较多时 SYN 也会被丢）：客户端以为已连接，却得不到任何应答',
  },
  dropsUnknown: {
    en: 'what is sent to a full one is dropped: the SYN (Linux 4.10 and later) or the last ACK of the handshake (older)',
    zh: '发往已满队列的报文会被丢弃：Linux 4.10 及以后丢 SYN，更早的内核丢握手的最后一个 ACK',
  },
  neverAccepted: {
    en: 'only what reaches these listeners is lost: connections that NAT takes away first do not meet them, so the service goes on',
    zh: '只有真正到达这些监听套接字的连接才会丢失；先被 NAT 转走的连接不会碰到它们，因此服务照常',
  },
  wasFull: { en: '{listener}: full at the reading before', zh: '{listener}：前一次读数时已满' },
  whyFull: {
    en: 'Why accept() does not keep up is not in this data. Threads in state D or waiting on NFS: ps -eLo pid,tid,stat,wchan:32,comm; a throttled container: nr_throttled in its cpu.stat; CPU stolen or waited for: vmstat 1, /proc/pressure/cpu; disks: /proc/pressure/io',
    zh: '这份数据看不出 accept() 为什么跟不上。D 状态或在等 NFS 的线程：ps -eLo pid,tid,stat,wchan:32,comm；容器被限流：其 cpu.stat 的 nr_throttled；CPU 被抢占或排队：vmstat 1、/proc/pressure/cpu；磁盘：/proc/pressure/io',
  },
  lookTitle: { en: 'See who waits and what the owner is doing', zh: '查看是谁在等待、进程在做什么' },
  lookRisk: { en: 'None: it only reads.', zh: '没有风险：只读操作。' },
  raiseTitle: {
    en: 'If the owner does accept and only bursts overflow it: a longer queue (see backlog-too-small for the limit that binds)',
    zh: '如果进程确实在 accept，只是突发流量撑满：加长队列（哪个上限起作用见 backlog-too-small）',
  },
  raiseRisk: {
    en: 'A queue that is always full only gets longer waits by it. The listener must be opened anew to take the value.',
    zh: '对一直是满的队列，加长只会让等待更久。监听套接字要重新打开才会采用新值。',
  },
  notKill: {
    en: 'ss -K on the queued connections: the rows go, the places in the queue stay taken.',
    zh: '用 ss -K 杀掉排队的连接：行会消失，但队列里的位置仍被占着。',
  },
  notAbort: {
    en: 'net.ipv4.tcp_abort_on_overflow=1: clients get a reset instead of silence, no place becomes free, and dropped SYNs stay unanswered.',
    zh: '设置 net.ipv4.tcp_abort_on_overflow=1：客户端只是从无应答变成收到 RST，位置并不会空出来，被丢的 SYN 仍然没有应答。',
  },
  notSomaxconn: {
    en: 'Raising net.core.somaxconn alone: an open listener keeps its limit until the program calls listen() again, and its own backlog may be the smaller one.',
    zh: '只调大 net.core.somaxconn：已打开的监听套接字在程序再次调用 listen() 之前上限不变，而且程序自己的 backlog 可能更小。',
  },
} satisfies Record<string, Text>

/** A queue that was full at the reading before and is not now. */
interface Burst {
  readonly queue: AcceptQueue
  readonly was: number
  readonly evidence: Evidence
}

export default defineRule({
  id: 'accept-queue-full',
  title: { en: 'Accept queue is full', zh: 'accept 队列已满' },
  severity: 'critical',
  scope: 'netns',
  needs: { queues: queuesToTheirLimits, unaccepted: maybe(neverAccepting), slow: slowAccepts },
  words: { ...words, ...QUEUE_WORDS },
  page: {
    what: {
      en: 'A listener holds more finished handshakes than its limit. In `ss -ltn` Recv-Q of a LISTEN row is the number of connections that wait for accept(), Send-Q is the limit; the kernel lets in limit + 1, so 129 over 128 is full.',
      zh: '监听套接字上已完成握手的连接数超过上限。`ss -ltn` 中 LISTEN 行的 Recv-Q 是等待 accept() 的连接数，Send-Q 是上限；内核最多放进上限 + 1 条，所以 129 对 128 就是满。',
    },
    why: {
      en: 'The program calls accept() too slowly, or not at all, or the limit is too small for a burst. Since Linux 4.10 a SYN to a full queue is dropped and the client retries in SYN_SENT. Older kernels may answer the SYN and drop the last ACK: the client is ESTABLISHED, the server is not. Either way ListenOverflows and ListenDrops grow.',
      zh: '程序调用 accept() 太慢、根本不调用，或者上限经不起突发。Linux 4.10 起，发往已满队列的 SYN 会被丢弃，客户端停在 SYN_SENT 重试；更早的内核可能应答 SYN 而丢掉最后的 ACK：客户端是 ESTABLISHED，服务端却不是。两种情况下 ListenOverflows 和 ListenDrops 都会增长。',
    },
    confirm: {
      en: 'Run `ss -ltnp` twice, a few seconds apart: Recv-Q above Send-Q both times is standing, once is a burst. `nstat -az TcpExtListenOverflows` grows while something is lost. Judge each listener by itself: with SO_REUSEPORT one stuck member loses its share while the others are idle.',
      zh: '隔几秒执行两次 `ss -ltnp`：两次 Recv-Q 都大于 Send-Q 是持续满，只有一次是突发。有丢失时 `nstat -az TcpExtListenOverflows` 会增长。要逐个监听套接字判断：使用 SO_REUSEPORT 时，一个卡住的成员会丢掉分给它的连接，其余成员却是空闲的。',
    },
    fix: {
      en: "Find out why accept() does not keep up and cure that. For bursts raise the limit that binds: the program's backlog and net.core.somaxconn of its namespace, both, then restart the listener.",
      zh: '找出 accept() 跟不上的原因并解决。对突发流量，调大真正起作用的上限：程序的 backlog 和所在网络命名空间的 net.core.somaxconn，两者一起改，然后重新打开监听。',
    },
    notToConfuse: {
      en: 'A queue that is merely not empty is normal under load. A full SYN queue is another queue (TCPReqQFullDrop). On connections, not listeners, Recv-Q counts bytes. A listing in which every Send-Q is 0 carries no limits at all. And no full queue is no cure: raising the limit to 32768 hides a listener that nobody accepts from until 32769 connections wait in it.',
      zh: '有负载时队列非空是正常的。SYN 队列满是另一个队列（TCPReqQFullDrop）。对普通连接，Recv-Q 的单位是字节。如果所有监听行的 Send-Q 都是 0，说明这份输出根本不带上限。另外，队列没满不等于治好了：把上限调到 32768，没有人 accept 的监听要积到 32769 条连接才会再次丢包，问题只是被掩盖。',
    },
    sources: [
      'include/net/sock.h: sk_acceptq_is_full',
      'net/ipv4/tcp_input.c: tcp_conn_request',
      'commit 5ea8ea2cb7f1 "tcp/dccp: drop SYN packets if accept queue is full" (Linux 4.10)',
      'listen(2), ss(8)',
    ],
  },
  thresholds: [
    {
      value: 'limit + 1',
      reason: {
        en: 'sk_acceptq_is_full() tests length > limit, so a queue of 128 is full with 129',
        zh: 'sk_acceptq_is_full() 判断的是长度 > 上限，因此上限 128 的队列在 129 时才满',
      },
    },
    {
      value: '1 s',
      reason: {
        en: 'age of the oldest connection in the queue from which on accept() is called late: clients notice a second, a busy server empties its queue in milliseconds',
        zh: '队列中最老连接的等待时间，超过即说明 accept() 来得太晚：客户端能察觉一秒，而繁忙的服务器几毫秒就会取空队列',
      },
    },
  ],
  effects: [
    {
      rule: 'listen-overflows',
      shared: 'netns',
      why: {
        en: 'Every packet of a handshake that a full queue turns away counts as one ListenOverflows.',
        zh: '已满队列每拒绝一个握手报文，ListenOverflows 就加一。',
      },
    },
    {
      rule: 'syn-unanswered',
      shared: 'port',
      why: {
        en: 'A SYN to a full accept queue is dropped without an answer, and the client sends it again.',
        zh: '发往已满 accept 队列的 SYN 会被静默丢弃，客户端只能重发。',
      },
    },
  ],
  check({ queues, unaccepted, slow }, view) {
    const bursts = burstsIn(view)
    return byHolder(queues).flatMap((group): readonly Draft[] => {
      const full = group.items.filter((one) => one.full)
      const over = bursts.filter((one) => group.items.includes(one.queue))
      if (full.length > 0) return [fullDraft(view, group, full, unaccepted ?? [], slow)]
      return over.length > 0 ? [burstDraft(view, group, over)] : []
    })

    /** Full before, known to have room now. Only in readings of known time: in others a change may have taken days. */
    function burstsIn({ before, order }: View): readonly Burst[] {
      const then = before && order?.by === 'clock' ? acceptQueues.get(before) : null
      if (!then?.ok) return []
      return queues.flatMap((queue): Burst[] => {
        const self = queue.full ? null : earlierSelf(view, queue.listener)
        const was = self && then.value.find((one) => one.listener === self.listener)
        if (!before || !was?.full || queue.limit === null) return []
        const label = say(words.wasFull, { listener: formatEnd(queue.listener.local) })
        return [{ queue, was: was.length, evidence: { ...queueEvidence(before, was), label } }]
      })
    }
  },
})

function fullDraft(
  view: View,
  { holder, items }: Held<AcceptQueue>,
  full: readonly AcceptQueue[],
  unaccepted: readonly NeverAccepting[],
  slow: SlowAccepts,
): Draft {
  const held = new Set(unaccepted.map((one) => one.listener))
  const isHeld = full.every((one) => held.has(one.listener))
  const impact =
    isHeld && unaccepted.some((one) => one.sign === 'kube-proxy' || isNodePort(one))
      ? words.neverAccepted
      : IMPACT[fullQueueBehaviour(view)]
  const [first] = longestFirst(full)
  const guessed = full.some((one) => one.limit?.known !== 'printed')
  return {
    subject: subjectOf(holder, items.length === 1 ? items : full),
    severity: 'critical',
    confidence: guessed ? 'likely' : 'certain',
    when: 'now',
    summary:
      holder && items.length > 1
        ? say(words.many, {
            program: holder.program,
            full: full.length,
            queued: items.length,
            sum: sumOf(items),
            impact,
          })
        : say(words.one, {
            listener: first ? formatEnd(first.listener.local) : '',
            program: holder ? say(words.held, { program: holder.program }) : plain(''),
            length: first?.length ?? 0,
            max: first?.limit?.value ?? 0,
            impact,
          }),
    evidence: [
      ...sumEvidence(view, items),
      ...namespaceEvidence(view, items),
      ...longestFirst(full).map((one) => queueEvidence(view, one)),
    ],
    remedies: remediesFor(view, full, isHeld),
    notHelpful: [words.notKill, words.notAbort, words.notSomaxconn],
    unknowns: isHeld || full.some((one) => slow.has(one.listener)) ? [] : [words.whyFull],
  }
}

function burstDraft(view: View, { holder, items }: Held<AcceptQueue>, bursts: readonly Burst[]): Draft {
  const [first] = bursts
  return {
    subject: subjectOf(holder, items.length === 1 ? items : bursts.map((one) => one.queue)),
    severity: 'warning',
    confidence: 'certain',
    when: 'past',
    summary: say(words.burst, {
      listener: first ? formatEnd(first.queue.listener.local) : '',
      program: holder ? say(words.held, { program: holder.program }) : plain(''),
      before: first?.was ?? 0,
      now: first?.queue.length ?? 0,
    }),
    evidence: bursts.flatMap((one) => [one.evidence, queueEvidence(view, one.queue)]),
    remedies: remediesFor(
      view,
      bursts.map((one) => one.queue),
      false,
    ),
    notHelpful: [words.notKill, words.notAbort, words.notSomaxconn],
    unknowns: [words.whyFull],
  }
}

const IMPACT: Readonly<Record<FullQueueBehaviour, Text>> = {
  'drops-syn': words.dropsSyn,
  'drops-ack': words.dropsAck,
  unknown: words.dropsUnknown,
}

const isNodePort = ({ sign }: NeverAccepting): boolean => sign === 'node-port'

function remediesFor(view: View, queues: readonly AcceptQueue[], isHeld: boolean): readonly Remedy[] {
  const [first] = longestFirst(queues)
  if (!first) return []
  const port = first.listener.local.port
  const pid = first.holder?.pids[0]
  const look: Remedy = {
    title: words.lookTitle,
    action: [
      inNetns(view, `ss -tanpi 'sport = :${port}'`),
      ...(pid === undefined ? [] : [`ps -L -o tid,stat,wchan:32,pcpu,comm -p ${pid}`]),
    ].join('\n'),
    language: 'sh',
    risk: words.lookRisk,
    verify: inNetns(view, `ss -nltp 'sport = :${port}'`),
  }
  if (isHeld) return [look]
  return [
    look,
    {
      title: words.raiseTitle,
      action: null,
      language: null,
      risk: words.raiseRisk,
      verify: inNetns(view, `ss -nlt 'sport = :${port}'`),
    },
  ]
}
