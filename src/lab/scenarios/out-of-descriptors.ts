import { readdirSync } from 'node:fs'
import { call, until } from '../command.ts'
import { defineScenario } from '../define-scenario.ts'
import { startServer } from '../late-server.ts'
import { clients, owned, SERVER } from '../parts.ts'

/** Connections that it may still take. */
const ROOM = 6
const COUNT = 20

const open = (pid: number) => readdirSync(`/proc/${pid}/fd`).length

export default defineScenario({
  id: 'out-of-descriptors',
  title: {
    en: 'A server keeps its connections until it may open nothing more',
    zh: '服务器一直占着连接，直到描述符用完',
  },
  expects: { 'fd-limit-reached': ['limit'] },
  silent: ['listener-never-accepts', 'accept-blocked-on-io', 'accept-starved-of-cpu', 'process-stopped'],
  async arrange(lab) {
    const { pid } = await startServer(lab, { leak: true })
    const limit = open(pid) + ROOM
    await call(['prlimit', '--pid', String(pid), `--nofile=${limit}:`])
    await lab.start(lab.clients, 'hold-connections', clients(COUNT))
    await until(
      'its limit',
      10_000,
      () => open(pid) >= limit,
      () => `${open(pid)} of ${limit}`,
    )
    return { port: SERVER.port, process: SERVER.name, pid, limit }
  },
  twin: {
    title: { en: 'The same connections under the usual limit', zh: '同样的连接数，使用通常的上限' },
    async arrange(lab) {
      await startServer(lab, { leak: true })
      await lab.start(lab.clients, 'hold-connections', clients(COUNT))
      await lab.untilServer('all accepted', (kernel) => owned(kernel, 'ESTABLISHED') === COUNT)
      return { port: SERVER.port, process: SERVER.name }
    },
  },
})
