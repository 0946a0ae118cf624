import { defineScenario } from '../define-scenario.ts'
import { fillQueue, servedClients, waiting } from '../parts.ts'

export default defineScenario({
  id: 'queue-of-waiting',
  title: {
    en: 'A program never accepts; its clients wait',
    zh: '程序从不 accept，客户端一直在等',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'listener-never-accepts': [],
    'listen-overflows': [],
  },
  silent: ['queue-holds-reset-connections', 'close-wait-leak', 'netns-somaxconn-low', 'listen-drops-unexplained'],
  async arrange(lab) {
    const { facts } = await fillQueue(lab, 128)
    await lab.untilServer('129 ESTABLISHED, not accepted', (kernel) => waiting(kernel, 'ESTABLISHED').length === 129)
    return { ...facts, established: 129 }
  },
  twin: {
    title: { en: 'The same clients are served', zh: '同样的客户端得到正常服务' },
    arrange: (lab) => servedClients(lab, 129),
  },
})
