import { makeCpuQuota } from '../cpu-quota.ts'
import { defineScenario } from '../define-scenario.ts'
import type { Lab } from '../lab.ts'
import { startServer } from '../late-server.ts'
import { calls, overflows, owned, queued, SERVER } from '../parts.ts'
import type { Program } from '../program.ts'

/** Two hundred calls a second, two milliseconds of CPU each. */
const WORK_MS = 2
const CALLS = calls(200, 1000)
/** 5 ms in every 100: enough for some twenty. */
const QUOTA_US = 5000
const MAX = 24

/** A server that may use so much, once it is up. */
async function throttled(lab: Lab): Promise<Program> {
  const quota = await makeCpuQuota(QUOTA_US)
  lab.onClose({ after: quota.remove })
  const server = await startServer(lab, { workMs: WORK_MS, burn: true })
  await quota.add(server.pid)
  return server
}

export default defineScenario({
  id: 'throttled-server',
  title: {
    en: 'A server’s CPU quota runs out in every period; connections wait for the next one',
    zh: '服务器的 CPU 配额在每个周期都用尽，连接只能等下一个周期',
  },
  // The queue breathes with the periods: at the instant of a look it may be one short of full.
  expects: { 'accept-starved-of-cpu': ['quota'], 'listen-overflows': [] },
  silent: ['listener-never-accepts', 'accept-blocked-on-io', 'process-stopped', 'fd-limit-reached'],
  rootOnly: true,
  async arrange(lab) {
    const server = await throttled(lab)
    await lab.start(lab.clients, 'keep-calling', CALLS)
    await lab.untilServer(
      'full, overflows, some served',
      (kernel) => queued(kernel) === MAX + 1 && overflows(kernel) > 200 && owned(kernel, 'ESTABLISHED') > 0,
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
    title: { en: 'The same quota, and calls that it can bear', zh: '配额相同，请求量在其承受范围内' },
    async arrange(lab) {
      await throttled(lab)
      await lab.start(lab.clients, 'keep-calling', calls(4, 1000))
      await lab.untilServer('some served', (kernel) => (kernel.counters.get('TcpPassiveOpens') ?? 0) > 4)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
