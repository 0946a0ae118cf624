import { call } from './command.ts'
import type { Facts } from './define-scenario.ts'
import type { KernelView } from './kernel.ts'
import { writeChains, writeService } from './kube-rules.ts'
import { type Lab, SERVER_ADDRESS } from './lab.ts'
import { CLIENT_NAME, SERVER } from './parts.ts'
import type { Program } from './program.ts'

/** A node with one Service of type NodePort: the pod behind it, and the program that holds the port as an old kube-proxy does. */
export const NODE_PORT = 30080
export const WEB = {
  name: 'shop/web:http',
  nodePort: NODE_PORT,
  endpoints: [`${SERVER_ADDRESS}:${SERVER.port}`],
} as const
export const KUBE_PROXY = 'kube-proxy'
export const SERVER_ADDRESS_6 = 'fd00:111::1'
const CLIENT_ADDRESS_6 = 'fd00:111::2'

/** What a verdict on Services from text needs. */
export const SHOWN = ['iptables-save -c', 'ip6tables-save -c', 'conntrack -L', 'ip address'] as const

/** The pod's program. It answers on another number than the NodePort. */
export const servePod = (lab: Lab): Promise<Program> =>
  lab.start(lab.server, 'serve', { ...SERVER, host: SERVER_ADDRESS, backlog: null, workMs: 0, leak: false })

/** kube-proxy up to 1.23: it listens on the NodePort, for both families, and never accepts. */
export const holdNodePort = (lab: Lab): Promise<Program> =>
  lab.start(lab.server, 'hold-port', { name: KUBE_PROXY, host: '::', port: NODE_PORT, backlog: 128 })

/** So many clients at the NodePort. */
export const callNodePort = (lab: Lab, count: number, host = SERVER_ADDRESS): Promise<Program> =>
  lab.start(lab.clients, 'hold-connections', { name: CLIENT_NAME, hosts: [host], port: NODE_PORT, count })

/** IPv6 on the cable between the two namespaces. */
export async function addIpv6(lab: Lab): Promise<void> {
  await call(lab.server.inside(['ip', 'address', 'add', `${SERVER_ADDRESS_6}/64`, 'dev', 'eth0', 'nodad']))
  await call(lab.clients.inside(['ip', 'address', 'add', `${CLIENT_ADDRESS_6}/64`, 'dev', 'eth0', 'nodad']))
}

/** The Service as it should be: pod, rules, the held port, and clients that the rules take to the pod. */
export async function healthyService(lab: Lab, clients: number): Promise<Facts> {
  await servePod(lab)
  await writeChains(lab.server)
  await writeChains(lab.server, 6)
  await writeService(lab.server, WEB)
  const holder = await holdNodePort(lab)
  await callNodePort(lab, clients)
  await lab.untilServer(`${clients} served`, (kernel) => servedByPod(kernel) === clients)
  return { port: NODE_PORT, process: KUBE_PROXY, pid: holder.pid, service: WEB.name }
}

export const queuedAtNodePort = (kernel: KernelView): number => kernel.queued.get(NODE_PORT) ?? 0

export const servedByPod = ({ connections }: KernelView): number =>
  connections.filter((one) => one.localPort === SERVER.port && one.state === 'ESTABLISHED' && one.inode !== 0).length

export const givenUpAtNodePort = ({ connections }: KernelView): number =>
  connections.filter((one) => one.localPort === NODE_PORT && one.state === 'CLOSE_WAIT').length
