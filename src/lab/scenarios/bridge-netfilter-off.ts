import { call } from '../command.ts'
import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import { writeChains, writeService } from '../kube-rules.ts'
import type { Lab } from '../lab.ts'

const KEY = 'net.bridge.bridge-nf-call-iptables'
const PODS = ['veth1a', 'veth1b', 'veth1c']
const SERVICE = { name: 'shop/cart:http', nodePort: 30090, endpoints: ['10.112.0.11:9090', '10.112.0.12:9090'] }

/** Pods on a bridge, a Service with two of them behind it. Nobody calls: it is the setting that stands. */
async function arrange(lab: Lab, value: 0 | 1): Promise<Facts> {
  const inServer = (line: string) => call(lab.server.inside(['ip', ...line.split(' ')]))
  await inServer('link add cni0 type bridge')
  await inServer('address add 10.112.0.1/24 dev cni0')
  await inServer('link set cni0 up')
  for (const pod of PODS) {
    await inServer(`link add ${pod} type veth peer name ${pod}p`)
    await inServer(`link set ${pod}p up`)
    await inServer(`link set ${pod} master cni0 up`)
  }
  await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', '1')
  await lab.setSysctl(lab.server, KEY, String(value))
  await writeChains(lab.server)
  await writeService(lab.server, SERVICE)
  return { ports: PODS.length, endpoints: SERVICE.endpoints.length, setting: value }
}

export default defineScenario({
  id: 'bridge-netfilter-off',
  title: {
    en: 'Pods of a bridge bypass the rules for Services',
    zh: '网桥上的 Pod 绕过了 Service 规则',
  },
  shown: ['iptables-save -c', 'ip -d link', 'ip address', `sysctl ${KEY} net.ipv4.ip_forward`],
  expects: { 'bridge-netfilter-off': ['ports', 'endpoints', 'setting'] },
  silent: ['ip-forward-off', 'endpoint-unreachable', 'firewall-drop', 'missing-nat-rule'],
  arrange: (lab) => arrange(lab, 0),
  twin: {
    title: { en: 'Bridged packets pass the rules', zh: '桥接报文会经过规则' },
    arrange: (lab) => arrange(lab, 1),
  },
})
