import { defineScenario } from '../define-scenario.ts'
import { clients, owned, SERVER, servedClients } from '../parts.ts'

const COUNT = 60

export default defineScenario({
  id: 'half-closed-connections',
  title: {
    en: 'A program shuts its side, its clients keep theirs, and it waits for ever',
    zh: '程序关闭了自己的发送方向，客户端不关闭，程序一直等待',
  },
  expects: { 'fin-wait2-leak': ['count'] },
  silent: ['close-wait-leak', 'orphaned-sockets', 'time-wait-buckets-full', 'accept-queue-full'],
  async arrange(lab) {
    const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
    const peers = await lab.start(lab.clients, 'hold-connections', { ...clients(COUNT), halfOpen: true })
    await lab.untilServer(`${COUNT} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
    await peers.tell('send 100')
    await lab.untilServer(`${COUNT} FIN_WAIT2`, (kernel) => owned(kernel, 'FIN_WAIT2') === COUNT)
    return { process: SERVER.name, pid: owner.pid, count: COUNT }
  },
  twin: {
    title: { en: 'Both sides close', zh: '双方都关闭' },
    arrange: (lab) => servedClients(lab, COUNT),
  },
})
