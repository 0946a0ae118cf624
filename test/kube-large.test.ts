import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { list, send, startStub } from './kube-stub.ts'

/** 5 000 nodes and 100 000 pods, as large as such objects are, from a stub; how much memory reading them takes. */

const [NODES, PODS, SLICES] = [5000, 100_000, 4000]
const filler = (bytes: number) => ({ 'example.org/last-applied': 'x'.repeat(bytes) })
const MADE = '2026-01-01T00:00:00Z'

const node = (n: number) => ({
  metadata: {
    name: `node-${n}`,
    creationTimestamp: MADE,
    annotations: filler(4000),
    labels: { 'kubernetes.io/hostname': `node-${n}`, 'topology.kubernetes.io/zone': `z${n % 3}` },
  },
  spec: {},
  status: {
    addresses: [{ type: 'InternalIP', address: `10.${n >> 8}.${n & 255}.1` }],
    conditions: [{ type: 'Ready', status: 'True' }],
    nodeInfo: {
      kubeletVersion: 'v1.29.1',
      kernelVersion: '6.1.0',
      osImage: 'Debian',
      containerRuntimeVersion: 'containerd://1.7.2',
    },
  },
})
const pod = (n: number) => ({
  metadata: {
    name: `web-${n % 4000}-7d9c5b8f6d-${n.toString(36).padStart(5, '0')}`,
    namespace: `team-${n % 200}`,
    creationTimestamp: MADE,
    annotations: filler(2000),
    labels: {
      app: `web-${n % 4000}`,
      'pod-template-hash': '7d9c5b8f6d',
      'app.kubernetes.io/part-of': `team-${n % 200}`,
    },
  },
  spec: {
    nodeName: `node-${n % NODES}`,
    containers: [{ name: 'web', image: 'registry.example/web:1', env: [{ name: 'A', value: 'b'.repeat(1000) }] }],
  },
  status: {
    phase: 'Running',
    podIP: `10.${200 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
    containerStatuses: [
      { name: 'web', ready: true, restartCount: 0, containerID: `containerd://${n.toString(16).padStart(64, '0')}` },
    ],
  },
})
const slice = (n: number) => ({
  metadata: {
    name: `web-${n}-abcde`,
    namespace: `team-${n % 200}`,
    labels: { 'kubernetes.io/service-name': `web-${n}` },
  },
  ports: [{ name: 'http', port: 8080 }],
  endpoints: Array.from({ length: 25 }, (_, at) => ({
    addresses: [`10.100.${n & 255}.${at}`],
    nodeName: `node-${at}`,
    targetRef: { kind: 'Pod', name: `web-${n}-${at}` },
  })),
})

it('fits into far less than 1 GB', { timeout: 180_000 }, async () => {
  const kinds = [
    { end: '/nodes', make: node, count: NODES },
    { end: '/pods', make: pod, count: PODS },
    { end: '/endpointslices', make: slice, count: SLICES },
  ]
  const stub = await startStub((path, query, answer) => {
    const kind = kinds.find(({ end }) => path.endsWith(end))
    const from = Number(query.get('continue') ?? 0)
    const to = Math.min(kind?.count ?? 0, from + Number(query.get('limit')))
    const items = Array.from({ length: Math.max(0, to - from) }, (_, n) => kind?.make(from + n))
    send(answer, 200, list(items, to < (kind?.count ?? 0) ? String(to) : null))
  })
  try {
    const reader = fileURLToPath(new URL('./kube-large-reader.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [reader, stub.kubeconfig()])
    const told = JSON.parse(stdout)
    expect(told).toMatchObject({ nodes: NODES, pods: PODS, endpoints: SLICES, gaps: 0 })
    expect(told.rssMb).toBeLessThan(600)
  } finally {
    await stub.close()
  }
})
