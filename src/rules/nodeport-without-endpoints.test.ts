import { expect, it } from 'vitest'
import { ipv4Rules, ipvsPart, kubeCluster, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import { type absent, listener, netns, ok, snapshot } from '../../test/rules/snapshot-builder.ts'
import { judgeCase, testRule } from '../../test/rules/test-rule.ts'
import rule from './nodeport-without-endpoints.ts'

const EMPTY: ServicePortSpec = { name: 'shop/web:http', nodePort: 30080, clusterIp: '10.96.0.10', endpoints: [] }
const FULL: ServicePortSpec = { ...EMPTY, endpoints: ['10.244.1.7:8080'] }
const held = (length: number) => ok([listener(30080, { owner: 'kube-proxy', length })])
const node = (nat: ReturnType<typeof ipv4Rules> | typeof absent, length = 0) =>
  snapshot(netns({ nat, listeners: held(length) }))

const NO_LOCAL = [
  'COMMIT',
  '*filter',
  '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "shop/web:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30080 -j DROP',
]
const services = { text: SERVICE_TABLE(), whole: ['services'] }
function SERVICE_TABLE(): string {
  return `NAMESPACE   NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
shop        web    NodePort   10.96.0.10   <none>        80:30080/TCP   3d`
}
const endpoints = (list: string) => ({
  text: `NAMESPACE   NAME   ENDPOINTS   AGE\nshop        web    ${list}   3d`,
  whole: ['endpoints'],
  line: 200,
})
const UNREADY = `apiVersion: v1
kind: Endpoints
metadata:
  name: web
  namespace: shop
subsets:
- notReadyAddresses:
  - ip: 10.244.1.7
  ports:
  - port: 8080`

testRule(rule, {
  found: {
    'a rule refuses, and nobody was seen to call': {
      readings: [node(ipv4Rules([EMPTY]))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'certain' })
        expect(draft?.summary.en).toBe('NodePort 30080 (shop/web:http) has no endpoint: a rule refuses every client')
        expect(draft?.subject).toMatchObject({ kind: 'service', service: 'shop/web:http', port: 30080 })
      },
    },
    'a rule refuses clients that do call': {
      readings: [node(ipv4Rules([{ ...EMPTY, refusedPackets: 4711 }]))],
      expect: ([draft]) => {
        expect(draft?.severity).toBe('warning')
        expect(draft?.summary.en).toContain('4711 packets so far')
        expect(draft?.remedies[0]?.action).toContain('kubectl -n shop describe service web')
      },
    },
    'no rule refuses, and the port is held open': {
      readings: [node(ipv4Rules([{ ...EMPTY, refuses: false }]), 2)],
      cluster: kubeCluster([services, endpoints('<none>')]),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely' })
        expect(draft?.summary.en).toContain('whoever comes reaches [::]:30080 itself')
      },
    },
    'there are endpoints, none of them ready': {
      readings: [snapshot(netns())],
      cluster: kubeCluster([services, { text: UNREADY, line: 300 }]),
      expect: ([draft]) => {
        expect(draft?.summary.en).toContain('1 are there and none is ready')
        expect(draft?.unknowns).toHaveLength(1)
      },
    },
    'IPVS without a real server': {
      readings: [
        snapshot(
          netns({
            nat: ipvsPart(
              'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\nTCP  10.0.0.5:30080 rr',
            ),
          }),
        ),
      ],
      cluster: kubeCluster([services]),
      expect: ([draft]) => expect(draft?.evidence[0]?.label.en).toContain('real servers in IPVS'),
    },
  },
  clear: {
    'it has an endpoint': node(ipv4Rules([FULL])),
    'its pods stand on other nodes, as externalTrafficPolicy Local wants it': node(ipv4Rules([], NO_LOCAL)),
    'a Service without a NodePort': node(
      ipv4Rules([{ name: 'shop/web:http', clusterIp: '10.96.0.10', endpoints: [] }]),
    ),
    'rules still send to a pod, whatever Kubernetes says': {
      readings: [node(ipv4Rules([FULL]))],
      cluster: kubeCluster([services, endpoints('<none>')]),
    },
    'endpoints that were not printed': {
      readings: [snapshot(netns())],
      cluster: kubeCluster([services, endpoints('10.244.1.7:8080 + 3 more...')]),
    },
  },
  skipped: {
    'no rules, no Services': snapshot(netns()),
    'some rules': node(ipv4Rules([FULL], [], { coverage: [] })),
  },
})

it('many that nobody calls are one finding', () => {
  const all = [30001, 30002, 30003].map((nodePort) => ({ ...EMPTY, name: `shop/web-${nodePort}:http`, nodePort }))
  const { drafts } = judgeCase(rule, node(ipv4Rules([...all, { ...EMPTY, refusedPackets: 3 }])))
  expect(drafts.map((one) => one.severity)).toEqual(['warning', 'info'])
  expect(drafts[1]?.summary.en).toContain('3 NodePorts have no endpoint')
})
