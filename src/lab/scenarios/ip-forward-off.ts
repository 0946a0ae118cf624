import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import type { Lab } from '../lab.ts'
import { FAR_PORT, FORWARDING_SHOWN, keepTrying, POD_ADDRESSES, startPods, writeFarService } from '../pods-elsewhere.ts'

/** Clients at a NodePort whose pods live elsewhere. */
async function arrange(lab: Lab, forwards: boolean): Promise<Facts> {
  await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', forwards ? '1' : '0')
  await startPods(lab)
  await writeFarService(lab)
  await keepTrying(lab, FAR_PORT)
  const counter = forwards ? 'IpForwDatagrams' : 'IpInAddrErrors'
  await lab.untilServer(`${counter} grows`, (kernel) => (kernel.counters.get(counter) ?? 0) >= 20)
  return { port: FAR_PORT, targets: POD_ADDRESSES.length, forwarding: 0 }
}

export default defineScenario({
  id: 'ip-forward-off',
  title: {
    en: 'A node that does not forward, and rules that send on to pods elsewhere',
    zh: '节点不转发，规则却要把连接转给别处的 Pod',
  },
  shown: FORWARDING_SHOWN,
  expects: { 'ip-forward-off': ['forwarding', 'targets'] },
  silent: ['endpoint-unreachable', 'firewall-drop', 'rp-filter-drops', 'nodeport-without-endpoints'],
  arrange: (lab) => arrange(lab, false),
  twin: {
    title: { en: 'It forwards', zh: '节点转发正常' },
    arrange: (lab) => arrange(lab, true),
  },
})
