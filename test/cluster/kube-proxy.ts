import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../lab/lab-node.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { pathOfPart } from './parts.ts'
import type { Cluster } from './real-cluster.ts'

export interface KubeProxyOptions {
  /** As 1.20 opens NodePorts (`tcp4`), or as up to 1.19: one socket for both families. */
  readonly program?: 'kube-proxy' | 'kube-proxy-both-families'
  /** Which iptables it finds; else the machine's choice. */
  readonly iptables?: 'legacy' | 'nft'
  /** The Node that it runs on. */
  readonly node?: string
  /** Rules are looked after so often; kube-proxy's own default is 30s. */
  readonly syncPeriod?: string
  readonly dualStack?: boolean
  readonly args?: readonly string[]
}

const READY_MS = 60_000
let started = 0

/** The real one, in iptables mode; ready when there are rules for every NodePort (its health answers sooner than that). The kernel's table sizes are left as they are. */
export async function startKubeProxy(cluster: Cluster, options: KubeProxyOptions): Promise<Daemon> {
  const { program = 'kube-proxy', node = 'node-1', syncPeriod = '1h', dualStack = false, args = [] } = options
  const name = `kube-proxy-${++started}`
  const path = pathWith(cluster, options.iptables)
  const limits = ['max-per-core', 'tcp-timeout-established', 'tcp-timeout-close-wait'].map(
    (limit) => `--conntrack-${limit}=0`,
  )
  return startDaemon({
    netns: cluster.lab.server,
    name,
    log: join(cluster.folder, `${name}.log`),
    env: { PATH: path },
    readyWithinMs: READY_MS,
    ready: () => forwards(cluster, path),
    argv: [
      programOf(cluster, program),
      '--kubeconfig',
      cluster.kubeconfig('kube-proxy'),
      '--proxy-mode',
      'iptables',
      '--hostname-override',
      node,
      '--cluster-cidr',
      dualStack ? '10.244.0.0/16,fd00:244::/56' : '10.244.0.0/16',
      '--iptables-sync-period',
      syncPeriod,
      '--iptables-min-sync-period',
      '0s',
      '--healthz-bind-address',
      '127.0.0.1:10256',
      '--v=2',
      ...limits,
      ...(dualStack ? ['--feature-gates=IPv6DualStack=true'] : []),
      ...args,
    ],
  })
}

/** Every NodePort is held, and rules either translate or refuse it: what comes between leaks, as the natural window measures. */
async function forwards(cluster: Cluster, path: string | undefined): Promise<boolean> {
  const { stdout: ports } = await cluster.tryKubectl([
    'get',
    'svc',
    '-A',
    '-o',
    'jsonpath={.items[*].spec.ports[*].nodePort}',
  ])
  const { stdout: rules } = await run(cluster.inside(['iptables-save']), { PATH: path })
  const written = rules.includes('KUBE-SERVICES') && ports.split(' ').every((port) => rules.includes(`--dport ${port}`))
  const health = [
    'curl',
    '-s',
    '--max-time',
    '2',
    '-o',
    '/dev/null',
    '-w',
    '%{http_code}',
    'http://127.0.0.1:10256/healthz',
  ]
  return written && (await run(cluster.inside(health))).stdout === '200'
}

/** A folder in which `iptables` is the one of this back end. */
export function pathWith(cluster: Cluster, backend: 'legacy' | 'nft' | undefined): string {
  return backend === undefined ? (process.env.PATH ?? '') : `${toolsOf(cluster, backend)}:${process.env.PATH}`
}

function toolsOf(cluster: Cluster, backend: 'legacy' | 'nft'): string {
  const folder = join(cluster.folder, `iptables-${backend}`)
  mkdirSync(folder, { recursive: true })
  for (const family of ['iptables', 'ip6tables']) {
    for (const end of ['', '-save', '-restore']) {
      link(`/usr/sbin/xtables-${backend}-multi`, join(folder, `${family}${end}`))
    }
  }
  return folder
}

/** The kernel names a process after the file it was started by: both are to be `kube-proxy`. */
function programOf(cluster: Cluster, program: 'kube-proxy' | 'kube-proxy-both-families'): string {
  const folder = join(cluster.folder, program)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'kube-proxy')
  link(pathOfPart(program), file)
  return file
}

function link(to: string, from: string): void {
  if (!existsSync(from)) symlinkSync(to, from)
}
