import { defineScenario } from '../define-scenario.ts'
import type { Lab } from '../lab.ts'
import { calls, SERVER } from '../parts.ts'

const KEY = 'net.ipv4.tcp_max_tw_buckets'
const MAX = 10
const CALLERS = 12

/** Clients that call again and again; the server closes first, so that its side remembers. */
async function closeOften(lab: Lab): Promise<void> {
  await lab.start(lab.server, 'serve', { ...SERVER, backlog: null, workMs: 0, leak: false })
  await lab.start(lab.clients, 'keep-calling', calls(CALLERS, 500))
  await lab.untilServer(
    'more closed than the table would hold',
    ({ counters }) => (counters.get('TcpPassiveOpens') ?? 0) > 2 * (MAX + CALLERS),
  )
}

export default defineScenario({
  id: 'time-wait-buckets-full',
  title: {
    en: 'More connections end in a minute than TIME_WAIT has room for',
    zh: '一分钟内关闭的连接多于 TIME_WAIT 表的容量',
  },
  expects: { 'time-wait-buckets-full': ['max'] },
  silent: ['local-ports-exhausted', 'fin-wait2-leak', 'close-wait-leak', 'accept-queue-full'],
  shown: [`sysctl ${KEY}`],
  async arrange(lab) {
    await lab.setSysctl(lab.server, KEY, String(MAX))
    await closeOften(lab)
    await lab.untilServer('overflows', ({ counters }) => (counters.get('TcpExtTCPTimeWaitOverflow') ?? 0) > CALLERS)
    return { max: MAX }
  },
  twin: {
    title: { en: 'The same clients, and room for all', zh: '同样的客户端，表的容量足够' },
    async arrange(lab) {
      await closeOften(lab)
      return {}
    },
  },
})
