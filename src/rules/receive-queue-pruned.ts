import { byName, countOf } from '../facts/connections.ts'
import { percent } from '../facts/counters.ts'
import type { View } from '../facts/need.ts'
import {
  connectionsOf,
  type QueueCounts,
  type ReceiveQueues,
  receiveQueues,
  type SlowReader,
} from '../facts/receive-queues.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatTexts } from '../words/format.ts'
import { say } from '../words/say.ts'
import { counterEvidence, inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { peerList } from './peer-words.ts'

/** Every segment that is thrown away is sent again: one in a thousand already costs throughput. */
const FELT = 0.001
/** One paused consumer may be meant to wait; several at once are a program that does not keep up. */
const SEVERAL = 5
const NAMES = 'TcpExtPruneCalled TcpExtRcvPruned TcpExtOfoPruned TcpExtTCPRcvQDrop TcpInSegs'

const words = {
  dropped: {
    en: 'TCP threw {dropped} received segments away between the two readings because a receive queue was over its buffer{who}',
    zh: '两次读数之间，TCP 因接收队列超出缓冲区而丢弃了 {dropped} 个已收到的报文段{who}',
  },
  squeezed: {
    en: 'TCP squeezed receive queues {squeezed} times between the two readings; nothing was lost{who}',
    zh: '两次读数之间 TCP 压缩接收队列 {squeezed} 次，没有丢弃数据{who}',
  },
  past: {
    en: '{share} of the segments received were thrown away for a full receive queue since the counters began ({dropped})',
    zh: '自计数开始以来，收到的报文段有 {share} 因接收队列已满被丢弃（{dropped} 个）',
  },
  unread: {
    en: '{program} does not read from {connections} of its connections{place}: {bytes} bytes wait, the same at both readings; the senders stand still',
    zh: '{program} 没有读取其 {connections} 条连接{place}：有 {bytes} 字节等待，两次读数之间没有变化；发送方已停住',
  },
  behind: {
    en: '{program} is behind with reading from {connections} of its connections{place}: {bytes} bytes wait',
    zh: '{program} 有 {connections} 条连接{place}读取跟不上：{bytes} 字节等待读取',
  },
  who: { en: '; {readers}', zh: '；{readers}' },
  reader: { en: '{program} has {bytes} bytes unread{place}', zh: '{program}{place}有 {bytes} 字节未读' },
  nobody: { en: '', zh: '' },
  server: { en: ' at its port {port}', zh: '（其端口 {port}）' },
  client: { en: ' to port {port}', zh: '（到端口 {port}）' },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  squeezedLabel: { en: 'times that a queue was squeezed (PruneCalled)', zh: '压缩队列的次数（PruneCalled）' },
  droppedLabel: {
    en: 'segments thrown away (RcvPruned + OfoPruned + TCPRcvQDrop)',
    zh: '丢弃的报文段（RcvPruned + OfoPruned + TCPRcvQDrop）',
  },
  squeezedGrown: { en: 'squeezed between the two readings', zh: '两次读数之间压缩的次数' },
  droppedGrown: { en: 'thrown away between the two readings', zh: '两次读数之间丢弃的报文段' },
  group: {
    en: 'unread bytes of {program}{place}: {connections} of {all} connections, with {peers}',
    zh: '{program}{place}未读字节数：{all} 条连接中的 {connections} 条，对端 {peers}',
  },
  whoReads: {
    en: 'Which program does not read: ss -tanmp state established; Recv-Q that stays large, r near rb in skmem.',
    zh: '是哪个程序没有读取：ss -tanmp state established，看一直很大的 Recv-Q，以及 skmem 中接近 rb 的 r。',
  },
  onPurpose: {
    en: 'A consumer that is paused on purpose (back pressure) looks alike: what the program waits for decides, see its state and its log.',
    zh: '有意暂停的消费者（背压）看起来也是这样：要看程序在等什么，查看其状态和日志。',
  },
  again: {
    en: 'One look cannot tell a busy reader from one that stopped: the same Recv-Q two seconds later is the latter.',
    zh: '看一次无法区分繁忙与停止读取：两秒后 Recv-Q 完全相同则是后者。',
  },
  small: {
    en: 'Very small segments fill a buffer with overhead long before the window is used up.',
    zh: '非常小的报文段会让开销先占满缓冲区，而窗口还远未用完。',
  },
  lookTitle: { en: 'See what the reader waits for', zh: '查看读取方在等什么' },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  bufferTitle: {
    en: 'If it does read and bursts are the matter: let receive buffers grow larger',
    zh: '如果程序在读、只是突发太大：允许接收缓冲区增长得更大',
  },
  bufferRisk: {
    en: 'More kernel memory for each slow connection; a program that sets SO_RCVBUF itself is not reached.',
    zh: '每条慢连接占用更多内核内存；自行设置 SO_RCVBUF 的程序不受影响。',
  },
  notBacklog: {
    en: 'A larger backlog or somaxconn: Recv-Q of an established connection is bytes, no connections.',
    zh: '调大 backlog 或 somaxconn：已建立连接的 Recv-Q 是字节数，不是连接数。',
  },
  notCongestion: {
    en: 'Another congestion control or a faster network: the receiver is what is slow.',
    zh: '更换拥塞控制算法或提升网络带宽：慢的是接收方。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'receive-queue-pruned',
  title: { en: 'A program does not read fast enough', zh: '程序读取不及时，接收队列被裁剪' },
  severity: 'warning',
  scope: 'netns',
  needs: { queues: receiveQueues },
  words,
  page: {
    what: {
      en: 'Data that arrived waits in the receive queue until the program reads it. The window tells the sender how much more may come; when the program does not read, it closes and the sender stops. Should the queue still pass its buffer, the kernel merges segments (PruneCalled, TCPRcvCollapsed), and if that is not enough throws some away (RcvPruned, OfoPruned, TCPRcvQDrop).',
      zh: '到达的数据在接收队列里等程序读取。窗口告诉发送方还能发多少；程序不读，窗口就关闭，发送方停下。如果队列仍超出缓冲区，内核会合并报文段（PruneCalled、TCPRcvCollapsed），还不够就丢弃一部分（RcvPruned、OfoPruned、TCPRcvQDrop）。',
    },
    why: {
      en: '- One thread does everything and is busy with something else; a garbage collector; a lock.\n- The program waits for its own downstream: a disk, a database, a full pipe.\n- Thousands of tiny segments, each with several hundred bytes of overhead.\n- Memory pressure: the kernel allows less than the buffer says.',
      zh: '- 单线程处理一切，正忙于别的事；垃圾回收；锁。\n- 程序在等自己的下游：磁盘、数据库、写满的管道。\n- 成千上万个很小的报文段，每个都有数百字节开销。\n- 内存压力：内核给的比缓冲区标称的少。',
    },
    confirm: {
      en: '`nstat -az TcpExtPruneCalled TcpExtRcvPruned TcpExtOfoPruned TcpExtTCPRcvQDrop` twice. `ss -tanmp state established` twice: a Recv-Q that is large and the same is not being read.',
      zh: '执行两次 `nstat -az TcpExtPruneCalled TcpExtRcvPruned TcpExtOfoPruned TcpExtTCPRcvQDrop`；再执行两次 `ss -tanmp state established`：又大又不变的 Recv-Q 就是没有被读取。',
    },
    fix: {
      en: 'Find what the reading thread does instead (its wait channel, a stack dump), and repair that. Larger tcp_rmem helps against bursts only.',
      zh: '查清读取线程在做什么（wait channel、线程栈），然后修复。调大 tcp_rmem 只对突发有用。',
    },
    notToConfuse: {
      en: '- Recv-Q of a LISTEN row: connections that wait for accept() (`accept-queue-full`).\n- Recv-Q of a connection that nobody accepted: not the program, the queue.\n- PruneCalled or TCPRcvCollapsed as totals since boot: merging is ordinary and loses nothing.\n- TCPBacklogDrop: the backlog of a locked socket, for moments.\n- Recv-Q 1 in CLOSE_WAIT: a FIN.',
      zh: '- LISTEN 行的 Recv-Q：等待 accept() 的连接数（见 `accept-queue-full`）。\n- 从未被 accept 的连接的 Recv-Q：问题在队列，不在读取。\n- 开机以来的 PruneCalled、TCPRcvCollapsed 总数：合并很常见，不丢数据。\n- TCPBacklogDrop：套接字被锁住期间的暂存队列。\n- CLOSE_WAIT 中 Recv-Q 为 1：那是 FIN。',
    },
    sources: [
      'Linux net/ipv4/tcp_input.c: tcp_try_rmem_schedule(), tcp_prune_queue(), tcp_prune_ofo_queue(), tcp_data_queue()',
      'Linux Documentation/networking/snmp_counter.rst: TcpExtPruneCalled, TcpExtRcvPruned, TcpExtOfoPruned',
      'Linux Documentation/networking/ip-sysctl.rst: tcp_rmem',
    ],
  },
  effects: [],
  thresholds: [
    {
      value: 'tcp_rmem[1] / 2',
      reason: {
        en: 'bytes unread in one connection (65 536 by default): the whole first window has arrived and none of it was read',
        zh: '单条连接的未读字节数（默认 65 536）：整个初始窗口都已到达而一点没读',
      },
    },
    {
      value: '0.1 %',
      reason: {
        en: 'of all segments received were thrown away: each is sent again, and one in a thousand already costs throughput',
        zh: '被丢弃的报文段占比：每个都要重传，千分之一已会影响吞吐',
      },
    },
    {
      value: '5',
      reason: {
        en: 'connections that stand unread make it a warning: one may be a consumer that is paused on purpose',
        zh: '条连接停滞未读才算警告：只有一条可能是有意暂停的消费者',
      },
    },
  ],
  check({ queues }, view) {
    const counted = countsDraft(queues, view)
    const readers = queues.readers.filter((one) => one.standing || one.connections >= SEVERAL)
    return [...counted, ...readers.map((one) => readerDraft(one, view))]
  },
})

function countsDraft(queues: ReceiveQueues, view: View): readonly Draft[] {
  const { total, grown, readers } = queues
  const who = readers.length === 0 ? words.nobody : say(words.who, { readers: formatTexts(readers.map(shortly), 3) })
  const base = {
    subject: { kind: 'counter' as const, key: 'TcpExtPruneCalled' },
    evidence: countsEvidence(queues, view),
    remedies: remedies(view),
    notHelpful: [words.notBacklog, words.notCongestion],
    unknowns: [...(readers.length === 0 ? [words.whoReads] : []), words.small],
  }
  if (grown && grown.dropped.value > 0) {
    const share = shareOf(grown)
    const severity = share === null || share >= FELT ? 'warning' : 'info'
    const summary = say(words.dropped, { dropped: grown.dropped.value, who })
    return [{ ...base, severity, confidence: 'certain', when: 'now', summary }]
  }
  if (grown && grown.squeezed.value > 0) {
    const summary = say(words.squeezed, { squeezed: grown.squeezed.value, who })
    return [{ ...base, severity: 'info', confidence: 'certain', when: 'now', summary }]
  }
  const share = total ? shareOf(total) : null
  if (!total || share === null || share < FELT) return []
  const summary = say(words.past, { share: percent(share, 1), dropped: total.dropped.value })
  return [{ ...base, severity: 'info', confidence: 'certain', when: 'past', summary }]
}

const shareOf = ({ dropped, segments }: QueueCounts): number | null =>
  segments && segments.value > 0 ? dropped.value / segments.value : null

function countsEvidence({ total, grown, readers }: ReceiveQueues, view: View): readonly Evidence[] {
  return [
    ...(total
      ? [
          counterEvidence(view, NAMES, words.squeezedLabel, total.squeezed),
          counterEvidence(view, NAMES, words.droppedLabel, total.dropped),
        ]
      : []),
    ...(grown
      ? [
          counterEvidence(view, NAMES, words.squeezedGrown, grown.squeezed),
          counterEvidence(view, NAMES, words.droppedGrown, grown.dropped),
        ]
      : []),
    ...readers.slice(0, 3).flatMap((one) => readerEvidence(one, view)),
  ]
}

function readerDraft(one: SlowReader, view: View): Draft {
  const { program, connections, bytes, standing, key } = one
  return {
    subject: { kind: 'process', key, ...(program === null ? {} : { process: program }) },
    severity: standing && connections >= SEVERAL ? 'warning' : 'info',
    confidence: standing ? 'likely' : 'possible',
    when: 'now',
    summary: say(standing ? words.unread : words.behind, {
      program: nameOf(one),
      connections,
      bytes,
      place: placeOf(one),
    }),
    evidence: readerEvidence(one, view),
    remedies: remedies(view, one),
    notHelpful: [words.notBacklog, words.notCongestion],
    unknowns: [...(standing ? [] : [words.again]), words.onPurpose],
  }
}

const nameOf = ({ program }: SlowReader): Text =>
  program === null ? words.unknownProgram : { en: program, zh: program }

const placeOf = ({ role, port }: SlowReader): Text =>
  role === 'unknown' || port === null ? words.nobody : say(words[role], { port: String(port) })

const shortly = (one: SlowReader): Text =>
  say(words.reader, { program: nameOf(one), bytes: one.bytes, place: placeOf(one) })

function readerEvidence(one: SlowReader, view: View): readonly Evidence[] {
  const [first] = one.groups
  if (!first) return []
  const peers = [...byName(one.groups, (group) => group.peer.address)]
    .map(([address, rows]) => ({ address, count: countOf(rows) }))
    .toSorted((a, b) => b.count - a.count)
  return [
    {
      label: say(words.group, {
        program: nameOf(one),
        place: placeOf(one),
        connections: one.connections,
        all: connectionsOf(one),
        peers: peerList(view, peers, 3),
      }),
      value: one.bytes,
      unit: 'bytes',
      limit: null,
      source: first.origin,
      command: inNetns(view, 'ss -tanmp state established'),
    },
  ]
}

function remedies(view: View, reader: SlowReader | null = null): readonly Remedy[] {
  const pids = [
    ...new Set((reader?.groups ?? []).flatMap((one) => (one.processes ?? []).flatMap(({ pid }) => pid ?? []))),
  ]
  return [
    {
      title: words.lookTitle,
      action:
        pids.length > 0
          ? `ps -L -o pid,lwp,stat,wchan:32,comm -p ${pids.join(',')}`
          : inNetns(view, 'ss -tanmp state established'),
      language: 'sh',
      risk: words.lookRisk,
      verify: inNetns(view, 'ss -tanmp state established'),
    },
    {
      title: words.bufferTitle,
      action: inNetns(view, 'sysctl -w net.ipv4.tcp_rmem="4096 131072 16777216"'),
      language: 'sh',
      risk: words.bufferRisk,
      verify: inNetns(view, `nstat -az ${NAMES}`),
    },
  ]
}
