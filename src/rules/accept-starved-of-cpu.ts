import type { View } from '../facts/need.ts'
import { type StarvedAccept, starvedAccepts } from '../facts/starved-accepts.ts'
import type { Draft, Evidence, Remedy } from '../model/finding.ts'
import type { Text } from '../model/text.ts'
import { formatMs, plain } from '../words/format.ts'
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
  throttled: {
    en: '{who} may not run: its CPU quota ran out in {share} % of the periods{when}{lost}, and no connection is accepted until the next one begins',
    zh: '{who}无法运行：CPU 配额在 {share}% 的周期内用尽{when}{lost}，要到下一个周期才能继续 accept',
  },
  between: { en: ' between the readings', zh: '（两次读数之间）' },
  sinceMade: { en: ' since its cgroup was made', zh: '（自该 cgroup 创建以来）' },
  lost: { en: ' ({time} of CPU time, over all CPUs)', zh: '（各 CPU 合计 {time}）' },
  delayed: {
    en: '{who} was ready to run and waited for a CPU for {waited} of {seconds} (it ran for {ran})',
    zh: '{who}处于就绪状态却在等 CPU：{seconds} 内等了 {waited}，只运行了 {ran}',
  },
  crowded: {
    en: '{who} takes its connections late while all tasks of its cgroup waited for a CPU at once for {value} % of the last ten seconds',
    zh: '{who}取走连接的速度跟不上，同时其 cgroup 的所有任务在最近十秒里有 {value}% 的时间都在等 CPU',
  },
  strained: {
    en: '{who} takes its connections late on a machine without a CPU to spare ({machine}); whether this program is among those that wait was not measured',
    zh: '{who}取走连接的速度跟不上，而这台机器的 CPU 已无富余（{machine}）；等 CPU 的是否包括这个程序，没有测量',
  },
  steal: { en: 'steal {steal} %', zh: 'steal {steal}%' },
  runQueue: { en: '{tasks} runnable tasks on {cores} cores', zh: '{cores} 核上有 {tasks} 个可运行任务' },
  periods: {
    en: 'Periods in which the quota of {cgroup} ran out, of those in which it wanted to run',
    zh: '{cgroup} 配额用尽的周期占其需要运行的周期的比例',
  },
  quota: {
    en: 'CPUs that the quota of {cgroup} amounts to, on a machine with as many as the limit says',
    zh: '{cgroup} 的配额相当于几个 CPU（上限一栏是机器的核数）',
  },
  waited: {
    en: '{comm} (pid {pid}): time ready to run without a CPU, threads added up',
    zh: '{comm}（pid {pid}）：就绪却没有 CPU 可用的时间（各线程合计）',
  },
  pressure: {
    en: 'Time in which every task of {cgroup} waited for a CPU, last 10 s',
    zh: '最近 10 秒内 {cgroup} 的所有任务都在等 CPU 的时间比例',
  },
  stolen: { en: 'CPU time that the hypervisor gave to others', zh: '被虚拟化层分给别人的 CPU 时间比例' },
  tasks: { en: 'Tasks that run or wait for a CPU', zh: '正在运行或等待 CPU 的任务数' },
  quotaTitle: { en: 'Raise the CPU limit of the container, or take it away', zh: '调高容器的 CPU limit，或取消它' },
  quotaRisk: {
    en: 'Neighbours on the node get less when it is busy; requests still divide the CPU fairly. Changing the template restarts the pods.',
    zh: '节点繁忙时邻居分到的会变少，但 requests 仍按比例分配。修改模板会重启 pod。',
  },
  threadsTitle: {
    en: 'Match its threads to the quota: many threads burn a small quota within the first milliseconds of a period',
    zh: '让线程数与配额相称：线程很多时，小配额在周期头几毫秒就会烧完',
  },
  threadsRisk: {
    en: 'Too few threads leave CPU unused; measure nr_throttled and latency after each step.',
    zh: '线程太少会浪费 CPU；每调一步都看 nr_throttled 和延迟。',
  },
  crowdTitle: { en: 'See who uses the CPUs, and move or limit it', zh: '找出谁在占用 CPU，把它迁走或加限制' },
  crowdRisk: { en: 'Looking harms nothing; moving pods interrupts them.', zh: '查看没有风险；迁移 pod 会中断它们。' },
  stealTitle: {
    en: 'Steal is decided outside: a bigger instance, one without CPU credits, or another host',
    zh: 'steal 由外部决定：换更大的实例、不靠 CPU 积分的实例，或换宿主机',
  },
  stealRisk: { en: 'The machine restarts elsewhere.', zh: '虚拟机需要迁移或重启。' },
  notBacklog: {
    en: 'A longer queue: it evens out one period, not a lack that lasts.',
    zh: '加长队列：只能抹平一个周期的抖动，抵不住持续缺 CPU。',
  },
  notAverage: {
    en: 'The average CPU usage: a container at 30 % of its limit can be throttled in every period, as its bursts are shorter than a second.',
    zh: '看平均 CPU 使用率：使用率只有 limit 的 30% 的容器也可能每个周期都被限流，因为它的突发比一秒短。',
  },
  notNice: {
    en: 'Restarting the program: it comes back into the same cgroup with the same quota.',
    zh: '重启程序：它会回到同一个 cgroup、同样的配额里。',
  },
  askCpuStat: {
    en: 'Throttling decides: cat /proc/PID/cgroup, then nr_periods and nr_throttled in cpu.stat of that cgroup, twice.',
    zh: '关键看限流：cat /proc/PID/cgroup，再看该 cgroup 的 cpu.stat 里的 nr_periods 和 nr_throttled，看两次。',
  },
  askDelay: {
    en: 'How long the program itself waited decides: second number of /proc/PID/schedstat (nanoseconds), twice, or pidstat -w -p PID 1.',
    zh: '关键看程序自己等了多久：/proc/PID/schedstat 的第二个数（纳秒），看两次，或 pidstat -w -p PID 1。',
  },
} satisfies Record<string, Text>

export default defineRule({
  id: 'accept-starved-of-cpu',
  title: { en: 'accept() is late: its program does not get the CPU', zh: 'accept() 迟缓：程序分不到 CPU' },
  severity: 'critical',
  scope: 'netns',
  needs: { starved: starvedAccepts },
  words: { ...words, ...SLOW_WORDS, ...QUEUE_WORDS },
  page: {
    what: {
      en: 'The program behind a listener wants to run and may not: its cgroup has used up its CPU quota, the hypervisor gave the CPU to others, or more tasks are runnable than there are cores. Meanwhile the kernel completes handshakes on its own and the accept queue grows.',
      zh: '监听套接字背后的程序想运行却轮不到：cgroup 的 CPU 配额用完了、虚拟化层把 CPU 给了别人，或者可运行的任务比核多。内核仍自行完成握手，accept 队列因此变长。',
    },
    why: {
      en: 'A limit of 500m means 50 ms of CPU in every 100 ms for all threads together: eight busy threads use that up in 6 ms and then stand still for 94. On a burstable instance the credits run out; on a node without CPU requests one batch job crowds out the rest.',
      zh: 'limit 为 500m 意味着每 100 毫秒内所有线程合计只能用 50 毫秒 CPU：八个忙线程 6 毫秒就用完，接下来 94 毫秒全部停住。突发型实例会耗尽积分；没有设 requests 的节点上，一个批处理任务就能挤掉其他程序。',
    },
    confirm: {
      en: 'Read `cpu.stat` of its cgroup twice: nr_throttled that grows with nr_periods is throttling. The second number of `/proc/PID/schedstat` is the time (ns) that the thread waited for a CPU. `vmstat 1`: column r against the number of cores, column st for steal.',
      zh: '读两次其 cgroup 的 `cpu.stat`：nr_throttled 随 nr_periods 一起增长就是限流。`/proc/PID/schedstat` 的第二个数是线程等 CPU 的时间（纳秒）。`vmstat 1`：r 列与核数比较，st 列是 steal。',
    },
    fix: {
      en: 'Raise or remove the CPU limit, keep the request; set GOMAXPROCS, worker_processes or the thread pool to what the quota can carry. Against steal only another machine helps; against a crowd, requests and limits for the others.',
      zh: '调高或取消 CPU limit，保留 request；把 GOMAXPROCS、worker_processes 或线程池设成配额负担得起的数。steal 只能换机器；被挤占则给其他程序设 requests 和 limits。',
    },
    notToConfuse: {
      en: 'nr_throttled that is large but stands still: that was at start-up. A high load average made of tasks in state D. A machine that is 100 % busy while this program sleeps and waits for a database: it wants no CPU.',
      zh: 'nr_throttled 很大但不再增长：那是启动时发生的。由 D 状态任务堆出来的高负载。机器 CPU 100%，而这个程序在睡眠等数据库：它并不需要 CPU。',
    },
    sources: [
      'Documentation/scheduler/sched-bwc.rst',
      'Documentation/scheduler/sched-stats.rst: /proc/PID/schedstat',
      'kernel/sched/fair.c: throttle_cfs_rq',
    ],
  },
  thresholds: [
    {
      value: '50 % / 20 %',
      reason: {
        en: 'of the cgroup’s periods (100 ms each by default) in which the quota ran out: a queue that stands still for half of all periods grows by what arrives in them; a fifth supports it',
        zh: 'cgroup 周期（默认每个 100 ms）中配额用尽的比例：一半时间停顿的队列会按到达量增长；两成只作旁证',
      },
    },
    {
      value: '5',
      reason: {
        en: 'periods at the least: a second holds ten, fewer tell nothing of a share',
        zh: '至少要有的周期数：一秒有十个，太少算不出比例',
      },
    },
    {
      value: '50 %',
      reason: {
        en: 'of its time that a thread waits for a CPU: it serves half of what it could',
        zh: '线程等待 CPU 的时间占比：它只能完成一半的工作',
      },
    },
    {
      value: '40 %',
      reason: {
        en: 'CPU pressure (`some`, 10 s) of the program’s own cgroup: at each moment one of its tasks waits with a probability of two fifths',
        zh: '程序所在 cgroup 的 CPU 压力（`some`，10 秒）：任一时刻有四成概率有任务在等待',
      },
    },
    {
      value: '20 %',
      reason: {
        en: 'steal: a virtual CPU that is taken away for a fifth of the time',
        zh: 'steal：虚拟 CPU 有五分之一的时间被夺走',
      },
    },
    {
      value: '3 × cores',
      reason: {
        en: 'runnable tasks: each gets at most a third of a core',
        zh: '可运行任务数：每个任务至多分到三分之一个核',
      },
    },
  ],
  effects: effectsOnQueues({
    queue: {
      en: 'A program that is not scheduled accepts nobody, and the queue takes all that arrives meanwhile.',
      zh: '程序得不到调度就无法 accept，期间到达的连接全部进了队列。',
    },
    limit: {
      en: 'While its program lacks CPU the limit is met by ordinary traffic.',
      zh: '程序缺 CPU 时，平常的流量也会碰到上限。',
    },
  }),
  check: ({ starved }, view) => starved.map((one) => draftOf(view, one)),
})

function draftOf(view: View, late: StarvedAccept): Draft {
  const { holder, items, confidence, throttled, delays } = late
  return {
    subject: subjectOf(holder, items),
    severity: confidence === 'possible' ? 'warning' : severityOf(items),
    confidence,
    when: 'now',
    summary: summaryOf(late),
    evidence: [...ownEvidence(view, late), ...machineEvidence(late), ...lateEvidence(view, items)],
    remedies: remediesFor(late),
    notHelpful: [words.notBacklog, words.notAverage, words.notNice],
    unknowns: [
      ...(throttled?.now || delays.length > 0 ? [] : [words.askCpuStat]),
      ...(confidence === 'possible' ? [words.askDelay] : []),
    ],
  }
}

/** The quota where it ran out, as that is whose limit can be changed. */
const byQuota = ({ throttled }: StarvedAccept): boolean => throttled !== null && throttled.share >= 20

function summaryOf(late: StarvedAccept): Text {
  const { holder, items, throttled, delays, pressure, cpu, cores } = late
  const who = whoIsLate(holder, items)
  const [delay] = [...delays].sort((a, b) => b.waitedMs - a.waitedMs)
  if (throttled && byQuota(late))
    return say(words.throttled, {
      who,
      share: Math.round(throttled.share),
      when: throttled.now ? words.between : words.sinceMade,
      lost:
        throttled.throttledUs === null ? plain('') : say(words.lost, { time: formatMs(throttled.throttledUs / 1000) }),
    })
  if (delay)
    return say(words.delayed, {
      who,
      waited: formatMs(delay.waitedMs),
      seconds: formatMs(delay.seconds * 1000),
      ran: formatMs(delay.ranMs),
    })
  if (pressure) return say(words.crowded, { who, value: pressure.avg10 })
  const crowd =
    cpu?.runQueue != null && cores !== null ? say(words.runQueue, { tasks: cpu.runQueue, cores }) : plain('')
  const steal = say(words.steal, { steal: Math.round(cpu?.steal ?? 0) })
  const machine = (cpu?.steal ?? 0) >= 20 || crowd.en === '' ? steal : crowd
  return say(words.strained, { who, machine })
}

function ownEvidence(view: View, { throttled, delays, pressure, cores }: StarvedAccept): readonly Evidence[] {
  const cpu = throttled?.sample.cpu
  const quota = typeof cpu?.quotaUs === 'number' && cpu.periodUs ? cpu.quotaUs / cpu.periodUs : null
  const cgroup = throttled?.sample.path ?? ''
  return [
    ...(throttled
      ? [
          {
            label: say(words.periods, { cgroup }),
            value: Math.round(throttled.share),
            unit: '%',
            limit: null,
            source: throttled.sample.origin,
            command: `grep -r . /sys/fs/cgroup --include=cpu.stat | grep nr_`,
          },
        ]
      : []),
    ...(throttled && quota !== null
      ? [
          {
            label: say(words.quota, { cgroup }),
            value: quota,
            unit: 'CPUs',
            limit: cores,
            source: throttled.sample.origin,
            command: null,
          },
        ]
      : []),
    ...delays.slice(0, 8).map(({ process, waitedMs, seconds }) => ({
      label: say(words.waited, { comm: process.comm, pid: String(process.pid) }),
      value: Math.round(waitedMs),
      unit: 'ms',
      limit: Math.round(seconds * 1000),
      source: processOrigin(view),
      command: `cat /proc/${process.pid}/task/*/schedstat`,
    })),
    ...(pressure
      ? [
          {
            label: say(words.pressure, { cgroup: pressure.cgroup ?? '' }),
            value: pressure.avg10,
            unit: '%',
            limit: null,
            source: pressure.origin,
            command: null,
          },
        ]
      : []),
  ]
}

function machineEvidence({ cpu, cores }: StarvedAccept): readonly Evidence[] {
  if (!cpu) return []
  const base = { source: cpu.origin, command: 'vmstat 1 5' }
  return [
    ...(cpu.steal >= 1 ? [{ ...base, label: words.stolen, value: Math.round(cpu.steal), unit: '%', limit: null }] : []),
    ...(cpu.runQueue === null
      ? []
      : [{ ...base, label: words.tasks, value: cpu.runQueue, unit: 'tasks', limit: cores }]),
  ]
}

function remediesFor(late: StarvedAccept): readonly Remedy[] {
  const crowd: Remedy = {
    title: words.crowdTitle,
    action: 'pidstat -u 1 3\nps -eo pid,pcpu,stat,comm --sort=-pcpu | head',
    language: 'sh',
    risk: words.crowdRisk,
    verify: 'vmstat 1 5',
  }
  const steal: Remedy = {
    title: words.stealTitle,
    action: null,
    language: null,
    risk: words.stealRisk,
    verify: 'vmstat 1 5',
  }
  if (!byQuota(late)) return (late.cpu?.steal ?? 0) >= 20 ? [steal, crowd] : [crowd]
  const verify = 'grep -r . /sys/fs/cgroup --include=cpu.stat | grep nr_throttled'
  return [
    {
      title: words.quotaTitle,
      action:
        'spec:\n  containers:\n    - name: CONTAINER\n      resources:\n        requests:\n          cpu: "1"\n        limits:\n          cpu: "4"',
      language: 'yaml',
      risk: words.quotaRisk,
      verify,
    },
    { title: words.threadsTitle, action: null, language: null, risk: words.threadsRisk, verify },
  ]
}
