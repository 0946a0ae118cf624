import { defineScenario } from '../define-scenario.ts'
import { ABSENT_ADDRESSES } from '../lab.ts'
import { FAR_PORT, FORWARDING_SHOWN, holdFarService, POD_PORT, startPods, writeFarService } from '../pods-elsewhere.ts'

const CLIENTS = 20

export default defineScenario({
  id: 'endpoint-unreachable',
  title: {
    en: 'Rules send the connections of a Service to a pod that is gone',
    zh: '规则把 Service 的连接转给一个已经消失的 Pod',
  },
  shown: FORWARDING_SHOWN,
  expects: { 'endpoint-unreachable': ['waiting'] },
  silent: ['ip-forward-off', 'firewall-drop', 'rp-filter-drops', 'conntrack-table-full', 'nodeport-without-endpoints'],
  async arrange(lab) {
    await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', '1')
    await writeFarService(lab, ABSENT_ADDRESSES.slice(0, 1))
    await holdFarService(lab, CLIENTS)
    await lab.untilServer(
      `${CLIENTS} SYNs sent on`,
      (kernel) => (kernel.counters.get('IpForwDatagrams') ?? 0) >= CLIENTS,
    )
    return { port: FAR_PORT, waiting: CLIENTS }
  },
  twin: {
    title: { en: 'The same clients, and the pods answer', zh: '同样的客户端，Pod 有应答' },
    async arrange(lab) {
      await lab.setSysctl(lab.server, 'net.ipv4.ip_forward', '1')
      await startPods(lab)
      await writeFarService(lab)
      await holdFarService(lab, CLIENTS)
      await lab.untilServer(
        'packets both ways',
        (kernel) => (kernel.counters.get('IpForwDatagrams') ?? 0) >= 3 * CLIENTS,
      )
      return { port: FAR_PORT, pods: POD_PORT }
    },
  },
})
