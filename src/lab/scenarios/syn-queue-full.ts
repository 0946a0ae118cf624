import { defineScenario } from '../define-scenario.ts'
import { farAddresses, loseAnswers, reachFarClients } from '../far-clients.ts'
import type { Lab } from '../lab.ts'
import { clients, owned, SERVER } from '../parts.ts'

const BACKLOG = 8
const COUNT = 40
const GATEWAY = farAddresses(1)

async function listenWithoutCookies(lab: Lab) {
  await lab.setSysctl(lab.server, 'net.ipv4.tcp_syncookies', '0')
  // far above the backlog, so that the backlog is what binds
  await lab.setSysctl(lab.server, 'net.ipv4.tcp_max_syn_backlog', '1024')
  await reachFarClients(lab)
  return lab.start(lab.server, 'serve', { ...SERVER, backlog: BACKLOG, workMs: 0, leak: false })
}

export default defineScenario({
  id: 'syn-queue-full',
  title: {
    en: 'Handshakes that cannot be finished fill a short SYN queue, and SYN cookies are off',
    zh: '无法完成的握手占满很短的 SYN 队列，而 SYN cookie 已关闭',
  },
  shown: ['sysctl net.ipv4.tcp_syncookies'],
  expects: { 'syn-queue-full': ['max'], 'syn-recv-stuck': [] },
  silent: ['syn-flood', 'accept-queue-full', 'listen-overflows', 'listen-drops-unexplained', 'backlog-too-small'],
  async arrange(lab) {
    const owner = await listenWithoutCookies(lab)
    await loseAnswers(lab)
    await lab.start(lab.clients, 'hold-connections', { ...clients(COUNT), from: GATEWAY })
    await lab.untilServer(
      'a full SYN queue, and dropped SYNs',
      ({ connections, counters }) =>
        connections.filter((one) => one.state === 'SYN_RECV').length >= BACKLOG &&
        (counters.get('TcpExtTCPReqQFullDrop') ?? 0) >= 3 * COUNT,
    )
    return { port: SERVER.port, process: SERVER.name, pid: owner.pid, max: BACKLOG }
  },
  twin: {
    title: { en: 'The same settings, and clients that finish', zh: '参数相同，客户端都能完成握手' },
    async arrange(lab) {
      await listenWithoutCookies(lab)
      await lab.start(lab.clients, 'hold-connections', { ...clients(BACKLOG), from: GATEWAY })
      await lab.untilServer(`${BACKLOG} accepted`, (kernel) => owned(kernel, 'ESTABLISHED') === BACKLOG)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
