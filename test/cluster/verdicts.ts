import { setTimeout as sleep } from 'node:timers/promises'
import { type KernelView, readKernel } from '../../src/lab/kernel.ts'
import { diagnoseLive, type PrintedReport, run } from '../lab/lab-node.ts'
import { diagnosePrinted, WEB } from './proxied-node.ts'
import type { Cluster } from './real-cluster.ts'

/** What is said of the NodePorts of a proxied node, and what its kernel shows. */

export const RULES = ['listener-never-accepts', 'nodeport-listener-bypassed']

/** Of the machine itself, and of what real tools print on it. */
export const verdicts = async (
  cluster: Cluster,
  iptables: 'legacy' | 'nft',
): Promise<readonly [PrintedReport, PrintedReport]> => [
  await diagnoseLive(cluster.lab.server),
  await diagnosePrinted(cluster, iptables),
]

/** Rules that found something in NodePorts or in kube-proxy. */
export const spoken = ({ findings }: PrintedReport): readonly string[] =>
  findings
    .filter(({ subject, rule }) => RULES.includes(rule) || /nodeport/.test(rule) || subject.process === 'kube-proxy')
    .map(({ rule }) => rule)
    .sort()

export const outcomes = (report: PrintedReport) =>
  RULES.map((rule) => report.outcomes.findLast((one) => one.rule === rule)?.outcome)

export const found = ({ findings }: PrintedReport, rule: string) => findings.find((one) => one.rule === rule)

export const labels = (report: PrintedReport, rule: string) =>
  found(report, rule)
    ?.evidence.map(({ label }) => label)
    .join('\n')

/** The numbers beside listeners, with the Service where rules or kubectl name it: `0.0.0.0:30720 shop/web:http`. */
export const counted = (report: PrintedReport, rule: string) =>
  found(report, rule)
    ?.evidence.filter(({ label }) => /^\S+:30720(?: shop\/web(?::http)?)?$/.test(label))
    .map(({ value }) => value)

/** Connections in the accept queue of a NodePort; where both families have a listener, in that of IPv6. */
export const queued = ({ lab }: Cluster, port: number = WEB.nodePort) => readKernel(lab.server.pid).queued.get(port)

/** Connections that the Pods' program has accepted. */
export const servedBy = ({ connections }: KernelView) =>
  connections.filter((one) => one.localPort === 8080 && one.state === 'ESTABLISHED' && one.inode !== 0).length

export async function untilRules(cluster: Cluster, port: number): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { stdout } = await run(cluster.inside(['iptables-legacy-save', '-t', 'nat']))
    if (stdout.includes(`--dport ${port}`)) return
    await sleep(100)
  }
  throw new Error(`kube-proxy has not written the rule of ${port} again`)
}
