import type { Glossary } from '../define-term.ts'

/** Windows that close because a program does not read. */
export const RECEIVE_WINDOW: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPZeroWindowDrop',
      title: {
        en: 'Data that arrived although the window was closed was dropped',
        zh: '窗口已关闭仍有数据到达，被丢弃',
      },
      what: {
        en: 'The receiver had said “no more” and got payload all the same: data already under way, or probes of systems that put a byte into them.',
        zh: '接收方已声明不再接收却仍收到载荷：是已在途的数据，或某些系统带一个字节的探测。',
      },
      since: '4.5–5.4',
      raisedBy: {
        en: 'A reader that does not read, hence a zero window, and a peer that keeps knocking.',
        zh: '程序不读取导致零窗口，而对端不断试探。',
      },
      read: {
        en: 'The fault is behind TCPToZeroWindowAdv; this one only shows how long it lasts.',
        zh: '问题在 TCPToZeroWindowAdv 所指之处；本计数器只反映持续了多久。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_input.c: tcp_data_queue'],
    },
    {
      id: 'TcpExtTCPToZeroWindowAdv',
      title: { en: 'This side told a peer to stop sending', zh: '本端通知对端停止发送' },
      what: {
        en: 'The receive buffer of a connection is full, so the window went to zero. Uploads and requests on it stand still until the program reads.',
        zh: '连接的接收缓冲已满，窗口变为零。在程序读取之前，该连接上的上传与请求全部停住。',
      },
      since: null,
      raisedBy: {
        en: 'A slow or blocked program: waiting for disk, CPU limit, a lock, or a back end further on.',
        zh: '程序缓慢或阻塞：等磁盘、受 CPU 限制、等锁，或等更后面的后端。',
      },
      read: {
        en: 'Against TCPFromZeroWindowAdv: both equal means stalls that end; a lead of this one means windows still shut. `ss -tnp` with big Recv-Q names the program.',
        zh: '与 TCPFromZeroWindowAdv 对照：相等表示停顿已解除，本项更大表示仍有窗口关着。`ss -tnp` 中 Recv-Q 大的就是那个程序。',
      },
      act: {
        en: 'Look at the program’s threads (`cat /proc/PID/wchan`, a profiler), not at buffer sizes.',
        zh: '去查程序的线程（`cat /proc/PID/wchan`、性能分析器），而不是缓冲大小。',
      },
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_select_window'],
    },
    {
      id: 'TcpExtTCPFromZeroWindowAdv',
      title: { en: 'A closed receive window was opened again', zh: '关闭的接收窗口重新打开' },
      what: { en: 'The program read at last, and the peer may go on.', zh: '程序终于读取了数据，对端可以继续发送。' },
      since: null,
      raisedBy: {
        en: 'Follows TCPToZeroWindowAdv after a stall of any length.',
        zh: '在长短不一的停顿之后，跟随 TCPToZeroWindowAdv 出现。',
      },
      read: {
        en: 'Many quick pairs point to a consumer that works in batches, which is throughput lost but no hang.',
        zh: '频繁成对出现说明消费方成批处理，损失的是吞吐而不是挂起。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_select_window'],
    },
    {
      id: 'TcpExtTCPWantZeroWindowAdv',
      title: {
        en: 'The window should have gone to zero but had been promised already',
        zh: '窗口本应变为零，但先前已经许诺出去',
      },
      what: {
        en: 'TCP must not take back space it has offered, so the smaller window of before stays. The buffer is as good as full.',
        zh: 'TCP 不得收回已通告的空间，于是保留先前剩下的窗口。缓冲实际上已满。',
      },
      since: null,
      raisedBy: {
        en: 'Memory pressure, or small segments that eat more memory than bytes of window.',
        zh: '内存紧张，或小报文消耗的内存超过其占用的窗口字节数。',
      },
      read: {
        en: 'An early sign of the stalls that TCPToZeroWindowAdv then shows.',
        zh: '它是 TCPToZeroWindowAdv 所示停顿的先兆。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_output.c: tcp_select_window'],
    },
  ],
}
