import type { Glossary } from '../define-term.ts'

/** How CUBIC ends slow start. */
export const SLOW_START: Glossary = {
  kind: 'counter',
  terms: [
    {
      id: 'TcpExtTCPHystartTrainDetect',
      title: {
        en: 'CUBIC left slow start early, by the length of an ACK train',
        zh: 'CUBIC 依据 ACK 串的长度提前退出慢启动',
      },
      what: {
        en: 'The stream of ACKs grew about as long as half the smallest round trip, a sign that the pipe is full.',
        zh: 'ACK 串的时长接近最小往返的一半，说明管道已满。',
      },
      since: '4.0',
      raisedBy: { en: 'Starts of transfers on paths with enough data.', zh: '数据量足够的传输在起始阶段。' },
      read: {
        en: 'Slow ramp-up of large transfers with a small TCPHystartTrainCwnd per event means that it leaves too soon.',
        zh: '大传输爬升缓慢且每次事件的 TCPHystartTrainCwnd 很小，说明退出过早。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_cubic.c: hystart_update'],
    },
    {
      id: 'TcpExtTCPHystartTrainCwnd',
      title: { en: 'Sum of the windows at which ACK trains ended slow start', zh: '因 ACK 串退出慢启动时的窗口之和' },
      what: { en: 'A sum of segments, useful only as a quotient.', zh: '单位是报文段之和，只有相除才有意义。' },
      since: '4.0',
      raisedBy: {
        en: 'Added at every event that TCPHystartTrainDetect counts.',
        zh: '在 TCPHystartTrainDetect 每次计数时累加。',
      },
      read: {
        en: 'Divide the two: the mean window. Close to 16, the least at which it acts, on a long fat path the exit was premature.',
        zh: '两者相除得平均窗口；在长肥管道上若接近 16（起作用的最小值）即为过早退出。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_cubic.c: hystart_update'],
    },
    {
      id: 'TcpExtTCPHystartDelayDetect',
      title: {
        en: 'CUBIC left slow start early, as the round trip had grown',
        zh: 'CUBIC 因往返时间增大而提前退出慢启动',
      },
      what: {
        en: 'A queue seemed to build up, so growth became cautious before anything was lost.',
        zh: '似有队列积压，于是在丢包之前转为谨慎增长。',
      },
      since: '4.0',
      raisedBy: {
        en: 'Real queues, but also jitter: wireless links, batching virtual switches, noisy neighbours.',
        zh: '真实的排队，也可能是抖动：无线链路、成批处理的虚拟交换机、邻居干扰。',
      },
      read: {
        en: 'If short transfers are slow on an empty path, jitter deceives it; the mean window tells.',
        zh: '空闲链路上短传输也慢，是被抖动误导；看平均窗口即知。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_cubic.c: hystart_update'],
    },
    {
      id: 'TcpExtTCPHystartDelayCwnd',
      title: {
        en: 'Sum of the windows at which rising delay ended slow start',
        zh: '因时延上升退出慢启动时的窗口之和',
      },
      what: {
        en: 'Counted in segments over all such connections since boot.',
        zh: '以报文段计，累加开机以来所有此类连接。',
      },
      since: '4.0',
      raisedBy: {
        en: 'Grows by the current window whenever TCPHystartDelayDetect grows by one.',
        zh: '每当 TCPHystartDelayDetect 加一，它就加上当时的窗口。',
      },
      read: {
        en: 'Compare its mean with that of the train kind: much smaller points to jitter rather than full queues.',
        zh: '把均值与 ACK 串一类比较：小得多说明是抖动而非队列已满。',
      },
      act: null,
      rules: [],
      sources: ['net/ipv4/tcp_cubic.c: hystart_update'],
    },
  ],
}
