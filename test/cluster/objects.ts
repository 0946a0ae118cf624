import type { ApiObject } from './real-cluster.ts'

/** Objects as a test needs them; what a kubelet would have reported stands in their status. */

const split = (path: string): { namespace: string; name: string } => {
  const [namespace = '', name = ''] = path.split('/')
  return { namespace, name }
}

export interface NodeSpec {
  readonly ip: string
  readonly labels?: Readonly<Record<string, string>>
  readonly ready?: boolean
  readonly kernel?: string
}

export function node(name: string, { ip, labels = {}, ready = true, kernel = '5.10.0-28-amd64' }: NodeSpec): ApiObject {
  const now = new Date().toISOString()
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } },
    spec: { podCIDR: '10.244.1.0/24' },
    status: {
      addresses: [
        { type: 'InternalIP', address: ip },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '4', memory: '16374908Ki', pods: '110' },
      allocatable: { cpu: '4', memory: '16272508Ki', pods: '110' },
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          reason: ready ? 'KubeletReady' : 'KubeletNotReady',
          message: ready ? 'kubelet is posting ready status' : 'container runtime network not ready',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '1b6cb2b8-0bd5-4f4c-9ea5-5a6f2d2a1d10',
        containerRuntimeVersion: 'containerd://1.6.20',
        kernelVersion: kernel,
        kubeProxyVersion: 'v1.20.2',
        kubeletVersion: 'v1.20.2',
        machineID: '5a2cf9c0a2bb4ccbb53a3a6cf1d0fbb1',
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: 'ec2f0b7c-61c5-4f6f-a1f4-2a5d2f1c8e02',
      },
    },
  }
}

export interface PodSpec {
  /** null: not running yet. */
  readonly ip: string | null
  readonly ips?: readonly string[]
  readonly node: string
  readonly labels?: Readonly<Record<string, string>>
  readonly ready?: boolean
  readonly restarts?: number
  readonly hostNetwork?: boolean
  /** Why its container waits: `CrashLoopBackOff`. */
  readonly waiting?: string
  readonly containerId?: string
  readonly image?: string
}

export function pod(path: string, spec: PodSpec): ApiObject {
  const { ip, ready = ip !== null, restarts = 0, waiting, image = 'registry.example/web:1' } = spec
  const ids =
    spec.containerId ??
    [...path]
      .map((c) => c.charCodeAt(0).toString(16))
      .join('')
      .padEnd(64, '0')
      .slice(0, 64)
  const at = new Date(Date.now() - 60_000).toISOString()
  const condition = (type: string, isSo: boolean) => ({ type, status: isSo ? 'True' : 'False', lastTransitionTime: at })
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...split(path), labels: { ...spec.labels } },
    spec: {
      nodeName: spec.node,
      hostNetwork: spec.hostNetwork ?? false,
      containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }],
      tolerations: [{ operator: 'Exists' }],
    },
    status: {
      phase: ip === null ? 'Pending' : 'Running',
      startTime: at,
      ...(ip === null ? {} : { podIP: ip, podIPs: (spec.ips ?? [ip]).map((one) => ({ ip: one })) }),
      conditions: [
        condition('Initialized', true),
        condition('Ready', ready),
        condition('ContainersReady', ready),
        condition('PodScheduled', true),
      ],
      containerStatuses: [
        {
          name: 'web',
          image,
          imageID: '',
          ready,
          restartCount: restarts,
          containerID: `containerd://${ids}`,
          state:
            waiting === undefined
              ? ip === null
                ? { waiting: { reason: 'ContainerCreating' } }
                : { running: { startedAt: at } }
              : { waiting: { reason: waiting } },
        },
      ],
    },
  }
}

export interface ServiceSpec {
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly selector?: Readonly<Record<string, string>>
  readonly ports: readonly {
    readonly name?: string
    readonly port: number
    readonly targetPort?: number | string
    readonly nodePort?: number
    readonly protocol?: string
  }[]
  readonly [field: string]: unknown
}

export function service(path: string, spec: ServiceSpec): ApiObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: split(path), spec }
}
