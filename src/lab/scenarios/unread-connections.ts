import { defineScenario } from '../define-scenario.ts'
import type { KernelView } from '../kernel.ts'
import { clients, owned, SERVER, servedClients } from '../parts.ts'

const COUNT = 12
const SENT = 1_000_000

const unread = ({ connections }: KernelView) =>
  connections.filter((one) => one.localPort === SERVER.port && one.recvQueueBytes > 0)
const bytesIn = (kernel: KernelView) => unread(kernel).reduce((sum, one) => sum + one.recvQueueBytes, 0)

export default defineScenario({
  id: 'unread-connections',
  title: {
    en: 'A program accepts, its clients send, and it does not read: windows close',
    zh: '程序 accept 之后不读取，客户端不断发送，直到窗口关闭',
  },
  expects: { 'receive-queue-pruned': ['bytes'] },
  silent: ['accept-queue-full', 'close-wait-leak', 'listen-overflows', 'retransmissions-high'],
  async arrange(lab) {
    const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: true, deaf: true })
    const peers = await lab.start(lab.clients, 'hold-connections', clients(COUNT))
    await lab.untilServer(`${COUNT} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
    await peers.tell(`send ${SENT}`)
    let [last, alike] = [-1, 0]
    const kernel = await lab.untilServer('every window used up', (now) => {
      alike = bytesIn(now) === last && unread(now).length === COUNT ? alike + 1 : 0
      last = bytesIn(now)
      return alike >= 20
    })
    return { process: SERVER.name, pid: owner.pid, bytes: bytesIn(kernel) }
  },
  twin: {
    title: { en: 'A program that reads', zh: '程序及时读取' },
    arrange: (lab) => servedClients(lab, COUNT),
  },
})
