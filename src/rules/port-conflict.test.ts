import { expect } from 'vitest'
import { iptablesText, ipv4Rules, kubeCluster, natPart, type ServicePortSpec } from '../../test/rules/kube-node.ts'
import {
  absent,
  type ListenerSpec,
  listener,
  netns,
  ok,
  podNetns,
  snapshot,
} from '../../test/rules/snapshot-builder.ts'
import { testRule } from '../../test/rules/test-rule.ts'
import rule from './port-conflict.ts'

const WEB: ServicePortSpec = {
  name: 'shop/web:http',
  nodePort: 30080,
  clusterIp: '10.96.0.10',
  endpoints: ['10.244.1.7:8080', '10.244.2.9:8080'],
}
const WEB_6: ServicePortSpec = { ...WEB, clusterIp: 'fd00:96::10', endpoints: ['[fd00:244::7]:8080'] }
const game: ListenerSpec = { owner: 'game-server', pid: 771 }
const node = (nat: ReturnType<typeof ipv4Rules> | typeof absent, spec: ListenerSpec | null = game) =>
  snapshot(netns({ nat, listeners: ok(spec === null ? [] : [listener(30080, spec)]) }))

const HOST_PORT = [
  '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"77aa\\"" -m multiport --dports 30080 -j CNI-DN-0a1b2c3d4e5f60718293a',
  '-A CNI-DN-0a1b2c3d4e5f60718293a -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.99:80',
]
const TO_THE_SAME = [
  '-A CNI-DN-0a1b2c3d4e5f60718293a -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.7:8080',
]
const cluster = kubeCluster([
  {
    text: `NAMESPACE   NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE
shop        web    NodePort   10.96.0.10   <none>        80:30080/TCP   3d`,
    whole: ['services'],
  },
  {
    text: `NAME     STATUS   ROLES    AGE   VERSION
node-1   Ready    <none>   9d    v1.20.4`,
    whole: ['nodes'],
    line: 300,
  },
])

testRule(rule, {
  found: {
    'a program listens where rules forward': {
      readings: [node(ipv4Rules([WEB]))],
      expect: ([draft]) => {
        expect(draft).toMatchObject({ severity: 'warning', confidence: 'likely', when: 'now' })
        expect(draft?.summary.en).toContain('game-server listens on [::]:30080')
        expect(draft?.summary.en).toContain('NodePort shop/web:http')
        expect(draft?.subject).toMatchObject({ kind: 'listener', port: 30080, process: 'game-server' })
      },
    },
    'Kubernetes gave the number away; rules were not read': {
      readings: [node(absent)],
      cluster,
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('likely')
        expect(draft?.summary.en).toContain('only one of them can be reached')
        expect(draft?.unknowns[0]?.en).toContain('This kube-proxy (v1.20.4) opens NodePorts itself')
      },
    },
    'a hostPort of another pod': {
      readings: [node(ipv4Rules([WEB], HOST_PORT), null)],
      expect: ([draft]) => {
        expect(draft?.confidence).toBe('certain')
        expect(draft?.summary.en).toContain('as a hostPort to 10.244.1.99:80')
      },
    },
    'rules of two Services': {
      readings: [node(ipv4Rules([WEB, { ...WEB, name: 'shop/old:http', endpoints: ['10.244.7.7:80'] }]), null)],
      expect: ([draft]) => expect(draft?.summary.en).toContain('shop/web:http and shop/old:http'),
    },
  },
  clear: {
    'kube-proxy holds it': node(ipv4Rules([WEB]), { owner: 'kube-proxy' }),
    'a distribution with kube-proxy inside holds it': node(ipv4Rules([WEB]), { owner: 'k3s-server' }),
    'another port': snapshot(netns({ nat: ipv4Rules([WEB]), listeners: ok([listener(30081, game)]) })),
    'on loopback': node(ipv4Rules([WEB]), { ...game, address: '127.0.0.1' }),
    'the listener is the Service’s own host-network pod': node(ipv4Rules([{ ...WEB, endpoints: ['10.0.0.5:30080'] }])),
    'UDP of the same number': node(ipv4Rules([{ ...WEB, protocol: 'udp' }])),
    'the hostPort of the only pod there is': node(
      ipv4Rules([{ ...WEB, endpoints: ['10.244.1.7:8080'] }], TO_THE_SAME),
      null,
    ),
    'one Service in both families': node(natPart({ 4: iptablesText([WEB]), 6: iptablesText([WEB_6], [], 6) }), null),
    'on an address that has no NodePorts (nodePortAddresses)': node(
      ipv4Rules([WEB], ['-A KUBE-SERVICES -d 10.0.0.5/32 -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS']),
      { ...game, address: '192.168.7.5' },
    ),
    'a listener without a told owner': node(ipv4Rules([WEB]), {}),
  },
  skipped: {
    'neither rules nor Services': node(absent),
    'no listeners': snapshot(netns({ nat: ipv4Rules([WEB]) })),
    'a pod listens on whatever it likes': {
      readings: [snapshot(podNetns({ listeners: ok([listener(30080, game)]) }))],
      cluster,
    },
  },
})
