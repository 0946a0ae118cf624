import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../src/lab/command.ts'
import { NO_CLUSTER } from './parts.ts'
import { connectTo, NODE_IP6, openProxiedNode, WEB } from './proxied-node.ts'
import { type Cluster, NODE_IP, STANDS_WITHIN } from './real-cluster.ts'
import { counted, found, labels, outcomes, queued, RULES, servedBy, spoken, verdicts } from './verdicts.ts'

/** The same fault as kube-proxy 1.20 has it unchanged: dual-stack, a listener for each family, and the rules of one family gone. */

const SLOW = { timeout: 90_000 }

let cluster: Cluster

describe.skipIf(NO_CLUSTER !== null)(`NodePorts of both families held by a real kube-proxy${NO_CLUSTER ?? ''}`, () => {
  beforeAll(async () => {
    cluster = await openProxiedNode({ dualStack: true })
    await cluster.startKubeProxy({ iptables: 'legacy' })
  }, STANDS_WITHIN)
  afterAll(() => cluster?.close())

  it('while both families have rules, nothing is said', SLOW, async () => {
    await connectTo(cluster, NODE_IP6, WEB.nodePort, 4)
    await connectTo(cluster, NODE_IP, WEB.nodePort, 3)
    await cluster.lab.untilServer('7 served by the Pods', (kernel) => servedBy(kernel) === 7)
    for (const report of await verdicts(cluster, 'legacy')) {
      expect(spoken(report)).toEqual([])
      expect(outcomes(report)).toEqual(['clear', 'clear'])
    }
  })

  it(
    'IPv4 has rules and IPv6 none: clients over IPv6 are counted at the listener of IPv6, those over IPv4 are not',
    SLOW,
    async () => {
      await call(cluster.inside(['ip6tables-legacy', '-t', 'nat', '-F']))
      await connectTo(cluster, NODE_IP6, WEB.nodePort, 11)
      await connectTo(cluster, NODE_IP, WEB.nodePort, 6)
      await cluster.lab.untilServer('13 served, 11 not', (kernel) => servedBy(kernel) === 13 && queued(cluster) === 11)
      for (const report of await verdicts(cluster, 'legacy')) {
        expect(spoken(report)).toEqual(RULES)
        for (const rule of RULES) {
          expect(counted(report, rule)).toEqual([11])
          expect(labels(report, rule)).toMatch(/\[::\]:30720 shop\/web:http/)
          expect(labels(report, rule)).not.toMatch(/^0\.0\.0\.0:30720/m)
        }
        expect(found(report, 'nodeport-listener-bypassed')?.summary).toContain(
          '11 of them over IPv6, for which there are none',
        )
      }
    },
  )
})
