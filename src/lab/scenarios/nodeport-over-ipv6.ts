import { defineScenario } from '../define-scenario.ts'
import {
  addIpv6,
  callNodePort,
  givenUpAtNodePort,
  healthyService,
  queuedAtNodePort,
  SERVER_ADDRESS_6,
  SHOWN,
} from '../node-port.ts'

const LEAKED = 3

export default defineScenario({
  id: 'nodeport-over-ipv6',
  title: {
    en: 'A NodePort has rules for IPv4 alone; IPv6 clients reach the listener that holds it',
    zh: 'NodePort 只有 IPv4 规则，IPv6 客户端到达了占住端口的监听',
  },
  shown: SHOWN,
  expects: { 'nodeport-listener-bypassed': ['length'], 'listener-never-accepts': ['length'] },
  silent: ['accept-queue-full', 'close-wait-leak', 'port-conflict', 'nodeport-without-endpoints', 'stale-nat-rule'],
  async arrange(lab) {
    await addIpv6(lab)
    const facts = await healthyService(lab, 5)
    const clients = await callNodePort(lab, LEAKED, SERVER_ADDRESS_6)
    await lab.untilServer(`${LEAKED} queued`, (kernel) => queuedAtNodePort(kernel) === LEAKED)
    await clients.tell(`close ${LEAKED}`)
    await lab.untilServer('their clients gave up', (kernel) => givenUpAtNodePort(kernel) === LEAKED)
    return { ...facts, length: LEAKED }
  },
  twin: {
    title: { en: 'The same clients come over IPv4', zh: '同样的客户端走 IPv4' },
    arrange: (lab) => healthyService(lab, 5 + LEAKED),
  },
})
