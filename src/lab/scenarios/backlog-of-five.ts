import { defineScenario } from '../define-scenario.ts'
import { overtaxedServer, servedClients } from '../parts.ts'

export default defineScenario({
  id: 'backlog-of-five',
  title: {
    en: 'A program asks for a backlog of 5, where the namespace would allow 4096',
    zh: '程序只申请了 5 的 backlog，而命名空间允许 4096',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'backlog-too-small': ['max'],
    'listen-overflows': [],
  },
  silent: ['listener-never-accepts', 'netns-somaxconn-low', 'queue-holds-reset-connections', 'close-wait-leak'],
  async arrange(lab) {
    await lab.setSysctl(lab.server, 'net.core.somaxconn', '4096')
    return { ...(await overtaxedServer(lab, 5, 5, 400)), somaxconn: 4096 }
  },
  twin: {
    title: { en: 'A program with the same backlog keeps up', zh: 'backlog 相同，但程序处理得过来' },
    async arrange(lab) {
      await lab.setSysctl(lab.server, 'net.core.somaxconn', '4096')
      return servedClients(lab, 5, 5)
    },
  },
})
