import type { Term } from '../define-term.ts'

/** Settings of descriptors, and of the watch over tasks that stand still. */
export const FILE_SYSCTLS: readonly Term[] = [
  {
    id: 'fs.file-max',
    title: { en: 'Open files of the whole machine', zh: '全机打开文件的上限' },
    what: {
      en: 'Every socket, file and pipe of every process takes one. At the limit accept() fails with ENFILE; root may go beyond it.',
      zh: '每个进程的每个套接字、文件、管道各占一个。到上限时 accept() 报 ENFILE；root 可以突破。',
    },
    since: null,
    raisedBy: {
      en: 'Default about a tenth of memory in KiB; systemd raises it to the maximum. One for the machine.',
      zh: '默认约为内存 KiB 数的十分之一；systemd 会把它提到最大。全机一份。',
    },
    read: {
      en: '`cat /proc/sys/fs/file-nr`: first number used, third the limit. The log says “VFS: file-max limit … reached”.',
      zh: '`cat /proc/sys/fs/file-nr`：第一个数是已用，第三个是上限。触顶时日志为 “VFS: file-max limit … reached”。',
    },
    act: {
      en: 'It is hardly ever the limit that binds: a single process meets its own “Max open files” (EMFILE) long before. Raising this does not raise that.',
      zh: '真正卡住的很少是它：单个进程早就先撞上自己的 “Max open files”（EMFILE）。调大它不会调大后者。',
    },
    rules: ['fd-limit-reached'],
    sources: ['Documentation/admin-guide/sysctl/fs.rst: file-max', 'fs/file_table.c: alloc_empty_file'],
  },
  {
    id: 'fs.file-nr',
    title: { en: 'Open files now', zh: '当前打开的文件数' },
    what: {
      en: 'Three numbers to read, not to set: allocated, allocated but unused (always 0 since 2.6), and fs.file-max.',
      zh: '只读的三个数：已分配、已分配未使用（2.6 起恒为 0）、fs.file-max。',
    },
    since: null,
    raisedBy: {
      en: 'open(), socket(), accept(), pipe() and everything that yields a descriptor, in all namespaces.',
      zh: '所有命名空间里的 open()、socket()、accept()、pipe() 等一切产生描述符的调用。',
    },
    read: {
      en: 'Two readings an hour apart: steady growth with steady traffic is a leak; `ls /proc/PID/fd | wc -l` finds whose.',
      zh: '相隔一小时读两次：流量平稳而持续增长就是泄漏；用 `ls /proc/PID/fd | wc -l` 找出是谁。',
    },
    act: null,
    rules: ['fd-limit-reached', 'socket-leak'],
    sources: ['Documentation/admin-guide/sysctl/fs.rst: file-nr'],
  },
  {
    id: 'fs.nr_open',
    title: { en: 'Ceiling of any process’s descriptor limit', zh: '单进程描述符限制的天花板' },
    what: {
      en: 'RLIMIT_NOFILE cannot be set higher than this, not even by root.',
      zh: 'RLIMIT_NOFILE 不能超过它，root 也不行。',
    },
    since: 'Linux 2.6.25',
    raisedBy: {
      en: 'Default 1048576; systemd raises it on start-up. One for the machine.',
      zh: '默认 1048576；systemd 启动时会调大。全机一份。',
    },
    read: {
      en: '`grep "open files" /proc/PID/limits` is what a process really has. A container runtime that asks for “infinity” gets this number.',
      zh: '进程实际的限制看 `grep "open files" /proc/PID/limits`。容器运行时要求 “infinity” 得到的就是它。',
    },
    act: {
      en: 'Some programs loop over all possible descriptors at start: with a billion of them that takes minutes. Give such a service LimitNOFILE=1048576.',
      zh: '有些程序启动时会遍历所有可能的描述符，十亿个要跑几分钟。给这类服务设 LimitNOFILE=1048576。',
    },
    rules: ['fd-limit-reached'],
    sources: ['Documentation/admin-guide/sysctl/fs.rst: nr_open', 'getrlimit(2)'],
  },
  {
    id: 'kernel.hung_task_timeout_secs',
    title: { en: 'When the kernel reports a task that stands in D state', zh: '任务处于 D 状态多久后报告' },
    what: {
      en: 'Seconds of uninterruptible sleep after which the kernel logs “blocked for more than … seconds” with the task’s stack. 0 switches the watch off.',
      zh: '不可中断睡眠超过多少秒后，内核打印 “blocked for more than … seconds” 及其调用栈。0 表示不监视。',
    },
    since: 'Linux 2.6.30',
    raisedBy: {
      en: 'Default 120; one for the machine. Only the first hung_task_warnings (10) reports are printed: after that the log stays silent although tasks hang.',
      zh: '默认 120；全机一份。只打印前 hung_task_warnings（10）次：之后即使还有任务卡住，日志也不再出现。',
    },
    read: {
      en: '`ps -eLo stat,wchan:32,comm | grep ^D` shows shorter waits, which already delay accept().',
      zh: '更短的等待也会拖慢 accept()，用 `ps -eLo stat,wchan:32,comm | grep ^D` 查看。',
    },
    act: null,
    rules: ['accept-blocked-on-io'],
    sources: [
      'Documentation/admin-guide/sysctl/kernel.rst: hung_task_timeout_secs',
      'kernel/hung_task.c: check_hung_task',
    ],
  },
  {
    id: 'kernel.task_delayacct',
    title: { en: 'Whether the kernel measures waits of each task', zh: '是否统计每个任务的等待时间' },
    what: {
      en: 'With 0 the block-IO wait of a task (field 42 of /proc/PID/stat) stays 0: that is “not measured”, not “did not wait”.',
      zh: '为 0 时任务的块 IO 等待（/proc/PID/stat 第 42 项）恒为 0：意思是“没测”，不是“没等”。',
    },
    since: 'Linux 5.14',
    raisedBy: {
      en: 'Default 0 since 5.14, always on before; `delayacct` on the kernel’s command line, or 1 here for tasks that start afterwards.',
      zh: '5.14 起默认 0，之前一直开启；可在内核命令行加 `delayacct`，或在此设 1（只对之后启动的任务有效）。',
    },
    read: {
      en: '`sysctl kernel.task_delayacct` before any conclusion from iotop’s IO column.',
      zh: '根据 iotop 的 IO 列下结论之前，先执行 `sysctl kernel.task_delayacct`。',
    },
    act: null,
    rules: ['accept-blocked-on-io'],
    sources: ['Documentation/accounting/delay-accounting.rst'],
  },
]
