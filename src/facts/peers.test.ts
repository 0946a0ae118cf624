import { describe, expect, it } from 'vitest'
import { viewIn } from '../../test/text/services.ts'
import { peerName } from './peers.ts'

const SOCKETS = `root@n1:~# ss -tn
State      Recv-Q Send-Q Local Address:Port Peer Address:Port
ESTAB      0      0      10.0.0.1:40000     10.0.0.2:179
`
const NODES = `admin@bastion:~$ kubectl get nodes -o wide
NAME   STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
n1     Ready    <none>   5d    v1.27.1   10.0.0.1      <none>        Debian     6.1.0            containerd://1.7.2
n2     Ready    master   5d    v1.27.1   10.0.0.2      <none>        Debian     6.1.0            containerd://1.7.2
admin@bastion:~$
`
const PODS = `admin@bastion:~$ kubectl get pods -A -o wide
NAMESPACE     NAME          READY   STATUS      RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
shop          web-1         1/1     Running     0          5d    10.244.0.7   n1     <none>           <none>
shop          job-1         0/1     Completed   0          5d    10.244.0.8   n1     <none>           <none>
kube-system   proxy-1       1/1     Running     0          5d    10.0.0.9     n3     <none>           <none>
kube-system   cni-1         1/1     Running     0          5d    10.0.0.9     n3     <none>           <none>
admin@bastion:~$
`
const SERVICES = `admin@bastion:~$ kubectl get svc -A
NAMESPACE   NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
shop        web    LoadBalancer   10.96.0.9    192.0.2.7     80:30080/TCP   40d
admin@bastion:~$
`

const kindOf = async (address: string, ...texts: readonly string[]) => {
  const peer = peerName(await viewIn(SOCKETS + texts.join('')), address)
  return peer && [peer.kind, peer.name].join(' ').trim()
}

describe('whose an address is', () => {
  it.each([
    ['10.0.0.1', 'self'],
    ['10.0.0.2', 'node n2'],
    ['10.244.0.7', 'pod shop/web-1'],
    ['10.96.0.9', 'service shop/web'],
    ['192.0.2.7', 'service shop/web'],
    ['127.0.0.53', 'loopback'],
    ['::1', 'loopback'],
    ['169.254.169.254', 'metadata'],
  ])('%s is %s', async (address, kind) => {
    expect(await kindOf(address, NODES, PODS, SERVICES)).toBe(kind)
  })

  it('an address that several pods share is their node, and one of a pod that has ended is nobody', async () => {
    expect(await kindOf('10.0.0.9', NODES, PODS, SERVICES)).toBe('node n3')
    expect(await kindOf('10.244.0.8', NODES, PODS, SERVICES)).toBe('outside')
  })

  it('a master is told as one', async () => {
    const peer = peerName(await viewIn(SOCKETS + NODES), '10.0.0.2')
    expect(peer?.text).toEqual({ en: 'master n2', zh: 'master 节点 n2' })
  })
})

describe('a stranger', () => {
  it('is outside only where nodes, pods and Services were all listed', async () => {
    expect(await kindOf('10.9.9.9', NODES, PODS, SERVICES)).toBe('outside')
    expect(await kindOf('10.9.9.9', NODES, PODS)).toBe('no-node')
    expect(await kindOf('10.9.9.9', NODES)).toBe('no-node')
  })

  it.each([
    ['a list of nodes that was cut', [NODES.replace('get nodes -o wide', 'get nodes -o wide | grep master')]],
    ['nodes without their addresses', [NODES.replaceAll(/ 10\.0\.0\.\d /g, ' <none>   ')]],
    ['pods alone', [PODS]],
    ['nothing of a cluster', []],
  ])('is not known by %s', async (_, texts) => {
    expect(await kindOf('10.9.9.9', ...texts)).toBeNull()
  })

  it('that is no address is not known', async () => {
    expect(await kindOf('db.example.org', NODES, PODS, SERVICES)).toBeNull()
    expect(await kindOf('*', NODES, PODS, SERVICES)).toBeNull()
  })
})
