import type { Term } from '../define-term.ts'

/** What the kernel says of tasks, memory, files and disks, as far as connections suffer from it. */
export const MACHINE_LINES: readonly Term[] = [
  {
    id: 'hung-task',
    also: ['blocked for more than 120 seconds'],
    title: {
      en: '“INFO: task … blocked for more than … seconds”',
      zh: '“INFO: task … blocked for more than … seconds”',
    },
    what: {
      en: 'A thread has stood in D state for that long: no signal reaches it, no accept() comes from it. If it is the thread that serves a listener, its queue fills.',
      zh: '某个线程处于 D 状态已这么久：信号到不了它，它也不会来 accept()。若恰是负责监听者的线程，队列就会填满。',
    },
    since: 'Linux 2.6.30',
    raisedBy: {
      en: 'khungtaskd, when a task did not run at all for hung_task_timeout_secs. After hung_task_warnings reports it says no more.',
      zh: 'khungtaskd：任务在 hung_task_timeout_secs 内一次都没运行。报满 hung_task_warnings 次后不再打印。',
    },
    read: {
      en: 'The stack below names what it waits for: nfs_ and rpc_ a file server, io_schedule a disk, mutex another task.',
      zh: '下面的调用栈说明在等什么：nfs_、rpc_ 是文件服务器，io_schedule 是磁盘，mutex 是别的任务。',
    },
    act: {
      en: 'Repair what it waits for. Killing does not help: the task takes the signal only when the wait is over.',
      zh: '修复它等待的东西。kill 没有用：等待结束之前它收不到信号。',
    },
    rules: ['accept-blocked-on-io'],
    sources: ['kernel/hung_task.c: check_hung_task'],
  },
  {
    id: 'file-table-full',
    also: ['VFS: file-max limit reached'],
    title: { en: '“VFS: file-max limit N reached”', zh: '“VFS: file-max limit N reached”' },
    what: {
      en: 'The machine as a whole has fs.file-max files open; open(), socket() and accept() fail with ENFILE for everybody but root.',
      zh: '整台机器打开的文件数达到 fs.file-max；除 root 外，open()、socket()、accept() 都报 ENFILE。',
    },
    since: null,
    raisedBy: {
      en: 'Printed when the count passes a new height, so one line may be all there is of an hour of failures.',
      zh: '只在计数创新高时打印，所以一小时的失败可能只留下一行。',
    },
    read: {
      en: '`cat /proc/sys/fs/file-nr`, then `for p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $p"; done | sort -n | tail`.',
      zh: '`cat /proc/sys/fs/file-nr`，再用 `for p in /proc/[0-9]*; do echo "$(ls $p/fd 2>/dev/null | wc -l) $p"; done | sort -n | tail` 找出占用最多的进程。',
    },
    act: {
      en: 'The leaking process first; then fs.file-max.',
      zh: '先处理泄漏的进程，再考虑 fs.file-max。',
    },
    rules: ['fd-limit-reached'],
    sources: ['fs/file_table.c: alloc_empty_file'],
  },
  {
    id: 'nfs-not-responding',
    also: ['nfs: server not responding', 'not responding, still trying'],
    title: { en: '“nfs: server … not responding, still trying”', zh: '“nfs: server … not responding, still trying”' },
    what: {
      en: 'A request to this file server has run into its major timeout. On a hard mount it is repeated for ever, and whoever touches the mount stands in D state until then.',
      zh: '发往该文件服务器的请求达到主超时。硬挂载会一直重试，在此之前凡访问该挂载点的都停在 D 状态。',
    },
    since: null,
    raisedBy: {
      en: 'The RPC layer, for the whole connection to that server; “timed out” instead belongs to soft mounts, which give the program an error.',
      zh: 'RPC 层，针对到该服务器的整个连接；若是 “timed out” 则属于软挂载，会向程序返回错误。',
    },
    read: {
      en: '`ss -tn dport = :2049` for the connection, `nfsstat -rc` or /proc/self/mountstats for retransmissions. A later “OK” ends it.',
      zh: '`ss -tn dport = :2049` 看连接，`nfsstat -rc` 或 /proc/self/mountstats 看重传。之后出现 “OK” 即恢复。',
    },
    act: {
      en: 'Server and network on the way to it first. A web server should not read from such a mount in its event loop.',
      zh: '先查服务器和到它的网络。Web 服务器不应在事件循环里读这样的挂载。',
    },
    rules: ['accept-blocked-on-io'],
    sources: ['net/sunrpc/clnt.c: rpc_check_timeout', 'nfs(5): hard, timeo, retrans'],
  },
  {
    id: 'nfs-ok',
    also: ['nfs: server OK'],
    title: { en: '“nfs: server … OK”', zh: '“nfs: server … OK”' },
    what: {
      en: 'The server that did not respond has answered; tasks in D state go on now.',
      zh: '之前没有回应的服务器恢复应答，D 状态的任务继续运行。',
    },
    since: null,
    raisedBy: {
      en: 'The first answer after “not responding”. Only that pair has meaning: alone it tells of nothing.',
      zh: '“not responding” 之后的首个应答。两行成对才有意义，单独出现说明不了什么。',
    },
    read: {
      en: 'The time between the two lines is how long services stood still; compare with the moments of ListenOverflows.',
      zh: '两行之间的时间就是服务停顿的时长，可与 ListenOverflows 增长的时刻对照。',
    },
    act: null,
    rules: ['accept-blocked-on-io'],
    sources: ['net/sunrpc/clnt.c: call_decode'],
  },
  {
    id: 'oom-kill',
    also: ['Out of memory: Killed process', 'Memory cgroup out of memory'],
    title: { en: '“Out of memory: Killed process …”', zh: '“Out of memory: Killed process …”' },
    what: {
      en: 'A process was killed for memory: by its pod’s limit (“Memory cgroup …”), or because the machine had none. Its listeners vanish, and everything in their queues gets RST.',
      zh: '进程因内存被杀：要么超出 Pod 限额（“Memory cgroup …”），要么整机内存耗尽。它的监听者随之消失，队列里的连接全部收到 RST。',
    },
    since: null,
    raisedBy: {
      en: 'An allocation that could not be met by reclaim. Minutes of slowness often come before: reclaim stalls programs that would accept().',
      zh: '回收也满足不了的内存分配。之前往往已慢了几分钟：回收会让本该 accept() 的程序停顿。',
    },
    read: {
      en: '`kubectl describe pod` shows OOMKilled and exit code 137 for the first kind; the table above the line tells who used what.',
      zh: '前一种可用 `kubectl describe pod` 看到 OOMKilled 和退出码 137；日志行上方的表列出各进程用量。',
    },
    act: {
      en: 'Raise the limit or find the leak. Socket buffers count against the pod’s memory as well (“sock” in memory.stat).',
      zh: '调大限额或找出泄漏。套接字缓冲也计入 Pod 内存（memory.stat 的 sock）。',
    },
    rules: [],
    sources: ['mm/oom_kill.c: oom_kill_process', 'Documentation/admin-guide/cgroup-v2.rst'],
  },
  {
    id: 'other',
    also: ['soft lockup', 'page allocation failure', 'I/O error', 'NETDEV WATCHDOG', 'callbacks suppressed'],
    title: { en: 'Other lines that matter to connections', zh: '其他与连接有关的日志' },
    what: {
      en: 'Kept and shown, but judged by no rule of their own: lockups and stalls (a CPU served nobody), NETDEV WATCHDOG and “link is down” (the card), page allocation failures (packets dropped for want of memory), I/O and file system errors (a disk), segfault (a program ended), “callbacks suppressed” (more lines of the same kind were left out).',
      zh: '会保留并显示，但没有专门规则判断：lockup、stall（某 CPU 无法服务）、NETDEV WATCHDOG 与 “link is down”（网卡）、page allocation failure（缺内存而丢包）、I/O 或文件系统错误（磁盘）、segfault（程序崩溃）、“callbacks suppressed”（同类日志被省略）。',
    },
    since: null,
    raisedBy: {
      en: 'Various parts of the kernel; the text of the line says which.',
      zh: '由内核的不同部分打印，看日志正文即知。',
    },
    read: {
      en: 'By time: does it fall within the minutes of the trouble? A line from boot explains nothing of today.',
      zh: '看时间：是否落在故障的那几分钟内？开机时的一行解释不了今天的问题。',
    },
    act: null,
    rules: [],
    sources: ['dmesg(1)'],
  },
]
