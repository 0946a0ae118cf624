import type { View } from '../facts/need.ts'
import { type StoppedOwner, stoppedOwners } from '../facts/stopped-owners.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatEnd, formatList } from '../words/format.ts'
import { say } from '../words/say.ts'
import { inNetns } from './counter-evidence.ts'
import { defineRule } from './define-rule.ts'
import { effectsOnQueues, processOrigin } from './slow-accept-evidence.ts'

const words = {
  signal: {
    en: '{program} is stopped (state T) while it listens on {listeners}: the kernel goes on finishing handshakes for it, {queued} connections wait',
    zh: '{program} 处于停止状态（T），却仍监听着 {listeners}：内核继续替它完成握手，已有 {queued} 条连接在等待',
  },
  tracer: {
    en: '{program} is held by a tracer{tracer} while it listens on {listeners}; {queued} connections wait',
    zh: '{program} 被跟踪程序{tracer}停住，却仍监听着 {listeners}；{queued} 条连接在等待',
  },
  freezer: {
    en: '{program} is frozen by its cgroup (a paused container) while it listens on {listeners}; {queued} connections wait',
    zh: '{program} 被 cgroup 冻结（容器处于暂停），却仍监听着 {listeners}；{queued} 条连接在等待',
  },
  pid: { en: ' (pid {pid})', zh: '（pid {pid}）' },
  nobody: { en: '', zh: '' },
  state: { en: '{comm} (pid {pid}): state', zh: '{comm}（pid {pid}）：状态' },
  traced: { en: '{comm} (pid {pid}): traced by pid', zh: '{comm}（pid {pid}）：跟踪者的 pid' },
  queue: { en: '{listener}: connections that wait for the stopped program', zh: '{listener}：等待该停止程序的连接数' },
  continueTitle: { en: 'Let it go on', zh: '让它继续运行' },
  continueRisk: {
    en: 'Whoever stopped it did so for a reason: look first whether a person, a debugger or a backup is at work. What waits will be accepted at once, clients that left among them.',
    zh: '停它的人有其理由：先看是否有人在操作、调试器在调试或备份在进行。积压的连接会被一下子接受，其中包括早已离开的客户端。',
  },
  detachTitle: { en: 'End the tracer, which lets go of the program', zh: '结束跟踪程序，被跟踪的程序就会恢复' },
  detachRisk: {
    en: 'A debugging session is lost. SIGKILL of a tracer may leave the program stopped: SIGCONT follows then.',
    zh: '调试会话会丢失。用 SIGKILL 结束跟踪程序可能让它仍然停着，这时再发 SIGCONT。',
  },
  thawTitle: { en: 'Thaw the container', zh: '解冻容器' },
  thawRisk: {
    en: 'A checkpoint or a snapshot that paused it may be under way.',
    zh: '暂停它的可能是正在进行的检查点或快照。',
  },
  notBacklog: {
    en: 'A larger backlog: nobody takes anything from the queue, so that it only fills later.',
    zh: '调大 backlog：没有人从队列里取，只是满得晚一些。',
  },
  notProbe: {
    en: 'A TCP health check: the kernel answers it for the stopped program, so that it stays green.',
    zh: 'TCP 健康检查：内核会替停止的程序应答，检查照样通过。',
  },
  askAgain: {
    en: 'One reading saw it so. strace and debuggers stop a program for moments: ps -o pid,stat,wchan:32,comm -p {pids}, a few times.',
    zh: '只有一次读数看到这个状态。strace 和调试器会让程序短暂停住：多执行几次 ps -o pid,stat,wchan:32,comm -p {pids}。',
  },
  askWho: {
    en: 'Who stopped it is not told by any file: shell history, kubectl exec sessions, a terminal that it wanted to read from (SIGTTIN).',
    zh: '是谁停的，没有文件记录：看 shell 历史、kubectl exec 会话，或它是否想读终端（SIGTTIN）。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'process-stopped',
  title: { en: 'A listening program is stopped', zh: '监听中的程序被停止' },
  severity: 'critical',
  scope: 'netns',
  needs: { stopped: stoppedOwners },
  words,
  page: {
    what: {
      en: 'Every process that holds a listener is stopped: by SIGSTOP or Ctrl-Z (state T), by a debugger or strace (state t), or by the freezer of its cgroup, as `docker pause` does. Its sockets stay open, and the kernel goes on accepting handshakes in its name.',
      zh: '持有监听套接字的进程全部停住：收到 SIGSTOP 或 Ctrl-Z（状态 T）、被调试器或 strace 停住（状态 t），或被 cgroup freezer 冻结（`docker pause` 就是如此）。套接字仍然开着，内核继续以它的名义完成握手。',
    },
    why: {
      en: 'Someone attached gdb and left it at the prompt, a job was put in the background and wanted the terminal, a backup paused the container and died before it resumed it. From outside it is a server that connects and never answers, until the queue is full; then it does not even connect.',
      zh: '有人挂上 gdb 后停在提示符，后台作业想读终端，备份暂停了容器却没来得及恢复就退出了。从外面看，这是一台能连上却从不应答的服务器；等队列满了，连都连不上。',
    },
    confirm: {
      en: '`ps -o pid,stat,wchan:32,comm -p PID` shows T or t. `grep TracerPid /proc/PID/status` names the tracer. For the freezer: `cgroup.freeze` (v2) or `freezer.state` (v1) of its cgroup, `docker ps` says Paused.',
      zh: '`ps -o pid,stat,wchan:32,comm -p PID` 显示 T 或 t。`grep TracerPid /proc/PID/status` 给出跟踪者。冻结则看其 cgroup 的 `cgroup.freeze`（v2）或 `freezer.state`（v1），`docker ps` 会显示 Paused。',
    },
    fix: {
      en: 'SIGCONT, detaching the debugger, or thawing the cgroup, whichever stopped it. Then find out who did, or it comes back.',
      zh: '对应停止的方式：发 SIGCONT、让调试器 detach，或解冻 cgroup。之后查清是谁停的，否则还会再来。',
    },
    notToConfuse: {
      en: 'A program in state D waits for a disk. One in state S sleeps, as all idle servers do. A single stopped worker beside running ones that share the listener holds up nobody but its own connections. A glimpse of t under strace.',
      zh: 'D 状态是在等磁盘。S 状态是睡眠，空闲的服务器都这样。共享监听的多个 worker 中只有一个停住，耽误的只是它自己的连接。strace 之下偶尔瞥见一次 t 也不算。',
    },
    sources: [
      'signal(7)',
      'ptrace(2)',
      'proc_pid_status(5): State, TracerPid',
      'Documentation/admin-guide/cgroup-v2.rst: cgroup.freeze',
    ],
  },
  effects: [
    ...effectsOnQueues({
      queue: {
        en: 'A stopped program takes nothing from its queue, while the kernel goes on filling it.',
        zh: '停止的程序不会从队列里取连接，而内核还在往里放。',
      },
      limit: {
        en: 'No limit is large enough for a program that is stopped.',
        zh: '程序停着，多大的上限都不够。',
      },
    }),
    {
      rule: 'listener-never-accepts',
      shared: 'process',
      why: { en: 'It accepts nobody because it is stopped.', zh: '它不 accept 是因为被停住了。' },
    },
  ],
  check: ({ stopped }, view) => stopped.map((one) => draftOf(view, one)),
})

function draftOf(view: View, { holder, items, processes, by, queued, confidence }: StoppedOwner): Draft {
  const program = holder?.program ?? ''
  const [only] = items
  const tracer = processes.find((one) => (one.tracer ?? 0) > 0)?.tracer ?? null
  const pids = processes.map((one) => one.pid)
  const place =
    only && items.length === 1 ? { address: only.listener.local.address, port: only.listener.local.port } : {}
  return {
    subject: { kind: 'process', key: program, process: program, ...place },
    severity: queued > 0 ? 'critical' : 'warning',
    confidence,
    when: 'now',
    summary: say(words[by], {
      program,
      queued,
      listeners: formatList(items.map((one) => formatEnd(one.listener.local))),
      tracer: tracer === null ? words.nobody : say(words.pid, { pid: String(tracer) }),
    }),
    evidence: [
      ...processes.slice(0, 8).map((one) => stateEvidence(view, one)),
      ...processes.filter((one) => (one.tracer ?? 0) > 0).map((one) => tracerEvidence(view, one)),
      ...items
        .filter((one) => (one.listener.acceptQueue.length ?? 0) > 0)
        .map(({ listener }) => ({
          label: say(words.queue, { listener: formatEnd(listener.local) }),
          value: listener.acceptQueue.length,
          unit: 'connections',
          limit: listener.acceptQueue.max,
          source: listener.origin,
          command: inNetns(view, 'ss -nltp'),
        })),
    ],
    remedies: [remedyFor(by, pids, tracer)],
    notHelpful: [words.notBacklog, words.notProbe],
    unknowns: [
      ...(confidence === 'certain' ? [] : [say(words.askAgain, { pids: pids.join(',') })]),
      ...(by === 'signal' ? [words.askWho] : []),
    ],
  }
}

function remedyFor(by: StoppedOwner['by'], pids: readonly number[], tracer: number | null): Remedy {
  const verify = `ps -o pid,stat,wchan:32,comm -p ${pids.join(',')}`
  const base = { language: 'sh', verify } as const
  if (by === 'freezer')
    return {
      ...base,
      title: words.thawTitle,
      action: `cat /proc/${pids[0]}/cgroup\necho 0 > /sys/fs/cgroup/CGROUP/cgroup.freeze   # v1: echo THAWED > /sys/fs/cgroup/freezer/CGROUP/freezer.state`,
      risk: words.thawRisk,
    }
  if (by === 'tracer' && tracer !== null)
    return { ...base, title: words.detachTitle, action: `ps -fp ${tracer}\nkill ${tracer}`, risk: words.detachRisk }
  return { ...base, title: words.continueTitle, action: `kill -CONT ${pids.join(' ')}`, risk: words.continueRisk }
}

function stateEvidence(view: View, { pid, comm, state }: StoppedOwner['processes'][number]): Evidence {
  return {
    label: say(words.state, { comm, pid: String(pid) }),
    value: state,
    unit: null,
    limit: null,
    source: processOrigin(view),
    command: `ps -o pid,stat,comm -p ${pid}`,
  }
}

function tracerEvidence(view: View, { pid, comm, tracer }: StoppedOwner['processes'][number]): Evidence {
  return {
    label: say(words.traced, { comm, pid: String(pid) }),
    value: tracer === null ? null : String(tracer),
    unit: null,
    limit: null,
    source: processOrigin(view),
    command: `grep TracerPid /proc/${pid}/status`,
  }
}
