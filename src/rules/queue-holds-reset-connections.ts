import type { View } from '../facts/need.ts'
import { type NodeWide, type ResetWhileQueued, resetWhileQueued } from '../facts/reset-while-queued.ts'
import type { Draft, Evidence, Subject } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

const words = {
  ports: {
    en: 'Connections that their peers reset while they were queued still hold places: {ports}{wide}; no tool can list them',
    zh: '排队期间被对端 RST 的连接仍占着位置：{ports}{wide}；任何工具都列不出它们',
  },
  onlyWide: {
    en: 'About {most} places in the accept queues are held by connections that their peers reset while they were queued ({queued} queued − {closeWait} CLOSE_WAIT); no tool can list them',
    zh: 'accept 队列中约有 {most} 个位置被排队期间遭对端 RST 的连接占着（排队 {queued} − CLOSE_WAIT {closeWait}）；任何工具都列不出它们',
  },
  wide: {
    en: '; over all queues about {most} ({queued} queued − {closeWait} CLOSE_WAIT)',
    zh: '；所有队列合计约 {most} 条（排队 {queued} − CLOSE_WAIT {closeWait}）',
  },
  port: { en: '{port}: {invisible} of {length}', zh: '{port}：{length} 中的 {invisible}' },
  portEvidence: {
    en: '{listener}: queued {length} − visible {visible}',
    zh: '{listener}：排队 {length} − 可见 {visible}',
  },
  wideEvidence: {
    en: 'Over all queues: {queued} queued − {closeWait} CLOSE_WAIT (at least {least}, should all {established} ESTABLISHED wait in queues too)',
    zh: '所有队列：排队 {queued} − CLOSE_WAIT {closeWait}（即使 {established} 条 ESTABLISHED 也都在队列里，至少仍有 {least}）',
  },
  freeTitle: {
    en: 'Free the places: let the program accept them (each accept returns at once with a dead connection), or restart it',
    zh: '释放位置：让程序把它们 accept 掉（每次 accept 会立即返回一条已断开的连接），或者重启程序',
  },
  freeRisk: {
    en: 'A restart resets whatever else waits in the queue.',
    zh: '重启会把队列里其余的连接也 RST 掉。',
  },
  notKill: {
    en: 'ss -K: it cannot address what it cannot list, and it would free no place.',
    zh: 'ss -K：列不出的连接无从指定，而且它也不会释放位置。',
  },
  sameTime: {
    en: 'The listing and the count of states must be of the same moment: a cut listing, or a dump that took long, gives such a difference as well. ss -Hltn and ss -Htan in one go, twice, would tell.',
    zh: '监听列表和状态统计必须取自同一时刻：列表被截断，或者导出耗时较长，也会出现这样的差额。连续两次同时执行 ss -Hltn 与 ss -Htan 就能分辨。',
  },
  noInode: {
    en: 'Who is unaccepted is told by the missing owner only; inode 0 (ss -tanpe as root) would prove it.',
    zh: '未被 accept 只是凭“没有归属进程”判断；以 root 执行 ss -tanpe，inode 为 0 才是证明。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'queue-holds-reset-connections',
  title: { en: 'Accept queue holds connections that were reset', zh: 'accept 队列被已 RST 的连接占着' },
  severity: 'warning',
  scope: 'netns',
  needs: { reset: resetWhileQueued },
  words,
  page: {
    what: {
      en: "A connection that is reset by its peer while it waits for accept() vanishes from every listing, but keeps its place in the queue. Their number is the listener's Recv-Q minus its visible ESTABLISHED and CLOSE_WAIT connections that nobody holds.",
      zh: '等待 accept() 时被对端 RST 的连接会从所有列表里消失，但仍占着队列里的位置。数量等于监听行的 Recv-Q 减去该端口可见的、无人持有的 ESTABLISHED 和 CLOSE_WAIT 连接。',
    },
    why: {
      en: "On a reset the kernel closes the child and takes it out of its hash tables; the entry in the parent's queue stays until accept() takes it or the listener is closed. Clients with short timeouts, health checks that end with a reset, and failed keepalives make them.",
      zh: '收到 RST 时，内核关闭子连接并把它移出哈希表；但父套接字队列里的条目要等 accept() 取走或监听关闭才会消失。超时很短的客户端、以 RST 结束的健康检查、keepalive 失败都会产生它们。',
    },
    confirm: {
      en: 'Compare `ss -ltn sport = :PORT` with the number of rows of `ss -tan sport = :PORT` in ESTAB and CLOSE-WAIT that have inode 0 (`-e`) or no owner (`-p`). Do it twice: in a busy queue the difference is a race.',
      zh: '比较 `ss -ltn sport = :PORT` 的 Recv-Q 与 `ss -tan sport = :PORT` 中 ESTAB、CLOSE-WAIT 且 inode 为 0（`-e`）或没有归属（`-p`）的行数。做两次：繁忙的队列里，差额只是先后读取造成的。',
    },
    fix: {
      en: 'Let the program accept; it gets each of them at once, already dead. Where nobody accepts, restart the owner. Nothing else frees the places.',
      zh: '让程序去 accept，会立刻逐条拿到已断开的连接。没有人 accept 时，重启归属进程。除此之外没有办法释放这些位置。',
    },
    notToConfuse: {
      en: 'A listing that a grep or head has cut, connections that arrive between two commands, and several SO_REUSEPORT listeners on one port all give such a difference. CLOSE_WAIT is a peer that said goodbye, not one that reset.',
      zh: '被 grep 或 head 截断的列表、两条命令之间新到的连接、同一端口上的多个 SO_REUSEPORT 监听，都会造成这样的差额。CLOSE_WAIT 是对端正常关闭，不是 RST。',
    },
    sources: ['net/ipv4/tcp_input.c: tcp_reset, tcp_done', 'net/ipv4/inet_connection_sock.c: inet_csk_accept'],
  },
  thresholds: [
    {
      value: '1',
      reason: {
        en: 'connection that the listener counts and no list shows: the kernel changes both together, so a listing that is whole leaves no other reading',
        zh: '监听套接字计入而列表中没有的连接数：内核同时更新两者，完整的列表不会有别的解释',
      },
    },
  ],
  effects: [],
  check({ reset }, view) {
    const held = reset.queues.filter((one) => one.invisible > 0)
    return held.length > 0 || reset.nodeWide ? [draftOf(view, reset, held)] : []
  },
})

function draftOf(view: View, { queues, nodeWide }: ResetWhileQueued, held: ResetWhileQueued['queues']): Draft {
  const many = held.some((one) => one.invisible * 10 >= one.length)
  const byOwner = queues.some((one) => !one.contents.certain)
  const isCertain = held.length > 0 && !byOwner && view.snapshot.way === 'live'
  return {
    subject: subjectOf(queues),
    severity: many ? 'warning' : 'info',
    confidence: isCertain ? 'certain' : 'likely',
    when: 'now',
    summary: summaryOf(held, nodeWide),
    evidence: [
      ...(nodeWide ? [wideEvidence(view, nodeWide)] : []),
      ...[...queues]
        .sort((a, b) => b.invisible - a.invisible || a.listener.local.port - b.listener.local.port)
        .map(({ listener, length, contents, invisible }) => ({
          label: say(words.portEvidence, { listener: formatEnd(listener.local), length, visible: contents.visible }),
          value: invisible,
          unit: 'connections',
          limit: length,
          source: listener.origin,
          command: inNetns(view, `ss -tanpe 'sport = :${listener.local.port}'`),
        })),
    ],
    remedies: [
      { title: words.freeTitle, action: null, language: null, risk: words.freeRisk, verify: inNetns(view, 'ss -nlt') },
    ],
    notHelpful: [words.notKill],
    unknowns: [...(nodeWide ? [words.sameTime] : []), ...(byOwner ? [words.noInode] : [])],
  }
}

/** All of one program: then it is that program's. Which ports show it changes from reading to reading. */
function subjectOf(queues: ResetWhileQueued['queues']): Subject {
  const programs = [...new Set(queues.map((one) => one.holder?.program ?? null))]
  const [program] = programs
  const process = programs.length === 1 && program != null ? { process: program } : {}
  return { kind: 'netns', key: 'accept-queues', ...process }
}

function summaryOf(held: ResetWhileQueued['queues'], wide: NodeWide | null): Text {
  if (held.length === 0 && wide) return say(words.onlyWide, numbersOf(wide))
  const ports = [...held]
    .sort((a, b) => b.invisible - a.invisible)
    .map(({ listener, invisible, length }) => say(words.port, { port: String(listener.local.port), invisible, length }))
  return say(words.ports, {
    ports: { en: formatList(ports.map((one) => one.en)).en, zh: formatList(ports.map((one) => one.zh)).zh },
    wide: wide ? say(words.wide, numbersOf(wide)) : plain(''),
  })
}

function wideEvidence(view: View, wide: NodeWide): Evidence {
  return {
    label: say(words.wideEvidence, numbersOf(wide)),
    value: wide.most,
    unit: 'connections',
    limit: wide.queued,
    source: wide.origin,
    command: inNetns(view, 'ss -Htan | awk \'{n[$1]++; if ($1 == "LISTEN") q += $2} END {print q - n["CLOSE-WAIT"]}\''),
  }
}

const numbersOf = ({ queued, closeWait, established, most, least }: NodeWide) => ({
  queued,
  closeWait,
  established,
  most,
  least,
})
