import { defineScenario } from '../define-scenario.ts'
import { clients, owned, SERVER, servedClients } from '../parts.ts'

const COUNT = 300

export default defineScenario({
  id: 'close-wait-leak',
  title: {
    en: 'A program accepts, its clients close, and it never does',
    zh: '程序 accept 之后，客户端关闭了连接，程序自己却从不关闭',
  },
  expects: { 'close-wait-leak': ['closeWait'] },
  silent: ['accept-queue-full', 'listener-never-accepts', 'queue-holds-reset-connections', 'listen-overflows'],
  async arrange(lab) {
    const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: true })
    const peers = await lab.start(lab.clients, 'hold-connections', clients(COUNT))
    await lab.untilServer(`${COUNT} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
    await peers.tell(`close ${COUNT}`)
    await lab.untilServer(`${COUNT} CLOSE_WAIT`, (kernel) => owned(kernel, 'CLOSE_WAIT') === COUNT)
    return { port: SERVER.port, process: SERVER.name, pid: owner.pid, closeWait: COUNT }
  },
  twin: {
    title: { en: 'A program that closes what its clients closed', zh: '客户端关闭后，程序也随即关闭' },
    arrange: (lab) => servedClients(lab, COUNT),
  },
})
