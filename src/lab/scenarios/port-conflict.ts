import type { Facts } from '../define-scenario.ts'
import { defineScenario } from '../define-scenario.ts'
import { writeChains, writeService } from '../kube-rules.ts'
import type { Lab } from '../lab.ts'
import { callNodePort, NODE_PORT, SHOWN, servedByPod, servePod, WEB } from '../node-port.ts'

const GAME = 'game-server'
const CLIENTS = 5

/** A program with a port of its own choice beside a Service with a NodePort; clients call the NodePort. */
async function arrange(lab: Lab, port: number): Promise<Facts> {
  await servePod(lab)
  await writeChains(lab.server)
  await writeService(lab.server, WEB)
  await lab.start(lab.server, 'serve', { name: GAME, host: '::', port, backlog: null, workMs: 0, leak: false })
  await callNodePort(lab, CLIENTS)
  await lab.untilServer('the pod serves them all', (kernel) => servedByPod(kernel) === CLIENTS)
  return { port, process: GAME, service: WEB.name }
}

export default defineScenario({
  id: 'port-conflict',
  title: {
    en: 'A program listens on the number of a NodePort; its clients get the pods of the Service',
    zh: '程序监听了 NodePort 的端口号，它的客户端到达的却是 Service 的 Pod',
  },
  shown: SHOWN,
  expects: { 'port-conflict': [] },
  silent: ['nodeport-listener-bypassed', 'listener-never-accepts', 'nodeport-without-endpoints'],
  arrange: (lab) => arrange(lab, NODE_PORT),
  twin: {
    title: { en: 'It listens on another port', zh: '它监听别的端口' },
    arrange: (lab) => arrange(lab, 20_080),
  },
})
