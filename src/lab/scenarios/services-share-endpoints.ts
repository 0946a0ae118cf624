import { defineScenario } from '../define-scenario.ts'
import { writeService } from '../kube-rules.ts'
import { healthyService, SHOWN, WEB } from '../node-port.ts'

const OLD = { ...WEB, name: 'shop/web-old:http', nodePort: 30081 }

export default defineScenario({
  id: 'services-share-endpoints',
  title: { en: 'Two Services send to the same pod', zh: '两个 Service 转发到同一个 Pod' },
  shown: SHOWN,
  expects: { 'services-share-endpoints': ['endpoints'] },
  mild: true,
  silent: ['port-conflict', 'nodeport-listener-bypassed', 'nodeport-without-endpoints'],
  async arrange(lab) {
    const facts = await healthyService(lab, 5)
    await writeService(lab.server, OLD)
    return { ...facts, endpoints: WEB.endpoints.length }
  },
  twin: {
    title: { en: 'The second one sends to another port of it', zh: '第二个 Service 转发到它的另一个端口' },
    async arrange(lab) {
      const facts = await healthyService(lab, 5)
      await writeService(lab.server, { ...OLD, endpoints: ['10.111.0.1:9090'] })
      return facts
    },
  },
})
