import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../src/lab/command.ts'
import { readKernel } from '../../src/lab/kernel.ts'
import { diagnoseLive } from '../lab/lab-node.ts'
import type { Daemon } from './daemon.ts'
import { service } from './objects.ts'
import { NO_CLUSTER } from './parts.ts'
import { connectTo, NODE_IP6, openProxiedNode, PAY, WEB } from './proxied-node.ts'
import { type Cluster, NODE_IP, STANDS_WITHIN } from './real-cluster.ts'
import { counted, found, labels, outcomes, queued, RULES, servedBy, spoken, untilRules, verdicts } from './verdicts.ts'

/**
 * The fault of old NodePorts, made by the program that has it: kube-proxy 1.20 writes the rules and holds the ports, connections are
 * let past its rules on purpose, and what is said of them is held against the kernel's own numbers.
 */

const SLOW = { timeout: 90_000 }

let cluster: Cluster
let proxy: Daemon

describe.skipIf(NO_CLUSTER !== null)(`NodePorts held by a real kube-proxy${NO_CLUSTER ?? ''}`, () => {
  beforeAll(async () => {
    cluster = await openProxiedNode()
    proxy = await cluster.startKubeProxy({ iptables: 'legacy' })
  }, STANDS_WITHIN)
  afterAll(() => cluster?.close())

  it('while the rules take every connection away, nothing is said of the NodePorts', SLOW, async () => {
    await connectTo(cluster, NODE_IP, WEB.nodePort, 20)
    await connectTo(cluster, NODE_IP, PAY.nodePort, 5)
    await cluster.lab.untilServer('25 served by the Pods', (kernel) => servedBy(kernel) === 25)
    expect([queued(cluster), queued(cluster, PAY.nodePort)]).toEqual([0, 0])
    for (const report of await verdicts(cluster, 'legacy')) {
      expect(spoken(report)).toEqual([])
      expect(outcomes(report)).toEqual(['clear', 'clear'])
    }
  })

  it('1.20 opens its NodePorts for IPv4 alone: clients over IPv6 are refused, not kept', SLOW, async () => {
    await connectTo(cluster, NODE_IP6, WEB.nodePort, 3)
    await cluster.lab.untilServer('3 refused', (kernel) => (kernel.counters.get('TcpOutRsts') ?? 0) >= 3)
    expect(queued(cluster)).toBe(0)
    expect(spoken(await diagnoseLive(cluster.lab.server))).toEqual([])
  })

  it(
    'the nat table was flushed: those who came before the next sync are counted, the Service and the way are named',
    SLOW,
    async () => {
      await call(cluster.inside(['iptables-legacy', '-t', 'nat', '-F']))
      await connectTo(cluster, NODE_IP, WEB.nodePort, 25)
      await cluster.lab.untilServer('25 in the queue', () => queued(cluster) === 25)
      expect(counted(await diagnoseLive(cluster.lab.server), 'listener-never-accepts')).toEqual([25])

      // any change of a Service makes kube-proxy write all its rules again
      await cluster.apply(service('shop/new', { selector: { app: 'new' }, ports: [{ port: 80 }] }))
      await untilRules(cluster, WEB.nodePort)
      await connectTo(cluster, NODE_IP, WEB.nodePort, 7)
      await cluster.lab.untilServer('32 served by the Pods', (kernel) => servedBy(kernel) === 32)
      expect([queued(cluster), queued(cluster, PAY.nodePort)]).toEqual([25, 0])

      for (const report of await verdicts(cluster, 'legacy')) {
        expect(spoken(report)).toEqual(RULES)
        for (const rule of RULES) {
          expect(found(report, rule)?.subject).toMatchObject({ process: 'kube-proxy', port: WEB.nodePort })
          expect(counted(report, rule)).toEqual([25])
          expect(labels(report, rule)).toMatch(/30720\b.*shop\/web/)
          expect(labels(report, rule)).not.toMatch(/31425|shop\/pay/)
        }
        const bypassed = found(report, 'nodeport-listener-bypassed')
        expect(bypassed?.summary).toContain('conntrack shows 25 such entries, untranslated')
        expect(bypassed?.evidence).toContainEqual(
          expect.objectContaining({ label: expect.stringContaining('endpoints'), value: 2 }),
        )
      }
    },
  )

  it(
    'up to 1.19 one socket took both families: those over IPv6, for which there are no rules, stay in its queue',
    SLOW,
    async () => {
      await proxy.stop()
      for (const table of ['nat', 'filter', 'mangle'])
        for (const act of ['-F', '-X']) await call(cluster.inside(['iptables-legacy', '-t', table, act]))
      proxy = await cluster.startKubeProxy({ program: 'kube-proxy-both-families', iptables: 'nft' })
      const before = servedBy(readKernel(cluster.lab.server.pid))
      await connectTo(cluster, NODE_IP6, WEB.nodePort, 17)
      await connectTo(cluster, NODE_IP, WEB.nodePort, 9)
      await cluster.lab.untilServer(
        '9 served, 17 not',
        (kernel) => servedBy(kernel) === before + 9 && queued(cluster) === 17,
      )

      const [live, printed] = await verdicts(cluster, 'nft')
      for (const report of [live, printed]) {
        expect(spoken(report)).toEqual(RULES)
        for (const rule of RULES) {
          expect(counted(report, rule)).toEqual([17])
          expect(labels(report, rule)).toMatch(/30720\b.*shop\/web/)
        }
        // what is left of the listener before is IPv4's, and conntrack does not follow IPv6 here
        expect(found(report, 'nodeport-listener-bypassed')?.summary).not.toMatch(/conntrack|earlier/)
      }
      expect(found(live, 'nodeport-listener-bypassed')?.summary).toContain(
        '17 of them over IPv6, for which there are none',
      )
      // ip6tables-save prints nothing where there are no tables, as it does where it was cut away: that is no proof
      expect(found(printed, 'nodeport-listener-bypassed')?.summary).not.toContain('IPv6')
    },
  )
})
