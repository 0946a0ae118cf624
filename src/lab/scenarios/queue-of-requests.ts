import { defineScenario } from '../define-scenario.ts'
import { fillQueue, servedClients, waiting } from '../parts.ts'

const REQUEST_BYTES = 345

export default defineScenario({
  id: 'queue-of-requests',
  title: {
    en: 'A program never accepts; its clients sent their requests and closed',
    zh: '程序从不 accept，客户端发完请求后关闭了连接',
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
    const { inner, facts } = await fillQueue(lab, 64)
    await inner.tell(`send ${REQUEST_BYTES}`)
    await inner.tell('close 65')
    await lab.untilServer(
      `65 CLOSE_WAIT with ${REQUEST_BYTES} bytes and a FIN`,
      (kernel) => waiting(kernel, 'CLOSE_WAIT').filter((c) => c.recvQueueBytes === REQUEST_BYTES + 1).length === 65,
    )
    return { ...facts, closeWait: 65, bytes: 65 * REQUEST_BYTES }
  },
  twin: {
    title: { en: 'The same clients are served', zh: '同样的客户端得到正常服务' },
    arrange: (lab) => servedClients(lab, 65),
  },
})
