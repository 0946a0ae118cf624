import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call } from '../../src/lab/command.ts'
import type { Program } from '../../src/lab/program.ts'
import { diagnoseText, type PrintedReport, run } from '../lab/lab-node.ts'
import { pathWith } from './kube-proxy.ts'
import { node, pod, service } from './objects.ts'
import { type Cluster, type ClusterOptions, NODE_IP, openCluster } from './real-cluster.ts'

/** The Service whose NodePort connections leak to, and one that nobody leaks to. */
export const WEB = { service: 'shop/web', nodePort: 30720, endpoints: ['10.244.1.5', '10.244.1.6'] } as const
export const PAY = { service: 'shop/pay', nodePort: 31425, endpoints: ['10.244.1.7'] } as const
export const NODE_IP6 = 'fd00:111::1'
const TARGET_PORT = 8080

/** A cluster of one node, two Services of type NodePort, and Pods that answer: addresses of the node's own namespace. */
export async function openProxiedNode(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await openCluster(options)
  try {
    const { lab } = cluster
    const inServer = (line: string) => call(lab.server.inside(['ip', ...line.split(' ')]))
    for (const address of [...WEB.endpoints, ...PAY.endpoints]) {
      await inServer(`address add ${address}/32 dev lo`)
      await inServer(`address add ${sixOf(address)}/128 dev lo`)
    }
    await inServer(`address add ${NODE_IP6}/64 dev eth0 nodad`)
    await call(lab.clients.inside(['ip', 'address', 'add', 'fd00:111::2/64', 'dev', 'eth0', 'nodad']))
    await lab.start(lab.server, 'serve', {
      name: 'web',
      host: '::',
      port: TARGET_PORT,
      backlog: null,
      workMs: 0,
      leak: false,
    })
    await cluster.apply(node('node-1', { ip: NODE_IP }))
    for (const { service: path, nodePort, endpoints } of [WEB, PAY]) {
      const app = path.split('/')[1] ?? ''
      for (const [i, ip] of endpoints.entries())
        await cluster.apply(
          pod(`${path}-${i}`, { ip, ips: options.dualStack ? [ip, sixOf(ip)] : [ip], node: 'node-1', labels: { app } }),
        )
      await cluster.apply(nodePortService(path, nodePort, options))
      await cluster.untilEndpoints(path, endpoints.length)
    }
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

/** A Pod's address of the other family. */
const sixOf = (ip: string) => `fd00:244::${ip.split('.').at(-1)}`

function nodePortService(path: string, nodePort: number, { dualStack = false }: ClusterOptions) {
  const ports = [{ name: 'http', port: 80, targetPort: TARGET_PORT, nodePort }]
  const families = dualStack ? { ipFamilyPolicy: 'RequireDualStack' } : {}
  return service(path, { type: 'NodePort', selector: { app: path.split('/')[1] ?? '' }, ports, ...families })
}

/** Clients from the other end of the cable; they connect once and stay. */
export function connectTo(cluster: Cluster, host: string, port: number, count: number): Promise<Program> {
  return cluster.lab.start(cluster.lab.clients, 'hold-connections', { name: 'curl', hosts: [host], port, count })
}

/** What somebody types who looks for the reason on the node. */
const LOOKS = [
  'uname -a',
  'ss -antp',
  'iptables-save',
  'ip6tables-save',
  'conntrack -L -p tcp',
  'kubectl get svc -A -o wide',
  'kubectl get endpoints -A',
  'kubectl get pods -A -o wide',
]

/** The verdict on what the real tools print in the node's namespace. */
export async function diagnosePrinted(cluster: Cluster, iptables: 'legacy' | 'nft'): Promise<PrintedReport> {
  const lines: string[] = []
  for (const look of LOOKS) {
    const argv = look.split(' ')
    const [program = ''] = argv
    const { stdout } =
      program === 'kubectl'
        ? await cluster.tryKubectl(argv.slice(1))
        : await run(cluster.inside(argv), { PATH: pathWith(cluster, iptables) })
    lines.push(`root@node-1:~# ${look}`, stdout.trimEnd())
  }
  const folder = await mkdtemp(join(tmpdir(), 'recvq-printed-'))
  try {
    const file = join(folder, 'terminal.txt')
    await writeFile(file, `${lines.join('\n')}\nroot@node-1:~# \n`)
    return await diagnoseText(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
