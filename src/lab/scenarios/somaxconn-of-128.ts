import { defineScenario } from '../define-scenario.ts'
import { overtaxedServer, servedClients } from '../parts.ts'

export default defineScenario({
  id: 'somaxconn-of-128',
  title: {
    en: 'A program asks for a backlog of 4096, its namespace allows 128',
    zh: '程序申请 4096 的 backlog，所在命名空间只允许 128',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'backlog-too-small': ['max'],
    'listen-overflows': [],
    'netns-somaxconn-low': ['max'],
  },
  silent: ['listener-never-accepts', 'queue-holds-reset-connections', 'close-wait-leak'],
  async arrange(lab) {
    await lab.setSysctl(lab.server, 'net.core.somaxconn', '128')
    return { ...(await overtaxedServer(lab, 4096, 128, 400)), somaxconn: 128 }
  },
  twin: {
    title: { en: 'The same limits, and the program keeps up', zh: '上限相同，但程序处理得过来' },
    async arrange(lab) {
      await lab.setSysctl(lab.server, 'net.core.somaxconn', '128')
      return servedClients(lab, 60, 4096)
    },
  },
})
