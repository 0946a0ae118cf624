import { defineScenario } from '../define-scenario.ts'
import { startServer } from '../late-server.ts'
import { calls, queued, SERVER, servedClients } from '../parts.ts'

/** Twenty calls a second before a server that takes half a second for each: eighteen more wait each second. */
const CALLS = calls(600, 30_000)
const WORK_MS = 500
const WAITING = 40

export default defineScenario({
  id: 'slow-server',
  title: {
    en: 'A server takes half a second for each connection, and twenty arrive in a second',
    zh: '服务器处理每条连接要半秒，而每秒到达二十条',
  },
  expects: { 'accept-queue-growing': [] },
  silent: [
    'accept-queue-full',
    'listener-never-accepts',
    'accept-blocked-on-io',
    'process-stopped',
    'backlog-too-small',
  ],
  async arrange(lab) {
    await startServer(lab, { backlog: null, workMs: WORK_MS })
    await lab.start(lab.clients, 'keep-calling', CALLS)
    await lab.untilServer(`${WAITING} queued`, (kernel) => queued(kernel) >= WAITING)
    return { port: SERVER.port, process: SERVER.name }
  },
  twin: {
    title: { en: 'As many connections before a server that is quick', zh: '同样多的连接，服务器处理得很快' },
    arrange: (lab) => servedClients(lab, 60),
  },
})
