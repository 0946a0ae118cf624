import { expect, it } from 'vitest'
import { ipv4Rules, kubeCluster, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import { netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { onlyDraft, testRule } from '../../test/rules/test-rule.ts'
import rule from './services-share-endpoints.ts'

const PODS = ['10.244.1.7:8080', '10.244.2.9:8080']
const service = (name: string, nodePort: number, endpoints: readonly string[] = PODS): ServicePortSpec => ({
  name: `shop/${name}:http`,
  nodePort,
  clusterIp: `10.96.0.${nodePort % 100}`,
  endpoints,
})
const rules = (...services: readonly ServicePortSpec[]) => snapshot(netns({ nat: ipv4Rules(services) }))
const bare = snapshot(netns())

const ENDPOINTS = (a: string, b: string) => `NAMESPACE   NAME    ENDPOINTS   AGE
shop        web     ${a}   3d
shop        web-2   ${b}   3d`
const SERVICES = (second: string) => `NAMESPACE   NAME    TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
shop        web     NodePort    10.96.0.80   <none>        80:30080/TCP   3d
shop        web-2   ${second}`
const cluster = (endpoints: string, second = 'NodePort    10.96.0.81   <none>        80:30081/TCP   3d') =>
  kubeCluster([
    { text: endpoints, whole: ['endpoints'] },
    { text: SERVICES(second), line: 200 },
  ])

testRule(rule, {
  found: {
    'by rules': {
      readings: [rules(service('web', 30080), service('web-2', 30081))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'info', confidence: 'certain', when: 'setting' })
        expect(draft?.summary.en).toBe(
          'shop/web (NodePort 30080) and shop/web-2 (NodePort 30081) send to the very same 2 endpoints: they share load, limits and faults',
        )
        expect(draft?.subject).toMatchObject({ kind: 'service', service: 'shop/web' })
      },
    },
    'by Kubernetes, of which not all was printed': {
      readings: [bare],
      cluster: cluster(ENDPOINTS('10.1.0.1:80,10.1.0.2:80 + 37 more...', '10.1.0.1:80,10.1.0.2:80 + 37 more...')),
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.evidence[0]).toMatchObject({ value: 39, source: { line: 101 } })
      },
    },
  },
  clear: {
    'other endpoints': rules(service('web', 30080), service('web-2', 30081, ['10.244.1.7:8080', '10.244.2.8:8080'])),
    'the same pods on another port': rules(
      service('web', 30080),
      service('web-2', 30081, ['10.244.1.7:9090', '10.244.2.9:9090']),
    ),
    'two ports of one Service': rules(service('web', 30080), { ...service('web', 30081), name: 'shop/web:admin' }),
    'none at all twice': rules(service('web', 30080, []), service('web-2', 30081, [])),
    'a headless twin, as every StatefulSet has': {
      readings: [bare],
      cluster: cluster(
        ENDPOINTS('10.1.0.1:80', '10.1.0.1:80'),
        'ClusterIP   None         <none>        80/TCP         3d',
      ),
    },
    'alike in what is printed, not in number': {
      readings: [bare],
      cluster: cluster(ENDPOINTS('10.1.0.1:80 + 2 more...', '10.1.0.1:80 + 3 more...')),
    },
  },
  skipped: {
    'neither rules nor endpoints': bare,
    'endpoints of a few Services': {
      readings: [bare],
      cluster: kubeCluster([{ text: ENDPOINTS('10.1.0.1:80', '10.1.0.2:80') }]),
    },
  },
})

it('says a number where there are many groups', () => {
  const other = ['10.244.7.7:9000']
  const draft = onlyDraft(
    rule,
    rules(service('a', 30001), service('b', 30002), service('c', 30003, other), service('d', 30004, other)),
  )
  expect(draft.summary.en).toContain('2 groups of Services')
  expect(draft.evidence.map((one) => one.value)).toEqual([2, 1])
})
