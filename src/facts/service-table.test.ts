import { describe, expect, it } from 'vitest'
import { servicesIn } from '../../test/text/services.ts'

const RULES = `root@n1:~# iptables-save -t nat
*nat
:KUBE-NODEPORTS - [0:0]
-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/web:http" -m tcp --dport 30080 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "shop/web:http" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-AAAAAAAAAAAAAAA1
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "shop/web:http" -j KUBE-SEP-AAAAAAAAAAAAAAA2
-A KUBE-SEP-AAAAAAAAAAAAAAA1 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.7:8080
-A KUBE-SEP-AAAAAAAAAAAAAAA2 -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.2.7:8080
COMMIT
`
const LISTENERS = `root@n1:~# ss -nltp
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 129    128    *:30080            *:*               users:(("kube-proxy",pid=9,fd=12))
LISTEN 0      128    *:30081            *:*               users:(("kube-proxy",pid=9,fd=13))
LISTEN 0      128    127.0.0.1:10249    *:*               users:(("kube-proxy",pid=9,fd=14))
LISTEN 5      128    *:8080             *:*               users:(("shop",pid=77,fd=3))
`
const PODS = `admin@bastion:~$ kubectl get pods -n shop -o wide
NAME    READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES
web-1   1/1     Running   3          27d   10.244.1.7   n1     <none>           <none>
web-2   0/1     Running   0          5h    10.244.2.7   n2     <none>           <none>
`
const HAND = `| NodePort | Service | Recv-Q |
| --- | --- | --- |
| 30080 | shop/web:http | 129 |
| 30081 | shop/api:http | 0 |
`

describe('one Service, seen from several sides', () => {
  it('is one row: rules, the listener on its NodePort, its pods', async () => {
    const [table] = await servicesIn(RULES + LISTENERS + PODS)
    const [row, ...others] = table?.rows ?? []
    expect(row).toMatchObject({
      service: 'shop/web:http',
      namedBy: 'rules',
      nodePort: 30080,
      port: 80,
      listeners: [{ program: 'kube-proxy', length: 129, limit: 128, over: true }],
      rules: { backends: ['iptables'], chainNotSeen: false },
      endpointCount: 2,
      share: 0.5,
      rulesNotSeen: 0,
      notSeen: 0,
    })
    expect(row?.endpoints).toMatchObject([
      {
        address: '10.244.1.7',
        share: 0.5,
        pod: 'web-1',
        node: 'n1',
        ready: true,
        restarts: 3,
        ageSeconds: 27 * 86_400,
      },
      { address: '10.244.2.7', share: 0.5, pod: 'web-2', node: 'n2', ready: false, restarts: 0 },
    ])
    expect(others.map((one) => [one.service, one.nodePort])).toEqual([[null, 30081]])
  })

  it('a program that serves itself, and the ports kube-proxy serves, are no Services', async () => {
    const [table] = await servicesIn(LISTENERS)
    expect(table?.rows.map((one) => one.nodePort)).toEqual([30080, 30081])
  })

  it('a name that only a person wrote is marked so, and says where', async () => {
    const [table] = await servicesIn(`${LISTENERS}\n${HAND}`)
    const named = table?.rows.map((one) => [one.service, one.namedBy])
    expect(named).toContainEqual(['shop/web:http', 'typed by hand'])
    expect(named).toContainEqual(['shop/api:http', 'typed by hand'])
  })

  it('says where it was written', async () => {
    const [table] = await servicesIn(HAND)
    expect(table?.rows[0]?.namedAt).toMatchObject({ file: '1.md', line: 3 })
  })

  it('rules go before what a person wrote', async () => {
    const [table] = await servicesIn(`${RULES}${LISTENERS}\n${HAND}`)
    expect(table?.rows.map((one) => [one.nodePort, one.namedBy])).toEqual([
      [30080, 'rules'],
      [30081, 'typed by hand'],
    ])
  })
})

describe('what was not seen', () => {
  it('a chain of which no rule was printed has no count, and is not without endpoints', async () => {
    const [table] = await servicesIn(RULES.replaceAll(/^-A KUBE-S(?:VC|EP).*\n/gm, ''))
    expect(table?.rows[0]).toMatchObject({
      endpointCount: null,
      endpoints: [],
      rules: { chainNotSeen: true, refused: null },
    })
  })

  it('endpoints whose own chains were left out are counted, not forgotten', async () => {
    const [table] = await servicesIn(RULES.replaceAll(/^-A KUBE-SEP.*2 .*\n/gm, ''))
    expect(table?.rows[0]).toMatchObject({ endpointCount: 2, share: 0.5, rulesNotSeen: 1, notSeen: 1 })
  })

  it('without listeners nothing is said of the port being free', async () => {
    const [table] = await servicesIn(RULES)
    expect(table?.rows[0]).toMatchObject({ listeners: [], listenersWhole: false })
    expect(table?.gaps).toContainEqual(expect.objectContaining({ part: 'listeners', reason: 'absent' }))
  })

  it('without limits nobody is over one', async () => {
    const [table] = await servicesIn(HAND)
    expect(table?.rows[0]?.listeners[0]).toMatchObject({ length: 129, limit: null, over: false })
    expect(table?.totals).toEqual([{ namespace: 'shop', ports: 1, over: null, queued: 129 }])
  })
})

describe('what Kubernetes says alone', () => {
  const SERVICES = `admin@bastion:~$ kubectl get svc -A
NAMESPACE   NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)                      AGE
shop        web    NodePort    10.96.0.9     <none>        80:30080/TCP,443:30443/TCP   40d
shop        web2   ClusterIP   10.96.0.10    <none>        80/TCP                       40d
`
  const ENDPOINTS = `admin@bastion:~$ kubectl get endpoints -A
NAMESPACE   NAME   ENDPOINTS                           AGE
shop        web    10.244.1.7:8080,10.244.2.7:8080     40d
shop        web2   10.244.1.7:8080,10.244.2.7:8080     40d
`

  it('belongs to no node: a table of the cluster', async () => {
    const [table, ...others] = await servicesIn(SERVICES)
    expect(others).toEqual([])
    expect(table).toMatchObject({ node: null, netns: null })
    expect(table?.rows.map((one) => [one.service, one.type, one.port, one.nodePort])).toEqual([
      ['shop/web', 'NodePort', 80, 30080],
      ['shop/web', 'NodePort', 443, 30443],
      ['shop/web2', 'ClusterIP', 80, null],
    ])
  })

  it('Services that share their endpoints say so; ports of one Service do not', async () => {
    const [table] = await servicesIn(SERVICES.replace(',443:30443/TCP', '') + ENDPOINTS)
    expect(table?.rows.map((one) => one.shares)).toEqual([
      [{ service: 'shop/web2', whole: true }],
      [{ service: 'shop/web', whole: true }],
    ])
    const [other] = await servicesIn(
      SERVICES +
        ENDPOINTS.replace('10.244.2.7:8080     40d\nshop        web2', '10.244.3.7:8080     40d\nshop        web2'),
    )
    expect(other?.rows.flatMap((one) => one.shares)).toEqual([])
  })
})

it('readings are never merged', async () => {
  const tables = await servicesIn(`## Monday\n${LISTENERS}`, `## Friday\n${LISTENERS.replace('129 ', '7   ')}`)
  expect(tables.map((one) => one.rows[0]?.listeners[0]?.length)).toEqual([129, 7])
})
