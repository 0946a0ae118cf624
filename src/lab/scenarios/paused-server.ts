import { defineScenario } from '../define-scenario.ts'
import { clients, queued, SERVER } from '../parts.ts'

/** As long as a bad collection of garbage, or a write to a slow disk; whoever looks meanwhile must not cry wolf. */
const PAUSE_MS = 4000
const COUNT = 20

export default defineScenario({
  id: 'paused-server',
  title: {
    en: 'A healthy server pauses for four seconds; its clients wait',
    zh: '正常的服务器停顿四秒，客户端在等待',
  },
  expects: {},
  silent: ['accept-queue-full', 'listener-never-accepts', 'queue-holds-reset-connections', 'backlog-too-small'],
  async arrange(lab) {
    const server = await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
    await server.tell(`pause ${PAUSE_MS}`)
    await lab.start(lab.clients, 'hold-connections', clients(COUNT))
    await lab.untilServer(`${COUNT} queued`, (kernel) => queued(kernel) === COUNT)
    return { port: SERVER.port, process: SERVER.name }
  },
  twin: null,
})
