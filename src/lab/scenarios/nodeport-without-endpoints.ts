import { defineScenario } from '../define-scenario.ts'
import { writeChains, writeService } from '../kube-rules.ts'
import { callNodePort, healthyService, holdNodePort, NODE_PORT, SHOWN, WEB } from '../node-port.ts'

export default defineScenario({
  id: 'nodeport-without-endpoints',
  title: {
    en: 'A NodePort leads to no pod; a rule refuses whoever calls',
    zh: 'NodePort 后面没有 Pod，来访者被规则拒绝',
  },
  shown: SHOWN,
  expects: { 'nodeport-without-endpoints': [] },
  silent: ['nodeport-listener-bypassed', 'listener-never-accepts', 'port-conflict', 'accept-queue-full'],
  async arrange(lab) {
    await writeChains(lab.server)
    await writeService(lab.server, { ...WEB, endpoints: [] })
    await holdNodePort(lab)
    await callNodePort(lab, 5)
    return { port: NODE_PORT, service: WEB.name }
  },
  twin: {
    title: { en: 'A pod answers behind the same NodePort', zh: '同一个 NodePort 后面有 Pod 应答' },
    arrange: (lab) => healthyService(lab, 5),
  },
})
