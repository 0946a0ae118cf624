import type { Glossary } from '../define-term.ts'

/** The prequeue, which kernels after 4.4 have lost. */
export const PREQUEUE: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPPrequeued',
      title: {
        en: 'A segment was set aside for the reading thread, on an old kernel',
        zh: '旧内核把报文留给读取线程自己处理',
      },
      what: {
        en: 'The thread that waits in recv() did the protocol work itself, instead of the interrupt. The mechanism is gone.',
        zh: '由等在 recv() 中的线程而非中断来做协议处理。该机制已移除。',
      },
      since: null,
      raisedBy: {
        en: 'Blocking reads on kernels such as 4.4 with net.ipv4.tcp_low_latency = 0.',
        zh: '4.4 之类内核上的阻塞读取，且 net.ipv4.tcp_low_latency = 0。',
      },
      read: {
        en: 'No sign of trouble; useful only to see how much a program reads by blocking.',
        zh: '不是故障迹象，只能看出程序有多少阻塞式读取。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPPrequeueDropped',
      title: {
        en: 'A segment was taken off the prequeue early, on an old kernel',
        zh: '旧内核提前从 prequeue 取走了报文',
      },
      what: {
        en: 'The list had outgrown the receive buffer before the reader ran, so the interrupt handled it after all. In spite of the name nothing is lost.',
        zh: '读取线程运行之前队列已超出接收缓冲，于是改由中断处理。名称虽为 Dropped，其实没有丢失。',
      },
      since: null,
      raisedBy: {
        en: 'Threads without CPU on loaded machines of that age.',
        zh: '当年高负载机器上得不到 CPU 的线程。',
      },
      read: {
        en: 'Compare with TCPPrequeued; a visible share means that readers are starved.',
        zh: '与 TCPPrequeued 对照，占比明显说明读取线程饥饿。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPDirectCopyFromBacklog',
      title: {
        en: 'Bytes copied to a program from the side list of a locked socket',
        zh: '从被锁套接字的旁路队列直接拷给程序的字节数',
      },
      what: {
        en: 'It counts bytes, and says only by which way data reached the program on old kernels.',
        zh: '单位是字节，只说明旧内核上数据经由哪条路到达程序。',
      },
      since: null,
      raisedBy: { en: 'Reads that coincide with arriving segments.', zh: '读取与报文到达恰好重合。' },
      read: {
        en: 'For sizing nothing follows from it; throughput is better read from the interface.',
        zh: '对容量规划没有意义；吞吐应看网卡。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPDirectCopyFromPrequeue',
      title: { en: 'Bytes copied to a program straight from the prequeue', zh: '从 prequeue 直接拷给程序的字节数' },
      what: {
        en: 'The saved second copy was the gain of the scheme; the figure is in bytes, not packets.',
        zh: '省去一次拷贝正是该机制的好处；单位是字节而非报文。',
      },
      since: null,
      raisedBy: {
        en: 'Blocking readers on old kernels, one thread per connection.',
        zh: '旧内核上每连接一线程的阻塞式读取。',
      },
      read: {
        en: 'Set beside the bytes received it tells how many went by that way; there is nothing to repair.',
        zh: '与接收总字节对照可知走此路的比例；没有什么要修。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPHPHitsToUser',
      title: {
        en: 'A predicted segment went directly into the program’s buffer',
        zh: '符合预测的报文直接进入程序缓冲',
      },
      what: {
        en: 'The best case of old kernels: no queue, no second copy.',
        zh: '旧内核的最佳情形：不排队、不二次拷贝。',
      },
      since: null,
      raisedBy: {
        en: 'A thread already waiting in recv() when the data came.',
        zh: '数据到达时线程已在 recv() 中等待。',
      },
      read: {
        en: 'Nodes that have it and nodes that lack it differ in kernel, not in health.',
        zh: '有无此项只反映内核版本不同，与健康无关。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
    {
      id: 'TcpExtTCPSchedulerFailed',
      title: {
        en: 'The reading thread was woken too late for the prequeue, on an old kernel',
        zh: '旧内核上读取线程被唤醒过晚，错过了 prequeue',
      },
      what: {
        en: 'The delayed-ACK timer found segments still waiting and handled them itself.',
        zh: '延迟 ACK 定时器发现报文仍在等待，便自行处理。',
      },
      since: null,
      raisedBy: {
        en: 'A thread that did not get a CPU within tens of milliseconds.',
        zh: '线程在数十毫秒内没有得到 CPU。',
      },
      read: {
        en: 'On those kernels a cheap indicator of CPU starvation: check run-queue wait in /proc/PID/schedstat.',
        zh: '在那些内核上可作为 CPU 饥饿的简便指标：查 /proc/PID/schedstat 的等待时间。',
      },
      act: null,
      rules: [],
      sources: ['include/uapi/linux/snmp.h'],
    },
  ],
}
