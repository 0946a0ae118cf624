import { defineScenario } from '../define-scenario.ts'
import { overtaxedServer, servedClients } from '../parts.ts'

/** What Node asks for when nobody says anything; nginx, Apache and Redis do the same. */
const DEFAULT_BACKLOG = 511

export default defineScenario({
  id: 'backlog-by-default',
  title: {
    en: 'A program leaves its backlog at the default of 511, where the namespace would allow 4096',
    zh: '程序沿用默认的 511 backlog，而命名空间允许 4096',
  },
  expects: {
    'accept-queue-full': ['length', 'max'],
    'backlog-too-small': ['max'],
    'listen-overflows': [],
  },
  silent: ['listener-never-accepts', 'netns-somaxconn-low', 'queue-holds-reset-connections', 'close-wait-leak'],
  async arrange(lab) {
    await lab.setSysctl(lab.server, 'net.core.somaxconn', '4096')
    return { ...(await overtaxedServer(lab, null, DEFAULT_BACKLOG, 400)), somaxconn: 4096 }
  },
  twin: {
    title: { en: 'The same default, and the program keeps up', zh: '同样是默认值，但程序处理得过来' },
    async arrange(lab) {
      await lab.setSysctl(lab.server, 'net.core.somaxconn', '4096')
      return servedClients(lab, 300)
    },
  },
})
