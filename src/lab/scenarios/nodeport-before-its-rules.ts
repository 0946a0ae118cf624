import { defineScenario } from '../define-scenario.ts'
import { writeChains, writeService } from '../kube-rules.ts'
import {
  callNodePort,
  givenUpAtNodePort,
  healthyService,
  holdNodePort,
  KUBE_PROXY,
  NODE_PORT,
  queuedAtNodePort,
  SHOWN,
  servedByPod,
  servePod,
  WEB,
} from '../node-port.ts'

const [LEAKED, SERVED] = [4, 5]

export default defineScenario({
  id: 'nodeport-before-its-rules',
  title: {
    en: 'Clients reach a NodePort that is open already, before its rules are written',
    zh: 'NodePort 已经打开而规则还没写好时，客户端就连了进来',
  },
  shown: SHOWN,
  expects: { 'nodeport-listener-bypassed': ['length'], 'listener-never-accepts': ['length'] },
  silent: ['accept-queue-full', 'close-wait-leak', 'port-conflict', 'nodeport-without-endpoints', 'stale-nat-rule'],
  async arrange(lab) {
    await servePod(lab)
    await writeChains(lab.server)
    const holder = await holdNodePort(lab)
    const early = await callNodePort(lab, LEAKED)
    await lab.untilServer(`${LEAKED} queued`, (kernel) => queuedAtNodePort(kernel) === LEAKED)
    await writeService(lab.server, WEB)
    await callNodePort(lab, SERVED)
    await lab.untilServer(`${SERVED} served`, (kernel) => servedByPod(kernel) === SERVED)
    await early.tell(`close ${LEAKED}`)
    await lab.untilServer('the early ones gave up', (kernel) => givenUpAtNodePort(kernel) === LEAKED)
    return { port: NODE_PORT, process: KUBE_PROXY, pid: holder.pid, length: LEAKED, service: WEB.name }
  },
  twin: {
    title: { en: 'The rules are written first', zh: '先写好规则' },
    arrange: (lab) => healthyService(lab, LEAKED + SERVED),
  },
})
