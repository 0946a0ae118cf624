import { connect } from 'node:http2'
import { connect as connectSocket } from 'node:net'

/**
 * As much of a kubelet as makes Pods: a few calls of the Container Runtime Interface, spoken to containerd's socket.
 * Source: k8s.io/cri-api pkg/apis/runtime/v1/api.proto (field numbers), gRPC over HTTP/2
 */
export interface Cri {
  /** Start a sandbox in the host's network namespace (no CNI plug-in is needed). Returns its id. */
  runPodSandbox(pod: PodIdentity): Promise<string>
  /** Make a container in the sandbox, and start it unless told otherwise. Returns its id. */
  runContainer(sandbox: string, pod: PodIdentity, container: ContainerSpec): Promise<string>
  stopContainer(id: string): Promise<void>
  removePodSandbox(id: string): Promise<void>
  close(): void
}

export interface PodIdentity {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly attempt?: number
  readonly start?: boolean
}

type Field = readonly [number: number, value: string | number | Buffer]
const NODE_NETWORK = 2

export function openCri(socket: string): Cri {
  const session = connect('http://localhost', { createConnection: () => connectSocket(socket) })
  const call = (method: string, ...fields: readonly Field[]) =>
    new Promise<Buffer>((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/runtime.v1.RuntimeService/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
      let status: unknown = 'no answer'
      const see = (headers: Readonly<Record<string, unknown>>) => {
        if (headers['grpc-status'] !== undefined)
          status = headers['grpc-status'] === '0' ? null : headers['grpc-message']
      }
      stream.on('response', see).on('trailers', see)
      stream.on('end', () => {
        if (status === null) resolve(Buffer.concat(chunks).subarray(5))
        else reject(new Error(`${method}: ${String(status)}`))
      })
      const body = message(...fields)
      const head = Buffer.alloc(5)
      head.writeUInt32BE(body.length, 1)
      stream.end(Buffer.concat([head, body]))
    })
  const idIn = (answer: Buffer) => answer.subarray(2, 2 + (answer[1] ?? 0)).toString()
  return {
    runPodSandbox: async (pod) => idIn(await call('RunPodSandbox', [1, sandboxConfig(pod)])),
    async runContainer(sandbox, pod, spec) {
      const answer = await call(
        'CreateContainer',
        [1, sandbox],
        [2, containerConfig(pod, spec)],
        [3, sandboxConfig(pod)],
      )
      if (spec.start !== false) await call('StartContainer', [1, idIn(answer)])
      return idIn(answer)
    },
    async stopContainer(id) {
      await call('StopContainer', [1, id])
    },
    async removePodSandbox(id) {
      await call('StopPodSandbox', [1, id])
      await call('RemovePodSandbox', [1, id])
    },
    close: () => session.close(),
  }
}

/** The labels are those that a kubelet sets. */
const labelsOf = ({ namespace, name, uid }: PodIdentity): readonly (readonly [string, string])[] => [
  ['io.kubernetes.pod.name', name],
  ['io.kubernetes.pod.namespace', namespace],
  ['io.kubernetes.pod.uid', uid],
]

const sandboxConfig = (pod: PodIdentity) =>
  message([1, message([1, pod.name], [2, pod.uid], [3, pod.namespace])], ...entries(6, labelsOf(pod)), [
    8,
    message([2, message([1, message([1, NODE_NETWORK])])]),
  ])

const containerConfig = (pod: PodIdentity, { name, image, args, attempt = 0 }: ContainerSpec) =>
  message(
    [1, message([1, name], [2, attempt])],
    [2, message([1, image])],
    ...args.map((one): Field => [3, one]),
    ...entries(9, [...labelsOf(pod), ['io.kubernetes.container.name', name]]),
    ...entries(10, [['io.kubernetes.container.restartCount', String(attempt)]]),
    [15, message([2, message([3, message([1, NODE_NETWORK])])])],
  )

const entries = (number: number, pairs: readonly (readonly [string, string])[]): readonly Field[] =>
  pairs.map(([key, value]): Field => [number, message([1, key], [2, value])])

/** A protocol buffer of strings, messages and small numbers. */
function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number << 3), varint(value)]
      const bytes = Buffer.from(value)
      return [varint((number << 3) | 2), varint(bytes.length), bytes]
    }),
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  while (left > 127) {
    bytes.push((left & 127) | 128)
    left >>>= 7
  }
  return Buffer.from([...bytes, left])
}
