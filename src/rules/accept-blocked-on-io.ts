import { type BlockedAccept, type BlockedProcess, blockedAccepts, logTold } from '../facts/blocked-accepts.ts'
import { machineOf } from '../facts/machine-signs.ts'
import type { View } from '../facts/need.ts'
import type { WaitsFor } from '../facts/wait-channels.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Mount } from '../model/machine.ts'
import type { Text } from '../model/text.ts'
import { formatList, plain, shellWord } from '../words/format.ts'
import { say } from '../words/say.ts'
import { defineRule } from './define-rule.ts'
import { QUEUE_WORDS, subjectOf } from './queue-evidence.ts'
import {
  effectsOnQueues,
  lateEvidence,
  processOrigin,
  SLOW_WORDS,
  severityOf,
  whoIsLate,
} from './slow-accept-evidence.ts'

const words = {
  seen: {
    en: '{who} is held up by {what}: {threads} of the {of} threads seen are in uninterruptible sleep{wchan}{twice}, and meanwhile nobody calls accept()',
    zh: '{who}被{what}拖住：看到的 {of} 个线程中有 {threads} 个处于不可中断睡眠{wchan}{twice}，这期间没有线程去 accept()',
  },
  unseen: {
    en: '{who} takes its connections late, and this machine waits for input or output ({signs}); whether its own threads are among those that wait was not captured',
    zh: '{who}取走连接的速度跟不上，而这台机器正在等待输入输出（{signs}）；它自己的线程是否也在等待，没有采集到',
  },
  inWchan: { en: ' ({wchan})', zh: '（{wchan}）' },
  twice: { en: ', at both readings', zh: '，两次读数都是如此' },
  nfs: { en: 'an NFS server', zh: ' NFS 服务器' },
  remote: { en: 'a file server', zh: '文件服务器' },
  disk: { en: 'a disk', zh: '磁盘' },
  frozen: { en: 'a frozen filesystem', zh: '被冻结的文件系统' },
  something: { en: 'input or output', zh: '输入输出' },
  process: {
    en: '{comm} (pid {pid}): threads in state D, of those looked at; they wait in {wchan}',
    zh: '{comm}（pid {pid}）：D 状态的线程数（上限为查看过的线程数），等待于 {wchan}',
  },
  noWchan: { en: 'a function that was not told', zh: '未采集到的内核函数' },
  pressure: {
    en: 'Time in which everything waited for I/O at once, last 10 s ({where})',
    zh: '最近 10 秒内所有任务同时等待 I/O 的时间比例（{where}）',
  },
  machine: { en: 'whole machine', zh: '整机' },
  iowait: { en: 'CPU time spent idle while waiting for I/O', zh: 'CPU 空等 I/O 的时间比例' },
  disk_busy: { en: '{device}: share of the time in which it was busy', zh: '{device}：设备忙的时间比例' },
  disk_hangs: {
    en: '{device}: holds requests and completed none between the readings',
    zh: '{device}：有请求在处理，两次读数之间却一个都没有完成',
  },
  silent: {
    en: 'NFS server that does not respond, as the kernel says, and did not come back since',
    zh: '内核报告没有响应、之后也没有恢复的 NFS 服务器',
  },
  hung: { en: 'The kernel found {who} blocked for minutes', zh: '内核发现 {who} 已阻塞数分钟' },
  signPressure: { en: 'I/O pressure {value} %', zh: 'I/O 压力 {value}%' },
  signSilent: { en: 'NFS server {server} does not respond', zh: 'NFS 服务器 {server} 没有响应' },
  signDisk: { en: '{device} hangs', zh: '{device} 无响应' },
  lookTitle: { en: 'See which file and which call it is', zh: '查看卡在哪个文件、哪个调用' },
  lookRisk: {
    en: 'None; but leave cmdline, environ and maps of these processes alone (so ps -f and top -c): reading them can hang as well.',
    zh: '没有；但不要读这些进程的 cmdline、environ、maps（包括 ps -f、top -c）：读取本身也可能卡住。',
  },
  nfsTitle: { en: 'Look at the NFS server and its mounts', zh: '检查 NFS 服务器和挂载' },
  nfsRisk: {
    en: 'Only looks. A soft mount would give errors instead of waits, and can lose writes: decide that apart. Keep what a request needs off NFS, or behind threads that do not accept.',
    zh: '只读。改成 soft 挂载会把等待变成报错，还可能丢写入，需另行决定。应让处理请求所需的文件离开 NFS，或交给不负责 accept 的线程。',
  },
  diskTitle: { en: 'Find out who keeps the disk busy', zh: '找出是谁占满了磁盘' },
  diskRisk: {
    en: 'Only looks. For good: write logs without waiting (buffered, another disk), give the noisy neighbour an I/O limit, use a faster volume.',
    zh: '只读。根治办法：日志改为缓冲写或换盘，给占用者加 I/O 限制，或换更快的卷。',
  },
  frozenTitle: { en: 'Thaw the filesystem', zh: '解冻文件系统' },
  frozenRisk: {
    en: 'A snapshot that is being taken at this moment becomes useless. See first whether one is (backup agent, CSI driver, virtual machine tools).',
    zh: '若此刻正在做快照，该快照会作废。先确认是否有备份代理、CSI 驱动或虚拟机工具在做快照。',
  },
  notBacklog: {
    en: 'A larger backlog or somaxconn: connections then wait longer for the same blocked threads, and clients give up all the same.',
    zh: '调大 backlog 或 somaxconn：连接只是排得更久，等的还是那几个被阻塞的线程，客户端照样放弃。',
  },
  notKill: {
    en: 'kill -9 on the blocked threads: a thread in state D takes the signal when its wait ends; only waits for NFS can be killed at once.',
    zh: '对阻塞的线程 kill -9：D 状态的线程要等睡眠结束才会处理信号，只有等待 NFS 的能立即杀掉。',
  },
  notWorkers: {
    en: 'More workers: each new one blocks at the same file, and the load only rises.',
    zh: '增加 worker：新的也会卡在同一个文件上，负载只会更高。',
  },
  askStates: {
    en: 'What its threads are doing decides: ps -eLo pid,tid,stat,wchan:32,comm, three times, a second apart.',
    zh: '关键看它的线程在做什么：执行三次 ps -eLo pid,tid,stat,wchan:32,comm，每次间隔一秒。',
  },
  askAgain: {
    en: 'Seen in one reading: a thread is in state D for a moment at every read from a disk. A second reading that shows the same decides.',
    zh: '只在一次读数中看到：每次读盘时线程都会短暂处于 D 状态。第二次读数仍然如此才能确定。',
  },
  askLog: {
    en: 'The kernel log was not read: dmesg -T | grep -E "not responding|blocked for more than|I/O error"',
    zh: '没有读到内核日志：dmesg -T | grep -E "not responding|blocked for more than|I/O error"',
  },
  askWchan: {
    en: 'In which function they wait was not told: as root, cat /proc/PID/task/*/stack',
    zh: '没有采集到它们在哪个内核函数里等待：以 root 执行 cat /proc/PID/task/*/stack',
  },
  byName: {
    en: 'The blocked processes bear the name of the listener’s program; that they are the same ones was not captured (pids of a container and of the host differ).',
    zh: '被阻塞的进程与监听程序同名，但是否就是同一批进程没有采集到（容器内与宿主机上的 pid 不同）。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'accept-blocked-on-io',
  title: {
    en: 'accept() is late: its program waits for a disk or a server',
    zh: 'accept() 迟缓：程序在等磁盘或文件服务器',
  },
  severity: 'critical',
  scope: 'netns',
  needs: { blocked: blockedAccepts },
  words: { ...words, ...SLOW_WORDS, ...QUEUE_WORDS },
  page: {
    what: {
      en: 'The program behind a listener is in uninterruptible sleep (state D): its threads wait inside the kernel for a disk, a frozen filesystem or a file server. Until that wait ends they call neither accept() nor anything else, while the kernel goes on finishing handshakes and queueing them.',
      zh: '监听套接字背后的程序处于不可中断睡眠（D 状态）：它的线程在内核里等磁盘、等被冻结的文件系统或等文件服务器。等待结束之前，它们不会调用 accept()，也做不了别的事，而内核照样完成握手、把连接排进队列。',
    },
    why: {
      en: 'A log on a full disk, images on NFS, a database file behind a throttled cloud volume, a snapshot that froze the filesystem: one file that does not answer holds up whoever touches it. Event-driven servers suffer most, since a worker that waits for a file serves none of its connections.',
      zh: '写满磁盘上的日志、NFS 上的图片、被限速的云盘上的数据文件、冻结了文件系统的快照：一个不应答的文件会拖住每个访问它的线程。事件驱动的服务器最吃亏，一个 worker 卡在文件上，它手里的连接就全部停摆。',
    },
    confirm: {
      en: 'Look three times: `ps -eLo pid,tid,stat,wchan:32,comm | grep " D"`. The same threads each time, in `rpc_…`, `nfs…`, `io_schedule`, `jbd2…` or `percpu_rwsem_wait`, belong to the cause. `/proc/pressure/io` tells how much of the time everything stood still, `nfsiostat 1 3` and `iostat -x 1 3` tell which mount or device.',
      zh: '连看三次：`ps -eLo pid,tid,stat,wchan:32,comm | grep " D"`。每次都是同一批线程，停在 `rpc_…`、`nfs…`、`io_schedule`、`jbd2…` 或 `percpu_rwsem_wait`，就是原因所在。`/proc/pressure/io` 显示整体停顿的时间比例，`nfsiostat 1 3` 和 `iostat -x 1 3` 显示是哪个挂载或设备。',
    },
    fix: {
      en: 'Cure what they wait for: bring the server back, thaw the filesystem, relieve the disk. Then take the file out of the way of accept(): buffered logs, asynchronous reads, a thread pool for files, a local cache.',
      zh: '先解决它们等的东西：恢复文件服务器、解冻文件系统、给磁盘减负。再让文件访问不挡在 accept() 前面：日志缓冲写、异步读、专门的文件线程池、本地缓存。',
    },
    notToConfuse: {
      en: 'A high iowait on a node whose listener is fast. A thread that shows D once, for the millisecond of a read. A parent in vfork(), a task in a cgroup freezer, a lock inside the kernel: all print D, none waits for a disk. A busy disk under a database that keeps up.',
      zh: '节点 iowait 高、而这个监听并不慢。线程只在一次读盘的毫秒间显示 D。vfork() 中的父进程、被 cgroup freezer 冻结的任务、内核锁：都显示 D，却都不是在等磁盘。数据库的磁盘很忙但跟得上。',
    },
    sources: [
      'proc_pid_wchan(5)',
      'Documentation/accounting/psi.rst',
      'kernel/hung_task.c',
      'net/sunrpc/clnt.c: "not responding"',
    ],
  },
  thresholds: [
    {
      value: '10 %',
      reason: {
        en: 'of the last 10 s in which all tasks at once waited for I/O (pressure `full`): a tenth of all requests then stand still',
        zh: '最近 10 秒内全部任务同时等待 I/O 的时间占比（压力指标 `full`）：此时约十分之一的请求停滞',
      },
    },
    {
      value: '30 %',
      reason: {
        en: 'of CPU time in iowait: a nightly backup makes as much on a sound node, so it supports a verdict and never makes one',
        zh: 'CPU 的 iowait 占比：正常节点做夜间备份也有这么高，因此只作旁证，不能单独定论',
      },
    },
    {
      value: '90 %',
      reason: {
        en: 'utilisation of a disk, iostat’s own mark of a device with no time left',
        zh: '磁盘利用率，iostat 自身标示“已无余力”的界线',
      },
    },
    {
      value: '600 s',
      reason: {
        en: 'age of a hung-task line: the kernel looks every 120 s and reports ten tasks in all, so five rounds may pass in silence',
        zh: 'hung task 日志的时效：内核每 120 秒检查一次、总共只报十个任务，因此可能有五轮不出声',
      },
    },
  ],
  effects: effectsOnQueues({
    queue: {
      en: 'While its threads wait for a file, handshakes go on and fill the queue.',
      zh: '线程等待文件期间，握手照常完成，队列随之积满。',
    },
    limit: {
      en: 'Whatever its limit, a queue is met sooner or later while the program waits for a file.',
      zh: '程序等待文件期间，无论上限多大，队列迟早都会满。',
    },
  }),
  check: ({ blocked }, view) => blocked.map((one) => draftOf(view, one)),
})

function draftOf(view: View, late: BlockedAccept): Draft {
  const { holder, items, blocked, signs, confidence } = late
  const main = mainOf(blocked)
  return {
    subject: subjectOf(holder, items),
    severity: confidence === 'possible' ? 'warning' : severityOf(items),
    confidence,
    when: 'now',
    summary: main
      ? summaryOf(late, main)
      : say(words.unseen, { who: whoIsLate(holder, items), signs: signsText(late) }),
    evidence: [
      ...blocked.slice(0, MOST_SHOWN).map((one) => processEvidence(view, one)),
      ...signEvidence(signs),
      ...lateEvidence(view, items),
    ],
    remedies: remediesFor(view, late, main?.waits ?? null),
    notHelpful: [words.notBacklog, words.notKill, words.notWorkers],
    unknowns: [
      ...(main === null ? [words.askStates] : main.twice || confidence === 'certain' ? [] : [words.askAgain]),
      ...(main !== null && main.waits === null ? [words.askWchan] : []),
      ...(main !== null && !late.byPid ? [words.byName] : []),
      ...(confidence !== 'certain' && !logTold(view) ? [words.askLog] : []),
    ],
  }
}

const MOST_SHOWN = 8

const mainOf = (blocked: readonly BlockedProcess[]): BlockedProcess | null =>
  [...blocked].sort(
    (a, b) => Number(b.waits !== null) - Number(a.waits !== null) || Number(b.twice) - Number(a.twice),
  )[0] ?? null

function summaryOf({ holder, items, blocked }: BlockedAccept, main: BlockedProcess): Text {
  const sum = (read: (one: BlockedProcess) => number) => blocked.reduce((total, one) => total + read(one), 0)
  return say(words.seen, {
    who: whoIsLate(holder, items),
    what: nameOf(main.waits),
    threads: sum((one) => one.threads),
    of: sum((one) => one.of),
    wchan: main.wchan === null ? plain('') : say(words.inWchan, { wchan: main.wchan }),
    twice: main.twice ? words.twice : plain(''),
  })
}

function nameOf(waits: WaitsFor): Text {
  if (waits === 'nfs' || waits === 'remote' || waits === 'disk' || waits === 'frozen') return words[waits]
  return words.something
}

function signsText({ signs }: BlockedAccept): Text {
  const parts = [
    ...(signs.pressure ? [say(words.signPressure, { value: signs.pressure.avg10 })] : []),
    ...signs.silent.map((one) => say(words.signSilent, { server: one.server })),
    ...signs.disks.filter((one) => one.hangs).map((one) => say(words.signDisk, { device: one.device })),
  ]
  return {
    en: formatList(parts.map((one) => one.en)).en,
    zh: formatList(parts.map((one) => one.zh)).zh,
  }
}

function processEvidence(view: View, { process, threads, of, wchan }: BlockedProcess): Evidence {
  return {
    label: say(words.process, { comm: process.comm, pid: String(process.pid), wchan: wchan ?? words.noWchan }),
    value: threads,
    unit: 'threads',
    limit: of,
    source: processOrigin(view),
    command: `ps -L -o tid,stat,wchan:32,comm -p ${process.pid}`,
  }
}

function signEvidence({ pressure, cpu, disks, silent, hung }: BlockedAccept['signs']): readonly Evidence[] {
  const percent = { unit: '%', limit: null }
  return [
    ...silent.map(({ server, origin }) => ({
      label: words.silent,
      value: server,
      unit: null,
      limit: null,
      source: origin,
      command: "dmesg -T | grep 'nfs: server'",
    })),
    ...hung.slice(0, 2).map((event) => ({
      label: say(words.hung, { who: `${event.who ?? '?'} (${event.pid ?? '?'})` }),
      value: event.when ?? event.sinceBootSeconds,
      unit: event.when === null ? 's since boot' : null,
      limit: null,
      source: event.origin,
      command: "dmesg -T | grep 'blocked for more'",
    })),
    ...(pressure
      ? [
          {
            label: say(words.pressure, { where: pressure.cgroup ?? words.machine }),
            value: pressure.avg10,
            ...percent,
            source: pressure.origin,
            command: pressure.cgroup === null ? 'cat /proc/pressure/io' : null,
          },
        ]
      : []),
    ...disks.slice(0, 4).map((disk) => ({
      label: say(disk.hangs ? words.disk_hangs : words.disk_busy, { device: disk.device }),
      value: disk.utilisation,
      ...percent,
      source: disk.origin,
      command: 'iostat -x 1 3',
    })),
    ...(cpu
      ? [{ label: words.iowait, value: Math.round(cpu.iowait), ...percent, source: cpu.origin, command: 'vmstat 1 5' }]
      : []),
  ]
}

function remediesFor(view: View, { blocked, signs }: BlockedAccept, waits: WaitsFor): readonly Remedy[] {
  const pids = blocked.slice(0, 4).map((one) => one.process.pid)
  const look: Remedy = {
    title: words.lookTitle,
    action:
      pids.length === 0
        ? 'ps -eLo pid,tid,stat,wchan:32,comm | grep " D"'
        : pids.map((pid) => `cat /proc/${pid}/task/*/stack\nls -l /proc/${pid}/fd`).join('\n'),
    language: 'sh',
    risk: words.lookRisk,
    verify: 'ps -eLo pid,tid,stat,wchan:32,comm | grep " D"',
  }
  const frozen: Remedy = {
    title: words.frozenTitle,
    action: 'findmnt -t ext4,xfs,btrfs   # which one: the open files above\nfsfreeze --unfreeze MOUNTPOINT',
    language: 'sh',
    risk: words.frozenRisk,
    verify: look.verify,
  }
  if (waits === 'nfs' || signs.silent.length > 0) return [look, nfsRemedy(view, signs.silent)]
  if (waits === 'frozen') return [look, frozen]
  return [look, diskRemedy()]
}

function nfsRemedy(view: View, silent: BlockedAccept['signs']['silent']): Remedy {
  const mounts = nfsMounts(view)
  const servers = [...new Set([...silent.map((one) => one.server), ...mounts.map((one) => hostOf(one.device))])]
  const [server = 'NFS_SERVER'] = servers.filter((one) => one !== '')
  return {
    title: words.nfsTitle,
    action: [
      'nfsiostat 1 3',
      'grep -A2 " with fstype nfs" /proc/self/mountstats',
      `rpcinfo -t ${shellWord(server)} nfs`,
    ].join('\n'),
    language: 'sh',
    risk: words.nfsRisk,
    verify: "dmesg -T | grep 'nfs: server' | tail -2",
  }
}

/** Of this reading, or of the latest before it that shows any: mounts stay. */
function nfsMounts(view: View): readonly Mount[] {
  for (let back: View | null = view; back !== null; back = back.before) {
    const found = (machineOf(back)?.mounts ?? []).filter((one) => /^nfs4?$/.test(one.type))
    if (found.length > 0) return found
  }
  return []
}

/** `10.0.0.5:/export` → `10.0.0.5`, `[2001:db8::5]:/export` → `2001:db8::5`. */
const hostOf = (device: string): string => device.slice(0, device.indexOf(':/')).replace(/^\[|\]$/g, '')

const diskRemedy = (): Remedy => ({
  title: words.diskTitle,
  action: 'iostat -x 1 3\npidstat -d 1 3',
  language: 'sh',
  risk: words.diskRisk,
  verify: 'cat /proc/pressure/io',
})
