import { defineScenario } from '../define-scenario.ts'
import { fillQueue, servedClients, waiting } from '../parts.ts'

export default defineScenario({
  id: 'queue-of-closed',
  title: {
    en: 'A program never accepts; its clients gave up and closed',
    zh: '程序从不 accept，客户端放弃等待并关闭了连接',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'listener-never-accepts': [],
    'listen-overflows': [],
  },
  silent: [
    'backlog-too-small',
    'queue-holds-reset-connections',
    'close-wait-leak',
    'netns-somaxconn-low',
    'listen-drops-unexplained',
  ],
  async arrange(lab) {
    const { inner, facts } = await fillQueue(lab, 128)
    await inner.tell('close 129')
    await lab.untilServer('129 CLOSE_WAIT, not accepted', (kernel) => waiting(kernel, 'CLOSE_WAIT').length === 129)
    return { ...facts, closeWait: 129 }
  },
  twin: {
    title: { en: 'The same clients are served', zh: '同样的客户端得到正常服务' },
    arrange: (lab) => servedClients(lab, 129),
  },
})
