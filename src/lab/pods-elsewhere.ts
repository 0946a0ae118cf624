import { call } from './command.ts'
import { writeChains, writeService } from './kube-rules.ts'
import { type Lab, SERVER_ADDRESS } from './lab.ts'
import { CLIENT_NAME, SERVER } from './parts.ts'
import type { Program } from './program.ts'

/** A Service whose pods live on other machines: the node forwards to them. */
export const FAR_PORT = 30090
const FAR = { name: 'shop/cart:http', nodePort: FAR_PORT } as const
export const POD_ADDRESSES = ['10.111.0.11', '10.111.0.12'] as const
export const POD_PORT = 9090

/** What a verdict on forwarding needs from text. */
export const FORWARDING_SHOWN = [
  'iptables-save -c',
  'ip6tables-save -c',
  'conntrack -L',
  'ip address',
  'ip route',
  'ip neighbour',
  'sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter net.ipv4.conf.eth0.rp_filter',
] as const

/** The pods' program, at addresses of its own behind the cable. */
export async function startPods(lab: Lab): Promise<void> {
  for (const address of POD_ADDRESSES) {
    await call(lab.clients.inside(['ip', 'address', 'add', `${address}/24`, 'dev', 'eth0']))
    await lab.start(lab.clients, 'serve', {
      name: 'cart-api',
      host: address,
      port: POD_PORT,
      backlog: null,
      workMs: 0,
      leak: false,
    })
  }
}

/** The node's rules for that Service. */
export async function writeFarService(lab: Lab, addresses: readonly string[] = POD_ADDRESSES): Promise<void> {
  await writeChains(lab.server)
  await writeChains(lab.server, 6)
  await writeService(lab.server, { ...FAR, endpoints: addresses.map((one) => `${one}:${POD_PORT}`) })
}

/** So many clients that hold on to the Service's NodePort. */
export const holdFarService = (lab: Lab, count: number): Promise<Program> =>
  lab.start(lab.clients, 'hold-connections', { name: CLIENT_NAME, hosts: [SERVER_ADDRESS], port: FAR_PORT, count })

/** Clients that try again and again: what a node drops now, it drops at both readings. */
export const keepTrying = (lab: Lab, port: number = SERVER.port): Promise<Program> =>
  lab.start(lab.clients, 'keep-calling', {
    name: CLIENT_NAME,
    host: SERVER_ADDRESS,
    port,
    count: 10,
    bytes: 100,
    everyMs: 300,
    giveUpMs: 250,
    together: false,
  })
