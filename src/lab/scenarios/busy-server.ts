import { defineScenario } from '../define-scenario.ts'
import { calls, queued, SERVER } from '../parts.ts'

/** Many calls at once, four times a second, a millisecond of work for each: the queue fills to some dozens and empties again. */
const BURST = { ...calls(80, 250), together: true }
const LOOKS = 5

export default defineScenario({
  id: 'busy-server',
  title: {
    en: 'A busy server: connections wait for a moment and are served',
    zh: '繁忙的服务器：连接短暂排队，随后得到服务',
  },
  expects: {},
  silent: [
    'accept-queue-full',
    'listener-never-accepts',
    'queue-holds-reset-connections',
    'backlog-too-small',
    'listen-overflows',
    'close-wait-leak',
    'retransmissions-high',
  ],
  async arrange(lab) {
    await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 1, leak: false })
    await lab.start(lab.clients, 'keep-calling', BURST)
    let filled = 0
    let emptied = 0
    let unread = 0
    await lab.untilServer('a queue that fills and empties, and requests not yet read', (kernel) => {
      if (queued(kernel) > 0) filled++
      else emptied++
      if (kernel.connections.some((c) => c.localPort === SERVER.port && c.recvQueueBytes > 0)) unread++
      return filled >= LOOKS && emptied >= LOOKS && unread >= LOOKS
    })
    return { port: SERVER.port, process: SERVER.name }
  },
  twin: null,
})
