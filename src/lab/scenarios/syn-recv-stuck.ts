import { defineScenario } from '../define-scenario.ts'
import { farAddresses, loseAnswers, reachFarClients } from '../far-clients.ts'
import type { Lab } from '../lab.ts'
import { clients, owned, SERVER } from '../parts.ts'

const COUNT = 12
const GATEWAY = farAddresses(1)

const connectFrom = (lab: Lab, from: readonly string[], count: number) =>
  lab.start(lab.clients, 'hold-connections', { ...clients(count), from })

export default defineScenario({
  id: 'syn-recv-stuck',
  title: {
    en: 'The answers to one client get lost on their way back',
    zh: '发往某个客户端的应答在回程中丢失',
  },
  expects: { 'syn-recv-stuck': ['halfOpen'] },
  silent: ['syn-flood', 'syn-queue-full', 'accept-queue-full', 'listen-overflows', 'listen-drops-unexplained'],
  async arrange(lab) {
    const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
    await reachFarClients(lab)
    await loseAnswers(lab)
    await lab.start(lab.clients, 'hold-connections', clients(3))
    await connectFrom(lab, GATEWAY, COUNT)
    await lab.untilServer(
      `${COUNT} half-open, whose SYN-ACK was sent again`,
      ({ connections, counters }) =>
        connections.filter((one) => one.state === 'SYN_RECV').length === COUNT &&
        (counters.get('TcpExtTCPSynRetrans') ?? 0) >= COUNT,
    )
    return { port: SERVER.port, process: SERVER.name, pid: owner.pid, halfOpen: COUNT }
  },
  twin: {
    title: { en: 'The same clients, and every answer arrives', zh: '同样的客户端，应答都能到达' },
    async arrange(lab) {
      await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
      await reachFarClients(lab)
      await connectFrom(lab, GATEWAY, COUNT)
      await lab.untilServer(`${COUNT} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
