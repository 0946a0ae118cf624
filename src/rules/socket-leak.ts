// No lab scenario: sockets without a connection are counted for the whole machine alone, and descriptors that grow tell a leak from
// a start-up only after a minute.
import { type ClosedHeld, type GrowingProcess, leakedSockets, type Unlisted } from '../facts/leaked-sockets.ts'
import type { View } from '../facts/need.ts'
import type { Draft, Remedy, Severity } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatMs } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'

/** A healthy machine has a few: sockets between socket() and connect(). */
const MANY_UNLISTED = 1000
/** And they are most of what is allocated, not a race of two readings on a busy one. */
const SHARE_UNLISTED = 0.2
/** Descriptors that a process gained beyond its connections: files, pipes and threads of a start-up are fewer. */
const GROWN = 50
/** A start-up is over after a minute. */
const LONG_SECONDS = 60
/** Beyond this share of its descriptors the program is about to fail. */
const NEARLY_GONE = 0.8
const FEW_CLOSED = 20

const words = {
  machine: {
    en: 'The machine has {count} TCP sockets that stand in no connection table ({allocated} allocated, {listed} listed in all namespaces): programs hold sockets that lead nowhere',
    zh: '整机有 {count} 个 TCP 套接字不在任何连接表中（已分配 {allocated} 个，各命名空间共列出 {listed} 个）：有程序持有已无用处的套接字',
  },
  process: {
    en: '{program} (pid {pid}) opened {grown} more descriptors in {time} than it closed, only {connections} of them connections that are listed',
    zh: '{program}（pid {pid}）在 {time} 内净增 {grown} 个描述符，其中只有 {connections} 个是能列出的连接',
  },
  closed: {
    en: '{program} holds {count} TCP sockets in state CLOSE: opened or reset, and never closed',
    zh: '{program} 持有 {count} 个处于 CLOSE 状态的 TCP 套接字：打开过或被重置，却一直没有关闭',
  },
  unknownProgram: { en: 'A program that is not named', zh: '未显示名称的程序' },
  allocated: {
    en: 'allocated TCP sockets (sockstat alloc), machine-wide',
    zh: '已分配的 TCP 套接字（sockstat 的 alloc），整机',
  },
  listed: { en: 'in use, over all namespaces (sockstat inuse)', zh: '在用数量，各命名空间合计（sockstat 的 inuse）' },
  queued: { en: 'reset while they waited in an accept queue: explained', zh: '在 accept 队列中被重置的：有解释' },
  unlisted: { en: 'in no table', zh: '不在任何表中' },
  unlistedBefore: { en: 'in no table at the reading before', zh: '前一次读数时不在任何表中的数量' },
  fds: { en: 'open file descriptors of pid {pid}', zh: '进程 {pid} 打开的文件描述符' },
  grown: { en: 'of these more than at the reading before', zh: '其中比前一次读数多出的' },
  forecast: { en: 'until the descriptors run out, at this rate', zh: '按此速度，距描述符耗尽还有' },
  closedLabel: { en: 'sockets in CLOSE', zh: '处于 CLOSE 的套接字' },
  who: {
    en: 'Whose they are: for each process, sockets among its descriptors (ls -l /proc/PID/fd | grep -c socket:) against its rows in ss -tanp, ss -uanp and ss -xp.',
    zh: '属于谁：逐个进程比较描述符中的套接字数（ls -l /proc/PID/fd | grep -c socket:）与它在 ss -tanp、ss -uanp、ss -xp 中的行数。',
  },
  kind: {
    en: "Whether the new descriptors are sockets: ls -l /proc/{pid}/fd | awk '{print $NF}' | cut -d: -f1 | sort | uniq -c.",
    zh: "新增的描述符是否为套接字：ls -l /proc/{pid}/fd | awk '{print $NF}' | cut -d: -f1 | sort | uniq -c。",
  },
  warmUp: {
    en: 'A program that starts, or takes on load, opens much at once: look again in a minute.',
    zh: '程序启动或负载上升时会一次打开很多：一分钟后再看。',
  },
  traceTitle: { en: 'See which code opens and does not close', zh: '查看是哪段代码只开不关' },
  traceRisk: { en: 'strace slows the program down while it looks.', zh: 'strace 运行期间会拖慢该程序。' },
  fixTitle: {
    en: 'Repair the program: close the socket on every path, above all after a failed connect() and after an error of read or write',
    zh: '修复程序：在所有路径上关闭套接字，尤其是 connect() 失败后，以及读写出错后',
  },
  fixRisk: {
    en: 'Until then a restart gives the descriptors back and cuts its connections.',
    zh: '修复之前，重启可以归还描述符，但会中断它的连接。',
  },
  notLimit: {
    en: 'A higher limit of descriptors: it only puts off the end.',
    zh: '调大描述符上限：只是推迟耗尽的时间。',
  },
  notTimers: {
    en: 'Timeouts of the kernel (tcp_fin_timeout, keepalive): a socket without a connection has no timer.',
    zh: '内核超时参数（tcp_fin_timeout、keepalive）：没有连接的套接字没有任何定时器。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'socket-leak',
  title: { en: 'Sockets are opened and never closed', zh: '套接字只开不关' },
  severity: 'critical',
  scope: 'node',
  needs: { leaked: leakedSockets },
  words,
  page: {
    what: {
      en: 'A socket without a connection stands in no table: ss and netstat show nothing. It was made and never connected, or its connection was reset while the program did not look. It still costs a descriptor and kernel memory, and `alloc` of /proc/net/sockstat counts it.',
      zh: '没有连接的套接字不在任何表中，ss 和 netstat 都看不到。它可能创建后从未连接，也可能连接已被重置而程序没有察觉。它仍占用描述符和内核内存，并计入 /proc/net/sockstat 的 `alloc`。',
    },
    why: {
      en: '- A retry loop that makes a new socket after each failed connect() and drops the old one.\n- A pool that forgets connections on which an error came.\n- A forked child that inherits sockets and keeps them.\n- Rarely a module of the kernel that takes a reference and does not give it back.',
      zh: '- 重试循环在每次 connect() 失败后新建套接字，却不关旧的。\n- 连接池遗忘了出过错的连接。\n- fork 出来的子进程继承并一直保留套接字。\n- 偶尔是内核模块增加引用后没有释放。',
    },
    confirm: {
      en: 'A minute apart: `ls /proc/PID/fd | wc -l` against `ss -tanp | grep -c pid=PID`. `lsof -p PID` names them "protocol: TCP" or "can\'t identify protocol"; run it in the network namespace of the process, else every socket of a container reads so.',
      zh: "间隔一分钟比较 `ls /proc/PID/fd | wc -l` 与 `ss -tanp | grep -c pid=PID`。`lsof -p PID` 把它们显示为 “protocol: TCP” 或 “can't identify protocol”；要在该进程的网络命名空间里执行，否则容器的所有套接字都会这样显示。",
    },
    fix: {
      en: 'Find the path that forgets: strace shows socket() without its close(). Repair it; restart until then, before the limit is met.',
      zh: '找出遗忘关闭的代码路径：strace 能看到没有对应 close() 的 socket()。修复之前，在达到上限前重启。',
    },
    notToConfuse: {
      en: '- `alloc` far above `inuse` on a node with pods: alloc counts the machine, inuse one namespace. Add the inuse of all.\n- Connections reset while queued: they are in an accept queue (`queue-holds-reset-connections`).\n- Descriptors that grow with connections: load, or `close-wait-leak`.\n- TIME_WAIT: held by nobody, not in alloc.',
      zh: '- 有 Pod 的节点上 `alloc` 远大于 `inuse`：alloc 是整机数，inuse 是单个命名空间的数，应把所有命名空间的 inuse 相加。\n- 排队时被重置的连接：在 accept 队列里（见 `queue-holds-reset-connections`）。\n- 描述符随连接一起增长：是负载，或 `close-wait-leak`。\n- TIME_WAIT：无人持有，不计入 alloc。',
    },
    sources: [
      'Linux net/ipv4/proc.c: sockstat_seq_show(); net/ipv4/tcp.c: tcp_init_sock(), tcp_done()',
      'Linux net/core/sock.c: sock_prot_inuse_get()',
      'proc(5): /proc/PID/fd; lsof(8)',
    ],
  },
  effects: [
    {
      rule: 'fd-limit-reached',
      shared: 'process',
      why: {
        en: 'Sockets that are never closed use up the descriptors of the program.',
        zh: '从不关闭的套接字会用尽程序的描述符。',
      },
    },
  ],
  thresholds: [
    {
      value: '1000, 20 %',
      reason: {
        en: 'sockets in no table, and their share of those allocated: in health only those between socket() and connect() are, and sockstat of many namespaces is not read in one instant',
        zh: '不在任何表中的套接字数及其在已分配中的占比：正常时只有处于 socket() 与 connect() 之间的少数几个，且多个命名空间的 sockstat 并非同一瞬间读取',
      },
    },
    {
      value: '50',
      reason: {
        en: 'descriptors gained beyond listed connections: files and pipes of ordinary work are fewer',
        zh: '超出可列出连接的描述符净增数：正常工作中的文件和管道少于此数',
      },
    },
    {
      value: '60 s',
      reason: {
        en: 'between the readings: a start-up is over by then',
        zh: '两次读数的间隔：此时启动阶段已经结束',
      },
    },
    {
      value: '20',
      reason: {
        en: 'sockets in CLOSE of one program: a few are between two steps of opening',
        zh: '同一程序处于 CLOSE 的套接字数：少量可能只是正处于打开过程中',
      },
    },
  ],
  check({ leaked: { unlisted, growing, closed } }, view) {
    const leaks = unlisted !== null && isLeak(unlisted)
    const gained = unlisted && unlisted.before !== null ? unlisted.count - unlisted.before : null
    const processes = growing.filter((one) => one.grown - Math.max(0, one.connections) >= GROWN)
    return [
      ...(leaks && unlisted ? [machineDraft(unlisted, view)] : []),
      ...processes.flatMap((one) => processDraft(one, gained, view)),
      ...closed.filter((one) => one.count >= FEW_CLOSED).map((one) => closedDraft(one, view)),
    ]
  },
})

const isLeak = ({ count, allocated }: Unlisted): boolean =>
  count >= MANY_UNLISTED && count >= SHARE_UNLISTED * allocated.value

function machineDraft({ allocated, listed, queued, count, before }: Unlisted, view: View): Draft {
  const base = { unit: 'sockets', limit: null, source: allocated.origin, command: 'cat /proc/net/sockstat' }
  return {
    subject: { kind: 'node', key: 'unlisted sockets' },
    severity: 'warning',
    confidence: before !== null && before >= MANY_UNLISTED ? 'certain' : 'likely',
    when: 'now',
    summary: say(words.machine, { count, allocated: allocated.value, listed }),
    evidence: [
      { ...base, label: words.allocated, value: allocated.value },
      { ...base, label: words.listed, value: listed },
      ...(queued > 0 ? [{ ...base, label: words.queued, value: queued, command: null }] : []),
      { ...base, label: words.unlisted, value: count, command: null },
      ...(before === null ? [] : [{ ...base, label: words.unlistedBefore, value: before, command: null }]),
    ],
    remedies: remedies(null, view),
    notHelpful: [words.notTimers],
    unknowns: [words.who],
  }
}

/** `gained`: so many sockets of the machine left the tables meanwhile; null: not known. */
function processDraft(one: GrowingProcess, gained: number | null, view: View): readonly Draft[] {
  const { process, grown, seconds, connections } = one
  const { pid, comm, fds } = process
  const own = grown - Math.max(0, connections)
  const isProven = gained !== null && gained >= own / 2
  const isLong = seconds >= LONG_SECONDS
  // Files and pipes grow, too; without a sign that these are sockets only a long time makes it worth a word.
  if (!isProven && !isLong) return []
  const nearlyGone = fds.limit !== null && fds.open >= NEARLY_GONE * fds.limit
  const severity: Severity = isProven && isLong ? (nearlyGone ? 'critical' : 'warning') : 'info'
  const base = { source: { via: viaOf(view) }, command: `ls /proc/${pid}/fd | wc -l` }
  const left = fds.limit === null ? null : ((fds.limit - fds.open) / grown) * seconds
  return [
    {
      subject: { kind: 'process', key: comm, process: comm },
      severity,
      confidence: isProven ? 'likely' : 'possible',
      when: 'now',
      summary: say(words.process, {
        program: comm,
        pid: String(pid),
        grown,
        time: formatMs(seconds * 1000),
        connections: Math.max(0, connections),
      }),
      evidence: [
        { ...base, label: say(words.fds, { pid: String(pid) }), value: fds.open, unit: null, limit: fds.limit },
        { ...base, label: words.grown, value: grown, unit: null, limit: null },
        ...(left !== null && isLong
          ? [{ ...base, label: words.forecast, value: formatMs(left * 1000), unit: null, limit: null, command: null }]
          : []),
      ],
      remedies: remedies(pid, view),
      notHelpful: [words.notLimit, words.notTimers],
      unknowns: [say(words.kind, { pid: String(pid) }), ...(isLong ? [] : [words.warmUp])],
    },
  ]
}

const viaOf = ({ snapshot: { processes } }: View): string => (processes.ok ? processes.via : 'processes')

function closedDraft({ program, count, groups }: ClosedHeld, view: View): Draft {
  const [first] = groups
  const name = program === null ? words.unknownProgram : { en: program, zh: program }
  const pid = first?.processes?.[0]?.pid ?? null
  return {
    subject: {
      kind: 'process',
      key: `${program ?? 'unnamed'} in CLOSE`,
      ...(program === null ? {} : { process: program }),
    },
    severity: 'info',
    confidence: 'likely',
    when: 'now',
    summary: say(words.closed, { program: name, count }),
    evidence: [
      {
        label: words.closedLabel,
        value: count,
        unit: 'sockets',
        limit: null,
        source: first?.origin ?? { via: 'connections' },
        command: inNetns(view, 'ss -tanp'),
      },
    ],
    remedies: remedies(pid, view),
    notHelpful: [words.notLimit, words.notTimers],
    unknowns: [words.warmUp],
  }
}

function remedies(pid: number | null, view: View): readonly Remedy[] {
  const verify = pid === null ? 'cat /proc/net/sockstat' : `ls /proc/${pid}/fd | wc -l`
  return [
    ...(pid === null
      ? []
      : [
          {
            title: words.traceTitle,
            action: `timeout 10 strace -f -k -e trace=socket,connect,close -p ${pid}`,
            language: 'sh' as const,
            risk: words.traceRisk,
            verify: null,
          },
        ]),
    { title: words.fixTitle, action: null, language: null, risk: words.fixRisk, verify: inNetns(view, verify) },
  ]
}
