import { node, pod, service } from '../../test/cluster/objects.ts'
import type { ApiObject } from '../../test/cluster/real-cluster.ts'

/** A small shop: what is well, and one of each thing that is not. The Pods of node-1 have addresses that answer. */
export const LOCAL_PODS = ['10.244.1.5', '10.244.1.6'] as const
export const WEB_PORT = 30720

const web = (n: string, ip: string | null, on: string, more: object = {}) =>
  pod(`shop/web-6c9b7d5f4-${n}`, { ip, node: on, labels: { app: 'web', 'pod-template-hash': '6c9b7d5f4' }, ...more })

export const SCENE: readonly ApiObject[] = [
  node('master-1', {
    ip: '10.111.0.11',
    labels: { 'node-role.kubernetes.io/master': '', 'node-role.kubernetes.io/control-plane': '' },
  }),
  node('node-1', { ip: '10.111.0.1', labels: { 'topology.kubernetes.io/zone': 'z1' } }),
  node('node-2', { ip: '10.111.0.12', labels: { 'topology.kubernetes.io/zone': 'z2' }, kernel: '4.19.0-26-amd64' }),
  node('node-3', { ip: '10.111.0.13', ready: false }),
  web('4xk2p', LOCAL_PODS[0], 'node-1', { restarts: 3 }),
  web('9bq7d', LOCAL_PODS[1], 'node-1'),
  web('c5t8w', '10.244.2.7', 'node-2', { restarts: 12 }),
  web('j2m4z', '10.244.2.8', 'node-2'),
  web('pq6rn', '10.244.2.9', 'node-2', { ready: false, restarts: 7, waiting: 'CrashLoopBackOff' }),
  web('zz8hv', null, 'node-1'),
  pod('shop/pay-0', { ip: '10.244.2.20', node: 'node-2', labels: { app: 'pay' } }),
  pod('shop/cache-0', { ip: '10.244.2.30', node: 'node-2', labels: { app: 'cache' } }),
  pod('kube-system/kube-proxy-x7w5c', {
    ip: '10.111.0.1',
    node: 'node-1',
    hostNetwork: true,
    labels: { 'k8s-app': 'kube-proxy' },
  }),
  service('shop/web', {
    type: 'NodePort',
    selector: { app: 'web' },
    ports: [
      { name: 'http', port: 80, targetPort: 8080, nodePort: WEB_PORT },
      { name: 'metrics', port: 9100, targetPort: 9100, nodePort: 31910 },
    ],
  }),
  service('shop/pay', {
    type: 'LoadBalancer',
    selector: { app: 'pay' },
    externalTrafficPolicy: 'Local',
    sessionAffinity: 'ClientIP',
    ports: [{ port: 443, targetPort: 'http', nodePort: 31425 }],
  }),
  service('shop/cache', { selector: { app: 'cache' }, clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }] }),
  service('shop/empty', { type: 'NodePort', selector: { app: 'nobody' }, ports: [{ port: 80, nodePort: 30999 }] }),
  service('shop/mirror', { type: 'ExternalName', externalName: 'mirror.example', ports: [{ port: 80 }] }),
  service('kube-system/kube-dns', {
    selector: { 'k8s-app': 'kube-dns' },
    clusterIP: '10.96.0.10',
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53 },
    ],
  }),
  event('web-6c9b7d5f4-pq6rn', 'Warning', 'BackOff', 'Back-off restarting failed container', 41),
  event(
    'web-6c9b7d5f4-pq6rn',
    'Warning',
    'Unhealthy',
    'Readiness probe failed: Get "http://10.244.2.9:8080/healthz": dial tcp 10.244.2.9:8080: connect: connection refused',
    7,
  ),
  event('web-6c9b7d5f4-4xk2p', 'Normal', 'Started', 'Started container web', 4),
]

/** The status that a cloud would have written. */
export const PAY_BALANCER = { loadBalancer: { ingress: [{ ip: '192.0.2.44' }] } }

function event(name: string, type: string, reason: string, message: string, count: number): ApiObject {
  const at = (secondsAgo: number) => `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}Z`
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}`, namespace: 'shop' },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace: 'shop' },
    type,
    reason,
    message,
    count,
    firstTimestamp: at(3600),
    lastTimestamp: at(30),
    source: { component: 'kubelet', host: 'node-2' },
  }
}
