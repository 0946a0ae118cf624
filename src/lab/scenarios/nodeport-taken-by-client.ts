import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import { writeChains, writeService } from '../kube-rules.ts'
import { CLIENT_ADDRESS, type Lab } from '../lab.ts'
import { NODE_PORT, SHOWN, servePod, WEB } from '../node-port.ts'
import { SERVER } from '../parts.ts'

/** A program of the node calls out, with ports out of this range. */
async function arrange(lab: Lab, range: string): Promise<Facts> {
  await servePod(lab)
  await writeChains(lab.server)
  await writeService(lab.server, WEB)
  await lab.setSysctl(lab.server, 'net.ipv4.ip_local_port_range', range)
  await lab.start(lab.clients, 'serve', { ...SERVER, host: CLIENT_ADDRESS, backlog: null, workMs: 0, leak: false })
  const target = { name: 'shop-worker', hosts: [CLIENT_ADDRESS], port: SERVER.port, count: 1 }
  await lab.start(lab.server, 'hold-connections', target)
  await lab.untilServer('it is connected', ({ connections }) =>
    connections.some((one) => one.peerPort === SERVER.port && one.state === 'ESTABLISHED'),
  )
  return { port: NODE_PORT, range }
}

export default defineScenario({
  id: 'nodeport-taken-by-client',
  title: {
    en: 'ip_local_port_range covers a NodePort, and an outgoing connection has got it',
    zh: 'ip_local_port_range 覆盖了 NodePort，并且已被一条外发连接占用',
  },
  shown: [...SHOWN, 'sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports'],
  expects: { 'nodeport-in-local-port-range': ['range'] },
  silent: ['port-conflict', 'nodeport-listener-bypassed', 'local-ports-exhausted'],
  // two, so that one is left: connect() tries those of the lower end's parity first
  arrange: (lab) => arrange(lab, `${NODE_PORT} ${NODE_PORT + 1}`),
  twin: {
    title: { en: 'The same with the range that the kernel begins with', zh: '同样的程序，使用内核默认的端口范围' },
    arrange: (lab) => arrange(lab, '32768 60999'),
  },
})
