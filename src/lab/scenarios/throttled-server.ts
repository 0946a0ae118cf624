import { makeCpuQuota } from '../cpu-quota.ts'
import { defineScenario } from '../define-scenario.ts'
import type { Lab } from '../lab.ts'
import { startServer } from '../late-server.ts'
import { calls, overflows, owned, queued, SERVER } from '../parts.ts'

/** Sixty calls a second, two milliseconds of CPU each: an eighth of one CPU. */
const WORK_MS = 2
const CALLS = calls(60, 1000)
/** 5 ms in every 100: less than half of what that takes. */
const QUOTA_US = 5000
const MAX = 24

const serve = (lab: Lab) => startServer(lab, { workMs: WORK_MS, burn: true })

export default defineScenario({
  id: 'throttled-server',
  title: {
    en: 'A server’s CPU quota runs out in every period; connections wait for the next one',
    zh: '服务器的 CPU 配额在每个周期都用尽，连接只能等下一个周期',
  },
  expects: { 'accept-starved-of-cpu': ['quota'], 'accept-queue-full': ['length', 'max'], 'listen-overflows': [] },
  silent: [
    'listener-never-accepts',
    'accept-blocked-on-io',
    'process-stopped',
    'fd-limit-reached',
    'backlog-too-small',
  ],
  rootOnly: true,
  async arrange(lab) {
    const quota = await makeCpuQuota(QUOTA_US)
    lab.onClose({ after: quota.remove })
    const server = await serve(lab)
    await quota.add(server.pid)
    await lab.start(lab.clients, 'keep-calling', CALLS)
    await lab.untilServer(
      'full, overflows, some served',
      (kernel) => queued(kernel) === MAX + 1 && overflows(kernel) > 20 && owned(kernel, 'ESTABLISHED') > 0,
    )
    return {
      port: SERVER.port,
      process: SERVER.name,
      pid: server.pid,
      length: MAX + 1,
      max: MAX,
      quota: QUOTA_US / 100_000,
    }
  },
  twin: {
    title: { en: 'The same server and calls without a quota', zh: '同样的服务器和请求，没有配额' },
    async arrange(lab) {
      await serve(lab)
      await lab.start(lab.clients, 'keep-calling', CALLS)
      await lab.untilServer('some served', (kernel) => (kernel.counters.get('TcpPassiveOpens') ?? 0) > 60)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
