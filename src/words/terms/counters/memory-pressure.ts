import type { Glossary } from '../define-term.ts'

/** Memory that runs short for all connections together. */
export const MEMORY_PRESSURE: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPMemoryPressures',
      title: { en: 'TCP as a whole went over its memory mark', zh: 'TCP 总内存越过压力线' },
      what: {
        en: 'All sockets of the host together passed the second value of tcp_mem. From then on buffers stop growing and everybody gets slower.',
        zh: '全机所有套接字合计超过 tcp_mem 的第二个值。此后缓冲停止增长，所有连接都变慢。',
      },
      since: null,
      raisedBy: {
        en: 'A great many connections with unread or unacknowledged data.',
        zh: '大量连接积压了未读或未确认的数据。',
      },
      read: {
        en: '`cat /proc/net/sockstat` (mem, in pages of 4 KiB) beside `sysctl net.ipv4.tcp_mem`; on kernels with it TCPMemoryPressuresChrono says for how long.',
        zh: '`cat /proc/net/sockstat`（mem，单位为 4 KiB 页）与 `sysctl net.ipv4.tcp_mem` 对照；有 TCPMemoryPressuresChrono 的内核可看出持续时间。',
      },
      act: {
        en: 'Find who holds the memory with `ss -tanm` sorted by `r` and `w`; raise tcp_mem only if the load is wanted.',
        zh: '用 `ss -tanm` 按 `r`、`w` 排序找出占用者；负载合理时才提高 tcp_mem。',
      },
      rules: ['tcp-memory-pressure'],
      sources: ['net/ipv4/tcp.c: tcp_enter_memory_pressure', 'Documentation/networking/ip-sysctl.rst: tcp_mem'],
    },
    {
      id: 'TcpExtTCPMemoryPressuresChrono',
      title: { en: 'Milliseconds that TCP spent in memory pressure', zh: 'TCP 处于内存压力下的毫秒数' },
      what: {
        en: 'A duration, not a count: it is added when the pressure ends, so one that lasts is not in it yet.',
        zh: '是时长而非次数：压力结束时才累加，仍在持续的尚未计入。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'The same mark in tcp_mem that TCPMemoryPressures counts crossings of.',
        zh: '与 TCPMemoryPressures 统计越线次数所用的是 tcp_mem 中同一条线。',
      },
      read: {
        en: 'Divide by the number of crossings for the mean; many seconds each is a shortage, a few ms each is a peak.',
        zh: '除以越线次数得平均值；每次数秒是短缺，每次几毫秒是尖峰。',
      },
      act: null,
      rules: ['tcp-memory-pressure'],
      sources: ['net/ipv4/tcp.c: tcp_leave_memory_pressure'],
    },
    {
      id: 'TcpExtPFMemallocDrop',
      title: { en: 'A packet held in emergency memory was dropped', zh: '占用应急内存的报文被丢弃' },
      what: {
        en: 'The machine was so short of memory that the driver received into reserves that only swap over the network may use.',
        zh: '整机内存紧张到驱动只能动用应急储备接收，而这部分只允许网络交换使用。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'Free memory below vm.min_free_kbytes during bursts of packets.',
        zh: '报文突发时空闲内存低于 vm.min_free_kbytes。',
      },
      read: {
        en: 'Look for “page allocation failure” in the kernel’s log and memory in `/proc/pressure/memory`.',
        zh: '在内核日志中找“page allocation failure”，并看 `/proc/pressure/memory`。',
      },
      act: {
        en: 'Free memory or raise vm.min_free_kbytes; it is no fault of the network.',
        zh: '释放内存或提高 vm.min_free_kbytes；这不是网络的问题。',
      },
      rules: [],
      sources: ['net/core/filter.c: sk_filter_trim_cap'],
    },
    {
      id: 'TcpExtTCPWqueueTooBig',
      title: {
        en: 'A segment was not split because the send queue was far over its limit',
        zh: '发送队列远超上限，内核拒绝再拆分报文',
      },
      what: {
        en: 'A guard against peers that force the send queue into countless fragments with crafted SACKs. First versions of the fix also stalled honest connections with small send buffers.',
        zh: '防御对端用特制 SACK 把发送队列拆成无数碎片。该修复的最初几版也会让发送缓冲较小的正常连接停滞。',
      },
      since: '5.2',
      raisedBy: {
        en: 'An attack, or SO_SNDBUF set to a few kilobytes. The fix was also carried into long-term kernels before 5.2.',
        zh: '攻击，或 SO_SNDBUF 只有几 KB。该修复也被移植到 5.2 之前的长期支持内核。',
      },
      read: {
        en: 'Transfers that hang with growing Send-Q while this moves: look at `tb` in `ss -tnm`.',
        zh: '本计数器增长时若有传输挂起且 Send-Q 上升，看 `ss -tnm` 的 `tb`。',
      },
      act: {
        en: 'Do not fix SO_SNDBUF to tiny values; update a 2019 kernel of the first fix.',
        zh: '不要把 SO_SNDBUF 固定得过小；若是 2019 年首版修复的内核则升级。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_fragment', 'CVE-2019-11478'],
    },
  ],
}
