import {
  type DescriptorLimit,
  type DescriptorSign,
  descriptorLimits,
  type FileTable,
} from '../facts/descriptor-limits.ts'
import type { View } from '../facts/need.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList, plain } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { effectsOnQueues, processOrigin } from './slow-accept-evidence.ts'

const words = {
  program: {
    en: '{program} has run out of file descriptors ({how}): accept() fails with EMFILE on {listeners}{late}',
    zh: '{program} 的文件描述符已用完（{how}）：{listeners} 上的 accept() 返回 EMFILE{late}',
  },
  programAlone: {
    en: '{program} has run out of file descriptors ({how}): its accept() failed with EMFILE',
    zh: '{program} 的文件描述符已用完（{how}）：它的 accept() 返回了 EMFILE',
  },
  late: { en: ', and finished connections stay in the queue', zh: '，已完成握手的连接留在队列里' },
  atLimit: { en: '{open} open, limit {limit}', zh: '已打开 {open} 个，上限 {limit}' },
  traced: { en: '{count} EMFILE while strace looked', zh: 'strace 期间 {count} 次 EMFILE' },
  logged: { en: '{count} lines in its log{when}', zh: '其日志中有 {count} 行{when}' },
  last: { en: ', the last at {when}', zh: '，最后一行在 {when}' },
  machine: {
    en: 'The machine is at fs.file-max{count}: no process but those of root can open or accept anything (ENFILE)',
    zh: '整机已达到 fs.file-max{count}：除 root 外任何进程都无法再打开文件或 accept（ENFILE）',
  },
  count: { en: ' ({used} of {max})', zh: '（上限 {max}，已用 {used}）' },
  fds: { en: '{comm} (pid {pid}): open descriptors', zh: '{comm}（pid {pid}）：已打开的描述符' },
  call: { en: '{syscall}() that failed with EMFILE', zh: '以 EMFILE 失败的 {syscall}()' },
  lines: { en: 'Log lines of accept() without a descriptor to spare', zh: '日志中 accept() 因描述符用完而失败的行' },
  table: { en: 'Files open on the whole machine', zh: '整机打开的文件数' },
  tableLog: { en: 'A log says that the table of open files was full', zh: '日志称打开文件表已满' },
  raiseTitle: {
    en: 'Raise the limit of the running process, then where it is started',
    zh: '先调高运行中进程的上限，再改启动配置',
  },
  raiseRisk: {
    en: 'Takes effect at once and costs little; nginx also needs worker_rlimit_nofile and worker_connections, Java and Go take the limit as it is. A leak fills the new limit as well.',
    zh: '立即生效，代价很小；nginx 还要改 worker_rlimit_nofile 和 worker_connections，Java、Go 直接沿用系统上限。若是泄漏，新的上限也会用完。',
  },
  whatTitle: { en: 'See what all the descriptors are', zh: '查看这些描述符都是什么' },
  whatRisk: { en: 'No risk: a listing.', zh: '无风险，只是列出来。' },
  tableTitle: {
    en: 'Raise fs.file-max, and find the process that holds most',
    zh: '调大 fs.file-max，并找出占用最多的进程',
  },
  tableRisk: { en: 'About 1 KB of kernel memory for each open file.', zh: '每个打开的文件约占 1 KB 内核内存。' },
  notBacklog: {
    en: 'A longer accept queue: connections in it need a descriptor all the same before anybody can serve them.',
    zh: '加长 accept 队列：里面的连接同样要有描述符才能被处理。',
  },
  notUlimit: {
    en: 'ulimit -n in your own shell, or /etc/security/limits.conf: neither touches a running service, nor one that systemd or a container runtime starts.',
    zh: '在自己的 shell 里 ulimit -n，或改 /etc/security/limits.conf：影响不到已运行的服务，也影响不到 systemd 或容器运行时启动的服务。',
  },
  askKind: {
    en: 'A leak or too many clients? ls -l /proc/PID/fd by kind decides: sockets in CLOSE_WAIT are a leak, ESTABLISHED ones are clients.',
    zh: '是泄漏还是客户端太多？把 ls -l /proc/PID/fd 按类型统计：CLOSE_WAIT 的套接字是泄漏，ESTABLISHED 的是客户端。',
  },
  askNow: {
    en: 'Whether it is so at this moment: ls /proc/PID/fd | wc -l against grep "open files" /proc/PID/limits.',
    zh: '此刻是否仍如此：ls /proc/PID/fd | wc -l 与 grep "open files" /proc/PID/limits 比较。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'fd-limit-reached',
  title: { en: 'No file descriptors left for accept()', zh: '没有文件描述符可供 accept()' },
  severity: 'critical',
  scope: 'netns',
  needs: { limits: descriptorLimits },
  words,
  page: {
    what: {
      en: 'A listening program holds as many descriptors as it is allowed to (RLIMIT_NOFILE, the soft limit), or the machine holds fs.file-max. accept() then fails with EMFILE or ENFILE, and the connection it would have taken stays in the accept queue.',
      zh: '监听程序打开的描述符已达到允许的数量（RLIMIT_NOFILE 的软限制），或整机达到 fs.file-max。此时 accept() 以 EMFILE 或 ENFILE 失败，本该取走的连接仍留在 accept 队列里。',
    },
    why: {
      en: 'Each connection is a descriptor, a proxied one is two, and log files, pipes and epoll count as well. The default soft limit is 1024 on many systems. A program that leaks CLOSE_WAIT sockets gets there on a quiet day; others in a wave of clients. Some programs spin at full CPU then, since the listener stays readable.',
      zh: '一条连接占一个描述符，代理的占两个，日志文件、管道和 epoll 也算。许多系统默认软限制是 1024。泄漏 CLOSE_WAIT 的程序平时就会用完，其他程序在流量高峰时用完。有些程序此时会空转占满 CPU，因为监听套接字一直可读。',
    },
    confirm: {
      en: '`ls /proc/PID/fd | wc -l` beside `grep "Max open files" /proc/PID/limits`. `strace -f -e trace=accept,accept4 -p PID` shows EMFILE. The program says "too many open files" in its log. For the machine: `sysctl fs.file-nr`, first number against the third.',
      zh: '对比 `ls /proc/PID/fd | wc -l` 与 `grep "Max open files" /proc/PID/limits`。`strace -f -e trace=accept,accept4 -p PID` 会看到 EMFILE。程序日志里有 "too many open files"。整机看 `sysctl fs.file-nr`，第一个数与第三个数比较。',
    },
    fix: {
      en: 'Raise the limit where the program is started (systemd LimitNOFILE, container runtime, the program’s own setting), after having looked what fills it: a leak needs a fix in the program.',
      zh: '先看是什么占满的，再在启动处调高上限（systemd 的 LimitNOFILE、容器运行时、程序自己的设置）；若是泄漏，要在程序里修。',
    },
    notToConfuse: {
      en: 'A program near its limit that accepts without trouble. EMFILE of open() on a log or an image in a program whose listener is fine. EAGAIN from accept(): nobody waits, all is well. A process that lowered its own limit after having opened more.',
      zh: '接近上限但 accept 正常的程序。打开日志或图片时 open() 报 EMFILE，而监听正常。accept() 返回 EAGAIN：没有人在等，一切正常。打开很多之后才把自己上限调低的进程。',
    },
    sources: [
      'accept(2): EMFILE, ENFILE',
      'getrlimit(2): RLIMIT_NOFILE',
      'Documentation/admin-guide/sysctl/fs.rst: file-nr',
    ],
  },
  thresholds: [
    {
      value: 'limit',
      reason: {
        en: 'open descriptors against RLIMIT_NOFILE (fs.file-max for the machine): alloc_fd() gives out numbers below the limit only, so there is nothing between full and not full',
        zh: '已打开的描述符与 RLIMIT_NOFILE（整机为 fs.file-max）：alloc_fd() 只分配小于上限的编号，满与不满之间没有中间状态',
      },
    },
  ],
  effects: effectsOnQueues({
    queue: {
      en: 'accept() that fails for want of a descriptor leaves the connection in the queue.',
      zh: '因没有描述符而失败的 accept() 会把连接留在队列里。',
    },
    limit: {
      en: 'Until descriptors are free again, every limit of the queue is reached.',
      zh: '在描述符空出来之前，队列上限再大也会到顶。',
    },
  }),
  check: ({ limits }, view) => [
    ...limits.programs.map((one) => programDraft(view, one)),
    ...(limits.table ? [tableDraft(limits.table)] : []),
  ],
})

function programDraft(view: View, { holder, items, signs, late, confidence }: DescriptorLimit): Draft {
  const program = holder?.program ?? ''
  const [only] = items
  const place =
    only && items.length === 1 ? { address: only.listener.local.address, port: only.listener.local.port } : {}
  const now = signs.some((one) => one.kind !== 'log')
  const pids = signs.flatMap((one) => (one.kind === 'at-limit' ? [one.process.pid] : []))
  const pid = pids[0] ?? holder?.pids[0]
  return {
    subject: { kind: 'process', key: program, process: program, ...place },
    severity: late ? 'critical' : 'warning',
    confidence,
    when: now || late ? 'now' : 'past',
    summary: say(items.length === 0 ? words.programAlone : words.program, {
      program,
      how: howOf(signs),
      listeners: formatList(items.map((one) => formatEnd(one.listener.local))),
      late: late ? words.late : plain(''),
    }),
    evidence: [
      ...signs.map((one) => signEvidence(view, one)),
      ...items
        .filter((one) => (one.listener.acceptQueue.length ?? 0) > 0)
        .map(({ listener }) => ({
          label: plain(formatEnd(listener.local)),
          value: listener.acceptQueue.length,
          unit: 'connections',
          limit: listener.acceptQueue.max,
          source: listener.origin,
          command: inNetns(view, 'ss -nltp'),
        })),
    ],
    remedies: remediesFor(pid),
    notHelpful: [words.notBacklog, words.notUlimit],
    unknowns: [words.askKind, ...(now ? [] : [words.askNow])],
  }
}

function howOf(signs: readonly DescriptorSign[]): Text {
  const parts = signs.slice(0, 3).map(signText)
  return { en: parts.map((one) => one.en).join('; '), zh: parts.map((one) => one.zh).join('；') }
}

function signText(sign: DescriptorSign): Text {
  if (sign.kind === 'at-limit') return say(words.atLimit, { open: sign.open, limit: sign.limit })
  if (sign.kind === 'strace') return say(words.traced, { count: sign.count })
  const when = sign.when === null ? plain('') : say(words.last, { when: sign.when })
  return say(words.logged, { count: sign.count, when })
}

function signEvidence(view: View, sign: DescriptorSign): Evidence {
  switch (sign.kind) {
    case 'at-limit': {
      const { pid, comm } = sign.process
      return {
        label: say(words.fds, { comm, pid: String(pid) }),
        value: sign.open,
        unit: 'descriptors',
        limit: sign.limit,
        source: processOrigin(view),
        command: `ls /proc/${pid}/fd | wc -l; grep 'open files' /proc/${pid}/limits`,
      }
    }
    case 'strace':
      return {
        label: say(words.call, { syscall: sign.syscall }),
        value: sign.count,
        unit: 'calls',
        limit: null,
        source: sign.origin,
        command: 'strace -f -e trace=accept,accept4 -p PID',
      }
    case 'log':
      return { label: words.lines, value: sign.count, unit: 'lines', limit: null, source: sign.origin, command: null }
  }
}

function remediesFor(pid: number | undefined): readonly Remedy[] {
  const target = pid ?? 'PID'
  const verify = `grep 'open files' /proc/${target}/limits`
  return [
    {
      title: words.whatTitle,
      action: `ls -l /proc/${target}/fd | awk '{print $NF}' | sed 's/[0-9]//g' | sort | uniq -c | sort -rn | head`,
      language: 'sh',
      risk: words.whatRisk,
      verify,
    },
    {
      title: words.raiseTitle,
      action: `prlimit --pid ${target} --nofile=65536:65536\n# for good: systemctl edit UNIT → [Service] LimitNOFILE=65536`,
      language: 'sh',
      risk: words.raiseRisk,
      verify,
    },
  ]
}

function tableDraft({ used, max, origin, logged }: FileTable): Draft {
  const known = used !== null && max !== null && !logged
  return {
    subject: { kind: 'sysctl', key: 'fs.file-max', sysctl: 'fs.file-max' },
    severity: logged ? 'warning' : 'critical',
    confidence: logged ? 'likely' : 'certain',
    when: logged ? 'past' : 'now',
    summary: say(words.machine, { count: known ? say(words.count, { used, max }) : plain('') }),
    evidence: [
      {
        label: logged ? words.tableLog : words.table,
        value: used,
        unit: 'files',
        limit: max,
        source: origin,
        command: 'sysctl fs.file-nr',
      },
    ],
    remedies: [
      {
        title: words.tableTitle,
        action:
          'sysctl -w fs.file-max=2097152\nfor p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $p"; done | sort -rn | head',
        language: 'sh',
        risk: words.tableRisk,
        verify: 'sysctl fs.file-nr',
      },
    ],
    notHelpful: [words.notUlimit],
    unknowns: logged ? [words.askNow] : [],
  }
}
