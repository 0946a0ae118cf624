import { defineScenario } from '../define-scenario.ts'
import { fillBehind, SHOWN, startServer } from '../late-server.ts'
import { servedClients } from '../parts.ts'

export default defineScenario({
  id: 'stopped-server',
  title: {
    en: 'A server is stopped by a signal; the kernel goes on taking connections for it',
    zh: '服务器被信号停住，内核继续替它接收连接',
  },
  expects: { 'process-stopped': ['length'], 'accept-queue-full': ['length', 'max'], 'listen-overflows': [] },
  silent: ['accept-blocked-on-io', 'accept-starved-of-cpu', 'fd-limit-reached', 'backlog-too-small'],
  shown: SHOWN,
  async arrange(lab) {
    const server = await startServer(lab)
    process.kill(server.pid, 'SIGSTOP')
    return fillBehind(lab, server, 0)
  },
  twin: {
    title: { en: 'The same server runs', zh: '同一服务器正常运行' },
    arrange: (lab) => servedClients(lab, 25),
  },
})
