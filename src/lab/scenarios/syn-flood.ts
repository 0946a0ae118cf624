import { defineScenario } from '../define-scenario.ts'
import { farAddresses, loseAnswers, reachFarClients } from '../far-clients.ts'
import { calls, clients, SERVER } from '../parts.ts'

const BACKLOG = 64
/** Addresses of which no handshake is ever finished, as if they were forged. */
const SENDERS = farAddresses(240)
const COOKIES = 400

export default defineScenario({
  id: 'syn-flood',
  title: {
    en: 'SYNs of 240 addresses that never answer, among clients that do',
    zh: '240 个地址只发 SYN、从不回应，同时有正常客户端',
  },
  shown: ['sysctl net.ipv4.tcp_syncookies'],
  expects: { 'syn-flood': [], 'syn-queue-full': ['max'] },
  silent: ['syn-recv-stuck', 'accept-queue-full', 'listen-overflows', 'listen-drops-unexplained'],
  async arrange(lab) {
    const owner = await lab.start(lab.server, 'serve', { ...SERVER, backlog: BACKLOG, workMs: 0, leak: false })
    await reachFarClients(lab)
    await loseAnswers(lab)
    await lab.start(lab.clients, 'hold-connections', { ...clients(SENDERS.length), from: SENDERS })
    await lab.start(lab.clients, 'keep-calling', calls(3, 1000))
    await lab.untilServer(
      `a full SYN queue, ${COOKIES} cookies, and clients that come through`,
      ({ connections, counters }) =>
        connections.filter((one) => one.state === 'SYN_RECV').length >= BACKLOG &&
        (counters.get('TcpExtSyncookiesSent') ?? 0) >= COOKIES &&
        (counters.get('TcpPassiveOpens') ?? 0) >= 3,
    )
    return { port: SERVER.port, process: SERVER.name, pid: owner.pid, max: BACKLOG }
  },
  twin: {
    title: {
      en: 'As many addresses at once, and all of them finish',
      zh: '同样多的地址同时到来，全部完成握手',
    },
    async arrange(lab) {
      await lab.start(lab.server, 'serve', { ...SERVER, backlog: 1024, workMs: 0, leak: false })
      await reachFarClients(lab)
      await lab.start(lab.clients, 'hold-connections', { ...clients(SENDERS.length), from: SENDERS })
      await lab.untilServer(
        'all of them let in',
        ({ counters }) => (counters.get('TcpPassiveOpens') ?? 0) >= SENDERS.length,
      )
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
