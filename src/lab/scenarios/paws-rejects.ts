import { defineScenario } from '../define-scenario.ts'
import { farAddresses, reachFarClients } from '../far-clients.ts'
import type { Lab } from '../lab.ts'
import { clients, owned, SERVER } from '../parts.ts'

const COUNT = 300
const ADDRESSES = farAddresses(COUNT)
const SAME_PORT = 40_000

/** Every address connects from the same port, is served, and is left in TIME_WAIT on the server's side. */
async function callFromSamePort(lab: Lab): Promise<void> {
  const from = { from: ADDRESSES, fromPort: SAME_PORT }
  const callers = await lab.start(lab.clients, 'hold-connections', { ...clients(COUNT), ...from })
  await lab.untilServer(`${COUNT} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
  await callers.tell('send 10')
  await lab.untilServer(
    `${COUNT} in TIME_WAIT`,
    ({ connections }) => connections.filter((one) => one.state === 'TIME_WAIT').length === COUNT,
  )
  await callers.stop()
}

async function serveFarClients(lab: Lab) {
  await reachFarClients(lab)
  return lab.start(lab.server, 'serve', { ...SERVER, backlog: 1024, workMs: 0, leak: false })
}

export default defineScenario({
  id: 'paws-rejects',
  title: {
    en: 'Another clock behind the same addresses and ports: NAT that gives a port to the next client too soon',
    zh: '同样的地址和端口背后换了一个时钟：NAT 过早把端口给了下一个客户端',
  },
  expects: { 'paws-rejects': ['rejected'] },
  silent: ['tw-recycle-nat', 'syn-recv-stuck', 'syn-queue-full', 'accept-queue-full', 'retransmissions-high'],
  async arrange(lab) {
    await serveFarClients(lab)
    await callFromSamePort(lab)
    // without an offset of its own for each pair of addresses: for half of them the clock goes back
    await lab.setSysctl(lab.clients, 'net.ipv4.tcp_timestamps', '2')
    const from = { from: ADDRESSES, fromPort: SAME_PORT }
    await lab.start(lab.clients, 'hold-connections', { ...clients(COUNT), ...from })
    // the rejected ones come through with their second SYN, a second later
    const { counters } = await lab.untilServer(
      `${COUNT} accepted again`,
      (kernel) => owned(kernel, 'ESTABLISHED') === COUNT,
    )
    const rejected = (counters.get('TcpExtPAWSTimewait') ?? 0) || (counters.get('TcpExtPAWSEstab') ?? 0)
    return { port: SERVER.port, process: SERVER.name, rejected }
  },
  twin: {
    title: { en: 'The same ports again, and the same clock', zh: '同样的端口再用一次，时钟不变' },
    async arrange(lab) {
      await serveFarClients(lab)
      await callFromSamePort(lab)
      const from = { from: ADDRESSES, fromPort: SAME_PORT }
      await lab.start(lab.clients, 'hold-connections', { ...clients(COUNT), ...from })
      await lab.untilServer(`${COUNT} accepted again`, (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
