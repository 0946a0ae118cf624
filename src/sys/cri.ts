import { existsSync } from 'node:fs'
import { HostError } from './host-error.ts'

/** What a container runtime answers, as protobuf messages. */
export interface RuntimeLists {
  /** The socket that answered. */
  readonly socket: string
  /** ListPodSandboxResponse and ListContainersResponse. */
  readonly sandboxes: Uint8Array
  readonly containers: Uint8Array
}

/** Where runtimes listen, as kubelets of the common distributions are told. */
const SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
  '/run/cri-dockerd.sock',
]
const VERSIONS = ['runtime.v1', 'runtime.v1alpha2']
/** An empty message: list everything. */
const EVERYTHING = new Uint8Array(0)

export interface RuntimeOptions {
  /** Where the host's files are seen; empty: as they are. */
  readonly root?: string
  /** Instead of the usual places. */
  readonly sockets?: readonly string[]
  readonly timeoutMs?: number
}

/**
 * Ask the node's container runtime for its pods and containers: gRPC over HTTP/2 over its unix socket, two calls.
 * Shape:  the first socket that is there and answers; runtime.v1, else v1alpha2 (containerd before 1.6, CRI-O before 1.23)
 * Errors: HostError `absent` (no runtime), `denied`, `timeout`, `unsupported` (no CRI behind that socket)
 */
export async function askRuntime(options: RuntimeOptions = {}): Promise<RuntimeLists> {
  const { root = '', sockets = SOCKETS, timeoutMs = 1000 } = options
  const there = sockets.map((path) => `${root}${path}`).filter((path) => existsSync(path))
  let failure: unknown = null
  for (const socket of there) {
    try {
      return await askSocket(socket, timeoutMs)
    } catch (error) {
      // Docker's own containerd has no CRI: what the first says counts unless another answers.
      failure ??= error
    }
  }
  if (failure !== null) throw failure
  throw new HostError('ask', 'container runtime', null, { code: 'absent', why: `no socket at ${sockets.join(', ')}` })
}

async function askSocket(socket: string, timeoutMs: number): Promise<RuntimeLists> {
  // HTTP/2 takes its time to load: only where there is somebody to talk to.
  const { callGrpc, openGrpc } = await import('./grpc.ts')
  const session = await openGrpc(socket, timeoutMs)
  try {
    for (const version of VERSIONS) {
      const ask = (method: string) => callGrpc(session, `/${version}.RuntimeService/${method}`, EVERYTHING, timeoutMs)
      try {
        const [sandboxes, containers] = await Promise.all([ask('ListPodSandbox'), ask('ListContainers')])
        return { socket, sandboxes, containers }
      } catch (error) {
        if (!(error instanceof HostError) || error.code !== 'unsupported' || version === VERSIONS.at(-1)) throw error
      }
    }
    throw new HostError('ask', socket, null, { code: 'unsupported' })
  } finally {
    session.destroy()
  }
}
