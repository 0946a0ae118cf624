import { byName, servicePort } from '../facts/connections.ts'
import type { View } from '../facts/need.ts'
import { type CloseWaits, type OwnedCloseWait, ownedCloseWait } from '../facts/owned-close-wait.ts'
import type { Confidence, Draft, Remedy, Severity } from '../model/finding.ts'
import type { Process } from '../model/snapshot.ts'
import type { ConnectionGroup } from '../model/socket.ts'
import type { Text } from '../model/text.ts'
import { say } from '../words/say.ts'
import { evidenceOf, filterOf, runningOf, STANDING_SECONDS } from './close-wait-evidence.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/**
 * A program that closes when the other side did leaves its connections in CLOSE_WAIT for milliseconds: at a hundred closes a
 * second a reading catches none or one. Five at once are remarkable; twenty are not explained by being slow.
 */
const FEW = 5
const MANY = 20
/** So many at every reading, though never the same ones: no leak, but slow. */
const CROWD = 100
/** Beyond this share of its file descriptors the program is about to fail. */
const FDS_NEARLY_GONE = 0.8

const words = {
  client: {
    en: '{program} keeps {count} connections to port {port} that the other side has closed (CLOSE_WAIT){shown}: {how}',
    zh: '{program} 有 {count} 条到端口 {port} 的连接，对端已经关闭而本端一直未关（CLOSE_WAIT）{shown}：{how}',
  },
  server: {
    en: '{program} keeps {count} connections at its port {port} that the clients have closed (CLOSE_WAIT){shown}: {how}',
    zh: '{program} 在其端口 {port} 上有 {count} 条连接，客户端已经关闭而本端一直未关（CLOSE_WAIT）{shown}：{how}',
  },
  several: {
    en: '{program} keeps {count} connections that the other side has closed (CLOSE_WAIT){shown}: {how}',
    zh: '{program} 有 {count} 条连接，对端已经关闭而本端一直未关（CLOSE_WAIT）{shown}：{how}',
  },
  all: { en: '', zh: '' },
  shown: {
    en: ', as far as they are listed ({counted} are counted in this namespace)',
    zh: '（此为列出的数量；该网络命名空间共统计到 {counted} 条）',
  },
  ended: { en: 'it has read the end of them and does not close', zh: '它已经读到连接结束，却没有关闭' },
  unread: { en: 'it does not read from them', zh: '它没有读取这些连接' },
  both: {
    en: 'it has read the end of {endRead} without closing them, and does not read from {unread}',
    zh: '其中 {endRead} 条已读到连接结束却没有关闭，{unread} 条没有在读取',
  },
  untold: { en: 'whether it has read their end is not shown', zh: '输出中看不出它是否已读到连接结束' },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  oneReading: {
    en: 'One reading cannot tell a leak from a slow close. Again in a minute: ss -tanpo state close-wait; the same local ports, or more of them, are a leak.',
    zh: '一次读数无法区分泄漏与关闭较慢。过一分钟再执行 ss -tanpo state close-wait：如果还是同样的本地端口，或者变多，就是泄漏。',
  },
  slow: {
    en: 'A program that is still busy with its answer, or stopped, or waiting for a disk, looks alike for as long as that lasts: see its state (ps -o pid,stat,wchan:32 -p {pids}).',
    zh: '仍在忙于处理应答、被停止或在等磁盘的程序，在此期间看起来也是这样：查看其状态（ps -o pid,stat,wchan:32 -p {pids}）。',
  },
  halfClosed: {
    en: 'Protocols that use half-closed connections on purpose (the client shuts its sending side and goes on reading) stand in CLOSE_WAIT as long as the answer takes.',
    zh: '有意使用半关闭的协议（客户端关闭发送方向后继续读取）在应答期间也会停在 CLOSE_WAIT。',
  },
  lookTitle: { en: 'See which connections stay, and since when', zh: '查看哪些连接一直留着、留了多久' },
  lookRisk: { en: 'none, it only reads', zh: '无，只读操作' },
  fixTitle: {
    en: 'Repair the program: close a connection when its end is read, on every path, errors too; set a read deadline and keepalive',
    zh: '修复程序：在所有路径（包括出错路径）上读到连接结束就关闭；设置读超时和 keepalive',
  },
  fixRisk: {
    en: 'Until then a restart frees the descriptors, and cuts whatever the program is serving.',
    zh: '在修复之前，重启可以释放文件描述符，但会中断它正在处理的请求。',
  },
  notTimers: {
    en: 'net.ipv4.tcp_fin_timeout, tcp_tw_reuse and the like: no kernel timer ends CLOSE_WAIT.',
    zh: '调整 net.ipv4.tcp_fin_timeout、tcp_tw_reuse 之类：没有任何内核定时器会结束 CLOSE_WAIT。',
  },
  notLimit: {
    en: 'A higher limit of file descriptors: it only puts off the end.',
    zh: '调大文件描述符上限：只是推迟耗尽的时间。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'close-wait-leak',
  title: { en: 'A program does not close its connections', zh: '程序没有关闭连接' },
  severity: 'critical',
  scope: 'netns',
  needs: { closeWaits: ownedCloseWait },
  words,
  page: {
    what: {
      en: 'The other side has closed (its FIN arrived), and the program that holds the socket has not. Nothing but the program ends CLOSE_WAIT: no kernel timer does. Each one costs a file descriptor and buffers, on the client side a local port as well.\n\nRecv-Q tells two kinds apart. 0: the program has read the end and forgot to close. 1: only the FIN is unread, more: data too; the program is not reading at all.',
      zh: '对端已经关闭（收到了它的 FIN），而持有套接字的程序没有关闭。除了程序自身，没有什么能结束 CLOSE_WAIT，内核没有对应的定时器。每一条都占用一个文件描述符和缓冲区；在客户端一侧还占用一个本地端口。\n\nRecv-Q 可以区分两类：0 表示程序已读到连接结束，却忘了关闭；1 表示只有 FIN 未读，更大则还有数据未读，即程序根本没有在读。',
    },
    why: {
      en: '- A server that misses the end of a request on some path (an error, a panic, a lost goroutine).\n- A client with a pool or a streaming proxy that never looks at idle connections: kube-apiserver towards the kubelets (port 10250) after exec, logs or port-forward.\n- A program that hangs: deadlock, a worker that waits for a disk, a stopped process.',
      zh: '- 服务端在某些路径上漏掉了请求的结束（出错、panic、丢失的 goroutine）。\n- 客户端的连接池或流式代理从不检查空闲连接：例如 exec、logs、port-forward 之后 kube-apiserver 到 kubelet（端口 10250）的连接。\n- 程序挂起：死锁、等待磁盘的工作线程、被停止的进程。',
    },
    confirm: {
      en: '`ss -tanpo state close-wait` twice, a minute apart. A leak: the same sockets stand, or their number grows, and each names its owner (`users:`). A connection without an owner behind a listener was never accepted: that is an accept queue, another matter.',
      zh: '隔一分钟执行两次 `ss -tanpo state close-wait`。泄漏的表现：同样的套接字仍在，或者数量增长，而且每条都有归属进程（`users:`）。监听端口后面没有归属进程的连接是从未被 accept 的：那是 accept 队列的问题，另当别论。',
    },
    fix: {
      en: 'In the program: close when read returns the end, on every path; deadlines for reads; keepalive on (once the other side has forgotten the connection, a probe draws a reset and the kernel ends it). Until then restart it before the descriptors run out.',
      zh: '在程序中：read 返回结束时就关闭，所有路径都要如此；为读取设置超时；打开 keepalive（对端遗忘该连接后，探测会引来 RST，内核随即结束它）。修复之前，在文件描述符耗尽前重启。',
    },
    notToConfuse: {
      en: '- CLOSE_WAIT without an owner behind a listener: connections that were never accepted (`accept-queue-full`, `listener-never-accepts`). Thousands of them can have one cause.\n- A few at one reading: programs need a moment to close.\n- FIN_WAIT2: the other end of the same connection; there the *other* side does not close.',
      zh: '- 监听端口后面没有归属进程的 CLOSE_WAIT：从未被 accept 的连接（见 `accept-queue-full`、`listener-never-accepts`）。成千上万条可能只有一个原因。\n- 某一次读数里少量出现：程序关闭需要一点时间。\n- FIN_WAIT2：同一条连接的另一端；在那里是*对方*没有关闭。',
    },
    sources: [
      'Linux net/ipv4/tcp_input.c: tcp_fin(); net/ipv4/tcp_diag.c: tcp_diag_get_info()',
      'RFC 9293, 3.3.2 State Machine Overview: CLOSE-WAIT',
      'kubernetes/kubernetes#67659, #67913, #135245',
    ],
  },
  thresholds: [
    {
      value: '5 / 20',
      reason: {
        en: 'connections of one program: closing takes milliseconds, so at a hundred closes a second a reading catches none or one; five at once are remarkable, twenty are not explained by being slow',
        zh: '单个程序的连接数：关闭只需几毫秒，即使每秒关闭一百次，读数也只会碰到零或一个；五个值得注意，二十个已不能用“慢”解释',
      },
    },
    {
      value: '100',
      reason: {
        en: 'at every reading, though never the same ones: a program that is slow to close, no leak',
        zh: '每次读数都有这么多但并非同一批：程序关闭得慢，而不是泄漏',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'for which the same connection stands: a handler that still writes its answer takes seconds, hardly a minute',
        zh: '同一连接停留的时间：仍在写应答的处理程序要几秒，很少超过一分钟',
      },
    },
    {
      value: '80 %',
      reason: {
        en: 'of the descriptors a program may have: accept() and open() fail when the rest is gone',
        zh: '占程序文件描述符上限的比例：用完之后 accept() 和 open() 都会失败',
      },
    },
  ],
  effects: [
    {
      rule: 'fd-limit-reached',
      shared: 'process',
      why: {
        en: 'Every connection that is not closed keeps a descriptor, until there is none left.',
        zh: '每条没有关闭的连接都占着一个描述符，直到用完为止。',
      },
    },
  ],
  check({ closeWaits }, view) {
    return closeWaits.programs.flatMap((one) => {
      const confidence = confidenceOf(one, closeWaits)
      return confidence ? [draft(one, confidence, closeWaits, view)] : []
    })
  },
})

/** null: nothing to speak of. */
function confidenceOf(one: OwnedCloseWait, { seen, counted }: CloseWaits): Confidence | null {
  const { count, before, endRead } = one
  if (count < FEW) return null
  // where every one that is listed is this program's, so most likely are those that are not
  const size = seen === count ? Math.max(count, counted ?? 0) : count
  if (before && before.seconds !== null) {
    const { standing } = before
    if (standing !== null && standing < FEW) return count >= CROWD ? 'possible' : null
    if (before.count >= FEW && count >= before.count) {
      const isLong = before.seconds >= STANDING_SECONDS
      if (isLong && standing !== null) return 'certain'
      if (isLong || (standing !== null && (endRead ?? 0) >= FEW)) return 'likely'
    }
  }
  return size >= MANY ? 'likely' : 'possible'
}

function draft(one: OwnedCloseWait, confidence: Confidence, all: CloseWaits, view: View): Draft {
  const { program, groups, count, before } = one
  const pids = [...new Set(groups.flatMap((group) => (group.processes ?? []).flatMap(({ pid }) => pid ?? [])))]
  const running = runningOf(pids, view)
  const isMore = all.counted !== null && all.counted > all.seen
  return {
    subject: {
      kind: 'process',
      key: one.key,
      ...(program === null ? {} : { process: program }),
    },
    severity: severityOf(confidence, one, running),
    confidence,
    when: 'now',
    summary: say(sentenceOf(groups), {
      program: program === null ? words.unknownProgram : { en: program, zh: program },
      count,
      port: String(groups[0] ? (servicePort(groups[0]) ?? '') : ''),
      shown: isMore ? say(words.shown, { counted: all.counted ?? 0 }) : words.all,
      how: howOf(one),
    }),
    evidence: evidenceOf(one, running, view),
    remedies: remedies(groups, view),
    notHelpful: [words.notTimers, words.notLimit],
    unknowns: [
      ...(before === null || confidence === 'possible' ? [words.oneReading] : []),
      ...(confidence === 'certain' ? [] : [say(words.slow, { pids: pids.join(',') || 'PID' })]),
      words.halfClosed,
    ],
  }
}

function sentenceOf(groups: readonly ConnectionGroup[]): Text {
  const [first] = groups
  const isOne = groups.every((one) => one.role === first?.role && servicePort(one) === (first && servicePort(first)))
  if (!isOne || !first || first.role === 'unknown') return words.several
  return first.role === 'client' ? words.client : words.server
}

function howOf({ endRead, unread }: OwnedCloseWait): Text {
  if (endRead === null || unread === null) return words.untold
  if (unread === 0) return words.ended
  return endRead === 0 ? words.unread : say(words.both, { endRead, unread })
}

function severityOf(confidence: Confidence, { count }: OwnedCloseWait, running: readonly Process[]): Severity {
  if (confidence === 'possible') return 'info'
  const isNearlyGone = running.some(
    ({ fds }) => fds?.limit != null && fds.open > FDS_NEARLY_GONE * fds.limit && count > fds.open / 2,
  )
  return isNearlyGone ? 'critical' : 'warning'
}

function remedies(groups: readonly ConnectionGroup[], view: View): readonly Remedy[] {
  const ports = [...byName(groups, filterOf).keys()].slice(0, 3)
  const look = ports.map((filter) => inNetns(view, `ss -tanpoi state close-wait${filter}`)).join('\n')
  const verify = inNetns(view, 'ss -Htan state close-wait | wc -l')
  return [
    { title: words.lookTitle, action: look, language: 'sh', risk: words.lookRisk, verify: null },
    { title: words.fixTitle, action: null, language: null, risk: words.fixRisk, verify },
  ]
}
