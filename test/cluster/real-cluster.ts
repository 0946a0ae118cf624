import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../../src/lab/command.ts'
import { type Lab, openLab, SERVER_ADDRESS } from '../../src/lab/lab.ts'
import { type Run, run } from '../lab/lab-node.ts'
import { type Credentials, makeCredentials, type User } from './credentials.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { type KubeProxyOptions, startKubeProxy } from './kube-proxy.ts'
import { pathOfPart } from './parts.ts'

/**
 * A real Kubernetes 1.20.2 without machines, in a network namespace of its own: etcd, kube-apiserver, kube-controller-manager, and a
 * kube-proxy when asked. Nothing of it is reachable from outside; nothing of it stays behind.
 *
 *     describe.skipIf(NO_CLUSTER)(`with a real cluster${NO_CLUSTER ?? ''}`, () => {
 *       let cluster: Cluster
 *       beforeAll(async () => { cluster = await openCluster() }, STANDS_WITHIN)
 *       afterAll(() => cluster?.close())
 *
 *       it('…', async () => {
 *         await cluster.apply(node('node-1', { ip: NODE_IP }), pod('shop/web-0', { ip: '10.244.1.5', node: 'node-1', labels: { app: 'web' } }),
 *           service('shop/web', { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080, nodePort: 30720 }] }))
 *         await cluster.untilEndpoints('shop/web', 1)              // filled by the real controller
 *         await cluster.startKubeProxy()                           // rules and NodePort stand when it returns
 *         await cluster.kubectl('get', 'svc', '-A', '-o', 'wide')  // text; cluster.tryKubectl for what is meant to fail
 *         await cluster.api('GET', '/api/v1/services')             // the API's own words, parsed
 *       })
 *     })
 *
 * - What is to talk to the API must run inside: `cluster.inside(argv)` is the argument vector that does so (recvq, curl, kubectl);
 *   `cluster.kubeconfig('reader')` is the file of a user, `cluster.server` the URL. From this process: `withNetns` of src/sys/netns.ts.
 * - No kubelet runs: Nodes and Pods are objects, and `apply` writes their status as a kubelet would have. No scheduler either: a Pod
 *   says its node. Controllers that would end such Pods are left out.
 * - `cluster.lab.server` is the node's namespace (eth0 10.111.0.1), `cluster.lab.clients` another at the far end of its cable.
 *   proxied-node.ts makes such a node with Services of type NodePort and Pods that answer.
 * - It takes 5 to 10 s until it stands: open one per test file, and keep apart by Kubernetes namespaces.
 */
export interface Cluster {
  readonly lab: Lab
  readonly folder: string
  readonly server: string
  readonly tokens: Credentials['tokens']
  /** The certificate that the API server signed for itself. */
  readonly authority: string
  kubeconfig(user?: User): string
  /** The argument vector that runs a command where the API is. */
  inside(argv: readonly string[]): readonly string[]
  /** What kubectl prints. Errors: throws with what it complained of. */
  kubectl(...args: readonly string[]): Promise<string>
  /** Whatever its exit code, as whichever user. */
  tryKubectl(args: readonly string[], user?: User): Promise<Run>
  /** A request as admin. A PATCH is a merge patch. Errors: throws with the answer where the API refuses. */
  api(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>
  /** Make objects, and write their status too where they have one. Namespaces are made as needed. */
  apply(...objects: readonly ApiObject[]): Promise<void>
  /** Wait until the real controller has put so many ready addresses into `namespace/name`. */
  untilEndpoints(service: string, count: number): Promise<void>
  startKubeProxy(options?: KubeProxyOptions): Promise<Daemon>
  /** Logs of what was started, by name: `kube-apiserver`. */
  readonly logs: ReadonlyMap<string, string>
  close(): Promise<void>
}

export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly status?: unknown
  readonly [field: string]: unknown
}

export interface ClusterOptions {
  /** Services and Pods of both families (the IPv6DualStack feature gate of 1.20). */
  readonly dualStack?: boolean
}

/** Time for hooks that open a cluster; a machine that is busy with other tests takes its time. */
export const STANDS_WITHIN = 120_000
export const NODE_IP = SERVER_ADDRESS
const PREFIX = 'recvq-cluster-'
const READY_MS = 60_000
const PORT = 6443
const ETCD = 'http://127.0.0.1:2379'
/** What tells nodes and pods that they are dead is left out: their kubelets never lived. */
const CONTROLLERS = ['endpoint', 'endpointslice', 'endpointslicemirroring', 'namespace', 'deployment', 'replicaset']

/** Errors: throws with the log of what did not start; nothing stays behind. */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  sweepFolders()
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const lab = await openLab()
  const daemons: Daemon[] = []
  const close = async () => {
    for (const daemon of daemons.toReversed()) await daemon.stop()
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return await start(options, { lab, folder, daemons, close })
  } catch (error) {
    await close()
    throw error
  }
}

interface Ground {
  readonly lab: Lab
  readonly folder: string
  readonly daemons: Daemon[]
  close(): Promise<void>
}

async function start({ dualStack = false }: ClusterOptions, ground: Ground): Promise<Cluster> {
  const { lab, folder, daemons, close } = ground
  const netns = lab.server
  const server = `https://${NODE_IP}:${PORT}`
  const authority = join(folder, 'pki/apiserver.crt')
  const credentials = makeCredentials(folder, server, authority)
  const logs = new Map<string, string>()
  const get = (url: string) => run(netns.inside(['curl', '-sk', '--max-time', '2', url])).then(({ stdout }) => stdout)
  const daemon = async (
    name: 'etcd' | 'kube-apiserver' | 'kube-controller-manager',
    ready: () => Promise<boolean>,
    ...args: string[]
  ) => {
    const log = join(folder, `${name}.log`)
    logs.set(name, log)
    daemons.push(
      await startDaemon({ netns, name, log, ready, readyWithinMs: READY_MS, argv: [pathOfPart(name), ...args] }),
    )
  }
  const gates = dualStack ? ['--feature-gates=IPv6DualStack=true'] : []
  const serviceRange = `--service-cluster-ip-range=10.96.0.0/16${dualStack ? ',fd00:96::/112' : ''}`

  await call(netns.inside(['ip', 'route', 'add', 'default', 'via', '10.111.0.2']))
  await daemon(
    'etcd',
    async () => (await get(`${ETCD}/health`)).includes('true'),
    '--data-dir',
    join(folder, 'etcd'),
    '--listen-client-urls',
    ETCD,
    '--advertise-client-urls',
    ETCD,
    '--listen-peer-urls',
    'http://127.0.0.1:2380',
  )
  await daemon(
    'kube-apiserver',
    async () => (await get(`${server}/readyz`)) === 'ok',
    '--etcd-servers',
    ETCD,
    '--cert-dir',
    join(folder, 'pki'),
    '--secure-port',
    String(PORT),
    '--bind-address',
    '0.0.0.0',
    '--advertise-address',
    NODE_IP,
    serviceRange,
    '--token-auth-file',
    credentials.tokenFile,
    '--authorization-mode',
    'RBAC',
    '--anonymous-auth=true',
    // as every installer sets it: otherwise no object may ask for a privileged container
    '--allow-privileged=true',
    '--service-account-issuer',
    'https://kubernetes.default.svc',
    '--service-account-signing-key-file',
    credentials.serviceAccountKey,
    '--service-account-key-file',
    credentials.serviceAccountPublicKey,
    '--disable-admission-plugins',
    'ServiceAccount,TaintNodesByCondition,DefaultTolerationSeconds',
    ...gates,
  )
  await daemon(
    'kube-controller-manager',
    async () => (await get('https://127.0.0.1:10257/healthz')).startsWith('ok'),
    '--kubeconfig',
    credentials.kubeconfig('admin'),
    '--controllers',
    CONTROLLERS.join(','),
    '--leader-elect=false',
    '--port=0',
    '--cert-dir',
    join(folder, 'pki-controllers'),
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    ...gates,
  )

  const tryKubectl = (args: readonly string[], user: User = 'admin') =>
    run(netns.inside([pathOfPart('kubectl'), ...args]), { KUBECONFIG: credentials.kubeconfig(user), HOME: folder })
  const api: Cluster['api'] = async (method, path, body) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const sent = body === undefined ? [] : ['-H', `Content-Type: ${type}`, '-d', JSON.stringify(body)]
    const headers = ['-H', `Authorization: Bearer ${credentials.tokens.admin}`]
    const { stdout, stderr } = await run(
      netns.inside([
        'curl',
        '-sS',
        '--max-time',
        '20',
        '--cacert',
        authority,
        '-X',
        method,
        ...headers,
        ...sent,
        `${server}${path}`,
      ]),
    )
    const answer: unknown = JSON.parse(stdout || '{}')
    const { kind, status, message } = answer as { kind?: string; status?: unknown; message?: string }
    if (stdout === '' || (kind === 'Status' && status === 'Failure'))
      throw new Error(`${method} ${path}: ${message ?? stderr}`)
    return answer
  }
  const known = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease'])
  const make = async (object: ApiObject) => {
    const { namespace } = object.metadata
    if (namespace !== undefined && !known.has(namespace)) {
      known.add(namespace)
      await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    }
    const path = pathOf(object)
    const { status, ...sent } = object
    await api('POST', path, sent)
    if (status !== undefined) await api('PATCH', `${path}/${object.metadata.name}/status`, { status })
  }

  const cluster: Cluster = {
    lab,
    folder,
    server,
    authority,
    logs,
    close,
    api,
    tryKubectl,
    tokens: credentials.tokens,
    kubeconfig: (user = 'admin') => credentials.kubeconfig(user),
    inside: (argv) => netns.inside(argv),
    async kubectl(...args) {
      const { code, stdout, stderr } = await tryKubectl(args)
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
      return stdout
    },
    async apply(...objects) {
      for (const object of objects) await make(object)
    },
    async untilEndpoints(service, count) {
      const [namespace = '', name = ''] = service.split('/')
      const deadline = performance.now() + READY_MS
      for (;;) {
        const { stdout } = await tryKubectl([
          'get',
          'endpoints',
          '-n',
          namespace,
          name,
          '-o',
          'jsonpath={.subsets[*].addresses[*].ip}',
        ])
        const found = stdout.split(' ').filter((ip) => ip !== '').length
        if (found === count) return
        if (performance.now() > deadline) throw new Error(`${service} has ${found} endpoints, not ${count}`)
        await sleep(100)
      }
    },
    async startKubeProxy(proxy = {}) {
      const started = await startKubeProxy(cluster, { dualStack, ...proxy })
      daemons.push(started)
      logs.set('kube-proxy', started.log)
      return started
    },
  }
  await allow(cluster)
  return cluster
}

/** The built-in role of kube-proxy is bound to its user by the API server itself; the reader's rights are what recvq asks for. */
async function allow(cluster: Cluster): Promise<void> {
  const rule = (apiGroups: string[], resources: string[]) => ({ apiGroups, resources, verbs: ['get', 'list', 'watch'] })
  const group = 'rbac.authorization.k8s.io'
  await cluster.apply(
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'recvq-reader' },
      rules: [
        rule([''], ['nodes', 'services', 'endpoints', 'pods', 'events']),
        rule(['discovery.k8s.io'], ['endpointslices']),
      ],
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'recvq-reader' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'recvq-reader' },
      subjects: [{ kind: 'Group', apiGroup: group, name: 'recvq:readers' }],
    },
  )
}

function pathOf({ apiVersion, kind, metadata }: ApiObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = kind.endsWith('s') ? kind.toLowerCase() : `${kind.toLowerCase()}s`
  return metadata.namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${metadata.namespace}/${plural}`
}

/** Folders of runs that were killed. Their programs the kernel has ended, their namespaces the lab sweeps. */
function sweepFolders(): void {
  const left = readdirSync(tmpdir()).filter(
    (name) => name.startsWith(PREFIX) && !existsSync(`/proc/${name.split('-')[2]}`),
  )
  for (const name of left) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}
