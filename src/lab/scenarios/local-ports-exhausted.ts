import { defineScenario } from '../define-scenario.ts'
import { CLIENT_ADDRESS, type Lab } from '../lab.ts'
import { CLIENT_NAME, SERVER } from '../parts.ts'

const KEY = 'net.ipv4.ip_local_port_range'
const RANGE = { from: 40_000, to: 40_059 }
const PORTS = RANGE.to - RANGE.from + 1

/** Upstream servers in the other namespace that keep what they get; clients in the one that is diagnosed, so many for each. */
async function callUpstream(lab: Lab, ports: readonly number[], each: number, made: number): Promise<void> {
  await lab.setSysctl(lab.server, KEY, `${RANGE.from} ${RANGE.to}`)
  for (const port of ports) {
    await lab.start(lab.clients, 'serve', { ...SERVER, port, backlog: null, workMs: 0, leak: true })
    await lab.start(lab.server, 'hold-connections', { name: CLIENT_NAME, hosts: [CLIENT_ADDRESS], port, count: each })
  }
  await lab.untilServer(
    `${made} connected`,
    ({ connections }) => connections.filter((one) => one.state === 'ESTABLISHED').length === made,
  )
}

export default defineScenario({
  id: 'local-ports-exhausted',
  title: {
    en: 'A client has used every local port towards one server; further connect() fail',
    zh: '客户端到同一服务端的本地端口已全部用完，之后的 connect() 失败',
  },
  expects: { 'local-ports-exhausted': ['count', 'usable'] },
  silent: ['syn-sent-stuck', 'time-wait-buckets-full', 'fd-limit-reached'],
  shown: [`sysctl ${KEY}`],
  async arrange(lab) {
    await callUpstream(lab, [SERVER.port], PORTS + 20, PORTS)
    return { port: SERVER.port, count: PORTS, usable: PORTS }
  },
  twin: {
    title: {
      en: 'More connections than ports, to two servers: each has the whole range',
      zh: '连接总数多于端口数，但分属两个服务端：各自可用整个范围',
    },
    async arrange(lab) {
      await callUpstream(lab, [SERVER.port, SERVER.port + 1], PORTS - 20, 2 * (PORTS - 20))
      return {}
    },
  },
})
