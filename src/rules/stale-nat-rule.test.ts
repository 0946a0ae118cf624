import { expect } from 'vitest'
import { ipv4Rules, kubeCluster, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import { netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { type Case, testRule } from '../../test/rules/test-rule.ts'
import type { Snapshot } from '../model/snapshot.ts'
import rule from './stale-nat-rule.ts'

const [OLD, NEW] = ['10.244.1.7:8080', '10.244.2.9:8080']
const WEB: ServicePortSpec = { name: 'shop/web:http', nodePort: 30080, clusterIp: '10.96.0.10', endpoints: [OLD, NEW] }

const SERVICES = `NAMESPACE   NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE   SELECTOR
shop        web    NodePort   10.96.0.10   <none>        80:30080/TCP   3d    app=web`
const endpoints = (list: string) => `NAMESPACE   NAME   ENDPOINTS   AGE\nshop        web    ${list}   3d`
const pods = (...ips: readonly string[]) =>
  [
    'NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES',
    ...ips.map(
      (ip, i) => `shop        web-${i}   1/1     Running   0          3d    ${ip}   node-1   <none>           <none>`,
    ),
  ].join('\n')

interface Told {
  readonly services?: string
  readonly list?: string
  readonly ips?: readonly string[]
  readonly whole?: boolean
}

function node(told: Told, rules = [WEB], spec: Partial<Snapshot> = {}): Case {
  const { services = SERVICES, list = NEW, ips, whole = true } = told
  const all = (kind: string) => (whole ? [kind] : [])
  return {
    readings: [{ ...snapshot(netns({ nat: ipv4Rules(rules) })), ...spec }],
    cluster: kubeCluster([
      { text: services, whole: all('services') },
      { text: endpoints(list), whole: all('endpoints'), line: 200 },
      ...(ips ? [{ text: pods(...ips), whole: all('pods'), line: 300 }] : []),
    ]),
  }
}

testRule(rule, {
  found: {
    'an address that is no endpoint, and no pod has': {
      ...node({ ips: ['10.244.2.9'] }),
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toBe(
          'Rules of this node send shop/web:http to 10.244.1.7:8080, which no pod has any more: 50 % of its new connections',
        )
        expect(draft?.evidence[0]).toMatchObject({ value: 50, unit: '%' })
        expect(draft?.evidence[1]).toMatchObject({ source: { line: 201 } })
      },
    },
    'an address that is no endpoint; pods were not listed': {
      ...node({}),
      expect: ([draft]) => expect(draft).toMatchObject({ severity: 'info', confidence: 'possible' }),
    },
    'the same, read live': {
      ...node({}, [WEB], { way: 'live' }),
      expect: ([draft]) => expect(draft?.confidence).toBe('likely'),
    },
    'the pod is alive, and belongs to the Service no more': {
      ...node({ ips: ['10.244.1.7', '10.244.2.9'] }),
      expect: ([draft]) => expect(draft?.summary.en).toContain('does not list among its endpoints'),
    },
    'a Service that is gone': {
      ...node({ list: `${OLD},${NEW}` }, [
        WEB,
        { ...WEB, name: 'shop/gone:http', nodePort: 30081, clusterIp: '10.96.0.11' },
      ]),
      expect: ([draft]) => {
        expect(draft?.severity).toBe('info')
        expect(draft?.summary.en).toContain('still forward shop/gone, a Service that Kubernetes does not have')
      },
    },
  },
  clear: {
    'rules and endpoints agree': node({ list: `${OLD},${NEW}` }),
    'rules leave one out: that is not stale': node({ list: `${OLD},${NEW}` }, [{ ...WEB, endpoints: [NEW] }]),
  },
  skipped: {
    'some endpoints were not printed: it may be one of them': node({ list: `${NEW} + 1 more...`, whole: false }),
    'Services of a few namespaces: the other may stand elsewhere': node({ list: `${OLD},${NEW}`, whole: false }, [
      WEB,
      { ...WEB, name: 'other/api:http', nodePort: 30081, clusterIp: '10.96.0.11' },
    ]),
    'no Kubernetes': snapshot(netns({ nat: ipv4Rules([WEB]) })),
    'no rules': { ...node({}), readings: [snapshot(netns())] },
    'rules of another reading': {
      ...node({}),
      readings: [snapshot(netns({ nat: ipv4Rules([WEB], [], { via: 'carried' }) }))],
    },
  },
})
