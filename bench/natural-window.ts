/**
 * How many connections leak past a real kube-proxy 1.20 by themselves: a Service goes from no endpoint to some and back, again and
 * again, while clients never stop connecting to its NodePort. Reported, never asserted: it depends on the machine and on chance.
 *
 * Usage: node bench/natural-window.ts [TIMES] [CALLS PER SECOND]    (root, Linux, scripts/kube-parts)
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readKernel } from '../src/lab/kernel.ts'
import { openProxiedNode, WEB } from '../test/cluster/proxied-node.ts'
import { type Cluster, NODE_IP } from '../test/cluster/real-cluster.ts'
import { run } from '../test/lab/lab-node.ts'

const [times = 100, callsPerSecond = 500] = process.argv.slice(2).map(Number)
const CALLERS = 50
const RULES_WITHIN_MS = 20_000

interface Round {
  readonly leaked: number
  readonly accepted: number
}

const cluster = await openProxiedNode()
try {
  await measure(cluster)
} finally {
  await cluster.close()
}

async function measure({ lab, api, inside, startKubeProxy }: Cluster): Promise<void> {
  const [namespace, name] = WEB.service.split('/')
  await startKubeProxy({ iptables: 'legacy' })
  // the real controllers move the Pods in and out of the Service as a kubelet would have them do
  const setEndpoints = async (some: boolean) => {
    const conditions = [{ type: 'Ready', status: some ? 'True' : 'False' }]
    for (const i of WEB.endpoints.keys())
      await api('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}-${i}/status`, { status: { conditions } })
    await untilRules(some)
  }
  const untilRules = async (some: boolean) => {
    const deadline = performance.now() + RULES_WITHIN_MS
    const forwards = new RegExp(`-A KUBE-NODEPORTS .*--dport ${WEB.nodePort} `)
    for (;;) {
      const { stdout } = await run(inside(['iptables-legacy-save', '-t', 'nat']))
      if (forwards.test(stdout) === some) return
      if (performance.now() > deadline) throw new Error('kube-proxy has not followed')
      await sleep(20)
    }
  }
  const look = (): Round => {
    const { queued, counters } = readKernel(lab.server.pid)
    return { leaked: queued.get(WEB.nodePort) ?? 0, accepted: counters.get('TcpPassiveOpens') ?? 0 }
  }

  await setEndpoints(false)
  await lab.start(lab.clients, 'keep-calling', {
    name: 'curl',
    host: NODE_IP,
    port: WEB.nodePort,
    count: CALLERS,
    bytes: 16,
    everyMs: (1000 * CALLERS) / callsPerSecond,
    giveUpMs: 1000,
    together: false,
  })
  const before = look()
  const rounds: number[] = []
  for (let i = 0; i < times; i++) {
    const { leaked } = look()
    await setEndpoints(true)
    await setEndpoints(false)
    rounds.push(look().leaked - leaked)
  }
  const after = look()
  const leaky = rounds.filter((one) => one > 0)
  console.log(
    `${times} times from no endpoint to ${WEB.endpoints.length} and back, ${callsPerSecond} calls a second to the NodePort`,
  )
  console.log(`connections made: ${after.accepted - before.accepted}`)
  console.log(
    `leaked into the listener: ${after.leaked - before.leaked}, in ${leaky.length} of ${times} rounds, at most ${Math.max(0, ...rounds)} in one`,
  )
}
