import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { call } from '../src/lab/command.ts'
import { readKernel } from '../src/lab/kernel.ts'
import { pathWith } from '../test/cluster/kube-proxy.ts'
import { pathOfPart } from '../test/cluster/parts.ts'
import { connectTo } from '../test/cluster/proxied-node.ts'
import { type Cluster, NODE_IP, openCluster } from '../test/cluster/real-cluster.ts'
import type { Expected } from './capture-cluster/expect.ts'
import { KUBECTL_SESSIONS, type Session } from './capture-cluster/kubectl-sessions.ts'
import {
  type ForwardedPort,
  logSessions,
  type NodeSession,
  ruleSessions,
  runtimeSessions,
} from './capture-cluster/node-sessions.ts'
import { openRuntime } from './capture-cluster/runtime.ts'
import { LOCAL_PODS, PAY_BALANCER, SCENE, WEB_PORT } from './capture-cluster/scene.ts'
import { endpointsRow, type Objects, readObjects, serviceRow } from './capture-cluster/truth.ts'
import { STYLES } from './capture-fixtures/prompts.ts'

/**
 * Make test/fixtures/cluster anew: what kubectl, kube-proxy's rules, conntrack and containerd's ctr print of a real Kubernetes 1.20.2
 * without machines, each with what the API, the kernel and the runtime held at that moment.
 * Usage: node scripts/capture-cluster.ts    (root, Linux, scripts/kube-parts, iptables, nft, conntrack, busybox)
 */
const INSIDE = 'RECVQ_CAPTURE_INSIDE'
const FOLDER = fileURLToPath(new URL('../test/fixtures/cluster', import.meta.url))
const KUBERNETES = '1.20.2'
const TRANSLATED = 9
const LEAKED = 5

async function capture(cluster: Cluster): Promise<void> {
  const { lab, folder } = cluster
  await cluster.apply(...SCENE)
  await cluster.api('PATCH', '/api/v1/namespaces/shop/services/pay/status', { status: PAY_BALANCER })
  await cluster.api('PATCH', '/api/v1/nodes/node-2', { spec: { unschedulable: true } })
  await cluster.untilEndpoints('shop/web', 4)
  await cluster.untilEndpoints('shop/pay', 1)
  for (const ip of LOCAL_PODS) await call(lab.server.inside(['ip', 'address', 'add', `${ip}/32`, 'dev', 'lo']))
  await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', '1')
  for (const port of [8080, 9100])
    await lab.start(lab.server, 'serve', { name: 'web', host: '0.0.0.0', port, backlog: null, workMs: 0, leak: false })
  const path = join(folder, 'bin')
  mkdirSync(path)
  for (const part of ['kubectl', 'ctr'] as const) symlinkSync(pathOfPart(part), join(path, part))

  const objects = await readObjects(cluster)
  for (const session of KUBECTL_SESSIONS) {
    const env = { KUBECONFIG: kubeconfigOf(cluster, session), HOME: folder, PATH: `${path}:${process.env.PATH}` }
    write(
      `kubectl-${KUBERNETES}`,
      session.slug,
      [session.command],
      session.expect(objects),
      show(cluster, [session.command], env),
    )
  }
  for (const backend of ['legacy', 'nft'] as const) await captureRules(cluster, backend, objects)

  const logs = ['kube-proxy', 'kube-apiserver', 'kube-controller-manager', 'etcd']
  for (const name of logs) {
    const text = readFileSync(cluster.logs.get(name) ?? '', 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-60)
    const [session] = logSessions([name])
    if (session)
      write(name === 'etcd' ? 'etcd-3.4.23' : `${name}-${KUBERNETES}`, 'log', session.commands, session.expect, [
        clean(cluster, text.join('\n')),
      ])
  }
  const runtime = await openRuntime(join(folder, 'containerd'))
  try {
    const env = { PATH: `${path}:${process.env.PATH}` }
    for (const session of runtimeSessions(runtime)) writeNode(cluster, session, 'ctr-1.6.20', env)
  } finally {
    await runtime.close()
  }
}

async function captureRules(cluster: Cluster, backend: 'legacy' | 'nft', objects: Objects): Promise<void> {
  const proxy = await cluster.startKubeProxy({ iptables: backend })
  const { lab } = cluster
  const queued = () => readKernel(lab.server.pid).queued.get(WEB_PORT) ?? 0
  const version = versionOf('iptables')
  if (backend === 'nft') {
    // some past the rules while there are none, then the rest through the rules that kube-proxy writes again
    await call(cluster.inside(['iptables-nft', '-t', 'nat', '-F']))
    await connectTo(cluster, NODE_IP, WEB_PORT, LEAKED)
    await lab.untilServer('those past the rules', () => queued() === LEAKED)
    await cluster.api('PATCH', '/api/v1/namespaces/shop/services/web', {
      metadata: { labels: { touched: 'yes' } },
      spec: { sessionAffinity: 'None', externalIPs: [] },
    })
    await cluster.kubectl('-n', 'shop', 'create', 'service', 'clusterip', 'sync', '--tcp=80')
    await lab.untilServer('the rules', () =>
      execFileSync(...split(cluster.inside(['iptables-nft', '-t', 'nat', '-S'])), { encoding: 'utf8' }).includes(
        `--dport ${WEB_PORT}`,
      ),
    )
    // Pods of node-2 lie beyond the cable, where nobody answers: those entries are translated and stay without a reply
    await connectTo(cluster, NODE_IP, WEB_PORT, TRANSLATED)
    const dialled = () => readKernel(lab.clients.pid).connections.filter(({ peerPort }) => peerPort === WEB_PORT).length
    await lab.untilServer('all of them dialled', () => dialled() === LEAKED + TRANSLATED)
    await sleep(300)
  }
  const flows = backend === 'nft' ? { [WEB_PORT]: { count: LEAKED + TRANSLATED, untranslated: queued() } } : {}
  const env = { PATH: pathWith(cluster, backend) }
  for (const session of ruleSessions(backend, forwarded(objects), flows)) {
    const tool = session.tool.startsWith('iptables') ? version : versionOf(session.tool)
    writeNode(cluster, session, `${session.tool}-${tool}`, env)
  }
  await proxy.stop()
  for (const table of ['nat', 'filter', 'mangle'])
    for (const act of ['-F', '-X']) await call(cluster.inside([`iptables-${backend}`, '-t', table, act]))
}

/** What kube-proxy is to make of Services and endpoints. On this node it sends to every ready endpoint; `Local` ones only to its own. */
function forwarded({ services, endpoints }: Objects): Readonly<Record<string, ForwardedPort>> {
  const rows = new Map(endpoints.map(endpointsRow).map((one) => [one.service, one]))
  const entries = services.flatMap((one) => {
    const { name } = serviceRow(one)
    const local = one.spec.externalTrafficPolicy === 'Local'
    return (one.spec.ports ?? []).flatMap((port) => {
      if (port.nodePort === undefined) return []
      const ready = rows.get(name)?.ready ?? []
      const target = name === 'shop/web' ? (port.name === 'http' ? ':8080' : ':9100') : ''
      const sent = local ? [] : ready.filter((pair) => pair.endsWith(target))
      const service = port.name === undefined ? name : `${name}:${port.name}`
      return [[String(port.nodePort), { service, endpoints: sent, refused: ready.length === 0 }] as const]
    })
  })
  return Object.fromEntries(entries)
}

function kubeconfigOf(cluster: Cluster, { as, slug }: Session): string {
  if (as === undefined) return cluster.kubeconfig('admin')
  if (as === 'nobody') return cluster.kubeconfig('nobody')
  const file = join(cluster.folder, `${slug}.kubeconfig`)
  const text = readFileSync(cluster.kubeconfig('admin'), 'utf8')
  writeFileSync(file, as === 'nowhere' ? text.replace(':6443', ':6444') : text.replace(/token: \w+/, 'token: expired'))
  return file
}

function show(cluster: Cluster, commands: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  return commands.map((command) => {
    const [program, args] = split(cluster.inside(['sh', '-c', command]))
    const { stdout, stderr } = spawnSync(program, args, {
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    // a terminal shows whole lines of both; in one pipe complaints would break into the middle of a line
    return clean(cluster, `${stdout}${stderr}`.trimEnd())
  })
}

const split = ([program = '', ...args]: readonly string[]): [string, string[]] => [program, args]

/** As it would stand on any machine. */
const clean = ({ folder, tokens }: Cluster, text: string) =>
  Object.values(tokens)
    .reduce((all, token) => all.replaceAll(token, 'TOKEN'), text)
    .replaceAll(folder, '/var/lib/lab')

function versionOf(tool: string): string {
  const said = spawnSync(tool, ['--version'], { encoding: 'utf8' })
  return /\d+(?:\.\d+)+/.exec(`${said.stdout}${said.stderr}`)?.[0] ?? 'unknown'
}

function writeNode(
  cluster: Cluster,
  { slug, commands, expect }: NodeSession,
  folder: string,
  env: NodeJS.ProcessEnv,
): void {
  write(folder, slug, commands, expect, show(cluster, commands, env))
}

let written = 0

function write(
  folder: string,
  slug: string,
  commands: readonly string[],
  expect: Expected,
  outputs: readonly string[],
): void {
  const style = STYLES[written++ % STYLES.length]
  if (!style) return
  mkdirSync(join(FOLDER, folder), { recursive: true })
  const runs = commands.map((command, i) => ({ command, output: outputs[i] ?? '' }))
  writeFileSync(join(FOLDER, folder, `${slug}.txt`), style.show(runs))
  writeFileSync(
    join(FOLDER, folder, `${slug}.expect.json`),
    `${JSON.stringify({ commands, prompt: style.name, ...expect }, null, 1)}\n`,
  )
  console.log(`${folder}/${slug} ${style.name}`)
}

if (process.env[INSIDE] === undefined) {
  // processes, host name and mounts of its own: nothing of this machine gets into a fixture, nothing stays behind
  const prepare = 'mount -t tmpfs none /run && mkdir /run/netns /run/lock /run/tmp && hostname node-1 && "$@"; exit $?'
  const own = [process.execPath, fileURLToPath(import.meta.url)]
  const env = { ...process.env, [INSIDE]: '1', TMPDIR: '/run/tmp' }
  process.exitCode =
    spawnSync('unshare', ['-pfmu', '--mount-proc', 'sh', '-c', prepare, 'sh', ...own], { stdio: 'inherit', env })
      .status ?? 1
} else {
  rmSync(FOLDER, { recursive: true, force: true })
  const cluster = await openCluster()
  try {
    await capture(cluster)
  } finally {
    await cluster.close()
  }
}
